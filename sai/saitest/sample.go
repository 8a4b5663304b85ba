package saitest

import (
	"net/netip"
	"reflect"

	"github.com/heddle-nos/heddle/sai"
)

var addr, prefix = netip.MustParseAddr, netip.MustParsePrefix

// Sample makes a value for an attribute, as different from zero as its kind
// allows.
func Sample(m *sai.AttrMeta) sai.Value { return sample(m, m.Kind) }

func sample(m *sai.AttrMeta, k sai.Kind) sai.Value {
	switch k {
	case sai.KindBool:
		return sai.Bool(true)
	case sai.KindU8:
		return sai.U8(200)
	case sai.KindU16:
		return sai.U16(60000)
	case sai.KindU32:
		return sai.U32(4e9)
	case sai.KindU64:
		return sai.U64(1 << 63)
	case sai.KindS8:
		return sai.S8(-5)
	case sai.KindS16:
		return sai.S16(-500)
	case sai.KindS32:
		return sai.S32(-5e8)
	case sai.KindS64:
		return sai.S64(-5e18)
	case sai.KindEnum:
		return sai.Enum(int32(-7))
	case sai.KindOID:
		return sai.OID(0x1000000000034)
	case sai.KindPointer:
		return sai.Pointer(0x55ad)
	case sai.KindMAC:
		return sai.MACValue(sai.MAC{1, 2, 3, 4, 5, 6})
	case sai.KindIP4:
		return sai.IP4(addr("192.0.2.1"))
	case sai.KindIP6:
		return sai.IP6(addr("2001:db8::1"))
	case sai.KindIPAddr:
		return sai.IPAddr(addr("2001:db8::2"))
	case sai.KindPrefix:
		return sai.Prefix(prefix("10.0.0.0/9"))
	case sai.KindChardata:
		return sai.Chardata("Ethernet0")
	}
	return sampleList(m, k)
}

func sampleList(m *sai.AttrMeta, k sai.Kind) sai.Value {
	switch k {
	case sai.KindOIDList:
		return sai.OIDList([]sai.ObjectID{1, 2})
	case sai.KindU8List:
		return sai.U8List([]uint8{1, 255})
	case sai.KindS8List:
		return sai.S8List([]int8{1, -1})
	case sai.KindU16List:
		return sai.U16List([]uint16{1, 65535})
	case sai.KindS16List:
		return sai.S16List([]int16{1, -1})
	case sai.KindU32List:
		return sai.U32List([]uint32{1, 4e9})
	case sai.KindS32List:
		return sai.S32List([]int32{1, -1})
	case sai.KindEnumList:
		return sai.EnumList([]int32{1, 3, 2})
	case sai.KindVLANList:
		return sai.VLANList([]uint16{1, 4094})
	case sai.KindIPList:
		return sai.IPList([]netip.Addr{addr("10.0.0.1"), addr("fe80::1")})
	case sai.KindU32Range:
		return sai.U32Range(1, 4e9)
	case sai.KindS32Range:
		return sai.S32Range(-3, 9)
	}
	return sampleOther(m)
}

func sampleOther(m *sai.AttrMeta) sai.Value {
	switch m.Other {
	case "sai_acl_field_data_t":
		f := sai.ACLField{Enable: true, Data: sample(m, m.Elem)}
		if m.Elem != sai.KindBool && m.Elem != sai.KindOID && m.Elem != sai.KindOIDList {
			f.Mask = sample(m, m.Elem)
		}
		return sai.Other(f)
	case "sai_acl_action_data_t":
		return sai.Other(sai.ACLAction{Enable: true, Param: sample(m, m.Elem)})
	case "sai_acl_field_data_mask_t":
		return sai.Other(sample(m, m.Elem))
	case "sai_tlv_list_t":
		return sai.Other([]sai.TLV{{Type: sai.TlvTypeEgress, EgressNode: addr("::1")}, {Type: sai.TlvTypeOpaque, Opaque: [4]uint32{1, 2, 3, 4}},
			{Type: sai.TlvTypeHmac, HMAC: sai.HMAC{KeyID: 9, Hash: [8]uint32{7: 3}}}})
	}
	v := reflect.New(sai.OtherType(m.Other)).Elem()
	fill(v)
	return sai.Other(v.Interface())
}

func fill(v reflect.Value) {
	switch v.Interface().(type) {
	case netip.Addr:
		v.Set(reflect.ValueOf(addr("2001:db8::3")))
		return
	case netip.Prefix:
		v.Set(reflect.ValueOf(prefix("2001:db8::/33")))
		return
	}
	switch v.Kind() {
	case reflect.Struct:
		for i := range v.NumField() {
			fill(v.Field(i))
		}
	case reflect.Slice:
		v.Set(reflect.MakeSlice(v.Type(), 2, 2))
		fallthrough
	case reflect.Array:
		for i := range v.Len() {
			fill(v.Index(i))
		}
	case reflect.Bool:
		v.SetBool(true)
	case reflect.String:
		v.SetString("{}")
	default:
		if v.CanUint() {
			v.SetUint(uint64(1)<<v.Type().Bits() - 2)
		} else {
			v.SetInt(-9)
		}
	}
}
