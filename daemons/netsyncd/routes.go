package netsyncd

import (
	"net/netip"
	"strconv"
	"strings"

	"github.com/vishvananda/netlink"
	"golang.org/x/sys/unix"

	"github.com/heddle-nos/heddle/internal/kernel"
	"github.com/heddle-nos/heddle/internal/statedb"
	"github.com/heddle-nos/heddle/yang/schema"
)

// protocolKernel marks the rows of ROUTE_TABLE that come from the kernel.
const protocolKernel = "kernel"

// The routing programs' own protocol numbers in the kernel (rt_protos): what they install there they write to ROUTE_TABLE themselves.
const (
	protocolBGP    = unix.RTPROT_BGP // 186
	protocolStatic = 196             // FRR's zebra and our routingd
)

// routes keeps the rows of ROUTE_TABLE that come from the kernel's main table and those of VRFs.
type routes struct {
	rows  *statedb.Desired
	links *links
	known map[schema.RouteKey][]route // by rising metric

	claimed func(schema.RouteKey) bool // by FRR, over FPM: what it has in the kernel for the prefix says nothing new
}

// route is one route of the kernel.
type route struct {
	metric    int
	foreign   bool // somebody else writes it to ROUTE_TABLE, or nobody should
	frr       bool // zebra installed it, by its protocol
	blackhole bool
	hops      []hop
}

type hop struct {
	link   int
	via    netip.Addr // invalid: directly on the link
	weight int
}

func newRoutes(appl *statedb.DB, l *links) *routes {
	owns := func(_ string, row statedb.Fields) bool { return row["protocol"] == protocolKernel }
	return &routes{
		rows:  statedb.NewDesiredProduced(appl, schema.AppTableRoute, statedb.DesiredOptions{Owns: owns}),
		links: l,
		known: make(map[schema.RouteKey][]route),

		claimed: func(schema.RouteKey) bool { return false },
	}
}

// list reads all tables.
func (r *routes) list(k *kernel.Kernel) error {
	known := make(map[schema.RouteKey][]route)
	for _, family := range []int{netlink.FAMILY_V4, netlink.FAMILY_V6} {
		list, err := k.Routes(family)
		if err != nil {
			return err
		}
		for i := range list {
			if key, rt, ok := r.parse(&list[i]); ok {
				known[key] = insert(known[key], rt)
			}
		}
	}
	old := r.known
	r.known = known
	for key := range old {
		if _, ok := known[key]; !ok {
			r.publish(key)
		}
	}
	for key := range known {
		r.publish(key)
	}
	return nil
}

// take notes a change. Where an event does not tell the whole (IPv6 announces the next hops of a route one by one, and routes may be
// appended to a metric) the answer is that routes must be listed again.
func (r *routes) take(u *netlink.RouteUpdate) kernel.Groups {
	key, rt, ok := r.parse(&u.Route)
	if !ok {
		return 0
	}
	list := r.known[key]
	old, exists := find(list, rt.metric)
	if u.Type == unix.RTM_DELROUTE {
		if exists && (len(old.hops) > 1 || len(rt.hops) > 1) {
			return kernel.Routes
		}
		r.set(key, remove(list, rt.metric))
		return 0
	}
	if u.NlFlags&unix.NLM_F_APPEND != 0 || (exists && u.NlFlags&unix.NLM_F_REPLACE == 0) {
		return kernel.Routes
	}
	r.set(key, insert(remove(list, rt.metric), rt))
	return 0
}

func (r *routes) set(key schema.RouteKey, list []route) {
	if len(list) == 0 {
		delete(r.known, key)
	} else {
		r.known[key] = list
	}
	r.publish(key)
}

// publish puts the best route of a prefix into the table. If that is someone else's, the row is theirs.
func (r *routes) publish(key schema.RouteKey) {
	name, list := key.App(), r.known[key]
	if len(list) == 0 {
		r.rows.Remove(name)
		return
	}
	if list[0].foreign || list[0].frr && r.claimed(key) {
		r.rows.Release(name)
		return
	}
	if row, ok := r.links.row(key.Prefix, list[0], protocolKernel); ok {
		r.rows.Put(name, row)
	} else {
		r.rows.Remove(name)
	}
}

