package cabi

import (
	"reflect"

	"github.com/heddle-nos/heddle/sai"
)

// maxInner is the room for a list in a list: taps of a SerDes lane.
const maxInner = 64

// Lists tells whether a value of the attribute points to a list.
func Lists(m *sai.AttrMeta) bool { return len(lists(m)) > 0 }

// List is a list in a value: where its count is, and the size of its elements
// and of theirs, if they are lists themselves (0 otherwise).
type List struct{ Offset, Size, Inner int }

// Layout tells the lists in a value of the attribute. With gated, they exist
// only if the value's first byte, a bool, is true.
func Layout(m *sai.AttrMeta) (list []List, gated bool) {
	for _, l := range lists(m) {
		list = append(list, List{l.offset, l.size, l.inner})
	}
	return list, m.Other == "sai_acl_field_data_t" || m.Other == "sai_acl_action_data_t"
}

// Room prepares dst, ValueSize zeroed bytes, for a get that may return up to
// count elements of a list. Attributes without lists need no preparation.
func Room(dst []byte, m *sai.AttrMeta, count int, mem Memory) {
	for _, l := range lists(m) {
		elems := putList(dst[l.offset:], count, l.size, mem)
		if l.inner == 0 {
			continue
		}
		for i := range count {
			putList(elems[i*l.size:], min(count, maxInner), l.inner, mem)
		}
	}
}

// Needed returns the largest count of the lists in src: how many elements the
// library would have liked to return.
func Needed(src []byte, m *sai.AttrMeta) int {
	n := 0
	for _, l := range lists(m) {
		n = max(n, int(native.Uint32(src[l.offset:])))
	}
	return n
}

// listAt is a list in a value: where its count is and the size of an element.
type listAt struct {
	offset, size int
	inner        int // size of the elements of the elements, if they are lists
}

func lists(m *sai.AttrMeta) []listAt {
	if m.Kind != sai.KindOther {
		if size := elemSize(m.Kind); size != 0 {
			return []listAt{{size: size}}
		}
		return nil
	}
	switch size := elemSize(m.Elem); m.Other {
	case "sai_acl_field_data_t":
		switch {
		case size == 0:
			return nil
		case m.Elem == sai.KindOIDList: // matched exactly, without a mask
			return []listAt{{offset: fieldData, size: size}}
		}
		return []listAt{{offset: fieldMask, size: size}, {offset: fieldData, size: size}}
	case "sai_acl_action_data_t":
		if size != 0 {
			return []listAt{{offset: actionParam, size: size}}
		}
		return nil
	case "sai_acl_capability_t":
		return []listAt{{offset: capabilityList, size: 4}}
	case "sai_json_t":
		return []listAt{{size: 1}}
	case "sai_tlv_list_t":
		return []listAt{{size: tlvSize}}
	}
	t := sai.OtherType(m.Other)
	if t == nil || t.Kind() != reflect.Slice {
		return nil
	}
	l := listAt{size: sizeOf(t.Elem())}
	if t.Elem().Kind() == reflect.Slice {
		l.inner = sizeOf(t.Elem().Elem())
	}
	return []listAt{l}
}

// elemSize returns the C size of an element of a plain list, 0 for other kinds.
func elemSize(k sai.Kind) int {
	switch k {
	case sai.KindOIDList:
		return 8
	case sai.KindU8List, sai.KindS8List:
		return 1
	case sai.KindU16List, sai.KindS16List, sai.KindVLANList:
		return 2
	case sai.KindU32List, sai.KindS32List, sai.KindEnumList:
		return 4
	case sai.KindIPList:
		return addressSize
	}
	return 0
}
