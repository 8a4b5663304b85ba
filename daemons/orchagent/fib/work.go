package fib

import (
	"github.com/heddle-nos/heddle/daemons/orchagent/object"
	"github.com/heddle-nos/heddle/sai"
)

// Op is what is to be done with a route in the ASIC.
type Op uint8

// The operations on routes.
const (
	OpCreate Op = iota
	OpSet
	OpRemove
)

// Change is one route to be changed. Old is its way so far and New the one it
// is to have; an absent way is the zero Way.
type Change struct {
	index    index
	Op       Op
	Key      Key
	Old, New Way
	Tag      string // of the target
}

// Next returns up to limit changes to make, in dst's memory. Each is in flight
// until Done is called for it. A TargetID that no row has been set to yet must
// not be kept over a call.
func (t *Table) Next(dst []Change, limit int) []Change {
	t.sweep()
	dst = dst[:0]
	n := 0
	for ; n < len(t.queue) && len(dst) < limit; n++ {
		i := t.queue[n]
		e := &t.entries[i]
		e.flags &^= queued
		want := t.want(i)
		if want == e.actual {
			t.settle(i)
			continue
		}
		e.flags |= inFlight
		e.sent = want
		dst = append(dst, Change{
			index: i, Op: opOf(e.actual, want), Key: e.key,
			Old: t.ways[e.actual].Way, New: t.ways[want].Way, Tag: t.targets[e.target].spec.Tag,
		})
	}
	t.queue = t.queue[n:]
	if len(t.queue) == 0 {
		t.queue = nil
	}
	return dst
}

func opOf(actual, want wayID) Op {
	switch {
	case actual == 0:
		return OpCreate
	case want == 0:
		return OpRemove
	}
	return OpSet
}

// Pending returns how many routes are queued for change.
func (t *Table) Pending() int { return len(t.queue) }

// Done takes the outcome of a change.
func (t *Table) Done(c Change, s sai.Status) {
	e := &t.entries[c.index]
	e.flags &^= inFlight
	if s == sai.StatusSuccess {
		t.setActual(e, e.sent)
	} else if c.Counts() && c.New.Counter != "" {
		t.refuseCounter(c.index)
	} else if t.want(c.index) == e.sent {
		e.flags |= failed
		t.failures[c.index] = s
		return // until Retry
	}
	e.sent = 0
	if t.want(c.index) == e.actual {
		t.settle(c.index)
		return
	}
	t.enqueue(c.index)
}

// settle notes that a route is as it should be.
func (t *Table) settle(i index) {
	e := &t.entries[i]
	if e.flags&failed != 0 {
		e.flags &^= failed
		delete(t.failures, i)
	}
	t.drop(i)
}

// Retry queues the routes that failed again and returns how many there are.
func (t *Table) Retry() int {
	n := len(t.failures)
	for i := range t.failures {
		t.enqueue(i)
	}
	return n
}

// Load records that the ASIC has a route. A way whose object has no key is
// given as the empty Via and never counts as right.
func (t *Table) Load(k Key, w Way) {
	if w.Action == object.ActionForward && w.Via == "" {
		w = foreign
	}
	i := t.byKey[k]
	if i == 0 {
		i = t.add(k)
	}
	e := &t.entries[i]
	t.setActual(e, t.wayOf(w))
	t.enqueue(i)
}

// Forget drops all knowledge of the ASIC, before a new Load of everything.
// Changes in flight are void: Done must not be called for them.
func (t *Table) Forget() {
	t.queue = nil
	t.failures = make(map[index]sai.Status)
	clear(t.counting.refused)
	for _, i := range t.byKey {
		e := &t.entries[i]
		e.flags = 0
		e.sent = 0
		t.setActual(e, 0)
		t.enqueue(i) // deletes the entry if nobody wants it, which a range over a map allows
	}
}

// Unapplied calls yield for the routes that are wanted but not in the ASIC as
// wanted, until it returns false. What names the absent object or is empty;
// status is that of the last failure.
func (t *Table) Unapplied(yield func(k Key, what object.Key, status sai.Status) bool) {
	for i, s := range t.failures {
		if !yield(t.entries[i].key, "", s) {
			return
		}
	}
	for id := range t.targets {
		tg := &t.targets[id]
		if tg.way != 0 || tg.spec.Ignored || tg.head == 0 {
			continue
		}
		what := t.lacks(&tg.spec)
		for i := tg.head; i != 0; i = t.entries[i].next {
			if !yield(t.entries[i].key, what, sai.StatusSuccess) {
				return
			}
		}
	}
}

// Applied calls yield for the routes of rows that are in the ASIC, with the tag of what they go to, until it returns false.
func (t *Table) Applied(yield func(k Key, tag string) bool) {
	for k, i := range t.byKey {
		e := &t.entries[i]
		if tag := t.targets[e.target].spec.Tag; e.actual != 0 && tag != "" && !yield(k, tag) {
			return
		}
	}
}

// FromForeign reports whether the route's way so far is not known exactly.
func (c Change) FromForeign() bool { return c.Old == foreign }

// Counts reports whether the change is about the route's counter alone: a change
// is about that or about where the route goes, never both.
func (c Change) Counts() bool { return c.New.Counter != c.Old.Counter && c.Op == OpSet }
