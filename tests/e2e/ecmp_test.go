package e2e_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/heddle-nos/heddle/daemons/lab"
)

// flows is how many destinations the tests of spreading send to; maxShare is far outside of what chance makes of a quarter of them.
const (
	flows    = 240
	minShare = flows / 8
	maxShare = flows * 2 / 5
)

// TestECMP spreads flows over four next hops; when the link to one fails, the others take its flows.
func TestECMP(t *testing.T) {
	l := beside(t, "testdata/ecmp.yaml", "ecmp")
	routers := []string{"r1", "r2", "r3", "r4"}
	h := openTap(t, l, "h")
	for name, d := range map[string]struct{ src, prefix string }{"IPv4": {"10.0.0.2", "203.0.113."}, "IPv6": {"fd00::2", "2001:db8::"}} {
		t.Run(name, func(t *testing.T) {
			send := func() []int { return spread(t, l, h, d.src, d.prefix, routers) }
			eventually(t, soon, func() error { return even(send(), 4) })

			setLinks(t, l.Silicon(sw), []string{"p2"}, false)
			time.Sleep(failover)
			eventually(t, 2*time.Second, func() error { // a machine that is busy may let the first round pass
				counts := send()
				return even(append(counts[:1:1], counts[2:]...), 3)
			})
			setLinks(t, l.Silicon(sw), []string{"p2"}, true)
			eventually(t, 2*soon, func() error { return even(send(), 4) })
		})
	}
	t.Run("hash", func(t *testing.T) { hashFields(t, l, h, routers) })
	t.Run("another group", func(t *testing.T) { anotherGroup(t, l, h, routers) })
	t.Run("weights", func(t *testing.T) { weights(t, l, h, routers) })
	t.Run("fine-grained", func(t *testing.T) { fineGrained(t, l, h, routers) })
	t.Run("512 ways", func(t *testing.T) { wideGroup(t, l, h, routers) })
}

// hashFields lets flows be told apart by other fields than usual, and by none that differs.
func hashFields(t *testing.T, l *lab.Lab, h *tap, routers []string) {
	send := func() []int { return spread(t, l, h, "10.0.0.2", "203.0.113.", routers) }
	if able := run(t, l, sw, "show", "switch-hash", "capabilities", "--json"); !strings.Contains(able, "DST_MAC") || strings.Contains(able, "INNER") {
		t.Errorf("capabilities: %s", able)
	}
	run(t, l, sw, "config", "switch-hash", "global", "ecmp-hash", "SRC_IP", "DST_MAC", "IN_PORT")
	eventually(t, soon, func() error {
		counts := send()
		slices.Sort(counts) // one socket may have no room for all of them
		return expect(counts[3] > flows/2 && counts[2] == 0, fmt.Sprintf("no field differs, and %v went each way", counts))
	})
	run(t, l, sw, "config", "switch-hash", "global", "ecmp-hash", "DST_IP")
	run(t, l, sw, "config", "switch-hash", "global", "ecmp-hash-algorithm", "CRC_32HI")
	eventually(t, soon, func() error { return even(send(), 4) })
	run(t, l, sw, "config", "switch-hash", "global", "ecmp-hash", "SRC_IP", "DST_IP", "IP_PROTOCOL", "L4_SRC_PORT", "L4_DST_PORT")
	run(t, l, sw, "config", "switch-hash", "global", "ecmp-hash-algorithm", "CRC")
	eventually(t, soon, func() error { return even(send(), 4) })
}

// fineGrained gives the route buckets: flows of a lost next hop move and come back, and no others do.
func fineGrained(t *testing.T, l *lab.Lab, h *tap, routers []string) {
	const prefix = "203.0.113.0/24"
	send := func() []int { return eachWay(t, l, h, "10.0.0.2", "203.0.113.", routers) }
	run(t, l, sw, "config", "fg-nhg", "add", "fine", "--bucket-size", "24", "--match-mode", "route-based")
	for i := range routers {
		run(t, l, sw, "config", "fg-nhg-member", "add", fmt.Sprintf("10.0.%d.1", i+1), "--fg-nhg", "fine", "--bank", fmt.Sprint(i/2))
	}
	run(t, l, sw, "config", "fg-nhg-prefix", "add", prefix, "--fg-nhg", "fine")
	buckets := func(ways int) error {
		view, err := l.Output(t.Context(), sw, "show", "fgnhg", "active-hops", "fine")
		if err != nil {
			return err // the route is not there yet
		}
		n := strings.Count(view, "10.0.")
		return expect(n == ways, fmt.Sprintf("%d next hops:\n%s", n, view))
	}
	eventually(t, soon, func() error { return buckets(4) })
	var before []int
	eventually(t, soon, func() error { before = send(); return even(count(before, 4), 4) })

	setLinks(t, l.Silicon(sw), []string{"p2"}, false)
	eventually(t, soon, func() error { return buckets(3) })
	eventually(t, soon, func() error { return stayed(before, send(), 1) })
	setLinks(t, l.Silicon(sw), []string{"p2"}, true)
	eventually(t, 2*soon, func() error { return buckets(4) })
	eventually(t, soon, func() error { return expect(slices.Equal(send(), before), "flows did not come back") })
}

