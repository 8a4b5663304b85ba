package journal

import (
	"fmt"
	"slices"

	"github.com/heddle-nos/heddle/daemons/commit"
)

// List gives the commits, newest first, without their rows. One that is
// damaged is left out.
func (j *Journal) List() ([]commit.Record, error) {
	f, err := j.look()
	if err != nil {
		return nil, err
	}
	out := make([]commit.Record, 0, len(f.commits))
	for _, n := range slices.Backward(f.commits) {
		rec, err := readHeader(j.path(n, commitEnd))
		if err == nil {
			out = append(out, rec)
		}
	}
	return out, nil
}

// NoCommitError says that the journal has no such commit.
type NoCommitError struct{ Number uint64 }

func (e *NoCommitError) Error() string { return fmt.Sprintf("the journal has no commit %d", e.Number) }

// Commit gives one commit with its rows.
func (j *Journal) Commit(number uint64) (commit.Record, error) {
	rec, err := readEntry(j.path(number, commitEnd))
	if absent(err) {
		return rec, &NoCommitError{number}
	}
	if err != nil {
		return rec, fmt.Errorf("read journal: %w", err)
	}
	return rec, nil
}

// Before gives the whole configuration as it was before a commit.
func (j *Journal) Before(number uint64) (commit.Config, error) {
	want, err := j.Commit(number)
	if err != nil {
		return nil, err
	}
	f, err := j.look()
	if err != nil {
		return nil, err
	}
	base, ok := f.baseFor(number)
	if !ok {
		return nil, fmt.Errorf("the journal does not reach back to what was before commit %d", number)
	}
	c, err := readBase(j.path(base, baseEnd))
	if err != nil {
		return nil, fmt.Errorf("read journal: %w", err)
	}
	for _, n := range f.commits {
		if n < base || n >= number {
			continue
		}
		rec, err := j.Commit(n)
		if err != nil {
			return nil, err
		}
		c.Apply(rec.Changes)
	}
	if commit.DigestOf(c) != want.Before {
		return nil, fmt.Errorf("the journal is damaged between commits %d and %d", base, number)
	}
	return c, nil
}

// After gives the whole configuration as a commit left it.
func (j *Journal) After(number uint64) (commit.Config, error) {
	c, err := j.Before(number)
	if err != nil {
		return nil, err
	}
	rec, err := j.Commit(number)
	if err != nil {
		return nil, err
	}
	c.Apply(rec.Changes)
	return c, nil
}

// Back gives the configuration before the last n commits; with 0, as the last
// one left it. What a switch loads when it starts is no commit here: before it
// there was nothing to go back to.
func (j *Journal) Back(n int) (commit.Config, uint64, error) {
	all, err := j.List()
	if err != nil {
		return nil, 0, err
	}
	all = slices.DeleteFunc(all, func(r commit.Record) bool { return r.Kind == commit.KindBoot })
	if n < 0 || n > len(all) || len(all) == 0 {
		return nil, 0, fmt.Errorf("go back %d commits: the journal has %d", n, len(all))
	}
	if n == 0 {
		c, err := j.After(all[0].Number)
		return c, all[0].Number, err
	}
	number := all[n-1].Number
	c, err := j.Before(number)
	return c, number, err
}
