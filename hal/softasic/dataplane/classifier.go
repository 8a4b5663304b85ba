package dataplane

import (
	"errors"
	"fmt"

	"github.com/cilium/ebpf"
	"github.com/vishvananda/netlink"
	"golang.org/x/sys/unix"
)

// Before Linux 6.6 a program that takes what a device hands to the stack is a
// filter of the device's clsact queueing discipline. It too holds while no
// process does, and ends with the device.

// Our filter's place on a device.
const (
	filterHandle   = 1
	filterPriority = 1
)

// classify puts a program on a device as a filter, in place of the one that an
// earlier run put there, without a gap.
func (a attachments) classify(name string, prog *ebpf.Program, ifindex int) error {
	err := a.nl.QdiscAdd(&netlink.Clsact{QdiscAttrs: netlink.QdiscAttrs{
		LinkIndex: ifindex, Handle: netlink.MakeHandle(0xffff, 0), Parent: netlink.HANDLE_CLSACT,
	}})
	if err != nil && !errors.Is(err, unix.EEXIST) {
		return fmt.Errorf("attach %s: add clsact: %w", name, err)
	}
	if err := a.nl.FilterReplace(filterOf(name, prog.FD(), ifindex)); err != nil {
		return fmt.Errorf("attach %s: add filter: %w", name, err)
	}
	return nil
}

func filterOf(name string, program, ifindex int) *netlink.BpfFilter {
	return &netlink.BpfFilter{
		FilterAttrs: netlink.FilterAttrs{
			LinkIndex: ifindex, Parent: netlink.HANDLE_MIN_INGRESS, Handle: filterHandle, Priority: filterPriority, Protocol: unix.ETH_P_ALL,
		},
		Fd: program, Name: name, DirectAction: true,
	}
}

// detachTC takes off what tc has put on a device.
func (a attachments) detachTC(name string, ifindex int) error {
	if found, err := a.detachLink(name); found || err != nil {
		return err
	}
	err := a.nl.FilterDel(filterOf(name, 0, ifindex))
	// No such device, filter or clsact: nothing to take off.
	if err == nil || errors.Is(err, unix.ENODEV) || errors.Is(err, unix.ENOENT) || errors.Is(err, unix.EINVAL) {
		return nil
	}
	return fmt.Errorf("detach %s: %w", name, err)
}
