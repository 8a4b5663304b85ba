package strict

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/heddle-nos/heddle/sai"
)

// Dump returns the whole state as text, one object per line in a stable order,
// with names where SAI has them; for tests and for people.
func (s *Store) Dump() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	var objs []sai.Object
	for _, tab := range s.tables {
		tab.each(func(o sai.Object, _ []sai.Attr) { objs = append(objs, o) })
	}
	slices.SortFunc(objs, compareObjects)
	var b strings.Builder
	for _, o := range objs {
		s.dumpObject(&b, o)
	}
	return b.String()
}

func (s *Store) dumpObject(b *strings.Builder, o sai.Object) {
	fmt.Fprintf(b, "%s %s", s.schemaOf(o.Type).meta.Name, identity(o))
	attrs, _ := s.lookup(o)
	for _, a := range attrs {
		m := s.schemaOf(o.Type).meta.Attr(a.ID)
		fmt.Fprintf(b, " %s=%s", m.Name, display(m, a.Value))
	}
	b.WriteByte('\n')
}

func identity(o sai.Object) string {
	switch e := o.Entry.(type) {
	case nil:
		return o.OID.String()
	case sai.RouteEntry:
		return fmt.Sprintf("%s in %s", e.Destination, e.VR)
	case sai.NeighborEntry:
		return fmt.Sprintf("%s on %s", e.IP, e.RIF)
	case sai.FDBEntry:
		return fmt.Sprintf("%s in %s", e.MAC, e.BV)
	default:
		return fmt.Sprint(e)
	}
}

func display(m *sai.AttrMeta, v sai.Value) string {
	switch v.Kind() {
	case sai.KindBool:
		return fmt.Sprint(v.Bool())
	case sai.KindOID:
		return v.OID().String()
	case sai.KindEnum:
		if m.Enum != nil {
			return m.Enum.String(v.Enum())
		}
	case sai.KindEnumList:
		if m.Enum != nil {
			var names []string
			for _, e := range v.Ints() {
				names = append(names, m.Enum.String(e))
			}
			return strings.Join(names, ",")
		}
	}
	if v.Ref() != nil {
		return fmt.Sprint(v.Ref())
	}
	return fmt.Sprint(v.Int())
}

// compareObjects orders by type, then id or entry.
func compareObjects(a, b sai.Object) int {
	if c := cmp.Or(cmp.Compare(a.Type, b.Type), cmp.Compare(a.OID, b.OID)); c != 0 {
		return c
	}
	ra, ok := a.Entry.(sai.RouteEntry)
	rb, ok2 := b.Entry.(sai.RouteEntry)
	if ok && ok2 {
		return cmp.Or(cmp.Compare(ra.VR, rb.VR), ra.Destination.Addr().Compare(rb.Destination.Addr()),
			cmp.Compare(ra.Destination.Bits(), rb.Destination.Bits()))
	}
	return strings.Compare(identity(a), identity(b))
}
