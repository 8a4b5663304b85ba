package vlandev

import (
	"errors"
	"fmt"

	"github.com/cilium/ebpf"
	"github.com/cilium/ebpf/asm"
	"github.com/vishvananda/netlink"
	"golang.org/x/sys/unix"
)

// priority is where our classifiers stand among others of a device.
const priority = 100

// Classifier is a program at one side of a device. Those of one side have
// different handles.
type Classifier struct {
	Egress bool // at what the device sends; else at what it receives
	Handle uint32
	Name   string
	Code   asm.Instructions
}

func (c Classifier) side() uint32 {
	if c.Egress {
		return netlink.HANDLE_MIN_EGRESS
	}
	return netlink.HANDLE_MIN_INGRESS
}

// Attach hangs a classifier on a device; the kernel keeps it as long as the
// device lives. One with the same handle is replaced.
func Attach(nl *netlink.Handle, link netlink.Link, c Classifier) error {
	if err := addQueue(nl, link); err != nil {
		return err
	}
	program, err := ebpf.NewProgram(&ebpf.ProgramSpec{Name: "vlandev", Type: ebpf.SchedCLS, Instructions: c.Code, License: "Apache-2.0"})
	if err != nil {
		return fmt.Errorf("load classifier %s: %w", c.Name, err)
	}
	defer program.Close()
	err = nl.FilterReplace(&netlink.BpfFilter{
		FilterAttrs:  attrs(link, c.side(), c.Handle),
		Fd:           program.FD(),
		Name:         c.Name,
		DirectAction: true,
	})
	if err != nil {
		return fmt.Errorf("attach classifier %s to %s: %w", c.Name, link.Attrs().Name, err)
	}
	return nil
}

func attrs(link netlink.Link, side, handle uint32) netlink.FilterAttrs {
	return netlink.FilterAttrs{
		LinkIndex: link.Attrs().Index, Parent: side, Handle: handle, Protocol: unix.ETH_P_ALL, Priority: priority,
	}
}

// addQueue gives a device the place where classifiers hang.
func addQueue(nl *netlink.Handle, link netlink.Link) error {
	err := nl.QdiscAdd(&netlink.GenericQdisc{
		QdiscAttrs: netlink.QdiscAttrs{
			LinkIndex: link.Attrs().Index, Handle: netlink.MakeHandle(0xffff, 0), Parent: netlink.HANDLE_CLSACT,
		},
		QdiscType: "clsact",
	})
	if err != nil && !errors.Is(err, unix.EEXIST) {
		return fmt.Errorf("prepare %s for classifiers: %w", link.Attrs().Name, err)
	}
	return nil
}

// attached gives the names of our classifiers at what a device receives, by
// handle.
func attached(nl *netlink.Handle, link netlink.Link) (map[uint32]string, error) {
	list, err := nl.FilterList(link, netlink.HANDLE_MIN_INGRESS)
	if err != nil {
		return nil, fmt.Errorf("list classifiers of %s: %w", link.Attrs().Name, err)
	}
	names := make(map[uint32]string)
	for _, f := range list {
		if b, ok := f.(*netlink.BpfFilter); ok && b.Priority == priority {
			names[b.Handle] = b.Name
		}
	}
	return names, nil
}

// detach takes a classifier off what a device receives; one that is not there
// is no error.
func detach(nl *netlink.Handle, link netlink.Link, handle uint32) error {
	err := nl.FilterDel(&netlink.BpfFilter{FilterAttrs: attrs(link, netlink.HANDLE_MIN_INGRESS, handle)})
	if err != nil && !errors.Is(err, unix.ENOENT) && !errors.Is(err, unix.EINVAL) && !errors.Is(err, unix.ENODEV) {
		return fmt.Errorf("detach classifier from %s: %w", link.Attrs().Name, err)
	}
	return nil
}
