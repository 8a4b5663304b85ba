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

// TypeOf returns the object type of a real id (sai_object_type_query).
func (l *Library) TypeOf(id sai.ObjectID) (sai.ObjectType, bool) {
	l.mu.Lock()
	defer l.mu.Unlock()
	fn := l.global("sai_object_type_query")
	if fn == nil {
		return sai.ObjectTypeNull, false
	}
	t := sai.ObjectType(C.hl_object_type(fn, C.sai_object_id_t(id)))
	_, ok := sai.ObjectTypeInfo(t)
	return t, ok
}

// global returns a function outside of the API tables, nil if it is missing or
// the library was closed. The caller holds mu.
func (l *Library) global(name string) unsafe.Pointer {
	if l.closed.Load() {
		return nil
	}
	return l.symbols[name]
}

// keySize is the size of sai_object_key_t, a union of id and entries.
const keySize = 64

// Objects lists the objects of a type that the switch has (sai_get_object_key).
func (l *Library) Objects(switchID sai.ObjectID, t sai.ObjectType) ([]sai.Object, sai.Status) {
	l.mu.Lock()
	defer l.mu.Unlock()
	keys := l.global("sai_get_object_key")
	if keys == nil {
		return nil, sai.StatusNotImplemented
	}
	mem := l.arena()
	defer l.release(mem)
	count := C.uint32_t(firstRoom)
	if fn := l.global("sai_get_object_count"); fn != nil {
		C.hl_object_count(fn, C.sai_object_id_t(switchID), C.int32_t(t), &count)
	}
	for range 4 { // objects may appear between two calls
		if count > cabi.MaxList {
			return nil, sai.StatusFailure
		}
		_, b := mem.Alloc(max(1, int(count)) * keySize)
		s := sai.Status(C.hl_object_keys(keys, C.sai_object_id_t(switchID), C.int32_t(t), &count, at(b)))
		switch {
		case s == sai.StatusSuccess && int(count)*keySize <= len(b):
			return objectsAt(b[:int(count)*keySize], t)
		case s != sai.StatusBufferOverflow:
			return nil, s
		}
	}
	return nil, sai.StatusBufferOverflow
}

func objectsAt(b []byte, t sai.ObjectType) ([]sai.Object, sai.Status) {
	objs := make([]sai.Object, 0, len(b)/keySize)
	for ; len(b) > 0; b = b[keySize:] {
		if cabi.EntrySize(t) == 0 {
			objs = append(objs, sai.ObjectOf(t, oidAt(b)))
			continue
		}
		e, err := cabi.DecodeEntry(b, t)
		if err != nil {
			return nil, sai.StatusFailure
		}
		objs = append(objs, sai.EntryOf(e))
	}
	return objs, sai.StatusSuccess
}

// AttrCapability tells what the library implements of an attribute.
func (l *Library) AttrCapability(switchID sai.ObjectID, t sai.ObjectType, id sai.AttrID) (sai.AttrCapability, sai.Status) {
	l.mu.Lock()
	defer l.mu.Unlock()
	fn := l.global("sai_query_attribute_capability")
	if fn == nil {
		return sai.AttrCapability{}, sai.StatusNotImplemented
	}
	mem := l.arena()
	defer l.release(mem)
	_, b := mem.Alloc(3)
	s := sai.Status(C.hl_attr_capability(fn, C.sai_object_id_t(switchID), C.int32_t(t), C.uint32_t(id), at(b)))
	return sai.AttrCapability{Create: b[0] != 0, Set: b[1] != 0, Get: b[2] != 0}, s
}

// EnumValues tells which values of an enum attribute the library implements.
func (l *Library) EnumValues(switchID sai.ObjectID, t sai.ObjectType, id sai.AttrID) ([]int32, sai.Status) {
	l.mu.Lock()
	defer l.mu.Unlock()
	fn := l.global("sai_query_attribute_enum_values_capability")
	if fn == nil {
		return nil, sai.StatusNotImplemented
	}
	var out []int32
	s := l.readList(4, func(list unsafe.Pointer) C.sai_status_t {
		return C.hl_enum_values(fn, C.sai_object_id_t(switchID), C.int32_t(t), C.uint32_t(id), list)
	}, func(elem []byte) { out = append(out, int32At(elem)) })
	return out, s
}

// StatsCapability tells which counters of a type the library implements.
func (l *Library) StatsCapability(switchID sai.ObjectID, t sai.ObjectType) ([]sai.StatCapability, sai.Status) {
	l.mu.Lock()
	defer l.mu.Unlock()
	fn := l.global("sai_query_stats_capability")
	if fn == nil {
		return nil, sai.StatusNotImplemented
	}
	var out []sai.StatCapability
	s := l.readList(8, func(list unsafe.Pointer) C.sai_status_t {
		return C.hl_stats_capability(fn, C.sai_object_id_t(switchID), C.int32_t(t), list)
	}, func(elem []byte) {
		out = append(out, sai.StatCapability{ID: sai.StatID(native.Uint32(elem)), Modes: native.Uint32(elem[4:])})
	})
	return out, s
}

// readList calls for a list of count and pointer with growing room. The caller
// holds mu.
func (l *Library) readList(size int, call func(list unsafe.Pointer) C.sai_status_t, add func(elem []byte)) sai.Status {
	mem := l.arena()
	defer l.release(mem)
	room := firstRoom
	for range 4 {
		_, list := mem.Alloc(16)
		addr, elems := mem.Alloc(room * size)
		native.PutUint32(list, uint32(room))
		native.PutUint64(list[8:], addr)
		s := sai.Status(call(at(list)))
		n := int(native.Uint32(list))
		switch {
		case s == sai.StatusBufferOverflow && n > room && n <= cabi.MaxList:
			room = n
		case s != sai.StatusSuccess:
			return s
		case n > room:
			return sai.StatusFailure
		default:
			for i := range n {
				add(elems[i*size : (i+1)*size])
			}
			return s
		}
	}
	return sai.StatusBufferOverflow
}

// Availability tells how many more objects with such attributes fit.
func (l *Library) Availability(switchID sai.ObjectID, t sai.ObjectType, attrs []sai.Attr) (uint64, sai.Status) {
	l.mu.Lock()
	defer l.mu.Unlock()
	fn := l.global("sai_object_type_get_availability")
	if fn == nil {
		return 0, sai.StatusNotImplemented
	}
	mem := l.arena()
	defer l.release(mem)
	list, s := l.attrArray(t, attrs, mem)
	if s != sai.StatusSuccess {
		return 0, s
	}
	var count C.uint64_t
	s = sai.Status(C.hl_availability(fn, C.sai_object_id_t(switchID), C.int32_t(t), C.uint32_t(len(attrs)), at(list), &count))
	return uint64(count), s
}
