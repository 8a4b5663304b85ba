// Command repair copies libraries with faults that must not reach a switch and that no release has repaired, makes the repair in the copy, and
// writes a go.mod for `go build -modfile` that uses the copy.
//
// A repair says what it is for, changes a few lines, and may add files to the copy, kept in _added.
// One whose place is not found, because the library is another version, is an error.
package main

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
)

// repairs are all that is changed.
var repairs = []repair{readSafely, noEmptyAttribute, loopsReplace, usedPaths, quietTables}

func main() {
	if len(os.Args) != 2 {
		fmt.Fprintln(os.Stderr, "usage: repair DIRECTORY")
		os.Exit(2)
	}
	if err := write(os.Args[1], ".", repairs, moduleDir); err != nil {
		fmt.Fprintln(os.Stderr, "repair:", err)
		os.Exit(1)
	}
}

// write makes the copies in a directory below the one that has go.mod, and beside them repaired.mod and repaired.sum.
func write(dir, root string, repairs []repair, find func(module string) (string, error)) error {
	mod, err := os.ReadFile(filepath.Join(root, "go.mod"))
	if err != nil {
		return err
	}
	sum, err := os.ReadFile(filepath.Join(root, "go.sum"))
	if err != nil {
		return err
	}
	text, copied := string(mod), make(map[string]string)
	for _, r := range repairs {
		if copied[r.module] == "" {
			place := filepath.Join(dir, strings.ReplaceAll(r.module, "/", "_"))
			home, err := find(r.module)
			if err != nil {
				return err
			}
			if err := copyModule(home, filepath.Join(root, place)); err != nil {
				return fmt.Errorf("copy %s: %w", r.module, err)
			}
			copied[r.module] = filepath.Join(root, place)
			text += fmt.Sprintf("\nreplace %s => ./%s\n", r.module, filepath.ToSlash(place))
		}
		if err := r.apply(copied[r.module]); err != nil {
			return err
		}
	}
	if err := os.WriteFile(filepath.Join(root, dir, "repaired.sum"), sum, 0o644); err != nil {
		return err
	}
	return os.WriteFile(filepath.Join(root, dir, "repaired.mod"), []byte(text), 0o644)
}
