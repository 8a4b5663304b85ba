package rib

import (
	"maps"
	"net/netip"

	"github.com/heddle-nos/heddle/yang/schema"
)

// RIB is the routing information base. It is used by one goroutine.
type RIB struct {
	maxPaths int
	tables   map[string]*table
	groups   map[string]*group
	hops     map[where]*nextHop
	locals   Locals

	distances map[Table]Distances
	limits    map[Table]Limits
	cut       map[*entry][]Path // all paths of prefixes that have more than their limit

	dirty []*entry

	unweighed []*entry // that Permits looks at next

	stale  int // entries that only our former life wanted
	counts Counts
}

// Counts tells how many routes there are.
type Counts struct {
	Paths    int // prefixes that BGP knows
	Withheld int // of these, without a next hop that works
	Stale    int // prefixes that nothing but our former life wanted
}

// entry is a prefix.
type entry struct {
	table  *table
	prefix netip.Prefix
	local  *Local
	group  *group
	before *entry // ring of the group's users
	after  *entry
	shown  *Forward // what the last Changes told
	stale  bool     // shown is from our former life, and nothing has replaced it
	dirty  bool
	best   uint16 // place of the best path in the group

	offload offload
}

// DefaultMaxPaths is how many next hops a BGP route has at most, as SONiC configures.
const DefaultMaxPaths = 512

// New makes an empty one whose BGP routes have at most maxPaths next hops.
func New(maxPaths int) *RIB {
	return &RIB{
		maxPaths: maxPaths, tables: make(map[string]*table), groups: make(map[string]*group), hops: make(map[where]*nextHop), cut: make(map[*entry][]Path),
	}
}

// Distances are the administrative distances of a family's routes of BGP, where they are not the usual ones.
type Distances struct{ External, Internal uint8 }

// Table names the routes of a family in a VRF.
type Table struct {
	VRF string
	V6  bool
}

// SetDistances replaces the distances that are configured. Routes that compete with others follow.
func (r *RIB) SetDistances(d map[Table]Distances) {
	if maps.Equal(d, r.distances) {
		return
	}
	r.distances = maps.Clone(d)
	for _, t := range r.tables {
		for _, e := range t.entries {
			if e.group != nil && e.local != nil {
				r.touch(e)
			}
		}
	}
	r.resolve()
}

// distance is that of a route of BGP.
func (e *entry) distance() uint8 {
	d := Distances{DistanceExternal, DistanceInternal}
	if set, ok := e.group.rib.distances[Table{e.table.vrf, e.prefix.Addr().Is6()}]; ok {
		d = set
	}
	if e.group.internal {
		return d.Internal
	}
	return d.External
}

func (r *RIB) table(vrf string) *table {
	t := r.tables[vrf]
	if t == nil {
		t = &table{vrf: vrf, entries: make(map[netip.Prefix]*entry)}
		r.tables[vrf] = t
	}
	return t
}

func (r *RIB) entry(key schema.RouteKey) *entry {
	t := r.table(key.VRF)
	e := t.entries[key.Prefix]
	if e == nil {
		e = &entry{table: t, prefix: key.Prefix}
		t.entries[key.Prefix] = e
		t.lengths[family(key.Prefix.Addr())][key.Prefix.Bits()]++
	}
	return e
}

// touch has the next Changes look at an entry.
func (r *RIB) touch(e *entry) {
	if !e.dirty {
		e.dirty = true
		r.dirty = append(r.dirty, e)
	}
}

// SetPaths gives the paths that BGP uses for a prefix now, the best one first; none withdraws it.
func (r *RIB) SetPaths(key schema.RouteKey, paths []Path) {
	t := r.table(key.VRF)
	e := t.entries[key.Prefix]
	if e == nil && len(paths) == 0 {
		return
	}
	if e == nil {
		e = r.entry(key)
	}
	old := e.group
	if old != nil {
		e.before.after, e.after.before = e.after, e.before
		e.group, e.before, e.after = nil, nil, nil
		old.count--
		r.counts.Paths--
	}
	delete(r.cut, e)
	if len(paths) > 0 {
		paths = r.cutPaths(e, paths)
		g := r.intern(key.VRF, paths)
		e.group, e.best, g.count = g, g.index(paths[0]), g.count+1
		e.before, e.after = g.users.before, &g.users
		e.before.after, g.users.before = e, e
		r.counts.Paths++
	}
	r.touch(e)
	r.weigh(e)
	r.reach(t, key.Prefix)
	if old != nil {
		r.release(old)
	}
}

// DropPaths withdraws all that BGP said of a VRF: it has no speaker any more.
func (r *RIB) DropPaths(vrf string) {
	for p, e := range r.table(vrf).entries {
		if e.group != nil {
			r.SetPaths(schema.RouteKey{VRF: vrf, Prefix: p}, nil)
		}
	}
}

