package executor

import (
	"github.com/heddle-nos/heddle/daemons/syncd/asicstate"
	"github.com/heddle-nos/heddle/daemons/syncd/sairedis"
	"github.com/heddle-nos/heddle/daemons/syncd/vid"
	"github.com/heddle-nos/heddle/sai"
)

func (e *Executor) remove(r sairedis.Request) sairedis.Response {
	bulk := r.Op == sairedis.OpBulkRemove
	decode := sairedis.DecodeRemove
	if bulk {
		decode = sairedis.DecodeBulkRemove
	}
	rm, err := decode(r)
	if err != nil {
		return e.malformed(r, err)
	}
	statuses := e.removeAll(rm)
	if bulk {
		return sairedis.BulkAnswer(r.Op, statuses)
	}
	return sairedis.Answer(r.Op, statuses[0])
}

func (e *Executor) removeAll(rm sairedis.Remove) []sai.Status {
	if e.temp != nil {
		return e.temp.remove(rm, e.w)
	}
	return e.removeObjects(rm.Objects, e.ids.RID, func(i int) { e.w.DeleteRow(asicstate.Table, rm.Keys[i]) })
}

// removeObjects removes objects, whose real ids rid knows, from the ASIC and
// forgets their virtual ones; done is called for each that is gone.
func (e *Executor) removeObjects(objs []sai.Object, rid vid.Lookup, done func(i int)) []sai.Status {
	statuses := make([]sai.Status, len(objs))
	real := make([]sai.Object, 0, len(objs))
	at := make([]int, 0, len(objs))
	ports := map[int]parts{}
	for i, o := range objs {
		obj, err := vid.Object(o, rid)
		if err != nil {
			statuses[i] = statusOf(err)
			continue
		}
		if o.Type == sai.ObjectTypePort {
			ports[i] = e.portParts(obj.OID)
		}
		real = append(real, obj)
		at = append(at, i)
	}
	if len(real) == 0 {
		return statuses
	}
	for j, s := range e.asic.Remove(real, false) {
		i := at[j]
		if statuses[i] = s; s == sai.StatusSuccess {
			done(i)
			e.removed(objs[i], real[j], ports[i])
		}
	}
	return statuses
}

// removed follows up on an object that is gone. It may be known under another
// id by now.
func (e *Executor) removed(o, real sai.Object, p parts) {
	switch entry := o.Entry.(type) {
	case nil:
		if o.Type == sai.ObjectTypePort {
			e.portRemoved(p)
			e.forgetDamping(o.OID)
		}
		if o.Type == sai.ObjectTypeSwitch {
			e.switchRemoved()
			return
		}
		if id, ok := e.ids.VID(real.OID); ok {
			e.ids.Unbind(id)
		}
	case sai.FDBEntry:
		delete(e.fdb, entry)
	}
}
