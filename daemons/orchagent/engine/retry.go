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
	due  map[object.Key]attempt
	next time.Time // not after the first attempt due; zero if there is none
	now  func() time.Time
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
	r.wakeAt(a.at)
}

func (r *retries) wakeAt(t time.Time) {
	if r.next.IsZero() || t.Before(r.next) {
		r.next = t
	}
}

func (r *retries) succeeded(k object.Key) { delete(r.due, k) }

func (r *retries) clear() {
	clear(r.due)
	r.next = time.Time{}
}

// timer fires when an attempt may be due; nil if none is to come.
func (r *retries) timer() <-chan time.Time {
	if r.next.IsZero() {
		return nil
	}
	return time.After(max(r.next.Sub(r.now()), 0))
}

// ready returns what is due.
func (r *retries) ready() []object.Key {
	var out []object.Key
	now := r.now()
	r.next = time.Time{}
	for k, a := range r.due {
		if a.at.After(now) {
			r.wakeAt(a.at)
		} else {
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
