package main

import (
	"encoding/json"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
)

// copyModule copies what is compiled of a module. What an earlier run left goes first: it may be of another version.
func copyModule(from, to string) error {
	if err := os.RemoveAll(to); err != nil {
		return err
	}
	return filepath.WalkDir(from, func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		name, err := filepath.Rel(from, path)
		switch {
		case err != nil:
			return err
		case d.IsDir():
			return os.MkdirAll(filepath.Join(to, name), 0o755)
		case strings.HasSuffix(name, "_test.go") || !strings.HasSuffix(name, ".go") && name != "go.mod":
			return nil
		}
		source, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		return os.WriteFile(filepath.Join(to, name), source, 0o644)
	})
}

// moduleDir is where the module cache has a module, which is fetched if it is not there yet.
func moduleDir(module string) (string, error) {
	fetch := exec.Command("go", "mod", "download", "-json", module)
	fetch.Env = append(fetch.Environ(), "GOWORK=off") // the go.work of an earlier run has it elsewhere
	out, err := fetch.Output()
	if err != nil {
		return "", fmt.Errorf("fetch module %s: %w: %s", module, err, out)
	}
	var got struct{ Dir string }
	if err := json.Unmarshal(out, &got); err != nil || got.Dir == "" {
		return "", fmt.Errorf("fetch module %s: no directory in %q: %w", module, out, err)
	}
	return got.Dir, nil
}
