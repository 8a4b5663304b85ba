package rib_test

import (
	"fmt"
	"maps"
	"net/netip"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"pgregory.net/rapid"

	"github.com/heddle-nos/heddle/daemons/routingd/rib"
	"github.com/heddle-nos/heddle/yang/schema"
)

const maxPaths = 4

// world is all that routes depend on; its methods are the definition of what the RIB computes, as slow as they like to be.
type world struct {
	locals rib.Locals
	paths  map[schema.RouteKey][]rib.Path
}

// lookup gives the longest match of the routes that hops gives hops for.
func (w *world) lookup(vrf string, addr netip.Addr, hops func(schema.RouteKey) ([]rib.Hop, bool)) []rib.Hop {
	for bits := addr.BitLen(); bits >= 0; bits-- {
		p, err := addr.Prefix(bits)
		if err != nil {
			return nil
		}
		if found, ok := hops(schema.RouteKey{VRF: vrf, Prefix: p}); ok {
			return found
		}
	}
	return nil
}

func (w *world) overLocal(key schema.RouteKey, addr netip.Addr) ([]rib.Hop, bool) {
	l, ok := w.locals.Routes[key]
	if !ok || l.Forward == nil {
		return nil, ok
	}
	var list []rib.Hop
	for _, h := range l.Forward.Hops {
		if h.Link.Kind() == schema.InterfaceLoopback {
			continue
		}
		if !h.Via.IsValid() {
			h.Via = addr
		}
		list = append(list, h)
	}
	return list, true
}

func (w *world) direct(vrf string, p rib.Path) ([]rib.Hop, bool) {
	if w.locals.Own[vrf][p.NextHop] {
		return nil, true
	}
	if p.Link == "" {
		return nil, false
	}
	if l, up := w.locals.Links[p.Link]; up && l.VRF == vrf {
		return []rib.Hop{{Via: p.NextHop, Link: p.Link, Index: l.Index}}, true
	}
	return nil, true
}

func (w *world) near(vrf string, p rib.Path) []rib.Hop {
	if hops, done := w.direct(vrf, p); done {
		return hops
	}
	return w.lookup(vrf, p.NextHop, func(key schema.RouteKey) ([]rib.Hop, bool) { return w.overLocal(key, p.NextHop) })
}

func (w *world) far(vrf string, p rib.Path) []rib.Hop {
	if hops, done := w.direct(vrf, p); done {
		return hops
	}
	return w.lookup(vrf, p.NextHop, func(key schema.RouteKey) ([]rib.Hop, bool) {
		var hops []rib.Hop
		for _, q := range w.used(key) {
			hops = append(hops, w.near(vrf, q)...)
		}
		l, local := w.locals.Routes[key]
		if local && (len(hops) == 0 || l.Distance <= distance(w.paths[key])) {
			return w.overLocal(key, p.NextHop)
		}
		return unique(hops), len(hops) > 0
	})
}

// used are the paths of a prefix that count, with at most maxPaths next hops.
func (w *world) used(key schema.RouteKey) []rib.Path {
	list := slices.Clone(w.paths[key])
	slices.SortFunc(list, func(a, b rib.Path) int {
		return cmpOr(a.NextHop.Compare(b.NextHop), compare(a.Link, b.Link), compare(a.Bandwidth, b.Bandwidth))
	})
	list = slices.CompactFunc(list, func(a, b rib.Path) bool { return a.NextHop == b.NextHop && a.Link == b.Link })
	return list[:min(len(list), maxPaths)]
}

func cmpOr(values ...int) int {
	for _, v := range values {
		if v != 0 {
			return v
		}
	}
	return 0
}

func compare[T ~string | ~uint64](a, b T) int {
	switch {
	case a < b:
		return -1
	case a > b:
		return 1
	}
	return 0
}

func distance(paths []rib.Path) uint8 {
	if paths[0].Internal {
		return 200
	}
	return 20
}

func unique(hops []rib.Hop) []rib.Hop {
	var list []rib.Hop
	for _, h := range hops {
		h.Weight = 0
		if !slices.Contains(list, h) {
			list = append(list, h)
		}
	}
	slices.SortFunc(list, func(a, b rib.Hop) int { return cmpOr(a.Via.Compare(b.Via), compare(a.Link, b.Link)) })
	return list
}

// forward is what becomes of packets to a prefix.
func (w *world) forward(key schema.RouteKey) *rib.Forward {
	var hops []rib.Hop
	for _, p := range w.used(key) {
		hops = append(hops, w.far(key.VRF, p)...)
	}
	l, local := w.locals.Routes[key]
	switch {
	case local && (len(hops) == 0 || l.Distance <= distance(w.paths[key])):
		return l.Forward
	case len(hops) > 0:
		return &rib.Forward{Protocol: "bgp", Hops: unique(hops)}
	}
	return nil
}

func (w *world) all() map[string]string {
	keys := make(map[schema.RouteKey]bool)
	for key := range w.paths {
		keys[key] = true
	}
	for key := range w.locals.Routes {
		keys[key] = true
	}
	got := make(map[string]string)
	for key := range keys {
		if f := w.forward(key); f != nil {
			got[key.App()] = show(f)
		}
	}
	return got
}

