package libsai

/*
#include "bridge.h"
*/
import "C"

import (
	"github.com/heddle-nos/heddle/sai"
	"github.com/heddle-nos/heddle/sai/cabi"
)

const (
	attrSize = cabi.AttrSize
	// firstRoom is how many elements of a list the first attempt has room for.
	firstRoom = 128
)

// Get implements sai.Driver. Lists are read whole: the call is repeated with
// the room that the library asks for.
func (l *Library) Get(obj sai.Object, attrs []sai.Attr) sai.Status {
	metas, s := metasOf(obj.Type, attrs)
	if s != sai.StatusSuccess {
		return s
	}
	room := make([]int, len(attrs))
	for i := range room {
		room[i] = firstRoom
	}
	// Each attempt makes at least one list fit; a list may grow in between.
	for range 2*len(attrs) + 4 {
		s = l.getOnce(obj, attrs, metas, room)
		if s != sai.StatusBufferOverflow {
			return s
		}
	}
	return s
}

func metasOf(t sai.ObjectType, attrs []sai.Attr) ([]*sai.AttrMeta, sai.Status) {
	meta, ok := sai.ObjectTypeInfo(t)
	if !ok {
		return nil, sai.StatusInvalidObjectType
	}
	metas := make([]*sai.AttrMeta, len(attrs))
	for i, a := range attrs {
		if metas[i] = meta.Attr(a.ID); metas[i] == nil {
			return nil, sai.StatusUnknownAttribute0 - sai.Status(i)
		}
	}
	return metas, sai.StatusSuccess
}

// getOnce asks once and, if a list was too small, notes the room it needs.
func (l *Library) getOnce(obj sai.Object, attrs []sai.Attr, metas []*sai.AttrMeta, room []int) sai.Status {
	b, s := l.newBatch(obj.Type, 1, false)
	if s != sai.StatusSuccess {
		return s
	}
	defer b.release()
	if s := b.identify(&obj); s != sai.StatusSuccess {
		return s
	}
	_, mem := b.mem.Alloc(len(attrs) * attrSize)
	for i, m := range metas {
		dst := mem[i*attrSize:]
		native.PutUint32(dst, uint32(m.ID))
		cabi.Room(dst[cabi.ValueOffset:attrSize], m, room[i], b.mem)
	}
	switch s = b.get(mem, len(attrs)); s {
	case sai.StatusSuccess:
		return decodeAll(attrs, metas, room, mem, b.mem)
	case sai.StatusBufferOverflow:
		grow(room, metas, mem)
	}
	return s
}

// get calls the library for one object and n attributes.
func (b *batch) get(attrs []byte, n int) sai.Status {
	b.lib.mu.Lock()
	defer b.lib.mu.Unlock()
	fn := b.lib.function(b.funcs.api, b.funcs.get)
	if fn == nil {
		return sai.StatusNotImplemented
	}
	return sai.Status(C.hl_get(fn, b.c.size, at(b.ids), C.uint32_t(n), at(attrs)))
}

// decodeAll reads the values. A library that claims more elements than it had
// room for is not believed: behind the room is other memory.
func decodeAll(attrs []sai.Attr, metas []*sai.AttrMeta, room []int, mem []byte, a *arena) sai.Status {
	for i, m := range metas {
		value := mem[i*attrSize+cabi.ValueOffset : (i+1)*attrSize]
		if cabi.Needed(value, m) > room[i] {
			return sai.StatusFailure
		}
		v, err := cabi.DecodeValue(value, m, a)
		if err != nil {
			return sai.StatusInvalidAttrValue0 - sai.Status(i)
		}
		attrs[i].Value = v
	}
	return sai.StatusSuccess
}

// grow takes the counts that the library wrote. A library that does not tell
// gets twice the room for every list.
func grow(room []int, metas []*sai.AttrMeta, mem []byte) {
	told := false
	for i, m := range metas {
		if n := cabi.Needed(mem[i*attrSize+cabi.ValueOffset:(i+1)*attrSize], m); n > room[i] && n <= cabi.MaxList {
			room[i], told = n, true
		}
	}
	for i := range room {
		if !told {
			room[i] = min(2*room[i], cabi.MaxList/16)
		}
	}
}
