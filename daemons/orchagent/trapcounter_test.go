package orchagent_test

import (
	"strings"
	"sync/atomic"
	"testing"

	"github.com/heddle-nos/heddle/internal/statedb"
	"github.com/heddle-nos/heddle/sai"
	"github.com/heddle-nos/heddle/sai/strict"
)

// TestTrapCounters: traps are counted while the kind of counters is enabled, and
// work on without a counter that the ASIC refuses.
func TestTrapCounters(t *testing.T) {
	r := newRig(t, 4)
	var able atomic.Bool
	r.fault = func(op strict.Op, o sai.Object, _ []sai.Attr) sai.Status {
		if !able.Load() && op == strict.OpCreate && o.Type == sai.ObjectTypeCounter {
			return sai.StatusNotSupported
		}
		return sai.StatusSuccess
	}
	r.startSyncd()
	r.startOrch()
	r.small()
	r.smallApplied()
	enable := func(status string) {
		if err := r.db.DB(statedb.ConfigDB).Set(t.Context(), "FLEX_COUNTER_TABLE", "FLOW_CNT_TRAP", statedb.Fields{"FLEX_COUNTER_STATUS": status, "POLL_INTERVAL": "100"}); err != nil {
			t.Fatal(err)
		}
	}
	names := func() map[string]string { return r.hash(statedb.CountersDB, "COUNTERS_TRAP_NAME_MAP") }
	enable("enable")
	r.until("the counter is refused", func() bool { return r.status("counter/trap/lldp")["state"] == "failed" })
	r.applied("trap/lldp")
	if n := names(); len(n) != 0 {
		t.Errorf("traps are said to be counted: %v", n)
	}
	enable("disable")
	r.gone("counter/trap/lldp")
	able.Store(true)
	enable("enable")
	r.applied("counter/trap/lldp", "trap/lldp")
	r.until("the trap has its counter", func() bool { return strings.Contains(r.asic(), "SAI_HOSTIF_TRAP_ATTR_COUNTER_ID=<counter/trap/lldp>") })
	r.until("the counter has its name", func() bool { return names()["lldp"] == r.vid("counter/trap/lldp") && names()["eapol"] == "" })
	r.store.SetCounter(sai.ObjectOf(sai.ObjectTypeCounter, r.rid("counter/trap/lldp")), sai.StatID(sai.CounterStatPackets), 7)
	vid := r.vid("counter/trap/lldp")
	r.until("the counter is polled", func() bool { return r.row(statedb.CountersDB, "COUNTERS", vid)["SAI_COUNTER_STAT_PACKETS"] == "7" })
	r.restartOrch() // sees the ports that came up meanwhile, as no event tells it
	r.smallApplied()
	changes := r.changes()
	r.restartOrch()
	r.smallApplied()
	if r.changes() != changes {
		t.Errorf("a restart made %d changes", r.changes()-changes)
	}
	enable("disable")
	r.gone("counter/trap/lldp")
	r.until("no trap is counted", func() bool { return len(names()) == 0 && !strings.Contains(r.asic(), "COUNTER_ID=<") })
	r.applied("trap/lldp")
}