func show(f *rib.Forward) string { return fmt.Sprintf("%s%t%v", f.Protocol, f.Blackhole, f.Hops) }

var links = []schema.InterfaceName{"Ethernet0", "Ethernet4", "Loopback0"}

// The address space is small, so that prefixes cover each other and next hops.
func drawAddr(t *rapid.T) netip.Addr {
	n := rapid.IntRange(0, 15).Draw(t, "addr")
	if rapid.Bool().Draw(t, "v6") {
		return netip.MustParseAddr(fmt.Sprintf("fc00::%x", n))
	}
	return netip.AddrFrom4([4]byte{10, 0, 0, byte(n)})
}

func drawKey(t *rapid.T) schema.RouteKey {
	a := drawAddr(t)
	p, err := a.Prefix(rapid.SampledFrom([]int{0, a.BitLen() - 3, a.BitLen() - 1, a.BitLen()}).Draw(t, "bits"))
	if err != nil {
		t.Fatal(err)
	}
	return schema.RouteKey{VRF: rapid.SampledFrom([]string{"", "Vrf-red"}).Draw(t, "vrf"), Prefix: p}
}

func drawPaths(t *rapid.T) []rib.Path {
	internal := rapid.Bool().Draw(t, "internal")
	return rapid.SliceOfN(rapid.Custom(func(t *rapid.T) rib.Path {
		p := rib.Path{NextHop: drawAddr(t), Internal: internal}
		if rapid.IntRange(0, 4).Draw(t, "linked") == 0 {
			p.Link = rapid.SampledFrom(links[:2]).Draw(t, "link")
		}
		return p
	}), 0, 6).Draw(t, "paths")
}

func drawLocals(t *rapid.T) rib.Locals {
	l := rib.Locals{Routes: map[schema.RouteKey]rib.Local{}, Links: map[schema.InterfaceName]rib.Link{}, Own: map[string]map[netip.Addr]bool{"": {}}}
	for i, name := range links {
		if rapid.Bool().Draw(t, "up") {
			l.Links[name] = rib.Link{VRF: rapid.SampledFrom([]string{"", "Vrf-red"}).Draw(t, "vrf"), Index: i + 1}
		}
	}
	if rapid.Bool().Draw(t, "own") {
		l.Own[""][drawAddr(t)] = true
	}
	for range rapid.IntRange(0, 5).Draw(t, "locals") {
		i := rapid.IntRange(0, 2).Draw(t, "link")
		hop := rib.Hop{Link: links[i], Index: i + 1}
		local := rib.Local{Origin: rib.Connected, Forward: &rib.Forward{Protocol: "connected"}}
		switch rapid.IntRange(0, 3).Draw(t, "origin") {
		case 0:
			local = rib.Local{Origin: rib.Foreign}
		case 1:
			local = rib.Local{Origin: rib.Static, Distance: rapid.SampledFrom([]uint8{1, 20, 150, 250}).Draw(t, "distance"), Forward: &rib.Forward{Protocol: "static"}}
			hop.Via = drawAddr(t)
		case 2:
			local = rib.Local{Origin: rib.Static, Distance: 1, Forward: &rib.Forward{Protocol: "static", Blackhole: true}}
		}
		if local.Forward != nil && !local.Forward.Blackhole {
			local.Forward.Hops = []rib.Hop{hop}
		}
		l.Routes[drawKey(t)] = local
	}
	return l
}

// Whatever happens, and however it is batched, the routes are those that the definition gives; what the RIB tells of is what differs.
func TestEqualsDefinition(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		r, w := rib.New(maxPaths), &world{paths: map[schema.RouteKey][]rib.Path{}}
		table := map[string]string{}
		follow := func() {
			for done := false; !done; {
				var list []rib.Change
				list, done = r.Changes(rapid.IntRange(1, 10).Draw(t, "limit"))
				for _, c := range list {
					if key := c.Key.App(); c.New == nil {
						delete(table, key)
					} else {
						table[key] = show(c.New)
					}
				}
			}
		}
		for range rapid.IntRange(1, 25).Draw(t, "steps") {
			switch rapid.IntRange(0, 5).Draw(t, "what") {
			case 0:
				w.locals = drawLocals(t)
				r.SetLocals(w.locals)
			case 1:
				for key := range maps.Clone(w.paths) {
					if key.VRF == "Vrf-red" {
						delete(w.paths, key)
					}
				}
				r.DropPaths("Vrf-red")
			default:
				key, paths := drawKey(t), drawPaths(t)
				if w.paths[key] = paths; len(paths) == 0 {
					delete(w.paths, key)
				}
				r.SetPaths(key, paths)
			}
			if rapid.Bool().Draw(t, "look") {
				follow()
				if d := cmp.Diff(w.all(), table, cmpopts.EquateEmpty()); d != "" {
					t.Fatal(d)
				}
			}
		}
		follow()
		if d := cmp.Diff(w.all(), table, cmpopts.EquateEmpty()); d != "" {
			t.Fatal(d)
		}
		if got := r.Counts().Paths; got != len(w.paths) {
			t.Fatalf("%d prefixes counted, there are %d", got, len(w.paths))
		}
	})
}
