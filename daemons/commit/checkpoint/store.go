package checkpoint

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"time"
	"unicode"

	"github.com/heddle-nos/heddle/daemons/commit"
	"github.com/heddle-nos/heddle/internal/durable"
)

const (
	end      = ".cp.json"
	maxName  = 128
	dirMode  = 0o755
	fileMode = 0o600 // values may be secret
)

// Store is the folder of the checkpoints of one switch.
type Store struct{ Dir string }

// Checkpoint is what is known of one without reading it.
type Checkpoint struct {
	Name string
	Time time.Time // when it was taken
}

// AbsentError says that there is no checkpoint of a name.
type AbsentError struct{ Name string }

func (e *AbsentError) Error() string { return fmt.Sprintf("Checkpoint '%s' does not exist", e.Name) }

// CheckName refuses what cannot be the name of a file of its own.
func CheckName(name string) error {
	bad := func(r rune) bool { return r == '/' || unicode.IsControl(r) || unicode.IsSpace(r) }
	switch {
	case name == "":
		return errors.New("the name is empty")
	case len(name) > maxName:
		return fmt.Errorf("the name has %d bytes, at most %d are allowed", len(name), maxName)
	case name[0] == '.' || name[0] == '-' || strings.ContainsFunc(name, bad):
		return fmt.Errorf("%q cannot be a name: it must not begin with '.' or '-' nor have blanks or '/'", name)
	}
	return nil
}

func (s Store) path(name string) string { return filepath.Join(s.Dir, name+end) }

// Take keeps a configuration under a name; one of that name is replaced.
func (s Store) Take(name string, c commit.Config) error {
	if err := CheckName(name); err != nil {
		return fmt.Errorf("take checkpoint: %w", err)
	}
	if err := os.MkdirAll(s.Dir, dirMode); err != nil {
		return fmt.Errorf("take checkpoint: %w", err)
	}
	if err := durable.WriteFile(s.path(name), commit.Format(c), fileMode); err != nil {
		return fmt.Errorf("take checkpoint: %w", err)
	}
	return nil
}

// Read gives the configuration of a name.
func (s Store) Read(name string) (commit.Config, error) {
	if err := CheckName(name); err != nil {
		return nil, err
	}
	c, err := commit.ReadFile(s.path(name))
	if errors.Is(err, fs.ErrNotExist) {
		return nil, &AbsentError{name}
	}
	return c, err
}

// Delete forgets a name.
func (s Store) Delete(name string) error {
	if err := CheckName(name); err != nil {
		return err
	}
	if _, err := os.Lstat(s.path(name)); errors.Is(err, fs.ErrNotExist) {
		return &AbsentError{name}
	}
	if err := durable.Remove(s.path(name)); err != nil {
		return fmt.Errorf("delete checkpoint: %w", err)
	}
	return nil
}

// List gives all, by name.
func (s Store) List() ([]Checkpoint, error) {
	entries, err := os.ReadDir(s.Dir)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, fmt.Errorf("list checkpoints: %w", err)
	}
	var out []Checkpoint
	for _, e := range entries {
		name, ok := strings.CutSuffix(e.Name(), end)
		if !ok || CheckName(name) != nil {
			continue
		}
		info, err := e.Info()
		if err != nil {
			continue // deleted meanwhile
		}
		out = append(out, Checkpoint{name, info.ModTime()})
	}
	return out, nil
}
