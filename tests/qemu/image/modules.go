package image

import (
	"bytes"
	"debug/elf"
	"fmt"
	"io/fs"
	"path"
	"path/filepath"
	"slices"
	"strings"
)

// Modules puts kernel modules, found below a folder, and those they depend on into the image's folder /modules. It returns the names of
// the files there in an order in which they can be loaded. A module that is not there as a file is taken to be built in.
func (i *Image) Modules(folder string, names ...string) ([]string, error) {
	files, err := moduleFiles(folder)
	if err != nil {
		return nil, fmt.Errorf("find kernel modules: %w", err)
	}
	l := loadOrder{files: files}
	for _, n := range names {
		if err := l.add(n); err != nil {
			return nil, fmt.Errorf("add kernel module %s: %w", n, err)
		}
	}
	for n, m := range l.order {
		name := path.Join("/modules", filepath.Base(m))
		if err := i.Copy(name, m); err != nil {
			return nil, err
		}
		l.order[n] = name
	}
	return l.order, nil
}

// moduleName is a module's name as the kernel writes it, whatever its file's.
func moduleName(file string) string {
	return strings.ReplaceAll(strings.TrimSuffix(filepath.Base(file), ".ko"), "-", "_")
}

func moduleFiles(folder string) (map[string]string, error) {
	files := make(map[string]string)
	err := filepath.WalkDir(folder, func(name string, d fs.DirEntry, err error) error {
		if err == nil && !d.IsDir() && strings.HasSuffix(name, ".ko") {
			files[moduleName(name)] = name
		}
		return err
	})
	return files, err
}

// loadOrder gathers modules, each after those it depends on.
type loadOrder struct {
	files map[string]string
	order []string
}

func (l *loadOrder) add(name string) error {
	file, ok := l.files[moduleName(name)]
	if !ok || slices.Contains(l.order, file) {
		return nil
	}
	needed, err := dependencies(file)
	if err != nil {
		return err
	}
	for _, n := range needed {
		if err := l.add(n); err != nil {
			return err
		}
	}
	l.order = append(l.order, file)
	return nil
}

// dependencies reads the names of the modules that one needs from the section that modpost writes.
func dependencies(file string) ([]string, error) {
	f, err := elf.Open(file)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	section := f.Section(".modinfo")
	if section == nil {
		return nil, fmt.Errorf("%s: not a kernel module", file)
	}
	data, err := section.Data()
	if err != nil {
		return nil, fmt.Errorf("%s: %w", file, err)
	}
	for _, field := range bytes.Split(data, []byte{0}) {
		if list, ok := bytes.CutPrefix(field, []byte("depends=")); ok {
			return strings.FieldsFunc(string(list), func(r rune) bool { return r == ',' }), nil
		}
	}
	return nil, nil
}
