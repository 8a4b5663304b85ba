package rib

import (
	"net/netip"
	"slices"

	"github.com/heddle-nos/heddle/yang/schema"
)

// table is the routes of one VRF.
type table struct {
	vrf     string
	entries map[netip.Prefix]*entry
	lengths [2][129]int // how many entries have a length, IPv4 and IPv6: lookups skip those that none has
	hops    []*nextHop  // BGP's next hops here, by address
}

func family(a netip.Addr) int {
	if a.Is4() {
		return 0
	}
	return 1
}

// match calls f for the entries that cover an address, the longest first, until f returns true.
func (t *table) match(addr netip.Addr, f func(*entry) bool) {
	for bits := addr.BitLen(); bits >= 0; bits-- {
		if t.lengths[family(addr)][bits] == 0 {
			continue
		}
		p, err := addr.Prefix(bits)
		if err != nil {
			return // an address with a zone has no prefixes
		}
		if e := t.entries[p]; e != nil && f(e) {
			return
		}
	}
}

// near looks a next hop up among local routes alone.
func (r *RIB) near(h *nextHop) []Hop {
	if h.link != "" || r.locals.Own[h.vrf][h.addr] {
		return r.direct(h)
	}
	var found []Hop
	r.table(h.vrf).match(h.addr, func(e *entry) bool {
		if e.local == nil {
			return false
		}
		found = lead(*e.local, h.addr)
		return true
	})
	return found
}

// far looks a next hop up among local routes and BGP's.
func (r *RIB) far(h *nextHop) []Hop {
	if h.link != "" || r.locals.Own[h.vrf][h.addr] {
		return r.direct(h)
	}
	var found []Hop
	r.table(h.vrf).match(h.addr, func(e *entry) bool {
		usable := e.group != nil && len(e.group.near) > 0
		switch {
		case e.local != nil && (!usable || e.local.Distance <= e.distance()):
			found = lead(*e.local, h.addr)
		case usable:
			found = e.group.near
		default:
			return false
		}
		return true
	})
	return found
}

// direct is the way to a next hop whose interface is given. The switch's own address leads nowhere.
func (r *RIB) direct(h *nextHop) []Hop {
	link, up := r.locals.Links[h.link]
	if !up || link.VRF != h.vrf || r.locals.Own[h.vrf][h.addr] {
		return nil
	}
	return []Hop{{Via: h.addr, Link: h.link, Index: link.Index}}
}

// lead is where a local route sends packets for an address. A loopback and a blackhole lead nowhere.
func lead(l Local, addr netip.Addr) []Hop {
	if l.Forward == nil {
		return nil
	}
	hops := slices.Clone(l.Forward.Hops)
	hops = slices.DeleteFunc(hops, func(h Hop) bool { return h.Link.Kind() == schema.InterfaceLoopback })
	for i := range hops {
		if !hops[i].Via.IsValid() {
			hops[i].Via = addr
		}
	}
	return hops
}

// reach looks up again the next hops that a prefix covers.
func (r *RIB) reach(t *table, p netip.Prefix) {
	i, _ := slices.BinarySearchFunc(t.hops, p.Masked().Addr(), func(h *nextHop, a netip.Addr) int { return h.addr.Compare(a) })
	for ; i < len(t.hops) && p.Contains(t.hops[i].addr); i++ {
		r.refresh(t.hops[i])
	}
}

// refresh looks a next hop up again, and has its routes follow.
func (r *RIB) refresh(h *nextHop) {
	hops := r.far(h)
	if slices.Equal(hops, h.hops) {
		return
	}
	h.hops = hops
	for g := range h.groups {
		forward := g.combine()
		if forward.Equal(g.forward) {
			continue
		}
		g.forward = forward
		for e := g.users.after; e != &g.users; e = e.after {
			r.touch(e)
		}
	}
}

// resolve looks up everything again: local routes or interfaces changed.
func (r *RIB) resolve() {
	for _, h := range r.hops {
		h.near = r.near(h)
	}
	for _, g := range r.groups {
		g.near = g.join(func(h *nextHop) []Hop { return h.near })
	}
	for _, h := range r.hops {
		r.refresh(h)
	}
}
