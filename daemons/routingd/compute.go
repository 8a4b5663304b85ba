package routingd

import (
	"cmp"
	"fmt"
	"maps"
	"net/netip"
	"slices"
	"strings"

	"github.com/heddle-nos/heddle/daemons/routingd/liveness"
	"github.com/heddle-nos/heddle/daemons/routingd/rib"
	"github.com/heddle-nos/heddle/internal/statedb"
	"github.com/heddle-nos/heddle/yang/schema"
)

// What the rows of ROUTE_TABLE say about where a route comes from.
const (
	protocolStatic    = "static"
	protocolConnected = "connected"
)

// subnet is an address of an interface that is up; without net, an interface that has none but link-local ones.
type subnet struct {
	vrf   string // of the interface; empty is the default one
	name  schema.InterfaceName
	index int
	addr  netip.Addr // the switch's own
	net   netip.Prefix
}

// hop is a next hop that works.
type hop struct {
	name  schema.InterfaceName
	index int
	via   netip.Addr // invalid: directly on the interface
}

// kernelRoute is a static route as the kernel should have it.
type kernelRoute struct {
	blackhole bool
	hops      []hop
}

// result is every route that needs no lookup.
type result struct {
	locals map[schema.RouteKey]rib.Local
	status map[string]statedb.Fields // per row of STATIC_ROUTE
	kernel map[schema.RouteKey]kernelRoute
	hold   []hop // next hops that the ASIC needs resolved
	watch  map[schema.BFDKey]liveness.Session
}

// compute gives the routes for a configuration, the subnets connected now, and what is known of next hops that are watched. It has no other
// input and changes nothing.
func compute(statics map[string]static, subnets []subnet, state func(schema.BFDKey) liveness.State) result {
	r := result{
		locals: map[schema.RouteKey]rib.Local{}, status: map[string]statedb.Fields{}, kernel: map[schema.RouteKey]kernelRoute{},
		watch: map[schema.BFDKey]liveness.Session{},
	}
	connected := make(map[schema.RouteKey][]hop)
	for _, s := range subnets {
		if !s.net.IsValid() {
			continue
		}
		key := schema.RouteKey{VRF: s.vrf, Prefix: s.net}
		connected[key] = append(connected[key], hop{name: s.name, index: s.index})
	}
	for key, hops := range connected {
		r.locals[key] = rib.Local{Origin: rib.Connected, Forward: kernelRoute{hops: hops[:1]}.forward(protocolConnected)}
	}
	for _, key := range slices.Sorted(maps.Keys(statics)) { // of two rows for one prefix ("default|p" and "p") the same one wins always
		s := statics[key]
		if _, ok := connected[s.key]; ok {
			r.wait(key, "the subnet is connected")
			continue
		}
		if _, ok := r.locals[s.key]; ok {
			r.wait(key, "another row has this prefix")
			continue
		}
		rt, distance, why := r.resolve(s, subnets, state)
		if why != "" {
			r.wait(key, why)
			continue
		}
		r.kernel[s.key] = rt
		r.hold = append(r.hold, rt.hops...)
		r.locals[s.key] = rib.Local{Origin: rib.Static, Distance: uint8(distance), Forward: rt.forward(protocolStatic)}
		r.status[key] = statedb.Fields{"state": "active"}
	}
	return r
}

func (r *result) wait(key, why string) {
	r.status[key] = statedb.Fields{"state": "waiting", "reason": why}
}

// resolve finds the next hops of a route that work, the nearest only, and their distance; or says why there is none.
func (r *result) resolve(s static, subnets []subnet, state func(schema.BFDKey) liveness.State) (rt kernelRoute, distance int, reason string) {
	type candidate struct {
		hop
		blackhole bool
		distance  int
	}
	var found []candidate
	var why []string
	for _, h := range s.hops {
		if h.blackhole {
			found = append(found, candidate{blackhole: true, distance: h.distance})
			continue
		}
		got, reason := connect(h, subnets)
		if reason == "" && h.bfd {
			reason = r.watched(h, got, subnets, state)
		}
		if reason != "" {
			why = append(why, reason)
			continue
		}
		found = append(found, candidate{hop: got, distance: h.distance})
	}
	if len(found) == 0 {
		return kernelRoute{}, 0, strings.Join(why, "; ")
	}
	nearest := slices.MinFunc(found, func(a, b candidate) int { return cmp.Compare(a.distance, b.distance) }).distance
	for _, c := range found {
		if c.distance == nearest && !c.blackhole && !slices.Contains(rt.hops, c.hop) {
			rt.hops = append(rt.hops, c.hop)
		}
	}
	rt.blackhole = len(rt.hops) == 0
	slices.SortFunc(rt.hops, func(a, b hop) int {
		return cmp.Or(a.via.Compare(b.via), cmp.Compare(a.name, b.name))
	})
	return rt, cmp.Or(nearest, rib.DistanceStatic), ""
}

