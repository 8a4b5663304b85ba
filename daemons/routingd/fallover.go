package routingd

import (
	"maps"
	"net/netip"

	"github.com/heddle-nos/heddle/daemons/routingd/bgpconf"
)

// nearby are connected subnets with the switch's own address in each, by VRF.
type nearby map[string]map[netip.Prefix]netip.Addr

func (n nearby) contains(vrf string, a netip.Addr) bool {
	for p := range n[vrf] {
		if p.Contains(a) {
			return true
		}
	}
	return false
}

// own is the switch's address in the longest subnet that an address is in; invalid if it is in none.
func (n nearby) own(vrf string, a netip.Addr) (own netip.Addr) {
	best := -1
	for p, mine := range n[vrf] {
		if p.Contains(a) && p.Bits() > best {
			best, own = p.Bits(), mine
		}
	}
	return own
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
				n[s.vrf] = make(map[netip.Prefix]netip.Addr)
			}
			n[s.vrf][s.net] = s.addr
		}
	}
	same := func(a, b map[netip.Prefix]netip.Addr) bool { return maps.Equal(a, b) }
	if !maps.EqualFunc(near, b.near, same) {
		b.near, b.changed = near, true
	}
}

// linkDown is why a session with a connected peer is cut.
const linkDown = "the link to the neighbor is down"

// cut ends the sessions with connected external peers whose link went down: they would hold on, and their routes with them, until the hold time
// is over. Peers that never were on a subnet of the front panel are left alone.
func (b *bgp) cut(d bgpconf.Desired) {
	for vrf, in := range d.Instances {
		for _, p := range in.Peers {
			connected := p.ASN != in.ASN && p.MultihopTTL <= 1 && p.Interface == ""
			if connected && b.known.contains(vrf, p.Addr) && !b.near.contains(vrf, p.Addr) {
				p.Cut = linkDown
			}
		}
	}
}
