package crm

import (
	"github.com/heddle-nos/heddle/daemons/orchagent/engine"
	"github.com/heddle-nos/heddle/sai"
)

// resource is a table of the ASIC.
type resource struct {
	name      string // in the fields of CRM and of COUNTERS_DB
	counts    engine.Countable
	available sai.AttrID // of the switch
}

func resources() []resource {
	v4 := func(t sai.ObjectType) engine.Countable { return engine.Countable{Type: t} }
	v6 := func(t sai.ObjectType) engine.Countable { return engine.Countable{Type: t, V6: true} }
	return []resource{
		{"ipv4_route", v4(sai.ObjectTypeRouteEntry), sai.SwitchAttrAvailableIPv4RouteEntry},
		{"ipv6_route", v6(sai.ObjectTypeRouteEntry), sai.SwitchAttrAvailableIPv6RouteEntry},
		{"ipv4_nexthop", v4(sai.ObjectTypeNextHop), sai.SwitchAttrAvailableIPv4NexthopEntry},
		{"ipv6_nexthop", v6(sai.ObjectTypeNextHop), sai.SwitchAttrAvailableIPv6NexthopEntry},
		{"ipv4_neighbor", v4(sai.ObjectTypeNeighborEntry), sai.SwitchAttrAvailableIPv4NeighborEntry},
		{"ipv6_neighbor", v6(sai.ObjectTypeNeighborEntry), sai.SwitchAttrAvailableIPv6NeighborEntry},
		{"nexthop_group_member", v4(sai.ObjectTypeNextHopGroupMember), sai.SwitchAttrAvailableNextHopGroupMemberEntry},
		{"nexthop_group", v4(sai.ObjectTypeNextHopGroup), sai.SwitchAttrAvailableNextHopGroupEntry},
		{"fdb_entry", v4(sai.ObjectTypeFDBEntry), sai.SwitchAttrAvailableFDBEntry},
	}
}

func attributes(list []resource) []sai.AttrID {
	ids := make([]sai.AttrID, len(list))
	for i, r := range list {
		ids[i] = r.available
	}
	return ids
}
