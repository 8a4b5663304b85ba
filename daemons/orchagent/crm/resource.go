package crm

import (
	"github.com/heddle-nos/heddle/daemons/orchagent/engine"
	"github.com/heddle-nos/heddle/sai"
)

// resource is a table of the ASIC.
type resource struct {
	name   string // in the fields of CRM and of COUNTERS_DB
	counts engine.Countable
	room   engine.Capacity
}

func resources() []resource {
	v4 := func(t sai.ObjectType) engine.Countable { return engine.Countable{Type: t} }
	v6 := func(t sai.ObjectType) engine.Countable { return engine.Countable{Type: t, V6: true} }
	hop := func(t sai.NextHopType) engine.Countable { return engine.Countable{Type: sai.ObjectTypeNextHop, Hop: t} }
	tells := func(id sai.AttrID) engine.Capacity { return engine.Capacity{Switch: id} }
	fits := func(t sai.ObjectType, attrs ...sai.Attr) engine.Capacity {
		return engine.Capacity{Type: t, Attrs: attrs}
	}
	hops := func(t sai.NextHopType) engine.Capacity {
		return fits(sai.ObjectTypeNextHop, sai.Attr{ID: sai.NextHopAttrType, Value: sai.Enum(t)})
	}
	return []resource{
		{"ipv4_route", v4(sai.ObjectTypeRouteEntry), tells(sai.SwitchAttrAvailableIPv4RouteEntry)},
		{"ipv6_route", v6(sai.ObjectTypeRouteEntry), tells(sai.SwitchAttrAvailableIPv6RouteEntry)},
		{"ipv4_nexthop", v4(sai.ObjectTypeNextHop), tells(sai.SwitchAttrAvailableIPv4NexthopEntry)},
		{"ipv6_nexthop", v6(sai.ObjectTypeNextHop), tells(sai.SwitchAttrAvailableIPv6NexthopEntry)},
		{"ipv4_neighbor", v4(sai.ObjectTypeNeighborEntry), tells(sai.SwitchAttrAvailableIPv4NeighborEntry)},
		{"ipv6_neighbor", v6(sai.ObjectTypeNeighborEntry), tells(sai.SwitchAttrAvailableIPv6NeighborEntry)},
		{"nexthop_group_member", v4(sai.ObjectTypeNextHopGroupMember), tells(sai.SwitchAttrAvailableNextHopGroupMemberEntry)},
		{"nexthop_group", v4(sai.ObjectTypeNextHopGroup), tells(sai.SwitchAttrAvailableNextHopGroupEntry)},
		{"fdb_entry", v4(sai.ObjectTypeFDBEntry), tells(sai.SwitchAttrAvailableFDBEntry)},
		{"ipmc_entry", v4(sai.ObjectTypeIpmcEntry), tells(sai.SwitchAttrAvailableIpmcEntry)},
		{"snat_entry", v4(sai.ObjectTypeNATEntry), tells(sai.SwitchAttrAvailableSnatEntry)},
		{"dnat_entry", engine.Countable{}, tells(sai.SwitchAttrAvailableDnatEntry)},
		{"mpls_inseg", v4(sai.ObjectTypeInsegEntry), fits(sai.ObjectTypeInsegEntry)},
		{"mpls_nexthop", hop(sai.NextHopTypeMPLS), hops(sai.NextHopTypeMPLS)},
		{"srv6_nexthop", hop(sai.NextHopTypeSRV6Sidlist), hops(sai.NextHopTypeSRV6Sidlist)},
		{"srv6_my_sid_entry", v4(sai.ObjectTypeMySidEntry), tells(sai.SwitchAttrAvailableMySidEntry)},
	}
}

func questions(list []resource) []engine.Capacity {
	out := make([]engine.Capacity, len(list))
	for i, r := range list {
		out[i] = r.room
	}
	return out
}
