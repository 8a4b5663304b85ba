package executor

import (
	"context"

	"github.com/heddle-nos/heddle/daemons/syncd/asicstate"
	"github.com/heddle-nos/heddle/daemons/syncd/sairedis"
	"github.com/heddle-nos/heddle/daemons/syncd/vid"
	"github.com/heddle-nos/heddle/sai"
)

// createSwitch creates the switch and takes in everything that comes with it.
// Even during a view switch it happens at once: without a switch nothing can
// be asked.
func (e *Executor) createSwitch(ctx context.Context, n sai.NewObject, row sairedis.Row) sai.Status {
	if e.sw != sai.NullObjectID {
		if e.temp == nil || n.OID != e.sw {
			return sai.StatusItemAlreadyExists
		}
		e.temp.keepSwitch(n, row, e.w)
		return sai.StatusSuccess
	}
	rid, s := e.startSwitch(n)
	if s != sai.StatusSuccess {
		return s
	}
	e.sw = n.OID
	e.ids.Bind(n.OID, rid)
	if err := e.adopt(ctx, e.walk(sai.ObjectOf(sai.ObjectTypeSwitch, rid), e.isBound), true); err != nil {
		e.log.Error("adopt the objects of the switch", "err", err)
		return sai.StatusFailure
	}
	e.w.SetRow(asicstate.Table, row.Key, row.Fields)
	if e.temp != nil {
		e.temp.keepSwitch(n, row, e.w)
	}
	e.log.Info("switch created", "vid", n.OID, "objects", len(e.cold))
	return sai.StatusSuccess
}

// startSwitch creates the switch on the ASIC. The database knows of none, so
// one that an ASIC with a life of its own still has is started anew.
func (e *Executor) startSwitch(n sai.NewObject) (sai.ObjectID, sai.Status) {
	if vid.TypeOf(n.OID) != sai.ObjectTypeSwitch {
		return 0, sai.StatusInvalidObjectID
	}
	if rid, ok := e.runningSwitch(); ok {
		sw := sai.ObjectOf(sai.ObjectTypeSwitch, rid)
		e.setSwitch(sw, sai.SwitchAttrRestartWarm, false) // or it would stay
		e.setSwitch(sw, sai.SwitchAttrUninitDataPlaneOnRemoval, true)
		s := e.asic.Remove([]sai.Object{sw}, false)[0]
		e.log.Warn("running switch is unknown to the database: starting it anew", "rid", rid, "status", s)
	}
	return e.openSwitch(n.Attrs)
}

// openSwitch creates the switch, or connects to the one that is running.
func (e *Executor) openSwitch(attrs []sai.Attr) (sai.ObjectID, sai.Status) {
	objs := []sai.NewObject{{Object: sai.ObjectOf(sai.ObjectTypeSwitch, sai.NullObjectID), Attrs: plainAttrs(attrs)}}
	s := e.asic.Create(sai.ObjectTypeSwitch, sai.NullObjectID, objs, false)[0]
	return objs[0].OID, s
}

// runningSwitch returns the switch that the ASIC has, if it can tell.
func (e *Executor) runningSwitch() (sai.ObjectID, bool) {
	if e.asic.List == nil {
		return 0, false
	}
	list, s := e.asic.List.Objects(sai.NullObjectID, sai.ObjectTypeSwitch)
	if s != sai.StatusSuccess || len(list) == 0 {
		return 0, false
	}
	return list[0].OID, true
}

// plainAttrs returns the attributes that name no objects: those of a switch
// that is about to exist cannot be named yet.
func plainAttrs(attrs []sai.Attr) []sai.Attr {
	var plain []sai.Attr
	for _, a := range attrs {
		refs := false
		vid.References(sai.Object{}, []sai.Attr{a}, func(sai.ObjectID) { refs = true })
		if !refs {
			plain = append(plain, a)
		}
	}
	return plain
}

// switchRemoved forgets everything: without its switch no object exists.
func (e *Executor) switchRemoved() {
	for id := range e.ids.All() {
		e.ids.Unbind(id)
	}
	for id := range e.cold {
		e.w.DeleteCold(id)
	}
	clear(e.cold)
	clear(e.fdb)
	e.sw = sai.NullObjectID
	e.log.Info("switch removed")
}
