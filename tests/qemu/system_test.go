package qemu_test

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"

	"github.com/heddle-nos/heddle/tests/qemu/image"
)

// addFolder adds the files below a folder, if there is one.
func addFolder(img *image.Image, name, source string) error {
	err := filepath.WalkDir(source, func(file string, d fs.DirEntry, err error) error {
		if err != nil || !d.Type().IsRegular() {
			return err
		}
		rest, err := filepath.Rel(source, file)
		if err != nil {
			return err
		}
		return img.Copy(filepath.Join(name, rest), file)
	})
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	return err
}

// addSwitch adds the product: programs, libsai.so, examples.
func addSwitch(img *image.Image) error {
	files, err := os.ReadDir(filepath.Join(root, "bin"))
	if err != nil || len(files) == 0 {
		return fmt.Errorf("needs the programs: make build: %w", err)
	}
	for _, f := range files {
		err = errors.Join(err, img.Program(filepath.Join(home, "bin", f.Name()), filepath.Join(root, "bin", f.Name())))
	}
	return errors.Join(err, addFolder(img, filepath.Join(home, "docs/examples"), filepath.Join(root, "docs/examples")))
}

// addSystem adds the programs of this machine that tests and daemons start, and the files that programs look for.
func addSystem(img *image.Image) error {
	var errs []error
	for _, name := range []string{"redis-server", "ip", "ping", "redis-cli"} {
		source, err := exec.LookPath(name)
		if err == nil {
			if source, err = filepath.EvalSymlinks(source); err == nil {
				err = img.Program("/usr/bin/"+name, source)
			}
		}
		errs = append(errs, err)
	}
	img.Add("/etc/passwd", 0o644, []byte("root:x:0:0:root:/tmp:/bin/sh\n"))
	img.Add("/etc/group", 0o644, []byte("root:x:0:\n"))
	img.Add("/etc/hosts", 0o644, []byte("127.0.0.1 localhost guest\n"))
	return errors.Join(errs...)
}
