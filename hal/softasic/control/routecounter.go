package control

import (
	"github.com/heddle-nos/heddle/hal/softasic/dataplane"
	"github.com/heddle-nos/heddle/sai"
	"github.com/heddle-nos/heddle/sai/strict"
)

// A route with a counter points to an adjacency of the counter's own, which
// counts and leads on to where the route goes: other routes pay nothing. The
// adjacency follows from the counter's id, so that a restart finds it, and a
// counter counts one route at a time.

// routeTo works out the adjacency of a route from its attributes, by way of its
// counter if it has one.
func (c *Control) routeTo(v strict.View, e sai.RouteEntry, attrs []sai.Attr) (dataplane.AdjID, sai.Status) {
	adj, st := routeAdj(v, attrs)
	counter := counterOf(attrs)
	if st != sai.StatusSuccess || counter == sai.NullObjectID {
		return adj, st
	}
	if owner, taken := c.idx.counted[counter]; taken && owner != e {
		return 0, sai.StatusObjectInUse
	}
	id := routeCounterID(counter)
	if err := c.plane.SetAdj(countedAdj(id), dataplane.Adj{Action: dataplane.AdjCounted, Counter: id, Next: adj}); err != nil {
		return 0, statusOf(err)
	}
	c.idx.counted[counter] = e
	return countedAdj(id), sai.StatusSuccess
}

func counterOf(attrs []sai.Attr) sai.ObjectID {
	for _, a := range attrs {
		if a.ID == sai.RouteEntryAttrCounterID {
			return a.Value.OID()
		}
	}
	return sai.NullObjectID
}

// settleCounters brings the counters of routes to what has become of a bulk: a
// counter that lost its route is free, and one whose route did not change leads
// where it led.
func (c *Control) settleCounters(v strict.View, op strict.Op, changes []strict.Change, out []sai.Status) {
	if len(c.idx.counted) == 0 {
		return
	}
	for i, ch := range changes {
		was, is := routeStates(v, op, ch)
		if out[i] != sai.StatusSuccess {
			was, is = is, was
		}
		e := ch.Object.Entry.(sai.RouteEntry)
		if now := counterOf(is); now != sai.NullObjectID && out[i] != sai.StatusSuccess {
			if _, st := c.routeTo(v, e, is); st != sai.StatusSuccess {
				c.cfg.Log.Error("counter of a route is not as it was", "route", e.Destination, "status", st.String())
			}
		}
		if lost := counterOf(was); lost != counterOf(is) && c.idx.counted[lost] == e {
			c.freeCounter(lost)
		}
	}
}

// routeStates are a route's attributes before a change and after.
func routeStates(v strict.View, op strict.Op, ch strict.Change) (was, is []sai.Attr) {
	switch op {
	case strict.OpCreate:
		return nil, ch.Attrs
	case strict.OpRemove:
		return ch.Attrs, nil
	}
	is, _ = v.Attrs(ch.Object)
	return before(v, ch), is
}

func (c *Control) freeCounter(counter sai.ObjectID) {
	delete(c.idx.counted, counter)
	if err := c.plane.DeleteAdj(countedAdj(routeCounterID(counter))); err != nil {
		c.cfg.Log.Error("free the counter of a route", "counter", counter.String(), "err", err)
	}
}
