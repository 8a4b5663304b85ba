package libsai

/*
#include "bridge.h"
*/
import "C"

import (
	"unsafe"

	"github.com/heddle-nos/heddle/sai"
)

var (
	createCalls = calls{
		bulk: func(fn unsafe.Pointer, b *C.struct_hl_batch) C.sai_status_t { return C.hl_bulk_create(fn, b) },
		each: func(fn unsafe.Pointer, b *C.struct_hl_batch) { C.hl_each_create(fn, b) },
	}
	removeCalls = calls{
		bulk: func(fn unsafe.Pointer, b *C.struct_hl_batch) C.sai_status_t { return C.hl_bulk_remove(fn, b) },
		each: func(fn unsafe.Pointer, b *C.struct_hl_batch) { C.hl_each_remove(fn, b) },
	}
	setCalls = calls{
		bulk: func(fn unsafe.Pointer, b *C.struct_hl_batch) C.sai_status_t { return C.hl_bulk_set(fn, b) },
		each: func(fn unsafe.Pointer, b *C.struct_hl_batch) { C.hl_each_set(fn, b) },
	}
)

// Create implements sai.Driver. Notification attributes of a switch get this
// process's callbacks in place of any non-null pointer.
func (l *Library) Create(t sai.ObjectType, switchID sai.ObjectID, objs []sai.NewObject, stopOnError bool) []sai.Status {
	return l.inBatches(t, len(objs), stopOnError, func(b *batch, lo, hi int, statuses []sai.Status) {
		b.c.sw = C.sai_object_id_t(switchID)
		if t == sai.ObjectTypeSwitch {
			b.c.is_switch = 1
		}
		b.withAttrLists(hi - lo)
		b.collect(lo, hi, statuses, func(i int) sai.Status {
			if s := b.identify(&objs[i].Object); s != sai.StatusSuccess {
				return s
			}
			return b.attrList(objs[i].Attrs)
		})
		b.run(b.funcs.bulkCreate, b.funcs.create, createCalls)
		b.report(statuses[:hi])
		for n, i := range b.index {
			if b.c.size == 0 && statuses[i] == sai.StatusSuccess {
				objs[i].Type, objs[i].OID = t, oidAt(b.ids[8*n:])
			}
		}
	})
}

// Remove implements sai.Driver.
func (l *Library) Remove(objs []sai.Object, stopOnError bool) []sai.Status {
	return l.inBatches(typeOf(objs), len(objs), stopOnError, func(b *batch, lo, hi int, statuses []sai.Status) {
		b.collect(lo, hi, statuses, func(i int) sai.Status { return b.identify(&objs[i]) })
		b.run(b.funcs.bulkRemove, b.funcs.remove, removeCalls)
		b.report(statuses[:hi])
	})
}

// Set implements sai.Driver.
func (l *Library) Set(objs []sai.Object, attrs []sai.Attr, stopOnError bool) []sai.Status {
	return l.inBatches(typeOf(objs), len(objs), stopOnError, func(b *batch, lo, hi int, statuses []sai.Status) {
		b.withAttrs(hi - lo)
		b.collect(lo, hi, statuses, func(i int) sai.Status {
			if s := b.identify(&objs[i]); s != sai.StatusSuccess {
				return s
			}
			dst := b.attrs[len(b.index)*attrSize:]
			clear(dst[:attrSize])
			return l.encode(dst, b.meta, &attrs[i], b.mem)
		})
		b.run(b.funcs.bulkSet, b.funcs.set, setCalls)
		b.report(statuses[:hi])
	})
}

func typeOf(objs []sai.Object) sai.ObjectType {
	if len(objs) == 0 {
		return sai.ObjectTypeNull
	}
	return objs[0].Type
}

// inBatches cuts a request into batches. After a failure with stop set, the
// rest is not executed.
func (l *Library) inBatches(t sai.ObjectType, n int, stop bool, call func(b *batch, lo, hi int, statuses []sai.Status)) []sai.Status {
	statuses := make([]sai.Status, n)
	for lo := 0; lo < n; lo += maxBatch {
		hi := min(n, lo+maxBatch)
		if stop && lo > 0 && statuses[lo-1] != sai.StatusSuccess {
			fill(statuses[lo:], sai.StatusNotExecuted)
			break
		}
		b, s := l.newBatch(t, hi-lo, stop)
		if s != sai.StatusSuccess {
			fill(statuses[lo:], s)
			break
		}
		call(b, lo, hi, statuses)
		b.release()
	}
	return statuses
}

func fill(statuses []sai.Status, s sai.Status) {
	for i := range statuses {
		statuses[i] = s
	}
}

// collect puts the objects lo to hi into the batch. Those that cannot be
// expressed in C get their status here; with stop set, nothing behind the first
// of them is executed.
func (b *batch) collect(lo, hi int, statuses []sai.Status, add func(i int) sai.Status) {
	for i := lo; i < hi; i++ {
		if statuses[i] = add(i); statuses[i] == sai.StatusSuccess {
			b.index = append(b.index, i)
			continue
		}
		if b.c.stop != 0 {
			fill(statuses[i+1:hi], sai.StatusNotExecuted)
			return
		}
	}
}

// report copies the statuses of the call. If it stopped at a failure, an object
// that came behind was not executed even if it failed before the call.
func (b *batch) report(statuses []sai.Status) {
	stopped := false
	for n, i := range b.index {
		statuses[i] = b.status(n)
		stopped = stopped || statuses[i] != sai.StatusSuccess
	}
	if !stopped || b.c.stop == 0 || len(b.index) == 0 {
		return
	}
	last := b.index[len(b.index)-1]
	if last+1 < len(statuses) {
		statuses[last+1] = sai.StatusNotExecuted
	}
}
