package journal

import (
	"errors"
	"os"
)

// prune takes the oldest commits away, up to a whole configuration, while
// enough are left or too many bytes are used. What waits for a confirmation
// must be there to go back to.
func (j *Journal) prune() error {
	f, err := j.look()
	if err != nil || len(f.commits) <= j.limits.Commits && len(f.commits)%j.limits.Segment != 0 {
		return err
	}
	sizes := make(map[uint64]int64, len(f.commits))
	var bytes int64
	for _, n := range f.commits {
		if info, err := os.Stat(j.path(n, commitEnd)); err == nil {
			sizes[n] = info.Size()
			bytes += info.Size()
		}
	}
	awaited, waits, err := j.Awaiting()
	if err != nil {
		return err
	}
	for len(f.bases) > 1 {
		second := f.bases[1]
		drop := f.until(second)
		if waits && awaited.Number < second || len(f.commits)-drop < j.limits.Commits && bytes <= j.limits.Bytes || drop == len(f.commits) {
			return nil
		}
		for _, n := range f.commits[:drop] {
			bytes -= sizes[n]
		}
		if err := j.drop(&f, drop); err != nil {
			return err
		}
	}
	return nil
}

// until counts the commits before one.
func (f folder) until(number uint64) int {
	n := 0
	for n < len(f.commits) && f.commits[n] < number {
		n++
	}
	return n
}

// drop takes the first whole configuration and the commits that stand on it away.
func (j *Journal) drop(f *folder, commits int) error {
	var err error
	for _, n := range f.commits[:commits] {
		err = errors.Join(err, os.Remove(j.path(n, commitEnd)))
	}
	err = errors.Join(err, os.Remove(j.path(f.bases[0], baseEnd)))
	f.commits, f.bases = f.commits[commits:], f.bases[1:]
	return err
}
