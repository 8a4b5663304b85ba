package counters

import (
	"testing"
	"time"
)

func TestDelayAfter(t *testing.T) {
	for _, c := range []struct{ uptime, want time.Duration }{
		{0, 3 * time.Minute}, {5*time.Minute - 1, 3 * time.Minute}, {5 * time.Minute, time.Minute}, {24 * time.Hour, time.Minute},
	} {
		if got := delayAfter(c.uptime); got != c.want {
			t.Errorf("%v after the boot: %v, want %v", c.uptime, got, c.want)
		}
	}
}
