package control

import (
	"net/netip"
	"slices"

	"github.com/heddle-nos/heddle/hal/softasic/dataplane"
	"github.com/heddle-nos/heddle/sai"
	"github.com/heddle-nos/heddle/sai/strict"
)

func neighbor(v strict.View, h hop) sai.Object {
	return sai.EntryOf(sai.NeighborEntry{Switch: v.Switch(), RIF: h.rif, IP: h.ip})
}

func hopOfNeighbor(o sai.Object) hop {
	e := o.Entry.(sai.NeighborEntry)
	return hop{rif: e.RIF, ip: e.IP}
}

// createNeighbor gives a neighbour an adjacency, points waiting next hops to it
// and makes its host route. The adjacency's number is kept as the entry's encap
// index, so that it is the same after a restart.
func (c *Control) createNeighbor(v strict.View, ch strict.Change) error {
	h := hopOfNeighbor(ch.Object)
	slot, err := c.neighborSlot(ch)
	if err != nil {
		return err
	}
	put(c.plane, c.idx.neighbors, h, slot)
	v.Record(ch.Object, sai.Attr{ID: sai.NeighborEntryAttrEncapIndex, Value: sai.U32(slot)})
	if err := c.refreshHop(v, h); err != nil || value(v, ch, sai.NeighborEntryAttrNoHostRoute).Bool() {
		return err
	}
	return c.addHostRoute(v, h)
}

// neighborSlot takes the slot that a neighbour had before a restart, or a new
// one. Clients cannot choose it.
func (c *Control) neighborSlot(ch strict.Change) (uint32, error) {
	if slot, known := c.idx.neighbors[hopOfNeighbor(ch.Object)]; known && c.syncing {
		return slot, nil
	}
	for _, a := range ch.Attrs {
		if a.ID == sai.NeighborEntryAttrEncapIndex {
			return 0, refuse(sai.StatusAttrNotSupported0, ch.Attrs, a.ID)
		}
	}
	slot := c.idx.slots.take()
	c.plane.also(func() { c.idx.slots.release(slot) })
	return slot, nil
}

// forgetNeighbor returns next hops to the state of an unknown neighbour. The
// adjacency goes last: until then packets may still meet it.
func (c *Control) forgetNeighbor(v strict.View, h hop, slot uint32) error {
	cut(c.plane, c.idx.neighbors, h)
	if err := c.refreshHop(v, h); err != nil {
		return err
	}
	if err := c.plane.DeleteAdj(neighborAdj(slot)); err != nil {
		return err
	}
	c.idx.slots.release(slot)
	c.plane.also(func() { c.idx.slots.claim(slot) })
	return nil
}

func (c *Control) setNeighbor(v strict.View, ch strict.Change) error {
	h := hopOfNeighbor(ch.Object)
	switch ch.Attrs[0].ID {
	case sai.NeighborEntryAttrEncapIndex:
		return sai.StatusAttrNotSupported0
	case sai.NeighborEntryAttrNoHostRoute:
		if ch.Attrs[0].Value.Bool() {
			return c.dropHostRoute(v, h)
		}
		return c.addHostRoute(v, h)
	}
	return c.refreshHop(v, h)
}

func (c *Control) removeNeighbor(v strict.View, ch strict.Change) error {
	h := hopOfNeighbor(ch.Object)
	if err := c.dropHostRoute(v, h); err != nil {
		return err
	}
	return c.forgetNeighbor(v, h, c.idx.neighbors[h])
}

func (c *Control) hostOf(v strict.View, h hop) host {
	return host{vr: v.Value(rif(h.rif), sai.RouterInterfaceAttrVirtualRouterID).OID(), ip: h.ip}
}

// addHostRoute makes a neighbour reachable by its address. Of several neighbours
// with one address that with the lowest slot counts, so that a restart chooses
// the same; a route entry of a client outranks them all.
func (c *Control) addHostRoute(v strict.View, h hop) error {
	at := c.hostOf(v, h)
	if slices.Contains(c.idx.hostRoutes[at], h) {
		return nil
	}
	hops := append(slices.Clone(c.idx.hostRoutes[at]), h)
	if err := c.putHostRoute(v, at, hops); err != nil {
		return err
	}
	put(c.plane, c.idx.hostRoutes, at, hops)
	return nil
}

func (c *Control) dropHostRoute(v strict.View, h hop) error {
	at := c.hostOf(v, h)
	i := slices.Index(c.idx.hostRoutes[at], h)
	if i < 0 {
		return nil
	}
	hops := slices.Delete(slices.Clone(c.idx.hostRoutes[at]), i, i+1)
	if err := c.putHostRoute(v, at, hops); err != nil {
		return err
	}
	if len(hops) == 0 {
		cut(c.plane, c.idx.hostRoutes, at)
	} else {
		put(c.plane, c.idx.hostRoutes, at, hops)
	}
	return nil
}

func (c *Control) putHostRoute(v strict.View, at host, hops []hop) error {
	p := netip.PrefixFrom(at.ip, at.ip.BitLen())
	if v.Exists(sai.EntryOf(sai.RouteEntry{Switch: v.Switch(), VR: at.vr, Destination: p})) {
		return nil
	}
	return c.plane.UpdateRoute(vrfID(at.vr), c.hostUpdate(p, hops), c.hostUpdate(p, c.idx.hostRoutes[at]))
}

// hostUpdate is the route to one of some neighbours, or none.
func (c *Control) hostUpdate(p netip.Prefix, hops []hop) dataplane.RouteUpdate {
	if len(hops) == 0 {
		return dataplane.RouteUpdate{Prefix: p, Delete: true}
	}
	return dataplane.RouteUpdate{Prefix: p, Adj: c.chosen(hops)}
}

func (c *Control) chosen(hops []hop) dataplane.AdjID {
	slot := c.idx.neighbors[hops[0]]
	for _, h := range hops[1:] {
		slot = min(slot, c.idx.neighbors[h])
	}
	return neighborAdj(slot)
}

// hostRouteAt returns the adjacency that takes over when a client's route to a
// single address goes.
func (c *Control) hostRouteAt(vr sai.ObjectID, p netip.Prefix) (dataplane.AdjID, bool) {
	if !p.IsSingleIP() {
		return 0, false
	}
	hops := c.idx.hostRoutes[host{vr: vr, ip: p.Addr()}]
	if len(hops) == 0 {
		return 0, false
	}
	return c.chosen(hops), true
}
