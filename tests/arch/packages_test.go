package arch_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
)

const module = "github.com/heddle-nos/heddle"

// goPackage is the part of `go list -json` that the rules look at.
type goPackage struct {
	Dir          string
	ImportPath   string
	Name         string
	GoFiles      []string
	CgoFiles     []string
	TestGoFiles  []string
	XTestGoFiles []string
	Imports      []string
}

// path is the package's place in the module, "" for the root.
func (p goPackage) path() string {
	return strings.TrimPrefix(strings.TrimPrefix(p.ImportPath, module), "/")
}

// ownImports lists the imports from this module, as places in it.
func (p goPackage) ownImports() []string {
	var own []string
	for _, imported := range p.Imports {
		if rest, ok := strings.CutPrefix(imported, module+"/"); ok {
			own = append(own, rest)
		}
	}
	return own
}

// sources lists the package's files without tests.
func (p goPackage) sources() []string {
	return absolute(p.Dir, p.GoFiles, p.CgoFiles)
}

// allFiles lists the package's files with tests.
func (p goPackage) allFiles() []string {
	return absolute(p.Dir, p.GoFiles, p.CgoFiles, p.TestGoFiles, p.XTestGoFiles)
}

func absolute(dir string, lists ...[]string) []string {
	var files []string
	for _, names := range lists {
		for _, name := range names {
			files = append(files, filepath.Join(dir, name))
		}
	}
	return files
}

var listOnce = sync.OnceValues(func() ([]goPackage, error) {
	out, err := exec.Command("go", "list", "-e", "-json", module+"/...").Output()
	if err != nil {
		return nil, err
	}
	return decodePackages(out)
})

func decodePackages(out []byte) ([]goPackage, error) {
	var all []goPackage
	dec := json.NewDecoder(bytes.NewReader(out))
	for {
		var p goPackage
		err := dec.Decode(&p)
		if errors.Is(err, io.EOF) {
			return all, nil
		}
		if err != nil {
			return nil, err
		}
		all = append(all, p)
	}
}

// packages returns every package of the module.
func packages(t *testing.T) []goPackage {
	t.Helper()
	all, err := listOnce()
	if err != nil {
		t.Fatalf("list packages: %v", err)
	}
	return all
}

// under reports whether a package lies at or below a folder of the module.
func under(path, folder string) bool {
	return path == folder || strings.HasPrefix(path, folder+"/")
}

// top is the first element of a place in the module.
func top(path string) string {
	first, _, _ := strings.Cut(path, "/")
	return first
}
