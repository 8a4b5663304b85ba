package orchagent_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/heddle-nos/heddle/internal/statedb"
	"github.com/heddle-nos/heddle/sai"
)

// TestBreakout takes the lanes of a port for four others and back, with what
// hangs on it, while orchagent restarts.
func TestBreakout(t *testing.T) {
	r := newRig(t, 4)
	r.startSyncd()
	r.startOrch()
	r.small()
	r.smallApplied()

	r.set("PORT_TABLE:Ethernet12", "lanes", "13", "speed", "25000", "admin_status", "up", "mtu", "9100")
	for i, lane := range []string{"14", "15", "16"} {
		r.set("PORT_TABLE:Ethernet"+[]string{"13", "14", "15"}[i], "lanes", lane, "speed", "25000", "admin_status", "up", "mtu", "9100")
	}
	r.set("VLAN_MEMBER_TABLE:Vlan100:Ethernet13", "tagging_mode", "untagged")
	r.applied("hostif/Ethernet12", "hostif/Ethernet15", "vlanmember/100/Ethernet13")
	if got := r.lanes(); got != "1,2,3,4 5,6,7,8 9,10,11,12 13 14 15 16" {
		t.Errorf("after the breakout the ports have lanes %s", got)
	}
	if got := r.row(statedb.ApplDB, "PORT_TABLE", "Ethernet15")["oper_status"]; got != "up" {
		t.Errorf("Ethernet15 is %q", got)
	}
	if got := r.hash(statedb.CountersDB, "COUNTERS_PORT_NAME_MAP")["Ethernet15"]; got != r.vid("port/Ethernet15") {
		t.Errorf("the counters of Ethernet15 are those of %q", got)
	}
	r.restartOrch() // sees the links that came up meanwhile
	r.until("the links are up", func() bool { return strings.Count(r.asic(), "SAI_HOSTIF_ATTR_OPER_STATUS=true") == 8 })
	changes := r.changes()
	r.restartOrch()
	r.applied("hostif/Ethernet15")
	r.until("PortInitDone", func() bool { return r.row(statedb.ApplDB, "PORT_TABLE", "PortInitDone")["lanes"] == "0" })
	if n := r.changes() - changes; n != 0 {
		t.Errorf("a restart made %d changes", n)
	}

	r.stopOrch() // back while nobody looks
	r.del("VLAN_MEMBER_TABLE:Vlan100:Ethernet13")
	for _, p := range []string{"Ethernet13", "Ethernet14", "Ethernet15"} {
		r.del("PORT_TABLE:" + p)
	}
	r.ports(4)
	r.startOrch()
	r.gone("hostif/Ethernet15", "port/Ethernet15", "vlanmember/100/Ethernet13")
	r.until("the old lanes are back", func() bool { return r.lanes() == "1,2,3,4 5,6,7,8 9,10,11,12 13,14,15,16" })
	r.applied("port/Ethernet12", "hostif/Ethernet12")
	r.until("nothing is left of the ports", func() bool { return len(r.row(statedb.ApplDB, "PORT_TABLE", "Ethernet15")) == 0 })
}

// TestLanesAreWaitedFor: a port whose lanes another wanted one has says so, and
// comes once they are free.
func TestLanesAreWaitedFor(t *testing.T) {
	r := newRig(t, 2)
	r.startSyncd()
	r.startOrch()
	r.ports(2)
	r.applied("hostif/Ethernet4")
	r.set("PORT_TABLE:Ethernet1", "lanes", "2", "speed", "25000", "admin_status", "up")
	r.until("Ethernet1 waits", func() bool { return r.status("port/Ethernet1")["reason"] == "needs what port Ethernet0 has" })
	r.del("PORT_TABLE:Ethernet0")
	r.applied("hostif/Ethernet1")
	if got := r.lanes(); got != "2 5,6,7,8" {
		t.Errorf("the ports have lanes %s", got)
	}
}

// TestSyncdRecreatesBrokenOutPorts: an ASIC that starts anew has its first ports
// again; what was configured comes back.
func TestSyncdRecreatesBrokenOutPorts(t *testing.T) {
	r := newRig(t, 2)
	r.startSyncd()
	r.startOrch()
	r.ports(2)
	r.set("PORT_TABLE:Ethernet0", "lanes", "2", "speed", "25000", "admin_status", "up", "mtu", "9100")
	r.set("PORT_TABLE:Ethernet1", "lanes", "1", "speed", "25000", "admin_status", "up", "mtu", "9100")
	r.applied("hostif/Ethernet1")
	r.until("the lanes are exchanged", func() bool { return r.lanes() == "1 2 5,6,7,8" })
	r.stopSyncd()
	r.store = newRig(t, 2).store
	r.startSyncd()
	r.until("the ports are as before", func() bool { return r.lanes() == "1 2 5,6,7,8" })
	if got, want := r.store.Keys(sai.ObjectTypeHostif), 3; len(got) != want {
		t.Errorf("%d host interfaces, want %d", len(got), want)
	}
}

// lanes lists the lanes of the ASIC's ports.
func (r *rig) lanes() string {
	var ports []string
	for _, o := range r.store.Keys(sai.ObjectTypePort) {
		a := []sai.Attr{{ID: sai.PortAttrHwLaneList}}
		if r.store.Get(o, a) == sai.StatusSuccess {
			text := make([]string, 0, 4)
			for _, l := range a[0].Value.Uints() {
				text = append(text, string(rune('0'+l/10))+string(rune('0'+l%10)))
			}
			ports = append(ports, strings.Join(text, ","))
		}
	}
	slices.Sort(ports)
	return strings.TrimPrefix(strings.ReplaceAll(strings.ReplaceAll(strings.Join(ports, " "), " 0", " "), ",0", ","), "0")
}
