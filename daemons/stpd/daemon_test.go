package stpd

import (
	"testing"
	"time"

	"github.com/heddle-nos/heddle/internal/kernel/kerneltest"
	"github.com/heddle-nos/heddle/internal/statedb"
	"github.com/heddle-nos/heddle/yang/schema"
)

func TestTree(t *testing.T) {
	t.Parallel()
	a, b := pairOf(t, "tagged")
	a.start()
	stop := b.start()
	a.states("Ethernet0:0", "4", "Ethernet4:0", "4")
	b.states("Ethernet0:0", "4", "Ethernet4:0", "1")
	a.becomes(a.appl(), schema.AppTableSTPVLANInstance, map[string]statedb.Fields{"Vlan100": {"stp_instance": "0"}})
	b.has(b.appl(), schema.AppTableSTPVLAN, "Vlan100", "bridge_id", "8064020000000002", "root_bridge_id", "8064020000000001",
		"desig_bridge_id", "8064020000000001", "root_path_cost", "200", "root_port", "Ethernet0", "max_age", "20", "root_hello_time", "2",
		"root_forward_delay", "15", "stp_instance", "0")
	b.has(b.appl(), schema.AppTableSTPVLANPort, "Vlan100:Ethernet4", "port_num", "5", "priority", "128", "path_cost", "200",
		"port_state", "BLOCKING", "role", "alternate", "desig_cost", "0", "desig_root", "8064020000000001", "desig_bridge", "8064020000000001")
	a.has(a.appl(), schema.AppTableSTPVLAN, "Vlan100", "root_port", "Root")

	// Neither end notices that one starts again.
	time.Sleep(time.Second) // what a new tree's topology changes set off is over
	states, flushes := a.ops[schema.AppTableSTPPortState].Load()+b.ops[schema.AppTableSTPPortState].Load(), a.ops[schema.AppTableSTPFastAgeing].Load()
	stop()
	b.start()
	time.Sleep(7 * time.Second) // longer than a root is believed
	b.states("Ethernet0:0", "4", "Ethernet4:0", "1")
	if again := a.ops[schema.AppTableSTPPortState].Load() + b.ops[schema.AppTableSTPPortState].Load(); again != states {
		t.Errorf("a restart of one end wrote %d states", again-states)
	}
	t.Logf("flushes before the restart %d, after it %d", flushes, a.ops[schema.AppTableSTPFastAgeing].Load())

	if err := b.kernel.LinkSetDown(kerneltest.Link(t, b.kernel, "Ethernet0")); err != nil {
		t.Fatal(err)
	}
	cut := time.Now()
	b.states("Ethernet0:0", "0", "Ethernet4:0", "4")
	t.Logf("link loss told after %v", time.Since(cut))
	kerneltest.Up(t, b.kernel, "Ethernet0")
	b.states("Ethernet0:0", "4", "Ethernet4:0", "1")
}

// VLANs have trees of their own, on links that they share with and without a tag.
func TestVLANs(t *testing.T) {
	t.Parallel()
	a, b := pairOf(t, "untagged")
	for _, x := range []*box{a, b} {
		for _, port := range []string{"Ethernet0", "Ethernet4"} {
			x.member("Vlan1", port, "tagged")
			x.member("Vlan200", port, "tagged")
		}
	}
	b.set("STP_VLAN", "Vlan200", "enabled", "true", "priority", "4096")
	b.set("STP_VLAN_PORT", "Vlan100|Ethernet0", "path_cost", "1000")
	a.start()
	b.start()
	all := []string{ // by VLAN 1, 100, 200
		"Ethernet0:0", "4", "Ethernet4:0", "4", "Ethernet0:1", "4", "Ethernet4:1", "4", "Ethernet0:2", "4", "Ethernet4:2", "1",
	}
	a.states(all...)
	b.states("Ethernet0:0", "4", "Ethernet4:0", "1", "Ethernet0:1", "1", "Ethernet4:1", "4", "Ethernet0:2", "4", "Ethernet4:2", "4")

	b.set("STP_VLAN", "Vlan200", "enabled", "false")
	b.becomes(b.appl(), schema.AppTableSTPVLANInstance, map[string]statedb.Fields{"Vlan1": {"stp_instance": "0"}, "Vlan100": {"stp_instance": "1"}})
	b.set("STP_PORT", "Ethernet4", "enabled", "false") // takes no part: forwards
	b.states("Ethernet0:0", "4", "Ethernet4:0", "4", "Ethernet0:1", "4", "Ethernet4:1", "4")
	b.del("STP", "GLOBAL")
	b.states()
	b.becomes(b.appl(), schema.AppTableSTPVLANInstance, map[string]statedb.Fields{})
	b.becomes(b.appl(), schema.AppTableSTPVLAN, map[string]statedb.Fields{})
	b.becomes(b.appl(), schema.AppTableSTPVLANPort, map[string]statedb.Fields{})
	b.becomes(b.state(), schema.StateTableSTPMemory, map[string]statedb.Fields{})
}

