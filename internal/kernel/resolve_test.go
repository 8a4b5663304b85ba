package kernel_test

import (
	"net"
	"net/netip"
	"slices"
	"testing"

	"github.com/vishvananda/netlink"

	"github.com/heddle-nos/heddle/internal/kernel/kerneltest"
)

func TestForgetNeighbours(t *testing.T) {
	k := kerneltest.New(t)
	kerneltest.Cable(t, k, "near", k, "far")
	link := kerneltest.Link(t, k, "near")
	if err := k.LinkSetUp(link); err != nil {
		t.Fatal(err)
	}
	set := func(ip string, state int) {
		t.Helper()
		a, family := netip.MustParseAddr(ip), netlink.FAMILY_V4
		if a.Is6() {
			family = netlink.FAMILY_V6
		}
		mac := net.HardwareAddr{2, 0, 0, 0, 0, 1}
		n := &netlink.Neigh{LinkIndex: link.Attrs().Index, Family: family, State: state, IP: a.AsSlice(), HardwareAddr: mac}
		if err := k.NeighSet(n); err != nil {
			t.Fatalf("%s: %v", ip, err)
		}
	}
	set("10.0.0.1", netlink.NUD_PERMANENT)
	set("10.0.0.2", netlink.NUD_STALE)
	set("10.0.0.3", netlink.NUD_STALE)
	set("fd00::1", netlink.NUD_PERMANENT)
	set("fd00::2", netlink.NUD_STALE)
	for _, step := range []struct {
		v6   bool
		only netip.Addr
		left []string
	}{
		{false, netip.MustParseAddr("10.0.0.1"), []string{"10.0.0.1", "10.0.0.2", "10.0.0.3", "fd00::1", "fd00::2"}},
		{false, netip.MustParseAddr("10.0.0.2"), []string{"10.0.0.1", "10.0.0.3", "fd00::1", "fd00::2"}},
		{false, netip.Addr{}, []string{"10.0.0.1", "fd00::1", "fd00::2"}},
		{true, netip.Addr{}, []string{"10.0.0.1", "fd00::1"}},
	} {
		if err := k.ForgetNeighbours(step.v6, step.only); err != nil {
			t.Fatal(err)
		}
		have := map[string]bool{}
		list, err := k.Neighbours()
		if err != nil {
			t.Fatal(err)
		}
		for _, n := range list {
			have[n.IP.String()] = n.State&(netlink.NUD_STALE|netlink.NUD_PERMANENT) != 0
		}
		for _, ip := range []string{"10.0.0.1", "10.0.0.2", "10.0.0.3", "fd00::1", "fd00::2"} {
			if want := slices.Contains(step.left, ip); have[ip] != want {
				t.Errorf("forget %v %s: %s is known: %v, want %v", step.v6, step.only, ip, have[ip], want)
			}
		}
	}
}
