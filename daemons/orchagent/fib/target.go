package fib

import (
	"slices"

	"github.com/heddle-nos/heddle/daemons/orchagent/object"
)

// Way is one forwarding decision that the ASIC can hold: an action and, for
// ActionForward, the object to forward to.
type Way struct {
	Action  object.Action
	Via     object.Key
	Counter object.Key // of the route's packets; mostly none
}

// Foreign is the way of a loaded route that goes to an object without a key.
var foreign = Way{Action: object.ActionForward, Via: "foreign"}

// Spec says where a route should go: to the first of Vias that exists, or to
// all Members at once.
type Spec struct {
	Action  object.Action
	Vias    []object.Key
	Members []Member   // two at least; the group takes the place of Vias
	In      object.Key // virtual router that must exist; empty for the default one
	Tag     string     // handed through to Change; the protocol that gave the route
	// Ignored marks a route that is no business of the ASIC (management port).
	Ignored bool
}

// needs returns the objects that the spec's way depends on.
func (s *Spec) needs() []object.Key {
	if s.In == "" {
		return s.Vias
	}
	return append(slices.Clip(s.Vias), s.In)
}

// TargetID refers to an interned Spec; 0 is none.
type TargetID uint32

type wayID uint32 // 0 is none: the route is not in the ASIC

type target struct {
	spec Spec
	way  wayID // what it resolves to now
	head index // first route that wants this target
	n    int   // routes that want it
	refs int   // rows and pins that name it

	group object.Key // that its members make
}

// maxIdle is how many targets may be kept that nothing names any more.
const maxIdle = 1024

// refer counts one more (or less) row or pin that names a target.
func (t *Table) refer(id TargetID, by int) {
	if id == 0 {
		return
	}
	tg := &t.targets[id]
	if tg.refs == 0 {
		t.idle--
		t.groups.refer(tg, 1)
		t.lacking.refer(&tg.spec, 1)
	}
	if tg.refs += by; tg.refs == 0 {
		t.idle++
		t.groups.refer(tg, -1)
		t.lacking.refer(&tg.spec, -1)
	}
}

// sweep forgets targets that nothing names, once there are many of them.
func (t *Table) sweep() {
	if t.idle <= maxIdle {
		return
	}
	for text, id := range t.byText {
		tg := &t.targets[id]
		if tg.refs > 0 {
			continue
		}
		delete(t.byText, text)
		for _, v := range tg.spec.needs() {
			t.byVia[v] = slices.DeleteFunc(t.byVia[v], func(x TargetID) bool { return x == id })
			if len(t.byVia[v]) == 0 {
				delete(t.byVia, v)
			}
		}
		*tg = target{}
		t.freeTargets = append(t.freeTargets, id)
	}
	t.idle = 0
}

// Lookup finds a target by the text it was defined under, without allocating.
func (t *Table) Lookup(raw []byte) (TargetID, bool) {
	id, ok := t.byText[string(raw)]
	return id, ok
}

// Define interns a spec under a text.
func (t *Table) Define(raw []byte, s Spec) TargetID {
	if id, ok := t.byText[string(raw)]; ok {
		return id
	}
	var group object.Key
	if len(s.Members) > 0 {
		group = groupKey(s.Members)
	}
	return t.define(raw, s, group)
}

// define interns a spec whose members, if it has any, make a group.
func (t *Table) define(raw []byte, s Spec, group object.Key) TargetID {
	if id, ok := t.byText[string(raw)]; ok {
		return id
	}
	if group != "" {
		s.Vias = []object.Key{group}
	}
	id := t.newTarget(s)
	t.targets[id].group = group
	t.byText[string(raw)] = id
	for _, v := range s.needs() {
		t.byVia[v] = append(t.byVia[v], id)
	}
	t.targets[id].way = t.resolve(s)
	return id
}

func (t *Table) newTarget(s Spec) TargetID {
	t.idle++
	if n := len(t.freeTargets); n > 0 {
		id := t.freeTargets[n-1]
		t.freeTargets = t.freeTargets[:n-1]
		t.targets[id] = target{spec: s}
		return id
	}
	t.targets = append(t.targets, target{spec: s})
	return TargetID(len(t.targets) - 1)
}

// Exists tells the table whether an object that routes go to exists. The
// routes concerned become dirty.
func (t *Table) Exists(k object.Key, ok bool) {
	if t.exists[k] == ok {
		return
	}
	if ok {
		t.exists[k] = true
	} else {
		delete(t.exists, k)
	}
	t.lacking.appeared(k)
	for _, id := range t.byVia[k] {
		tg := &t.targets[id]
		way := t.resolve(tg.spec)
		if way == tg.way {
			continue
		}
		t.count(tg, -tg.n)
		tg.way = way
		t.count(tg, tg.n)
		for i := tg.head; i != 0; i = t.entries[i].next {
			t.enqueue(i)
		}
	}
	for i := range t.fallbacks {
		t.elect(i)
	}
	if i, ok := t.counting.byCounter[k]; ok {
		t.enqueue(i)
	}
}

// Uses reports whether any route in the ASIC or on its way there may refer to
// the object.
func (t *Table) Uses(k object.Key) bool {
	if id, ok := t.byWay[Way{Via: k}]; ok && t.ways[id].routes > 0 {
		return true
	}
	return t.countedUse(k)
}

func (t *Table) resolve(s Spec) wayID {
	if s.Ignored || s.In != "" && !t.exists[s.In] {
		return 0
	}
	if s.Action != object.ActionForward {
		return t.wayOf(Way{Action: s.Action})
	}
	for _, v := range s.Vias {
		if t.exists[v] {
			return t.wayOf(Way{Via: v})
		}
	}
	return 0
}

func (t *Table) wayOf(w Way) wayID {
	if id, ok := t.byWay[w]; ok {
		return id
	}
	id := wayID(len(t.ways))
	t.ways = append(t.ways, wayUse{Way: w})
	t.byWay[w] = id
	if w.Counter != "" {
		t.counting.ways = append(t.counting.ways, id)
	}
	return id
}

type wayUse struct {
	Way
	routes int // in the ASIC
}
