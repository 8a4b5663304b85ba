package strict

import "github.com/heddle-nos/heddle/sai"

// table holds the objects of one type.
type table struct {
	ids    *allocator
	byOID  map[sai.ObjectID]*record
	byKey  map[sai.Entry]*record
	routes *routeTable // route entries are kept compact: there may be millions
}

// record is one object.
type record struct {
	attrs     []sai.Attr // explicit, by id
	refs      int        // how many references other objects hold to it
	permanent bool       // made by the switch itself and there to stay
	learned   bool       // an FDB entry that the hardware found
}

func newTable(t sai.ObjectType, hasOID bool) *table {
	switch {
	case t == sai.ObjectTypeRouteEntry:
		return &table{routes: newRouteTable()}
	case hasOID:
		return &table{ids: newAllocator(t), byOID: map[sai.ObjectID]*record{}}
	}
	return &table{byKey: map[sai.Entry]*record{}}
}

func (t *table) len() int {
	if t.routes != nil {
		return t.routes.len()
	}
	return len(t.byOID) + len(t.byKey)
}

// record returns the object's record, nil if absent or if the table is compact.
func (t *table) record(obj sai.Object) *record {
	if t.byOID != nil {
		return t.byOID[obj.OID]
	}
	return t.byKey[obj.Entry]
}

func (t *table) attrs(obj sai.Object) ([]sai.Attr, bool) {
	if t.routes != nil {
		return t.routes.get(obj.Entry)
	}
	if r := t.record(obj); r != nil {
		return r.attrs, true
	}
	return nil, false
}

// put stores an object's attributes, making it if it is new.
func (t *table) put(obj sai.Object, attrs []sai.Attr) {
	if t.routes != nil {
		t.routes.put(obj.Entry, attrs)
		return
	}
	if r := t.record(obj); r != nil {
		r.attrs = attrs
		return
	}
	r := &record{attrs: attrs}
	if t.byOID != nil {
		t.byOID[obj.OID] = r
	} else {
		t.byKey[obj.Entry] = r
	}
}

func (t *table) drop(obj sai.Object) {
	switch {
	case t.routes != nil:
		t.routes.drop(obj.Entry)
	case t.byOID != nil:
		delete(t.byOID, obj.OID)
	default:
		delete(t.byKey, obj.Entry)
	}
}

func (t *table) each(f func(sai.Object, []sai.Attr)) {
	if t.routes != nil {
		t.routes.each(func(e sai.RouteEntry, a []sai.Attr) { f(sai.EntryOf(e), a) })
		return
	}
	for id, r := range t.byOID {
		f(sai.ObjectOf(t.ids.typ, id), r.attrs)
	}
	for e, r := range t.byKey {
		f(sai.EntryOf(e), r.attrs)
	}
}
