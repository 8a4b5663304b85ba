package journal_test

import (
	"context"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/heddle-nos/heddle/daemons/commit"
	"github.com/heddle-nos/heddle/daemons/commit/journal"
	"github.com/heddle-nos/heddle/internal/statedb"
)

// shortWait gives a journal whose lock is soon given up.
func shortWait() journal.Limits {
	limits := journal.DefaultLimits()
	limits.Wait = 20 * time.Millisecond
	return limits
}

// TestSaveBesideCommit: what is saved is read and written while nobody commits,
// so that it cannot be older than what a commit has saved meanwhile.
func TestSaveBesideCommit(t *testing.T) {
	b := setUp(t, shortWait())
	b.set(t, "a", "old")
	file := filepath.Join(t.TempDir(), "config_db.json")
	release, err := b.j.Lock(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if err := b.Save(t.Context(), file, nil); !errors.Is(err, commit.ErrBusy) {
		t.Errorf("saved beside a commit: %v", err)
	}
	if _, err := os.Stat(file); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("the file is written: %v", err)
	}
	patient := b.engine(journal.Open(b.dir, journal.DefaultLimits(), nil))
	saved := make(chan error, 1)
	go func() { saved <- patient.Save(context.Background(), file, nil) }()
	if err := b.client.DB(statedb.ConfigDB).Redis().HSet(t.Context(), "T|a", "f", "new").Err(); err != nil {
		t.Fatal(err)
	}
	release()
	if err := <-saved; err != nil {
		t.Fatal(err)
	}
	got, err := commit.ReadFile(file)
	if err != nil || got["T"]["a"]["f"] != "new" {
		t.Errorf("saved %v, %v", got, err)
	}
}

// TestSaveRefused: whether the file may be written is decided under the lock.
func TestSaveRefused(t *testing.T) {
	b := setUp(t, shortWait())
	b.set(t, "a", "old")
	file := filepath.Join(t.TempDir(), "config_db.json")
	no := errors.New("not now")
	err := b.Save(t.Context(), file, func() error {
		if _, err := b.j.Lock(t.Context()); !errors.Is(err, commit.ErrBusy) {
			t.Errorf("asked without the lock: %v", err)
		}
		return no
	})
	if !errors.Is(err, no) {
		t.Errorf("%v, want %v", err, no)
	}
	if _, err := os.Stat(file); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("the file is written: %v", err)
	}
	if err := b.Save(t.Context(), file, nil); err != nil {
		t.Errorf("the lock is still held: %v", err)
	}
}

// TestSaveWithoutJournal: a journal that cannot be written is no reason to
// leave a switch without its configuration.
func TestSaveWithoutJournal(t *testing.T) {
	b := setUp(t, shortWait())
	b.set(t, "a", "old")
	if err := os.RemoveAll(b.dir); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(b.dir, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(t.TempDir(), "config_db.json")
	if err := b.Save(t.Context(), file, nil); err != nil {
		t.Fatal(err)
	}
	if got, err := commit.ReadFile(file); err != nil || got["T"]["a"]["f"] != "old" {
		t.Errorf("saved %v, %v", got, err)
	}
}
