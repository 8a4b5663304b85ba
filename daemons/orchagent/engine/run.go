package engine

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/heddle-nos/heddle/daemons/orchagent/asicdb"
	"github.com/heddle-nos/heddle/daemons/orchagent/object"
	"github.com/heddle-nos/heddle/internal/statedb"
)

// resyncPause is how long to wait before syncd is asked again after it did
// not answer.
const resyncPause = time.Second

// lookPause is the time between looks at whether ASIC_DB still has its content.
const lookPause = 2 * time.Second

// Run reconciles until ctx ends or the databases were emptied. Notifications come from notes.
func (e *Engine) Run(ctx context.Context, notes *statedb.Notifications) error {
	e.accept("switch", e.Switch)
	if err := e.readTables(ctx); err != nil {
		return err
	}
	for ctx.Err() == nil {
		err := e.session(ctx, notes)
		if ctx.Err() != nil {
			break
		}
		if e.loaded && errors.Is(err, asicdb.ErrOutOfStep) && errors.Is(e.ASIC.Intact(ctx), asicdb.ErrEmptied) {
			err = asicdb.ErrEmptied // whoever was to answer has ended for that
		}
		if errors.Is(err, asicdb.ErrEmptied) {
			return err
		}
		if !errors.Is(err, asicdb.ErrOutOfStep) {
			e.Log.Error("talk to the databases", "err", err)
		} else {
			e.Log.Warn("read the ASIC's state anew", "err", err)
		}
		sleep(ctx, resyncPause)
	}
	return ctx.Err()
}

// session loads the ASIC's state and keeps it as desired until something is
// out of step.
func (e *Engine) session(ctx context.Context, notes *statedb.Notifications) error {
	if err := e.load(ctx); err != nil {
		return err
	}
	look := time.NewTicker(lookPause)
	defer look.Stop()
	gaps := notes.Gaps()
	for {
		if now := notes.Gaps(); now != gaps { // notifications may have been lost
			gaps = now
			if err := e.readPortStates(ctx); err != nil {
				return err
			}
		}
		if err := e.reconcile(ctx); err != nil {
			return err
		}
		if err := e.flushAsked(ctx); err != nil {
			return err
		}
		if err := e.out.Flush(ctx); err != nil {
			return err
		}
		e.endSettled()
		if err := e.next(ctx, notes, look.C); err != nil {
			return err
		}
	}
}

// next waits for one thing to happen and notes it. Everything but routes is
// taken whole before the next plan.
func (e *Engine) next(ctx context.Context, notes *statedb.Notifications, look <-chan time.Time) error {
	if e.takeFast() {
		return nil
	}
	var slow <-chan batch
	if e.routes.Pending() < maxPending {
		slow = e.slow
	}
	retry := e.retry.timer()
	var late <-chan time.Time
	if e.ASIC.Outstanding() > 0 {
		t := time.NewTimer(e.ASIC.Timeout())
		defer t.Stop()
		late = t.C
	}
	select {
	case <-ctx.Done():
		return ctx.Err()
	case b := <-e.fast:
		e.takeChanges(b)
	case b := <-slow:
		if b.settling != nil {
			e.settling = append(e.settling, *b.settling)
			return nil
		}
		e.takeRoutes(b)
	case r := <-e.ASIC.Answers():
		return e.ASIC.Deliver(r)
	case n := <-notes.C():
		return e.notified(ctx, n)
	case n := <-e.Flushes:
		return e.flushRequested(ctx, n)
	case q := <-e.asks:
		return e.answer(ctx, q)
	case <-retry:
		e.retryFailed()
	case c := <-e.Guards:
		e.guardChanged(c)
	case on := <-e.Feedbacks:
		return e.setFeedback(ctx, on)
	case <-look:
		e.guardExpires()
		return e.ASIC.Intact(ctx)
	case <-e.grace:
		e.endHold()
	case <-late:
		return fmt.Errorf("no answer within %s: %w", e.ASIC.Timeout(), asicdb.ErrOutOfStep)
	}
	return nil
}

func (e *Engine) takeFast() bool {
	taken := false
	for range fastInputs {
		select {
		case b := <-e.fast:
			e.takeChanges(b)
			taken = true
		default:
			return taken
		}
	}
	return taken
}

// reconcile plans and carries out until nothing can be done at once.
func (e *Engine) reconcile(ctx context.Context) error {
	e.startGrace()
	if err := e.rereadRoutes(ctx); err != nil {
		return err
	}
	e.takeCounted()
	for e.dealFine(); len(e.dirty) > 0; e.dealFine() {
		if err := e.cycle(ctx); err != nil {
			return err
		}
	}
	if err := e.pump(ctx); err != nil {
		return err
	}
	return e.settled(ctx)
}

// settled tells the totals and, once, that the switch is ready.
func (e *Engine) settled(ctx context.Context) error {
	if !e.idle() {
		return nil
	}
	e.tellPorts()
	e.tellRoutes()
	if err := e.tellLacking(ctx); err != nil {
		return err
	}
	if e.told.ready || !e.ports.configDone {
		return nil
	}
	e.told.ready = true
	if e.Ready != nil {
		e.Ready()
	}
	return e.forgetStale(ctx)
}

func sleep(ctx context.Context, d time.Duration) {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-ctx.Done():
	case <-t.C:
	}
}

func (e *Engine) markDirty(keys ...object.Key) {
	for _, k := range keys {
		e.dirty[k] = struct{}{}
	}
}
