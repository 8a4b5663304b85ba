package libsai

/*
#include "bridge.h"
*/
import "C"

import (
	"unsafe"

	"github.com/heddle-nos/heddle/sai"
	"github.com/heddle-nos/heddle/sai/cabi"
)

// maxBatch bounds the objects of one call into the library.
const maxBatch = 8192

// untouched marks a status that the library did not write. No SAI status is
// positive.
const untouched = 1

// batch is a bulk call on objects of one type, its arguments in C memory.
type batch struct {
	lib      *Library
	mem      *arena
	meta     *sai.ObjectMeta
	funcs    functions
	size     int // of an id or entry
	c        *C.struct_hl_batch
	ids      []byte
	counts   []byte // uint32 each
	lists    []byte // pointers
	attrs    []byte // for set
	statuses []byte
	index    []int // position in the batch -> position in the request
}

// newBatch prepares the arguments for up to n objects.
func (l *Library) newBatch(t sai.ObjectType, n int, stop bool) (*batch, sai.Status) {
	meta, ok := sai.ObjectTypeInfo(t)
	if !ok {
		return nil, sai.StatusInvalidObjectType
	}
	b := &batch{lib: l, mem: l.arena(), meta: meta, funcs: functionsOf(t), size: cabi.EntrySize(t), index: make([]int, 0, n)}
	_, c := b.mem.Alloc(C.sizeof_struct_hl_batch)
	b.c = (*C.struct_hl_batch)(unsafe.Pointer(unsafe.SliceData(c)))
	b.c.size = C.uint32_t(b.size)
	if b.size == 0 {
		b.size = 8
	}
	if stop {
		b.c.stop = 1
	}
	_, b.ids = b.mem.Alloc(n * b.size)
	_, b.statuses = b.mem.Alloc(n * 4)
	b.c.ids = (*C.char)(at(b.ids))
	b.c.statuses = (*C.sai_status_t)(at(b.statuses))
	return b, sai.StatusSuccess
}

func at(b []byte) unsafe.Pointer { return unsafe.Pointer(unsafe.SliceData(b)) }

func (b *batch) release() { b.lib.release(b.mem) }

// withAttrLists makes room for a list of attributes per object.
func (b *batch) withAttrLists(n int) {
	_, b.counts = b.mem.Alloc(n * 4)
	_, b.lists = b.mem.Alloc(n * 8)
	b.c.attr_counts = (*C.uint32_t)(at(b.counts))
	b.c.attr_lists = (**C.sai_attribute_t)(at(b.lists))
}

// withAttrs makes room for one attribute per object.
func (b *batch) withAttrs(n int) {
	_, b.attrs = b.mem.Alloc(n * cabi.AttrSize)
	b.c.attrs = (*C.sai_attribute_t)(at(b.attrs))
}

// identify writes the id or entry of the next object.
func (b *batch) identify(o *sai.Object) sai.Status {
	dst := b.ids[len(b.index)*b.size:]
	if o.Entry == nil {
		if b.c.size != 0 {
			return sai.StatusInvalidParameter
		}
		native.PutUint64(dst, uint64(o.OID))
		return sai.StatusSuccess
	}
	if b.c.size == 0 || o.Entry.EntryType() != b.meta.Type {
		return sai.StatusInvalidParameter
	}
	clear(dst[:b.size]) // an entry before may have failed halfway
	if cabi.EncodeEntry(dst, o.Entry) != nil {
		return sai.StatusInvalidParameter
	}
	return sai.StatusSuccess
}

// attrList writes the attributes of the next object.
func (b *batch) attrList(attrs []sai.Attr) sai.Status {
	addr, dst := b.mem.Alloc(len(attrs) * cabi.AttrSize)
	for i := range attrs {
		if s := b.lib.encode(dst[i*cabi.AttrSize:], b.meta, &attrs[i], b.mem); s != sai.StatusSuccess {
			return s - sai.Status(i)
		}
	}
	native.PutUint32(b.counts[4*len(b.index):], uint32(len(attrs)))
	native.PutUint64(b.lists[8*len(b.index):], addr)
	return sai.StatusSuccess
}

// encode writes one attribute. Its failures are the statuses for attribute 0.
func (l *Library) encode(dst []byte, meta *sai.ObjectMeta, a *sai.Attr, mem *arena) sai.Status {
	m := meta.Attr(a.ID)
	if m == nil {
		return sai.StatusUnknownAttribute0
	}
	v := a.Value
	if m.Kind == sai.KindPointer && v.Kind() == sai.KindPointer {
		var ok bool
		if v, ok = l.callback(m, v); !ok {
			return sai.StatusAttrNotImplemented0
		}
	}
	if cabi.EncodeAttr(dst[:cabi.AttrSize], m, v, mem) != nil {
		return sai.StatusInvalidAttrValue0
	}
	return sai.StatusSuccess
}

// calls are the C functions of an operation in bulk and one by one.
type calls struct {
	bulk func(fn unsafe.Pointer, b *C.struct_hl_batch) C.sai_status_t
	each func(fn unsafe.Pointer, b *C.struct_hl_batch)
}

// run calls the library for all objects of the batch. A library that lacks the
// bulk form, or only has it by name, gets single calls.
func (b *batch) run(bulk, single uint8, c calls) {
	b.c.n = C.uint32_t(len(b.index))
	b.mark()
	b.lib.mu.Lock()
	defer b.lib.mu.Unlock()
	one, many := b.lib.function(b.funcs.api, single), b.lib.function(b.funcs.api, bulk)
	if many != nil && (len(b.index) > 1 || one == nil) {
		s := sai.Status(c.bulk(many, b.c))
		if one == nil || !b.refused(s) {
			b.settle(s)
			return
		}
		b.mark()
	}
	if one == nil {
		b.lib.log.Debug("library lacks a function", "object_type", b.meta.Name, "api", b.funcs.api.String())
		b.settle(sai.StatusNotImplemented)
		return
	}
	c.each(one, b.c)
}

func (b *batch) mark() {
	for i := range b.index {
		native.PutUint32(b.statuses[4*i:], untouched)
	}
}

// refused tells whether the library did not even try: it does not have the
// bulk form and said nothing about any object but that.
func (b *batch) refused(s sai.Status) bool {
	if s != sai.StatusNotSupported && s != sai.StatusNotImplemented {
		return false
	}
	for i := range b.index {
		if got := b.status(i); got != untouched && got != s {
			return false
		}
	}
	return true
}

// settle gives the status of the whole call to objects that have none.
func (b *batch) settle(s sai.Status) {
	for i := range b.index {
		if b.status(i) == untouched {
			native.PutUint32(b.statuses[4*i:], uint32(s))
		}
	}
}

func (b *batch) status(i int) sai.Status { return sai.Status(int32At(b.statuses[4*i:])) }
