package resident_test

import (
	"errors"
	"testing"
	"testing/synctest"
	"time"

	"github.com/heddle-nos/heddle/daemons/resident"
)

// TestPace runs on a clock of its own: every wait is exact.
func TestPace(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		const settle = 3 * time.Millisecond
		p := resident.NewPace(settle)
		defer p.Stop()
		turn := func(why string, wait time.Duration, audit bool, takes time.Duration, err error) {
			t.Helper()
			asked := time.Now()
			<-p.C()
			if got := time.Since(asked); got != wait {
				t.Errorf("%s: applied after %v, want %v", why, got, wait)
			}
			p.Run(func(a bool) error {
				if a != audit {
					t.Errorf("%s: audit %v, want %v", why, a, audit)
				}
				time.Sleep(takes)
				return err
			})
		}
		turn("nothing happened", time.Minute, true, 0, nil)
		p.Soon()
		p.Soon()
		turn("two changes", settle, false, 100*time.Millisecond, errors.New("refused"))
		turn("after a failure", time.Second, false, 100*time.Millisecond, nil)
		p.Soon()
		turn("a change where comparing is slow", settle+200*time.Millisecond, false, time.Hour, nil)
		p.Soon()
		turn("a change where comparing is very slow", time.Second, false, 0, nil)
		turn("nothing happened since", time.Minute, true, 0, nil)
	})
}
