package view

import (
	"fmt"
	"strings"

	"github.com/heddle-nos/heddle/daemons/syncd/vid"
	"github.com/heddle-nos/heddle/sai"
)

// matching pairs the objects that two views have in common. A client that
// starts anew gives its objects new virtual ids, so identity is: the same id;
// else, for an object with an id, the same type and the same attributes, where
// references count as equal when the objects that they name are paired.
type matching struct {
	cur, want *View
	toCur     map[sai.ObjectID]sai.ObjectID // wanted id -> current id
	taken     map[sai.ObjectID]bool         // current ids that are paired
}

func match(cur, want *View, order []*Object) *matching {
	m := &matching{cur: cur, want: want, toCur: map[sai.ObjectID]sai.ObjectID{}, taken: map[sai.ObjectID]bool{}}
	for id := range want.objects {
		if _, ok := cur.objects[id]; ok && id.Entry == nil {
			m.pair(id.OID, id.OID)
		}
	}
	exact, keyed := m.index()
	for _, o := range order {
		if o.ID.Entry != nil || o.Given || m.paired(o) {
			continue
		}
		if id, ok := m.take(exact, m.signature(o, m.lookup, anyAttr)); ok {
			m.pair(o.ID.OID, id)
			continue
		}
		if sig := m.signature(o, m.lookup, identifying); sig != "" {
			if id, ok := m.take(keyed, sig); ok {
				m.pair(o.ID.OID, id)
			}
		}
	}
	return m
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
func (m *matching) index() (exact, keyed map[string][]sai.ObjectID) {
	exact, keyed = map[string][]sai.ObjectID{}, map[string][]sai.ObjectID{}
	self := func(id sai.ObjectID) (sai.ObjectID, bool) { return id, true }
	for _, o := range m.cur.ordered() {
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
		if meta == nil || !sel(meta) {
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
