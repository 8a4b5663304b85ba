package executor

import (
	"context"

	"github.com/heddle-nos/heddle/daemons/syncd/asicstate"
	"github.com/heddle-nos/heddle/daemons/syncd/vid"
	"github.com/heddle-nos/heddle/daemons/syncd/view"
	"github.com/heddle-nos/heddle/sai"
	"github.com/heddle-nos/heddle/sai/event"
	"github.com/heddle-nos/heddle/sai/text"
)

// audit makes the ASIC hold what the database says.
func (s *starter) audit(ctx context.Context) {
	plan := view.Diff(s.actual(), s.want)
	failed := s.carryOut(ctx, plan)
	s.report("audit", failed)
	for _, f := range failed {
		if f.op == "create" { // the rows say what the ASIC holds
			s.w.DeleteRow(asicstate.Table, text.EncodeObject(f.object))
		}
	}
	s.log.Info("asic audited", "warm", s.warm, "objects", s.want.Len(), "created", len(plan.Creates),
		"set", len(plan.Sets), "removed", len(plan.Removes), "replaced", len(plan.Replaced), "failed", len(failed))
}

// identity reads what an unknown object refers to and what cannot change about
// it: enough to remove it in order, or to recognise it as one that a crash
// kept from being recorded.
func (s *starter) identity(real sai.Object) []sai.Attr {
	info, ok := sai.ObjectTypeInfo(real.Type)
	if !ok {
		return nil
	}
	var attrs []sai.Attr
	for i := range info.Attrs {
		m := &info.Attrs[i]
		if m.ReadOnly || m.Kind != sai.KindOID && !m.CreateOnly && !m.Key {
			continue
		}
		a := []sai.Attr{{ID: m.ID}}
		if s.asic.Get(real, a) != sai.StatusSuccess {
			continue
		}
		if v, err := vid.Value(a[0].Value, s.ids.VID); err == nil {
			attrs = append(attrs, sai.Attr{ID: m.ID, Value: v})
		}
	}
	return attrs
}

// loadFDB files the FDB entries of the database. Learned ones are the ASIC's
// own: the audit neither creates nor removes them, but follows.
func (s *starter) loadFDB() {
	self := func(id sai.ObjectID) (sai.ObjectID, bool) { return id, true }
	s.want.Each(func(o *view.Object) {
		entry, ok := o.ID.Entry.(sai.FDBEntry)
		if !ok {
			return
		}
		s.fdb.create(entry, o.Attrs, self)
		if s.fdb[entry].static {
			return
		}
		s.want.Remove(o.ID)
		real, err := vid.Object(o.ID, s.ids.RID)
		if err != nil || !s.exists(real) {
			s.announce([]event.FDB{{Event: sai.FDBEventAged, Entry: entry, Attrs: o.Attrs}})
		}
	})
}

// learnedEntry takes in an FDB entry that the ASIC learned, or that moved, while
// nobody listened.
func (s *starter) learnedEntry(id, real sai.Object) bool {
	entry, ok := id.Entry.(sai.FDBEntry)
	if !ok {
		return false
	}
	known, dynamic := s.fdb[entry]
	attrs := []sai.Attr{{ID: sai.FDBEntryAttrType}, {ID: sai.FDBEntryAttrBridgePortID}}
	if s.asic.Get(real, attrs) != sai.StatusSuccess || vid.Attrs(attrs, s.ids.VID) != nil {
		return dynamic
	}
	if sai.FDBEntryType(attrs[0].Value.Enum()) != sai.FDBEntryTypeDynamic {
		return dynamic
	}
	switch {
	case !dynamic:
		s.announce([]event.FDB{{Event: sai.FDBEventLearned, Entry: entry, Attrs: attrs}})
	case known.port != attrs[1].Value.OID():
		s.announce([]event.FDB{{Event: sai.FDBEventMove, Entry: entry, Attrs: attrs}})
	}
	return true
}

// inspect compares ASIC and database without changing either.
func (e *Executor) inspect(ctx context.Context) sai.Status {
	if e.sw == sai.NullObjectID {
		return sai.StatusUninitialized
	}
	snap, err := e.db.Load(ctx)
	if err != nil {
		e.log.Error("inspect", "err", err)
		return sai.StatusFailure
	}
	s := starter{Executor: e, snap: snap, want: e.viewOf(snap.Rows), warm: true}
	s.want.Each(func(o *view.Object) {
		if entry, ok := o.ID.Entry.(sai.FDBEntry); ok && !e.fdb[entry].static {
			s.want.Remove(o.ID)
		}
	})
	s.take(e.switchRID())
	plan := view.Diff(s.actual(), s.want)
	e.log.Info("asic inspected", "objects", s.want.Len(), "missing", len(plan.Creates), "different", len(plan.Sets),
		"extra", len(plan.Removes), "unlike", len(plan.Replaced))
	if !plan.Empty() {
		return sai.StatusFailure
	}
	return sai.StatusSuccess
}

// restoreTemp takes up a view that was being gathered when syncd ended.
func (e *Executor) restoreTemp(snap *asicstate.Snapshot) {
	if len(snap.Temp) == 0 {
		return
	}
	e.initView()
	for key, fields := range snap.Temp {
		if obj, err := text.DecodeObject(key); err == nil && fields[fieldDropped] != "" {
			e.temp.drop(obj)
			continue
		}
		obj, attrs, err := decodeRow(key, fields)
		if err != nil {
			e.log.Error("unreadable row", "table", asicstate.TempTable, "key", key, "err", err)
			continue
		}
		row := &tempRow{key: key}
		for name, value := range fields {
			row.fields = append(row.fields, name, value)
		}
		if len(row.fields) == 0 {
			row.fields = []string{"NULL", "NULL"}
		}
		e.temp.want.Add(obj, attrs, e.isGiven(obj))
		e.temp.rows[obj] = row
	}
}
