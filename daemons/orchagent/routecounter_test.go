package orchagent_test

import (
	"strings"
	"sync/atomic"
	"testing"

	"github.com/heddle-nos/heddle/internal/statedb"
	"github.com/heddle-nos/heddle/sai"
	"github.com/heddle-nos/heddle/sai/strict"
)

// pattern sets which routes are counted; 0 takes the pattern back.
func (r *rig) pattern(key, most string) {
	r.t.Helper()
	db := r.db.DB(statedb.ConfigDB)
	err := db.Delete(r.t.Context(), "FLOW_COUNTER_ROUTE_PATTERN", key)
	if most != "0" {
		err = db.Replace(r.t.Context(), "FLOW_COUNTER_ROUTE_PATTERN", key, statedb.Fields{"max_match_count": most})
	}
	if err != nil {
		r.t.Fatal(err)
	}
}

func (r *rig) countRoutes(status string) {
	r.t.Helper()
	if err := r.db.DB(statedb.ConfigDB).Set(r.t.Context(), "FLEX_COUNTER_TABLE", "FLOW_CNT_ROUTE", statedb.Fields{"FLEX_COUNTER_STATUS": status, "POLL_INTERVAL": "100"}); err != nil {
		r.t.Fatal(err)
	}
}

// countedRoutes waits until just these routes have counters and names.
func (r *rig) countedRoutes(want ...string) {
	r.t.Helper()
	r.until("counted routes are "+strings.Join(want, " "), func() bool {
		asic, names, patterns := r.asic(), r.hash(statedb.CountersDB, "COUNTERS_ROUTE_NAME_MAP"), r.hash(statedb.CountersDB, "COUNTERS_ROUTE_TO_PATTERN_MAP")
		for _, w := range want {
			if !strings.Contains(asic, "COUNTER_ID=<counter/route/"+w+">") || names[w] == "" || names[w] != r.vid("counter/route/"+w) || patterns[w] == "" {
				return false
			}
		}
		return len(names) == len(want) && len(patterns) == len(want) && strings.Count(asic, "COUNTER_ID=<") == len(want) && r.kinds()["counter"] == len(want)
	})
}

// TestRouteCounters: routes that match a pattern are counted, as many as it may
// have; they keep the count when they go elsewhere and over a restart.
func TestRouteCounters(t *testing.T) {
	r := newRig(t, 4)
	r.startSyncd()
	r.startOrch()
	r.small()
	r.set("NEIGH_TABLE:Ethernet8:10.0.0.9", "neigh", "52:54:00:aa:00:09", "family", "IPv4")
	r.smallApplied()
	r.pattern("10.0.0.0/8", "2")
	r.set("ROUTE_TABLE:10.2.0.0/16", "nexthop", "10.0.0.1", "ifname", "Ethernet8", "protocol", "static")
	r.countRoutes("enable")
	r.countedRoutes("10.1.0.0/16", "10.2.0.0/16")
	if got := r.hash(statedb.CountersDB, "COUNTERS_ROUTE_TO_PATTERN_MAP")["10.1.0.0/16"]; got != "10.0.0.0/8" {
		t.Errorf("the route is said to match %q", got)
	}
	counter := sai.ObjectOf(sai.ObjectTypeCounter, r.rid("counter/route/10.1.0.0/16"))
	r.store.SetCounter(counter, sai.StatID(sai.CounterStatPackets), 7)
	vid := r.vid("counter/route/10.1.0.0/16")
	r.until("the counter is polled", func() bool { return r.row(statedb.CountersDB, "COUNTERS", vid)["SAI_COUNTER_STAT_PACKETS"] == "7" })

	r.set("ROUTE_TABLE:10.1.0.0/16", "nexthop", "10.0.0.9", "ifname", "Ethernet8", "protocol", "static")
	r.until("the route goes elsewhere", func() bool {
		return strings.Contains(r.asic(), "SAI_ROUTE_ENTRY_ATTR_COUNTER_ID=<counter/route/10.1.0.0/16> SAI_ROUTE_ENTRY_ATTR_NEXT_HOP_ID=<nexthop/Ethernet8/10.0.0.9>")
	})
	r.restartOrch() // sees the ports that came up meanwhile, as no event tells it
	r.summary("routes_applied", "12")
	changes := r.changes()
	r.restartOrch()
	r.summary("routes_applied", "12")
	r.countedRoutes("10.1.0.0/16", "10.2.0.0/16")
	if got := r.vid("counter/route/10.1.0.0/16"); got != vid || r.changes() != changes {
		t.Errorf("the restart made %d changes; the counter is %s, was %s", r.changes()-changes, got, vid)
	}

	r.set("ROUTE_TABLE:10.3.0.0/16", "nexthop", "10.0.0.1", "ifname", "Ethernet8", "protocol", "static")
	r.del("ROUTE_TABLE:10.2.0.0/16")
	r.countedRoutes("10.1.0.0/16", "10.3.0.0/16") // there is room again
	r.pattern("10.0.0.0/8", "1")
	r.countedRoutes("10.1.0.0/16")
	r.pattern("10.0.0.0/8", "0")
	r.countedRoutes()
	r.pattern("10.3.0.0/16", "51") // too many
	r.until("the row is bad", func() bool { return r.status("row/FLOW_COUNTER_ROUTE_PATTERN:10.3.0.0/16")["state"] == "failed" })
	r.pattern("10.3.0.0/16", "50")
	r.countedRoutes("10.3.0.0/16")
	r.countRoutes("disable")
	r.countedRoutes()
}

// TestRouteCountersRefused: a route whose counter the ASIC refuses forwards.
func TestRouteCountersRefused(t *testing.T) {
	r := newRig(t, 4)
	var refused atomic.Int32
	r.fault = func(op strict.Op, o sai.Object, attrs []sai.Attr) sai.Status {
		if op == strict.OpSet && o.Type == sai.ObjectTypeRouteEntry && attrs[0].ID == sai.RouteEntryAttrCounterID {
			refused.Add(1)
			return sai.StatusInsufficientResources
		}
		return sai.StatusSuccess
	}
	r.startSyncd()
	r.startOrch()
	r.small()
	r.smallApplied()
	r.pattern("10.0.0.0/8", "2")
	r.countRoutes("enable")
	r.until("the counter is refused", func() bool { return refused.Load() > 0 })
	r.countedRoutes()
	r.smallApplied()
	r.summary("routes_failed", "0")
	r.pattern("10.0.0.0/8", "0")
}
