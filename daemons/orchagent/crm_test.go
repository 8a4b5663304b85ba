package orchagent_test

import (
	"context"
	"testing"

	"github.com/heddle-nos/heddle/internal/statedb"
)

// TestResources follows the number of routes into COUNTERS_DB, and over a
// threshold and back.
func TestResources(t *testing.T) {
	r := up(t)
	config := func(fields statedb.Fields) {
		if err := r.db.DB(statedb.ConfigDB).Replace(context.Background(), "CRM", "Config", fields); err != nil {
			t.Fatal(err)
		}
	}
	stats := func() map[string]string { return r.row(statedb.CountersDB, "CRM", "STATS") }
	config(statedb.Fields{"polling_interval": "1"})
	r.until("the resources are counted", func() bool {
		s := stats()
		// IPv4: default, 2 own, 2 connected, 1 static; IPv6: default, 2 link-local, 1 own, 1 connected
		return s["crm_stats_ipv4_route_used"] == "6" && s["crm_stats_ipv6_route_used"] == "5" &&
			s["crm_stats_mpls_inseg_used"] == "0" && s["crm_stats_mpls_inseg_available"] != "" && s["crm_stats_srv6_my_sid_entry_used"] == "0" &&
			s["crm_stats_ipv4_neighbor_used"] == "1" && s["crm_stats_ipv6_nexthop_used"] == "0" && s["crm_stats_ipv4_route_available"] != ""
	})
	alarm := func() map[string]string { return r.row(statedb.StateDB, "HEDDLE_CRM_ALARM", "ipv4_route") }
	if a := alarm(); len(a) != 0 {
		t.Errorf("alarm without need: %v", a)
	}
	config(statedb.Fields{"polling_interval": "1", "ipv4_route_threshold_type": "used", "ipv4_route_low_threshold": "5", "ipv4_route_high_threshold": "6"})
	r.until("the alarm", func() bool { return alarm()["used"] == "6" })
	r.del("ROUTE_TABLE:10.1.0.0/16")
	r.until("its end", func() bool { return len(alarm()) == 0 && stats()["crm_stats_ipv4_route_used"] == "5" })
}
