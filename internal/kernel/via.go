package kernel

import (
	"net"
	"net/netip"

	"github.com/vishvananda/netlink"
)

// Gateway gives the two forms in which a route names its next hop: the address, or, where that is of another family than the prefix (RFC 8950),
// family and address. Both are nil for an invalid address: directly on the link.
func Gateway(prefix netip.Prefix, via netip.Addr) (net.IP, netlink.Destination) {
	switch {
	case !via.IsValid():
		return nil, nil
	case via.Is6() && prefix.Addr().Is4():
		return nil, &netlink.Via{AddrFamily: netlink.FAMILY_V6, Addr: via.AsSlice()}
	}
	return via.AsSlice(), nil
}

// GatewayOf reads either form; it is invalid for a route directly on the link.
func GatewayOf(gw net.IP, via netlink.Destination) netip.Addr {
	if v, ok := via.(*netlink.Via); ok && len(gw) == 0 {
		gw = v.Addr
	}
	a, ok := netip.AddrFromSlice(gw)
	if a = a.Unmap(); !ok || a.IsUnspecified() {
		return netip.Addr{}
	}
	return a
}