// anotherGroup lets routing take a next hop out of a route and put it back: only flows of that one move, and only flows to it.
func anotherGroup(t *testing.T, l *lab.Lab, h *tap, routers []string) {
	const prefix = "198.19.8.0/24"
	route := func(verb string, hops ...int) {
		t.Helper()
		args := []string{"ip", "route", verb, prefix}
		for _, n := range hops {
			args = append(args, "nexthop", "via", fmt.Sprintf("10.0.%d.1", n))
		}
		run(t, l, sw, args...)
	}
	send := func() []int { return eachWay(t, l, h, "10.0.0.2", "198.19.8.", routers) }
	route("add", 1, 2, 3, 4)
	defer route("del")
	var before, during []int
	eventually(t, soon, func() error { before = send(); return even(count(before, 4), 4) })
	route("replace", 1, 3, 4)
	eventually(t, soon, func() error { during = send(); return stayed(before, during, 1) })
	if counts := count(during, 4); even(append(counts[:1:1], counts[2:]...), 3) != nil {
		t.Errorf("without r2: %v", counts)
	}
	route("replace", 1, 2, 3, 4)
	eventually(t, soon, func() error {
		after := send()
		for i, now := range after {
			if now != during[i] && now != 1 {
				return fmt.Errorf("flow %d went from %d to %d", i, during[i], now)
			}
		}
		return even(count(after, 4), 4)
	})
}

// stayed checks that only flows of a lost way have moved.
func stayed(before, during []int, lost int) error {
	for i, now := range during {
		if now < 0 || now == lost || before[i] != lost && now != before[i] {
			return fmt.Errorf("flow %d went from %d to %d", i, before[i], now)
		}
	}
	return nil
}

// count counts the flows by each way.
func count(ways []int, n int) []int {
	counts := make([]int, n)
	for _, w := range ways {
		if w >= 0 {
			counts[w]++
		}
	}
	return counts
}

// spread sends one datagram of each flow and counts where they arrive.
func spread(t *testing.T, l *lab.Lab, h *tap, src, prefix string, routers []string) []int {
	t.Helper()
	return count(eachWay(t, l, h, src, prefix, routers), len(routers))
}

// eachWay sends one datagram of each flow and tells where it arrives; -1: nowhere.
func eachWay(t *testing.T, l *lab.Lab, h *tap, src, prefix string, routers []string) []int {
	t.Helper()
	var taps []*tap
	for _, r := range routers {
		taps = append(taps, openTap(t, l, r))
	}
	ways, flow := make([]int, flows), map[string]int{}
	for i := range flows {
		d := datagram{srcMAC: h.mac, dstMAC: routerMAC(t, l), src: src, dst: fmt.Sprint(prefix, i+1), ttl: 9, length: 64}
		ways[i], flow[d.dst] = -1, i
		h.send(t, d.frame(t))
	}
	for way, tap := range taps {
		for f := tap.receive(t, quiet, isUDP(src, "")); f != nil; f = tap.receive(t, quiet, isUDP(src, "")) {
			if i, ok := flow[parse(f).NetworkLayer().NetworkFlow().Dst().String()]; ok {
				ways[i] = way
			}
		}
	}
	return ways
}

// even checks that all flows arrived, and every way got its share of them.
func even(counts []int, ways int) error {
	sum, ok := 0, true
	for _, n := range counts {
		sum += n
		ok = ok && n*ways > 4*minShare && n*ways < 4*maxShare
	}
	return expect(ok && sum == flows, fmt.Sprintf("of %d flows %v arrived", flows, counts))
}
