package feed

import (
	"net"
	"net/netip"
	"testing"

	"github.com/osrg/gobgp/v3/pkg/packet/bgp"

	"github.com/heddle-nos/heddle/daemons/routingd/bgptest"
	"github.com/heddle-nos/heddle/yang/schema"
)

// Whatever attributes of a peer GoBGP lets in, a path that comes of them has a next hop, and what is link-local has a link.
func FuzzDecode(f *testing.F) {
	for _, a := range []bgp.PathAttributeInterface{
		bgp.NewPathAttributeNextHop("10.0.0.1"), bgp.NewPathAttributeMpReachNLRI("fe80::1", []bgp.AddrPrefixInterface{bgp.NewIPv6AddrPrefix(48, "2001:db8::")}),
		bgp.NewPathAttributeExtendedCommunities([]bgp.ExtendedCommunityInterface{bgp.NewLinkBandwidthExtended(65001, 1e9)}), bgp.NewPathAttributeOrigin(1),
	} {
		raw, err := a.Serialize()
		if err != nil {
			f.Fatal(err)
		}
		f.Add(raw, []byte{24, 10, 0, 0}, false)
		f.Add(raw, []byte{48, 0x20, 1, 13, 184, 0, 1}, true)
	}
	d := decoder{as: 65001, linkOf: func(string, netip.Addr) schema.InterfaceName { return "Ethernet0" }}
	f.Fuzz(func(t *testing.T, raw, nlri []byte, six bool) {
		prefix := bgp.AddrPrefixInterface(bgp.NewIPAddrPrefix(0, "0.0.0.0"))
		if six {
			prefix = bgp.NewIPv6AddrPrefix(0, "::")
		}
		if prefix.DecodeFromBytes(nlri) != nil {
			return
		}
		path := used{Peer: net.IPv4(10, 0, 0, 9), AS: 65002}
		switch a := bgptest.Attribute(raw).(type) {
		case *bgp.PathAttributeNextHop:
			path.NextHop = a.Value
		case *bgp.PathAttributeMpReachNLRI:
			path.NextHop, path.LinkLocal = a.Nexthop, a.LinkLocalNexthop
		case *bgp.PathAttributeExtendedCommunities:
			path.Communities = a.Value
		}
		if key, ok := d.key(prefix); ok && key.Prefix.Addr().Is6() != six {
			t.Errorf("%s is read as %s", prefix, key.Prefix)
		}
		for _, p := range d.paths([]used{path, path}) {
			if !p.NextHop.IsValid() || p.NextHop.Is6() && p.NextHop.IsLinkLocalUnicast() != (p.Link != "") {
				t.Errorf("path %+v", p)
			}
		}
	})
}
