package kernel

import (
	"fmt"
	"net/netip"

	"github.com/vishvananda/netlink"
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
