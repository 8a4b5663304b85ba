package cabi

import (
	"fmt"

	"github.com/heddle-nos/heddle/sai"
)

// EncodeAttr writes a sai_attribute_t into dst, AttrSize zeroed bytes.
func EncodeAttr(dst []byte, m *sai.AttrMeta, v sai.Value, mem Memory) error {
	native.PutUint32(dst, uint32(m.ID))
	return EncodeValue(dst[ValueOffset:AttrSize], m, v, mem)
}

// EncodeValue writes a sai_attribute_value_t into dst, ValueSize zeroed bytes.
func EncodeValue(dst []byte, m *sai.AttrMeta, v sai.Value, mem Memory) error {
	if len(dst) < ValueSize {
		return errSize
	}
	if v.Kind() != m.Kind {
		return fmt.Errorf("%s: kind %d instead of %d: %w", m.Name, v.Kind(), m.Kind, errKind)
	}
	var err error
	if m.Kind == sai.KindOther {
		err = encodeOther(dst, m, v.Ref(), mem)
	} else {
		err = encodePlain(dst, v, mem)
	}
	if err != nil {
		return fmt.Errorf("%s: %w", m.Name, err)
	}
	return nil
}

func encodePlain(dst []byte, v sai.Value, mem Memory) error {
	switch k := v.Kind(); {
	case putScalar(dst, v):
		return nil
	case k == sai.KindU32Range || k == sai.KindS32Range:
		return putRange(dst, v.Ref())
	case k >= sai.KindOIDList && k <= sai.KindIPList:
		return putListOf(dst, v.Ref(), mem)
	}
	return putAddress(dst, v)
}

// putScalar writes the kinds that are a number.
func putScalar(dst []byte, v sai.Value) bool {
	switch n := v.Uint(); v.Kind() {
	case sai.KindBool, sai.KindU8, sai.KindS8:
		dst[0] = byte(n)
	case sai.KindU16, sai.KindS16:
		native.PutUint16(dst, uint16(n))
	case sai.KindU32, sai.KindS32, sai.KindEnum:
		native.PutUint32(dst, uint32(n))
	case sai.KindU64, sai.KindS64, sai.KindOID, sai.KindPointer:
		native.PutUint64(dst, n)
	default:
		return false
	}
	return true
}

// DecodeValue reads a sai_attribute_value_t from src, ValueSize bytes.
func DecodeValue(src []byte, m *sai.AttrMeta, mem Memory) (sai.Value, error) {
	if len(src) < ValueSize {
		return sai.Value{}, errSize
	}
	var v sai.Value
	var err error
	if m.Kind == sai.KindOther {
		v, err = decodeOther(src, m, mem)
	} else {
		v, err = decodePlain(src, m.Kind, mem)
	}
	if err != nil {
		return sai.Value{}, fmt.Errorf("%s: %w", m.Name, err)
	}
	return v, nil
}

func decodePlain(src []byte, k sai.Kind, mem Memory) (sai.Value, error) {
	if v, ok := getScalar(src, k); ok {
		return v, nil
	}
	switch {
	case k == sai.KindU32Range:
		return sai.U32Range(native.Uint32(src), native.Uint32(src[4:])), nil
	case k == sai.KindS32Range:
		return sai.S32Range(int32(native.Uint32(src)), int32(native.Uint32(src[4:]))), nil
	case k >= sai.KindOIDList && k <= sai.KindIPList:
		return getListOf(src, k, mem)
	}
	return getAddress(src, k)
}

func getScalar(src []byte, k sai.Kind) (sai.Value, bool) {
	switch k {
	case sai.KindBool:
		return sai.Bool(src[0] != 0), true
	case sai.KindU8:
		return sai.U8(src[0]), true
	case sai.KindS8:
		return sai.S8(int8(src[0])), true
	case sai.KindU16:
		return sai.U16(native.Uint16(src)), true
	case sai.KindS16:
		return sai.S16(int16(native.Uint16(src))), true
	case sai.KindU32:
		return sai.U32(native.Uint32(src)), true
	case sai.KindS32:
		return sai.S32(int32(native.Uint32(src))), true
	case sai.KindEnum:
		return sai.Enum(int32(native.Uint32(src))), true
	case sai.KindU64:
		return sai.U64(native.Uint64(src)), true
	case sai.KindS64:
		return sai.S64(int64(native.Uint64(src))), true
	case sai.KindOID:
		return sai.OID(sai.ObjectID(native.Uint64(src))), true
	case sai.KindPointer:
		return sai.Pointer(native.Uint64(src)), true
	}
	return sai.Value{}, false
}
