package hardware

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/heddle-nos/heddle/daemons/progress"
)

const (
	firstPause = 2 * time.Millisecond // between two looks; it doubles
	forgetTime = time.Second
)

// arrival is how daemons came to a mark.
type arrival struct {
	late     map[string]string // why one has not come, by daemon
	troubles map[string]string // what troubles one that has, by daemon
}

// come waits until all these daemons have come to a mark. Set is called with it, and again from time to time: a daemon that was started
// anew has not heard of it.
func (w *Waiter) come(ctx context.Context, deadline time.Time, daemons []string, set func(mark string) error) (arrival, error) {
	a := arrival{late: make(map[string]string), troubles: make(map[string]string)}
	mark := progress.NewMark()
	defer w.forget(ctx, mark)
	missing := slices.Clone(daemons)
	absent := make(map[string]time.Time)
	var last time.Time
	for pause := firstPause; len(missing) > 0; pause = min(2*pause, w.Pause) {
		if time.Since(last) >= w.Again {
			if err := set(mark); err != nil {
				return a, err
			}
			last = time.Now()
		}
		if err := sleep(ctx, pause); err != nil {
			return a, err
		}
		answers, err := progress.Answers(ctx, w.Client, mark)
		if err != nil {
			return a, err
		}
		missing = slices.DeleteFunc(missing, func(d string) bool {
			trouble, here := answers[d]
			if trouble != "" {
				a.troubles[d] = trouble
			}
			return here
		})
		clear(a.late)
		if err := w.lookFor(ctx, missing, absent, a.late); err != nil {
			return a, err
		}
		if len(a.late) == len(missing) {
			return a, nil
		}
		if time.Now().After(deadline) {
			for _, d := range missing {
				a.late[d] = d + " has not carried it out in time"
			}
			return a, nil
		}
	}
	return a, nil
}

// lookFor finds those of the daemons that have not run for too long.
func (w *Waiter) lookFor(ctx context.Context, daemons []string, absent map[string]time.Time, late map[string]string) error {
	if len(daemons) == 0 {
		return nil
	}
	live, err := progress.Listening(ctx, w.Client, daemons)
	if err != nil {
		return err
	}
	for _, d := range daemons {
		switch since := absent[d]; {
		case live[d]:
			delete(absent, d)
		case since.IsZero():
			absent[d] = time.Now()
		case time.Since(since) > w.Absent:
			late[d] = d + " is not running"
		}
	}
	return nil
}

// forget takes the answers away; they would go by themselves.
func (w *Waiter) forget(ctx context.Context, mark string) {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), forgetTime)
	defer cancel()
	_ = progress.Forget(ctx, w.Client, mark)
}

func sleep(ctx context.Context, d time.Duration) error {
	select {
	case <-ctx.Done():
		return fmt.Errorf("wait for the daemons: %w", ctx.Err())
	case <-time.After(d):
		return nil
	}
}
