package main

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
)

// repair is what is changed in a module for one purpose.
type repair struct {
	module string
	edits  []edit
	adds   []file // beside the module's own
}

// edit replaces a text, which must be there once, in a file of the module.
type edit struct{ file, old, new string }

// file is a file of the copy. Its text is embedded from _added, a directory that `go build ./...` leaves out: it compiles in the copy alone.
type file struct{ name, text string }

// apply makes the repair in a copy of the module.
func (r repair) apply(copied string) error {
	for _, e := range r.edits {
		if err := e.apply(copied); err != nil {
			return fmt.Errorf("repair %s: %w", r.module, err)
		}
	}
	for _, f := range r.adds {
		if err := f.add(copied); err != nil {
			return fmt.Errorf("repair %s: %w", r.module, err)
		}
	}
	return nil
}

func (e edit) apply(copied string) error {
	name := filepath.Join(copied, filepath.FromSlash(e.file))
	source, err := os.ReadFile(name)
	if err != nil {
		return err
	}
	if n := strings.Count(string(source), e.old); n != 1 {
		return fmt.Errorf("%s: the text to replace is there %d times, want once: %.60q", e.file, n, e.old)
	}
	return os.WriteFile(name, []byte(strings.Replace(string(source), e.old, e.new, 1)), 0o644)
}

// add creates the file, which the module must not have.
func (f file) add(copied string) error {
	out, err := os.OpenFile(filepath.Join(copied, filepath.FromSlash(f.name)), os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o644)
	if err != nil {
		return err
	}
	defer out.Close()
	_, err = out.WriteString(f.text)
	return err
}
