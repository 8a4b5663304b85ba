package view

import (
	"cmp"
	"maps"
	"slices"

	"github.com/heddle-nos/heddle/daemons/syncd/vid"
	"github.com/heddle-nos/heddle/sai"
)

// ordered sorts the objects so that whatever an object needs comes before it.
// References in a circle (which only given objects have) are cut. Nothing
// refers to an entry, so entries come last, by type; there may be a million.
func (v *View) ordered() []*Object {
	s := sorter{view: v, seen: map[*Object]bool{}, out: make([]*Object, 0, len(v.objects))}
	entries := map[sai.ObjectType][]*Object{}
	var list []*Object
	for _, o := range v.objects {
		if o.ID.Entry != nil {
			entries[o.ID.Type] = append(entries[o.ID.Type], o)
		} else {
			list = append(list, o)
		}
	}
	slices.SortFunc(list, func(a, b *Object) int {
		return cmp.Or(cmp.Compare(a.ID.Type, b.ID.Type), cmp.Compare(a.ID.OID, b.ID.OID))
	})
	for _, o := range list {
		s.visit(o)
	}
	for _, t := range slices.Sorted(maps.Keys(entries)) {
		for _, o := range entries[t] {
			if t != sai.ObjectTypeNeighborEntry || !s.seen[o] {
				s.out = append(s.out, o)
			}
		}
	}
	return s.out
}

type sorter struct {
	view *View
	seen map[*Object]bool
	out  []*Object
}

func (s *sorter) visit(o *Object) {
	if s.seen[o] {
		return
	}
	s.seen[o] = true
	vid.References(o.ID, o.Attrs, func(id sai.ObjectID) {
		if ref, ok := s.view.objects[sai.ObjectOf(vid.TypeOf(id), id)]; ok {
			s.visit(ref)
		}
	})
	if o.ID.Type == sai.ObjectTypeNextHop {
		s.visitNeighbor(o)
	}
	s.out = append(s.out, o)
}

// visitNeighbor puts the neighbour of a next hop before it: the next hop does
// not name it, but many libraries refuse one without the other.
func (s *sorter) visitNeighbor(hop *Object) {
	rif, ok1 := hop.Attr(sai.NextHopAttrRouterInterfaceID)
	ip, ok2 := hop.Attr(sai.NextHopAttrIP)
	if !ok1 || !ok2 {
		return
	}
	id := sai.EntryOf(sai.NeighborEntry{Switch: vid.SwitchOf(hop.ID.OID), RIF: rif.OID(), IP: ip.Addr()})
	if neighbor, ok := s.view.objects[id]; ok {
		s.visit(neighbor)
	}
}
