package text

import (
	"errors"
	"net/netip"
	"strconv"
	"strings"

	"github.com/heddle-nos/heddle/sai"
)

var errList = errors.New(`not a list "count:a,b,..."`)

// appendList appends "count:a,b,c", or "0:null" for an empty list.
func appendList(dst []byte, e *sai.EnumMeta, ref any, k sai.Kind) ([]byte, bool) {
	switch l := ref.(type) {
	case nil:
		return append(dst, "0:null"...), k >= sai.KindOIDList && k <= sai.KindIPList
	case []sai.ObjectID:
		return join(dst, l, appendOID), true
	case []uint8:
		return join(dst, l, appendUint[uint8]), true
	case []uint16:
		return join(dst, l, appendUint[uint16]), true
	case []uint32:
		return join(dst, l, appendUint[uint32]), true
	case []int8:
		return join(dst, l, appendInt[int8]), true
	case []int16:
		return join(dst, l, appendInt[int16]), true
	case []int32:
		if k == sai.KindS32List {
			return join(dst, l, appendInt[int32]), true
		}
		return join(dst, l, func(dst []byte, v int32) []byte { return appendEnum(dst, e, v) }), true
	case []netip.Addr:
		return join(dst, l, func(dst []byte, a netip.Addr) []byte { return a.AppendTo(dst) }), validAddrs(l)
	case [2]uint32:
		return appendUint(append(appendUint(dst, l[0]), ','), l[1]), true
	case [2]int32:
		return appendInt(append(appendInt(dst, l[0]), ','), l[1]), true
	}
	return dst, false
}

func validAddrs(l []netip.Addr) bool {
	for _, a := range l {
		if !a.IsValid() {
			return false
		}
	}
	return true
}

func appendUint[T uint8 | uint16 | uint32](dst []byte, v T) []byte {
	return strconv.AppendUint(dst, uint64(v), 10)
}

func appendInt[T int8 | int16 | int32](dst []byte, v T) []byte {
	return strconv.AppendInt(dst, int64(v), 10)
}

func join[T any](dst []byte, list []T, item func([]byte, T) []byte) []byte {
	dst = strconv.AppendInt(dst, int64(len(list)), 10)
	dst = append(dst, ':')
	if len(list) == 0 {
		return append(dst, "null"...)
	}
	for i, v := range list {
		if i > 0 {
			dst = append(dst, ',')
		}
		dst = item(dst, v)
	}
	return dst
}

func parseList(k sai.Kind, e *sai.EnumMeta, s string) (sai.Value, error) {
	switch k {
	case sai.KindOIDList:
		l, err := splitList(s, ParseOID)
		return sai.OIDList(l), err
	case sai.KindU8List:
		l, err := splitList(s, unsigned[uint8](8))
		return sai.U8List(l), err
	case sai.KindU16List, sai.KindVLANList:
		l, err := splitList(s, unsigned[uint16](16))
		if k == sai.KindVLANList {
			return sai.VLANList(l), err
		}
		return sai.U16List(l), err
	case sai.KindU32List:
		l, err := splitList(s, unsigned[uint32](32))
		return sai.U32List(l), err
	case sai.KindS8List:
		l, err := splitList(s, signed[int8](8))
		return sai.S8List(l), err
	case sai.KindS16List:
		l, err := splitList(s, signed[int16](16))
		return sai.S16List(l), err
	case sai.KindS32List:
		l, err := splitList(s, signed[int32](32))
		return sai.S32List(l), err
	case sai.KindEnumList:
		l, err := splitList(s, func(w string) (int32, error) { return parseEnum(e, w) })
		return sai.EnumList(l), err
	case sai.KindIPList:
		l, err := splitList(s, func(w string) (netip.Addr, error) { return parseAddr(w, 0) })
		return sai.IPList(l), err
	}
	return parseRange(k, s)
}

func parseRange(k sai.Kind, s string) (sai.Value, error) {
	lo, hi, ok := strings.Cut(s, ",")
	if !ok {
		return sai.Value{}, errPair
	}
	if k == sai.KindU32Range {
		a, err1 := parseUint(lo, 32)
		b, err2 := parseUint(hi, 32)
		return sai.U32Range(uint32(a), uint32(b)), errors.Join(err1, err2)
	}
	a, err1 := parseInt(lo, 32)
	b, err2 := parseInt(hi, 32)
	return sai.S32Range(int32(a), int32(b)), errors.Join(err1, err2)
}

func unsigned[T uint8 | uint16 | uint32](bits int) func(string) (T, error) {
	return func(s string) (T, error) {
		n, err := parseUint(s, bits)
		return T(n), err
	}
}

func signed[T int8 | int16 | int32](bits int) func(string) (T, error) {
	return func(s string) (T, error) {
		n, err := parseInt(s, bits)
		return T(n), err
	}
}

// splitList parses "count:a,b,c" and "0:null". The count must be that of the
// elements; "3:null", room for three, is an empty list.
func splitList[T any](s string, parse func(string) (T, error)) ([]T, error) {
	count, rest, ok := strings.Cut(s, ":")
	n, err := parseUint(count, 32)
	if !ok || err != nil {
		return nil, errList
	}
	if rest == "null" {
		return nil, nil
	}
	if uint64(strings.Count(rest, ","))+1 != n {
		return nil, errList
	}
	list := make([]T, 0, n) // bounded by the length of the text
	for rest, more := rest, true; more; {
		var word string
		word, rest, more = strings.Cut(rest, ",")
		v, err := parse(word)
		if err != nil {
			return nil, err
		}
		list = append(list, v)
	}
	return list, nil
}
