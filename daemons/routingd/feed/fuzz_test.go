package feed

import (
	"net/netip"
	"testing"

	api "github.com/osrg/gobgp/v3/api"
	"github.com/osrg/gobgp/v3/pkg/apiutil"
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
		a := bgptest.Attribute(raw)
		if a == nil {
			return
		}
		prefix, family := bgp.AddrPrefixInterface(bgp.NewIPAddrPrefix(0, "0.0.0.0")), &api.Family{Afi: api.Family_AFI_IP, Safi: api.Family_SAFI_UNICAST}
		if six {
			prefix, family.Afi = bgp.NewIPv6AddrPrefix(0, "::"), api.Family_AFI_IP6
		}
		if prefix.DecodeFromBytes(nlri) != nil {
			return
		}
		attrs, err := apiutil.MarshalPathAttributes([]bgp.PathAttributeInterface{a})
		if err != nil {
			return
		}
		packed, err := apiutil.MarshalNLRI(prefix)
		if err != nil {
			return
		}
		path := &api.Path{Family: family, Nlri: packed, Pattrs: attrs, NeighborIp: "10.0.0.9", SourceAsn: 65002}
		for _, c := range d.decode([]*api.Path{path, path}) {
			for _, p := range c.paths {
				if !p.NextHop.IsValid() || p.NextHop.Is6() && p.NextHop.IsLinkLocalUnicast() != (p.Link != "") {
					t.Errorf("%s: path %+v", c.key.Prefix, p)
				}
			}
		}
	})
}
