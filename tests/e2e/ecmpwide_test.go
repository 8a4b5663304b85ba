package e2e_test

import (
	"fmt"
	"net"
	"strings"
	"testing"
	"time"

	"github.com/heddle-nos/heddle/daemons/lab"
	"github.com/heddle-nos/heddle/internal/statedb"
)

// weights has the kernel give one next hop three times the share of another.
func weights(t *testing.T, l *lab.Lab, h *tap, routers []string) {
	const prefix = "198.19.0.0/24"
	run(t, l, sw, "ip", "route", "add", prefix, "nexthop", "via", "10.0.1.1", "weight", "1", "nexthop", "via", "10.0.2.1", "weight", "3")
	defer run(t, l, sw, "ip", "route", "del", prefix)
	eventually(t, soon, func() error {
		counts := spread(t, l, h, "10.0.0.2", "198.19.0.", routers)
		ok := counts[0]+counts[1] == flows && counts[0] > minShare && counts[0] < maxShare
		return expect(ok, fmt.Sprintf("of %d flows with weights 1 and 3 %v arrived", flows, counts))
	})
}

const (
	wideWays  = 512
	wideFlows = 8 * wideWays
	wideBatch = 128 // a socket has room for so many
)

// wideGroup spreads over as many next hops as a group can have: all but a few have flows.
func wideGroup(t *testing.T, l *lab.Lab, h *tap, routers []string) {
	config := database(t, l).DB(statedb.ConfigDB)
	set := func(table, key string, row statedb.Fields) {
		t.Helper()
		if err := config.Set(t.Context(), table, key, row); err != nil {
			t.Fatal(err)
		}
	}
	var hops []string
	for n := range routers {
		port := fmt.Sprintf("Ethernet%d", 4*(n+1))
		run(t, l, sw, "config", "interface", "ip", "add", port, fmt.Sprintf("10.9.%d.1/24", n))
		for i := range wideWays / len(routers) {
			hop := fmt.Sprintf("10.9.%d.%d", n, i+2)
			hops = append(hops, hop)
			station := net.HardwareAddr{2, 0xec, 0, 0, byte(n), byte(i)}
			set("NEIGH", port+"|"+hop, statedb.Fields{"neigh": station.String(), "family": "IPv4"})
		}
	}
	set("STATIC_ROUTE", "198.18.0.0/16", statedb.Fields{"nexthop": strings.Join(hops, ",")})
	var taps []*tap
	for _, r := range routers {
		taps = append(taps, openTap(t, l, r))
	}
	eventually(t, 2*soon, func() error {
		for _, tap := range taps {
			tap.drain(t) // what an earlier round left
		}
		arrived, stations := 0, map[string]bool{}
		for first := 0; first < wideFlows; first += wideBatch {
			for i := first; i < first+wideBatch; i++ {
				d := datagram{srcMAC: h.mac, dstMAC: routerMAC(t, l), src: "10.0.0.2", dst: fmt.Sprintf("198.18.%d.%d", i>>8, i&255), ttl: 9, length: 64}
				h.send(t, d.frame(t))
			}
			if arrived += collect(t, taps, stations); arrived < first+wideBatch {
				break
			}
		}
		ok := arrived >= wideFlows && len(stations) > wideWays*97/100
		return expect(ok, fmt.Sprintf("of %d flows %d arrived at %d of %d next hops", wideFlows, arrived, len(stations), wideWays))
	})
}

// collect counts the datagrams of a batch that arrive, and notes whom they are for.
func collect(t *testing.T, taps []*tap, stations map[string]bool) (arrived int) {
	t.Helper()
	matches := isUDP("10.0.0.2", "")
	for deadline := time.Now().Add(4 * quiet); arrived < wideBatch && time.Now().Before(deadline); {
		for _, tap := range taps {
			frame, err := tap.next(0)
			if err != nil {
				t.Fatal(err)
			}
			if frame != nil && matches(frame) {
				arrived++
				stations[string(frame[:6])] = true
			}
		}
	}
	return arrived
}
