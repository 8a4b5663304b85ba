package wire

import (
	"github.com/heddle-nos/heddle/sai"
	"github.com/heddle-nos/heddle/sai/cabi"
)

// hasOID tells how objects of a type are identified; ok is false for types that
// the wire cannot carry.
func hasOID(t sai.ObjectType) (oid, ok bool) {
	meta, known := sai.ObjectTypeInfo(t)
	if !known {
		return false, false
	}
	return meta.HasOID, meta.HasOID || cabi.EntrySize(t) > 0
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
	case nil:
		if size := cabi.EntrySize(o.Type); size > 0 {
			return append(dst, make([]byte, size)...)
		}
		return le.AppendUint64(dst, uint64(o.OID))
	}
	return appendEntry(dst, o)
}

// appendEntry appends an entry of a rare type as C lays it out. One that has no
// such form, for example without an address, is all zeros, which no switch has.
func appendEntry(dst []byte, o sai.Object) []byte {
	b := make([]byte, cabi.EntrySize(o.Type))
	if err := cabi.EncodeEntry(b, o.Entry); err != nil {
		clear(b)
	}
	return append(dst, b...)
}

// entry takes an entry of a rare type. One that makes no sense is none: what is
// wrong with it is the store's to say, for the frame is sound.
func (d *Decoder) entry(t sai.ObjectType) sai.Object {
	e, err := cabi.DecodeEntry(d.take(cabi.EntrySize(t)), t)
	if err != nil {
		return sai.Object{Type: t}
	}
	return sai.EntryOf(e)
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
	switch oid, ok := hasOID(t); {
	case !ok:
		d.fail("objects of type %d", t)
		return sai.Object{}
	case !oid:
		return d.entry(t)
	}
	return sai.ObjectOf(t, d.oid())
}

func (d *Decoder) oid() sai.ObjectID { return sai.ObjectID(d.U64()) }

// AppendAttrs appends a count and attributes of an object of type t.
func AppendAttrs(dst []byte, t sai.ObjectType, attrs []sai.Attr) []byte {
	dst = le.AppendUint16(dst, uint16(len(attrs)))
	for _, a := range attrs {
		dst = AppendAttr(dst, t, a)
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
