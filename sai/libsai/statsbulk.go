package libsai

/*
#include "bridge.h"
*/
import "C"

import "github.com/heddle-nos/heddle/sai"

// StatsBulk reads the same counters of many objects of one type, which have
// ids, with one call (sai_bulk_object_get_stats). The values are those of the
// first object in the order of ids, then of the next; the values of an object
// whose status is not success mean nothing. A library that lacks the call, or
// has it in name only, answers StatusNotImplemented or StatusNotSupported for
// all of them: Stats reads them one by one.
func (l *Library) StatsBulk(objs []sai.Object, ids []sai.StatID, mode sai.StatsMode) ([]uint64, []sai.Status) {
	statuses := make([]sai.Status, len(objs))
	if len(objs) == 0 || len(ids) == 0 {
		fill(statuses, sai.StatusInvalidParameter)
		return nil, statuses
	}
	mem := l.arena()
	defer l.release(mem)
	_, keys := mem.Alloc(len(objs) * keySize)
	_, results := mem.Alloc(len(objs) * 4)
	for i := range objs {
		if objs[i].Entry != nil || objs[i].Type != objs[0].Type {
			fill(statuses, sai.StatusInvalidParameter)
			return nil, statuses
		}
		native.PutUint64(keys[i*keySize:], uint64(objs[i].OID))
		native.PutUint32(results[4*i:], untouched)
	}
	_, counters := mem.Alloc(len(objs) * len(ids) * 8)
	s := l.callStatsBulk(objs[0].Type, keys, putIDs(mem, ids), len(ids), bulkMode(mode), results, counters)
	for i := range statuses {
		if statuses[i] = sai.Status(int32At(results[4*i:])); statuses[i] == untouched {
			statuses[i] = s
		}
	}
	values := make([]uint64, len(objs)*len(ids))
	for i := range values {
		values[i] = native.Uint64(counters[8*i:])
	}
	return values, statuses
}

func (l *Library) callStatsBulk(t sai.ObjectType, keys []byte, ids *C.uint32_t, n int, mode sai.StatsMode, results, counters []byte) sai.Status {
	l.mu.Lock()
	defer l.mu.Unlock()
	fn := l.global("sai_bulk_object_get_stats")
	if fn == nil {
		return sai.StatusNotImplemented
	}
	return sai.Status(C.hl_bulk_stats(fn, C.int32_t(t), C.uint32_t(len(keys)/keySize), at(keys), C.uint32_t(n), ids,
		C.int32_t(mode), (*C.sai_status_t)(at(results)), (*C.uint64_t)(at(counters))))
}

// bulkMode is how SAI calls a mode of reading in bulk.
func bulkMode(m sai.StatsMode) sai.StatsMode {
	if m == sai.StatsModeReadAndClear {
		return sai.StatsModeBulkReadAndClear
	}
	return sai.StatsModeBulkRead
}
