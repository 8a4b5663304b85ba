package draft

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"time"

	"golang.org/x/sys/unix"

	"github.com/heddle-nos/heddle/daemons/commit"
	"github.com/heddle-nos/heddle/daemons/commit/checkpoint"
	"github.com/heddle-nos/heddle/internal/durable"
)

// Default is the session of those who name none.
const Default = "default"

const (
	end      = ".session.json"
	lockEnd  = ".lock"
	dirMode  = 0o700
	fileMode = 0o600
)

// Store is the folder of the sessions of one user.
type Store struct{ dir string }

// Of gives a user's sessions below the folder of all.
func Of(dir, user string) Store {
	return Store{filepath.Join(dir, strings.TrimLeft(strings.ReplaceAll(user, "/", "_"), "."))}
}

// Draft is one session.
type Draft struct {
	Name     string        `json:"name"`
	Author   commit.Author `json:"author"` // who began it
	Began    time.Time     `json:"began"`
	Changed  time.Time     `json:"changed"`
	Commands []string      `json:"commands"` // that were run in it
	Base     commit.Config `json:"base"`
	Mine     commit.Config `json:"mine"`
}

// Changes lists what the session has changed so far.
func (d *Draft) Changes() []commit.Change { return commit.Diff(d.Base, d.Mine) }

// AbsentError says that there is no session of a name.
type AbsentError struct{ Name string }

func (e *AbsentError) Error() string { return fmt.Sprintf("there is no session %q", e.Name) }

// ExistsError says that a session of a name has begun already.
type ExistsError struct{ Name string }

func (e *ExistsError) Error() string { return fmt.Sprintf("session %q has begun already", e.Name) }

func (s Store) path(name string) string { return filepath.Join(s.dir, name+end) }

// Begin makes a session on a configuration.
func (s Store) Begin(name string, by commit.Author, running commit.Config, now time.Time) (*Draft, error) {
	if err := checkpoint.CheckName(name); err != nil {
		return nil, fmt.Errorf("begin session: %w", err)
	}
	if _, err := os.Lstat(s.path(name)); err == nil {
		return nil, &ExistsError{name}
	}
	d := &Draft{Name: name, Author: by, Began: now, Changed: now, Base: running, Mine: running}
	return d, s.write(d)
}

func (s Store) write(d *Draft) error {
	if err := os.MkdirAll(s.dir, dirMode); err != nil {
		return fmt.Errorf("write session %q: %w", d.Name, err)
	}
	data, err := json.Marshal(d)
	if err == nil {
		err = durable.WriteFile(s.path(d.Name), append(data, '\n'), fileMode)
	}
	if err != nil {
		return fmt.Errorf("write session %q: %w", d.Name, err)
	}
	return nil
}

// Read gives a session.
func (s Store) Read(name string) (*Draft, error) {
	if err := checkpoint.CheckName(name); err != nil {
		return nil, fmt.Errorf("read session: %w", err)
	}
	data, err := os.ReadFile(s.path(name))
	if errors.Is(err, fs.ErrNotExist) {
		return nil, &AbsentError{name}
	}
	d := new(Draft)
	if err == nil {
		err = json.Unmarshal(data, d)
	}
	if err != nil {
		return nil, fmt.Errorf("read session %q: %w", name, err)
	}
	d.Name = name
	return d, nil
}

// Update changes a session. Two commands in one session come one after the other.
func (s Store) Update(name string, change func(*Draft) error) error {
	if _, err := s.Read(name); err != nil {
		return err
	}
	lock, err := os.OpenFile(filepath.Join(s.dir, name+lockEnd), os.O_RDWR|os.O_CREATE, fileMode)
	if err != nil {
		return fmt.Errorf("lock session %q: %w", name, err)
	}
	defer lock.Close()
	if err := unix.Flock(int(lock.Fd()), unix.LOCK_EX|unix.LOCK_NB); err != nil {
		return fmt.Errorf("session %q is being edited by another command: %w", name, err)
	}
	d, err := s.Read(name)
	if err != nil {
		return err
	}
	if err := change(d); err != nil {
		return err
	}
	return s.write(d)
}

// Abort forgets a session.
func (s Store) Abort(name string) error {
	if _, err := s.Read(name); errors.As(err, new(*AbsentError)) {
		return err
	}
	if err := checkpoint.CheckName(name); err != nil {
		return err
	}
	return errors.Join(durable.Remove(s.path(name)), durable.Remove(filepath.Join(s.dir, name+lockEnd)))
}

// List gives the user's sessions by name; one that cannot be read is left out.
func (s Store) List() ([]*Draft, error) {
	entries, err := os.ReadDir(s.dir)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, fmt.Errorf("list sessions: %w", err)
	}
	var out []*Draft
	for _, e := range entries {
		if name, ok := strings.CutSuffix(e.Name(), end); ok {
			if d, err := s.Read(name); err == nil {
				out = append(out, d)
			}
		}
	}
	return out, nil
}
