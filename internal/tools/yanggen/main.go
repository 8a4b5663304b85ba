package main

import (
	"bytes"
	"compress/gzip"
	"flag"
	"fmt"
	"io"
	"maps"
	"os"
	"path/filepath"
)

func main() {
	dir := flag.String("yang", ".", "directory of package yang")
	flag.Parse()
	if err := run(*dir); err != nil {
		fmt.Fprintln(os.Stderr, "yanggen:", err)
		os.Exit(1)
	}
}

func run(dir string) error {
	models := filepath.Join(dir, "models")
	m, err := Load(models)
	if err != nil {
		return err
	}
	files, err := Generate(m, models)
	if err != nil {
		return err
	}
	for name, content := range files {
		if err := writeChanged(filepath.Join(dir, name), content); err != nil {
			return err
		}
	}
	for _, name := range stale(dir, files) {
		if err := os.Remove(filepath.Join(dir, name)); err != nil {
			return err
		}
	}
	return nil
}

// stale finds what was generated of modules that are gone.
func stale(dir string, files map[string][]byte) []string {
	var out []string
	for _, pattern := range []string{structsDir + "/*_gen.go", referenceDir + "/config-db/*.md"} {
		found, err := filepath.Glob(filepath.Join(dir, pattern))
		if err != nil { // the patterns are right
			continue
		}
		for _, path := range found {
			name := filepath.ToSlash(filepath.Join(filepath.Dir(pattern), filepath.Base(path)))
			if _, ok := files[name]; !ok {
				out = append(out, name)
			}
		}
	}
	return out
}

// Generate writes all files, named from the directory of package yang.
func Generate(m *Model, models string) (map[string][]byte, error) {
	schema, err := Schema(m)
	if err != nil {
		return nil, err
	}
	files, err := Structs(m, models)
	if err != nil {
		return nil, err
	}
	files["config_db.schema"] = schema
	pages, err := Reference(m)
	if err != nil {
		return nil, err
	}
	maps.Copy(files, pages)
	return files, nil
}

// writeChanged leaves a file alone that says the same already: another version
// of the compressor writes other bytes.
func writeChanged(path string, content []byte) error {
	if old, err := os.ReadFile(path); err == nil && same(path, old, content) {
		return nil
	}
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		return err
	}
	return os.WriteFile(path, content, 0o644)
}

func same(path string, a, b []byte) bool {
	if filepath.Ext(path) != ".gz" {
		return bytes.Equal(a, b)
	}
	textA, errA := expand(a)
	textB, errB := expand(b)
	return errA == nil && errB == nil && bytes.Equal(textA, textB)
}

func expand(data []byte) ([]byte, error) {
	r, err := gzip.NewReader(bytes.NewReader(data))
	if err != nil {
		return nil, err
	}
	return io.ReadAll(r)
}
