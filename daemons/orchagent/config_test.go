package orchagent_test

import (
	"strings"
	"testing"
)

const stormOnPort = "SAI_PORT_ATTR_BROADCAST_STORM_CONTROL_POLICER_ID=<policer/_Ethernet0_broadcast>"

// TestConfigRows takes rows of CONFIG_DB as they come, change and go, also while
// orchagent is away.
func TestConfigRows(t *testing.T) {
	r := up(t)
	storm := func(want string) {
		t.Helper()
		r.until("storm control: "+want, func() bool { return strings.Contains(r.asic(), want) })
	}
	r.set("PORT_STORM_CONTROL|Ethernet0|broadcast", "kbps", "1000")
	storm(stormOnPort)
	storm("SAI_POLICER_ATTR_CIR=125000")
	r.set("PORT_STORM_CONTROL|Ethernet0|broadcast", "kbps", "2000")
	storm("SAI_POLICER_ATTR_CIR=250000")

	r.restartOrch() // sees the ports that came up meanwhile, as no event tells it
	r.smallApplied()
	changes := r.changes()
	r.restartOrch()
	r.smallApplied()
	if r.changes() != changes {
		t.Errorf("a restart made %d changes", r.changes()-changes)
	}

	r.stopOrch()
	r.del("PORT_STORM_CONTROL|Ethernet0|broadcast")
	r.set("PORT_STORM_CONTROL|Ethernet4|broadcast", "kbps", "8")
	r.startOrch()
	storm("SAI_POLICER_ATTR_CIR=1000")
	r.until("the port is free", func() bool {
		return !strings.Contains(r.asic(), stormOnPort) && !strings.Contains(r.asic(), "_Ethernet0_")
	})
	r.del("PORT_STORM_CONTROL|Ethernet4|broadcast")
	r.until("no policer", func() bool { return !strings.Contains(r.asic(), "POLICER") })
}
