package executor

import (
	"github.com/heddle-nos/heddle/daemons/syncd/asicstate"
	"github.com/heddle-nos/heddle/daemons/syncd/notify"
	"github.com/heddle-nos/heddle/daemons/syncd/vid"
	"github.com/heddle-nos/heddle/sai"
	"github.com/heddle-nos/heddle/sai/event"
	"github.com/heddle-nos/heddle/sai/text"
)

// Event takes in one notification of the ASIC: learned entries go into
// ASIC_DB, and clients are told, in virtual ids. What names an object that
// clients do not know concerns nobody and is dropped.
func (e *Executor) Event(ev event.Event) {
	switch {
	case ev.FDB != nil:
		e.fdbEvents(ev.FDB)
	case ev.Port != nil:
		e.portEvents(ev.Port)
	case ev.Switch != nil:
		if id, ok := e.ids.VID(ev.Switch.Switch); ok {
			ev.Switch.Switch = id
			e.w.Notify(notify.SwitchState(*ev.Switch))
		}
	case ev.Shutdown != nil:
		if id, ok := e.ids.VID(ev.Shutdown.Switch); ok {
			e.w.Notify(notify.Shutdown(event.Shutdown{Switch: id}))
		}
	default:
		e.rareEvent(ev)
	}
}

func (e *Executor) portEvents(in []event.Port) {
	out := make([]event.Port, 0, len(in))
	for _, p := range in {
		id, ok := e.ids.VID(p.Port)
		if !ok {
			e.log.Debug("state of unknown port", "rid", p.Port)
			continue
		}
		p.Port = id
		if e.undamped(p) {
			out = append(out, p)
		}
	}
	if len(out) > 0 {
		e.w.Notify(notify.PortState(out))
	}
}

func (e *Executor) fdbEvents(in []event.FDB) {
	out := make([]event.FDB, 0, len(in))
	for _, ev := range in {
		obj, err := vid.Object(sai.EntryOf(ev.Entry), e.ids.VID)
		attrs := append([]sai.Attr(nil), ev.Attrs...)
		if err == nil {
			err = vid.Attrs(attrs, e.ids.VID)
		}
		if err != nil {
			e.log.Debug("fdb event about unknown object", "mac", ev.Entry.MAC, "err", err)
			continue
		}
		ev.Entry, _ = obj.Entry.(sai.FDBEntry)
		ev.Attrs = attrs
		out = append(out, ev)
	}
	if len(out) > 0 {
		e.announce(out)
	}
}

// announce follows and publishes FDB events in virtual ids.
func (e *Executor) announce(list []event.FDB) {
	for _, ev := range list {
		e.follow(ev)
	}
	op, data, err := notify.FDB(list)
	if err != nil {
		e.log.Error("fdb event", "err", err)
		return
	}
	e.w.Notify(op, data)
}

// follow changes ASIC_DB as an FDB event says.
func (e *Executor) follow(ev event.FDB) {
	switch ev.Event {
	case sai.FDBEventLearned, sai.FDBEventMove:
		e.learned(ev)
	case sai.FDBEventAged:
		e.w.DeleteRow(asicstate.Table, text.EncodeObject(sai.EntryOf(ev.Entry)))
		delete(e.fdb, ev.Entry)
	case sai.FDBEventFlushed:
		if ev.Entry.MAC != (sai.MAC{}) {
			e.w.DeleteRow(asicstate.Table, text.EncodeObject(sai.EntryOf(ev.Entry)))
			delete(e.fdb, ev.Entry)
			return
		}
		e.forget(consolidated(ev))
	}
}

// consolidated reads a flush event that stands for many entries.
func consolidated(ev event.FDB) fdbMatch {
	m := fdbMatch{bv: ev.Entry.BV, dynamic: true}
	for _, a := range ev.Attrs {
		switch a.ID {
		case sai.FDBEntryAttrBridgePortID:
			m.port = a.Value.OID()
		case sai.FDBEntryAttrType:
			m.static = sai.FDBEntryType(a.Value.Enum()) == sai.FDBEntryTypeStatic
			m.dynamic = !m.static
		}
	}
	return m
}

func (e *Executor) learned(ev event.FDB) {
	fields := make([]string, 0, 2*len(ev.Attrs)+2)
	typed := false
	for _, a := range ev.Attrs {
		name, value, err := text.EncodeAttr(sai.ObjectTypeFDBEntry, a)
		if err != nil {
			e.log.Warn("fdb event", "mac", ev.Entry.MAC, "err", err)
			continue
		}
		typed = typed || a.ID == sai.FDBEntryAttrType
		fields = append(fields, name, value)
	}
	if !typed { // learned entries are dynamic; some libraries leave it unsaid
		fields = append(fields, "SAI_FDB_ENTRY_ATTR_TYPE", sai.FDBEntryTypeDynamic.String())
	}
	self := func(id sai.ObjectID) (sai.ObjectID, bool) { return id, true }
	e.fdb.create(ev.Entry, ev.Attrs, self)
	if _, ok := e.fdb[ev.Entry]; !ok {
		e.fdb[ev.Entry] = fdbInfo{}
	}
	e.w.SetRow(asicstate.Table, text.EncodeObject(sai.EntryOf(ev.Entry)), fields)
}
