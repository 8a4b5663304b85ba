package orchagent_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/heddle-nos/heddle/internal/statedb"
)

// TestLAG: a port channel in a VLAN and a routed one; a member that stops
// distributing is one change of one object, and a restart changes nothing.
func TestLAG(t *testing.T) {
	r := newRig(t, 4)
	r.startSyncd()
	r.startOrch()
	r.ports(4)
	// What hangs on the groups comes first: it must wait.
	r.set("VLAN_MEMBER_TABLE:Vlan100:PortChannel1", "tagging_mode", "untagged")
	r.set("VLAN_TABLE:Vlan100", "admin_status", "up")
	r.set("INTF_TABLE:PortChannel2")
	r.set("INTF_TABLE:PortChannel2:10.0.2.0/31", "scope", "global", "family", "IPv4")
	r.set("NEIGH_TABLE:PortChannel2:10.0.2.1", "neigh", "52:54:00:0a:00:01", "family", "IPv4")
	r.set("ROUTE_TABLE:10.1.0.0/16", "nexthop", "10.0.2.1", "ifname", "PortChannel2", "protocol", "static")
	r.set("LAG_MEMBER_TABLE:PortChannel1:Ethernet0", "status", "enabled")
	r.set("LAG_MEMBER_TABLE:PortChannel1:Ethernet4", "status", "enabled")
	r.set("LAG_MEMBER_TABLE:PortChannel2:Ethernet8", "status", "enabled")
	r.set("LAG_TABLE:PortChannel1", "admin_status", "up", "oper_status", "up", "mtu", "9100")
	r.set("LAG_TABLE:PortChannel2", "admin_status", "up", "oper_status", "up", "mtu", "1500")
	r.applied("lagmember/PortChannel1/Ethernet0", "lagmember/PortChannel1/Ethernet4", "lagmember/PortChannel2/Ethernet8",
		"vlanmember/100/PortChannel1", "hostif/PortChannel1", "nexthop/PortChannel2/10.0.2.1")
	for _, want := range []string{
		"SAI_BRIDGE_PORT_ATTR_PORT_ID=<lag/PortChannel1>", "SAI_LAG_ATTR_PORT_VLAN_ID=100",
		"SAI_ROUTER_INTERFACE_ATTR_PORT_ID=<lag/PortChannel2>", "SAI_ROUTER_INTERFACE_ATTR_MTU=1500",
		"NAME=PortChannel2 SAI_HOSTIF_ATTR_OBJ_ID=<lag/PortChannel2> SAI_HOSTIF_ATTR_OPER_STATUS=true",
		`{"dest":"10.1.0.0/16","switch_id":"<switch>","vr":"<vr/default>"} SAI_ROUTE_ENTRY_ATTR_NEXT_HOP_ID=<nexthop/PortChannel2/10.0.2.1>`,
	} {
		r.until(want, func() bool { return strings.Contains(r.asic(), want) })
	}
	if got := r.db.DB(statedb.CountersDB).Redis().HGet(t.Context(), "COUNTERS_LAG_NAME_MAP", "PortChannel1").Val(); got != r.vid("lag/PortChannel1") {
		t.Errorf("PortChannel1 is named %q", got)
	}

	r.restartOrch() // sees the ports that came up meanwhile
	r.applied("lagmember/PortChannel1/Ethernet4", "nexthop/PortChannel2/10.0.2.1")
	r.summary("routes_applied", "7") // drop 2, link-local 2, own 1, connected 1, static 1
	changes := r.changes()
	r.restartOrch()
	r.applied("lagmember/PortChannel1/Ethernet4", "nexthop/PortChannel2/10.0.2.1")
	r.summary("routes_applied", "7")
	if r.changes() != changes {
		t.Errorf("a restart made %d changes", r.changes()-changes)
	}

	r.set("LAG_MEMBER_TABLE:PortChannel1:Ethernet4", "status", "disabled")
	r.until("the member is out", func() bool { return strings.Contains(r.asic(), "EGRESS_DISABLE=true") })
	r.until("in both directions", func() bool { return strings.Contains(r.asic(), "INGRESS_DISABLE=true") })
	if n := r.changes() - changes; n != 2 {
		t.Errorf("disabling a member took %d changes", n)
	}

	r.notify("fdb_event", fmt.Sprintf(`[{"fdb_entry":"{\"bvid\":\"%s\",\"mac\":\"52:54:00:AB:00:01\",\"switch_id\":\"oid:0x21000000000000\"}",`+
		`"fdb_event":"SAI_FDB_EVENT_LEARNED","list":[{"id":"SAI_FDB_ENTRY_ATTR_BRIDGE_PORT_ID","value":"%s"}]}]`, r.vid("vlan/100"), r.vid("bridgeport/PortChannel1")))
	r.until("the address is on the port channel", func() bool {
		return r.row(statedb.StateDB, "FDB_TABLE", "Vlan100:52:54:00:ab:00:01")["port"] == "PortChannel1"
	})
	r.set("LAG_TABLE:PortChannel1", "admin_status", "up", "oper_status", "down", "mtu", "9100")
	r.until("the netdev is down", func() bool { return !strings.Contains(r.asic(), "PortChannel1> SAI_HOSTIF_ATTR_OPER_STATUS=true") })

	r.del("LAG_TABLE:PortChannel1")
	r.gone("lag/PortChannel1", "hostif/PortChannel1")
	r.until("its VLAN member waits", func() bool { return r.status("vlanmember/100/PortChannel1")["state"] == "waiting" })
	r.del("LAG_TABLE:PortChannel2")
	r.gone("lag/PortChannel2", "hostif/PortChannel2")
	r.until("the router interface waits", func() bool {
		return r.status("rif/PortChannel2")["reason"] == "waiting for lag PortChannel2"
	})
}
