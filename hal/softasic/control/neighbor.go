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
	c.idx.neighbors[h] = slot
	v.Record(ch.Object, sai.Attr{ID: sai.NeighborEntryAttrEncapIndex, Value: sai.U32(slot)})
	err = c.refreshHop(v, h)
	if err == nil && !value(v, ch, sai.NeighborEntryAttrNoHostRoute).Bool() {
		err = c.addHostRoute(v, h)
	}
	if err != nil {
		c.forgetNeighbor(v, h, slot)
	}
	return err
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
	return c.idx.slots.take(), nil
}

// forgetNeighbor returns next hops to the state of an unknown neighbour. The
// adjacency goes last: until then packets may still meet it.
func (c *Control) forgetNeighbor(v strict.View, h hop, slot uint32) {
	delete(c.idx.neighbors, h)
	if err := firstError(c.refreshHop(v, h), c.cfg.Plane.DeleteAdj(neighborAdj(slot))); err != nil {
		c.cfg.Log.Error("forget neighbour", "ip", h.ip, "err", err)
	}
	c.idx.slots.release(slot)
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
	c.forgetNeighbor(v, h, c.idx.neighbors[h])
	return nil
}

func (c *Control) hostOf(v strict.View, h hop) host {
	return host{vr: v.Value(rif(h.rif), sai.RouterInterfaceAttrVirtualRouterID).OID(), ip: h.ip}
}

// addHostRoute makes a neighbour reachable by its address. Of several neighbours
// with one address the latest counts; a route entry of a client outranks both.
func (c *Control) addHostRoute(v strict.View, h hop) error {
	at := c.hostOf(v, h)
	if slices.Contains(c.idx.hostRoutes[at], h) {
		return nil
	}
	hops := append(slices.Clone(c.idx.hostRoutes[at]), h)
	if err := c.putHostRoute(v, at, hops); err != nil {
		return err
	}
	c.idx.hostRoutes[at] = hops
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
	if c.idx.hostRoutes[at] = hops; len(hops) == 0 {
		delete(c.idx.hostRoutes, at)
	}
	return nil
}

func (c *Control) putHostRoute(v strict.View, at host, hops []hop) error {
	p := netip.PrefixFrom(at.ip, at.ip.BitLen())
	if v.Exists(sai.EntryOf(sai.RouteEntry{Switch: v.Switch(), VR: at.vr, Destination: p})) {
		return nil
	}
	u := dataplane.RouteUpdate{Prefix: p, Delete: len(hops) == 0}
	if !u.Delete {
		u.Adj = neighborAdj(c.idx.neighbors[hops[len(hops)-1]])
	}
	return firstError(c.cfg.Plane.UpdateRoutes(vrfID(at.vr), []dataplane.RouteUpdate{u})...)
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
	return neighborAdj(c.idx.neighbors[hops[len(hops)-1]]), true
}