func TestGuards(t *testing.T) {
	t.Parallel()
	a, b := pairOf(t, "untagged")
	a.set("STP_PORT", "Ethernet0", "enabled", "true", "portfast", "true", "bpdu_guard", "true", "bpdu_guard_do_disable", "true")
	a.set("STP_PORT", "Ethernet4", "enabled", "true", "root_guard", "true")
	a.start()
	a.has(a.appl(), schema.AppTableSTPPortState, "Ethernet0:0", "state", "4") // an edge does not wait
	a.has(a.appl(), schema.AppTableSTPPort, "Ethernet0", "port_fast", "yes", "bpdu_guard_shutdown", "no")
	b.set("STP_VLAN", "Vlan100", "enabled", "true", "priority", "4096")
	b.start()
	a.has(a.appl(), schema.AppTableSTPPort, "Ethernet0", "port_fast", "yes", "bpdu_guard_shutdown", "yes")
	a.has(a.client.DB(statedb.ConfigDB), "PORT", "Ethernet0", "admin_status", "down", "speed", "100000")
	a.recorded("spanning tree: a BPDU came to Ethernet0, which BPDU guard shuts down")
	a.has(a.appl(), schema.AppTableSTPVLANPort, "Vlan100:Ethernet0", "port_state", "BPDU-DIS")
	a.has(a.appl(), schema.AppTableSTPVLANPort, "Vlan100:Ethernet4", "port_state", "ROOT-INC")
	a.states("Ethernet0:0", "0", "Ethernet4:0", "1")
	b.set("STP_VLAN", "Vlan100", "enabled", "true", "priority", "61440")
	a.states("Ethernet0:0", "0", "Ethernet4:0", "4")
	a.has(a.appl(), schema.AppTableSTPVLANPort, "Vlan100:Ethernet4", "port_state", "FORWARDING", "root_guard_timer", "0")

	// What an operator does when he has looked after the cause.
	if err := b.kernel.LinkSetDown(kerneltest.Link(t, b.kernel, "Ethernet0")); err != nil {
		t.Fatal(err)
	}
	a.set("PORT", "Ethernet0", "admin_status", "up")
	a.has(a.appl(), schema.AppTableSTPPort, "Ethernet0", "bpdu_guard_shutdown", "no")
	kerneltest.Up(t, b.kernel, "Ethernet0") // the bridge is still there
	a.has(a.appl(), schema.AppTableSTPPort, "Ethernet0", "bpdu_guard_shutdown", "yes")
	a.has(a.client.DB(statedb.ConfigDB), "PORT", "Ethernet0", "admin_status", "down")
	a.set("STP_PORT", "Ethernet0", "bpdu_guard", "false")
	a.has(a.appl(), schema.AppTableSTPPort, "Ethernet0", "bpdu_guard_shutdown", "no")
	a.states("Ethernet0:0", "4", "Ethernet4:0", "4")
}

func TestMST(t *testing.T) {
	t.Parallel()
	a, b := pairOf(t, "tagged")
	for _, x := range []*box{a, b} {
		x.set("STP", "GLOBAL", "mode", "mst")
		x.del("STP_VLAN", "Vlan100")
		x.set("VLAN", "Vlan200", "vlanid", "200")
		x.set("STP_MST_INST", "MST_INSTANCE:INSTANCE0", "bridge_priority", "32768")
		x.set("STP_MST_INST", "MST_INSTANCE|2", "bridge_priority", "32768", "vlan_list", "200")
		x.start()
	}
	b.states("Ethernet0:0", "4", "Ethernet4:0", "1", "Ethernet0:2", "4", "Ethernet4:2", "1")
	b.becomes(b.appl(), schema.AppTableSTPVLANInstance, map[string]statedb.Fields{"Vlan100": {"stp_instance": "0"}, "Vlan200": {"stp_instance": "2"}})
	b.has(b.appl(), schema.AppTableSTPMSTInst, "2", "vlan@", "200", "bridge_address", "8000020000000002", "root_address", "8000020000000001",
		"root_port", "Ethernet0")
	b.has(b.appl(), schema.AppTableSTPMSTPort, "2:Ethernet4", "port_number", "5", "role", "alternate", "port_state", "BLOCKING")
}

func TestBadRows(t *testing.T) {
	t.Parallel()
	a := newBox(t, "02:00:00:00:00:01")
	a.start()
	a.set("STP_VLAN", "Vlan9999", "enabled", "true")
	a.set("STP_VLAN", "Vlan300", "enabled", "true")
	a.set("STP_PORT", "Ethernet0", "enabled", "true", "path_cost", "0")
	a.becomes(a.state(), "HEDDLE_CONFIG_ERROR", map[string]statedb.Fields{
		"STP_VLAN|Vlan9999":  {"field": "", "value": "", "error": `VLAN name "Vlan9999" is not "Vlan" and a number from 1 to 4094`},
		"STP_VLAN|Vlan300":   {"field": "", "value": "", "error": "Vlan300 does not exist"},
		"STP_PORT|Ethernet0": {"field": "path_cost", "value": "0", "error": `path cost "0" is not a number from 1 to 200000000`},
	})
	a.del("STP_VLAN", "Vlan9999")
	a.del("STP_VLAN", "Vlan300")
	a.del("STP_PORT", "Ethernet0")
	a.becomes(a.state(), "HEDDLE_CONFIG_ERROR", map[string]statedb.Fields{})
}
