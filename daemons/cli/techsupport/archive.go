package techsupport

import (
	"archive/tar"
	"compress/gzip"
	"errors"
	"fmt"
	"io"
	"os"
	"path"
	"time"
)

// archive is a .tar.gz that is being written. It appears under its name when it is whole.
type archive struct {
	name string
	root string // of the files within
	file *os.File
	gz   *gzip.Writer
	tar  *tar.Writer
	now  func() time.Time
}

// create begins an archive in a directory.
func create(dir, root string, now func() time.Time) (*archive, error) {
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return nil, err
	}
	name := path.Join(dir, root+".tar.gz")
	file, err := os.OpenFile(name+".part", os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
	if err != nil {
		return nil, err
	}
	gz := gzip.NewWriter(file)
	return &archive{name: name, root: root, file: file, gz: gz, tar: tar.NewWriter(gz), now: now}, nil
}

// add writes one file, as fill writes it. The size of a file stands before it in the archive, so that it is put aside first. What fill has written
// before an error is kept.
func (a *archive) add(name string, fill func(io.Writer) error) error {
	aside, err := os.CreateTemp(path.Dir(a.name), ".techsupport-")
	if err != nil {
		return err
	}
	defer aside.Close()
	if err := os.Remove(aside.Name()); err != nil {
		return err
	}
	filled := fill(aside)
	size, err := aside.Seek(0, io.SeekCurrent)
	if err != nil {
		return err
	}
	if _, err := aside.Seek(0, io.SeekStart); err != nil {
		return err
	}
	head := &tar.Header{Name: path.Join(a.root, name), Mode: 0o600, Size: size, ModTime: a.now(), Format: tar.FormatPAX}
	if err := a.tar.WriteHeader(head); err != nil {
		return brokenError{err}
	}
	if _, err := io.CopyN(a.tar, aside, size); err != nil {
		return brokenError{err}
	}
	return filled
}

// brokenError says that the archive itself cannot be written any more.
type brokenError struct{ cause error }

func (e brokenError) Error() string { return fmt.Sprintf("write the archive: %s", e.cause) }
func (e brokenError) Unwrap() error { return e.cause }

// finish makes the archive whole and gives it its name.
func (a *archive) finish() error {
	if err := errors.Join(a.tar.Close(), a.gz.Close(), a.file.Sync(), a.file.Close()); err != nil {
		return err
	}
	return os.Rename(a.file.Name(), a.name)
}

// abandon removes what was written.
func (a *archive) abandon() error {
	return errors.Join(a.file.Close(), os.Remove(a.file.Name()))
}
