package explain

import (
	"fmt"
	"net/netip"
	"slices"
	"strings"

	"github.com/heddle-nos/heddle/internal/statedb"
	"github.com/heddle-nos/heddle/yang/schema"
)

// configured adds the rows of the configuration that a route may come from.
func (b *builder) configured(p netip.Prefix, vrf string) {
	for _, key := range []string{p.String(), schema.DefaultVRF + "|" + p.String()} {
		if vrf != "" {
			key = vrf + "|" + p.String()
		}
		b.row(Configuration, statedb.ConfigDB, schema.TableStaticRoute, key)
	}
}

// nextHops adds what the next hops of a row of ROUTE_TABLE are made of.
func (b *builder) nextHops(row statedb.Fields) {
	addresses, interfaces := strings.Split(row["nexthop"], ","), strings.Split(row["ifname"], ",")
	for i, address := range addresses {
		if a, err := netip.ParseAddr(address); err == nil && !a.IsUnspecified() && i < len(interfaces) {
			b.nextHop(interfaces[i], a.String())
		}
	}
}

// nextHop adds a neighbour and the objects of a next hop.
func (b *builder) nextHop(intf, address string) {
	b.row(Intent, statedb.ApplDB, schema.AppTableNeigh, intf+":"+address)
	b.object("nexthop/" + intf + "/" + address)
	b.object("neighbor/" + intf + "/" + address)
	b.interfaceObjects(intf)
}

// interfaceObjects adds what packets leave by.
func (b *builder) interfaceObjects(intf string) {
	b.object("rif/" + intf)
	parent, _, _ := strings.Cut(intf, ".")
	if _, ok := b.object("lag/" + parent); ok {
		for _, m := range b.objects(func(n string) bool { return strings.HasPrefix(n, "lagmember/"+parent+"/") }) {
			b.object(m)
			b.object("port/" + strings.TrimPrefix(m, "lagmember/"+parent+"/"))
		}
	}
	b.object("port/" + parent)
}

// leadsTo adds the objects that the ASIC's route refers to.
func (b *builder) leadsTo(route statedb.Fields, asked netip.Prefix) {
	name := b.nameOf(route[reference])
	if name == "" {
		return
	}
	b.object(name)
	kind, rest, _ := strings.Cut(name, "/")
	switch kind {
	case "nexthop":
		if intf, address, ok := strings.Cut(rest, "/"); ok {
			b.nextHop(intf, address)
		}
	case "rif":
		b.interfaceObjects(rest)
		if asked.IsSingleIP() {
			b.nextHop(rest, asked.Addr().String())
		}
	case "nexthopgroup":
		for _, m := range b.objects(func(n string) bool { return strings.HasPrefix(n, "nexthopgroupmember/"+rest+"/") }) {
			b.object(m)
		}
	}
}

// routeVerdict says in a sentence what happens to packets.
func (b *builder) routeVerdict(asked, wanted, programmed netip.Prefix, attributes statedb.Fields) string {
	switch {
	case !wanted.IsValid() && !programmed.IsValid():
		return "no route: packets are dropped"
	case wanted.IsValid() && (!programmed.IsValid() || wanted.Bits() > programmed.Bits()):
		return fmt.Sprintf("%s is wanted, and not in the ASIC: %s", wanted, b.missing(wanted))
	case asked.IsSingleIP() || asked == programmed:
		return fmt.Sprintf("%s: %s", programmed, b.outcome(attributes))
	}
	return fmt.Sprintf("not in the ASIC itself; %s covers it: %s", programmed, b.outcome(attributes))
}

// missing says why a route waits.
func (b *builder) missing(wanted netip.Prefix) string {
	if worst := b.chain.worst(); worst != "" {
		return worst
	}
	made := func(l Link) bool { return strings.HasPrefix(l.Place, "nexthop/") && l.ID != "" }
	if !slices.ContainsFunc(b.chain.Links, made) {
		return "none of its next hops has a known neighbour"
	}
	return "orchagent has not programmed it yet"
}

// outcome says where the ASIC's route leads.
func (b *builder) outcome(route statedb.Fields) string {
	if action := route["SAI_ROUTE_ENTRY_ATTR_PACKET_ACTION"]; strings.HasSuffix(action, "_DROP") {
		return "packets are dropped"
	}
	kind, rest, _ := strings.Cut(b.nameOf(route[reference]), "/")
	switch kind {
	case "port":
		return "packets are the switch's own"
	case "rif":
		return "connected, on " + rest + b.neighbour()
	case "nexthop":
		intf, address, _ := strings.Cut(rest, "/")
		return fmt.Sprintf("packets go to %s on %s", address, intf)
	case "nexthopgroup":
		return fmt.Sprintf("packets are spread over %d next hops", b.members(rest))
	}
	return "the ASIC's route refers to " + route[reference] + ", which has no name"
}

// neighbour tells, for an address of a connected subnet, who has it.
func (b *builder) neighbour() string {
	for _, l := range b.chain.Links {
		if mac := l.Fields["neigh"]; mac != "" {
			return ", at " + mac
		}
	}
	return ""
}

// members counts the members of a group that the ASIC has.
func (b *builder) members(group string) int {
	n := 0
	for _, l := range b.chain.Links {
		if l.ID != "" && strings.HasPrefix(l.Place, "nexthopgroupmember/"+group+"/") {
			n++
		}
	}
	return n
}