// row writes a route as ROUTE_TABLE has it; false if none of its next hops is on the front panel.
func (l *links) row(prefix netip.Prefix, rt route, protocol string) (statedb.Fields, bool) {
	if rt.blackhole {
		return statedb.Fields{"blackhole": "true", "protocol": protocol}, true
	}
	var hops, names, weights []string
	weighted := false
	for _, h := range rt.hops {
		name, ok := l.name(h.link)
		if !ok {
			continue
		}
		via := h.via
		if !via.IsValid() { // on the link itself
			via = netip.IPv4Unspecified()
			if prefix.Addr().Is6() {
				via = netip.IPv6Unspecified()
			}
		}
		hops, names, weights = append(hops, via.String()), append(names, name.String()), append(weights, strconv.Itoa(h.weight))
		weighted = weighted || h.weight != 1
	}
	if len(hops) == 0 {
		return nil, false
	}
	row := statedb.Fields{"nexthop": strings.Join(hops, ","), "ifname": strings.Join(names, ","), "protocol": protocol}
	if weighted {
		row["weight"] = strings.Join(weights, ",")
	}
	return row, true
}

// parse reads a route that could concern the ASIC: of the main table or that of a VRF, but not the end of a VRF's lookup.
func (r *routes) parse(e *netlink.Route) (schema.RouteKey, route, bool) {
	none := schema.RouteKey{}
	vrf, ok := r.links.vrfs[e.Table]
	if !ok || e.Flags&unix.RTM_F_CLONED != 0 || e.Tos != 0 || e.Priority == kernel.UnreachableMetric {
		return none, route{}, false
	}
	prefix, ok := prefixOf(e)
	if !ok || prefix.Addr().IsMulticast() || (prefix.Addr().Is6() && prefix.Addr().IsLinkLocalUnicast()) {
		return none, route{}, false
	}
	rt := route{metric: e.Priority, foreign: foreign(int(e.Protocol)), frr: zebraProtocol(int(e.Protocol)) != ""}
	switch e.Type {
	case unix.RTN_UNICAST, unix.RTN_UNSPEC:
		rt.hops = hopsOf(e)
	case unix.RTN_BLACKHOLE, unix.RTN_UNREACHABLE, unix.RTN_PROHIBIT:
		rt.blackhole = true
	default:
		return none, route{}, false
	}
	return schema.RouteKey{VRF: vrf, Prefix: prefix}, rt, true
}

func foreign(protocol int) bool {
	switch protocol {
	case unix.RTPROT_REDIRECT, unix.RTPROT_KERNEL, unix.RTPROT_RA, protocolBGP, protocolStatic:
		return true
	}
	return false
}

func prefixOf(e *netlink.Route) (netip.Prefix, bool) {
	if e.Dst == nil {
		if e.Family == netlink.FAMILY_V6 {
			return netip.PrefixFrom(netip.IPv6Unspecified(), 0), true
		}
		return netip.PrefixFrom(netip.IPv4Unspecified(), 0), true
	}
	a, ok := netip.AddrFromSlice(e.Dst.IP)
	if e.Family == netlink.FAMILY_V4 {
		a = a.Unmap()
	}
	bits, _ := e.Dst.Mask.Size()
	return netip.PrefixFrom(a, bits).Masked(), ok
}

func hopsOf(e *netlink.Route) []hop {
	if len(e.MultiPath) == 0 {
		return []hop{{link: e.LinkIndex, via: kernel.GatewayOf(e.Gw, e.Via), weight: 1}}
	}
	hops := make([]hop, len(e.MultiPath))
	for i, n := range e.MultiPath {
		hops[i] = hop{link: n.LinkIndex, via: kernel.GatewayOf(n.Gw, n.Via), weight: n.Hops + 1}
	}
	return hops
}

func find(list []route, metric int) (route, bool) {
	for _, rt := range list {
		if rt.metric == metric {
			return rt, true
		}
	}
	return route{}, false
}

// insert keeps the order; of two with one metric the kernel uses the one it lists first.
func insert(list []route, rt route) []route {
	at := 0
	for at < len(list) && list[at].metric <= rt.metric {
		at++
	}
	return append(list[:at:at], append([]route{rt}, list[at:]...)...)
}

func remove(list []route, metric int) []route {
	for i, rt := range list {
		if rt.metric == metric {
			return append(list[:i:i], list[i+1:]...)
		}
	}
	return list
}
