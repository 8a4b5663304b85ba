package executor

import (
	"context"

	"github.com/heddle-nos/heddle/daemons/syncd/vid"
	"github.com/heddle-nos/heddle/daemons/syncd/view"
	"github.com/heddle-nos/heddle/sai"
	"github.com/heddle-nos/heddle/sai/text"
)

// maxBulk bounds the objects of one call of the driver while a plan is carried
// out.
const maxBulk = 1000

// failure is a step of a plan that the ASIC refused.
type failure struct {
	op     string
	object sai.Object
	status sai.Status
}

// carryOut performs a plan. Steps that the ASIC refuses are tried again after
// the others, since they may depend on what a later step frees; what still
// fails is returned.
func (e *Executor) carryOut(ctx context.Context, p view.Plan) []failure {
	old := e.rename(p.Renames)
	before := func(id sai.ObjectID) (sai.ObjectID, bool) {
		if rid, ok := old[id]; ok {
			return rid, true
		}
		return e.ids.RID(id)
	}
	failed := e.removeStep(p.Replaced, before)
	var last int
	for last = -1; ; {
		failed = failed[:0]
		var creates []sai.NewObject
		var sets []view.Set
		var removes []sai.Object
		creates, failed = e.createStep(ctx, p.Creates, failed)
		sets, failed = e.setStep(p.Sets, failed)
		refused := e.removeStep(p.Removes, before)
		for _, f := range refused {
			removes = append(removes, f.object)
		}
		failed = append(failed, refused...)
		p.Creates, p.Sets, p.Removes = creates, sets, removes
		if len(failed) == 0 || len(failed) == last {
			return failed
		}
		last = len(failed)
	}
}

// rename gives objects their wanted virtual ids. It returns the real ids under
// the old ones.
func (e *Executor) rename(list []view.Rename) map[sai.ObjectID]sai.ObjectID {
	old := make(map[sai.ObjectID]sai.ObjectID, len(list))
	for _, r := range list {
		for _, id := range []sai.ObjectID{r.From, r.To} { // another object may have to make room
			if rid, ok := e.ids.RID(id); ok {
				old[id] = rid
			}
		}
	}
	for _, r := range list { // all go before any comes: ids may swap
		e.ids.Unbind(r.From)
		e.ids.Unbind(r.To)
	}
	for _, r := range list {
		if rid, ok := old[r.From]; ok {
			e.ids.Bind(r.To, rid)
		}
	}
	return old
}

// createStep creates objects and returns those that were refused.
func (e *Executor) createStep(ctx context.Context, list []sai.NewObject, failed []failure) ([]sai.NewObject, []failure) {
	var refused []sai.NewObject
	for len(list) > 0 {
		n := runLength(list, func(o sai.NewObject) sai.ObjectType { return o.Type })
		batch := make([]sai.NewObject, n)
		for i, o := range list[:n] { // apply works in place: a refused object is needed again
			batch[i] = sai.NewObject{Object: o.Object, Attrs: append([]sai.Attr(nil), o.Attrs...)}
		}
		for i, s := range e.apply(list[0].Type, batch) {
			if s != sai.StatusSuccess {
				refused = append(refused, list[i])
				failed = append(failed, failure{"create", list[i].Object, s})
				continue
			}
			e.created(ctx, batch[i])
		}
		list = list[n:]
	}
	return refused, failed
}

func (e *Executor) setStep(list []view.Set, failed []failure) ([]view.Set, []failure) {
	var refused []view.Set
	for len(list) > 0 {
		n := runLength(list, func(s view.Set) sai.ObjectType { return s.Object.Type })
		objs, attrs := make([]sai.Object, n), make([]sai.Attr, n)
		for i, s := range list[:n] {
			objs[i], attrs[i] = s.Object, s.Attr
		}
		for i, s := range e.setObjects(objs, attrs, func(int) {}) {
			if s != sai.StatusSuccess {
				refused = append(refused, list[i])
				failed = append(failed, failure{"set", list[i].Object, s})
			}
		}
		list = list[n:]
	}
	return refused, failed
}

func (e *Executor) removeStep(list []sai.Object, rid vid.Lookup) []failure {
	var failed []failure
	for len(list) > 0 {
		n := runLength(list, func(o sai.Object) sai.ObjectType { return o.Type })
		for i, s := range e.removeObjects(list[:n], rid, func(int) {}) {
			if s != sai.StatusSuccess {
				failed = append(failed, failure{"remove", list[i], s})
			}
		}
		list = list[n:]
	}
	return failed
}

// runLength counts the leading elements of one type, at most maxBulk.
func runLength[T any](list []T, typeOf func(T) sai.ObjectType) int {
	n := 1
	for n < len(list) && n < maxBulk && typeOf(list[n]) == typeOf(list[0]) {
		n++
	}
	return n
}

func (e *Executor) report(what string, failed []failure) {
	for _, f := range failed {
		e.log.Error(what, "op", f.op, "object", text.EncodeObject(f.object), "status", f.status)
	}
}
