package control

import (
	"github.com/heddle-nos/heddle/hal/softasic/dataplane"
	"github.com/heddle-nos/heddle/sai"
	"github.com/heddle-nos/heddle/sai/strict"
)

// counterKey names a counter of an object.
type counterKey struct {
	obj sai.ObjectID
	id  sai.StatID
}

// portStats gives each port counter as a sum of pipeline counters.
var portStats = map[sai.PortStat][]dataplane.PortCounter{
	sai.PortStatIfInOctets:              {dataplane.InOctets},
	sai.PortStatIfInUcastPkts:           {dataplane.InUcast},
	sai.PortStatIfInNonUcastPkts:        {dataplane.InMulticast, dataplane.InBroadcast},
	sai.PortStatIfInMulticastPkts:       {dataplane.InMulticast},
	sai.PortStatIfInBroadcastPkts:       {dataplane.InBroadcast},
	sai.PortStatIfInDiscards:            {dataplane.InDiscards},
	sai.PortStatIfInErrors:              {dataplane.InErrors},
	sai.PortStatIfOutOctets:             {dataplane.OutOctets},
	sai.PortStatIfOutUcastPkts:          {dataplane.OutUcast},
	sai.PortStatIfOutNonUcastPkts:       {dataplane.OutMulticast, dataplane.OutBroadcast},
	sai.PortStatIfOutMulticastPkts:      {dataplane.OutMulticast},
	sai.PortStatIfOutBroadcastPkts:      {dataplane.OutBroadcast},
	sai.PortStatIfOutDiscards:           {dataplane.OutDiscards},
	sai.PortStatIfOutErrors:             {dataplane.OutErrors},
	sai.PortStatEtherStatsOctets:        {dataplane.InOctets},
	sai.PortStatEtherStatsPkts:          {dataplane.InUcast, dataplane.InMulticast, dataplane.InBroadcast},
	sai.PortStatEtherStatsMulticastPkts: {dataplane.InMulticast},
	sai.PortStatEtherStatsBroadcastPkts: {dataplane.InBroadcast},
	sai.PortStatEtherStatsRxNoErrors:    {dataplane.InUcast, dataplane.InMulticast, dataplane.InBroadcast},
	sai.PortStatEtherStatsTxNoErrors:    {dataplane.OutUcast, dataplane.OutMulticast, dataplane.OutBroadcast},
	// No frame waits in a buffer: what is dropped is dropped by the pipeline, on its way in or out.
	sai.PortStatInDroppedPkts:  {dataplane.InDiscards},
	sai.PortStatOutDroppedPkts: {dataplane.OutDiscards},
}

var rifStats = map[sai.RouterInterfaceStat]dataplane.RIFCounter{
	sai.RouterInterfaceStatInOctets:        dataplane.RIFInOctets,
	sai.RouterInterfaceStatInPackets:       dataplane.RIFInPackets,
	sai.RouterInterfaceStatInErrorOctets:   dataplane.RIFInErrorOctets,
	sai.RouterInterfaceStatInErrorPackets:  dataplane.RIFInErrorPackets,
	sai.RouterInterfaceStatOutOctets:       dataplane.RIFOutOctets,
	sai.RouterInterfaceStatOutPackets:      dataplane.RIFOutPackets,
	sai.RouterInterfaceStatOutErrorOctets:  dataplane.RIFOutErrorOctets,
	sai.RouterInterfaceStatOutErrorPackets: dataplane.RIFOutErrorPackets,
}

// Stats implements strict.Backend.
func (c *Control) Stats(v strict.View, obj sai.Object, ids []sai.StatID, mode sai.StatsMode) ([]uint64, sai.Status) {
	out, st := c.readCounters(v, obj, ids)
	if st != sai.StatusSuccess {
		return nil, st
	}
	for i, id := range ids {
		k := counterKey{obj.OID, id}
		now := out[i]
		out[i] -= c.idx.base[k]
		if mode == sai.StatsModeReadAndClear || mode == sai.StatsModeBulkReadAndClear {
			c.idx.base[k] = now
		}
	}
	return out, sai.StatusSuccess
}

// ClearStats implements strict.Backend. The pipeline counts on; what is shown is
// the difference.
func (c *Control) ClearStats(v strict.View, obj sai.Object, ids []sai.StatID) sai.Status {
	now, st := c.readCounters(v, obj, ids)
	for i := range now {
		c.idx.base[counterKey{obj.OID, ids[i]}] = now[i]
	}
	return st
}

func (c *Control) readCounters(v strict.View, obj sai.Object, ids []sai.StatID) ([]uint64, sai.Status) {
	switch obj.Type {
	case sai.ObjectTypePort:
		return c.portCounters(v, obj, ids)
	case sai.ObjectTypeRouterInterface:
		return c.rifCounters(obj, ids)
	case sai.ObjectTypePolicer:
		return c.policerCounters(v, obj, ids)
	case sai.ObjectTypeCounter:
		return c.flowCounters(v, obj, ids)
	case sai.ObjectTypeSwitch:
		return c.switchCounters(v, ids)
	case sai.ObjectTypeQueue:
		return partCounters(c, v, obj, sai.QueueAttrPort, sai.QueueAttrIndex, ids, queueStats)
	case sai.ObjectTypeIngressPriorityGroup:
		return partCounters(c, v, obj, sai.IngressPriorityGroupAttrPort, sai.IngressPriorityGroupAttrIndex, ids, groupStats)
	}
	return nil, sai.StatusNotSupported
}

func (c *Control) portCounters(v strict.View, obj sai.Object, ids []sai.StatID) ([]uint64, sai.Status) {
	if isCPU(v, obj) {
		return nil, sai.StatusNotSupported
	}
	all, err := c.cfg.Plane.PortCounters(portID(obj.OID))
	if err != nil {
		return nil, statusOf(err)
	}
	out := make([]uint64, len(ids))
	for i, id := range ids {
		var st sai.Status
		if isDebugStat(sai.ObjectTypePort, id) {
			out[i], st = c.debugCount(v, sai.ObjectTypePort, obj.OID, id)
		} else {
			out[i], st = total(all, id, portStats)
		}
		if st != sai.StatusSuccess {
			return nil, st
		}
	}
	return out, sai.StatusSuccess
}

func (c *Control) rifCounters(obj sai.Object, ids []sai.StatID) ([]uint64, sai.Status) {
	all, err := c.cfg.Plane.RIFCounters(rifID(obj.OID))
	if err != nil {
		return nil, statusOf(err)
	}
	out := make([]uint64, len(ids))
	for i, id := range ids {
		part, ok := rifStats[sai.RouterInterfaceStat(id)]
		if !ok {
			return nil, sai.StatusNotSupported
		}
		out[i] = all[part]
	}
	return out, sai.StatusSuccess
}
