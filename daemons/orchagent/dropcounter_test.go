package orchagent_test

import (
	"strings"
	"testing"

	"github.com/heddle-nos/heddle/internal/statedb"
	"github.com/heddle-nos/heddle/sai"
)

// TestDropCounters: a counter of CONFIG_DB comes to the ASIC with its reasons, is
// polled on all ports under the name that the ASIC gives, and goes again.
func TestDropCounters(t *testing.T) {
	r := up(t)
	can := r.row(statedb.StateDB, "DEBUG_COUNTER_CAPABILITIES", "PORT_INGRESS_DROPS")
	if can["count"] == "" || !strings.HasPrefix(can["reasons"], "[L2_ANY,SMAC_MULTICAST,") || strings.Contains(can["reasons"], "SAI_") {
		t.Errorf("capabilities are %v", can)
	}
	r.set("DEBUG_COUNTER_DROP_REASON|DEBUG_0|TTL", "NULL", "NULL")
	r.set("DEBUG_COUNTER|DEBUG_0", "type", "PORT_INGRESS_DROPS")
	r.applied("dropcounter/in/DEBUG_0")
	r.set("DEBUG_COUNTER_DROP_REASON|DEBUG_0|L3_ANY", "NULL", "NULL")
	reasons := func(want string) {
		t.Helper()
		r.until("reasons: "+want, func() bool { return strings.Contains(r.asic(), "IN_DROP_REASON_LIST="+want) })
	}
	reasons("2:SAI_IN_DROP_REASON_L3_ANY,SAI_IN_DROP_REASON_TTL")
	const stat = "SAI_PORT_STAT_IN_CONFIGURED_DROP_REASONS_0_DROPPED_PKTS"
	names := func() map[string]string { return r.hash(statedb.CountersDB, "COUNTERS_DEBUG_NAME_PORT_STAT_MAP") }
	r.until("the counter has a name", func() bool { return names()["DEBUG_0"] == stat })
	port := r.vid("port/Ethernet4")
	r.store.SetCounter(sai.ObjectOf(sai.ObjectTypePort, r.rid("port/Ethernet4")), sai.StatID(sai.PortStatInDropReasonRangeBase), 42)
	if err := r.db.DB(statedb.ConfigDB).Set(t.Context(), "FLEX_COUNTER_TABLE", "DEBUG_COUNTER", statedb.Fields{"POLL_INTERVAL": "100"}); err != nil {
		t.Fatal(err)
	}
	r.until("the port is polled", func() bool { return r.row(statedb.CountersDB, "COUNTERS", port)[stat] == "42" })
	r.del("DEBUG_COUNTER_DROP_REASON|DEBUG_0|L3_ANY")
	reasons("1:SAI_IN_DROP_REASON_TTL")
	r.del("DEBUG_COUNTER|DEBUG_0")
	r.gone("dropcounter/in/DEBUG_0")
	r.until("the counter has no name", func() bool { return len(names()) == 0 })
}
