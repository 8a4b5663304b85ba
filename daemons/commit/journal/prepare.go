package journal

import (
	"crypto/rand"
	"encoding/hex"
	"errors"
	"fmt"
	"os"

	"github.com/heddle-nos/heddle/daemons/commit"
	"github.com/heddle-nos/heddle/internal/durable"
)

// pending is a commit between its journal and the database.
type pending struct {
	j    *Journal
	rec  commit.Record
	file *os.File
	base bool // a whole configuration was kept with it
}

// Prepare keeps what is about to be written. One that shall be confirmed is on
// the disk, with its deadline, before the database hears of it: the switch must
// find it after a power cut.
func (j *Journal) Prepare(rec commit.Record) (commit.Pending, error) {
	p, err := j.prepare(rec)
	if err != nil {
		return nil, fmt.Errorf("write journal: %w", err)
	}
	return p, nil
}

func (j *Journal) prepare(rec commit.Record) (*pending, error) {
	if err := os.MkdirAll(j.dir, dirMode); err != nil {
		return nil, err
	}
	f, err := j.look()
	if err != nil {
		return nil, err
	}
	if rec.Settles != 0 {
		if a, waits, err := j.Awaiting(); err != nil || !waits || a.Number != rec.Settles {
			return nil, errors.Join(err, ErrNotAwaited)
		}
	}
	rec.Number = f.next()
	if rec.Token, err = token(rec.Number); err != nil {
		return nil, err
	}
	p := &pending{j: j, rec: rec}
	if p.base, err = j.needsBase(f, rec); err != nil {
		return nil, err
	}
	if p.base {
		if err := writeBase(j.path(rec.Number, baseEnd), rec.Previous); err != nil {
			return nil, err
		}
	}
	if err := p.open(); err != nil {
		return nil, errors.Join(err, p.Cancel())
	}
	return p, nil
}

// token is what the database gets: a number alone could come twice.
func token(number uint64) (string, error) {
	var b [6]byte
	if _, err := rand.Read(b[:]); err != nil {
		return "", err
	}
	return fmt.Sprintf("%d.%s", number, hex.EncodeToString(b[:])), nil
}

// needsBase says whether the configuration before a commit cannot be had from
// the commits before: there are none, others have changed it meanwhile, or it
// is long ago.
func (j *Journal) needsBase(f folder, rec commit.Record) (bool, error) {
	last := f.last()
	base, ok := f.baseFor(last)
	if last == 0 || !ok || rec.Number-base >= uint64(j.limits.Segment) {
		return true, nil
	}
	before, err := readHeader(j.path(last, commitEnd))
	if err != nil {
		return true, nil //nolint:nilerr // a damaged commit is like none: what comes after it stands by itself
	}
	return before.After != rec.Before, nil
}

func (p *pending) open() (err error) {
	data, err := encode(p.rec)
	if err != nil {
		return err
	}
	p.file, err = os.OpenFile(p.j.path(p.rec.Number, pendingEnd), os.O_WRONLY|os.O_CREATE|os.O_TRUNC, fileMode)
	if err != nil {
		return err
	}
	if _, err := p.file.Write(data); err != nil {
		return err
	}
	if p.rec.Confirm.IsZero() {
		return nil
	}
	if err := p.file.Sync(); err != nil {
		return err
	}
	return p.j.await(p.rec)
}

// written follows a commit that is in the database and in the journal.
func (j *Journal) written(rec commit.Record) error {
	j.say(lineOf(rec))
	err := durable.SyncDir(j.dir)
	if rec.Settles == 0 || err != nil {
		return err
	}
	return j.release()
}

// Record gives the commit with its number and token.
func (p *pending) Record() commit.Record { return p.rec }

// Done makes the commit part of the journal.
func (p *pending) Done() error {
	err := p.file.Sync()
	err = errors.Join(err, p.file.Close())
	err = errors.Join(err, os.Rename(p.j.path(p.rec.Number, pendingEnd), p.j.path(p.rec.Number, commitEnd)))
	if err == nil {
		err = p.j.written(p.rec)
	}
	if err == nil {
		err = p.j.prune()
	}
	if err != nil {
		return fmt.Errorf("write journal: %w", err)
	}
	return nil
}

// Cancel forgets the commit.
func (p *pending) Cancel() error {
	var err error
	if p.file != nil {
		err = p.file.Close()
	}
	return errors.Join(err, p.j.forget(p.rec.Number))
}

// forget takes away everything about a commit that was not written.
func (j *Journal) forget(number uint64) error {
	a, waits, err := j.Awaiting()
	if err == nil && waits && a.Number == number {
		err = j.release()
	}
	for _, end := range []string{baseEnd, pendingEnd} {
		if gone := os.Remove(j.path(number, end)); gone != nil && !absent(gone) {
			err = errors.Join(err, gone)
		}
	}
	return err
}

// Settle decides about commits whose committer died: those that were written
// become part of the journal, the others are forgotten.
func (j *Journal) Settle(written func(token string) bool) error {
	f, err := j.look()
	if err != nil {
		return err
	}
	for _, n := range f.pending {
		if err := j.settle(n, written); err != nil {
			return fmt.Errorf("settle commit %d: %w", n, err)
		}
	}
	return nil
}

func (j *Journal) settle(number uint64, written func(string) bool) error {
	rec, err := readEntry(j.path(number, pendingEnd))
	if err != nil || !written(rec.Token) {
		return j.forget(number) // one that cannot be read was not finished, so not written
	}
	if err := os.Rename(j.path(number, pendingEnd), j.path(number, commitEnd)); err != nil {
		return err
	}
	return j.written(rec)
}
