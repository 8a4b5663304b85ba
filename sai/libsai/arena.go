package libsai

/*
#include <stdlib.h>
*/
import "C"

import (
	"errors"
	"unsafe"
)

// arenaBlock is the size of a block in bytes; larger requests get their own.
const arenaBlock = 256 << 10

// arena is C memory for the arguments of one call. It implements cabi.Memory
// with real addresses. It must be freed.
type arena struct {
	blocks [][]byte // all of them C memory
	rest   []byte   // unused part of the last block
}

// Alloc returns zeroed memory aligned to eight bytes and its address.
func (a *arena) Alloc(size int) (uint64, []byte) {
	size = (size + 7) &^ 7
	if size > len(a.rest) {
		a.grow(max(size, arenaBlock))
	}
	b := a.rest[:size:size]
	a.rest = a.rest[size:]
	return address(b), b
}

func (a *arena) grow(size int) {
	p := C.calloc(1, C.size_t(size)) // cgo aborts where calloc fails
	a.rest = unsafe.Slice((*byte)(p), size)
	a.blocks = append(a.blocks, a.rest)
}

// View returns C memory that the library pointed to.
func (a *arena) View(addr uint64, size int) ([]byte, error) {
	if addr == 0 || size < 0 {
		return nil, errors.New("null pointer in a value of the library")
	}
	return unsafe.Slice((*byte)(pointer(addr)), size), nil
}

// reset makes all memory free for use again, keeping one block.
func (a *arena) reset() {
	for len(a.blocks) > 1 {
		a.drop()
	}
	if len(a.blocks) == 1 {
		first := a.blocks[0]
		clear(first[:len(first)-a.unused(first)])
		a.rest = first
	}
}

// unused returns how much of the only block was never given out.
func (a *arena) unused(block []byte) int {
	if len(a.rest) > 0 && address(a.rest) > address(block) && address(a.rest) < address(block)+uint64(len(block)) {
		return len(a.rest)
	}
	return 0
}

func (a *arena) drop() {
	last := len(a.blocks) - 1
	C.free(unsafe.Pointer(unsafe.SliceData(a.blocks[last])))
	a.blocks = a.blocks[:last]
}

func (a *arena) free() {
	for len(a.blocks) > 0 {
		a.drop()
	}
	a.rest = nil
}

func address(b []byte) uint64 { return uint64(uintptr(unsafe.Pointer(unsafe.SliceData(b)))) }

// pointer converts the address of C memory, which the collector never moves.
func pointer(addr uint64) unsafe.Pointer {
	p := uintptr(addr)
	return *(*unsafe.Pointer)(unsafe.Pointer(&p))
}
