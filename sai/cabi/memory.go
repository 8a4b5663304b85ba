package cabi

import (
	"encoding/binary"
	"errors"
	"fmt"
)

// Memory is the address space of the C side. Addresses are opaque here.
type Memory interface {
	// Alloc returns the address and the zeroed bytes of new memory, aligned to
	// eight bytes.
	Alloc(size int) (uint64, []byte)
	// View returns the bytes at an address, or an error if there are none.
	View(addr uint64, size int) ([]byte, error)
}

const (
	// ValueSize is the size of sai_attribute_value_t in bytes.
	ValueSize = 40
	// AttrSize is the size of sai_attribute_t, ValueOffset where its value is.
	AttrSize    = 48
	ValueOffset = 8
	// MaxList bounds the elements of one list, against garbage in a count.
	MaxList = 1 << 22

	listSize   = 16 // count, padding, pointer
	listOffset = 8
)

var (
	errKind = errors.New("value does not fit the attribute")
	errList = errors.New("list of impossible length")
	errSize = errors.New("too little memory")
)

// native is the byte order of the machine, which C uses.
var native = binary.NativeEndian

// putList writes count and pointer, and returns the zeroed elements to fill.
func putList(dst []byte, count, size int, mem Memory) []byte {
	native.PutUint32(dst, uint32(count))
	if count == 0 {
		native.PutUint64(dst[listOffset:], 0)
		return nil
	}
	addr, b := mem.Alloc(count * size)
	native.PutUint64(dst[listOffset:], addr)
	return b
}

// getList returns the count and the elements of a list.
func getList(src []byte, size int, mem Memory) (int, []byte, error) {
	n, addr := native.Uint32(src), native.Uint64(src[listOffset:])
	if n == 0 || addr == 0 {
		return 0, nil, nil
	}
	if n > MaxList {
		return 0, nil, fmt.Errorf("%d elements: %w", n, errList)
	}
	b, err := mem.View(addr, int(n)*size)
	return int(n), b, err
}
