package control

import (
	"slices"

	"github.com/heddle-nos/heddle/hal/softasic/dataplane"
	"github.com/heddle-nos/heddle/sai"
	"github.com/heddle-nos/heddle/sai/strict"
)

// applyRoutes carries a whole bulk to the pipeline in as few calls as possible:
// one for each run of routes of one virtual router.
func (c *Control) applyRoutes(v strict.View, op strict.Op, changes []strict.Change, stopOnError bool) []sai.Status {
	c.plane.begin()
	out := make([]sai.Status, len(changes))
	updates := make([]dataplane.RouteUpdate, len(changes))
	for i, ch := range changes {
		updates[i], out[i] = c.routeUpdate(v, op, ch)
	}
	for from := 0; from < len(changes); {
		to, vr := from, routerOf(changes[from])
		for to < len(changes) && routerOf(changes[to]) == vr && out[to] == sai.StatusSuccess {
			to++
		}
		if to > from {
			c.updateRoutes(vr, updates[from:to], out[from:to])
		}
		for to < len(changes) && out[to] != sai.StatusSuccess {
			to++
		}
		from = to
	}
	if stopOnError {
		c.undoAfterFailure(v, op, changes, out)
	}
	c.settleCounters(v, op, changes, out)
	return out
}

func routerOf(ch strict.Change) sai.ObjectID { return ch.Object.Entry.(sai.RouteEntry).VR }

func (c *Control) updateRoutes(vr sai.ObjectID, u []dataplane.RouteUpdate, out []sai.Status) {
	for i, err := range c.cfg.Plane.UpdateRoutes(vrfID(vr), u) {
		if out[i] = statusOf(err); out[i] == sai.StatusFailure {
			c.cfg.Log.Error("data plane refused", "op", "update", "route", u[i].Prefix, "err", err)
		}
	}
}

// routeUpdate works out what a change means to the pipeline.
func (c *Control) routeUpdate(v strict.View, op strict.Op, ch strict.Change) (dataplane.RouteUpdate, sai.Status) {
	e := ch.Object.Entry.(sai.RouteEntry)
	u := dataplane.RouteUpdate{Prefix: e.Destination}
	if op == strict.OpRemove {
		adj, ok := c.hostRouteAt(e.VR, e.Destination)
		u.Adj, u.Delete = adj, !ok
		return u, sai.StatusSuccess
	}
	k := kind{attrs: routeAttrs}
	if st := k.accepts(ch); st != sai.StatusSuccess {
		return u, st
	}
	attrs := ch.Attrs
	if op == strict.OpSet {
		attrs, _ = v.Attrs(ch.Object)
	}
	if err := c.leadTo(v, op, ch, nextHopOf(attrs)); err != nil {
		return u, statusOf(err)
	}
	st := sai.StatusSuccess
	u.Adj, st = c.routeTo(v, e, attrs)
	return u, st
}

// routeAdj works out the adjacency of a route from its attributes.
func routeAdj(v strict.View, attrs []sai.Attr) (dataplane.AdjID, sai.Status) {
	action, target, at := sai.PacketActionForward, sai.NullObjectID, 0
	for i, a := range attrs {
		switch a.ID {
		case sai.RouteEntryAttrPacketAction:
			action = sai.PacketAction(a.Value.Enum())
		case sai.RouteEntryAttrNextHopID:
			target, at = a.Value.OID(), i
		}
	}
	switch action {
	case sai.PacketActionForward, sai.PacketActionTransit:
	case sai.PacketActionDrop, sai.PacketActionDeny:
		return adjDrop, sai.StatusSuccess
	case sai.PacketActionTrap:
		return adjLocal, sai.StatusSuccess
	default:
		return 0, sai.StatusAttrNotSupported0
	}
	return targetAdj(v, target, at)
}

// targetAdj works out the adjacency of what a route points to. Nothing at all
// drops, as SAI_ROUTE_ENTRY_ATTR_NEXT_HOP_ID says.
func targetAdj(v strict.View, target sai.ObjectID, at int) (dataplane.AdjID, sai.Status) {
	t, _ := strict.TypeOf(target)
	switch {
	case target == sai.NullObjectID:
		return adjDrop, sai.StatusSuccess
	case t == sai.ObjectTypeNextHop:
		return nextHopAdj(target), sai.StatusSuccess
	case t == sai.ObjectTypeNextHopGroup:
		return groupAdj(target), sai.StatusSuccess
	case t == sai.ObjectTypeRouterInterface:
		return rifAdj(target), sai.StatusSuccess
	case t == sai.ObjectTypePort && isCPU(v, port(target)):
		return adjLocal, sai.StatusSuccess
	}
	return 0, sai.StatusAttrNotSupported0 - sai.Status(at)
}

// undoAfterFailure takes back what a bulk that was to stop at the first failure
// did after it.
func (c *Control) undoAfterFailure(v strict.View, op strict.Op, changes []strict.Change, out []sai.Status) {
	failed := false
	for i, ch := range changes {
		if !failed {
			failed = out[i] != sai.StatusSuccess
			continue
		}
		if out[i] == sai.StatusSuccess {
			c.undoRoute(v, op, ch)
		}
		out[i] = sai.StatusNotExecuted
	}
}

func (c *Control) undoRoute(v strict.View, op strict.Op, ch strict.Change) {
	e := ch.Object.Entry.(sai.RouteEntry)
	u := dataplane.RouteUpdate{Prefix: e.Destination}
	st := sai.StatusSuccess
	switch op {
	case strict.OpCreate:
		u, st = c.routeUpdate(v, strict.OpRemove, ch)
	case strict.OpRemove:
		u.Adj, st = c.routeTo(v, e, ch.Attrs)
	case strict.OpSet:
		u.Adj, st = c.routeTo(v, e, before(v, ch))
	}
	if st == sai.StatusSuccess {
		c.updateRoutes(e.VR, []dataplane.RouteUpdate{u}, make([]sai.Status, 1))
	}
}

// before are the attributes of a route as they were before one was set.
func before(v strict.View, ch strict.Change) []sai.Attr {
	attrs, _ := v.Attrs(ch.Object)
	old := slices.Clone(attrs)
	for i := range old {
		if old[i].ID == ch.Attrs[0].ID {
			old[i].Value = ch.Old
		}
	}
	return old
}
