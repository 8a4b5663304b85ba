package cabi

import (
	"net/netip"
	"reflect"

	"github.com/heddle-nos/heddle/sai"
)

// Offsets in sai_acl_field_data_t, sai_acl_action_data_t and sai_acl_capability_t.
const (
	fieldMask      = 8
	fieldData      = 24
	fieldRoom      = 16
	actionParam    = 8
	actionRoom     = 24
	capabilityList = 8
)

func encodeOther(dst []byte, m *sai.AttrMeta, ref any, mem Memory) error {
	t := sai.OtherType(m.Other)
	if ref == nil && t != nil && t.Kind() == reflect.Slice {
		return nil // an empty list
	}
	if t == nil || reflect.TypeOf(ref) != t {
		return errKind
	}
	switch v := ref.(type) {
	case sai.ACLField:
		return encodeField(dst, m, v, mem)
	case sai.ACLAction:
		return encodeAction(dst, m, v, mem)
	case sai.Value:
		if v.Kind() != m.Elem {
			return errKind
		}
		return encodePlain(dst, v, mem)
	case sai.ACLCapability:
		return encodeCapability(dst, v, mem)
	case string:
		copy(putList(dst, len(v), 1, mem), v)
		return nil
	case []sai.TLV:
		return encodeTLVs(dst, v, mem)
	}
	return put(dst, reflect.ValueOf(ref), mem)
}

func encodeField(dst []byte, m *sai.AttrMeta, f sai.ACLField, mem Memory) error {
	if !f.Enable {
		return nil
	}
	dst[0] = 1
	if f.Data.Kind() != m.Elem {
		return errKind
	}
	if f.Mask.Kind() != sai.KindNone {
		if f.Mask.Kind() != m.Elem {
			return errKind
		}
		if err := encodePlain(dst[fieldMask:fieldMask+fieldRoom], f.Mask, mem); err != nil {
			return err
		}
	}
	return encodePlain(dst[fieldData:fieldData+fieldRoom], f.Data, mem)
}

func encodeAction(dst []byte, m *sai.AttrMeta, a sai.ACLAction, mem Memory) error {
	if !a.Enable {
		return nil
	}
	dst[0] = 1
	if a.Param.Kind() != m.Elem {
		return errKind
	}
	return encodePlain(dst[actionParam:actionParam+actionRoom], a.Param, mem)
}

func encodeCapability(dst []byte, c sai.ACLCapability, mem Memory) error {
	dst[0] = boolByte(c.IsActionListMandatory)
	native.PutUint32(dst[24:], uint32(c.SupportedMatchType))
	dst[28] = boolByte(c.IsNonContiguousBitsExactMatchSupported)
	return putListOf(dst[capabilityList:], c.ActionList, mem)
}

func boolByte(b bool) byte {
	if b {
		return 1
	}
	return 0
}

func decodeOther(src []byte, m *sai.AttrMeta, mem Memory) (sai.Value, error) {
	switch m.Other {
	case "sai_acl_field_data_t":
		f, err := decodeField(src, m, mem)
		return sai.Other(f), err
	case "sai_acl_action_data_t":
		if src[0] == 0 {
			return sai.Other(sai.ACLAction{}), nil
		}
		v, err := decodePlain(src[actionParam:], m.Elem, mem)
		return sai.Other(sai.ACLAction{Enable: true, Param: v}), err
	case "sai_acl_field_data_mask_t":
		v, err := decodePlain(src, m.Elem, mem)
		return sai.Other(v), err
	case "sai_acl_capability_t":
		l, err := getEach(src[capabilityList:], 4, mem, int32At)
		return sai.Other(sai.ACLCapability{IsActionListMandatory: src[0] != 0, ActionList: l,
			SupportedMatchType:                     sai.ACLTableSupportedMatchType(native.Uint32(src[24:])),
			IsNonContiguousBitsExactMatchSupported: src[28] != 0}), err
	case "sai_json_t":
		l, err := getEach(src, 1, mem, func(b []byte) byte { return b[0] })
		return sai.Other(string(l)), err
	case "sai_tlv_list_t":
		l, err := decodeTLVs(src, mem)
		return sai.Other(l), err
	}
	t := sai.OtherType(m.Other)
	if t == nil {
		return sai.Value{}, errKind
	}
	v := reflect.New(t).Elem()
	err := get(src, v, mem)
	return sai.Other(v.Interface()), err
}

