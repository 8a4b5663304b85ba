package apply

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"github.com/heddle-nos/heddle/daemons/hostcfgd/hostfile"
	"github.com/heddle-nos/heddle/internal/durable"
)

// suffix is of files that are judged before they get their name. It begins no pattern by which a service includes files.
const suffix = ".hostcfgd-new"

// largest is what a file that is edited may have.
const largest = 1 << 20

// Disk is the file system of a host, below a root.
type Disk struct{ Root string }

func (d Disk) place(path string) string { return filepath.Join(d.Root, filepath.Clean("/"+path)) }

// Exists tells whether there is such a file.
func (d Disk) Exists(path string) bool {
	_, err := os.Stat(d.place(path))
	return err == nil
}

// read gives a file's text; one that is absent is empty.
func (d Disk) read(path string) (text string, exists bool, err error) {
	info, err := os.Stat(d.place(path))
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return "", false, nil
	case err != nil:
		return "", false, fmt.Errorf("read %s: %w", path, err)
	case !info.Mode().IsRegular() || info.Size() > largest:
		return "", false, fmt.Errorf("read %s: not a file of at most %d bytes", path, largest)
	}
	b, err := os.ReadFile(d.place(path))
	if err != nil {
		return "", false, fmt.Errorf("read %s: %w", path, err)
	}
	return string(b), true, nil
}

// change is a file to be replaced or removed.
type change struct {
	file    hostfile.File
	content string
	temp    string // where it waits, on the disk
	remove  bool
}

// compare gives the change that a file needs, nil for none.
func (d Disk) compare(f hostfile.File) (*change, error) {
	if f.Link != "" {
		if now, err := os.Readlink(d.place(f.Path)); err == nil && now == f.Link {
			return nil, nil
		}
		return &change{file: f, temp: d.temp(f)}, nil
	}
	old, exists, err := d.read(f.Path)
	if err != nil {
		return nil, err
	}
	first, _, _ := strings.Cut(old, "\n")
	foreign := exists && !strings.Contains(first, hostfile.Mark)
	switch {
	case f.Gone && (foreign || !exists), f.Shy && foreign:
		return nil, nil
	case f.Gone:
		return &change{file: f, remove: true}, nil
	}
	want := f.Content()
	if f.Edit != nil {
		if want = f.Edit(old); want == old {
			return nil, nil // its mode and owner are others' too
		}
	}
	if exists && want == old && d.hasMode(f) {
		return nil, nil
	}
	return &change{file: f, content: want, temp: d.temp(f)}, nil
}

// temp is where a file waits until it has been judged.
func (d Disk) temp(f hostfile.File) string {
	path := d.place(f.Path)
	return filepath.Join(filepath.Dir(path), "."+filepath.Base(path)+suffix)
}

func (d Disk) hasMode(f hostfile.File) bool {
	info, err := os.Lstat(d.place(f.Path))
	return err == nil && info.Mode() == f.Mode
}

// prepare writes a file beside the one that it is to replace.
func (d Disk) prepare(c *change) error {
	if err := os.MkdirAll(filepath.Dir(c.temp), 0o755); err != nil {
		return fmt.Errorf("write %s: %w", c.file.Path, err)
	}
	_ = os.Remove(c.temp) // of an earlier run; if it cannot be removed, it cannot be written either
	write := func() error { return writeSynced(c.temp, c.content, c.file.Mode) }
	if c.file.Link != "" {
		write = func() error { return os.Symlink(c.file.Link, c.temp) }
	}
	if err := write(); err != nil {
		_ = os.Remove(c.temp)
		return fmt.Errorf("write %s: %w", c.file.Path, err)
	}
	return nil
}

func writeSynced(path, content string, mode fs.FileMode) (err error) {
	f, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, f.Close()) }()
	if _, err := f.WriteString(content); err != nil {
		return err
	}
	if err := f.Chmod(mode); err != nil {
		return err
	}
	return f.Sync()
}

// finish gives the file its name, or removes it.
func (d Disk) finish(c *change) error {
	path := d.place(c.file.Path)
	var err error
	if c.remove {
		err = os.Remove(path)
	} else {
		err = d.rename(c.temp, path)
	}
	if err != nil {
		return fmt.Errorf("replace %s: %w", c.file.Path, err)
	}
	return durable.SyncDir(filepath.Dir(path))
}

// rename replaces a file. One that is a mount of its own, as containers have it, cannot be replaced and is written over instead.
func (d Disk) rename(temp, path string) error {
	err := os.Rename(temp, path)
	if err == nil || !errors.Is(err, errBusy) {
		return err
	}
	content, err := os.ReadFile(temp)
	if err != nil {
		return err
	}
	if err := os.WriteFile(path, content, 0o600); err != nil {
		return err
	}
	return os.Remove(temp)
}

// strays are files that match patterns of ours and are not among those wanted.
func (d Disk) strays(patterns []string, files []hostfile.File) ([]*change, error) {
	wanted := make(map[string]bool, len(files))
	for _, f := range files {
		wanted[d.place(f.Path)] = true
	}
	var out []*change
	for _, p := range patterns {
		found, err := filepath.Glob(d.place(p))
		if err != nil {
			return nil, fmt.Errorf("look for %s: %w", p, err)
		}
		for _, path := range found {
			if !wanted[path] {
				out = append(out, &change{file: hostfile.File{Path: "/" + strings.TrimPrefix(path, d.place("/"))}, remove: true})
			}
		}
	}
	return out, nil
}
