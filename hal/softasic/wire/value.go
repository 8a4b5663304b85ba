package wire

import (
	"encoding/binary"
	"net/netip"

	"github.com/heddle-nos/heddle/sai"
	"github.com/heddle-nos/heddle/sai/cabi"
)

var le = binary.LittleEndian

// Address families on the wire, with the numbers of sai_ip_addr_family_t.
const (
	familyV4 = 0
	familyV6 = 1
)

// AppendAttr appends an attribute of an object of type t: id, kind, value. What
// no attribute of that id can hold goes as KindNone.
func AppendAttr(dst []byte, t sai.ObjectType, a sai.Attr) []byte {
	dst = le.AppendUint32(dst, uint32(a.ID))
	k := a.Value.Kind()
	if k == sai.KindOther {
		return appendImage(dst, t, a)
	}
	return appendValue(append(dst, byte(k)), a.Value)
}

// appendImage appends a structured value: the type of the object that has it,
// since only its metadata tell the structure, and the value as C lays it out.
// The bytes are those of a little-endian machine with 64-bit pointers, which
// both ends are: they share it.
func appendImage(dst []byte, t sai.ObjectType, a sai.Attr) []byte {
	m := attrMeta(t, a.ID)
	if m == nil {
		return append(dst, byte(sai.KindNone))
	}
	start := len(dst)
	dst = le.AppendUint32(append(dst, byte(sai.KindOther)), uint32(t))
	at := len(dst)
	dst, err := cabi.AppendImage(append(dst, 0, 0, 0, 0), m, a.Value)
	if err != nil {
		return append(dst[:start], byte(sai.KindNone))
	}
	le.PutUint32(dst[at:], uint32(len(dst)-at-4))
	return dst
}

// image takes a structured value. One that does not parse is no value: what is
// wrong with it is the store's to say, for the frame is sound.
func (d *Decoder) image(id sai.AttrID) sai.Value {
	t := sai.ObjectType(d.U32())
	image := d.take(d.Count(1))
	m := attrMeta(t, id)
	if m == nil || d.err != nil {
		return sai.Value{}
	}
	v, err := cabi.ParseImage(image, m)
	if err != nil {
		return sai.Value{}
	}
	return v
}

// attrMeta finds an attribute with structured values.
func attrMeta(t sai.ObjectType, id sai.AttrID) *sai.AttrMeta {
	info, ok := sai.ObjectTypeInfo(t)
	if !ok {
		return nil
	}
	if m := info.Attr(id); m != nil && m.Kind == sai.KindOther {
		return m
	}
	return nil
}

func appendValue(dst []byte, v sai.Value) []byte {
	switch v.Kind() {
	case sai.KindNone:
		return dst
	case sai.KindBool, sai.KindU8, sai.KindS8:
		return append(dst, byte(v.Uint()))
	case sai.KindU16, sai.KindS16:
		return le.AppendUint16(dst, uint16(v.Uint()))
	case sai.KindU32, sai.KindS32, sai.KindEnum:
		return le.AppendUint32(dst, uint32(v.Uint()))
	case sai.KindU64, sai.KindS64, sai.KindOID, sai.KindPointer:
		return le.AppendUint64(dst, v.Uint())
	case sai.KindMAC:
		m := v.MAC()
		return append(dst, m[:]...)
	case sai.KindIP4, sai.KindIP6, sai.KindIPAddr:
		return AppendAddr(dst, v.Addr())
	case sai.KindPrefix:
		return AppendPrefix(dst, v.Prefix())
	case sai.KindChardata:
		return append(append(dst, byte(len(v.Text()))), v.Text()...)
	}
	return appendList(dst, v)
}

func appendList(dst []byte, v sai.Value) []byte {
	switch l := v.Ref().(type) {
	case []sai.ObjectID:
		dst = le.AppendUint32(dst, uint32(len(l)))
		for _, x := range l {
			dst = le.AppendUint64(dst, uint64(x))
		}
	case []uint8:
		dst = append(le.AppendUint32(dst, uint32(len(l))), l...)
	case []int8:
		dst = le.AppendUint32(dst, uint32(len(l)))
		for _, x := range l {
			dst = append(dst, byte(x))
		}
	case []uint16:
		dst = le.AppendUint32(dst, uint32(len(l)))
		for _, x := range l {
			dst = le.AppendUint16(dst, x)
		}
	case []int16:
		dst = le.AppendUint32(dst, uint32(len(l)))
		for _, x := range l {
			dst = le.AppendUint16(dst, uint16(x))
		}
	case []uint32:
		dst = le.AppendUint32(dst, uint32(len(l)))
		for _, x := range l {
			dst = le.AppendUint32(dst, x)
		}
	case []int32:
		dst = le.AppendUint32(dst, uint32(len(l)))
		for _, x := range l {
			dst = le.AppendUint32(dst, uint32(x))
		}
	case []netip.Addr:
		dst = le.AppendUint32(dst, uint32(len(l)))
		for _, x := range l {
			dst = AppendAddr(dst, x)
		}
	case [2]uint32:
		dst = le.AppendUint32(le.AppendUint32(dst, l[0]), l[1])
	case [2]int32:
		dst = le.AppendUint32(le.AppendUint32(dst, uint32(l[0])), uint32(l[1]))
	}
	return dst
}

