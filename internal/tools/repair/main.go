// Command repair copies libraries with faults that must not reach a switch and that no release has repaired, makes the repair in the copy, and
// writes a go.work, by which all go commands in this repository use the copy. It is itself run without one: GOWORK=off.
//
// A repair says what it is for, changes a few lines, and may add files to the copy, kept in _added.
// One whose place is not found, because the library is another version, is an error.
package main

import (
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
)

// repairs are all that is changed.
var repairs = []repair{
	readSafely, noEmptyAttribute, loopsReplace, usedPaths, quietTables, countedPaths, withhold,
	readUpdates, readHeaders, fitMessages, limitDynamic, limitStaleRoutes, longLived, excuseRestarted,
}

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

// goLine is the line of a go.mod that names the version of the language.
var goLine = regexp.MustCompile(`(?m)^go \S+$`)

// write makes the copies in a directory below the one that has go.mod, and a go.work beside it, by which every go command uses them.
func write(dir, root string, repairs []repair, find func(module string) (string, error)) error {
	mod, err := os.ReadFile(filepath.Join(root, "go.mod"))
	if err != nil {
		return err
	}
	text, copied := fmt.Sprintf("// Made by internal/tools/repair.\n\n%s\n\nuse .\n", goLine.Find(mod)), make(map[string]string)
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
	return os.WriteFile(filepath.Join(root, "go.work"), []byte(text), 0o644)
}
