package control

import (
	"github.com/heddle-nos/heddle/hal/softasic/dataplane"
	"github.com/heddle-nos/heddle/sai"
	"github.com/heddle-nos/heddle/sai/strict"
)

// Adjacency numbers. Those of router interfaces and next hops follow from object
// ids; those of neighbours, which have none, are kept with the neighbour.
const (
	adjDrop      dataplane.AdjID = 1
	adjLocal     dataplane.AdjID = 2
	adjCounted   dataplane.AdjID = 512  // + index of the counter of a route
	adjGroup     dataplane.AdjID = 2048 // + index of the next hop group
	adjRIF       dataplane.AdjID = 4096 // + rif: glean
	adjNextHop   dataplane.AdjID = 8192 // + index of the next hop
	adjNeighbor  dataplane.AdjID = 65536
	maxNextHops                  = int(adjNeighbor - adjNextHop - 1)
	maxNeighbors                 = 65535
)

func rifAdj(id sai.ObjectID) dataplane.AdjID { return adjRIF + dataplane.AdjID(strict.Index(id)) }
func nextHopAdj(id sai.ObjectID) dataplane.AdjID {
	return adjNextHop + dataplane.AdjID(strict.Index(id))
}
func groupAdj(id sai.ObjectID) dataplane.AdjID               { return adjGroup + dataplane.AdjID(strict.Index(id)) }
func countedAdj(id dataplane.RouteCounterID) dataplane.AdjID { return adjCounted + dataplane.AdjID(id) }
func neighborAdj(slot uint32) dataplane.AdjID                { return adjNeighbor + dataplane.AdjID(slot) }

// adjacencyOf works out where packets to a hop go now.
func (c *Control) adjacencyOf(v strict.View, h hop) dataplane.Adj {
	if _, known := c.idx.neighbors[h]; !known {
		return missAdjacency(v, h.rif)
	}
	n := neighbor(v, h)
	switch sai.PacketAction(v.Value(n, sai.NeighborEntryAttrPacketAction).Enum()) {
	case sai.PacketActionForward, sai.PacketActionTransit, sai.PacketActionCopy, sai.PacketActionLog:
		return dataplane.Adj{Action: dataplane.AdjForward, RIF: rifID(h.rif), MAC: dataplane.MAC(v.Value(n, sai.NeighborEntryAttrDstMACAddress).MAC())}
	case sai.PacketActionTrap:
		return dataplane.Adj{Action: dataplane.AdjGlean, RIF: rifID(h.rif)}
	}
	return dataplane.Adj{Action: dataplane.AdjDrop}
}

// missAdjacency is what a router interface wants done with packets to
// neighbours that it does not know (SAI_ROUTER_INTERFACE_ATTR_NEIGHBOR_MISS_PACKET_ACTION).
func missAdjacency(v strict.View, id sai.ObjectID) dataplane.Adj {
	switch sai.PacketAction(v.Value(rif(id), sai.RouterInterfaceAttrNeighborMissPacketAction).Enum()) {
	case sai.PacketActionDrop, sai.PacketActionDeny:
		return dataplane.Adj{Action: dataplane.AdjDrop}
	}
	return dataplane.Adj{Action: dataplane.AdjGlean, RIF: rifID(id)}
}

// refreshHop rewrites the adjacencies of a neighbour and of the next hops
// through it. Routes point to adjacencies and need no change.
func (c *Control) refreshHop(v strict.View, h hop) error {
	adj := c.adjacencyOf(v, h)
	if slot, known := c.idx.neighbors[h]; known {
		if err := c.plane.SetAdj(neighborAdj(slot), adj); err != nil {
			return err
		}
	}
	for nh := range c.idx.nextHops[h] {
		if err := c.plane.SetAdj(nextHopAdj(nh), adj); err != nil {
			return err
		}
	}
	return nil
}

func (c *Control) createNextHop(v strict.View, ch strict.Change) error {
	if sai.NextHopType(value(v, ch, sai.NextHopAttrType).Enum()) != sai.NextHopTypeIP {
		return refuse(sai.StatusAttrNotSupported0, ch.Attrs, sai.NextHopAttrType)
	}
	h := hopOf(v, ch)
	if err := c.plane.SetAdj(nextHopAdj(ch.Object.OID), c.adjacencyOf(v, h)); err != nil {
		return err
	}
	if c.idx.nextHops[h] == nil {
		c.idx.nextHops[h] = map[sai.ObjectID]struct{}{}
	}
	put(c.plane, c.idx.nextHops[h], ch.Object.OID, struct{}{})
	return nil
}

func (c *Control) removeNextHop(v strict.View, ch strict.Change) error {
	if err := c.plane.DeleteAdj(nextHopAdj(ch.Object.OID)); err != nil {
		return err
	}
	h := hopOf(v, ch)
	if delete(c.idx.nextHops[h], ch.Object.OID); len(c.idx.nextHops[h]) == 0 {
		delete(c.idx.nextHops, h)
	}
	return nil
}

func hopOf(v strict.View, ch strict.Change) hop {
	return hop{rif: value(v, ch, sai.NextHopAttrRouterInterfaceID).OID(), ip: value(v, ch, sai.NextHopAttrIP).Addr()}
}
