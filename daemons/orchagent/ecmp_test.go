package orchagent_test

import (
	"fmt"
	"strings"
	"testing"
)

// groups counts the groups of next hops in the ASIC, and their members.
func (r *rig) groups() (groups, members int) {
	asic := r.asic()
	return strings.Count(asic, "SAI_OBJECT_TYPE_NEXT_HOP_GROUP:"), strings.Count(asic, "SAI_OBJECT_TYPE_NEXT_HOP_GROUP_MEMBER:")
}

func (r *rig) hasGroups(groups, members int) {
	r.t.Helper()
	r.until(fmt.Sprintf("%d groups with %d members", groups, members), func() bool {
		g, m := r.groups()
		return g == groups && m == members
	})
}

// TestECMP: routes with the same next hops share a group; a next hop that goes
// or comes changes the group and no route.
func TestECMP(t *testing.T) {
	const routes = 300
	r := newRig(t, 4)
	r.startSyncd()
	r.startOrch()
	r.small() // one route of its own, 10.0.0.1 on Ethernet8
	r.smallApplied()
	r.set("INTF_TABLE:Ethernet12")
	r.set("INTF_TABLE:Ethernet12:10.0.1.0/31", "scope", "global", "family", "IPv4")
	for i := range routes {
		r.set(fmt.Sprintf("ROUTE_TABLE:20.%d.%d.0/24", i/250, i%250), "nexthop", "10.0.0.1,10.0.1.1", "ifname", "Ethernet8,Ethernet12", "protocol", "bgp")
	}
	r.summary("routes_applied", fmt.Sprint(13+routes))
	r.hasGroups(1, 1) // the other neighbour is not known yet

	r.set("NEIGH_TABLE:Ethernet12:10.0.1.1", "neigh", "52:54:00:0a:00:02", "family", "IPv4")
	r.hasGroups(1, 2)
	r.applied("nexthop/Ethernet12/10.0.1.1")

	r.restartOrch() // sees the ports that came up meanwhile
	r.summary("routes_applied", fmt.Sprint(13+routes))
	changes := r.changes()
	r.restartOrch()
	r.summary("routes_applied", fmt.Sprint(13+routes))
	if n := r.changes() - changes; n != 0 {
		t.Errorf("a restart made %d changes", n)
	}

	r.del("NEIGH_TABLE:Ethernet12:10.0.1.1")
	r.hasGroups(1, 1)
	r.gone("nexthop/Ethernet12/10.0.1.1")
	if n := r.changes() - changes; n != 3 { // member, next hop, neighbour
		t.Errorf("the loss of a next hop of %d routes took %d changes", routes, n)
	}
	r.summary("routes_applied", fmt.Sprint(13+routes))

	r.del("NEIGH_TABLE:Ethernet8:10.0.0.1")
	r.hasGroups(1, 0)
	r.summary("routes_applied", "12") // nor does 10.1.0.0/16 of small have a next hop
	r.until("the routes wait", func() bool {
		return r.status("route/default/20.0.7.0/24")["reason"] == "waiting for nexthop Ethernet12/10.0.1.1"
	})
	r.set("NEIGH_TABLE:Ethernet8:10.0.0.1", "neigh", "52:54:00:0a:00:01", "family", "IPv4")
	r.summary("routes_applied", fmt.Sprint(13+routes))

	for i := range routes {
		r.del(fmt.Sprintf("ROUTE_TABLE:20.%d.%d.0/24", i/250, i%250))
	}
	r.hasGroups(0, 0)
}

// TestWCMP: weights make another group, and a route moves from one to the other.
func TestWCMP(t *testing.T) {
	r := newRig(t, 4)
	r.startSyncd()
	r.startOrch()
	r.small()
	r.set("NEIGH_TABLE:Ethernet8:10.0.0.3", "neigh", "52:54:00:0a:00:03", "family", "IPv4")
	r.set("ROUTE_TABLE:20.1.0.0/16", "nexthop", "10.0.0.1,10.0.0.3", "ifname", "Ethernet8,Ethernet8")
	r.hasGroups(1, 2)
	r.set("ROUTE_TABLE:20.1.0.0/16", "nexthop", "10.0.0.3,10.0.0.1", "ifname", "Ethernet8,Ethernet8", "weight", "7,1")
	r.until("the weight is there", func() bool { return strings.Contains(r.asic(), "SAI_NEXT_HOP_GROUP_MEMBER_ATTR_WEIGHT=7") })
	r.hasGroups(1, 2)
	r.set("ROUTE_TABLE:20.1.0.0/16", "nexthop", "10.0.0.3", "ifname", "Ethernet8", "weight", "7")
	r.hasGroups(0, 0)
	r.until("the route has one next hop", func() bool {
		return strings.Contains(r.asic(), `{"dest":"20.1.0.0/16","switch_id":"<switch>","vr":"<vr/default>"} SAI_ROUTE_ENTRY_ATTR_NEXT_HOP_ID=<nexthop/Ethernet8/10.0.0.3>`)
	})
}
