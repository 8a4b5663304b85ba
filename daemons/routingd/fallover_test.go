package routingd

import (
	"net/netip"
	"testing"

	"github.com/heddle-nos/heddle/daemons/routingd/bgpconf"
)

func TestSessionsOfLinksThatAreDown(t *testing.T) {
	link := []subnet{{name: "Ethernet0", net: netip.MustParsePrefix("10.0.0.0/31")}, {name: "Ethernet4", vrf: "Vrf-red", net: netip.MustParsePrefix("10.0.1.0/31")}}
	desired := func() bgpconf.Desired {
		peer := func(addr string, asn uint32) *bgpconf.Peer {
			p := &bgpconf.Peer{Addr: netip.MustParseAddr(addr)}
			p.ASN = asn
			return p
		}
		far := peer("10.0.0.1", 2)
		far.MultihopTTL = 3
		linked := peer("10.0.0.1", 2)
		linked.Interface = "Ethernet0"
		return bgpconf.Desired{Instances: map[string]*bgpconf.Instance{
			"": {ASN: 1, Peers: map[string]*bgpconf.Peer{
				"connected": peer("10.0.0.1", 2), "internal": peer("10.0.0.1", 1), "multihop": far, "unnumbered": linked,
				"elsewhere": peer("127.0.0.2", 2), "other VRF": peer("10.0.1.1", 2),
			}},
			"Vrf-red": {ASN: 1, Peers: map[string]*bgpconf.Peer{"connected": peer("10.0.1.1", 2)}},
		}}
	}
	b := &bgp{known: make(nearby)}
	for _, step := range []struct {
		what    string
		subnets []subnet
		cut     map[string]bool
	}{
		{"never up", nil, nil},
		{"up", link, nil},
		{"one link down", link[1:], map[string]bool{" connected": true}},
		{"both down", nil, map[string]bool{" connected": true, "Vrf-red connected": true}},
		{"up again", link, nil},
	} {
		d := desired()
		b.reach(step.subnets)
		b.cut(d)
		for vrf, in := range d.Instances {
			for name, p := range in.Peers {
				if (p.Cut != "") != step.cut[vrf+" "+name] {
					t.Errorf("%s: peer %s in VRF %q cut: %q", step.what, name, vrf, p.Cut)
				}
			}
		}
	}
}
