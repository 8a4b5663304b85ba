package libsai

/*
#include "bridge.h"
*/
import "C"

import (
	"unsafe"

	"github.com/heddle-nos/heddle/sai"
)

// Stats implements sai.Driver. A library without the extended form reads and
// clears in two calls.
func (l *Library) Stats(obj sai.Object, ids []sai.StatID, mode sai.StatsMode) ([]uint64, sai.Status) {
	if obj.Entry != nil || len(ids) == 0 {
		return nil, sai.StatusInvalidParameter
	}
	mem := l.arena()
	defer l.release(mem)
	cids := putIDs(mem, ids)
	_, counters := mem.Alloc(len(ids) * 8)
	s := l.readStats(obj, cids, C.uint32_t(len(ids)), (*C.uint64_t)(at(counters)), mode)
	if s != sai.StatusSuccess {
		return nil, s
	}
	out := make([]uint64, len(ids))
	for i := range out {
		out[i] = native.Uint64(counters[8*i:])
	}
	return out, sai.StatusSuccess
}

func putIDs(mem *arena, ids []sai.StatID) *C.uint32_t {
	_, b := mem.Alloc(len(ids) * 4)
	for i, id := range ids {
		native.PutUint32(b[4*i:], uint32(id))
	}
	return (*C.uint32_t)(at(b))
}

func (l *Library) readStats(obj sai.Object, ids *C.uint32_t, n C.uint32_t, counters *C.uint64_t, mode sai.StatsMode) sai.Status {
	f, oid := functionsOf(obj.Type), C.sai_object_id_t(obj.OID)
	l.mu.Lock()
	defer l.mu.Unlock()
	plain, ext := l.function(f.api, f.stats), l.function(f.api, f.statsExt)
	if ext != nil && (mode != sai.StatsModeRead || plain == nil) {
		s := sai.Status(C.hl_stats_ext(ext, oid, n, ids, C.int32_t(mode), counters))
		if plain == nil || (s != sai.StatusNotSupported && s != sai.StatusNotImplemented) {
			return s
		}
	}
	if plain == nil {
		return sai.StatusNotImplemented
	}
	s := sai.Status(C.hl_stats(plain, oid, n, ids, counters))
	if s != sai.StatusSuccess || mode != sai.StatsModeReadAndClear {
		return s
	}
	return l.clear(l.function(f.api, f.clearStats), oid, n, ids)
}

func (l *Library) clear(fn unsafe.Pointer, oid C.sai_object_id_t, n C.uint32_t, ids *C.uint32_t) sai.Status {
	if fn == nil {
		return sai.StatusNotImplemented
	}
	return sai.Status(C.hl_clear_stats(fn, oid, n, ids))
}

// ClearStats implements sai.Driver.
func (l *Library) ClearStats(obj sai.Object, ids []sai.StatID) sai.Status {
	if obj.Entry != nil || len(ids) == 0 {
		return sai.StatusInvalidParameter
	}
	mem := l.arena()
	defer l.release(mem)
	f := functionsOf(obj.Type)
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.clear(l.function(f.api, f.clearStats), C.sai_object_id_t(obj.OID), C.uint32_t(len(ids)), putIDs(mem, ids))
}

// FlushFDB implements sai.Driver.
func (l *Library) FlushFDB(switchID sai.ObjectID, attrs []sai.Attr) sai.Status {
	mem := l.arena()
	defer l.release(mem)
	list, s := l.attrArray(sai.ObjectTypeFDBFlush, attrs, mem)
	if s != sai.StatusSuccess {
		return s
	}
	f := functionsOf(sai.ObjectTypeFDBFlush)
	l.mu.Lock()
	defer l.mu.Unlock()
	fn := l.function(f.api, f.flush)
	if fn == nil {
		return sai.StatusNotImplemented
	}
	return sai.Status(C.hl_flush(fn, C.sai_object_id_t(switchID), C.uint32_t(len(attrs)), at(list)))
}

// attrArray writes attributes into one array.
func (l *Library) attrArray(t sai.ObjectType, attrs []sai.Attr, mem *arena) ([]byte, sai.Status) {
	meta, ok := sai.ObjectTypeInfo(t)
	if !ok {
		return nil, sai.StatusInvalidObjectType
	}
	_, b := mem.Alloc(max(1, len(attrs)) * attrSize)
	for i := range attrs {
		if s := l.encode(b[i*attrSize:], meta, &attrs[i], mem); s != sai.StatusSuccess {
			return nil, s - sai.Status(i)
		}
	}
	return b, sai.StatusSuccess
}
