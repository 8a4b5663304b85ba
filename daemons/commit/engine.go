package commit

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/redis/go-redis/v9"

	"github.com/heddle-nos/heddle/internal/statedb"
)

// InvalidError refuses a candidate.
type InvalidError struct{ Problems []Problem }

// shownProblems is how many problems an error tells; the rest are counted.
const shownProblems = 20

func (e *InvalidError) Error() string {
	var b strings.Builder
	b.WriteString("the configuration is not valid")
	for i, p := range e.Problems {
		if i == shownProblems {
			fmt.Fprintf(&b, "\n  and %d more", len(e.Problems)-i)
			break
		}
		b.WriteString("\n  " + p.String())
	}
	return b.String()
}

// ErrConflict says that others kept changing the configuration meanwhile.
var ErrConflict = errors.New("the configuration was changed by somebody else meanwhile, try again")

// Engine commits changes to one switch.
type Engine struct {
	config *statedb.DB
	state  *statedb.DB
	check  Checker
	record Recorder
	author Author
	permit Guard
	now    func() time.Time
}

// Guard says whether the engine's author may change rows of these tables; the error tells why not.
type Guard func(tables []string) error

// DeniedError says that the author may not make a change.
type DeniedError struct{ Cause error }

func (e *DeniedError) Error() string { return e.Cause.Error() }

// Unwrap gives the guard's own error.
func (e *DeniedError) Unwrap() error { return e.Cause }

// New makes an engine on a switch's databases. It keeps no record of what it does.
func New(c *statedb.Client, check Checker) *Engine {
	return &Engine{config: c.DB(statedb.ConfigDB), state: c.DB(statedb.StateDB), check: check, record: noRecord{}, now: time.Now}
}

// Recorded gives the engine of an author whose commits are kept by a recorder.
func (e *Engine) Recorded(r Recorder, author Author, now func() time.Time) *Engine {
	with := *e
	with.record, with.author, with.now = r, author, now
	return &with
}

// Guarded gives an engine that changes only what a guard permits.
func (e *Engine) Guarded(g Guard) *Engine {
	with := *e
	with.permit = g
	return &with
}

// permitted asks the guard about changes.
func (e *Engine) permitted(changes []Change) error {
	if e.permit == nil {
		return nil
	}
	var tables []string
	for _, c := range changes {
		if !slices.Contains(tables, c.Table) {
			tables = append(tables, c.Table)
		}
	}
	if err := e.permit(tables); err != nil {
		return &DeniedError{err}
	}
	return nil
}

// Running reads the whole of CONFIG_DB.
func (e *Engine) Running(ctx context.Context) (Config, error) {
	return read(ctx, e.config.Redis())
}

// Result tells what a commit did.
type Result struct {
	Changes  []Change
	Warnings []Problem
	Number   uint64 // in the journal; 0 for one that is not there
	// Unrecorded is why the commit is not in the journal although it should be.
	Unrecorded error
}

// Request is a change that somebody wants.
type Request struct {
	Mode    Mode
	Kind    Kind   // "" for an ordinary commit
	Comment string // why
	// Edit makes the change. It may run more than once, each time on a new
	// candidate, and must touch nothing else.
	Edit func(*Candidate) error
	// Ignore lists problems that shall not count.
	Ignore func(Problem) bool
	// DryRun judges and writes nothing.
	DryRun bool
	// Confirm is how long the change waits for a confirmation before it is
	// taken back; 0 for one that stays.
	Confirm time.Duration
	// Settles is the commit whose waiting this one ends by taking it back. If
	// it does not wait any more, nothing is written.
	Settles uint64
}

// Change lets edit work on a copy of the running configuration, judges the
// outcome and writes the difference.
func (e *Engine) Change(ctx context.Context, mode Mode, edit func(*Candidate) error) (Result, error) {
	return e.Commit(ctx, Request{Mode: mode, Edit: edit})
}

// attempts bounds how often a change starts again after a conflict.
const attempts = 8

// Commit carries out a request. When somebody else writes in between, it starts
// again with the new state; from then on it keeps other committers out, so
// that only writers that do not use this package can make it fail.
func (e *Engine) Commit(ctx context.Context, q Request) (Result, error) {
	if q.Kind == "" {
		q.Kind = KindCommit
	}
	r, err := e.attempt(ctx, q, attempts)
	if errors.Is(err, redis.TxFailedErr) {
		err = ErrConflict
	}
	if refused(err) && !q.DryRun {
		e.refuse(q, &r, err)
	}
	return r, err
}

func (e *Engine) attempt(ctx context.Context, q Request, left int) (Result, error) {
	r, err := e.try(ctx, q, false)
	for left--; left > 0 && errors.Is(err, redis.TxFailedErr); left-- {
		r, err = e.try(ctx, q, true)
	}
	return r, err
}

// refused says whether an error is this package's own no, and not that of a
// command about its arguments.
func refused(err error) bool {
	var invalid *InvalidError
	var conflict *MergeError
	var denied *DeniedError
	return errors.As(err, &invalid) || errors.As(err, &conflict) || errors.As(err, &denied) || errors.Is(err, ErrConflict)
}

func (e *Engine) try(ctx context.Context, q Request, alone bool) (Result, error) {
	var r Result
	if alone {
		release, err := e.record.Lock(ctx)
		if errors.Is(err, ErrBusy) {
			return r, err
		}
		if err == nil {
			defer release()
		}
	}
	err := e.transaction(ctx, func(tx *redis.Tx) error {
		running, err := read(ctx, tx)
		if err != nil {
			return err
		}
		candidate := NewCandidate(running)
		if err := q.Edit(candidate); err != nil {
			return err
		}
		changes := Diff(running, candidate.Config())
		if len(changes) == 0 {
			return nil
		}
		r = Result{Changes: slices.DeleteFunc(slices.Clone(changes), func(c Change) bool { return c.Key == noKey && c.After != nil })}
		if err := e.permitted(r.Changes); err != nil {
			return err
		}
		if r.Warnings, err = Judge(e.check, q.Mode, running, candidate.Config(), changes, q.Ignore); err != nil || q.DryRun || len(r.Changes) == 0 {
			return err
		}
		return e.keep(ctx, tx, q, running, &r, alone)
	})
	return r, err
}
