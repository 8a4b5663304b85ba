package rib

import (
	"encoding/binary"
	"net/netip"
	"slices"

	"github.com/heddle-nos/heddle/yang/schema"
)

// group is a set of paths. All prefixes with the same paths share it, so that a next hop that changes costs one lookup, not one a prefix.
type group struct {
	rib      *RIB
	key      string
	paths    []Path
	internal bool
	hops     []*nextHop // of each path
	near     []Hop      // where local routes alone lead
	forward  *Forward   // where all routes lead; nil: nowhere
	users    entry      // head of the ring of entries that use it
	count    int
}

// nextHop is an address that paths lead to.
type nextHop struct {
	where
	near   []Hop // where local routes alone lead
	hops   []Hop // where all routes lead
	groups map[*group]bool
}

// where names a next hop.
type where struct {
	vrf  string
	addr netip.Addr
	link schema.InterfaceName
}

// intern finds the group of a set of paths, or makes it.
func (r *RIB) intern(vrf string, paths []Path) *group {
	paths = slices.Clone(paths)
	slices.SortFunc(paths, comparePaths)
	paths = slices.CompactFunc(paths, func(a, b Path) bool { return a.NextHop == b.NextHop && a.Link == b.Link })
	paths = paths[:min(len(paths), r.maxPaths)]
	key := groupKey(vrf, paths)
	if g := r.groups[key]; g != nil {
		return g
	}
	g := &group{rib: r, key: key, paths: paths, internal: paths[0].Internal}
	g.users.before, g.users.after = &g.users, &g.users
	for _, p := range paths {
		h := r.nextHop(where{vrf, p.NextHop, p.Link})
		h.groups[g] = true
		g.hops = append(g.hops, h)
	}
	g.near = g.join(func(h *nextHop) []Hop { return h.near })
	g.forward = g.combine()
	r.groups[key] = g
	return g
}

func groupKey(vrf string, paths []Path) string {
	b := append([]byte(vrf), 0)
	for _, p := range paths {
		a := p.NextHop.As16()
		b = append(b, a[:]...)
		kind := byte(p.NextHop.BitLen() / 8)
		if p.Internal {
			kind |= 0x80
		}
		b = append(b, kind)
		b = binary.BigEndian.AppendUint64(b, p.Bandwidth)
		b = append(append(b, p.Link...), 0)
	}
	return string(b)
}

// nextHop finds a next hop, or makes it and looks it up.
func (r *RIB) nextHop(w where) *nextHop {
	if h := r.hops[w]; h != nil {
		return h
	}
	h := &nextHop{where: w, groups: make(map[*group]bool)}
	r.hops[w] = h
	t := r.table(w.vrf)
	i, _ := slices.BinarySearchFunc(t.hops, h, byAddr)
	t.hops = slices.Insert(t.hops, i, h)
	h.near, h.hops = r.near(h), r.far(h)
	return h
}

func byAddr(a, b *nextHop) int { return a.addr.Compare(b.addr) }

// release forgets a group that nothing uses any more, and its next hops.
func (r *RIB) release(g *group) {
	if g.count > 0 {
		return
	}
	delete(r.groups, g.key)
	for _, h := range g.hops {
		delete(h.groups, g)
		if len(h.groups) == 0 {
			delete(r.hops, h.where)
			t := r.table(h.vrf)
			t.hops = slices.DeleteFunc(t.hops, func(x *nextHop) bool { return x == h })
		}
	}
}

// join gives all hops once.
func (g *group) join(of func(*nextHop) []Hop) []Hop {
	var list []Hop
	for _, h := range g.hops {
		list = append(list, of(h)...)
	}
	for i := range list {
		list[i].Weight = 0
	}
	slices.SortFunc(list, compareHops)
	return slices.Compact(list)
}

// combine gives the way of packets over all paths whose next hops work.
func (g *group) combine() *Forward {
	if g.weighted() {
		return forwardOver(g.share())
	}
	return forwardOver(g.join(func(h *nextHop) []Hop { return h.hops }))
}

func forwardOver(hops []Hop) *Forward {
	if len(hops) == 0 {
		return nil
	}
	return &Forward{Protocol: ProtocolBGP, Hops: hops}
}

// weighted says whether every path tells its bandwidth; if one does not, none counts.
func (g *group) weighted() bool {
	return len(g.paths) > 1 && !slices.ContainsFunc(g.paths, func(p Path) bool { return p.Bandwidth == 0 })
}

// weights is what the bandwidths of a route add up to, about: the ASIC's buckets are some hundreds.
const weights = 100

// share divides the traffic by bandwidth, and that of a next hop evenly over the ways there.
func (g *group) share() []Hop {
	var total float64
	for i, h := range g.hops {
		if len(h.hops) > 0 {
			total += float64(g.paths[i].Bandwidth)
		}
	}
	var list []Hop
	for i, h := range g.hops {
		for _, hop := range h.hops {
			hop.Weight = max(1, uint32(weights*float64(g.paths[i].Bandwidth)/total/float64(len(h.hops))))
			list = append(list, hop)
		}
	}
	slices.SortFunc(list, compareHops)
	merged := list[:0]
	for _, hop := range list {
		if n := len(merged); n > 0 && compareHops(merged[n-1], hop) == 0 {
			merged[n-1].Weight += hop.Weight
			continue
		}
		merged = append(merged, hop)
	}
	return merged
}
