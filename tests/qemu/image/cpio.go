package image

import (
	"bufio"
	"fmt"
	"io"
	"os"
	"path"
	"slices"
	"strings"
)

// Types of an inode, in the mode of an archive's entry.
const (
	typeFile = 0o100000
	typeDir  = 0o040000
	typeLink = 0o120000
)

// Image is a file system to be. The zero value is empty.
type Image struct {
	entries map[string]entry // by path without its leading slash
}

type entry struct {
	mode    uint32
	content []byte // of a symbolic link: its target
	source  string // a file of this machine, read when the archive is written
}

// Add puts a file with some content into the image.
func (i *Image) Add(name string, mode uint32, content []byte) {
	i.put(name, entry{mode: typeFile | mode, content: content})
}

// Copy puts a file of this machine into the image.
func (i *Image) Copy(name, source string) error {
	info, err := os.Stat(source)
	if err != nil {
		return fmt.Errorf("add %s: %w", name, err)
	}
	if !info.Mode().IsRegular() {
		return fmt.Errorf("add %s: %s is not a file", name, source)
	}
	i.put(name, entry{mode: typeFile | uint32(info.Mode().Perm()), source: source})
	return nil
}

// Link puts a symbolic link into the image.
func (i *Image) Link(name, target string) {
	i.put(name, entry{mode: typeLink | 0o777, content: []byte(target)})
}

// Dir puts an empty folder into the image.
func (i *Image) Dir(name string) { i.put(name, entry{mode: typeDir | 0o755}) }

// Has tells whether the image has something by that name.
func (i *Image) Has(name string) bool { _, ok := i.entries[clean(name)]; return ok }

func clean(name string) string { return strings.TrimPrefix(path.Clean("/"+name), "/") }

func (i *Image) put(name string, e entry) {
	if i.entries == nil {
		i.entries = make(map[string]entry)
	}
	name = clean(name)
	for dir := path.Dir(name); dir != "."; dir = path.Dir(dir) {
		if _, ok := i.entries[dir]; !ok {
			i.entries[dir] = entry{mode: typeDir | 0o755}
		}
	}
	i.entries[name] = e
}

// Write writes the archive. Sorted names put every folder before what it holds.
func (i *Image) Write(w io.Writer) error {
	a := archive{w: bufio.NewWriterSize(w, 1<<20)}
	names := make([]string, 0, len(i.entries))
	for name := range i.entries {
		names = append(names, name)
	}
	slices.Sort(names)
	for _, name := range names {
		if err := a.write(name, i.entries[name]); err != nil {
			return fmt.Errorf("write %s: %w", name, err)
		}
	}
	if err := a.write("TRAILER!!!", entry{}); err != nil {
		return fmt.Errorf("write trailer: %w", err)
	}
	return a.w.Flush()
}

// archive is one being written.
type archive struct {
	w     *bufio.Writer
	inode uint32
}

func (a *archive) write(name string, e entry) error {
	content := e.content
	if e.source != "" {
		var err error
		if content, err = os.ReadFile(e.source); err != nil {
			return err
		}
	}
	a.inode++
	fields := []uint32{
		a.inode, e.mode, 0, 0, 1, 0, uint32(len(content)), // inode, mode, uid, gid, links, mtime, size
		0, 0, 0, 0, uint32(len(name) + 1), 0, // device numbers, size of the name with its end, checksum
	}
	header := "070701"
	for _, f := range fields {
		header += fmt.Sprintf("%08x", f)
	}
	header += name + "\x00"
	if _, err := a.w.WriteString(header + padding(len(header))); err != nil {
		return err
	}
	if _, err := a.w.Write(content); err != nil {
		return err
	}
	_, err := a.w.WriteString(padding(len(content)))
	return err
}

// padding fills up to a multiple of four bytes.
func padding(n int) string { return "\x00\x00\x00"[:-n&3] }
