package fib

import (
	"github.com/heddle-nos/heddle/daemons/orchagent/object"
	"github.com/heddle-nos/heddle/sai"
)

type index uint32 // of an entry; 0 is none

// entry is one route in 48 bytes.
type entry struct {
	key        Key
	flags      flags
	row        TargetID // from ROUTE_TABLE
	target     TargetID // the winner of row and pins; the list it is in
	actual     wayID    // in the ASIC, as far as known
	sent       wayID    // while in flight
	next, prev index
}

type flags uint8

const (
	queued flags = 1 << iota
	inFlight
	failed
)

// Table holds routes. It is not safe for concurrent use.
type Table struct {
	// Refine, if set, names a group of a route's own to spread it over instead of
	// what its row says; "": none.
	Refine func(Key, []Member) object.Key

	// CounterOf names the counter of a route.
	CounterOf func(Key) object.Key

	entries []entry
	free    []index
	byKey   map[Key]index
	queue   []index // dirty entries, oldest first

	targets     []target
	freeTargets []TargetID
	idle        int // targets that nothing names
	byText      map[string]TargetID
	byVia       map[object.Key][]TargetID
	exists      map[object.Key]bool
	ways        []wayUse
	byWay       map[Way]wayID

	groups  groups
	lacking lacking

	vrfs   []string
	byVRF  map[string]VRF
	pins   map[index][]pin
	pinned map[object.Owner][]Key
	// fallbacks are the entries that have a fallback pin; they are few.
	fallbacks map[index]struct{}

	counting counting

	failures map[index]sai.Status
	held     bool
	counts   Counts
}

// Counts are totals over all routes.
type Counts struct {
	Routes  int // wanted
	Waiting int // wanted, but what they go to is absent
	Ignored int // no business of the ASIC
	Applied int // in the ASIC
	V6      int // of these, IPv6
	Failed  int
}

// New returns an empty table.
func New() *Table {
	return &Table{
		entries:  make([]entry, 1),
		byKey:    make(map[Key]index),
		targets:  make([]target, 1),
		byText:   make(map[string]TargetID),
		byVia:    make(map[object.Key][]TargetID),
		exists:   make(map[object.Key]bool),
		ways:     make([]wayUse, 1),
		byWay:    make(map[Way]wayID),
		vrfs:     []string{""},
		byVRF:    map[string]VRF{"": 0},
		pins:     make(map[index][]pin),
		pinned:   make(map[object.Owner][]Key),
		failures: make(map[index]sai.Status),
		groups:   newGroups(),
		lacking:  newLacking(),
		counting: newCounting(),

		fallbacks: make(map[index]struct{}),
	}
}

// VRF interns the name of a virtual router; "" is the default one.
func (t *Table) VRF(name string) VRF {
	if name == "default" {
		name = ""
	}
	v, ok := t.byVRF[name]
	if !ok {
		v = VRF(len(t.vrfs))
		t.vrfs = append(t.vrfs, name)
		t.byVRF[name] = v
	}
	return v
}

// VRFName returns the name of a virtual router, "" for the default one.
func (t *Table) VRFName(v VRF) string { return t.vrfs[v] }

// Counts returns the totals.
func (t *Table) Counts() Counts {
	c := t.counts
	c.Failed = len(t.failures)
	return c
}

// Set makes target what ROUTE_TABLE wants of a route; 0 withdraws it.
func (t *Table) Set(k Key, target TargetID) {
	if t.Refine != nil && target != 0 {
		target = t.refined(k, target)
	}
	i := t.byKey[k]
	if i == 0 {
		if target == 0 {
			return
		}
		i = t.add(k)
	}
	t.refer(target, 1)
	t.refer(t.entries[i].row, -1)
	t.entries[i].row = target
	t.elect(i)
}

func (t *Table) add(k Key) index {
	var i index
	if n := len(t.free); n > 0 {
		i = t.free[n-1]
		t.free = t.free[:n-1]
		t.entries[i] = entry{key: k}
	} else {
		i = index(len(t.entries))
		t.entries = append(t.entries, entry{key: k})
	}
	t.byKey[k] = i
	return i
}

// elect chooses the target of a route and queues the route if it must change.
func (t *Table) elect(i index) {
	e := &t.entries[i]
	want := t.winner(i)
	if want != e.target {
		t.unlink(i)
		e.target = want
		t.link(i)
	}
	t.recount(i)
	t.enqueue(i)
}

func (t *Table) link(i index) {
	e := &t.entries[i]
	if e.target == 0 {
		return
	}
	tg := &t.targets[e.target]
	e.prev, e.next = 0, tg.head
	if tg.head != 0 {
		t.entries[tg.head].prev = i
	}
	tg.head = i
	tg.n++
	t.counts.Routes++
	t.count(tg, 1)
}

func (t *Table) unlink(i index) {
	e := &t.entries[i]
	if e.target == 0 {
		return
	}
	tg := &t.targets[e.target]
	if e.prev != 0 {
		t.entries[e.prev].next = e.next
	} else {
		tg.head = e.next
	}
	if e.next != 0 {
		t.entries[e.next].prev = e.prev
	}
	e.next, e.prev = 0, 0
	tg.n--
	t.counts.Routes--
	t.count(tg, -1)
}

// count adds n routes of a target to the total of its state.
func (t *Table) count(tg *target, n int) {
	switch {
	case tg.spec.Ignored:
		t.counts.Ignored += n
	case tg.way == 0:
		t.counts.Waiting += n
	}
}

// want returns the way that a route is to have.
func (t *Table) want(i index) wayID {
	e := &t.entries[i]
	if e.target == 0 && t.held {
		return e.actual
	}
	way := t.targets[e.target].way
	if len(t.counting.routes) == 0 && t.ways[e.actual].Counter == "" {
		return way
	}
	return t.countedWay(i, way)
}

// Hold makes the table leave the routes that nobody wants as they are, until
// the hold ends.
func (t *Table) Hold(held bool) {
	t.held = held
	for _, i := range t.byKey {
		t.enqueue(i)
	}
}

func (t *Table) enqueue(i index) {
	e := &t.entries[i]
	if e.flags&(queued|inFlight) != 0 {
		return
	}
	if t.want(i) == e.actual && e.flags&failed == 0 {
		t.drop(i)
		return
	}
	e.flags |= queued
	t.queue = append(t.queue, i)
}

// drop forgets an entry that nobody wants and the ASIC does not have.
func (t *Table) drop(i index) {
	e := &t.entries[i]
	if e.target != 0 || e.actual != 0 || e.flags&(queued|inFlight) != 0 {
		return
	}
	delete(t.byKey, e.key)
	delete(t.failures, i)
	delete(t.counting.refused, i)
	t.entries[i] = entry{}
	t.free = append(t.free, i)
}

func (t *Table) setActual(e *entry, w wayID) {
	if e.actual != 0 {
		t.ways[e.actual].routes--
		t.applied(e.key, -1)
	}
	if w != 0 {
		t.ways[w].routes++
		t.applied(e.key, 1)
	}
	e.actual = w
}

// applied adds n routes to those in the ASIC.
func (t *Table) applied(k Key, n int) {
	t.counts.Applied += n
	if !k.v4 {
		t.counts.V6 += n
	}
}