func decodeField(src []byte, m *sai.AttrMeta, mem Memory) (sai.ACLField, error) {
	if src[0] == 0 {
		return sai.ACLField{}, nil
	}
	data, err := decodePlain(src[fieldData:], m.Elem, mem)
	if err != nil || m.Elem == sai.KindBool || m.Elem == sai.KindOID || m.Elem == sai.KindOIDList {
		return sai.ACLField{Enable: true, Data: data}, err
	}
	mask, err := decodePlain(src[fieldMask:], m.Elem, mem)
	return sai.ACLField{Enable: true, Data: data, Mask: mask}, err
}

// sizeOf returns the C size of a Go type of the generated ones. Structs of
// numbers have the same layout in Go as in C.
func sizeOf(t reflect.Type) int {
	switch {
	case t == reflect.TypeFor[netip.Addr]():
		return 16 // sai_ip6_t
	case t == reflect.TypeFor[netip.Prefix]():
		return prefixSize
	case t.Kind() == reflect.Slice:
		return listSize
	}
	return int(t.Size())
}

// put writes a structured value. The Go types mirror the C types, see OtherType.
func put(dst []byte, v reflect.Value, mem Memory) error {
	switch x := v.Interface().(type) {
	case netip.Addr:
		return putAddr(dst, x, x.Is6())
	case netip.Prefix:
		return putPrefix(dst, x)
	}
	switch v.Kind() {
	case reflect.Slice:
		size := sizeOf(v.Type().Elem())
		return putElems(putList(dst, v.Len(), size, mem), v, size, mem)
	case reflect.Array:
		return putElems(dst, v, sizeOf(v.Type().Elem()), mem)
	case reflect.Struct:
		for i := range v.NumField() {
			if err := put(dst[v.Type().Field(i).Offset:], v.Field(i), mem); err != nil {
				return err
			}
		}
		return nil
	case reflect.Bool:
		dst[0] = boolByte(v.Bool())
		return nil
	}
	n := uint64(0)
	if v.CanUint() {
		n = v.Uint()
	} else {
		n = uint64(v.Int())
	}
	var b [8]byte
	native.PutUint64(b[:], n)
	copyLow(dst, b[:], int(v.Type().Size()))
	return nil
}

func putElems(dst []byte, v reflect.Value, size int, mem Memory) error {
	for i := range v.Len() {
		if err := put(dst[i*size:], v.Index(i), mem); err != nil {
			return err
		}
	}
	return nil
}

// copyLow copies the low bytes of a native 64-bit number.
func copyLow(dst, number []byte, size int) {
	if native.Uint16([]byte{1, 0}) == 1 {
		copy(dst, number[:size])
		return
	}
	copy(dst, number[8-size:])
}

func get(src []byte, v reflect.Value, mem Memory) error {
	switch v.Interface().(type) {
	case netip.Addr:
		v.Set(reflect.ValueOf(netip.AddrFrom16([16]byte(src[:16]))))
		return nil
	case netip.Prefix:
		p, err := getPrefix(src)
		v.Set(reflect.ValueOf(p))
		return err
	}
	switch v.Kind() {
	case reflect.Slice:
		size := sizeOf(v.Type().Elem())
		n, b, err := getList(src, size, mem)
		if err != nil || n == 0 {
			return err
		}
		v.Set(reflect.MakeSlice(v.Type(), n, n))
		return getElems(b, v, size, mem)
	case reflect.Array:
		return getElems(src, v, sizeOf(v.Type().Elem()), mem)
	case reflect.Struct:
		for i := range v.NumField() {
			if err := get(src[v.Type().Field(i).Offset:], v.Field(i), mem); err != nil {
				return err
			}
		}
		return nil
	}
	getNumber(src, v)
	return nil
}

func getElems(src []byte, v reflect.Value, size int, mem Memory) error {
	for i := range v.Len() {
		if err := get(src[i*size:], v.Index(i), mem); err != nil {
			return err
		}
	}
	return nil
}

func getNumber(src []byte, v reflect.Value) {
	var n uint64
	switch v.Type().Size() {
	case 1:
		n = uint64(src[0])
	case 2:
		n = uint64(native.Uint16(src))
	case 4:
		n = uint64(native.Uint32(src))
	case 8:
		n = native.Uint64(src)
	}
	switch {
	case v.Kind() == reflect.Bool:
		v.SetBool(n != 0)
	case v.CanUint():
		v.SetUint(n)
	default:
		shift := 64 - 8*v.Type().Size()
		v.SetInt(int64(n<<shift) >> shift)
	}
}
