package strict

import "github.com/heddle-nos/heddle/sai"

// addRefs changes by n how often the objects are used that an object refers to.
func (s *Store) addRefs(sc *schema, obj sai.Object, attrs []sai.Attr, n int) {
	s.addEntryRefs(obj.Entry, n)
	for i := range attrs {
		if a := sc.meta.Attr(attrs[i].ID); a != nil && !a.ReadOnly && !(s.isPart(obj.Type) && a.ID == parts[obj.Type].port) {
			s.addValueRefs(attrs[i].Value, n)
		}
	}
}

func (s *Store) addEntryRefs(e sai.Entry, n int) {
	switch e := e.(type) {
	case sai.RouteEntry:
		s.addRef(e.VR, n)
	case sai.NeighborEntry:
		s.addRef(e.RIF, n)
	case sai.FDBEntry:
		s.addRef(e.BV, n)
	case sai.L2MCEntry:
		s.addRef(e.BV, n)
	}
}

func (s *Store) addValueRefs(v sai.Value, n int) {
	switch v.Kind() {
	case sai.KindOID:
		s.addRef(v.OID(), n)
	case sai.KindOIDList:
		for _, id := range v.OIDs() {
			s.addRef(id, n)
		}
	case sai.KindOther:
		if data, ok := inner(v); ok {
			s.addValueRefs(data, n)
		}
	}
}

func (s *Store) addRef(id sai.ObjectID, n int) {
	t, ok := TypeOf(id)
	if !ok {
		return
	}
	if tab := s.tables[t]; tab != nil {
		if r := tab.byOID[id]; r != nil {
			r.refs += n
		}
	}
}
