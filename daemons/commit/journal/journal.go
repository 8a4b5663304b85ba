package journal

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"time"

	"golang.org/x/sys/unix"

	"github.com/heddle-nos/heddle/daemons/commit"
)

// Journal is the journal of one switch. Any number of processes may have it.
type Journal struct {
	dir    string
	limits Limits
	say    func(Line)
}

// Limits bound what the journal keeps and how long a committer waits.
type Limits struct {
	Commits int           // kept at least
	Bytes   int64         // of all commits, at most
	Segment int           // commits between two whole configurations
	Denied  int           // refused attempts kept
	Wait    time.Duration // for another committer
}

// DefaultLimits are those of a switch.
func DefaultLimits() Limits {
	return Limits{Commits: 256, Bytes: 64 << 20, Segment: 64, Denied: 256, Wait: 30 * time.Second}
}

// Open gives the journal in a folder, which is made with the first commit. Say,
// which may be nil, is told a line about each commit and refusal.
func Open(dir string, limits Limits, say func(Line)) *Journal {
	if say == nil {
		say = func(Line) {}
	}
	return &Journal{dir: dir, limits: limits, say: say}
}

const (
	lockFile  = "lock"
	lockPause = 2 * time.Millisecond // between looks at a lock that somebody has

	dirMode  = 0o700 // values in the journal may be secret
	fileMode = 0o600
)

// Lock keeps other committers out until the release. Locks of a process that
// dies are released.
func (j *Journal) Lock(ctx context.Context) (release func(), err error) {
	if err := os.MkdirAll(j.dir, dirMode); err != nil {
		return nil, fmt.Errorf("lock journal: %w", err)
	}
	f, err := os.OpenFile(filepath.Join(j.dir, lockFile), os.O_RDWR|os.O_CREATE, fileMode)
	if err != nil {
		return nil, fmt.Errorf("lock journal: %w", err)
	}
	if err := j.acquire(ctx, f); err != nil {
		f.Close()
		return nil, err
	}
	return func() { f.Close() }, nil
}

// acquire polls: a blocking wait could not be ended.
func (j *Journal) acquire(ctx context.Context, f *os.File) error {
	end := time.NewTimer(j.limits.Wait)
	defer end.Stop()
	for {
		err := unix.Flock(int(f.Fd()), unix.LOCK_EX|unix.LOCK_NB)
		if err == nil {
			return nil
		}
		if !errors.Is(err, unix.EWOULDBLOCK) && !errors.Is(err, unix.EINTR) {
			return fmt.Errorf("lock journal: %w", err)
		}
		select {
		case <-ctx.Done():
			return fmt.Errorf("%w: %w", commit.ErrBusy, ctx.Err())
		case <-end.C:
			return fmt.Errorf("%w for %s and keeps %s", commit.ErrBusy, j.limits.Wait, f.Name())
		case <-time.After(lockPause):
		}
	}
}

// absent says whether an error is that a file is not there.
func absent(err error) bool { return errors.Is(err, fs.ErrNotExist) }
