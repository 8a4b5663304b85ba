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

// TestLinkIsTold: STATE_DB says what a link came up with, and forgets it when it goes.
func TestLinkIsTold(t *testing.T) {
	r := newRig(t, 2)
	r.startSyncd()
	r.startOrch()
	r.ports(2)
	r.set("PORT_TABLE:Ethernet4", "fec", "rs", "admin_status", "down")
	row := func(port string) map[string]string { return r.row(statedb.StateDB, "PORT_TABLE", port) }
	r.applied("hostif/Ethernet0", "hostif/Ethernet4")
	tell := func(state string) {
		r.notify("port_state_change", `[{"port_id":"`+r.vid("port/Ethernet0")+`","port_state":"SAI_PORT_OPER_STATUS_`+state+`"}]`)
	}
	tell("UP")
	r.until("the link has a speed", func() bool { return row("Ethernet0")["speed"] == "40000" })
	for field, want := range map[string]string{
		"fec": "none", "supported_fecs": "none,rs,fc", "rmt_adv_speeds": "N/A", "link_training_status": "off", "host_tx_ready": "true",
	} {
		if got := row("Ethernet0")[field]; got != want {
			t.Errorf("%s is %q, want %q", field, got, want)
		}
	}
	r.until("Ethernet4 is down", func() bool { return row("Ethernet4")["speed"] == "N/A" && row("Ethernet4")["host_tx_ready"] == "false" })
	r.set("PORT_TABLE:Ethernet0", "fec", "rs", "speed", "100000")
	r.until("the link has other values", func() bool { return row("Ethernet0")["speed"] == "100000" && row("Ethernet0")["fec"] == "rs" })
	r.set("PORT_TABLE:Ethernet0", "admin_status", "down")
	tell("DOWN")
	r.until("the link is gone", func() bool { return row("Ethernet0")["speed"] == "N/A" && row("Ethernet0")["fec"] == "N/A" })
	if got := r.row(statedb.StateDB, "SWITCH_CAPABILITY", "switch")["PORT_TPID_CAPABLE"]; got == "" {
		t.Error("nobody knows whether ports can have another tag protocol")
	}
	r.del("PORT_TABLE:Ethernet0")
	r.until("nothing is told of a port that is gone", func() bool { return len(row("Ethernet0")) == 0 })
}
