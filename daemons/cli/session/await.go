package session

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/heddle-nos/heddle/daemons/commit"
	"github.com/heddle-nos/heddle/daemons/commit/hardware"
)

// defaultWait is how long the ASIC gets where an answer is needed and nobody
// says how long to wait.
const defaultWait = 30 * time.Second

// await tells what became of a commit. What failed, or has no answer, is an
// error; where the change shall be all or nothing, it is taken back.
func (s *Session) await(ctx context.Context, done commit.Result) error {
	c, err := s.Client()
	if err != nil {
		return err
	}
	most := time.Duration(s.Options.Wait) * time.Second
	if most == 0 {
		most = defaultWait
	}
	r, err := hardware.NewWaiter(c).Wait(ctx, done.Changes, most)
	if err != nil {
		return err
	}
	for _, note := range r.Notes {
		fmt.Fprintln(s.Err, "Note:", note)
	}
	for _, o := range r.Outcomes {
		s.Printf("%s\n", o)
	}
	failed := hardware.Failures(r.Outcomes)
	if failed == nil || !s.Options.Atomic {
		return failed
	}
	if err := s.takeBack(ctx, done); err != nil {
		return errors.Join(failed, err)
	}
	return fmt.Errorf("%w\nthe change was taken back", failed)
}

// takeBack undoes a commit, and what waits for a confirmation with it. What
// others have changed since stays.
func (s *Session) takeBack(ctx context.Context, r commit.Result) error {
	e, err := s.Engine()
	if err != nil {
		return err
	}
	q := commit.Request{Mode: commit.Restored, Kind: commit.KindRevert, Comment: fmt.Sprintf("commit %d failed", r.Number), Edit: commit.Undo(r.Changes)}
	if a, waits, err := s.Journal().Awaiting(); err == nil && waits && a.Number == r.Number {
		q.Settles = r.Number
	}
	if _, err := e.Commit(ctx, q); err != nil {
		return fmt.Errorf("take commit %d back: %w", r.Number, err)
	}
	return nil
}
