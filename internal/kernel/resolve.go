package kernel

import (
	"errors"
	"fmt"
	"net/netip"

	"github.com/vishvananda/netlink"
	"golang.org/x/sys/unix"
)

// Resolve asks the kernel to find a neighbour, or to confirm one that it knows, as if a packet were to be sent to it.
func (k *Kernel) Resolve(link int, addr netip.Addr) error {
	return k.neigh(link, addr, netlink.NTF_USE, 0)
}

// Hold asks the kernel to find a neighbour and to keep it confirmed from then on, trying again while it does not answer. Before Linux
// 5.16, which cannot, it is only found.
func (k *Kernel) Hold(link int, addr netip.Addr) error {
	if err := k.neigh(link, addr, 0, netlink.NTF_EXT_MANAGED); err == nil {
		return nil
	}
	return k.Resolve(link, addr)
}

func (k *Kernel) neigh(link int, addr netip.Addr, flags, extended int) error {
	family := netlink.FAMILY_V4
	if addr.Is6() {
		family = netlink.FAMILY_V6
	}
	err := k.NeighSet(&netlink.Neigh{LinkIndex: link, Family: family, IP: addr.AsSlice(), Flags: flags, FlagsExt: extended})
	if err != nil {
		return fmt.Errorf("resolve neighbour %s: %w", addr, err)
	}
	return nil
}

// ForgetNeighbours removes what the kernel found out about the neighbours of a family, or about one of them: all but static entries. Those
// that it was asked to hold it looks for again.
func (k *Kernel) ForgetNeighbours(v6 bool, only netip.Addr) error {
	list, err := k.Neighbours()
	if err != nil {
		return err
	}
	var errs []error
	for i := range list {
		n := &list[i]
		addr, ok := netip.AddrFromSlice(n.IP)
		addr = addr.Unmap()
		if !ok || addr.Is6() != v6 || only.IsValid() && addr != only {
			continue
		}
		if n.State&(netlink.NUD_PERMANENT|netlink.NUD_NOARP) != 0 || n.Flags&netlink.NTF_PROXY != 0 {
			continue
		}
		if err := k.NeighDel(n); err != nil && !errors.Is(err, unix.ENOENT) {
			errs = append(errs, fmt.Errorf("forget neighbour %s: %w", addr, err))
		} else if n.FlagsExt&netlink.NTF_EXT_MANAGED != 0 {
			errs = append(errs, k.Hold(n.LinkIndex, addr))
		}
	}
	return errors.Join(errs...)
}
