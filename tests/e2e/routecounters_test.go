package e2e_test

import (
	"context"
	"fmt"
	"syscall"
	"testing"

	"github.com/heddle-nos/heddle/internal/statedb"
)

// TestRouteFlowCounters: what goes by a route that matches a pattern is counted,
// in each VRF for itself, whether the route moves or the ASIC's control plane
// starts anew.
func TestRouteFlowCounters(t *testing.T) {
	const headers, payload, some = 14 + 20 + 8, 100, 20
	l := beside(t, "testdata/vrf.yaml", "flowcnt")
	db := database(t, l)
	polling(t, l, "flowcnt-route", "FLOW_CNT_ROUTE")
	r1, b1 := openTap(t, l, "r1"), openTap(t, l, "b1")
	router := routerMAC(t, l)
	send := func(from *tap, src, dst string, n int) {
		t.Helper()
		d := datagram{srcMAC: from.mac, dstMAC: router, src: src, dst: dst, ttl: 9, length: payload}
		for range n {
			from.send(t, d.frame(t))
		}
	}
	counted := func(route string, packets uint64) {
		t.Helper()
		eventually(t, soon, func() error {
			s := statistics(t, db, "COUNTERS_ROUTE_NAME_MAP", route)
			got := [2]uint64{s["SAI_COUNTER_STAT_PACKETS"], s["SAI_COUNTER_STAT_BYTES"]}
			if got != [2]uint64{packets, packets * (headers + payload)} {
				return fmt.Errorf("%s has %d packets of %d bytes, want %d", route, got[0], got[1], packets)
			}
			return nil
		})
	}
	named := func(route string) {
		t.Helper()
		eventually(t, soon, func() error {
			if db.DB(statedb.CountersDB).Redis().HGet(context.Background(), "COUNTERS_ROUTE_NAME_MAP", route).Val() == "" {
				return fmt.Errorf("%s has no counter", route)
			}
			return nil
		})
	}
	const red = "Vrf-red|203.0.113.0/24"
	run(t, l, sw, "config", "flowcnt-route", "pattern", "add", "203.0.0.0/16", "--vrf", "Vrf-red", "--max", "3")
	named(red)
	counted(red, 0)
	send(r1, "10.1.0.2", "203.0.113.7", some)
	send(b1, "10.5.0.2", "203.0.113.7", some) // by the same prefix in another VRF
	counted(red, some)

	run(t, l, sw, "config", "route", "add", "prefix", "vrf", "Vrf-red", "203.0.113.0/24", "nexthop", "10.1.0.2") // a second next hop
	eventually(t, soon, func() error {
		return contains(db.DB(statedb.ApplDB).Redis().HGet(context.Background(), "ROUTE_TABLE:Vrf-red:203.0.113.0/24", "nexthop").Val(), ",")
	})
	send(r1, "10.1.0.2", "203.0.113.8", some)
	counted(red, 2*some)

	restart(t, l, "asicd", syscall.SIGKILL)
	send(r1, "10.1.0.2", "203.0.113.9", some)
	counted(red, 3*some)

	if err := contains(run(t, l, sw, "show", "flowcnt-route", "stats"), "203.0.0.0/16", "Vrf-red", "203.0.113.0/24", "60", "8,520"); err != nil {
		t.Error(err)
	}
	run(t, l, sw, "sonic-clear", "flowcnt-route")
	if err := contains(run(t, l, sw, "show", "flowcnt-route", "stats", "route", "203.0.113.0/24", "--vrf", "Vrf-red"), "203.0.0.0/16", " 0 "); err != nil {
		t.Error(err)
	}
	run(t, l, sw, "config", "flowcnt-route", "pattern", "remove", "203.0.0.0/16", "--vrf", "Vrf-red")
	eventually(t, soon, func() error {
		if n := db.DB(statedb.CountersDB).Redis().HLen(context.Background(), "COUNTERS_ROUTE_NAME_MAP").Val(); n != 0 {
			return fmt.Errorf("%d routes are still counted", n)
		}
		return nil
	})
}
