package sai

import (
	"bytes"
	"fmt"
	"net/netip"
	"reflect"
	"strconv"
)

// ObjectID is an opaque SAI object id (sai_object_id_t). Whether it is a real
// id (RID) of a library or a virtual id (VID) of ASIC_DB is known by its owner.
type ObjectID uint64

// NullObjectID refers to no object (SAI_NULL_OBJECT_ID).
const NullObjectID ObjectID = 0

// String returns the ASIC_DB form, for example "oid:0x1000000000002".
func (o ObjectID) String() string { return fmt.Sprintf("oid:0x%x", uint64(o)) }

// MAC is an Ethernet address in transmission order.
type MAC [6]byte

// String returns the upper-case colon form that SAI databases use.
func (m MAC) String() string {
	return fmt.Sprintf("%02X:%02X:%02X:%02X:%02X:%02X", m[0], m[1], m[2], m[3], m[4], m[5])
}

// Kind names the member of sai_attribute_value_t that a value occupies.
type Kind uint8

// The kinds of attribute values. Enums are KindEnum whatever their C type.
const (
	KindNone     Kind = iota
	KindBool          // num: 0 or 1
	KindU8            // num
	KindU16           // num
	KindU32           // num
	KindU64           // num
	KindS8            // num, sign-extended
	KindS16           // num, sign-extended
	KindS32           // num, sign-extended
	KindS64           // num
	KindEnum          // num, sign-extended
	KindOID           // num
	KindPointer       // num: address of a notification callback
	KindMAC           // ref: MAC
	KindIP4           // ref: netip.Addr
	KindIP6           // ref: netip.Addr
	KindIPAddr        // ref: netip.Addr
	KindPrefix        // ref: netip.Prefix
	KindChardata      // ref: string, at most 31 bytes
	KindOIDList       // ref: []ObjectID
	KindU8List        // ref: []uint8
	KindS8List        // ref: []int8
	KindU16List       // ref: []uint16
	KindS16List       // ref: []int16
	KindU32List       // ref: []uint32
	KindS32List       // ref: []int32
	KindEnumList      // ref: []int32
	KindVLANList      // ref: []uint16
	KindIPList        // ref: []netip.Addr
	KindU32Range      // ref: [2]uint32 (min, max)
	KindS32Range      // ref: [2]int32 (min, max)
	KindOther         // ref: the type that OtherType tells for the C type in the metadata
)

// Value is one attribute value. The zero Value holds nothing (KindNone).
// Values are immutable: a list given to a constructor must not change later.
type Value struct {
	kind Kind
	num  uint64
	ref  any
}

// Scalar constructors.
func Bool(v bool) Value {
	if v {
		return Value{kind: KindBool, num: 1}
	}
	return Value{kind: KindBool}
}
func U8(v uint8) Value            { return Value{kind: KindU8, num: uint64(v)} }
func U16(v uint16) Value          { return Value{kind: KindU16, num: uint64(v)} }
func U32(v uint32) Value          { return Value{kind: KindU32, num: uint64(v)} }
func U64(v uint64) Value          { return Value{kind: KindU64, num: v} }
func S8(v int8) Value             { return Value{kind: KindS8, num: uint64(int64(v))} }
func S16(v int16) Value           { return Value{kind: KindS16, num: uint64(int64(v))} }
func S32(v int32) Value           { return Value{kind: KindS32, num: uint64(int64(v))} }
func S64(v int64) Value           { return Value{kind: KindS64, num: uint64(v)} }
func OID(v ObjectID) Value        { return Value{kind: KindOID, num: uint64(v)} }
func Pointer(v uint64) Value      { return Value{kind: KindPointer, num: v} }
func MACValue(v MAC) Value        { return Value{kind: KindMAC, ref: v} }
func Chardata(v string) Value     { return Value{kind: KindChardata, ref: v} }
func IP4(v netip.Addr) Value      { return Value{kind: KindIP4, ref: v} }
func IP6(v netip.Addr) Value      { return Value{kind: KindIP6, ref: v} }
func IPAddr(v netip.Addr) Value   { return Value{kind: KindIPAddr, ref: v} }
func Prefix(v netip.Prefix) Value { return Value{kind: KindPrefix, ref: v} }

// Enum holds a value of any SAI enum; the generated enum types convert to it.
func Enum[E ~int32](v E) Value { return Value{kind: KindEnum, num: uint64(int64(v))} }

