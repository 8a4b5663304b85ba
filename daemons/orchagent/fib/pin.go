package fib

import (
	"cmp"
	"slices"

	"github.com/heddle-nos/heddle/daemons/orchagent/object"
)

// pin is a route that the switch itself needs, by owner.
type pin struct {
	owner    object.Owner
	target   TargetID
	fallback bool
}

// Pin makes routes all that an owner contributes.
func (t *Table) Pin(o object.Owner, routes []object.Route) {
	for _, k := range t.pinned[o] {
		i := t.byKey[k]
		t.pins[i] = slices.DeleteFunc(t.pins[i], func(p pin) bool {
			if p.owner == o {
				t.refer(p.target, -1)
			}
			return p.owner == o
		})
		if len(t.pins[i]) == 0 {
			delete(t.pins, i)
			delete(t.fallbacks, i)
		}
	}
	old := t.pinned[o]
	keys := make([]Key, 0, len(routes))
	for _, r := range routes {
		k := MakeKey(t.VRF(r.VRF), r.Prefix)
		i := t.byKey[k]
		if i == 0 {
			i = t.add(k)
		}
		t.addPin(i, pin{owner: o, target: t.pinTarget(r), fallback: r.Fallback})
		keys = append(keys, k)
		t.elect(i)
	}
	for _, k := range old {
		if i := t.byKey[k]; i != 0 && !slices.Contains(keys, k) {
			t.elect(i)
		}
	}
	if len(keys) == 0 {
		delete(t.pinned, o)
	} else {
		t.pinned[o] = keys
	}
}

func (t *Table) addPin(i index, p pin) {
	t.refer(p.target, 1)
	list := append(t.pins[i], p)
	slices.SortFunc(list, func(a, b pin) int { return cmp.Compare(a.owner, b.owner) })
	t.pins[i] = list
	if p.fallback {
		t.fallbacks[i] = struct{}{}
	}
}

func (t *Table) pinTarget(r object.Route) TargetID {
	s := Spec{Action: r.Action, In: VirtualRouter(r.VRF)}
	raw := append([]byte("pin "), byte('0'+r.Action))
	raw = append(append(raw, s.In...), '|')
	if r.Via != "" {
		s.Vias = []object.Key{r.Via}
		raw = append(raw, r.Via...)
	}
	return t.Define(raw, s)
}

// winner returns who decides on a route: the switch's own need, then the row
// of ROUTE_TABLE, then a fallback.
func (t *Table) winner(i index) TargetID {
	row := t.entries[i].row
	pins := t.pins[i]
	for _, p := range pins {
		if !p.fallback {
			return p.target
		}
	}
	// A row that waits does not hide the fallback (the default drop route).
	if row != 0 && t.targets[row].way != 0 || len(pins) == 0 {
		return row
	}
	return pins[0].target
}
