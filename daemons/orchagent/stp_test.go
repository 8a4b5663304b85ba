package orchagent_test

import (
	"testing"

	"github.com/heddle-nos/heddle/internal/statedb"
	"github.com/heddle-nos/heddle/sai"
)

// TestSpanningTree puts a VLAN into an instance and out again, and has addresses forgotten.
func TestSpanningTree(t *testing.T) {
	r := up(t)
	r.until("the number of instances is told", func() bool {
		return r.row(statedb.StateDB, "STP_TABLE", "GLOBAL")["max_stp_inst"] != ""
	})
	r.set("STP_PORT_STATE_TABLE:Ethernet0:3", "state", "1")
	r.set("STP_VLAN_INSTANCE_TABLE:Vlan100", "stp_instance", "3")
	r.applied("vlan/100", "bridgeport/Ethernet0", "stpport/3/Ethernet0", "trap/stp", "trap/pvrst")
	instance := func() sai.ObjectID {
		attrs := []sai.Attr{{ID: sai.VLANAttrSTPInstance}}
		if s := r.store.Get(sai.ObjectOf(sai.ObjectTypeVLAN, r.rid("vlan/100")), attrs); s != sai.StatusSuccess {
			t.Fatal(s)
		}
		return attrs[0].Value.OID()
	}
	own := r.rid("stp/3")
	r.until("the VLAN is in its instance", func() bool { return instance() == own })

	learn := func() {
		e := sai.FDBEntry{Switch: r.store.Keys(sai.ObjectTypeSwitch)[0].OID, BV: r.rid("vlan/100"), MAC: sai.MAC{2, 0, 0, 0, 0, 9}}
		if !r.store.Learn(e, r.rid("bridgeport/Ethernet0")) {
			t.Fatal("not learned")
		}
	}
	for range 2 { // the same request again
		learn()
		r.set("STP_FASTAGEING_FLUSH_TABLE:Vlan100", "state", "true")
		r.until("the VLAN's addresses are forgotten", func() bool { return r.learnedIn() == 0 })
	}
	learn()
	r.set("STP_INST_PORT_FLUSH_TABLE:3:Ethernet0", "state", "true")
	r.until("the port's addresses are forgotten", func() bool { return r.learnedIn() == 0 })
	learn()
	r.restartOrch() // what was asked before is not asked again
	r.until("the restart is over", func() bool { return instance() == own })
	if r.learnedIn() != 1 {
		t.Error("a restart forgot addresses")
	}

	r.del("STP_VLAN_INSTANCE_TABLE:Vlan100")
	r.del("STP_PORT_STATE_TABLE:Ethernet0:3")
	r.until("the instance is gone", func() bool { return len(r.store.Keys(sai.ObjectTypeSTP)) == 1 && instance() != own })
}
