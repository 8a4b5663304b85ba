package orchagent_test

import (
	"context"
	"fmt"
	"slices"
	"testing"

	"github.com/heddle-nos/heddle/internal/statedb"
	"github.com/heddle-nos/heddle/sai"
	"github.com/heddle-nos/heddle/sai/text"
)

// rid is the real id of an object.
func (r *rig) rid(key string) sai.ObjectID {
	r.t.Helper()
	id, err := text.ParseOID(r.hash(statedb.AsicDB, "VIDTORID")[r.vid(key)])
	if err != nil {
		r.t.Fatalf("%s: %v", key, err)
	}
	return id
}

// learnedIn counts the addresses of the ASIC.
func (r *rig) learnedIn() int { return len(r.store.Keys(sai.ObjectTypeFDBEntry)) }

// TestFlushRequests asks for learned addresses to be forgotten, as sonic-clear does.
func TestFlushRequests(t *testing.T) {
	r := newRig(t, 4)
	r.startSyncd()
	r.startOrch()
	r.small()
	r.set("VLAN_TABLE:Vlan200", "admin_status", "up", "mtu", "9100")
	r.set("VLAN_MEMBER_TABLE:Vlan200:Ethernet4", "tagging_mode", "tagged")
	r.set("FDB_TABLE:Vlan100:52:54:00:00:00:99", "port", "Ethernet4", "type", "static")
	r.smallApplied()
	r.applied("vlanmember/200/Ethernet4", "fdb/100/52:54:00:00:00:99")
	for _, c := range []struct {
		op, data string
		left     int // of the learned ones
	}{
		{"ALL", "ALL", 0},
		{"PORT", "Ethernet4", 1},
		{"PORT", "Ethernet99", 3},
		{"VLAN", "Vlan200", 2},
		{"VLAN", "nonsense", 3},
		{"PORTVLAN", "Ethernet4|Vlan100", 2},
		{"PORTVLAN", "Ethernet4|", 3},
		{"PORTVLAN", "Ethernet99|Vlan100", 3},
		{"PORT", "", 3},
		{"EVERYTHING", "", 3},
	} {
		t.Run(c.op+" "+c.data, func(t *testing.T) {
			for i, at := range []struct{ vlan, port string }{{"100", "Ethernet0"}, {"100", "Ethernet4"}, {"200", "Ethernet4"}} {
				e := sai.FDBEntry{Switch: r.store.Keys(sai.ObjectTypeSwitch)[0].OID, BV: r.rid("vlan/" + at.vlan), MAC: sai.MAC{2, 0, 0, 0, 0, byte(i)}}
				if !r.store.Learn(e, r.rid("bridgeport/"+at.port)) {
					t.Fatalf("address %d is not learned", i)
				}
			}
			if err := statedb.Publish(context.Background(), r.db.DB(statedb.ApplDB), "FLUSHFDBREQUEST", c.op, c.data, nil); err != nil {
				t.Fatal(err)
			}
			// A row behind the request shows that it was served.
			vlan := fmt.Sprintf("Vlan%d", 1000+len(c.op+c.data))
			r.set("VLAN_TABLE:"+vlan, "admin_status", "up", "mtu", "9100")
			r.applied("vlan/" + vlan[4:])
			r.until("served", func() bool { return r.learnedIn() == c.left+1 })
		})
	}
}

// TestMoves counts how often an address appears on another port.
func TestMoves(t *testing.T) {
	r := up(t)
	for i, port := range []string{"Ethernet0", "Ethernet4", "Ethernet4", "Ethernet0"} {
		event := "SAI_FDB_EVENT_MOVE"
		if i == 0 {
			event = "SAI_FDB_EVENT_LEARNED"
		}
		r.notify("fdb_event", fmt.Sprintf(`[{"fdb_entry":"{\"bvid\":\"%s\",\"mac\":\"52:54:00:AB:00:01\",\"switch_id\":\"oid:0x21000000000000\"}",`+
			`"fdb_event":"%s","list":[{"id":"SAI_FDB_ENTRY_ATTR_BRIDGE_PORT_ID","value":"%s"}]}]`, r.vid("vlan/100"), event, r.vid("bridgeport/"+port)))
	}
	r.until("two moves", func() bool {
		row := r.row(statedb.StateDB, "FDB_TABLE", "Vlan100:52:54:00:ab:00:01")
		return row["port"] == "Ethernet0" && row["moves"] == "2"
	})
}

// TestMoveGuard lets an address move too often: it is kept where it was, or a port
// is shut, until the time is over or the guard is switched off.
func TestMoveGuard(t *testing.T) {
	r := up(t)
	ports := []string{"Ethernet0", "Ethernet4"}
	flap := func(mac string, n int) {
		for i := range n {
			event := "SAI_FDB_EVENT_MOVE"
			if i == 0 {
				event = "SAI_FDB_EVENT_LEARNED"
			}
			r.notify("fdb_event", fmt.Sprintf(`[{"fdb_entry":"{\"bvid\":\"%s\",\"mac\":\"%s\",\"switch_id\":\"oid:0x21000000000000\"}",`+
				`"fdb_event":"%s","list":[{"id":"SAI_FDB_ENTRY_ATTR_BRIDGE_PORT_ID","value":"%s"}]}]`, r.vid("vlan/100"), mac, event, r.vid("bridgeport/"+ports[i%2])))
		}
	}
	shut := func() string { return r.row(statedb.StateDB, "MAC_MOVE_GUARD", "HW_RESOURCES")["disabled_ports"] }
	portUp := func(port, up string) bool {
		return r.hash(statedb.AsicDB, "ASIC_STATE:SAI_OBJECT_TYPE_PORT:"+r.vid("port/"+port))["SAI_PORT_ATTR_ADMIN_STATE"] == up
	}
	enable := func(action string) {
		r.set("MAC_MOVE_GUARD|GLOBAL", "enabled", "true", "threshold", "4", "detect_interval", "60", "action_interval", "2", "action", action)
	}
	enable("DISABLE_PORT")
	r.until("a port is shut", func() bool {
		flap("52:54:00:AB:00:02", 6)
		return shut() != "" && portUp(shut(), "false")
	})
	port := shut()
	r.until("the port is open again", func() bool { return portUp(port, "true") && shut() == "" })

	enable("DISABLE_LEARN_ON_MAC_WITH_ACL")
	r.until("the address is kept", func() bool {
		flap("52:54:00:AB:00:03", 6)
		return r.row(statedb.StateDB, "HEDDLE_MAC_HOLD", "Vlan100:52:54:00:ab:00:03")["port"] != ""
	})
	r.applied("fdb/100/52:54:00:AB:00:03")
	if got := r.row(statedb.StateDB, "MMG_CAPABILITY_TABLE", "ACTIONS")["DISABLE_PORT"]; got != "true" {
		t.Errorf("DISABLE_PORT: %q", got)
	}
	if got := r.row(statedb.StateDB, "HEDDLE_MAC_HOLD", "Vlan100:52:54:00:ab:00:03"); !slices.Contains(ports, got["port"]) || got["until"] == "" {
		t.Errorf("hold %v", got)
	}
	r.del("MAC_MOVE_GUARD|GLOBAL")
	r.until("nothing is held", func() bool {
		return r.row(statedb.StateDB, "HEDDLE_MAC_HOLD", "Vlan100:52:54:00:ab:00:03")["port"] == "" && r.vid("fdb/100/52:54:00:AB:00:03") == ""
	})
}
