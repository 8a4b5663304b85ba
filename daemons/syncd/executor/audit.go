package executor

import (
	"context"

	"github.com/heddle-nos/heddle/daemons/syncd/asicstate"
	"github.com/heddle-nos/heddle/daemons/syncd/hardware"
	"github.com/heddle-nos/heddle/daemons/syncd/vid"
	"github.com/heddle-nos/heddle/daemons/syncd/view"
	"github.com/heddle-nos/heddle/sai"
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

// actual is the view of what the ASIC holds, in virtual ids, as far as the
// database has an opinion about it.
func (s *starter) actual() *view.View {
	v := view.New()
	for _, o := range s.ordered() {
		s.actualObject(v, o)
	}
	s.want.Each(func(o *view.Object) { // ask for what cannot be listed
		if _, seen := v.Get(o.ID); seen || s.all[o.ID.Type] {
			return
		}
		real, err := vid.Object(o.ID, s.ids.RID)
		if err != nil {
			return
		}
		if attrs, ok := s.actualAttrs(real, o.Attrs); ok && (len(attrs) > 0 || s.exists(real)) {
			v.Add(o.ID, attrs, o.Given)
		}
	})
	return v
}

func (s *starter) actualObject(v *view.View, real sai.Object) {
	id, err := vid.Object(real, s.ids.VID)
	if err != nil {
		s.log.Debug("object of the asic names an unknown one", "object", text.EncodeObject(real), "err", err)
		return
	}
	want, wanted := s.want.Get(id)
	if wanted {
		attrs, _ := s.actualAttrs(real, want.Attrs)
		v.Add(id, attrs, want.Given)
		return
	}
	if _, dynamic := s.fdb[fdbOf(id)]; dynamic || s.learnedEntry(id, real) {
		return
	}
	// What the database does not know is not given, even if it came with the
	// switch: a client removed it.
	given := belongsToPort(id.Type) || id.Type == sai.ObjectTypeSwitch
	v.Add(id, s.identity(real), given)
}

// actualAttrs reads those attributes that the database knows. Where the ASIC
// does not tell, the database is believed. It is false where the ASIC says
// that there is no such object.
func (s *starter) actualAttrs(real sai.Object, want []sai.Attr) ([]sai.Attr, bool) {
	attrs := make([]sai.Attr, len(want))
	for i, a := range want {
		attrs[i].ID = a.ID
	}
	if st := s.readAll(real, attrs); st != sai.StatusSuccess {
		if !present(st) {
			return nil, false
		}
		for i := range attrs { // one by one: some may not be readable
			one := attrs[i : i+1]
			one[0].Value = sai.Value{}
			if s.asic.Get(real, one) != sai.StatusSuccess {
				one[0].Value = sai.Value{}
			}
		}
	}
	for i, a := range want {
		v, err := vid.Value(attrs[i].Value, s.ids.VID)
		if err != nil || v.Kind() != a.Value.Kind() {
			v = a.Value
		}
		attrs[i].Value = v
	}
	return attrs, true
}

func (s *starter) readAll(real sai.Object, attrs []sai.Attr) sai.Status {
	if len(attrs) == 0 {
		return sai.StatusSuccess
	}
	return s.asic.Get(real, attrs)
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

func fdbOf(o sai.Object) sai.FDBEntry { e, _ := o.Entry.(sai.FDBEntry); return e }

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
			s.announce([]hardware.FDBEvent{{Event: sai.FDBEventAged, Entry: entry, Attrs: o.Attrs}})
		}
	})
}

// learnedEntry takes in an FDB entry that the ASIC learned while nobody
// listened.
func (s *starter) learnedEntry(id, real sai.Object) bool {
	entry, ok := id.Entry.(sai.FDBEntry)
	if !ok {
		return false
	}
	attrs := []sai.Attr{{ID: sai.FDBEntryAttrType}, {ID: sai.FDBEntryAttrBridgePortID}}
	if s.asic.Get(real, attrs) != sai.StatusSuccess || vid.Attrs(attrs, s.ids.VID) != nil {
		return false
	}
	if sai.FDBEntryType(attrs[0].Value.Enum()) != sai.FDBEntryTypeDynamic {
		return false
	}
	s.announce([]hardware.FDBEvent{{Event: sai.FDBEventLearned, Entry: entry, Attrs: attrs}})
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
