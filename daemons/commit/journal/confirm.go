package journal

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"github.com/heddle-nos/heddle/daemons/commit"
	"github.com/heddle-nos/heddle/internal/durable"
)

const confirmFile = "confirm.json"

// Awaited is a commit that is taken back unless somebody confirms it.
type Awaited struct {
	Number   uint64        `json:"commit"`
	Author   commit.Author `json:"author"`
	Deadline time.Time     `json:"deadline"`
	Server   string        `json:"server"` // run of the database that it was written to
}

// ErrAwaited refuses a second commit that would wait for its confirmation.
var ErrAwaited = errors.New("another commit waits for its confirmation")

// ErrNotAwaited says that there is nothing to confirm.
var ErrNotAwaited = errors.New("no commit waits for a confirmation")

// await keeps that a commit waits.
func (j *Journal) await(rec commit.Record) error {
	if a, waits, err := j.Awaiting(); err != nil || waits {
		if err == nil {
			err = fmt.Errorf("%w: commit %d, until %s", ErrAwaited, a.Number, a.Deadline.Format(time.TimeOnly))
		}
		return err
	}
	data, err := json.Marshal(Awaited{Number: rec.Number, Author: rec.Author, Deadline: rec.Confirm, Server: rec.Server})
	if err != nil {
		return err
	}
	return durable.WriteFile(filepath.Join(j.dir, confirmFile), append(data, '\n'), fileMode)
}

// Awaiting gives the commit that waits, and whether one does.
func (j *Journal) Awaiting() (Awaited, bool, error) {
	var a Awaited
	data, err := os.ReadFile(filepath.Join(j.dir, confirmFile))
	if absent(err) {
		return a, false, nil
	}
	if err == nil {
		err = json.Unmarshal(data, &a)
	}
	if err != nil {
		return a, false, fmt.Errorf("read what waits for a confirmation: %w", err)
	}
	return a, true, nil
}

// Confirm lets the commit that waits stay. The caller holds the lock.
func (j *Journal) Confirm(by commit.Author) (Awaited, error) {
	a, waits, err := j.Awaiting()
	if err != nil {
		return a, err
	}
	if !waits {
		return a, ErrNotAwaited
	}
	if err := j.release(); err != nil {
		return a, fmt.Errorf("confirm commit %d: %w", a.Number, err)
	}
	j.say(Line{Author: by, Text: fmt.Sprintf("commit %d confirmed by %s", a.Number, by)})
	return a, nil
}

// Release forgets that a commit waits: it was taken back. The caller holds the lock.
func (j *Journal) Release() error { return j.release() }

func (j *Journal) release() error { return durable.Remove(filepath.Join(j.dir, confirmFile)) }
