package orchagent_test

import (
	"strings"
	"testing"

	"github.com/heddle-nos/heddle/internal/statedb"
)

// TestVRF: the same addresses in two VRFs, routes that wait for their VRF, an
// interface that moves, and a VRF that goes with everything in it.
func TestVRF(t *testing.T) {
	r := newRig(t, 4)
	r.startSyncd()
	r.startOrch()
	r.ports(4)
	r.summary("routes_applied", "4")
	r.set("ROUTE_TABLE:Vrf-red:20.0.0.0/8", "nexthop", "10.0.0.1", "ifname", "Ethernet12", "protocol", "static")
	r.set("INTF_TABLE:Ethernet12:10.0.0.0/31", "scope", "global", "family", "IPv4")
	r.set("INTF_TABLE:Ethernet12", "vrf_name", "Vrf-red")
	r.set("INTF_TABLE:Ethernet8")
	r.set("INTF_TABLE:Ethernet8:10.0.0.0/31", "scope", "global", "family", "IPv4")
	for _, intf := range []string{"Ethernet8", "Ethernet12"} {
		r.set("NEIGH_TABLE:"+intf+":10.0.0.1", "neigh", "52:54:00:0a:00:01", "family", "IPv4")
	}
	r.set("ROUTE_TABLE:20.0.0.0/8", "nexthop", "10.0.0.1", "ifname", "Ethernet8", "protocol", "static")
	r.summary("routes_applied", "7")
	r.until("the route waits for its VRF", func() bool {
		return r.status("route/Vrf-red/20.0.0.0/8")["reason"] == "waiting for vr Vrf-red"
	})

	r.set("VRF_TABLE:Vrf-red", "fallback", "false")
	r.summary("routes_applied", "13") // own, connected, static; drop 2, link-local 1
	for _, want := range []string{
		`{"dest":"20.0.0.0/8","switch_id":"<switch>","vr":"<vr/Vrf-red>"} SAI_ROUTE_ENTRY_ATTR_NEXT_HOP_ID=<nexthop/Ethernet12/10.0.0.1>`,
		`{"dest":"20.0.0.0/8","switch_id":"<switch>","vr":"<vr/default>"} SAI_ROUTE_ENTRY_ATTR_NEXT_HOP_ID=<nexthop/Ethernet8/10.0.0.1>`,
		`{"dest":"10.0.0.0/31","switch_id":"<switch>","vr":"<vr/Vrf-red>"} SAI_ROUTE_ENTRY_ATTR_NEXT_HOP_ID=<rif/Ethernet12>`,
	} {
		if asic := r.asic(); !strings.Contains(asic, want) {
			t.Errorf("ASIC_DB lacks %s:\n%s", want, asic)
		}
	}
	if s := r.row(statedb.StateDB, "VRF_OBJECT_TABLE", "Vrf-red")["state"]; s != "ok" {
		t.Errorf("state is %q", s)
	}
	r.restartOrch() // sees the ports that came up meanwhile
	r.summary("routes_applied", "13")
	changes := r.changes()
	r.restartOrch()
	r.summary("routes_applied", "13")
	if n := r.changes() - changes; n != 0 {
		t.Errorf("a restart made %d changes", n)
	}

	r.del("VRF_TABLE:Vrf-red")
	r.gone("vr/Vrf-red")
	r.summary("routes_applied", "7")
	r.until("the router interface waits", func() bool { return r.status("rif/Ethernet12")["reason"] == "waiting for vr Vrf-red" })
	r.set("INTF_TABLE:Ethernet12", "vrf_name", "")
	r.del("INTF_TABLE:Ethernet12:10.0.0.0/31")
	r.set("INTF_TABLE:Ethernet12:10.0.4.0/31", "scope", "global", "family", "IPv4")
	r.until("the interface is in the default VRF", func() bool {
		return strings.Contains(r.asic(), `{"dest":"10.0.4.0/31","switch_id":"<switch>","vr":"<vr/default>"} SAI_ROUTE_ENTRY_ATTR_NEXT_HOP_ID=<rif/Ethernet12>`)
	})
	if s := r.row(statedb.StateDB, "VRF_OBJECT_TABLE", "Vrf-red"); len(s) > 0 {
		t.Errorf("still told: %v", s)
	}
}
