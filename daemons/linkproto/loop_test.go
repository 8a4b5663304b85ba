package linkproto

import (
	"log/slog"
	"testing"
	"time"

	"github.com/heddle-nos/heddle/daemons/resident"
)

// A process that was held up hears first what waits.
func TestStalled(t *testing.T) {
	l := &Loop{Doors: resident.Doors{Log: slog.New(slog.DiscardHandler)}}
	now := time.Unix(1000, 0)
	if l.stalled(now, time.Time{}) || pause(now, time.Time{}) != idle {
		t.Error("held up while nothing is waited for")
	}
	if l.stalled(now.Add(time.Millisecond), now) || pause(now.Add(time.Minute), now) != 0 {
		t.Error("held up by a millisecond")
	}
	for _, want := range []bool{true, false, true} {
		if got := l.stalled(now.Add(time.Second), now); got != want {
			t.Errorf("got %v, want %v", got, want)
		}
	}
}
