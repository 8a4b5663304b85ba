package executor

import (
	"context"
	"fmt"

	"github.com/heddle-nos/heddle/daemons/syncd/sairedis"
	"github.com/heddle-nos/heddle/daemons/syncd/vid"
	"github.com/heddle-nos/heddle/sai"
)

func (e *Executor) get(ctx context.Context, r sairedis.Request) sairedis.Response {
	g, err := sairedis.DecodeGet(r)
	if err != nil {
		return e.malformed(r, err)
	}
	fields, s := e.getOne(ctx, g)
	return sairedis.Response{Op: r.Op.Response(), Status: s, Fields: fields}
}

func (e *Executor) bulkGet(ctx context.Context, r sairedis.Request) sairedis.Response {
	gets, err := sairedis.DecodeBulkGet(r)
	if err != nil {
		return e.malformed(r, err)
	}
	statuses := make([]sai.Status, len(gets))
	resp := sairedis.Response{Op: r.Op.Response()}
	for i, g := range gets {
		var fields []string
		fields, statuses[i] = e.getOne(ctx, g)
		resp.Fields = append(resp.Fields, statuses[i].String(), sairedis.Join(fields))
	}
	resp.Status = sairedis.Overall(statuses)
	return resp
}

// getOne reads attributes and returns them as the client knows them: with
// virtual ids, and within the room that it has for lists.
func (e *Executor) getOne(ctx context.Context, g sairedis.Get) ([]string, sai.Status) {
	if e.temp != nil && e.temp.pending(g.Object) {
		return nil, sai.StatusInvalidObjectID // exists only after APPLY_VIEW
	}
	obj, err := vid.Object(g.Object, e.ids.RID)
	if err != nil {
		return nil, statusOf(err)
	}
	attrs := make([]sai.Attr, len(g.Attrs))
	for i, m := range g.Attrs {
		attrs[i].ID = m.ID
	}
	if s := e.asic.Get(obj, attrs); s != sai.StatusSuccess {
		return nil, s
	}
	for i, m := range g.Attrs {
		if attrs[i].Value, err = e.virtual(ctx, m, attrs[i].Value); err != nil {
			e.log.Error("get", "object", g.Object, "attr", m.Name, "err", err)
			return nil, sai.StatusFailure
		}
	}
	fits := g.Fit(attrs)
	fields, err := sairedis.GetFields(obj.Type, attrs, !fits)
	if err != nil {
		e.log.Error("get", "object", g.Object, "err", err)
		return nil, sai.StatusFailure
	}
	if !fits {
		return fields, sai.StatusBufferOverflow
	}
	return fields, sai.StatusSuccess
}

// virtual exchanges the real ids in a value that the ASIC returned. An object
// seen for the first time gets a virtual id.
func (e *Executor) virtual(ctx context.Context, m *sai.AttrMeta, v sai.Value) (sai.Value, error) {
	var failed error
	out, err := vid.Value(v, func(rid sai.ObjectID) (sai.ObjectID, bool) {
		id, err := e.vidFor(ctx, rid, m)
		if err != nil && failed == nil {
			failed = err
		}
		return id, err == nil
	})
	if failed != nil {
		return v, failed
	}
	return out, err
}

// vidFor returns the virtual id of rid, reserving one if it has none. The
// metadata of the attribute that named it helps to tell its type.
func (e *Executor) vidFor(ctx context.Context, rid sai.ObjectID, m *sai.AttrMeta) (sai.ObjectID, error) {
	if id, ok := e.ids.VID(rid); ok {
		return id, nil
	}
	t, ok := e.typeOf(rid, m)
	if !ok {
		return 0, fmt.Errorf("real object 0x%x: unknown type", uint64(rid))
	}
	index, err := e.db.ReserveVIDs(ctx, 1)
	if err != nil {
		return 0, err
	}
	id := vid.New(vid.SwitchIndex(e.sw), t, index)
	e.ids.Bind(id, rid)
	return id, nil
}

// typeOf tells the type of a real object: the library knows, or only one type
// can be meant.
func (e *Executor) typeOf(rid sai.ObjectID, m *sai.AttrMeta) (sai.ObjectType, bool) {
	if e.asic.Types != nil {
		if t, ok := e.asic.Types.TypeOf(rid); ok {
			return t, true
		}
	}
	if m != nil && len(m.Objects) == 1 {
		return m.Objects[0], true
	}
	return 0, false
}
