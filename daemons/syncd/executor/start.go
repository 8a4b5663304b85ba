package executor

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"github.com/heddle-nos/heddle/daemons/syncd/asicstate"
	"github.com/heddle-nos/heddle/daemons/syncd/vid"
	"github.com/heddle-nos/heddle/daemons/syncd/view"
	"github.com/heddle-nos/heddle/sai"
	"github.com/heddle-nos/heddle/sai/text"
)

// ErrNoSwitch reports that the ASIC refuses the switch that ASIC_DB describes.
var ErrNoSwitch = errors.New("asic refuses the switch")

// Start brings ASIC and database together: the ASIC is made to hold what
// ASIC_DB says. It does not matter whether the ASIC kept everything (nothing
// is changed then), lost everything (all is created again, under the old
// virtual ids), or something between, as after a crash amid a request.
func (e *Executor) Start(ctx context.Context) error {
	snap, err := e.db.Load(ctx)
	if err != nil {
		return err
	}
	for _, bad := range snap.Bad {
		e.log.Error("unreadable entry of ASIC_DB", "entry", bad)
	}
	for v, r := range snap.Half {
		e.w.Bound(v, r)
	}
	sw, ok := e.findSwitch(snap)
	if !ok {
		e.log.Info("ASIC_DB describes no switch: waiting for one")
		e.forgetRows(snap)
		return nil
	}
	e.cold = snap.Cold
	s := starter{Executor: e, snap: snap, want: e.viewOf(snap.Rows)}
	if err := s.connect(sw); err != nil {
		return err
	}
	if err := s.bind(ctx); err != nil {
		return err
	}
	s.loadFDB()
	s.audit(ctx)
	e.restoreTemp(snap)
	return nil
}

// forgetRows clears what a lost switch left behind.
func (e *Executor) forgetRows(snap *asicstate.Snapshot) {
	for key := range snap.Rows {
		e.w.DeleteRow(asicstate.Table, key)
	}
	for key := range snap.Temp {
		e.w.DeleteRow(asicstate.TempTable, key)
	}
	for v, r := range snap.RIDs {
		e.w.Unbound(v, r)
	}
	for v := range snap.Cold {
		e.w.DeleteCold(v)
	}
	for lane := range snap.Lanes {
		e.w.SetLane(lane, sai.NullObjectID)
	}
}

// findSwitch returns the switch that the rows describe.
func (e *Executor) findSwitch(snap *asicstate.Snapshot) (sai.ObjectID, bool) {
	for key := range snap.Rows {
		obj, err := text.DecodeObject(key)
		if err == nil && obj.Type == sai.ObjectTypeSwitch {
			return obj.OID, true
		}
	}
	return 0, false
}

// starter is the work of one Start.
type starter struct {
	*Executor
	snap *asicstate.Snapshot
	want *view.View
	warm bool                    // real ids are still what they were
	asis map[sai.Object]int      // objects that the ASIC has, in the order found; real ids
	all  map[sai.ObjectType]bool // types of which asis has every object
	list []found                 // those with ids that can be reached from the switch
}

// connect opens the switch. A library that kept its state returns the real id
// that the database knows.
func (s *starter) connect(sw sai.ObjectID) error {
	var attrs []sai.Attr
	if row, ok := s.want.Get(sai.ObjectOf(sai.ObjectTypeSwitch, sw)); ok {
		attrs = row.Attrs
	}
	rid, st := s.openSwitch(attrs)
	if st != sai.StatusSuccess {
		return fmt.Errorf("create switch %s: %w: %w", sw, ErrNoSwitch, st)
	}
	s.sw = sw
	s.warm = s.snap.RIDs[sw] == rid
	s.take(rid)
	if s.warm && !s.knownPorts() {
		s.warm = false // a new ASIC that happens to count alike
	}
	if s.warm {
		s.ids.Load(sw, rid)
		return nil
	}
	for v, r := range s.snap.RIDs {
		s.w.Unbound(v, r)
	}
	s.ids.Bind(sw, rid)
	return nil
}

// take lists what the ASIC has.
func (s *starter) take(rid sai.ObjectID) {
	sw := sai.ObjectOf(sai.ObjectTypeSwitch, rid)
	s.asis = map[sai.Object]int{sw: 0}
	s.list = s.walk(sw, func(sai.ObjectID) bool { return false })
	for _, f := range s.list {
		s.asis[sai.ObjectOf(f.typ, f.rid)] = len(s.asis)
	}
	s.all = map[sai.ObjectType]bool{}
	if s.asic.List == nil {
		return
	}
	for _, t := range objectTypes() {
		objs, st := s.asic.List.Objects(rid, t)
		if st != sai.StatusSuccess {
			continue // many libraries cannot list entries
		}
		s.all[t] = true
		for _, o := range objs {
			if _, ok := s.asis[o]; !ok {
				s.asis[o] = len(s.asis)
			}
		}
	}
}

