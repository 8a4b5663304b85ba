package dataplane

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"github.com/cilium/ebpf"
	"github.com/cilium/ebpf/link"
	"github.com/vishvananda/netlink"
)

// attachments are the pinned links between programs and devices, each a file.
// They hold while no process does.
type attachments struct {
	dir string
	nl  *netlink.Handle // in the silicon's namespace
}

func (a attachments) path(name string) string { return filepath.Join(a.dir, name) }

// attachment tells a link's device from its information.
type attachment struct {
	name    string
	prog    *ebpf.Program
	ifindex int
	make    func() (link.Link, error)
}

// xdp attaches a program to what a device receives.
func (a attachments) xdp(name string, prog *ebpf.Program, ifindex int, generic bool) error {
	flags := link.XDPDriverMode
	if generic {
		flags = link.XDPGenericMode
	}
	return a.attach(attachment{name, prog, ifindex, func() (link.Link, error) {
		return link.AttachXDP(link.XDPOptions{Program: prog, Interface: ifindex, Flags: flags})
	}})
}

// tc attaches a program to what a device hands to the stack.
func (a attachments) tc(name string, prog *ebpf.Program, ifindex int) error {
	err := a.attach(attachment{name, prog, ifindex, func() (link.Link, error) {
		return link.AttachTCX(link.TCXOptions{Program: prog, Interface: ifindex, Attach: ebpf.AttachTCXIngress})
	}})
	if errors.Is(err, ebpf.ErrNotSupported) {
		return a.classify(name, prog, ifindex)
	}
	return err
}

// attach puts the program in place of the one that a pinned link holds, without
// a gap, or makes the link.
func (a attachments) attach(at attachment) error {
	l, err := link.LoadPinnedLink(a.path(at.name), nil)
	if err == nil {
		defer l.Close()
		if linkDevice(l) == at.ifindex && l.Update(at.prog) == nil {
			return nil
		}
		// The device has gone, or another took its name.
		if err := a.detach(at.name); err != nil {
			return err
		}
	}
	l, err = at.make()
	if err != nil {
		return fmt.Errorf("attach %s: %w", at.name, err)
	}
	defer l.Close()
	if err := l.Pin(a.path(at.name)); err != nil {
		return fmt.Errorf("pin %s: %w", at.name, err)
	}
	return nil
}

func linkDevice(l link.Link) int {
	info, err := l.Info()
	if err != nil {
		return 0
	}
	if x := info.XDP(); x != nil {
		return int(x.Ifindex)
	}
	if x := info.TCX(); x != nil {
		return int(x.Ifindex)
	}
	return 0
}

// detach takes a program off its device before it returns: the kernel ends a
// link that only loses its pin at some later time.
func (a attachments) detach(name string) error {
	_, err := a.detachLink(name)
	return err
}

// detachLink also tells whether there was a link.
func (a attachments) detachLink(name string) (found bool, err error) {
	l, err := link.LoadPinnedLink(a.path(name), nil)
	if errors.Is(err, fs.ErrNotExist) {
		return false, nil
	}
	if err != nil {
		return false, fmt.Errorf("find link %s: %w", name, err)
	}
	defer l.Close()
	if linkDevice(l) != 0 {
		if err := l.Detach(); err != nil {
			return true, fmt.Errorf("detach %s: %w", name, err)
		}
	}
	if err := l.Unpin(); err != nil {
		return true, fmt.Errorf("unpin %s: %w", name, err)
	}
	return true, nil
}

// detachAll takes all programs off whose link has a name that ends so.
func (a attachments) detachAll(suffix string) error {
	files, err := os.ReadDir(a.dir)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return fmt.Errorf("list links: %w", err)
	}
	for _, f := range files {
		if strings.HasSuffix(f.Name(), suffix) {
			err = errors.Join(err, a.detach(f.Name()))
		}
	}
	return err
}
