package control

import (
	"context"

	"github.com/heddle-nos/heddle/hal/softasic/dataplane"
	"github.com/heddle-nos/heddle/hal/softasic/wire"
	"github.com/heddle-nos/heddle/sai"
	"github.com/heddle-nos/heddle/sai/strict"
)

// maxEvents bounds how many events of the pipeline become one notification.
const maxEvents = 256

// Run turns events of the pipeline into objects of the store and notifications
// until ctx ends or the pipeline closes its channel.
func (c *Control) Run(ctx context.Context, store *strict.Store) error {
	events := c.cfg.Plane.Events()
	for {
		select {
		case <-ctx.Done():
			return ctx.Err()
		case e, ok := <-events:
			if !ok {
				return nil
			}
			c.handle(store, collect(events, e))
		}
	}
}

// collect takes along what is waiting behind the first event.
func collect(events <-chan dataplane.Event, first dataplane.Event) []dataplane.Event {
	batch := []dataplane.Event{first}
	for len(batch) < maxEvents {
		select {
		case e, ok := <-events:
			if !ok {
				return batch
			}
			batch = append(batch, e)
		default:
			return batch
		}
	}
	return batch
}

// handle keeps the order among FDB events and among port events.
func (c *Control) handle(store *strict.Store, batch []dataplane.Event) {
	var n wire.Notification
	for _, e := range batch {
		switch e.Kind {
		case dataplane.LinkChanged:
			if p, ok := c.linkChanged(store, e); ok {
				n.Ports = append(n.Ports, p)
			}
		case dataplane.FDBLearned, dataplane.FDBMoved, dataplane.FDBAged:
			if f, ok := c.fdbChanged(store, e); ok {
				n.FDB = append(n.FDB, f)
			}
		}
	}
	if n.Ports != nil {
		c.cfg.Notify(wire.Notification{Ports: n.Ports})
	}
	if n.FDB != nil {
		c.cfg.Notify(wire.Notification{FDB: n.FDB})
	}
}

func (c *Control) linkChanged(store *strict.Store, e dataplane.Event) (out wire.PortEvent, changed bool) {
	store.Read(func(v strict.View) {
		id, ok := c.idx.ports[e.Port]
		if !ok {
			return
		}
		out = wire.PortEvent{Port: id, State: sai.PortOperStatusDown}
		if e.Up {
			out.State = sai.PortOperStatusUp
		}
		changed = c.recordLink(v, port(id), e.Up)
	})
	return out, changed
}

// fdbChanged brings an event into the store. Events about what a client has
// removed meanwhile are stale and dropped.
func (c *Control) fdbChanged(store *strict.Store, e dataplane.Event) (wire.FDBEvent, bool) {
	out := wire.FDBEvent{Event: sai.FDBEventLearned, Type: sai.FDBEntryTypeDynamic}
	known := false
	store.Read(func(v strict.View) {
		bv, ok := c.idx.vlans[e.VLAN]
		out.BridgePort = c.idx.bridgePortOn(e.Port)
		out.Entry = sai.FDBEntry{Switch: v.Switch(), MAC: sai.MAC(e.MAC), BV: bv}
		known = ok
	})
	switch {
	case !known:
		return out, false
	case e.Kind == dataplane.FDBAged:
		out.Event = sai.FDBEventAged
		return out, store.Forget(out.Entry)
	case e.Kind == dataplane.FDBMoved:
		out.Event = sai.FDBEventMove
	}
	return out, store.Learn(out.Entry, out.BridgePort)
}
