package engine

import (
	"slices"

	"github.com/heddle-nos/heddle/daemons/orchagent/object"
)

// What one object has for itself alone, another one that wants it must wait
// for. The index tells who has what.

// rivalsOf returns the other objects that have what o claims.
func (e *Engine) rivalsOf(o *object.Object) []object.Key {
	var out []object.Key
	for c := range o.Claims {
		if k, ok := e.holders[c]; ok && k != o.Key && !slices.Contains(out, k) {
			out = append(out, k)
		}
	}
	slices.Sort(out)
	return out
}

func (e *Engine) hold(o *object.Object) {
	for c := range o.Claims {
		e.holders[c] = o.Key
	}
}

func (e *Engine) letGo(o *object.Object) {
	for c := range o.Claims {
		if e.holders[c] == o.Key {
			delete(e.holders, c)
		}
	}
}

// rename gives an object another key, also where others refer to it.
func (e *Engine) rename(from, to object.Key, origin object.Origin) {
	o := e.actual[from].Clone()
	o.Key, o.Origin = to, origin
	users := e.usersOf(from)
	e.removeActual(from)
	e.status.Delete(from)
	e.addActual(o)
	for _, k := range users {
		e.replaceActual(k, func(u *object.Object) { u.Rename(from, to) })
	}
}
