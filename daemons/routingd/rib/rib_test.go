package rib_test

import (
	"net/netip"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/heddle-nos/heddle/daemons/routingd/rib"
	"github.com/heddle-nos/heddle/yang/schema"
)

func key(prefix string) schema.RouteKey {
	return schema.RouteKey{Prefix: netip.MustParsePrefix(prefix)}
}

func via(addr string) rib.Path { return rib.Path{NextHop: netip.MustParseAddr(addr)} }

// connected is a switch with 10.0.<i>.1/24 on its interfaces.
func connected() rib.Locals {
	l := rib.Locals{Routes: map[schema.RouteKey]rib.Local{}, Links: map[schema.InterfaceName]rib.Link{}}
	for i, name := range links[:2] {
		l.Links[name] = rib.Link{Index: i + 1}
		p := netip.PrefixFrom(netip.AddrFrom4([4]byte{10, 0, byte(i), 0}), 24)
		l.Routes[schema.RouteKey{Prefix: p}] = rib.Local{
			Origin: rib.Connected, Forward: &rib.Forward{Protocol: "connected", Hops: []rib.Hop{{Link: name, Index: i + 1}}},
		}
	}
	return l
}

// changes gives what is told of, by prefix; a nil route as "none".
func changes(t *testing.T, r *rib.RIB) map[string]string {
	t.Helper()
	list, done := r.Changes(1000)
	if !done {
		t.Fatal("there is more")
	}
	got := map[string]string{}
	for _, c := range list {
		if got[c.Key.App()] = "none"; c.New != nil {
			got[c.Key.App()] = show(c.New)
		}
	}
	return got
}

func expect(t *testing.T, r *rib.RIB, want map[string]string) {
	t.Helper()
	if d := cmp.Diff(want, changes(t, r)); d != "" {
		t.Error(d)
	}
}

func TestChangeTouchesWhatDependsOnIt(t *testing.T) {
	r := rib.New(rib.DefaultMaxPaths)
	r.SetLocals(connected())
	r.SetPaths(key("20.0.0.0/24"), []rib.Path{via("10.0.0.2")})
	r.SetPaths(key("20.0.1.0/24"), []rib.Path{via("10.0.1.2")})
	r.SetPaths(key("20.0.2.0/24"), []rib.Path{via("192.0.2.9")}) // nowhere
	changes(t, r)
	if c := r.Counts(); c.Paths != 3 || c.Withheld != 1 {
		t.Errorf("%+v", c)
	}
	r.SetPaths(key("192.0.2.9/32"), []rib.Path{via("10.0.0.2"), via("10.0.1.2")}) // wakes what waits, and nothing else
	over := "bgpfalse[{10.0.0.2 Ethernet0 1 0} {10.0.1.2 Ethernet4 2 0}]"
	expect(t, r, map[string]string{"192.0.2.9/32": over, "20.0.2.0/24": over})

	down := connected()
	delete(down.Links, "Ethernet4")
	delete(down.Routes, key("10.0.1.0/24"))
	r.SetLocals(down)
	left := "bgpfalse[{10.0.0.2 Ethernet0 1 0}]"
	expect(t, r, map[string]string{"10.0.1.0/24": "none", "20.0.1.0/24": "none", "192.0.2.9/32": left, "20.0.2.0/24": left})
}

func TestBandwidthsBecomeWeights(t *testing.T) {
	r := rib.New(rib.DefaultMaxPaths)
	r.SetLocals(connected())
	slow, fast := via("10.0.0.2"), via("10.0.1.2")
	slow.Bandwidth, fast.Bandwidth = 1e9, 3e9
	r.SetPaths(key("20.0.0.0/24"), []rib.Path{slow, fast})
	if got, want := changes(t, r)["20.0.0.0/24"], "bgpfalse[{10.0.0.2 Ethernet0 1 25} {10.0.1.2 Ethernet4 2 75}]"; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
	fast.Bandwidth = 0 // of one that says nothing, nothing can be said
	r.SetPaths(key("20.0.0.0/24"), []rib.Path{slow, fast})
	expect(t, r, map[string]string{"20.0.0.0/24": "bgpfalse[{10.0.0.2 Ethernet0 1 0} {10.0.1.2 Ethernet4 2 0}]"})
}

func TestDistance(t *testing.T) {
	r := rib.New(rib.DefaultMaxPaths)
	l := connected()
	floating := rib.Local{Origin: rib.Static, Distance: 150, Forward: &rib.Forward{Protocol: "static", Blackhole: true}}
	l.Routes[key("20.0.0.0/24")] = floating
	r.SetLocals(l)
	r.SetPaths(key("20.0.0.0/24"), []rib.Path{via("10.0.0.2")})
	external := "bgpfalse[{10.0.0.2 Ethernet0 1 0}]"
	if got := changes(t, r)["20.0.0.0/24"]; got != external {
		t.Errorf("of an external path and a static route of distance 150: %s", got)
	}
	inner := via("10.0.0.2")
	inner.Internal = true
	r.SetPaths(key("20.0.0.0/24"), []rib.Path{inner})
	expect(t, r, map[string]string{"20.0.0.0/24": "statictrue[]"})
	l = connected()
	l.Routes[key("20.0.0.0/24")] = rib.Local{Origin: rib.Foreign} // ip route add
	r.SetLocals(l)
	list, _ := r.Changes(10)
	if len(list) != 1 || !list[0].Released {
		t.Errorf("the row of a foreign route: %+v", list)
	}
	r.SetLocals(connected())
	expect(t, r, map[string]string{"20.0.0.0/24": external})
}

func TestRestart(t *testing.T) {
	r := rib.New(rib.DefaultMaxPaths)
	old := &rib.Forward{Protocol: "bgp", Hops: []rib.Hop{{Via: netip.MustParseAddr("10.0.0.2"), Link: "Ethernet0", Index: 1}}}
	r.Load(map[schema.RouteKey]*rib.Forward{key("20.0.0.0/24"): old, key("20.0.1.0/24"): old, key("20.0.2.0/24"): old}, true)
	expect(t, r, map[string]string{})
	l := connected()
	r.SetLocals(l)
	changes(t, r)
	r.SetPaths(key("20.0.0.0/24"), []rib.Path{via("10.0.0.2")}) // as it was: nothing to write
	r.SetPaths(key("20.0.1.0/24"), []rib.Path{via("10.0.1.2")})
	r.SetPaths(key("20.0.2.0/24"), []rib.Path{via("192.0.2.9")}) // not yet
	expect(t, r, map[string]string{"20.0.1.0/24": "bgpfalse[{10.0.1.2 Ethernet4 2 0}]"})
	if n := r.Counts().Stale; n != 1 {
		t.Errorf("%d stale", n)
	}
	r.Sweep("", rib.ProtocolBGP)
	expect(t, r, map[string]string{"20.0.2.0/24": "none"})
	r.Sweep("", rib.ProtocolBGP)
	expect(t, r, map[string]string{})
}
