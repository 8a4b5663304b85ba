package cabi

import (
	"net/netip"

	"github.com/heddle-nos/heddle/sai"
)

func putRange(dst []byte, ref any) error {
	switch r := ref.(type) {
	case [2]uint32:
		native.PutUint32(dst, r[0])
		native.PutUint32(dst[4:], r[1])
		return nil
	case [2]int32:
		native.PutUint32(dst, uint32(r[0]))
		native.PutUint32(dst[4:], uint32(r[1]))
		return nil
	}
	return errKind
}

func putListOf(dst []byte, ref any, mem Memory) error {
	switch l := ref.(type) {
	case nil:
		return nil
	case []sai.ObjectID:
		putEach(dst, l, 8, mem, func(b []byte, v sai.ObjectID) { native.PutUint64(b, uint64(v)) })
	case []uint8:
		copy(putList(dst, len(l), 1, mem), l)
	case []int8:
		putEach(dst, l, 1, mem, func(b []byte, v int8) { b[0] = byte(v) })
	case []uint16:
		putEach(dst, l, 2, mem, native.PutUint16)
	case []int16:
		putEach(dst, l, 2, mem, func(b []byte, v int16) { native.PutUint16(b, uint16(v)) })
	case []uint32:
		putEach(dst, l, 4, mem, native.PutUint32)
	case []int32:
		putEach(dst, l, 4, mem, func(b []byte, v int32) { native.PutUint32(b, uint32(v)) })
	case []netip.Addr:
		b := putList(dst, len(l), addressSize, mem)
		for i, a := range l {
			if err := putIP(b[i*addressSize:], a); err != nil {
				return err
			}
		}
	default:
		return errKind
	}
	return nil
}

func putEach[T any](dst []byte, list []T, size int, mem Memory, put func([]byte, T)) {
	b := putList(dst, len(list), size, mem)
	for i, v := range list {
		put(b[i*size:], v)
	}
}

func getListOf(src []byte, k sai.Kind, mem Memory) (sai.Value, error) {
	switch k {
	case sai.KindOIDList:
		l, err := getEach(src, 8, mem, func(b []byte) sai.ObjectID { return sai.ObjectID(native.Uint64(b)) })
		return sai.OIDList(l), err
	case sai.KindU8List:
		l, err := getEach(src, 1, mem, func(b []byte) uint8 { return b[0] })
		return sai.U8List(l), err
	case sai.KindS8List:
		l, err := getEach(src, 1, mem, func(b []byte) int8 { return int8(b[0]) })
		return sai.S8List(l), err
	case sai.KindU16List:
		l, err := getEach(src, 2, mem, native.Uint16)
		return sai.U16List(l), err
	case sai.KindVLANList:
		l, err := getEach(src, 2, mem, native.Uint16)
		return sai.VLANList(l), err
	case sai.KindS16List:
		l, err := getEach(src, 2, mem, func(b []byte) int16 { return int16(native.Uint16(b)) })
		return sai.S16List(l), err
	case sai.KindU32List:
		l, err := getEach(src, 4, mem, native.Uint32)
		return sai.U32List(l), err
	case sai.KindS32List:
		l, err := getEach(src, 4, mem, int32At)
		return sai.S32List(l), err
	case sai.KindEnumList:
		l, err := getEach(src, 4, mem, int32At)
		return sai.EnumList(l), err
	case sai.KindIPList:
		return getIPs(src, mem)
	}
	return sai.Value{}, errKind
}

func int32At(b []byte) int32 { return int32(native.Uint32(b)) }

func getEach[T any](src []byte, size int, mem Memory, get func([]byte) T) ([]T, error) {
	n, b, err := getList(src, size, mem)
	if err != nil || n == 0 {
		return nil, err
	}
	list := make([]T, n)
	for i := range list {
		list[i] = get(b[i*size:])
	}
	return list, nil
}

func getIPs(src []byte, mem Memory) (sai.Value, error) {
	n, b, err := getList(src, addressSize, mem)
	list := make([]netip.Addr, n)
	for i := 0; i < n && err == nil; i++ {
		list[i], err = getIP(b[i*addressSize:])
	}
	return sai.IPList(list), err
}