// objectTypes lists the types that SAI defines. Extensions have none here.
func objectTypes() []sai.ObjectType {
	const beyond = 256 // the type has eight bits in a virtual id
	var list []sai.ObjectType
	for t := sai.ObjectTypeNull + 1; t < beyond; t++ {
		if _, ok := sai.ObjectTypeInfo(t); ok && t != sai.ObjectTypeSwitch {
			list = append(list, t)
		}
	}
	return list
}

// knownPorts tells whether the ports that the database knows still exist.
func (s *starter) knownPorts() bool {
	for _, rid := range s.snap.Lanes {
		if !s.exists(sai.ObjectOf(sai.ObjectTypePort, rid)) {
			return false
		}
	}
	return true
}

// exists asks the list, or the driver where there is none.
func (s *starter) exists(o sai.Object) bool {
	if _, ok := s.asis[o]; ok {
		return true
	}
	info, ok := sai.ObjectTypeInfo(o.Type)
	if s.all[o.Type] || !ok || len(info.Attrs) == 0 {
		return false
	}
	return present(s.asic.Get(o, []sai.Attr{{ID: info.Attrs[0].ID}}))
}

// present tells from the answer to a get whether the object exists.
func present(st sai.Status) bool {
	switch st {
	case sai.StatusItemNotFound, sai.StatusInvalidObjectID, sai.StatusFailure:
		return false
	}
	return true
}

// bind gives every object of the ASIC its virtual id: the one it had, the one
// of its predecessor, or a new one.
func (s *starter) bind(ctx context.Context) error {
	if s.warm {
		for v, r := range s.snap.RIDs {
			if s.exists(sai.ObjectOf(vid.TypeOf(v), r)) {
				s.ids.Load(v, r)
			} else {
				s.w.Unbound(v, r)
			}
		}
	} else {
		s.succeed()
	}
	var fresh []found
	for _, o := range s.ordered() {
		if o.Entry == nil && !s.isBound(o.OID) {
			fresh = append(fresh, found{rid: o.OID, typ: o.Type})
		}
	}
	return s.bindNew(ctx, fresh)
}

// ordered lists the objects of the ASIC in the order in which they were found.
func (s *starter) ordered() []sai.Object {
	list := make([]sai.Object, len(s.asis))
	for o, i := range s.asis {
		list[i] = o
	}
	return list
}

// bindNew gives new virtual ids. What a new ASIC has beyond the old one is
// adopted; what a known ASIC has beyond the database is an orphan of a request
// that was never acknowledged, which the audit removes. The parts of such a
// port go with it.
func (s *starter) bindNew(ctx context.Context, list []found) error {
	var orphans []found
	lost := s.orphanParts(list)
	adopted := list[:0]
	for _, f := range list {
		switch {
		case lost[f.rid]:
		case s.warm && !belongsToPort(f.typ):
			orphans = append(orphans, f)
		default:
			adopted = append(adopted, f)
		}
	}
	if len(orphans) > 0 {
		first, err := s.db.ReserveVIDs(ctx, len(orphans))
		if err != nil {
			return err
		}
		for i, f := range orphans {
			s.ids.Bind(vid.New(vid.SwitchIndex(s.sw), f.typ, first+uint64(i)), f.rid)
		}
	}
	if err := s.adopt(ctx, slices.Clone(adopted), true); err != nil {
		return err
	}
	for _, f := range adopted {
		if id, ok := s.ids.VID(f.rid); ok {
			s.want.Add(sai.ObjectOf(f.typ, id), nil, true)
		}
	}
	return nil
}

// orphanParts finds what comes and goes with new ports of a known ASIC.
func (s *starter) orphanParts(list []found) map[sai.ObjectID]bool {
	parts := map[sai.ObjectID]bool{}
	for _, f := range list {
		if !s.warm || f.typ != sai.ObjectTypePort {
			continue
		}
		for _, part := range s.walk(sai.ObjectOf(f.typ, f.rid), s.isBound) {
			if belongsToPort(part.typ) {
				parts[part.rid] = true
			}
		}
	}
	return parts
}
