package executor

import (
	"context"
	"fmt"

	"github.com/heddle-nos/heddle/daemons/syncd/asicstate"
	"github.com/heddle-nos/heddle/daemons/syncd/vid"
	"github.com/heddle-nos/heddle/sai"
	"github.com/heddle-nos/heddle/sai/text"
)

// adopt gives virtual ids and rows to objects that exist without having been
// created by a client. Cold ones came with the switch: they are remembered as
// such, so that a later start can tell them from what clients created.
func (e *Executor) adopt(ctx context.Context, list []found, cold bool) error {
	if len(list) == 0 {
		return nil
	}
	first, err := e.db.ReserveVIDs(ctx, len(list))
	if err != nil {
		return fmt.Errorf("reserve %d virtual ids: %w", len(list), err)
	}
	for i, f := range list {
		id := vid.New(vid.SwitchIndex(e.sw), f.typ, first+uint64(i))
		e.ids.Bind(id, f.rid)
		e.w.SetRow(asicstate.Table, text.EncodeObject(sai.ObjectOf(f.typ, id)), []string{"NULL", "NULL"})
		if cold {
			e.cold[id] = f.typ
			e.w.SetCold(id, f.typ)
		}
		e.note(f)
		if e.temp != nil {
			e.temp.give(sai.ObjectOf(f.typ, id))
		}
	}
	return nil
}

// note records what tells given objects apart when the ASIC is started anew:
// the lanes of ports, and the attributes of the switch that name the others.
func (e *Executor) note(f found) {
	if f.typ == sai.ObjectTypePort {
		for _, lane := range e.lanes(f.rid) {
			e.w.SetLane(lane, f.rid)
		}
	}
	if f.from == sai.ObjectTypeSwitch && f.attr != nil && f.attr.Kind == sai.KindOID {
		e.w.SetHidden(f.attr.Name, f.rid)
	}
}

func (e *Executor) isBound(rid sai.ObjectID) bool {
	_, ok := e.ids.VID(rid)
	return ok
}

// portCreated takes in what the ASIC made along with a port.
func (e *Executor) portCreated(ctx context.Context, port sai.ObjectID) {
	rid, ok := e.ids.RID(port)
	if !ok {
		return
	}
	var parts []found
	for _, f := range e.walk(sai.ObjectOf(sai.ObjectTypePort, rid), e.isBound) {
		if belongsToPort(f.typ) {
			parts = append(parts, f)
		}
	}
	for _, lane := range e.lanes(rid) {
		e.w.SetLane(lane, rid)
	}
	if err := e.adopt(ctx, parts, false); err != nil {
		e.log.Error("adopt queues of a port", "port", port, "err", err)
	}
}

// parts are the virtual ids and the lanes that go with a port.
type parts struct {
	ids   []sai.ObjectID
	lanes []uint32
}

// portParts finds what will go with a port, before it goes.
func (e *Executor) portParts(rid sai.ObjectID) parts {
	p := parts{lanes: e.lanes(rid)}
	info, ok := sai.ObjectTypeInfo(sai.ObjectTypePort)
	if !ok {
		return p
	}
	for i := range info.Attrs {
		for _, part := range e.named(sai.ObjectOf(sai.ObjectTypePort, rid), &info.Attrs[i]) {
			id, bound := e.ids.VID(part)
			if bound && part != sai.NullObjectID && belongsToPort(vid.TypeOf(id)) {
				p.ids = append(p.ids, id)
			}
		}
	}
	return p
}

func (e *Executor) portRemoved(p parts) {
	for _, lane := range p.lanes {
		e.w.SetLane(lane, sai.NullObjectID)
	}
	for _, id := range p.ids {
		e.w.DeleteRow(asicstate.Table, text.EncodeObject(sai.ObjectOf(vid.TypeOf(id), id)))
		e.ids.Unbind(id)
	}
}
