package engine

import (
	"slices"

	"github.com/heddle-nos/heddle/daemons/orchagent/object"
)

// places follows which VRF each interface is in: the row of an address does
// not tell, and its routes go where its interface is.
type places struct {
	vrf    map[string]string                    // by interface
	by     map[object.Owner][]object.Place      // what each row says
	routes map[object.Owner][]object.Route      // of rows with routes of an interface
	of     map[string]map[object.Owner]struct{} // those rows, by interface
}

func newPlaces() places {
	return places{
		vrf:    make(map[string]string),
		by:     make(map[object.Owner][]object.Place),
		routes: make(map[object.Owner][]object.Route),
		of:     make(map[string]map[object.Owner]struct{}),
	}
}

// pin gives an owner's routes to the compact table, each in its VRF, and moves
// the routes of the interfaces that the owner puts elsewhere.
func (e *Engine) pin(o object.Owner, r object.Rendering) {
	moved := e.places.place(o, r.Places)
	e.places.note(o, r.Routes)
	e.routes.Pin(o, e.places.resolve(r.Routes))
	for _, name := range moved {
		for other := range e.places.of[name] {
			if other != o {
				e.routes.Pin(other, e.places.resolve(e.places.routes[other]))
			}
		}
	}
}

// place takes what an owner says of interfaces and returns those that moved.
func (p *places) place(o object.Owner, list []object.Place) (moved []string) {
	now := make(map[string]string, len(list))
	for _, x := range p.by[o] {
		now[x.Interface] = ""
	}
	for _, x := range list {
		now[x.Interface] = x.VRF
	}
	for name, vrf := range now {
		if p.vrf[name] == vrf {
			continue
		}
		moved = append(moved, name)
		if vrf == "" {
			delete(p.vrf, name)
		} else {
			p.vrf[name] = vrf
		}
	}
	if len(list) == 0 {
		delete(p.by, o)
	} else {
		p.by[o] = list
	}
	return moved
}

// note remembers an owner's routes if they depend on an interface.
func (p *places) note(o object.Owner, routes []object.Route) {
	for _, r := range p.routes[o] {
		delete(p.of[r.Of], o)
		if len(p.of[r.Of]) == 0 {
			delete(p.of, r.Of)
		}
	}
	delete(p.routes, o)
	for _, r := range routes {
		if r.Of == "" {
			continue
		}
		p.routes[o] = routes
		m := p.of[r.Of]
		if m == nil {
			m = make(map[object.Owner]struct{}, 1)
			p.of[r.Of] = m
		}
		m[o] = struct{}{}
	}
}

// resolve gives routes the VRF of their interface.
func (p *places) resolve(routes []object.Route) []object.Route {
	out := slices.Clone(routes)
	for i := range out {
		if out[i].Of != "" {
			out[i].VRF = p.vrf[out[i].Of]
		}
	}
	return out
}
