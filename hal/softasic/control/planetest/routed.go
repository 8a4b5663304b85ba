package planetest

import (
	"net/netip"

	"github.com/heddle-nos/heddle/hal/softasic/dataplane"
)

// Routed counts a packet to an address in routing table 0, if its route has a
// counter, and tells where it went.
func (p *Plane) Routed(a netip.Addr, bytes uint64) (dataplane.Adj, bool) {
	adj, ok := p.Adj(a)
	p.mu.Lock()
	defer p.mu.Unlock()
	if ok && adj.Action == dataplane.AdjCounted {
		c := p.routed[adj.Counter]
		p.routed[adj.Counter] = dataplane.FlowCounters{Packets: c.Packets + 1, Bytes: c.Bytes + bytes}
		adj, ok = p.state.adjs[adj.Next]
	}
	return adj, ok
}

// RouteCounters tells what Routed counted.
func (p *Plane) RouteCounters(id dataplane.RouteCounterID) (dataplane.FlowCounters, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.routed[id], nil
}

// ClearRouteCounters sets a counter to zero.
func (p *Plane) ClearRouteCounters(id dataplane.RouteCounterID) error {
	p.mu.Lock()
	defer p.mu.Unlock()
	delete(p.routed, id)
	return nil
}
