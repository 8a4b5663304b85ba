package progress_test

import (
	"errors"
	"log/slog"
	"testing"
	"time"

	"github.com/heddle-nos/heddle/daemons/progress"
	"github.com/heddle-nos/heddle/internal/statedb/redistest"
)

// TestParts: a daemon has come to a mark when its slowest part has, and tells the trouble of any.
func TestParts(t *testing.T) {
	ctx, c := t.Context(), redistest.Start(t).Client(t)
	told := progress.New(c, "d", slog.New(slog.DiscardHandler))
	a, b := told.Part("A"), told.Part("B", "A")
	said := func() (string, bool) {
		answers, err := progress.Answers(ctx, c, "m")
		if err != nil {
			t.Fatal(err)
		}
		text, ok := answers["d"]
		return text, ok
	}
	a.Take("m")
	if err := a.Tell(ctx, errors.New("no room")); err != nil {
		t.Fatal(err)
	}
	if _, ok := said(); ok {
		t.Error("half of the daemon answers")
	}
	b.Take("m")
	if _, ok := said(); ok {
		t.Error("answers before it is done")
	}
	if err := b.Tell(ctx, nil); err != nil {
		t.Fatal(err)
	}
	if text, ok := said(); !ok || text != "no room" {
		t.Errorf("says %q, %v", text, ok)
	}
	if err := progress.Forget(ctx, c, "m"); err != nil {
		t.Fatal(err)
	}
	if _, ok := said(); ok {
		t.Error("the answer stays")
	}
}

// TestKnown: a daemon tells which tables it follows and that it lives, until it ends.
func TestKnown(t *testing.T) {
	ctx, c := t.Context(), redistest.Start(t).Client(t)
	told := progress.New(c, "d", slog.New(slog.DiscardHandler))
	told.Part("B", "A")
	stop := told.Start(ctx)
	lives := func() bool {
		who, err := progress.Known(ctx, c)
		if err != nil {
			t.Fatal(err)
		}
		live, err := progress.Listening(ctx, c, []string{"d"})
		if err != nil {
			t.Fatal(err)
		}
		return live["d"] && who.Has("d") && len(who.Following("A")) == 1 && len(who.Following("C")) == 0
	}
	for end := time.Now().Add(10 * time.Second); !lives(); time.Sleep(time.Millisecond) {
		if time.Now().After(end) {
			t.Fatal("the daemon does not become known")
		}
	}
	stop()
	if lives() {
		t.Error("a daemon that has ended lives")
	}
	if who, err := progress.Known(ctx, c); err != nil || who.Has("d") {
		t.Errorf("it is still known: %v, %v", who, err)
	}
}

// TestNobody: a daemon without a teller works all the same.
func TestNobody(t *testing.T) {
	var told *progress.Teller
	defer told.Start(t.Context())()
	p := told.Part("A")
	p.Take("m")
	if err := p.Tell(t.Context(), nil); err != nil {
		t.Fatal(err)
	}
}
