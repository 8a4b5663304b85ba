package dataplane

import (
	"errors"
	"fmt"
)

// moveSubport makes a port's or LAG's tagged frames those of a router interface
// that was another kind before, or of another place. The new place is served
// before the old one is given up.
func (p *Plane) moveSubport(id RIFID, old, r RIF) error {
	if old.Kind == RIFSub && r.Kind == RIFSub && old.Port == r.Port && old.VLAN == r.VLAN {
		return nil
	}
	var err error
	if r.Kind == RIFSub {
		key := pipelineSubportKey{Port: uint16(r.Port), Vlan: r.VLAN}
		if err := p.t.Subports.Put(key, uint16(id)); err != nil {
			return fmt.Errorf("write vlan %d of port %d: %w", r.VLAN, r.Port, err)
		}
		err = p.countSubport(r.Port, 1)
	}
	return errors.Join(err, p.leaveSubport(id, old))
}

// leaveSubport gives up the tagged frames of a router interface, unless another
// one has taken them over.
func (p *Plane) leaveSubport(id RIFID, r RIF) error {
	if r.Kind != RIFSub {
		return nil
	}
	key := pipelineSubportKey{Port: uint16(r.Port), Vlan: r.VLAN}
	var owner uint16
	err := p.t.Subports.Lookup(key, &owner)
	if err == nil && owner == uint16(id) {
		err = p.t.Subports.Delete(key)
	}
	return errors.Join(ignoreMissing(err), p.countSubport(r.Port, -1))
}

// countSubport notes one more or less router interface of a port's VLANs. Its
// first and its last one change the port's row.
func (p *Plane) countSubport(id PortID, by int) error {
	before := p.subports[id]
	p.subports[id] = before + by
	if (before > 0) == (before+by > 0) {
		return nil
	}
	if r := p.ports[id]; r != nil {
		return p.putPort(id, r)
	}
	return p.followLAG(id)
}
