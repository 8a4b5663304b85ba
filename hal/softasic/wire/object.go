package wire

import "github.com/heddle-nos/heddle/sai"

// hasOID tells how objects of a type are identified; ok is false for types that
// the wire cannot carry.
func hasOID(t sai.ObjectType) (oid, ok bool) {
	switch t {
	case sai.ObjectTypeRouteEntry, sai.ObjectTypeNeighborEntry, sai.ObjectTypeFDBEntry, sai.ObjectTypeInsegEntry:
		return false, true
	}
	meta, known := sai.ObjectTypeInfo(t)
	return true, known && meta.HasOID
}

// AppendObject appends an object's identity without its type.
func AppendObject(dst []byte, o sai.Object) []byte {
	switch e := o.Entry.(type) {
	case sai.RouteEntry:
		dst = le.AppendUint64(le.AppendUint64(dst, uint64(e.Switch)), uint64(e.VR))
		return AppendPrefix(dst, e.Destination)
	case sai.NeighborEntry:
		dst = le.AppendUint64(le.AppendUint64(dst, uint64(e.Switch)), uint64(e.RIF))
		return AppendAddr(dst, e.IP)
	case sai.FDBEntry:
		dst = append(le.AppendUint64(dst, uint64(e.Switch)), e.MAC[:]...)
		return le.AppendUint64(dst, uint64(e.BV))
	case sai.InsegEntry:
		return le.AppendUint32(le.AppendUint64(dst, uint64(e.Switch)), e.Label)
	}
	return le.AppendUint64(dst, uint64(o.OID))
}

// Object takes the identity of an object of that type.
func (d *Decoder) Object(t sai.ObjectType) sai.Object {
	switch t {
	case sai.ObjectTypeRouteEntry:
		return sai.EntryOf(sai.RouteEntry{Switch: d.oid(), VR: d.oid(), Destination: d.Prefix()})
	case sai.ObjectTypeNeighborEntry:
		return sai.EntryOf(sai.NeighborEntry{Switch: d.oid(), RIF: d.oid(), IP: d.Addr()})
	case sai.ObjectTypeFDBEntry:
		return sai.EntryOf(sai.FDBEntry{Switch: d.oid(), MAC: d.MAC(), BV: d.oid()})
	case sai.ObjectTypeInsegEntry:
		return sai.EntryOf(sai.InsegEntry{Switch: d.oid(), Label: d.U32()})
	}
	if oid, ok := hasOID(t); !ok || !oid {
		d.fail("objects of type %d", t)
		return sai.Object{}
	}
	return sai.ObjectOf(t, d.oid())
}

func (d *Decoder) oid() sai.ObjectID { return sai.ObjectID(d.U64()) }

// AppendAttrs appends a count and attributes.
func AppendAttrs(dst []byte, attrs []sai.Attr) []byte {
	dst = le.AppendUint16(dst, uint16(len(attrs)))
	for _, a := range attrs {
		dst = AppendAttr(dst, a)
	}
	return dst
}

// minAttr is the size of an attribute without a value.
const minAttr = 5

// Attrs takes attributes, appending them to an arena that several objects share.
// It returns the arena and the attributes taken.
func (d *Decoder) Attrs(arena []sai.Attr) (grown, attrs []sai.Attr) {
	n := int(d.U16())
	if n*minAttr > len(d.b) {
		d.fail("%d attributes announced in %d bytes", n, len(d.b))
		return arena, nil
	}
	start := len(arena)
	for range n {
		arena = append(arena, d.Attr())
	}
	return arena, arena[start:len(arena):len(arena)]
}
