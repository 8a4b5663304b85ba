package main

import (
	"bytes"
	"flag"
	"fmt"
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
	return nil
}

// Generate writes all files, named from the directory of package yang.
func Generate(m *Model, _ string) (map[string][]byte, error) {
	schema, err := Schema(m)
	if err != nil {
		return nil, err
	}
	return map[string][]byte{"config_db.schema": schema}, nil
}

func writeChanged(path string, content []byte) error {
	if old, err := os.ReadFile(path); err == nil && bytes.Equal(old, content) {
		return nil
	}
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		return err
	}
	return os.WriteFile(path, content, 0o644)
}