// SetLocals replaces the local routes, interfaces and addresses. What does not differ costs a comparison.
func (r *RIB) SetLocals(locals Locals) {
	for key := range r.locals.Routes {
		if _, ok := locals.Routes[key]; !ok {
			e := r.entry(key)
			e.local = nil
			r.touch(e)
		}
	}
	for key, l := range locals.Routes {
		e := r.entry(key)
		if e.local == nil || !e.local.equal(l) {
			e.local = &l
			r.touch(e)
		}
	}
	r.locals = locals
	r.resolve()
}

// Load tells what the database holds, instead of what Changes told so far: at the start, or after writing failed. With keep, what nothing
// wants stays until something replaces it, or Sweep.
func (r *RIB) Load(rows map[schema.RouteKey]*Forward, keep bool) {
	for _, t := range r.tables {
		for p, e := range t.entries {
			if shown := rows[schema.RouteKey{VRF: t.vrf, Prefix: p}]; shown == nil {
				e.shown = nil
				r.fresh(e)
				r.touch(e)
			}
		}
	}
	for key, shown := range rows {
		e := r.entry(key)
		e.shown = shown
		if keep && !e.stale {
			e.stale = true
			r.counts.Stale++
		}
		r.touch(e)
	}
}

// Sweep gives up the routes of our former life that nothing wants, those of protocol in one VRF.
func (r *RIB) Sweep(vrf, protocol string) {
	for _, e := range r.table(vrf).entries {
		if e.stale && e.shown != nil && e.shown.Protocol == protocol {
			r.fresh(e)
			r.touch(e)
		}
	}
}

func (r *RIB) fresh(e *entry) {
	if e.stale {
		e.stale = false
		r.counts.Stale--
	}
}

// Changes gives up to limit prefixes that are forwarded otherwise than the last time it told of them, and whether that is all.
func (r *RIB) Changes(limit int) (list []Change, done bool) {
	list = make([]Change, 0, min(limit, len(r.dirty)))
	n := 0
	for _, e := range r.dirty {
		if len(list) >= limit {
			break
		}
		n++
		e.dirty = false
		if c, differs := r.change(e); differs {
			list = append(list, c)
		}
		if e.idle() {
			delete(e.table.entries, e.prefix)
			e.table.lengths[family(e.prefix.Addr())][e.prefix.Bits()]--
		}
	}
	rest := copy(r.dirty, r.dirty[n:])
	clear(r.dirty[rest:])
	r.dirty = r.dirty[:rest]
	return list, rest == 0
}

func (r *RIB) change(e *entry) (Change, bool) {
	forward, released := e.choose()
	if forward == nil && !released && e.stale {
		return Change{}, false
	}
	r.fresh(e)
	c := Change{Key: schema.RouteKey{VRF: e.table.vrf, Prefix: e.prefix}, Old: e.shown, New: forward, Released: released}
	e.shown = forward
	return c, !c.Old.Equal(c.New)
}

// choose gives the way of packets: that of the nearer source which has one.
func (e *entry) choose() (forward *Forward, released bool) {
	usable := e.group != nil && e.group.forward != nil
	switch {
	case e.local != nil && (!usable || e.local.Distance <= e.distance()):
		if e.local.Origin == Foreign {
			return nil, true
		}
		return e.local.Forward, false
	case usable:
		return e.group.forward, false
	}
	return nil, false
}

// Counts tells how many routes there are now.
func (r *RIB) Counts() Counts {
	c := r.counts
	for _, g := range r.groups {
		if g.forward == nil {
			c.Withheld += g.count
		}
	}
	return c
}

// Hops are the neighbours that routes of BGP lead to: the ASIC needs their addresses.
func (r *RIB) Hops() []Hop {
	seen := make(map[Hop]bool)
	var list []Hop
	for _, g := range r.groups {
		if g.forward == nil {
			continue
		}
		for _, h := range g.forward.Hops {
			if h.Weight = 0; !seen[h] {
				seen[h] = true
				list = append(list, h)
			}
		}
	}
	return list
}

// Any gives a prefix that Changes told of, if there is one.
func (r *RIB) Any() (schema.RouteKey, bool) {
	for _, t := range r.tables {
		for p, e := range t.entries {
			if e.shown != nil {
				return schema.RouteKey{VRF: t.vrf, Prefix: p}, true
			}
		}
	}
	return schema.RouteKey{}, false
}

// Shown gives all routes that Changes told of, of one protocol.
func (r *RIB) Shown(protocol string) map[schema.RouteKey]*Forward {
	all := make(map[schema.RouteKey]*Forward)
	for _, t := range r.tables {
		for p, e := range t.entries {
			if e.shown != nil && e.shown.Protocol == protocol {
				all[schema.RouteKey{VRF: t.vrf, Prefix: p}] = e.shown
			}
		}
	}
	return all
}
