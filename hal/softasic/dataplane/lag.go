package dataplane

import (
	"errors"
	"fmt"
	"slices"
)

// SetLAG makes a LAG without members, or changes it to what is given.
func (p *Plane) SetLAG(id PortID, l LAG) error {
	err := ErrInvalid
	if goodLAG(id) && l.PVID <= MaxVLAN && l.RIF <= MaxRIF && l.Hostif <= MaxHostif {
		err = p.do(func() error {
			if p.stale != nil {
				delete(p.stale.lags, id)
			}
			p.lags[id] = l
			return p.followLAG(id)
		})
	}
	if err != nil {
		return fmt.Errorf("set lag %d: %w", id, err)
	}
	return nil
}

func goodLAG(id PortID) bool { return id >= FirstLAG && id <= LastLAG }

// DeleteLAG removes a LAG, its members' membership and its own in VLANs.
func (p *Plane) DeleteLAG(id PortID) error {
	if err := p.do(func() error { return p.deleteLAG(id) }); err != nil {
		return fmt.Errorf("delete lag %d: %w", id, err)
	}
	return nil
}

func (p *Plane) deleteLAG(id PortID) error {
	if _, ok := p.lags[id]; !ok {
		return ErrNotFound
	}
	err := p.leaveVLANs(id)
	for port, r := range p.ports {
		if r.member.LAG == id {
			err = errors.Join(err, p.deleteLAGMember(port))
		}
	}
	delete(p.lags, id)
	if p.stale != nil {
		delete(p.stale.lags, id)
	}
	return errors.Join(err, p.t.Ports.Put(uint32(id), pipelinePort{}), p.followPort(id))
}

// SetLAGMember puts a port into a LAG, or changes what it does there.
func (p *Plane) SetLAGMember(port PortID, m LAGMember) error {
	err := p.do(func() error {
		r := p.ports[port]
		if _, ok := p.lags[m.LAG]; !ok || r == nil {
			return ErrNotFound
		}
		if r.member.LAG != 0 && r.member.LAG != m.LAG {
			return fmt.Errorf("%w: in lag %d", ErrInvalid, r.member.LAG)
		}
		if r.member.LAG == 0 && p.countMembers(m.LAG) == MaxMember {
			return fmt.Errorf("%w: %d members", ErrTableFull, MaxMember)
		}
		if p.stale != nil {
			delete(p.stale.inLAG, port)
		}
		return p.putMember(port, r, m)
	})
	if err != nil {
		return fmt.Errorf("set port %d in lag %d: %w", port, m.LAG, err)
	}
	return nil
}

// DeleteLAGMember takes a port out of its LAG.
func (p *Plane) DeleteLAGMember(port PortID) error {
	if err := p.do(func() error { return p.deleteLAGMember(port) }); err != nil {
		return fmt.Errorf("delete port %d from its lag: %w", port, err)
	}
	return nil
}

func (p *Plane) deleteLAGMember(port PortID) error {
	r := p.ports[port]
	if r == nil || r.member.LAG == 0 {
		return ErrNotFound
	}
	if p.stale != nil {
		delete(p.stale.inLAG, port)
	}
	return p.putMember(port, r, LAGMember{})
}

// putMember changes a port's membership. A port that leaves stops sending first;
// one that joins sends when it can also receive.
func (p *Plane) putMember(port PortID, r *portRow, m LAGMember) error {
	lag := max(r.member.LAG, m.LAG)
	r.member = m
	if m.Distribute {
		return errors.Join(p.putPort(port, r), p.followLAG(lag))
	}
	return errors.Join(p.followLAG(lag), p.putPort(port, r))
}

func (p *Plane) countMembers(lag PortID) int {
	n := 0
	for _, r := range p.ports {
		if r.member.LAG == lag {
			n++
		}
	}
	return n
}

// distributors are the ports that a LAG sends by now, in order.
func (p *Plane) distributors(lag PortID) []PortID {
	var out []PortID
	for id, r := range p.ports {
		if r.member.LAG == lag && r.member.Distribute && r.up {
			out = append(out, id)
		}
	}
	slices.Sort(out)
	return out
}

// followLAG brings a LAG's rows to its members and their links: first where known
// frames go, then where flooded ones go, last the carrier that the CPU sees.
// LAG 0 is that of ports in none.
func (p *Plane) followLAG(id PortID) error {
	l, ok := p.lags[id]
	if !ok {
		return nil
	}
	ports := p.distributors(id)
	if err := errors.Join(p.distribute(id, ports), p.followPaths(id)); err != nil {
		return err
	}
	row := pipelinePort{
		Pvid: l.PVID, Rif: uint16(l.RIF), Hostif: uint16(l.Hostif),
		Flags: portPresent | flags(bit{l.BridgePort, portBridge}, bit{l.DropUntagged, portDropUntagged},
			bit{l.DropTagged, portDropTagged}, bit{l.LearnDisabled, portNoLearn}, bit{l.KnownOnly, portKnownOnly}, bit{p.subports[id] > 0, portSubports}),
	}
	row.Ifindex = p.floodDevice(id)
	if err := p.t.Ports.Put(uint32(id), row); err != nil {
		return fmt.Errorf("write lag: %w", err)
	}
	return errors.Join(p.refloodPort(id), p.followPort(id))
}

// distribute writes the ports that a LAG chooses from.
func (p *Plane) distribute(id PortID, ports []PortID) error {
	row := pipelineLag{N: uint32(len(ports))}
	if len(ports) > 0 {
		for i := range row.Port {
			row.Port[i] = uint16(ports[i%len(ports)])
		}
	}
	if err := p.t.Lags.Put(uint32(id-FirstLAG), row); err != nil {
		return fmt.Errorf("write members: %w", err)
	}
	return nil
}

// redistribute writes the members of all LAGs: links may have changed while no
// process was here.
func (p *Plane) redistribute() error {
	var err error
	for id := range p.lags {
		err = errors.Join(err, p.distribute(id, p.distributors(id)))
	}
	return err
}

// hasPort tells whether a port or LAG exists.
func (p *Plane) hasPort(id PortID) bool {
	_, lag := p.lags[id]
	return lag || p.ports[id] != nil
}

// portUp tells whether a port has link, or a LAG a member to send by.
func (p *Plane) portUp(id PortID) bool {
	if id >= FirstLAG {
		return len(p.distributors(id)) > 0
	}
	return p.ports[id] != nil && p.ports[id].up
}

// floodDevice is the device by which a port or LAG sends flooded frames; 0: none.
// One member sends all that a LAG floods; LAGs differ in which.
func (p *Plane) floodDevice(id PortID) uint32 { return p.deviceOut(id, int(id)) }

// deviceOut is the device by which a port, or the LAG's port of a choice, sends
// copies; 0: none.
func (p *Plane) deviceOut(id PortID, choice int) uint32 {
	if ports := p.distributors(id); len(ports) > 0 {
		id = ports[choice%len(ports)]
	}
	if r := p.ports[id]; r != nil {
		return uint32(r.ifindex)
	}
	return 0
}
