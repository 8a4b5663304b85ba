package syncd

import (
	"context"
	"errors"
	"log/slog"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/heddle-nos/heddle/internal/statedb"
	"github.com/heddle-nos/heddle/internal/statedb/redistest"
	"github.com/heddle-nos/heddle/sai"
)

// libraryLog notes what it is told.
type libraryLog struct {
	mu   sync.Mutex
	told []string
}

func (l *libraryLog) SetLog(api sai.API, level sai.LogLevel) sai.Status {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.told = append(l.told, api.String()+" "+level.String())
	if api == sai.APIVLAN {
		return sai.StatusNotSupported
	}
	return sai.StatusSuccess
}

func (l *libraryLog) has(text string) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	return slices.Contains(l.told, text)
}

func TestLibraryLog(t *testing.T) {
	db := redistest.Start(t).Client(t).DB(statedb.ConfigDB)
	set := func(name, level string) {
		t.Helper()
		if err := db.Replace(t.Context(), "LOGGER", name, statedb.Fields{"LOGLEVEL": level}); err != nil {
			t.Fatal(err)
		}
	}
	set("SAI_API_PORT", "SAI_LOG_LEVEL_DEBUG")
	set("orchagent", "DEBUG")
	set("SAI_API_NOWHERE", "SAI_LOG_LEVEL_DEBUG")
	set("SAI_API_MAX", "SAI_LOG_LEVEL_DEBUG")
	set("SAI_API_FDB", "DEBUG")
	set("SAI_API_VLAN", "SAI_LOG_LEVEL_WARN") // which the library refuses
	library := &libraryLog{}
	ctx, cancel := context.WithCancel(t.Context())
	ended := make(chan error, 1)
	go func() { ended <- followLibraryLog(ctx, db, library, slog.New(slog.DiscardHandler)) }()
	await := func(what string) {
		t.Helper()
		for end := time.Now().Add(2 * time.Minute); !library.has(what); time.Sleep(5 * time.Millisecond) {
			if time.Now().After(end) {
				t.Fatalf("the library is not told %s", what)
			}
		}
	}
	await("SAI_API_PORT SAI_LOG_LEVEL_DEBUG")
	set("SAI_API_SWITCH", "SAI_LOG_LEVEL_CRITICAL")
	await("SAI_API_SWITCH SAI_LOG_LEVEL_CRITICAL")
	cancel()
	if err := <-ended; !errors.Is(err, context.Canceled) {
		t.Error(err)
	}
	if len(library.told) != 3 {
		t.Errorf("told %q", library.told)
	}
}
