package executor

import (
	"context"
	"fmt"
	"maps"

	"github.com/heddle-nos/heddle/daemons/syncd/asicstate"
	"github.com/heddle-nos/heddle/daemons/syncd/sairedis"
	"github.com/heddle-nos/heddle/daemons/syncd/vid"
	"github.com/heddle-nos/heddle/daemons/syncd/view"
	"github.com/heddle-nos/heddle/internal/statedb"
	"github.com/heddle-nos/heddle/sai"
	"github.com/heddle-nos/heddle/sai/event"
	"github.com/heddle-nos/heddle/sai/text"
)

// notify performs the commands of the view switch.
func (e *Executor) notify(ctx context.Context, r sairedis.Request) sairedis.Response {
	switch r.Key {
	case sairedis.ViewInit:
		e.initView()
		return sairedis.Answer(r.Op, sai.StatusSuccess)
	case sairedis.ViewApply:
		return sairedis.Answer(r.Op, e.applyView(ctx))
	case sairedis.ViewInspect:
		return sairedis.Answer(r.Op, e.inspect(ctx))
	}
	return e.malformed(r, fmt.Errorf("unknown view command %.80q", r.Key))
}

// initView starts a view; one that was begun before is abandoned.
func (e *Executor) initView() {
	if e.temp != nil {
		e.temp.clear(e.w)
	}
	e.temp = newTempView()
	for id, rid := range e.ids.All() {
		t := vid.TypeOf(id)
		if _, cold := e.cold[id]; (cold || belongsToPort(t) || t == sai.ObjectTypeSwitch) && rid != sai.NullObjectID {
			e.temp.give(sai.ObjectOf(t, id))
		}
	}
	e.log.Info("view started", "given", e.temp.want.Len())
}

// applyView makes the ASIC hold what the client said, changing only what
// differs.
func (e *Executor) applyView(ctx context.Context) sai.Status {
	if e.temp == nil {
		e.log.Warn("view applied without having been started")
		return sai.StatusFailure
	}
	snap, err := e.db.Load(ctx)
	if err != nil {
		e.log.Error("apply view", "err", err)
		return sai.StatusFailure
	}
	temp := e.temp
	e.temp = nil
	cur := e.viewOf(snap.Rows)
	temp.release(cur)
	for entry, info := range e.fdb { // learned entries are the ASIC's own
		if !info.static {
			cur.Remove(sai.EntryOf(entry))
		}
	}
	plan := view.Diff(cur, temp.want)
	failed := e.carryOut(ctx, plan)
	e.report("apply view", failed)
	e.replaceRows(snap, temp, failed)
	e.moveLearned(plan.Renames)
	e.log.Info("view applied", "created", len(plan.Creates), "set", len(plan.Sets),
		"removed", len(plan.Removes), "replaced", len(plan.Replaced), "failed", len(failed))
	if len(failed) > 0 {
		return sai.StatusFailure
	}
	return sai.StatusSuccess
}

// viewOf decodes rows of ASIC_DB; what does not decode is reported and left
// out, so that the ASIC is brought to what can be read.
func (e *Executor) viewOf(rows map[string]statedb.Fields) *view.View {
	v := view.New()
	for key, fields := range rows {
		obj, attrs, err := decodeRow(key, fields)
		if err != nil {
			e.log.Error("unreadable row", "key", key, "err", err)
			continue
		}
		v.Add(obj, attrs, e.isGiven(obj))
	}
	return v
}

func (e *Executor) isGiven(o sai.Object) bool {
	if o.Entry != nil {
		return false
	}
	_, cold := e.cold[o.OID]
	return cold || belongsToPort(o.Type) || o.Type == sai.ObjectTypeSwitch
}

func decodeRow(key string, fields statedb.Fields) (sai.Object, []sai.Attr, error) {
	obj, err := text.DecodeObject(key)
	if err != nil {
		return obj, nil, err
	}
	attrs := make([]sai.Attr, 0, len(fields))
	for name, value := range fields {
		if name == "NULL" {
			continue
		}
		a, err := text.DecodeAttr(obj.Type, name, value)
		if err != nil {
			return obj, nil, err
		}
		attrs = append(attrs, a)
	}
	return obj, attrs, nil
}

// replaceRows makes the rows those of the applied view.
func (e *Executor) replaceRows(snap *asicstate.Snapshot, temp *tempView, failed []failure) {
	refused := map[sai.Object]bool{}
	kept := map[string]bool{}
	for _, f := range failed {
		switch f.op {
		case "create":
			refused[f.object] = true
		case "remove":
			kept[text.EncodeObject(f.object)] = true
		}
	}
	wanted := map[string]bool{}
	for _, o := range temp.want.All() {
		if refused[o.ID] {
			continue
		}
		row := temp.rows[o.ID]
		if row == nil { // given, and left as it came
			row = &tempRow{key: text.EncodeObject(o.ID), fields: []string{"NULL", "NULL"}}
		}
		wanted[row.key] = true
		e.replaceRow(snap.Rows[row.key], row)
	}
	for entry, info := range e.fdb {
		kept[text.EncodeObject(sai.EntryOf(entry))] = !info.static
	}
	for key := range snap.Rows {
		if !wanted[key] && !kept[key] {
			e.w.DeleteRow(asicstate.Table, key)
		}
	}
	temp.clear(e.w)
}

// moveLearned gives the rows of learned entries the new ids of their VLAN and
// bridge port.
func (e *Executor) moveLearned(renames []view.Rename) {
	to := make(map[sai.ObjectID]sai.ObjectID, len(renames))
	for _, r := range renames {
		to[r.From] = r.To
	}
	lookup := func(id sai.ObjectID) (sai.ObjectID, bool) {
		if renamed, ok := to[id]; ok {
			return renamed, true
		}
		_, bound := e.ids.RID(id)
		return id, bound
	}
	for entry, info := range maps.Clone(e.fdb) {
		obj, err := vid.Object(sai.EntryOf(entry), lookup)
		port, ok := lookup(info.port)
		moved, _ := obj.Entry.(sai.FDBEntry)
		switch {
		case info.static || err == nil && ok && moved == entry && port == info.port:
		case err != nil || !ok:
			e.follow(event.FDB{Event: sai.FDBEventAged, Entry: entry})
		default:
			e.follow(event.FDB{Event: sai.FDBEventAged, Entry: entry})
			e.follow(event.FDB{Event: sai.FDBEventLearned, Entry: moved, Attrs: []sai.Attr{
				{ID: sai.FDBEntryAttrType, Value: sai.Enum(sai.FDBEntryTypeDynamic)},
				{ID: sai.FDBEntryAttrBridgePortID, Value: sai.OID(port)},
			}})
		}
	}
}

// replaceRow writes a row unless it is in place already.
func (e *Executor) replaceRow(have statedb.Fields, row *tempRow) {
	n := len(row.fields) / 2
	if n == 1 && row.fields[0] == "NULL" {
		n = 0 // a row read back has no NULL field
	}
	same := have != nil && len(have) == n
	for i := 0; same && i+1 < len(row.fields) && n > 0; i += 2 {
		same = have[row.fields[i]] == row.fields[i+1]
	}
	if same {
		return
	}
	e.w.DeleteRow(asicstate.Table, row.key)
	e.w.SetRow(asicstate.Table, row.key, row.fields)
}
