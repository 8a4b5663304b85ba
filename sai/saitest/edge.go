package saitest

import (
	"net/netip"
	"reflect"

	"github.com/heddle-nos/heddle/sai"
)

// Zero makes the smallest value of an attribute: an empty list, a field or an
// action that is off, a zero. Kinds without such a value get their sample.
func Zero(m *sai.AttrMeta) sai.Value {
	switch m.Other {
	case "sai_acl_field_data_t":
		return sai.Other(sai.ACLField{})
	case "sai_acl_action_data_t":
		return sai.Other(sai.ACLAction{})
	}
	v := Sample(m)
	if t := reflect.TypeOf(v.Ref()); t != nil && t.Kind() == reflect.Slice {
		return listOf(m.Kind, reflect.MakeSlice(t, 0, 0))
	}
	return v
}

// Long makes a list of n elements for an attribute that holds a list, otherwise
// its sample.
func Long(m *sai.AttrMeta, n int) sai.Value {
	v := Sample(m)
	ref := reflect.ValueOf(v.Ref())
	if v.Ref() == nil || ref.Kind() != reflect.Slice {
		return v
	}
	long := reflect.MakeSlice(ref.Type(), n, n)
	for i := range n {
		long.Index(i).Set(ref.Index(i % ref.Len()))
	}
	return listOf(m.Kind, long)
}

// listOf makes a value of a list.
func listOf(k sai.Kind, list reflect.Value) sai.Value {
	switch l := list.Interface().(type) {
	case []sai.ObjectID:
		return sai.OIDList(l)
	case []uint8:
		return sai.U8List(l)
	case []int8:
		return sai.S8List(l)
	case []int16:
		return sai.S16List(l)
	case []uint32:
		return sai.U32List(l)
	case []netip.Addr:
		if k == sai.KindIPList {
			return sai.IPList(l)
		}
	case []uint16:
		if k == sai.KindVLANList {
			return sai.VLANList(l)
		}
		return sai.U16List(l)
	case []int32:
		if k == sai.KindEnumList {
			return sai.EnumList(l)
		}
		return sai.S32List(l)
	}
	return sai.Other(list.Interface())
}
