package control

import (
	"github.com/heddle-nos/heddle/hal/softasic/dataplane"
	"github.com/heddle-nos/heddle/sai"
	"github.com/heddle-nos/heddle/sai/strict"
)

// Counters of flows count what a trap sends to the CPU, or what goes by a route.
// The pipeline counts by kind of packet all the time, and a counter of traps
// remembers where it began; that of a route is the pipeline's own.

// MaxFlowCounters is how many there can be.
const MaxFlowCounters = dataplane.MaxRouteCounter

var flowCounterAttrs = []sai.AttrID{
	sai.CounterAttrType, sai.CounterAttrLabel, sai.CounterAttrEnablePacketCount, sai.CounterAttrEnableByteCount,
}

// flowKey is a trap that a counter counts.
type flowKey struct {
	counter sai.ObjectID
	kind    dataplane.TrapKind
}

func (c *Control) createFlowCounter(v strict.View, ch strict.Change) error {
	if sai.CounterType(value(v, ch, sai.CounterAttrType).Enum()) != sai.CounterTypeRegular {
		return refuse(sai.StatusAttrNotSupported0, ch.Attrs, sai.CounterAttrType)
	}
	if c.syncing {
		return nil
	}
	return c.cfg.Plane.ClearRouteCounters(routeCounterID(ch.Object.OID)) // what another one counted before
}

// startCounting remembers what a trap counted before it got its counter.
func (c *Control) startCounting(v strict.View, ch strict.Change, k dataplane.TrapKind) error {
	counter := value(v, ch, sai.HostifTrapAttrCounterID).OID()
	given := false
	for _, a := range ch.Attrs {
		given = given || a.ID == sai.HostifTrapAttrCounterID
	}
	if !given || counter == sai.NullObjectID || c.syncing {
		return nil
	}
	now, err := c.cfg.Plane.TrapCounters(k)
	if err != nil {
		return err
	}
	put(c.plane, c.idx.flows, flowKey{counter, k}, now)
	return nil
}

// flowCounters reads a counter: the sum of the traps that have it, and its route.
func (c *Control) flowCounters(v strict.View, obj sai.Object, ids []sai.StatID) ([]uint64, sai.Status) {
	sum, first := c.cfg.Plane.RouteCounters(routeCounterID(obj.OID))
	v.Each(sai.ObjectTypeHostifTrap, func(o sai.Object) {
		if v.Value(o, sai.HostifTrapAttrCounterID).OID() != obj.OID {
			return
		}
		k := trapKinds[sai.HostifTrapType(v.Value(o, sai.HostifTrapAttrTrapType).Enum())]
		now, err := c.cfg.Plane.TrapCounters(k)
		first = firstError(first, err)
		before := c.idx.flows[flowKey{obj.OID, k}]
		sum.Packets += now.Packets - before.Packets
		sum.Bytes += now.Bytes - before.Bytes
	})
	if first != nil {
		return nil, statusOf(first)
	}
	out := make([]uint64, len(ids))
	for i, id := range ids {
		switch sai.CounterStat(id) {
		case sai.CounterStatPackets:
			out[i] = sum.Packets
		case sai.CounterStatBytes:
			out[i] = sum.Bytes
		default:
			return nil, sai.StatusNotSupported
		}
	}
	return out, sai.StatusSuccess
}
