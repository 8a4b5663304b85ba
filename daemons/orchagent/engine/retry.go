package engine

import (
	"time"

	"github.com/heddle-nos/heddle/daemons/orchagent/object"
)

// Failed operations are tried again after a pause that doubles.
const (
	firstPause = time.Second
	lastPause  = time.Minute
)

// routesKey stands for all failed routes together.
const routesKey object.Key = "routes"

type attempt struct {
	at    time.Time
	pause time.Duration
}

// retries knows when what failed is to be tried again.
type retries struct {
	due map[object.Key]attempt
	now func() time.Time
}

func newRetries(now func() time.Time) retries {
	return retries{due: make(map[object.Key]attempt), now: now}
}

// failed schedules another attempt unless one is due already.
func (r *retries) failed(k object.Key) {
	a := r.due[k]
	if a.at.After(r.now()) {
		return
	}
	a.pause = min(max(2*a.pause, firstPause), lastPause)
	a.at = r.now().Add(a.pause)
	r.due[k] = a
}

func (r *retries) succeeded(k object.Key) { delete(r.due, k) }

// timer fires when the next attempt is due; nil if none is.
func (r *retries) timer() <-chan time.Time {
	var first time.Time
	for _, a := range r.due {
		if first.IsZero() || a.at.Before(first) {
			first = a.at
		}
	}
	if first.IsZero() {
		return nil
	}
	return time.After(max(first.Sub(r.now()), 10*time.Millisecond))
}

// ready returns what is due.
func (r *retries) ready() []object.Key {
	var out []object.Key
	now := r.now()
	for k, a := range r.due {
		if !a.at.After(now) {
			out = append(out, k)
		}
	}
	return out
}

func (e *Engine) retryFailed() {
	for _, k := range e.retry.ready() {
		if k != routesKey {
			e.markDirty(k)
			continue
		}
		if e.routes.Retry() == 0 {
			e.retry.succeeded(k)
		} else {
			e.retry.failed(k)
		}
	}
}
