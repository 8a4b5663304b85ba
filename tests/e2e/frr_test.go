package e2e_test

import (
	"testing"

	"github.com/vishvananda/netns"

	"github.com/heddle-nos/heddle/daemons/lab"
	"github.com/heddle-nos/heddle/internal/kernel"
	"github.com/heddle-nos/heddle/internal/statedb"
	"github.com/heddle-nos/heddle/tests/frr"
)

// inside opens the network of a node.
func inside(t *testing.T, l *lab.Lab, node string) *kernel.Kernel {
	t.Helper()
	ns, err := netns.GetFromName(l.Namespace(node))
	if err != nil {
		t.Fatal(err)
	}
	k, err := kernel.At(ns)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = k.Close() })
	return k
}

// TestFRRProgramsASIC runs FRR on the switch: its route forwards packets, and forwards none when it has gone.
func TestFRRProgramsASIC(t *testing.T) {
	l := basic(t)
	h3, r1 := openTap(t, l, "h3"), openTap(t, l, "r1")
	d := datagram{srcMAC: h3.mac, dstMAC: routerMAC(t, l), src: "192.0.2.131", dst: "198.18.60.1", ttl: 9, length: 64}
	arrives := func() bool {
		h3.send(t, d.frame(t))
		return r1.receive(t, quiet, isUDP(d.src, d.dst)) != nil
	}
	guest := frr.Start(t, inside(t, l, sw), "fpm address 127.0.0.1 port 2620\nip route 198.18.60.0/24 198.51.100.2\n", []string{"-M", "dplane_fpm_nl"}, "staticd")
	eventually(t, soon, func() error { return expect(arrives(), "FRR's route does not forward") })
	guest.Do("configure terminal", "no ip route 198.18.60.0/24 198.51.100.2")
	eventually(t, soon, func() error { return expect(!arrives(), "FRR's route is still there") })
}

// TestStaticRouteWithBFD lets a route count only while FRR's bfdd answers at its next hop.
func TestStaticRouteWithBFD(t *testing.T) {
	l := basic(t)
	h3, r1 := openTap(t, l, "h3"), openTap(t, l, "r1")
	d := datagram{srcMAC: h3.mac, dstMAC: routerMAC(t, l), src: "192.0.2.131", dst: "198.18.70.1", ttl: 9, length: 64}
	arrives := func() bool {
		h3.send(t, d.frame(t))
		return r1.receive(t, quiet, isUDP(d.src, d.dst)) != nil
	}
	config, key := database(t, l).DB(statedb.ConfigDB), "default|198.18.70.0/24"
	if err := config.Set(t.Context(), "STATIC_ROUTE", key, statedb.Fields{"nexthop": "198.51.100.2", "bfd": "true"}); err != nil {
		t.Fatal(err)
	}
	defer func() {
		if err := config.Delete(t.Context(), "STATIC_ROUTE", key); err != nil {
			t.Error(err)
		}
	}()
	if arrives() {
		t.Fatal("forwarded before the next hop has answered")
	}
	peer := frr.Start(t, inside(t, l, "r1"), "bfd\n peer 198.51.100.1 interface eth0\n  receive-interval 50\n  transmit-interval 50\n exit\nexit\n", nil, "bfdd")
	eventually(t, soon, func() error { return expect(arrives(), "not forwarded though the next hop answers") })
	peer.Kill("bfdd")
	eventually(t, soon, func() error { return expect(!arrives(), "forwarded though the next hop is silent") })
}
