package route

import (
	"fmt"
	"net/netip"
	"strconv"
	"strings"

	"github.com/heddle-nos/heddle/daemons/orchagent/fib"
	"github.com/heddle-nos/heddle/daemons/orchagent/object"
	"github.com/heddle-nos/heddle/internal/statedb"
	"github.com/heddle-nos/heddle/yang/schema"
)

// Table is the table whose rows Apply takes.
const Table = schema.AppTableRoute

// Apply puts one changed row into the table. A bad row withdraws the route.
func Apply(t *fib.Table, op statedb.KeyOp) error {
	key, err := parseKey(t, op.Key)
	if op.Op == statedb.OpDel {
		if err == nil {
			t.Set(key, 0)
		}
		return nil // what is not a route is gone all the same
	}
	if err != nil {
		return err
	}
	target, err := target(t, t.VRFName(key.VRF()), op.Fields)
	t.Set(key, target)
	return err
}

// parseKey reads "10.0.0.0/8" or "Vrf-red:10.0.0.0/8"; the common form without
// allocating.
func parseKey(t *fib.Table, key string) (fib.Key, error) {
	if p, err := netip.ParsePrefix(key); err == nil {
		return fib.MakeKey(0, p), nil
	}
	k, err := schema.ParseAppRouteKey(key)
	if err != nil {
		return fib.Key{}, err
	}
	return fib.MakeKey(t.VRF(k.VRF), k.Prefix), nil
}

// target finds where a row's fields send packets. Rows of a VRF with the same
// fields share a target.
func target(t *fib.Table, vrf string, fields []statedb.Field) (fib.TargetID, error) {
	var nexthop, ifname, weight, blackhole, protocol string
	for _, f := range fields {
		switch f.Name {
		case "nexthop":
			nexthop = f.Value
		case "ifname":
			ifname = f.Value
		case "weight":
			weight = f.Value
		case "blackhole":
			blackhole = f.Value
		case "protocol":
			protocol = f.Value
		}
	}
	var mem [128]byte
	raw := append(mem[:0], nexthop...)
	raw = append(append(raw, '|'), ifname...)
	raw = append(append(raw, '|'), weight...)
	raw = append(append(raw, '|'), blackhole...)
	raw = append(append(raw, '|'), protocol...)
	raw = append(append(raw, '|'), vrf...)
	if id, ok := t.Lookup(raw); ok {
		return id, nil
	}
	spec, err := parseSpec(nexthop, ifname, weight, blackhole)
	if err != nil {
		return 0, err
	}
	spec.Tag, spec.In = protocol, fib.VirtualRouter(vrf)
	return t.Define(raw, spec), nil
}

func parseSpec(nexthop, ifname, weight, blackhole string) (fib.Spec, error) {
	if blackhole == "true" {
		return fib.Spec{Action: object.ActionDrop}, nil
	}
	names := strings.Split(ifname, ",")
	if ifname == "" {
		return fib.Spec{}, fmt.Errorf("field ifname is missing")
	}
	var hops []string
	if nexthop != "" {
		if hops = strings.Split(nexthop, ","); len(hops) != len(names) {
			return fib.Spec{}, fmt.Errorf("%d next hops but %d interfaces", len(hops), len(names))
		}
	}
	weights, err := parseWeights(weight, len(names))
	if err != nil {
		return fib.Spec{}, err
	}
	var members []fib.Member
	for i, name := range names {
		via, ok, err := parseVia(hops, i, schema.InterfaceName(name))
		if err != nil {
			return fib.Spec{}, err
		}
		if ok {
			members = append(members, fib.Member{Via: via, Weight: weights[i]})
		}
	}
	return spread(members)
}

// parseWeights reads the comma list of weights; next hops without one count 1.
func parseWeights(s string, n int) ([]uint32, error) {
	weights := make([]uint32, n)
	for i := range weights {
		weights[i] = 1
	}
	if s == "" {
		return weights, nil
	}
	words := strings.Split(s, ",")
	if len(words) != n {
		return nil, fmt.Errorf("%d weights but %d interfaces", len(words), n)
	}
	for i, w := range words {
		v, err := strconv.ParseUint(w, 10, 16)
		if err != nil {
			return nil, fmt.Errorf("weight %q is not a number from 0 to 65535", w)
		}
		weights[i] = max(1, uint32(v)) // routing daemons that know no weight say 0
	}
	return weights, nil
}

// maxPaths bounds the next hops of one route.
const maxPaths = 512

// spread gives the target of a route to all members. A group has next hops
// only: where one member is a router interface, the first that exists is used.
func spread(members []fib.Member) (fib.Spec, error) {
	members = fib.Merge(members)
	s := fib.Spec{Ignored: len(members) == 0}
	if len(members) > maxPaths {
		return s, fmt.Errorf("%d next hops are more than %d", len(members), maxPaths)
	}
	group := len(members) > 1
	for _, m := range members {
		group = group && m.Via.Kind() == object.KindNextHop
		s.Vias = append(s.Vias, m.Via)
	}
	if group {
		s.Vias, s.Members = nil, members
	}
	return s, nil
}

// parseVia gives the object that one next hop of a row stands for; ok is false
// for interfaces that the ASIC does not have.
func parseVia(hops []string, i int, name schema.InterfaceName) (via object.Key, ok bool, err error) {
	switch name.Kind() {
	case schema.InterfacePort, schema.InterfacePortChannel, schema.InterfaceVLAN, schema.InterfaceSub:
	default:
		return "", false, nil
	}
	if hops == nil || hops[i] == "" {
		return object.RIF(name.String()), true, nil
	}
	a, err := netip.ParseAddr(hops[i])
	if err != nil {
		return "", false, fmt.Errorf("next hop %q is not an IPv4 or IPv6 address", hops[i])
	}
	if a.IsUnspecified() { // directly connected
		return object.RIF(name.String()), true, nil
	}
	return object.NextHop(name.String(), a.WithZone("")), true, nil
}
