package fib

import (
	"bytes"
	"cmp"
	"net/netip"
	"slices"

	"github.com/heddle-nos/heddle/daemons/orchagent/object"
)

// Pattern has routes of ROUTE_TABLE counted: those in a prefix, the shortest
// first, up to a number of them. The default route as a prefix means itself alone.
type Pattern struct {
	VRF    VRF
	Prefix netip.Prefix
	Max    int
}

func (p Pattern) matches(k Key) bool {
	if p.VRF != k.vrf || p.Prefix.Addr().Is4() != k.v4 || int(k.bits) < p.Prefix.Bits() {
		return false
	}
	if p.Prefix.Bits() == 0 {
		return k.bits == 0
	}
	return p.Prefix.Contains(k.Prefix().Addr())
}

// Counted is a route that is to have a counter, or not any more.
type Counted struct {
	Key     Key
	Counter object.Key
	Pattern Pattern // that it matches
	Gone    bool
}

// counting is which routes are counted. They are few.
type counting struct {
	patterns  []Pattern
	taken     []int // routes of each pattern
	routes    map[index]countedRoute
	byCounter map[object.Key]index
	room      bool                   // a pattern may have routes that are not counted yet
	refused   map[index]struct{}     // by the ASIC
	changed   map[object.Key]Counted // since the last TakeCounted
	ways      []wayID                // with a counter
}

type countedRoute struct {
	counter object.Key
	pattern int
}

func newCounting() counting {
	return counting{
		routes: make(map[index]countedRoute), byCounter: make(map[object.Key]index),
		refused: make(map[index]struct{}), changed: make(map[object.Key]Counted),
	}
}

// SetPatterns says which routes are to be counted. What a pattern counts already
// stays, as far as it has room.
func (t *Table) SetPatterns(patterns []Pattern) {
	c := &t.counting
	clear(c.refused)
	old, before := c.patterns, t.countedInOrder()
	c.patterns, c.taken, c.room = patterns, make([]int, len(patterns)), true
	for _, i := range before {
		r := c.routes[i]
		was := old[r.pattern]
		n := slices.IndexFunc(patterns, func(p Pattern) bool { return p.VRF == was.VRF && p.Prefix == was.Prefix })
		if n >= 0 && c.taken[n] < patterns[n].Max {
			c.taken[n]++
			c.routes[i] = countedRoute{r.counter, n}
			continue
		}
		t.takeCounter(i, was)
		t.enqueue(i)
	}
}

func (t *Table) countedInOrder() []index {
	list := make([]index, 0, len(t.counting.routes))
	for i := range t.counting.routes {
		list = append(list, i)
	}
	t.sortRoutes(list)
	return list
}

// sortRoutes puts shorter prefixes first, then lower addresses.
func (t *Table) sortRoutes(list []index) {
	slices.SortFunc(list, func(a, b index) int {
		x, y := t.entries[a].key, t.entries[b].key
		return cmp.Or(cmp.Compare(x.bits, y.bits), bytes.Compare(x.addr[:], y.addr[:]))
	})
}

// countable tells whether a route may have a counter: a row wants it and the ASIC
// is to have it.
func (t *Table) countable(i index) bool {
	e := &t.entries[i]
	_, refused := t.counting.refused[i]
	return e.target != 0 && e.target == e.row && !t.targets[e.target].spec.Ignored && !refused
}

// recount gives a route that came a counter, or takes it from one that went. The
// route is to be queued.
func (t *Table) recount(i index) {
	c := &t.counting
	if len(c.patterns) == 0 {
		return
	}
	r, is := c.routes[i]
	switch should := t.countable(i); {
	case is && !should:
		c.taken[r.pattern]--
		c.room = true
		t.takeCounter(i, c.patterns[r.pattern])
	case !is && should:
		if n := t.patternOf(i); n >= 0 && c.taken[n] < c.patterns[n].Max {
			t.giveCounter(i, n)
		}
	}
}

// patternOf is the first pattern that a route matches, -1 if there is none.
func (t *Table) patternOf(i index) int {
	return slices.IndexFunc(t.counting.patterns, func(p Pattern) bool { return p.matches(t.entries[i].key) })
}

func (t *Table) giveCounter(i index, n int) {
	c, k := &t.counting, t.entries[i].key
	counter := t.CounterOf(k)
	c.taken[n]++
	c.routes[i] = countedRoute{counter, n}
	c.byCounter[counter] = i
	c.changed[counter] = Counted{Key: k, Counter: counter, Pattern: c.patterns[n]}
}

func (t *Table) takeCounter(i index, p Pattern) {
	c := &t.counting
	counter := c.routes[i].counter
	delete(c.routes, i)
	delete(c.byCounter, counter)
	c.changed[counter] = Counted{Key: t.entries[i].key, Counter: counter, Pattern: p, Gone: true}
}

// refuseCounter takes a counter from a route because the ASIC refused it.
func (t *Table) refuseCounter(i index) {
	t.counting.refused[i] = struct{}{}
	t.recount(i)
}

// TakeCounted calls yield for every route that begins or ceases to be counted
// since the last call.
func (t *Table) TakeCounted(yield func(Counted)) {
	c := &t.counting
	if c.room {
		c.room = false
		t.fillPatterns()
	}
	for _, r := range c.changed {
		yield(r)
	}
	clear(c.changed)
}

// fillPatterns looks through all routes for those that patterns have room for.
func (t *Table) fillPatterns() {
	c := &t.counting
	if len(c.patterns) == 0 {
		return
	}
	found := make([][]index, len(c.patterns))
	for _, i := range t.byKey {
		if _, is := c.routes[i]; is || !t.countable(i) {
			continue
		}
		if n := t.patternOf(i); n >= 0 {
			found[n] = append(found[n], i)
		}
	}
	for n, list := range found {
		t.sortRoutes(list)
		for _, i := range list[:min(len(list), c.patterns[n].Max-c.taken[n])] {
			t.giveCounter(i, n)
			t.enqueue(i)
		}
	}
}

// countedWay is a route's way with its counter, which comes after the route and
// goes before the route changes no more. While the table is held, a counter of an
// earlier life stays.
func (t *Table) countedWay(i index, way wayID) wayID {
	actual := t.ways[t.entries[i].actual].Way
	counter := t.counting.routes[i].counter
	if counter == "" && t.held {
		counter = actual.Counter
	}
	if way == 0 || counter != "" && !t.exists[counter] {
		counter = ""
	}
	w := t.ways[way].Way
	if w.Via == actual.Via && w.Action == actual.Action {
		w.Counter = counter
	} else {
		w.Counter = actual.Counter
	}
	if way == 0 {
		return 0
	}
	return t.wayOf(w)
}

// countedUse reports whether a route with a counter goes to an object, or has it
// for a counter.
func (t *Table) countedUse(k object.Key) bool {
	return slices.ContainsFunc(t.counting.ways, func(id wayID) bool {
		w := &t.ways[id]
		return w.routes > 0 && (w.Via == k || w.Counter == k)
	})
}