// watched has a next hop watched, and says why it cannot be used yet, or no longer.
func (r *result) watched(h staticHop, got hop, subnets []subnet, state func(schema.BFDKey) liveness.State) string {
	key, session := schema.BFDKey{VRF: h.vrf, Peer: h.via}, liveness.Session{}
	if h.via.IsLinkLocalUnicast() {
		key.Interface = got.name
	}
	for _, s := range subnets {
		if s.name == got.name && s.net.Contains(h.via) {
			session.Local = s.addr
			break
		}
	}
	r.watch[key] = session
	switch state(key) {
	case liveness.Up, liveness.Shut:
		return ""
	case liveness.Failed:
		return fmt.Sprintf("next hop %s does not answer BFD", h.via)
	}
	return fmt.Sprintf("next hop %s has not answered BFD yet", h.via)
}

// connect finds the interface of a next hop: the one configured, or that of the longest subnet with its address.
func connect(h staticHop, subnets []subnet) (hop, string) {
	best := -1
	for i, s := range subnets {
		if s.vrf != h.vrf || h.link != "" && s.name != h.link {
			continue
		}
		if !h.via.IsValid() || (h.link != "" && h.via.IsLinkLocalUnicast()) { // the interface alone decides
			return hop{name: s.name, index: s.index, via: h.via}, ""
		}
		if s.addr == h.via {
			return hop{}, fmt.Sprintf("next hop %s is the switch itself", h.via)
		}
		if s.net.Contains(h.via) && s.name.Kind() != schema.InterfaceLoopback && (best < 0 || s.net.Bits() > subnets[best].net.Bits()) {
			best = i
		}
	}
	switch {
	case best >= 0:
		return hop{name: subnets[best].name, index: subnets[best].index, via: h.via}, ""
	case !h.via.IsValid():
		return hop{}, fmt.Sprintf("interface %s is down", h.link)
	case h.link != "":
		return hop{}, fmt.Sprintf("next hop %s is not connected on %s", h.via, h.link)
	}
	return hop{}, fmt.Sprintf("next hop %s is not connected", h.via)
}

// forward is the route as the RIB has it.
func (rt kernelRoute) forward(protocol string) *rib.Forward {
	f := &rib.Forward{Protocol: protocol, Blackhole: rt.blackhole}
	for _, h := range rt.hops {
		f.Hops = append(f.Hops, rib.Hop{Via: h.via, Link: h.name, Index: h.index})
	}
	return f
}

// localsOf puts together what the RIB rests on. A prefix that another program's kernel route has is that program's.
func localsOf(r result, subnets []subnet, ahead map[schema.RouteKey]kernelRoute) rib.Locals {
	l := rib.Locals{Routes: r.locals, Links: make(map[schema.InterfaceName]rib.Link), Own: make(map[string]map[netip.Addr]bool)}
	names := make(map[int]schema.InterfaceName)
	for _, s := range subnets {
		l.Links[s.name], names[s.index] = rib.Link{VRF: s.vrf, Index: s.index}, s.name
		if l.Own[s.vrf] == nil {
			l.Own[s.vrf] = make(map[netip.Addr]bool)
		}
		l.Own[s.vrf][s.addr] = true
	}
	for key, rt := range ahead {
		if l.Routes[key].Forward != nil && l.Routes[key].Origin == rib.Connected {
			continue
		}
		rt.hops = slices.Clone(rt.hops)
		for i := range rt.hops {
			rt.hops[i].name = names[rt.hops[i].index]
		}
		rt.hops = slices.DeleteFunc(rt.hops, func(h hop) bool { return h.name == "" })
		l.Routes[key] = rib.Local{Origin: rib.Foreign, Forward: rt.forward("")}
	}
	return l
}
