package executor

import (
	"github.com/heddle-nos/heddle/daemons/syncd/notify"
	"github.com/heddle-nos/heddle/daemons/syncd/vid"
	"github.com/heddle-nos/heddle/sai"
	"github.com/heddle-nos/heddle/sai/event"
)

// rareEvent tells clients of what is few on any switch: sessions, queues that
// stand still, translations, faults.
func (e *Executor) rareEvent(ev event.Event) {
	var op, data string
	var err error
	switch {
	case ev.Deadlock != nil:
		if list := known(e, ev.Deadlock, func(d *event.Deadlock) *sai.ObjectID { return &d.Queue }); len(list) > 0 {
			op, data, err = notify.Deadlock(list)
		}
	case ev.BFD != nil:
		if list := known(e, ev.BFD, func(b *event.BFD) *sai.ObjectID { return &b.Session }); len(list) > 0 {
			op, data, err = notify.BFD(list)
		}
	case ev.ICMPEcho != nil:
		if list := known(e, ev.ICMPEcho, func(i *event.ICMPEcho) *sai.ObjectID { return &i.Session }); len(list) > 0 {
			op, data, err = notify.ICMPEcho(list)
		}
	case ev.NAT != nil:
		op, data, err = e.natEvents(ev.NAT)
	case ev.TxReady != nil:
		if e.virtualIDs(&ev.TxReady.Switch, &ev.TxReady.Port) {
			op, data, err = notify.TxReady(*ev.TxReady)
		}
	case ev.Health != nil:
		if e.virtualIDs(&ev.Health.Switch) {
			op, data, err = notify.Health(*ev.Health)
		}
	}
	if err != nil {
		e.log.Error("notification", "kind", ev.Kind(), "err", err)
	} else if op != "" {
		e.w.Notify(op, data)
	}
}

// known returns the events about objects that clients know, in virtual ids.
func known[E any](e *Executor, in []E, id func(*E) *sai.ObjectID) []E {
	var out []E
	for _, ev := range in {
		if e.virtualIDs(id(&ev)) {
			out = append(out, ev)
		}
	}
	return out
}

// virtualIDs exchanges real ids, unless clients do not know one of them.
func (e *Executor) virtualIDs(ids ...*sai.ObjectID) bool {
	for _, id := range ids {
		v, ok := e.ids.VID(*id)
		if !ok {
			e.log.Debug("event about an unknown object", "rid", *id)
			return false
		}
		*id = v
	}
	return true
}

func (e *Executor) natEvents(in []event.NAT) (op, data string, err error) {
	var out []event.NAT
	for _, ev := range in {
		obj, err := vid.Object(sai.EntryOf(ev.Entry), e.ids.VID)
		if err != nil {
			e.log.Debug("event about an unknown object", "err", err)
			continue
		}
		ev.Entry, _ = obj.Entry.(sai.NATEntry)
		out = append(out, ev)
	}
	if len(out) == 0 {
		return "", "", nil
	}
	return notify.NAT(out)
}
