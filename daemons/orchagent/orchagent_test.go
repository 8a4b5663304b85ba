package orchagent_test

import (
	"strings"
	"testing"

	"github.com/heddle-nos/heddle/internal/statedb"
)

// small configures a switch with a VLAN, a routed port and a route.
func (r *rig) small() {
	r.ports(4)
	r.set("VLAN_TABLE:Vlan100", "admin_status", "up", "mtu", "9100")
	r.set("VLAN_MEMBER_TABLE:Vlan100:Ethernet0", "tagging_mode", "untagged")
	r.set("VLAN_MEMBER_TABLE:Vlan100:Ethernet4", "tagging_mode", "tagged")
	r.set("INTF_TABLE:Vlan100")
	r.set("INTF_TABLE:Vlan100:192.168.100.1/24", "scope", "global", "family", "IPv4")
	r.set("INTF_TABLE:Ethernet8")
	r.set("INTF_TABLE:Ethernet8:10.0.0.0/31", "scope", "global", "family", "IPv4")
	r.set("INTF_TABLE:Ethernet8:fc00::1/64", "scope", "global", "family", "IPv6")
	r.set("NEIGH_TABLE:Ethernet8:10.0.0.1", "neigh", "52:54:00:aa:00:01", "family", "IPv4")
	r.set("ROUTE_TABLE:10.1.0.0/16", "nexthop", "10.0.0.1", "ifname", "Ethernet8", "protocol", "static")
}

// smallApplied waits until small is in the ASIC.
func (r *rig) smallApplied() {
	r.t.Helper()
	r.applied("port/Ethernet0", "hostif/Ethernet12", "vlan/100", "vlanmember/100/Ethernet0", "vlanmember/100/Ethernet4",
		"hostif/Vlan100", "rif/Vlan100", "rif/Ethernet8", "neighbor/Ethernet8/10.0.0.1", "nexthop/Ethernet8/10.0.0.1", "trap/arp_req")
	// drop 2, link-local 2, own 3, connected 3, static 1
	r.summary("routes_applied", "11")
	r.until("PortInitDone", func() bool { return r.row(statedb.ApplDB, "PORT_TABLE", "PortInitDone")["lanes"] == "0" })
}

func TestBringUp(t *testing.T) {
	r := newRig(t, 4)
	r.startSyncd()
	r.startOrch()
	r.small()
	r.smallApplied()

	asic := r.asic()
	for _, want := range []string{
		`{"dest":"10.1.0.0/16","switch_id":"<switch>","vr":"<vr/default>"} SAI_ROUTE_ENTRY_ATTR_NEXT_HOP_ID=<nexthop/Ethernet8/10.0.0.1>`,
		`{"dest":"192.168.100.0/24","switch_id":"<switch>","vr":"<vr/default>"} SAI_ROUTE_ENTRY_ATTR_NEXT_HOP_ID=<rif/Vlan100>`,
		`{"dest":"192.168.100.1/32","switch_id":"<switch>","vr":"<vr/default>"} SAI_ROUTE_ENTRY_ATTR_NEXT_HOP_ID=<port/CPU>`,
		`{"dest":"0.0.0.0/0","switch_id":"<switch>","vr":"<vr/default>"} SAI_ROUTE_ENTRY_ATTR_PACKET_ACTION=SAI_PACKET_ACTION_DROP`,
		`SAI_OBJECT_TYPE_VLAN_MEMBER:<vlanmember/100/Ethernet4> SAI_VLAN_MEMBER_ATTR_BRIDGE_PORT_ID=<bridgeport/Ethernet4>`,
		`SAI_HOSTIF_ATTR_NAME=Vlan100 SAI_HOSTIF_ATTR_OBJ_ID=<vlan/100>`,
	} {
		if !strings.Contains(asic, want) {
			t.Errorf("ASIC_DB lacks %s", want)
		}
	}
	if strings.Contains(asic, "default/") {
		t.Error("members of the default VLAN are still there")
	}
	if t.Failed() {
		t.Log(asic)
	}
	if got := r.row(statedb.StateDB, "PORT_TABLE", "Ethernet0")["state"]; got != "ok" {
		t.Errorf("state of Ethernet0 is %q", got)
	}
}

func TestRestartChangesNothing(t *testing.T) {
	r := newRig(t, 4)
	r.startSyncd()
	r.startOrch()
	r.small()
	r.smallApplied()
	r.restartOrch() // sees the ports that came up meanwhile, as no event tells it
	r.smallApplied()
	before, changes := r.asic(), r.changes()
	for range 3 {
		r.restartOrch()
		r.smallApplied()
	}
	if r.changes() != changes {
		t.Errorf("restarts made %d changes", r.changes()-changes)
	}
	if after := r.asic(); after != before {
		t.Errorf("ASIC_DB changed from\n%s\nto\n%s", before, after)
	}
}

func TestWithdraw(t *testing.T) {
	r := newRig(t, 4)
	r.startSyncd()
	r.startOrch()
	r.ports(4)
	r.applied("port/Ethernet12", "hostif/Ethernet12", "trap/dhcpv6")
	r.summary("routes_applied", "4")
	empty := r.asic()
	r.small()
	r.smallApplied()

	r.del("NEIGH_TABLE:Ethernet8:10.0.0.1")
	r.gone("nexthop/Ethernet8/10.0.0.1")
	r.until("the route waits", func() bool {
		return r.status("route/default/10.1.0.0/16")["reason"] == "waiting for nexthop Ethernet8/10.0.0.1"
	})
	r.del("INTF_TABLE:Ethernet8")
	r.gone("rif/Ethernet8")
	r.del("VLAN_TABLE:Vlan100")
	r.until("the member waits", func() bool { return r.status("vlanmember/100/Ethernet0")["reason"] == "waiting for vlan 100" })
	for _, row := range []string{
		"VLAN_MEMBER_TABLE:Vlan100:Ethernet0", "VLAN_MEMBER_TABLE:Vlan100:Ethernet4", "INTF_TABLE:Vlan100",
		"INTF_TABLE:Vlan100:192.168.100.1/24", "INTF_TABLE:Ethernet8:10.0.0.0/31", "INTF_TABLE:Ethernet8:fc00::1/64",
		"ROUTE_TABLE:10.1.0.0/16",
	} {
		r.del(row)
	}
	r.gone("vlanmember/100/Ethernet0", "bridgeport/Ethernet4", "rif/Vlan100", "route/default/10.1.0.0/16")
	r.summary("routes_applied", "4")
	r.until("everything is as before", func() bool { return r.asic() == strings.ReplaceAll(empty, "", "") })
}
