package routingd

import (
	"maps"
	"net/netip"

	"github.com/heddle-nos/heddle/daemons/routingd/bgpconf"
)

// nearby are connected subnets, by VRF.
type nearby map[string]map[netip.Prefix]bool

func (n nearby) contains(vrf string, a netip.Addr) bool {
	for p := range n[vrf] {
		if p.Contains(a) {
			return true
		}
	}
	return false
}

// reach takes the subnets of the interfaces that work now.
func (b *bgp) reach(subnets []subnet) {
	near := make(nearby)
	for _, s := range subnets {
		if !s.net.IsValid() {
			continue
		}
		for _, n := range []nearby{near, b.known} {
			if n[s.vrf] == nil {
				n[s.vrf] = make(map[netip.Prefix]bool)
			}
			n[s.vrf][s.net] = true
		}
	}
	same := func(a, b map[netip.Prefix]bool) bool { return maps.Equal(a, b) }
	if !maps.EqualFunc(near, b.near, same) {
		b.near, b.changed = near, true
	}
}

// cut ends the sessions with connected external peers whose link went down: they would hold on, and their routes with them, until the hold time
// is over. Peers that never were on a subnet of the front panel are left alone.
func (b *bgp) cut(d bgpconf.Desired) {
	for vrf, in := range d.Instances {
		for _, p := range in.Peers {
			connected := p.ASN != in.ASN && p.MultihopTTL <= 1 && p.Interface == ""
			p.Cut = connected && b.known.contains(vrf, p.Addr) && !b.near.contains(vrf, p.Addr)
		}
	}
}
