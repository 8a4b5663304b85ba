package orchagent_test

import (
	"testing"

	"github.com/heddle-nos/heddle/internal/statedb"
)

// TestPortStateOverRestart: flaps are counted on where an earlier life ended,
// and the change that it missed is one.
func TestPortStateOverRestart(t *testing.T) {
	r := newRig(t, 4)
	r.startSyncd()
	r.startOrch()
	r.ports(4)
	port := func() map[string]string { return r.row(statedb.ApplDB, "PORT_TABLE", "Ethernet0") }
	tell := func(state string) {
		r.notify("port_state_change", `[{"port_id":"`+r.vid("port/Ethernet0")+`","port_state":"SAI_PORT_OPER_STATUS_`+state+`"}]`)
	}
	r.applied("hostif/Ethernet12")
	tell("UP") // the strict SAI tells no events
	r.until("the port is up", func() bool { return port()["flap_count"] == "1" && port()["last_up_time"] != "" })
	tell("DOWN")
	r.until("the port is down", func() bool {
		return port()["oper_status"] == "down" && port()["flap_count"] == "2" && port()["last_down_time"] != ""
	})
	r.stopOrch()
	if err := r.db.DB(statedb.ApplDB).Set(t.Context(), "PORT_TABLE", "Ethernet0", statedb.Fields{"flap_count": "41"}); err != nil {
		t.Fatal(err)
	}
	r.startOrch() // the SAI says that the link is up again
	r.until("the missed change is counted", func() bool {
		return port()["oper_status"] == "up" && port()["flap_count"] == "42" && port()["last_up_time"] != ""
	})
	if got := r.row(statedb.StateDB, "PORT_TABLE", "Ethernet0")["supported_speeds"]; got == "" {
		t.Error("nobody knows the speeds of the port")
	}
}
