package control

import (
	"github.com/heddle-nos/heddle/hal/softasic/dataplane"
	"github.com/heddle-nos/heddle/sai"
	"github.com/heddle-nos/heddle/sai/strict"
)

// What every port of the front panel has. All traffic goes through the first of
// each until there is QoS.
const (
	Queues         = 8
	PriorityGroups = 8
)

// queueStats gives each counter of a port's first queue as a sum of the port's
// counters. Frames do not wait in it, so none is dropped there, and there is no
// occupancy to have a watermark.
var queueStats = map[sai.QueueStat][]dataplane.PortCounter{
	sai.QueueStatPackets:        {dataplane.OutUcast, dataplane.OutMulticast, dataplane.OutBroadcast},
	sai.QueueStatBytes:          {dataplane.OutOctets},
	sai.QueueStatDroppedPackets: {},
	sai.QueueStatDroppedBytes:   {},
}

// groupStats does so for a port's first priority group.
var groupStats = map[sai.IngressPriorityGroupStat][]dataplane.PortCounter{
	sai.IngressPriorityGroupStatPackets:        {dataplane.InUcast, dataplane.InMulticast, dataplane.InBroadcast},
	sai.IngressPriorityGroupStatBytes:          {dataplane.InOctets},
	sai.IngressPriorityGroupStatDroppedPackets: {},
}

// partCounters reads the counters of a queue or priority group.
func partCounters[S ~int32](c *Control, v strict.View, obj sai.Object, port, index sai.AttrID, ids []sai.StatID, sums map[S][]dataplane.PortCounter) ([]uint64, sai.Status) {
	var all dataplane.PortCounters
	if v.Value(obj, index).Uint() == 0 {
		var err error
		if all, err = c.cfg.Plane.PortCounters(portID(v.Value(obj, port).OID())); err != nil {
			return nil, statusOf(err)
		}
	}
	return sumUp(all, ids, sums)
}

// sumUp gives counters as sums of others.
func sumUp[S ~int32](all dataplane.PortCounters, ids []sai.StatID, sums map[S][]dataplane.PortCounter) ([]uint64, sai.Status) {
	out := make([]uint64, len(ids))
	for i, id := range ids {
		n, st := total(all, id, sums)
		if st != sai.StatusSuccess {
			return nil, st
		}
		out[i] = n
	}
	return out, sai.StatusSuccess
}

func total[S ~int32](all dataplane.PortCounters, id sai.StatID, sums map[S][]dataplane.PortCounter) (n uint64, _ sai.Status) {
	terms, ok := sums[S(id)]
	if !ok {
		return 0, sai.StatusNotSupported
	}
	for _, t := range terms {
		n += all[t]
	}
	return n, sai.StatusSuccess
}
