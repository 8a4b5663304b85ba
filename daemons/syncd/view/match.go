package view

import (
	"fmt"
	"strings"

	"github.com/heddle-nos/heddle/daemons/syncd/vid"
	"github.com/heddle-nos/heddle/sai"
)

// matching pairs the objects that two views have in common. Identity is the
// same id with the same unchangeable attributes; else the same content, since
// a client that starts anew gives its objects new ids, and an ASIC that does
// so may use a known id for another object. References count as equal when
// what they name is paired. For want of anything better the same id will do:
// the object is then replaced.
type matching struct {
	cur, want *View
	toCur     map[sai.ObjectID]sai.ObjectID // wanted id -> current id
	taken     map[sai.ObjectID]bool         // current ids that are paired
}

func match(cur, want *View, current, order []*Object) *matching {
	m := &matching{cur: cur, want: want, toCur: map[sai.ObjectID]sai.ObjectID{}, taken: map[sai.ObjectID]bool{}}
	for _, o := range order {
		if o.ID.Entry == nil {
			m.sameID(o)
		}
	}
	exact, keyed := m.index(current)
	for _, o := range order {
		if o.ID.Entry != nil || m.paired(o) || m.sameID(o) || m.sameContent(o, exact, keyed) {
			continue
		}
		if _, ok := cur.Get(o.ID); ok && !m.taken[o.ID.OID] {
			m.pair(o.ID.OID, o.ID.OID)
		}
	}
	return m
}

// sameID pairs an object with the current one of the same id, unless that is
// another one by content.
func (m *matching) sameID(o *Object) bool {
	cur, ok := m.cur.Get(o.ID)
	if !ok || m.taken[o.ID.OID] || !o.Given && m.fixedDiffer(cur, o) {
		return false
	}
	m.pair(o.ID.OID, o.ID.OID)
	return true
}

// sameContent pairs an object with a current one that has all its attributes,
// or at least those that cannot change.
func (m *matching) sameContent(o *Object, exact, keyed map[string][]sai.ObjectID) bool {
	if o.Given {
		return false
	}
	if id, ok := m.take(exact, m.signature(o, m.lookup, anyAttr)); ok {
		m.pair(o.ID.OID, id)
		return true
	}
	if id, ok := m.take(keyed, m.signature(o, m.lookup, identifying)); ok {
		m.pair(o.ID.OID, id)
		return true
	}
	return false
}

// fixedDiffer tells whether an attribute that cannot be set differs.
func (m *matching) fixedDiffer(cur, want *Object) bool {
	info, ok := sai.ObjectTypeInfo(want.ID.Type)
	if !ok {
		return false
	}
	for _, a := range want.Attrs {
		meta := info.Attr(a.ID)
		if meta == nil || !meta.CreateOnly || meta.Kind == sai.KindPointer {
			continue
		}
		if v, known := cur.Attr(a.ID); known && !m.same(v, a.Value) {
			return true
		}
	}
	return false
}

// same compares a current value with a wanted one under the pairing.
func (m *matching) same(cur, want sai.Value) bool {
	v, err := vid.Value(want, m.lookup)
	return err == nil && cur.Equal(v)
}

func (m *matching) pair(want, cur sai.ObjectID) {
	m.toCur[want] = cur
	m.taken[cur] = true
}

func (m *matching) paired(o *Object) bool { _, ok := m.toCur[o.ID.OID]; return ok }

// lookup names the current counterpart of a wanted id.
func (m *matching) lookup(id sai.ObjectID) (sai.ObjectID, bool) {
	if id == sai.NullObjectID {
		return id, true
	}
	cur, ok := m.toCur[id]
	return cur, ok
}

// index files the unpaired current objects under their signatures.
func (m *matching) index(current []*Object) (exact, keyed map[string][]sai.ObjectID) {
	exact, keyed = map[string][]sai.ObjectID{}, map[string][]sai.ObjectID{}
	self := func(id sai.ObjectID) (sai.ObjectID, bool) { return id, true }
	for _, o := range current {
		if o.ID.Entry != nil || o.Given || m.taken[o.ID.OID] {
			continue
		}
		sig := m.signature(o, self, anyAttr)
		exact[sig] = append(exact[sig], o.ID.OID)
		if sig := m.signature(o, self, identifying); sig != "" {
			keyed[sig] = append(keyed[sig], o.ID.OID)
		}
	}
	return exact, keyed
}

func (m *matching) take(index map[string][]sai.ObjectID, sig string) (sai.ObjectID, bool) {
	ids := index[sig]
	for len(ids) > 0 && m.taken[ids[0]] {
		ids = ids[1:]
	}
	index[sig] = ids
	if len(ids) == 0 || sig == "" {
		return 0, false
	}
	return ids[0], true
}

func anyAttr(*sai.AttrMeta) bool { return true }

// identifying selects what cannot change during an object's life.
func identifying(m *sai.AttrMeta) bool { return m.CreateOnly || m.Key }

// unsaid tells values that one view may leave out where another states them.
func unsaid(m *sai.AttrMeta, v sai.Value) bool {
	return m.HasDefault && v.Equal(m.Default) || v.Kind() == sai.KindOID && v.OID() == sai.NullObjectID
}

// signature is a text that two objects share exactly when the selected
// attributes are equal. It is empty when nothing is selected or when a
// reference has no counterpart: such an object matches none.
func (m *matching) signature(o *Object, f vid.Lookup, sel func(*sai.AttrMeta) bool) string {
	info, ok := sai.ObjectTypeInfo(o.ID.Type)
	if !ok {
		return ""
	}
	var b strings.Builder
	fmt.Fprintf(&b, "%d", o.ID.Type)
	n := 0
	for _, a := range o.Attrs {
		meta := info.Attr(a.ID)
		if meta == nil || !sel(meta) || unsaid(meta, a.Value) {
			continue
		}
		v, err := vid.Value(a.Value, f)
		if err != nil {
			return ""
		}
		fmt.Fprintf(&b, "|%d=%d:%v:%v", a.ID, v.Kind(), v.Uint(), v.Ref())
		n++
	}
	if n == 0 {
		return ""
	}
	return b.String()
}
