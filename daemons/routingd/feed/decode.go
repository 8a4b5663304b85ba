package feed

import (
	"math"
	"net"
	"net/netip"

	"github.com/osrg/gobgp/v3/pkg/packet/bgp"

	"github.com/heddle-nos/heddle/daemons/routingd/rib"
	"github.com/heddle-nos/heddle/yang/schema"
)

// used is a path as the server tells it.
type used = struct {
	Peer        net.IP // nil: the server's own path
	AS          uint32 // of the peer
	NextHop     net.IP
	LinkLocal   net.IP // second next hop (RFC 2545 section 3)
	Communities []bgp.ExtendedCommunityInterface
}

// decoder reads what one server tells.
type decoder struct {
	vrf    string
	as     uint32 // the server's own
	linkOf LinkOf
}

// key reads the prefix; false if it is not one of routes.
func (d decoder) key(nlri bgp.AddrPrefixInterface) (schema.RouteKey, bool) {
	var ip net.IP
	var length uint8
	switch p := nlri.(type) {
	case *bgp.IPAddrPrefix:
		ip, length = p.Prefix, p.Length
	case *bgp.IPv6AddrPrefix:
		ip, length = p.Prefix, p.Length
	}
	addr, ok := netip.AddrFromSlice(ip)
	if !ok {
		return schema.RouteKey{}, false
	}
	if nlri.AFI() == bgp.AFI_IP {
		addr = addr.Unmap()
	}
	prefix, err := addr.Prefix(int(length))
	return schema.RouteKey{VRF: d.vrf, Prefix: prefix}, err == nil
}

// paths reads those that lead somewhere.
func (d decoder) paths(list []used) []rib.Path {
	var paths []rib.Path
	for i := range list {
		if path, ok := d.path(&list[i]); ok {
			paths = append(paths, path)
		}
	}
	return paths
}

// path reads a path. One that the switch made itself (a network, an aggregate) leads nowhere.
func (d decoder) path(u *used) (rib.Path, bool) {
	peer, ok := netip.AddrFromSlice(u.Peer)
	if !ok {
		return rib.Path{}, false
	}
	path := rib.Path{Internal: u.AS == d.as, NextHop: nextHop(u.NextHop, u.LinkLocal), Bandwidth: bandwidth(u.Communities)}
	if path.NextHop.Is6() && path.NextHop.IsLinkLocalUnicast() {
		if path.Link = d.linkOf(d.vrf, peer.Unmap()); path.Link == "" {
			return path, false
		}
	}
	return path, path.NextHop.IsValid()
}

// nextHop is the next hop to use. Of a global address and a link-local one (RFC 2545 section 3) that is the global one.
func nextHop(list ...net.IP) netip.Addr {
	var found netip.Addr
	for _, ip := range list {
		a, ok := netip.AddrFromSlice(ip)
		if !ok || a.IsUnspecified() {
			continue
		}
		if a = a.Unmap(); !found.IsValid() || found.IsLinkLocalUnicast() && !a.IsLinkLocalUnicast() {
			found = a
		}
	}
	return found
}

// bandwidth reads the link bandwidth community, if there is one.
func bandwidth(list []bgp.ExtendedCommunityInterface) uint64 {
	for _, c := range list {
		if b, ok := c.(*bgp.LinkBandwidthExtended); ok {
			if f := float64(b.Bandwidth); f >= 1 && f < math.MaxUint64/2 { // a peer may send any bits, NaN among them
				return uint64(f)
			}
			return 0
		}
	}
	return 0
}
