package routingd

import (
	"maps"
	"net/netip"
	"slices"

	"github.com/heddle-nos/heddle/daemons/routingd/bgpconf"
	"github.com/heddle-nos/heddle/daemons/routingd/speaker"
	"github.com/heddle-nos/heddle/internal/statedb"
	"github.com/heddle-nos/heddle/yang/schema"
)

// stateRows are the rows of NEIGH_STATE_TABLE, as SONiC's bgpmon writes them: the address of a neighbour, after its VRF if that is not the
// default one.
func stateRows(states map[speaker.PeerName]string) map[string]statedb.Fields {
	rows := make(map[string]statedb.Fields, len(states))
	for name, state := range states {
		key := name.Key
		if name.VRF != "" {
			key = name.VRF + schema.ConfigSeparator + key
		}
		rows[key] = statedb.Fields{"state": state}
	}
	return rows
}

// offered are the routes of the switch that BGP can redistribute: by VRF and source, in order.
type offered map[string]map[string][]netip.Prefix

// offers lists the connected subnets and the static routes that are in use.
func offers(subnets []subnet, static map[schema.RouteKey]kernelRoute) offered {
	seen := make(map[string]map[string]map[netip.Prefix]bool)
	add := func(vrf, source string, p netip.Prefix) {
		if seen[vrf] == nil {
			seen[vrf] = make(map[string]map[netip.Prefix]bool)
		}
		if seen[vrf][source] == nil {
			seen[vrf][source] = make(map[netip.Prefix]bool)
		}
		seen[vrf][source][p] = true
	}
	for _, s := range subnets {
		if s.net.IsValid() {
			add(s.vrf, bgpconf.SourceConnected, s.net)
		}
	}
	for key := range static {
		add(key.VRF, bgpconf.SourceStatic, key.Prefix)
	}
	out := make(offered, len(seen))
	for vrf, sources := range seen {
		out[vrf] = make(map[string][]netip.Prefix)
		for source, prefixes := range sources {
			out[vrf][source] = slices.SortedFunc(maps.Keys(prefixes), netip.Prefix.Compare)
		}
	}
	return out
}

// redistribute adds to an intention what it asks for of the routes that there are.
func (o offered) redistribute(d bgpconf.Desired) {
	for vrf, in := range d.Instances {
		for _, source := range []string{bgpconf.SourceConnected, bgpconf.SourceStatic} {
			in.Offer(source, o[vrf][source])
		}
	}
}
