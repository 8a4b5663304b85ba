package e2e_test

import (
	"fmt"
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
	l := own(t, "testdata/ecmp.yaml", "ecmp")
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
}

// spread sends one datagram of each flow and counts where they arrive.
func spread(t *testing.T, l *lab.Lab, h *tap, src, prefix string, routers []string) []int {
	t.Helper()
	var taps []*tap
	for _, r := range routers {
		taps = append(taps, openTap(t, l, r))
	}
	for i := range flows {
		d := datagram{srcMAC: h.mac, dstMAC: routerMAC(t, l), src: src, dst: fmt.Sprint(prefix, i+1), ttl: 9, length: 64}
		h.send(t, d.frame(t))
	}
	counts := make([]int, len(taps))
	for i, tap := range taps {
		for tap.receive(t, quiet, isUDP(src, "")) != nil {
			counts[i]++
		}
	}
	return counts
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
