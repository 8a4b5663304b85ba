package control

import (
	"github.com/heddle-nos/heddle/hal/softasic/wire"
	"github.com/heddle-nos/heddle/sai"
	"github.com/heddle-nos/heddle/sai/strict"
)

// Retell returns the notifications that bring a client up to date which may have
// missed some: the state of every port, a flush of all dynamic FDB entries, and
// every learned one anew.
func (c *Control) Retell(store *strict.Store) []wire.Notification {
	var ports []wire.PortEvent
	var entries []wire.FDBEvent
	store.Read(func(v strict.View) {
		if v.Switch() == sai.NullObjectID {
			return
		}
		for _, id := range c.idx.ports {
			ports = append(ports, wire.PortEvent{Port: id, State: sai.PortOperStatus(v.Value(port(id), sai.PortAttrOperStatus).Enum())})
		}
		flush := wire.FDBEvent{Event: sai.FDBEventFlushed, Type: sai.FDBEntryTypeDynamic, Entry: sai.FDBEntry{Switch: v.Switch()}}
		entries = append(entries, flush)
		v.Each(sai.ObjectTypeFDBEntry, func(o sai.Object) {
			e := wire.FDBEvent{Event: sai.FDBEventLearned, Type: sai.FDBEntryTypeDynamic, Entry: o.Entry.(sai.FDBEntry)}
			if e.BridgePort = v.Value(o, sai.FDBEntryAttrBridgePortID).OID(); v.Learned(o) {
				entries = append(entries, e)
			}
		})
	})
	var out []wire.Notification
	if ports != nil {
		out = append(out, wire.Notification{Ports: ports})
	}
	for len(entries) > 0 {
		n := min(len(entries), maxEvents)
		out = append(out, wire.Notification{FDB: entries[:n]})
		entries = entries[n:]
	}
	return out
}
