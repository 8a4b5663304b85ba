package commit

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/redis/go-redis/v9"

	"github.com/heddle-nos/heddle/internal/statedb"
	"github.com/heddle-nos/heddle/yang"
)

// Checker judges a whole configuration.
type Checker interface {
	// Check lists what is wrong; an empty list means that the configuration can run.
	Check(yang.Config) []yang.Problem
}

// Problem is one thing that is wrong with a configuration.
type Problem = yang.Problem

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
}

// New makes an engine on a switch's databases.
func New(c *statedb.Client, check Checker) *Engine {
	return &Engine{config: c.DB(statedb.ConfigDB), state: c.DB(statedb.StateDB), check: check}
}

// Running reads the whole of CONFIG_DB.
func (e *Engine) Running(ctx context.Context) (Config, error) {
	return read(ctx, e.config.Redis())
}

// Result tells what a commit did.
type Result struct {
	Changes  []Change
	Warnings []Problem
}

// Mode says how strictly a candidate is judged.
type Mode int

const (
	// Whole refuses a candidate with anything wrong in it: load and reload.
	Whole Mode = iota
	// Added refuses what the change itself makes wrong. An operator can
	// repair a broken configuration step by step, and is not held up by a
	// row that he did not touch. What his next command can complete is a
	// warning.
	Added
)

// attempts bounds how often a change starts again after a conflict.
const attempts = 8

// Change lets edit work on a copy of the running configuration, judges the
// outcome and writes the difference. When somebody else writes in between, it
// starts again with the new state; edit must therefore only touch its
// candidate.
func (e *Engine) Change(ctx context.Context, mode Mode, edit func(*Candidate) error) (Result, error) {
	for range attempts {
		r, err := e.try(ctx, mode, edit)
		if !errors.Is(err, redis.TxFailedErr) {
			return r, err
		}
	}
	return Result{}, ErrConflict
}

func (e *Engine) try(ctx context.Context, mode Mode, edit func(*Candidate) error) (Result, error) {
	var r Result
	err := e.transaction(ctx, func(tx *redis.Tx) error {
		running, err := read(ctx, tx)
		if err != nil {
			return err
		}
		candidate := NewCandidate(running)
		if err := edit(candidate); err != nil {
			return err
		}
		r.Changes = Diff(running, candidate.Config())
		if len(r.Changes) == 0 {
			return nil
		}
		if r.Warnings, err = e.judge(mode, running, candidate.Config()); err != nil {
			return err
		}
		return e.write(ctx, tx, r.Changes)
	})
	return r, err
}

// judge asks the checker and sorts its answer.
func (e *Engine) judge(mode Mode, running, candidate Config) ([]Problem, error) {
	found := e.check.Check(candidate)
	if mode == Added && slices.ContainsFunc(found, refuses) {
		known := make(map[Problem]bool)
		for _, p := range e.check.Check(running) {
			p.Absent = "" // it may be there meanwhile
			known[p] = true
		}
		found = slices.DeleteFunc(found, func(p Problem) bool { p.Absent = ""; return known[p] })
		for i := range found {
			found[i].Warning = found[i].Warning || found[i].Incomplete || early(running, found[i])
		}
	}
	bad := slices.DeleteFunc(slices.Clone(found), func(p Problem) bool { return p.Warning })
	if len(bad) > 0 {
		return nil, &InvalidError{bad}
	}
	return found, nil
}

// early says whether a problem is only that tables have no rows, and had none
// before: a change that takes the last row from under another is refused.
func early(running Config, p Problem) bool {
	if p.Absent == "" {
		return false
	}
	for table := range strings.SplitSeq(p.Absent, ",") {
		if len(running[table]) > 0 {
			return false
		}
	}
	return true
}

func refuses(p Problem) bool { return !p.Warning }
