package main

import (
	"bytes"
	"flag"
	"fmt"
	"os"
	"path/filepath"

	"github.com/heddle-nos/heddle/sai/spec"
)

func main() {
	out := flag.String("sai", ".", "directory of package sai")
	flag.Parse()
	if err := run(*out); err != nil {
		fmt.Fprintln(os.Stderr, "saigen:", err)
		os.Exit(1)
	}
}

func run(dir string) error {
	s, err := spec.Load()
	if err != nil {
		return err
	}
	files, err := Generate(s)
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

func writeChanged(path string, content []byte) error {
	if old, err := os.ReadFile(path); err == nil && bytes.Equal(old, content) {
		return nil
	}
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		return err
	}
	return os.WriteFile(path, content, 0o644)
}
