package executor

import (
	"context"

	"github.com/heddle-nos/heddle/daemons/syncd/asicstate"
	"github.com/heddle-nos/heddle/daemons/syncd/sairedis"
	"github.com/heddle-nos/heddle/daemons/syncd/vid"
	"github.com/heddle-nos/heddle/sai"
)

func (e *Executor) create(ctx context.Context, r sairedis.Request) sairedis.Response {
	bulk := r.Op == sairedis.OpBulkCreate
	decode := sairedis.DecodeCreate
	if bulk {
		decode = sairedis.DecodeBulkCreate
	}
	c, err := decode(r)
	if err != nil {
		return e.malformed(r, err)
	}
	statuses := e.createAll(ctx, c)
	if bulk {
		return sairedis.BulkAnswer(r.Op, statuses)
	}
	return sairedis.Answer(r.Op, statuses[0])
}

func (e *Executor) createAll(ctx context.Context, c sairedis.Create) []sai.Status {
	switch {
	case c.Type == sai.ObjectTypeSwitch:
		statuses := make([]sai.Status, len(c.Objects))
		for i := range c.Objects {
			statuses[i] = e.createSwitch(ctx, c.Objects[i], c.Rows[i])
		}
		return statuses
	case e.temp != nil:
		return e.temp.create(c, e.w)
	}
	statuses := e.apply(c.Type, c.Objects)
	e.claim(ctx, c, statuses)
	for i, s := range statuses {
		if s == sai.StatusSuccess {
			e.w.SetRow(asicstate.Table, c.Rows[i].Key, c.Rows[i].Fields)
			e.created(ctx, c.Objects[i])
		}
	}
	return statuses
}

// claim takes over entries that exist although ASIC_DB knows nothing of them:
// a crash kept their creation from being recorded, and the request that is
// performed again is theirs. (What has an id gets another one; the audit has
// removed the first.)
func (e *Executor) claim(ctx context.Context, c sairedis.Create, statuses []sai.Status) {
	for i, s := range statuses {
		n := c.Objects[i]
		if s != sai.StatusItemAlreadyExists || n.Entry == nil || e.w.Has(asicstate.Table, c.Rows[i].Key) {
			continue
		}
		if known, err := e.db.Has(ctx, c.Rows[i].Key); err != nil || known {
			continue
		}
		obj, err := vid.Object(n.Object, e.ids.RID)
		if err != nil {
			continue
		}
		statuses[i] = sai.StatusSuccess
		for _, a := range n.Attrs { // real ids since apply
			if st := e.asic.Set([]sai.Object{obj}, []sai.Attr{a}, false)[0]; st != sai.StatusSuccess {
				statuses[i] = sai.StatusItemAlreadyExists
			}
		}
	}
}

// apply creates objects of one type on the ASIC and binds their ids. It
// changes the attributes of objs to real ids.
func (e *Executor) apply(t sai.ObjectType, objs []sai.NewObject) []sai.Status {
	statuses := make([]sai.Status, len(objs))
	real := make([]sai.NewObject, 0, len(objs))
	at := make([]int, 0, len(objs))
	for i := range objs {
		n, s := e.realNew(objs[i])
		if statuses[i] = s; s == sai.StatusSuccess {
			real = append(real, n)
			at = append(at, i)
		}
	}
	if len(real) == 0 {
		return statuses
	}
	for j, s := range e.asic.Create(t, e.switchRID(), real, false) {
		i := at[j]
		if statuses[i] = s; s == sai.StatusSuccess && objs[i].Entry == nil {
			e.ids.Bind(objs[i].OID, real[j].OID)
		}
	}
	return statuses
}

// realNew exchanges the ids of a new object.
func (e *Executor) realNew(n sai.NewObject) (sai.NewObject, sai.Status) {
	if n.Entry == nil {
		if _, bound := e.ids.RID(n.OID); bound {
			return n, sai.StatusItemAlreadyExists
		}
		if vid.TypeOf(n.OID) != n.Type {
			return n, sai.StatusInvalidObjectID
		}
		n.OID = sai.NullObjectID
	} else {
		obj, err := vid.Object(n.Object, e.ids.RID)
		if err != nil {
			return n, statusOf(err)
		}
		n.Object = obj
	}
	if err := vid.Attrs(n.Attrs, e.ids.RID); err != nil {
		return n, statusOf(err)
	}
	return n, sai.StatusSuccess
}

// created follows up on a new object.
func (e *Executor) created(ctx context.Context, n sai.NewObject) {
	switch n.Type {
	case sai.ObjectTypeFDBEntry:
		if entry, ok := n.Entry.(sai.FDBEntry); ok {
			e.fdb.create(entry, n.Attrs, e.ids.VID)
		}
	case sai.ObjectTypePort:
		e.portCreated(ctx, n.OID)
	}
}
