package fib

import "github.com/heddle-nos/heddle/daemons/orchagent/object"

// lacking follows the next hops that rows want: those that do not exist are to
// be found.
type lacking struct {
	wanted  map[object.Key]int      // targets in use that name the next hop
	changed map[object.Key]struct{} // since the last TakeLacking
}

func newLacking() lacking {
	return lacking{wanted: make(map[object.Key]int), changed: make(map[object.Key]struct{})}
}

// refer counts one more (or less) target in use.
func (l *lacking) refer(s *Spec, by int) {
	if len(s.Members) > 0 {
		for _, m := range s.Members {
			l.add(m.Via, by)
		}
		return
	}
	for _, v := range s.Vias {
		l.add(v, by)
	}
}

func (l *lacking) add(k object.Key, by int) {
	if k.Kind() != object.KindNextHop {
		return
	}
	before := l.wanted[k]
	if l.wanted[k] = before + by; l.wanted[k] == 0 {
		delete(l.wanted, k)
	}
	if before == 0 || before+by == 0 {
		l.changed[k] = struct{}{}
	}
}

// appeared notes that an object has come or gone.
func (l *lacking) appeared(k object.Key) {
	if l.wanted[k] > 0 {
		l.changed[k] = struct{}{}
	}
}

// TakeLacking calls yield for every next hop that has begun or ceased to lack
// since the last call.
func (t *Table) TakeLacking(yield func(nexthop object.Key, lacks bool)) {
	for k := range t.lacking.changed {
		yield(k, t.lacking.wanted[k] > 0 && !t.exists[k])
	}
	clear(t.lacking.changed)
}
