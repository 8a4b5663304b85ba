package executor

import (
	"github.com/heddle-nos/heddle/sai"
)

// found is an object that other objects of the ASIC name.
type found struct {
	rid  sai.ObjectID
	typ  sai.ObjectType
	from sai.ObjectType // what named it
	attr *sai.AttrMeta  // by which attribute
}

// walk finds the objects that can be reached from root by reading attributes
// that hold ids, in an order that only depends on the ASIC. It does not look
// behind objects that skip knows.
func (e *Executor) walk(root sai.Object, skip func(sai.ObjectID) bool) []found {
	seen := map[sai.ObjectID]bool{root.OID: true}
	var list []found
	visit := func(o sai.Object) {
		info, ok := sai.ObjectTypeInfo(o.Type)
		if !ok {
			return
		}
		for i := range info.Attrs {
			m := &info.Attrs[i]
			for _, rid := range e.named(o, m) {
				t, known := e.typeOf(rid, m)
				if seen[rid] || rid == sai.NullObjectID || !known || skip(rid) {
					continue
				}
				seen[rid] = true
				list = append(list, found{rid: rid, typ: t, from: o.Type, attr: m})
			}
		}
	}
	visit(root)
	for i := 0; i < len(list); i++ { // the list grows while it is walked
		visit(sai.ObjectOf(list[i].typ, list[i].rid))
	}
	return list
}

// named reads the ids that an attribute holds; an attribute that cannot be
// read holds none.
func (e *Executor) named(o sai.Object, m *sai.AttrMeta) []sai.ObjectID {
	if m.Kind != sai.KindOID && m.Kind != sai.KindOIDList {
		return nil
	}
	attrs := []sai.Attr{{ID: m.ID}}
	if e.asic.Get(o, attrs) != sai.StatusSuccess {
		return nil
	}
	if m.Kind == sai.KindOID {
		return []sai.ObjectID{attrs[0].Value.OID()}
	}
	return attrs[0].Value.OIDs()
}

// lanes reads the hardware lanes of a port.
func (e *Executor) lanes(port sai.ObjectID) []uint32 {
	attrs := []sai.Attr{{ID: sai.PortAttrHwLaneList}}
	if e.asic.Get(sai.ObjectOf(sai.ObjectTypePort, port), attrs) != sai.StatusSuccess {
		return nil
	}
	return attrs[0].Value.Uints()
}

// belongsToPort tells the types of objects that come and go with their port.
func belongsToPort(t sai.ObjectType) bool {
	switch t {
	case sai.ObjectTypeQueue, sai.ObjectTypeIngressPriorityGroup, sai.ObjectTypeSchedulerGroup, sai.ObjectTypePortSerdes:
		return true
	}
	return false
}
