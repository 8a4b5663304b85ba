package loglevel

import (
	"io"
	"log/slog"
	"testing"
	"time"

	"github.com/heddle-nos/heddle/internal/process"
	"github.com/heddle-nos/heddle/internal/statedb"
	"github.com/heddle-nos/heddle/internal/statedb/redistest"
)

func TestParse(t *testing.T) {
	last := severe + 1
	for _, w := range Words() {
		l, err := Parse(w)
		if err != nil || l > last {
			t.Errorf("%s is %v, %v", w, l, err)
		}
		last = l
	}
	for _, w := range []string{"", "debug", "SAI_LOG_LEVEL_DEBUG"} {
		if _, err := Parse(w); err == nil {
			t.Errorf("%q is a level", w)
		}
	}
}

func TestFollow(t *testing.T) {
	client := redistest.Start(t).Client(t)
	db := client.DB(statedb.ConfigDB)
	var flags process.Log
	flags.Format = "text"
	log := flags.Logger(io.Discard, "orchagent")
	_, level, _ := process.Level(log)
	await := func(want slog.Level) {
		t.Helper()
		for end := time.Now().Add(30 * time.Second); level.Level() != want; time.Sleep(5 * time.Millisecond) {
			if time.Now().After(end) {
				t.Fatalf("the level is %v, want %v", level.Level(), want)
			}
		}
	}
	set := func(daemon, word string) {
		t.Helper()
		if err := db.Replace(t.Context(), Table, daemon, statedb.Fields{Field: word, "LOGOUTPUT": "SYSLOG"}); err != nil {
			t.Fatal(err)
		}
	}
	set("orchagent", "DEBUG")
	stop := Follow(t.Context(), client, log)
	await(slog.LevelDebug)
	set("orchagent", "ERROR")
	await(slog.LevelError)
	set("orchagent", "LOUD") // keeps it
	set("syncd", "DEBUG")    // not ours
	set("orchagent", "CRIT")
	await(severe)
	if err := db.Delete(t.Context(), Table, "orchagent"); err != nil {
		t.Fatal(err)
	}
	await(slog.LevelInfo)
	stop()
	Follow(t.Context(), client, slog.New(slog.DiscardHandler))()
}
