package control

import (
	"net/netip"

	"github.com/heddle-nos/heddle/hal/softasic/dataplane"
	"github.com/heddle-nos/heddle/sai"
	"github.com/heddle-nos/heddle/sai/strict"
)

// index holds reverse references: who refers to a port, a VLAN, a neighbour. What
// it says of ports holds for LAGs too.
type index struct {
	portRIF    map[sai.ObjectID]sai.ObjectID
	portHostif map[sai.ObjectID]sai.ObjectID
	portBridge map[sai.ObjectID]sai.ObjectID // bridge port of a port
	vlanRIF    map[sai.ObjectID]sai.ObjectID
	vlanHostif map[sai.ObjectID]sai.ObjectID
	subports   map[sai.ObjectID]sai.ObjectID // port of each router interface that is a VLAN of one
	ports      map[dataplane.PortID]sai.ObjectID
	lags       map[dataplane.PortID]sai.ObjectID
	portLAG    map[sai.ObjectID]sai.ObjectID // LAG member of a port
	vlans      map[uint16]sai.ObjectID
	outputs    map[sai.ObjectID][]output    // members of a multicast group, in order
	streams    map[sai.ObjectID][]streamKey // that go to a multicast group
	groupOf    map[streamKey]sai.ObjectID   // the group that a stream goes to

	slots      slots                                        // adjacencies of neighbours
	neighbors  map[hop]uint32                               // slot
	nextHops   map[hop]map[sai.ObjectID]struct{}            // next hops through a neighbour
	groups     map[sai.ObjectID][]path                      // members of a next hop group, in order
	led        map[sai.ObjectID]bool                        // groups that routes lead to, or did
	hostRoutes map[host][]hop                               // neighbours reachable as a host route
	base       map[counterKey]uint64                        // counters at the time they were cleared
	flows      map[flowKey]dataplane.FlowCounters           // what a trap counted before it got a counter
	counted    map[sai.ObjectID]sai.RouteEntry              // by counter
	debug      map[debugKey]map[dataplane.DropReason]uint64 // drops before a debug counter was made
}

// hop is a neighbour as next hops see it.
type hop struct {
	rif sai.ObjectID
	ip  netip.Addr
}

// host is an address in a virtual router.
type host struct {
	vr sai.ObjectID
	ip netip.Addr
}

func newIndex() index {
	return index{
		portRIF: map[sai.ObjectID]sai.ObjectID{}, portHostif: map[sai.ObjectID]sai.ObjectID{},
		portBridge: map[sai.ObjectID]sai.ObjectID{}, vlanRIF: map[sai.ObjectID]sai.ObjectID{},
		vlanHostif: map[sai.ObjectID]sai.ObjectID{}, subports: map[sai.ObjectID]sai.ObjectID{}, ports: map[dataplane.PortID]sai.ObjectID{},
		lags: map[dataplane.PortID]sai.ObjectID{}, portLAG: map[sai.ObjectID]sai.ObjectID{},
		vlans: map[uint16]sai.ObjectID{}, outputs: map[sai.ObjectID][]output{}, streams: map[sai.ObjectID][]streamKey{}, groupOf: map[streamKey]sai.ObjectID{}, neighbors: map[hop]uint32{},
		nextHops: map[hop]map[sai.ObjectID]struct{}{}, hostRoutes: map[host][]hop{},
		groups:  map[sai.ObjectID][]path{},
		led:     map[sai.ObjectID]bool{},
		base:    map[counterKey]uint64{},
		flows:   map[flowKey]dataplane.FlowCounters{},
		counted: map[sai.ObjectID]sai.RouteEntry{},
		debug:   map[debugKey]map[dataplane.DropReason]uint64{},
	}
}

// slots hands out small numbers, lowest first.
type slots struct {
	used map[uint32]bool
	next uint32 // no free number below
}

func (s *slots) take() uint32 {
	for s.used[s.next] {
		s.next++
	}
	s.claim(s.next)
	return s.next
}

func (s *slots) claim(n uint32) {
	if s.used == nil {
		s.used = map[uint32]bool{}
	}
	s.used[n] = true
}

func (s *slots) release(n uint32) {
	delete(s.used, n)
	s.next = min(s.next, n)
}

// portID returns the pipeline's number of a port or LAG.
func portID(id sai.ObjectID) dataplane.PortID {
	if isA(id, sai.ObjectTypeLAG) {
		return dataplane.FirstLAG - 1 + dataplane.PortID(strict.Index(id))
	}
	return dataplane.PortID(strict.Index(id))
}

// bridgePortOn returns the bridge port on a port or LAG of the pipeline.
func (x *index) bridgePortOn(id dataplane.PortID) sai.ObjectID {
	if id >= dataplane.FirstLAG {
		return x.portBridge[x.lags[id]]
	}
	return x.portBridge[x.ports[id]]
}

func groupID(id sai.ObjectID) dataplane.GroupID   { return dataplane.GroupID(strict.Index(id)) }
func rifID(id sai.ObjectID) dataplane.RIFID       { return dataplane.RIFID(strict.Index(id)) }
func hostifID(id sai.ObjectID) dataplane.HostifID { return dataplane.HostifID(strict.Index(id)) }
func limitID(id sai.ObjectID) dataplane.LimitID   { return dataplane.LimitID(strict.Index(id)) }
func routeCounterID(id sai.ObjectID) dataplane.RouteCounterID {
	return dataplane.RouteCounterID(strict.Index(id))
}
func stpID(id sai.ObjectID) dataplane.STPID { return dataplane.STPID(strict.Index(id) - 1) }
func vrfID(id sai.ObjectID) dataplane.VRFID { return dataplane.VRFID(strict.Index(id) - 1) }

func port(id sai.ObjectID) sai.Object { return sai.ObjectOf(sai.ObjectTypePort, id) }
func vlan(id sai.ObjectID) sai.Object { return sai.ObjectOf(sai.ObjectTypeVLAN, id) }
func rif(id sai.ObjectID) sai.Object  { return sai.ObjectOf(sai.ObjectTypeRouterInterface, id) }

// vid returns the VLAN id of a VLAN object.
func vid(v strict.View, id sai.ObjectID) uint16 {
	return uint16(v.Value(vlan(id), sai.VLANAttrVLANID).Uint())
}

// value returns one of a change's explicit attributes, else the view's value.
func value(v strict.View, ch strict.Change, id sai.AttrID) sai.Value {
	for _, a := range ch.Attrs {
		if a.ID == id {
			return a.Value
		}
	}
	return v.Value(ch.Object, id)
}

// isA reports whether an id names an object of a type.
func isA(id sai.ObjectID, t sai.ObjectType) bool {
	got, ok := strict.TypeOf(id)
	return ok && got == t
}
