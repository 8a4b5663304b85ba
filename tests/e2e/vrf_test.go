package e2e_test

import (
	"testing"

	"github.com/heddle-nos/heddle/daemons/lab"
)

// TestVRF routes within VRFs and not between them; the same prefix leads another way in each.
func TestVRF(t *testing.T) {
	l := beside(t, "testdata/vrf.yaml", "vrf")
	reach(t, l, []lab.Path{
		path("r1", "10.2.0.2"), path("r2", "10.1.0.2"), path("r1", "fd00:2::2"), path("b1", "10.6.0.2"), path("b2", "10.5.0.2"),
	})
	taps := map[string]*tap{}
	for _, host := range []string{"r1", "r2", "b1", "b2", "d"} {
		taps[host] = openTap(t, l, host)
	}
	arrives := func(from, src, at, dst string) bool {
		d := datagram{srcMAC: taps[from].mac, dstMAC: routerMAC(t, l), src: src, dst: dst, ttl: 9, length: 64}
		taps[from].send(t, d.frame(t))
		return taps[at].receive(t, quiet, isUDP(src, dst)) != nil
	}
	for _, c := range []struct{ from, src, at, other string }{{"r1", "10.1.0.2", "r2", "b2"}, {"b1", "10.5.0.2", "b2", "r2"}} {
		eventually(t, soon, func() error {
			return expect(arrives(c.from, c.src, c.at, "203.0.113.7"), "the static route of "+c.from+"'s VRF does not work")
		})
		if arrives(c.from, c.src, c.other, "203.0.113.8") {
			t.Errorf("a datagram of %s arrived at %s", c.from, c.other)
		}
	}
	for _, c := range []struct{ from, src, at, dst string }{
		{"r1", "10.1.0.2", "b1", "10.5.0.2"}, {"b1", "10.5.0.2", "r1", "10.1.0.2"},
		{"d", "10.9.0.2", "r1", "10.1.0.2"}, {"r1", "10.1.0.2", "d", "10.9.0.2"}, {"d", "10.9.0.2", "r2", "203.0.113.9"},
	} {
		if arrives(c.from, c.src, c.at, c.dst) {
			t.Errorf("%s reaches %s in another VRF", c.from, c.dst)
		}
	}
	// A VRF is made and taken away, an interface moves, on a switch that serves.
	run(t, l, sw, "config", "interface", "vrf", "bind", "Ethernet16", "Vrf-red")
	run(t, l, sw, "config", "interface", "ip", "add", "Ethernet16", "10.9.0.1/24")
	eventually(t, soon, func() error {
		return expect(arrives("d", "10.9.0.2", "r2", "203.0.113.10"), "Ethernet16 does not route in its new VRF")
	})
}