// List constructors. A nil list is an empty list.
func OIDList(v []ObjectID) Value   { return Value{kind: KindOIDList, ref: v} }
func U8List(v []uint8) Value       { return Value{kind: KindU8List, ref: v} }
func S8List(v []int8) Value        { return Value{kind: KindS8List, ref: v} }
func U16List(v []uint16) Value     { return Value{kind: KindU16List, ref: v} }
func S16List(v []int16) Value      { return Value{kind: KindS16List, ref: v} }
func U32List(v []uint32) Value     { return Value{kind: KindU32List, ref: v} }
func S32List(v []int32) Value      { return Value{kind: KindS32List, ref: v} }
func EnumList(v []int32) Value     { return Value{kind: KindEnumList, ref: v} }
func VLANList(v []uint16) Value    { return Value{kind: KindVLANList, ref: v} }
func IPList(v []netip.Addr) Value  { return Value{kind: KindIPList, ref: v} }
func U32Range(lo, hi uint32) Value { return Value{kind: KindU32Range, ref: [2]uint32{lo, hi}} }
func S32Range(lo, hi int32) Value  { return Value{kind: KindS32Range, ref: [2]int32{lo, hi}} }

// Other holds a structured value (ACL field, QoS map, ...) of a type that this
// package defines for it.
func Other(v any) Value { return Value{kind: KindOther, ref: v} }

// Kind tells which accessor applies.
func (v Value) Kind() Kind { return v.kind }

// Accessors return the zero of their type when the kind differs.
func (v Value) Bool() bool           { return v.kind == KindBool && v.num != 0 }
func (v Value) Uint() uint64         { return v.num }
func (v Value) Int() int64           { return int64(v.num) }
func (v Value) OID() ObjectID        { return ObjectID(v.oidNum()) }
func (v Value) Ref() any             { return v.ref }
func (v Value) Enum() int32          { return int32(int64(v.num)) }
func (v Value) Addr() netip.Addr     { a, _ := v.ref.(netip.Addr); return a }
func (v Value) Prefix() netip.Prefix { p, _ := v.ref.(netip.Prefix); return p }
func (v Value) MAC() MAC             { m, _ := v.ref.(MAC); return m }
func (v Value) Text() string         { s, _ := v.ref.(string); return s }
func (v Value) OIDs() []ObjectID     { l, _ := v.ref.([]ObjectID); return l }
func (v Value) Ints() []int32        { l, _ := v.ref.([]int32); return l }
func (v Value) Uints() []uint32      { l, _ := v.ref.([]uint32); return l }

func (v Value) oidNum() uint64 {
	if v.kind == KindOID {
		return v.num
	}
	return 0
}

// String is for people and logs; package text writes what databases hold.
func (v Value) String() string {
	switch k := v.kind; {
	case k == KindNone:
		return "none"
	case k == KindBool:
		return strconv.FormatBool(v.num != 0)
	case k == KindOID:
		return v.OID().String()
	case k == KindPointer:
		return "0x" + strconv.FormatUint(v.num, 16)
	case k >= KindS8 && k <= KindS64 || k == KindEnum:
		return strconv.FormatInt(int64(v.num), 10)
	case k < KindMAC:
		return strconv.FormatUint(v.num, 10)
	}
	return fmt.Sprint(v.ref)
}

// Equal reports whether two values have the same kind and content. An empty
// list equals a nil list.
func (v Value) Equal(w Value) bool {
	if v.kind != w.kind || v.num != w.num {
		return false
	}
	switch a := v.ref.(type) {
	case nil:
		return w.ref == nil || isEmptyList(w.ref)
	case netip.Addr:
		return a == w.Addr()
	case netip.Prefix:
		return a == w.Prefix()
	case MAC:
		return a == w.MAC()
	case string:
		return a == w.Text()
	case []uint8:
		b, _ := w.ref.([]uint8)
		return bytes.Equal(a, b)
	}
	return (isEmptyList(v.ref) && isEmptyList(w.ref)) || reflect.DeepEqual(v.ref, w.ref)
}

func isEmptyList(ref any) bool {
	if ref == nil {
		return true
	}
	r := reflect.ValueOf(ref)
	return r.Kind() == reflect.Slice && r.Len() == 0
}
