package journal

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"

	"github.com/heddle-nos/heddle/daemons/commit"
)

const deniedDir = "denied"

// Refused keeps an attempt that was not written.
func (j *Journal) Refused(rec commit.Record) error {
	j.say(lineOf(rec))
	dir := filepath.Join(j.dir, deniedDir)
	if err := os.MkdirAll(dir, dirMode); err != nil {
		return fmt.Errorf("write journal: %w", err)
	}
	data, err := encode(rec)
	if err != nil {
		return fmt.Errorf("write journal: %w", err)
	}
	// The nanoseconds and a random end keep two attempts apart.
	f, err := os.CreateTemp(dir, rec.Time.UTC().Format("20060102T150405.000000000")+"-*"+commitEnd)
	if err != nil {
		return fmt.Errorf("write journal: %w", err)
	}
	_, err = f.Write(data)
	if closed := f.Close(); err == nil {
		err = closed
	}
	if err != nil {
		return fmt.Errorf("write journal: %w", err)
	}
	return j.pruneDenied(dir)
}

func (j *Journal) pruneDenied(dir string) error {
	entries, err := os.ReadDir(dir) // sorted by name, so by time
	if err != nil {
		return err
	}
	for _, e := range entries[:max(0, len(entries)-j.limits.Denied)] {
		if err := os.Remove(filepath.Join(dir, e.Name())); err != nil && !absent(err) {
			return err
		}
	}
	return nil
}

// Denied lists the attempts that were refused, newest first, without rows.
func (j *Journal) Denied() ([]commit.Record, error) {
	dir := filepath.Join(j.dir, deniedDir)
	entries, err := os.ReadDir(dir)
	if err != nil && !absent(err) {
		return nil, fmt.Errorf("read journal: %w", err)
	}
	var out []commit.Record
	for _, e := range slices.Backward(entries) {
		if rec, err := readHeader(filepath.Join(dir, e.Name())); err == nil {
			out = append(out, rec)
		}
	}
	return out, nil
}
