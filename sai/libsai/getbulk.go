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

// GetBulk reads attributes of many objects of one type, as Get does of one. The
// attributes of objs need only carry ids on entry. Where the library lacks the
// bulk form, or a list needs more room, objects are read one by one.
func (l *Library) GetBulk(objs []sai.NewObject) []sai.Status {
	if len(objs) == 0 {
		return nil
	}
	return l.inBatches(objs[0].Type, len(objs), false, func(b *batch, lo, hi int, statuses []sai.Status) {
		if !b.getBulk(objs, lo, hi, statuses) {
			for i := lo; i < hi; i++ {
				statuses[i] = sai.StatusBufferOverflow
			}
		}
		for i := lo; i < hi; i++ {
			if statuses[i] == sai.StatusBufferOverflow {
				statuses[i] = l.Get(objs[i].Object, objs[i].Attrs)
			}
		}
	})
}

// getBulk is false if the library does not have the bulk form.
func (b *batch) getBulk(objs []sai.NewObject, lo, hi int, statuses []sai.Status) bool {
	if !b.has(b.funcs.bulkGet) {
		return false
	}
	b.withAttrLists(hi - lo)
	values := make([]reading, 0, hi-lo)
	b.collect(lo, hi, statuses, func(i int) sai.Status {
		if s := b.identify(&objs[i].Object); s != sai.StatusSuccess {
			return s
		}
		r, s := b.roomFor(objs[i].Attrs)
		if s == sai.StatusSuccess {
			values = append(values, r)
		}
		return s
	})
	if !b.callGet() {
		return false
	}
	b.report(statuses[:hi])
	for n, i := range b.index {
		if r := &values[n]; statuses[i] == sai.StatusSuccess {
			statuses[i] = decodeAll(objs[i].Attrs, r.metas, r.room, r.mem, b.mem)
		}
	}
	return true
}

// reading is where the library writes the attributes of one object.
type reading struct {
	metas []*sai.AttrMeta
	room  []int
	mem   []byte
}

// roomFor makes room for the attributes of the next object.
func (b *batch) roomFor(attrs []sai.Attr) (reading, sai.Status) {
	metas, s := metasOf(b.meta.Type, attrs)
	if s != sai.StatusSuccess {
		return reading{}, s
	}
	addr, mem := b.mem.Alloc(len(attrs) * attrSize)
	r := reading{metas: metas, room: make([]int, len(attrs)), mem: mem}
	for i, m := range metas {
		r.room[i] = firstRoom
		dst := mem[i*attrSize:]
		native.PutUint32(dst, uint32(m.ID))
		cabi.Room(dst[cabi.ValueOffset:attrSize], m, firstRoom, b.mem)
	}
	native.PutUint32(b.counts[4*len(b.index):], uint32(len(attrs)))
	native.PutUint64(b.lists[8*len(b.index):], addr)
	return r, sai.StatusSuccess
}

func (b *batch) has(slot uint8) bool {
	b.lib.mu.Lock()
	defer b.lib.mu.Unlock()
	return b.lib.function(b.funcs.api, slot) != nil
}

// callGet is false if the library did not even try.
func (b *batch) callGet() bool {
	b.c.n = C.uint32_t(len(b.index))
	b.mark()
	b.lib.mu.Lock()
	defer b.lib.mu.Unlock()
	var fn unsafe.Pointer
	if fn = b.lib.function(b.funcs.api, b.funcs.bulkGet); fn == nil || len(b.index) == 0 {
		return fn != nil
	}
	s := sai.Status(C.hl_bulk_get(fn, b.c))
	if b.refused(s) {
		return false
	}
	b.settle(s)
	return true
}
