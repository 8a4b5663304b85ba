package image

import (
	"debug/elf"
	"errors"
	"fmt"
	"os"
	"path/filepath"
)

// libraryDirs are where Debian's dynamic linker looks on amd64.
func libraryDirs() []string {
	return []string{"/lib/x86_64-linux-gnu", "/usr/lib/x86_64-linux-gnu", "/lib64", "/lib", "/usr/lib"}
}

// Program puts a program of this machine into the image, with its dynamic linker and all libraries it needs.
func (i *Image) Program(name, source string) error {
	if err := i.Copy(name, source); err != nil {
		return err
	}
	if err := i.needs(source); err != nil {
		return fmt.Errorf("add program %s: %w", name, err)
	}
	return nil
}

// needs adds what a dynamically linked file asks for.
func (i *Image) needs(source string) error {
	f, err := elf.Open(source)
	if err != nil {
		return err
	}
	defer f.Close()
	for _, p := range f.Progs {
		if p.Type != elf.PT_INTERP {
			continue
		}
		linker := make([]byte, p.Filesz-1) // without the closing zero
		if _, err := p.ReadAt(linker, 0); err != nil {
			return fmt.Errorf("read the dynamic linker's name: %w", err)
		}
		if err := i.library(string(linker), string(linker)); err != nil {
			return err
		}
	}
	names, err := f.ImportedLibraries()
	if err != nil {
		return fmt.Errorf("read needed libraries: %w", err)
	}
	var errs []error
	for _, n := range names {
		path, err := findLibrary(n)
		if err == nil {
			err = i.library(filepath.Join("/lib/x86_64-linux-gnu", n), path)
		}
		errs = append(errs, err)
	}
	return errors.Join(errs...)
}

func (i *Image) library(name, source string) error {
	if i.Has(name) {
		return nil
	}
	if err := i.Copy(name, source); err != nil {
		return err
	}
	return i.needs(source)
}

func findLibrary(name string) (string, error) {
	for _, dir := range libraryDirs() {
		path := filepath.Join(dir, name)
		if _, err := os.Stat(path); err == nil {
			return path, nil
		}
	}
	return "", fmt.Errorf("library %s: %w", name, os.ErrNotExist)
}
