package executor

import (
	"github.com/heddle-nos/heddle/daemons/syncd/asicstate"
	"github.com/heddle-nos/heddle/daemons/syncd/sairedis"
	"github.com/heddle-nos/heddle/daemons/syncd/vid"
	"github.com/heddle-nos/heddle/sai"
)

func (e *Executor) set(r sairedis.Request) sairedis.Response {
	bulk := r.Op == sairedis.OpBulkSet
	decode := sairedis.DecodeSet
	if bulk {
		decode = sairedis.DecodeBulkSet
	}
	s, err := decode(r)
	if err != nil {
		return e.malformed(r, err)
	}
	statuses := e.setAll(s)
	if bulk {
		return sairedis.BulkAnswer(r.Op, statuses)
	}
	return sairedis.Answer(r.Op, statuses[0])
}

func (e *Executor) setAll(s sairedis.Set) []sai.Status {
	if e.temp != nil {
		return e.temp.set(s, e.w)
	}
	return e.setObjects(s.Objects, s.Attrs, func(i int) {
		e.w.SetRow(asicstate.Table, s.Rows[i].Key, s.Rows[i].Fields)
	})
}

// setObjects changes attrs[i] of objs[i] on the ASIC; done is called for each
// that took effect.
func (e *Executor) setObjects(objs []sai.Object, attrs []sai.Attr, done func(i int)) []sai.Status {
	statuses := make([]sai.Status, len(objs))
	realObjs := make([]sai.Object, 0, len(objs))
	realAttrs := make([]sai.Attr, 0, len(objs))
	at := make([]int, 0, len(objs))
	for i, o := range objs {
		obj, err := vid.Object(o, e.ids.RID)
		if err != nil {
			statuses[i] = statusOf(err)
			continue
		}
		v, err := vid.Value(attrs[i].Value, e.ids.RID)
		if err != nil {
			statuses[i] = statusOf(err)
			continue
		}
		realObjs = append(realObjs, obj)
		realAttrs = append(realAttrs, sai.Attr{ID: attrs[i].ID, Value: v})
		at = append(at, i)
	}
	if len(realObjs) == 0 {
		return statuses
	}
	for j, st := range e.asic.Set(realObjs, realAttrs, false) {
		i := at[j]
		if statuses[i] = st; st == sai.StatusSuccess {
			done(i)
			if entry, ok := objs[i].Entry.(sai.FDBEntry); ok {
				e.fdb.set(entry, attrs[i])
			}
		}
	}
	return statuses
}