// AppendAddr appends a family and 16 bytes, of which IPv4 uses the first four.
func AppendAddr(dst []byte, a netip.Addr) []byte {
	var raw [17]byte
	if a.Is4() {
		v4 := a.As4()
		copy(raw[1:], v4[:])
	} else if a.IsValid() {
		raw[0] = familyV6
		v6 := a.As16()
		copy(raw[1:], v6[:])
	}
	return append(dst, raw[:]...)
}

// AppendPrefix appends a length and an address.
func AppendPrefix(dst []byte, p netip.Prefix) []byte {
	return AppendAddr(append(dst, byte(max(p.Bits(), 0))), p.Addr())
}

// Attr takes an attribute.
func (d *Decoder) Attr() sai.Attr {
	a := sai.Attr{ID: sai.AttrID(d.U32())}
	switch k := sai.Kind(d.U8()); k {
	case sai.KindNone:
	case sai.KindOther:
		a.Value = d.image(a.ID)
	default:
		a.Value = d.value(k)
	}
	return a
}

func (d *Decoder) value(k sai.Kind) sai.Value {
	switch k {
	case sai.KindBool:
		return sai.Bool(d.U8() != 0)
	case sai.KindU8:
		return sai.U8(d.U8())
	case sai.KindS8:
		return sai.S8(int8(d.U8()))
	case sai.KindU16:
		return sai.U16(d.U16())
	case sai.KindS16:
		return sai.S16(int16(d.U16()))
	case sai.KindU32:
		return sai.U32(d.U32())
	case sai.KindS32:
		return sai.S32(int32(d.U32()))
	case sai.KindEnum:
		return sai.Enum(int32(d.U32()))
	case sai.KindU64:
		return sai.U64(d.U64())
	case sai.KindS64:
		return sai.S64(int64(d.U64()))
	case sai.KindOID:
		return sai.OID(sai.ObjectID(d.U64()))
	case sai.KindPointer:
		return sai.Pointer(d.U64())
	case sai.KindMAC:
		return sai.MACValue(d.MAC())
	}
	return d.composite(k)
}

func (d *Decoder) composite(k sai.Kind) sai.Value {
	switch k {
	case sai.KindIP4:
		return sai.IP4(d.Addr())
	case sai.KindIP6:
		return sai.IP6(d.Addr())
	case sai.KindIPAddr:
		return sai.IPAddr(d.Addr())
	case sai.KindPrefix:
		return sai.Prefix(d.Prefix())
	case sai.KindChardata:
		return sai.Chardata(string(d.take(int(d.U8()))))
	case sai.KindU32Range:
		return sai.U32Range(d.U32(), d.U32())
	case sai.KindS32Range:
		return sai.S32Range(int32(d.U32()), int32(d.U32()))
	}
	return d.list(k)
}

func (d *Decoder) list(k sai.Kind) sai.Value {
	switch k {
	case sai.KindOIDList:
		return sai.OIDList(takeList(d, 8, func() sai.ObjectID { return sai.ObjectID(d.U64()) }))
	case sai.KindU8List:
		return sai.U8List(takeList(d, 1, d.U8))
	case sai.KindS8List:
		return sai.S8List(takeList(d, 1, func() int8 { return int8(d.U8()) }))
	case sai.KindU16List:
		return sai.U16List(takeList(d, 2, d.U16))
	case sai.KindVLANList:
		return sai.VLANList(takeList(d, 2, d.U16))
	case sai.KindS16List:
		return sai.S16List(takeList(d, 2, func() int16 { return int16(d.U16()) }))
	case sai.KindU32List:
		return sai.U32List(takeList(d, 4, d.U32))
	case sai.KindS32List:
		return sai.S32List(takeList(d, 4, func() int32 { return int32(d.U32()) }))
	case sai.KindEnumList:
		return sai.EnumList(takeList(d, 4, func() int32 { return int32(d.U32()) }))
	case sai.KindIPList:
		return sai.IPList(takeList(d, 17, d.Addr))
	}
	d.fail("value kind %d", k)
	return sai.Value{}
}

func takeList[T any](d *Decoder, size int, one func() T) []T {
	n := d.Count(size)
	if n == 0 {
		return nil
	}
	l := make([]T, n)
	for i := range l {
		l[i] = one()
	}
	return l
}

// MAC takes six bytes.
func (d *Decoder) MAC() (m sai.MAC) {
	copy(m[:], d.take(6))
	return m
}

// Addr takes an address.
func (d *Decoder) Addr() netip.Addr {
	raw := d.take(17)
	if raw == nil {
		return netip.Addr{}
	}
	switch raw[0] {
	case familyV4:
		return netip.AddrFrom4([4]byte(raw[1:5]))
	case familyV6:
		return netip.AddrFrom16([16]byte(raw[1:]))
	}
	d.fail("address family %d", raw[0])
	return netip.Addr{}
}

// Prefix takes a prefix. Its host bits are as sent.
func (d *Decoder) Prefix() netip.Prefix {
	bits := int(d.U8())
	a := d.Addr()
	if d.err == nil && bits > a.BitLen() {
		d.fail("prefix length %d", bits)
	}
	if d.err != nil {
		return netip.Prefix{}
	}
	return netip.PrefixFrom(a, bits)
}
