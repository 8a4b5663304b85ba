package plan

import (
	"fmt"
	"maps"
	"slices"

	"github.com/heddle-nos/heddle/daemons/orchagent/object"
	"github.com/heddle-nos/heddle/sai"
)

// model is a strict ASIC: it refuses what SAI refuses.
type model map[object.Key]*object.Object

func (m model) users(k object.Key) []object.Key {
	var out []object.Key
	for _, o := range m {
		for need := range o.Needs {
			if need == k {
				out = append(out, o.Key)
				break
			}
		}
	}
	slices.Sort(out)
	return out
}

// rivals lists the other objects that have what o claims.
func (m model) rivals(o *object.Object) []object.Key {
	var out []object.Key
	for c := range o.Claims {
		for _, other := range m {
			for theirs := range other.Claims {
				if other.Key != o.Key && theirs == c && !slices.Contains(out, other.Key) {
					out = append(out, other.Key)
				}
			}
		}
	}
	slices.Sort(out)
	return out
}

// apply carries out one step or says why SAI would refuse it.
func (m model) apply(s Step) error {
	have := m[s.Key]
	switch s.Op {
	case OpCreate:
		if have != nil {
			return fmt.Errorf("%s: exists", s)
		}
		for need := range s.Object.Needs {
			if m[need] == nil {
				return fmt.Errorf("%s: no %s", s, need)
			}
		}
		if rivals := m.rivals(s.Object); len(rivals) > 0 {
			return fmt.Errorf("%s: has what %v have", s, rivals)
		}
		m[s.Key] = s.Object.Clone()
	case OpRemove:
		if have == nil {
			return fmt.Errorf("%s: not found", s)
		}
		if have.Origin == object.Fixed {
			return fmt.Errorf("%s: cannot go", s)
		}
		if users := m.users(s.Key); len(users) > 0 {
			return fmt.Errorf("%s: in use by %v", s, users)
		}
		delete(m, s.Key)
	case OpSet, OpDetach:
		return m.set(have, s)
	}
	return nil
}

func (m model) set(have *object.Object, s Step) error {
	if have == nil {
		return fmt.Errorf("%s: not found", s)
	}
	info, _ := sai.ObjectTypeInfo(have.Type)
	if a := info.Attr(s.Attr.ID); a.CreateOnly {
		return fmt.Errorf("%s: create-only", s)
	}
	for _, ref := range s.Attr.Refs {
		if m[ref] == nil {
			return fmt.Errorf("%s: no %s", s, ref)
		}
	}
	o := have.Clone()
	o.SetAttr(s.Attr)
	m[s.Key] = o
	return nil
}

// state is what the planner sees: m as it is, and d as it should be.
func (m model) state(d model) State {
	before := maps.Clone(m)
	return State{
		Desired: func(k object.Key) *object.Object { return d[k] },
		Actual:  func(k object.Key) *object.Object { return before[k] },
		Users:   func(k object.Key) []object.Key { return before.users(k) },
		Rivals:  func(o *object.Object) []object.Key { return before.rivals(o) },
	}
}

// keys lists all objects of both states.
func (m model) keys(d model) []object.Key {
	all := maps.Clone(m)
	maps.Copy(all, d)
	return slices.Sorted(maps.Keys(all))
}
