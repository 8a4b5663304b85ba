package dataplane

import (
	"errors"
	"fmt"
)

// Flags of struct vlan in bpf/defs.h.
const (
	vlanPresent = 1 << iota
	vlanNoLearn
	vlanNoUnicastFlood
	vlanNoMulticastFlood
	vlanNoBroadcastFlood
	vlanGroups4
	vlanSources4
	vlanGroups6
	vlanSources6
)

// vlanRow is a VLAN as it is now.
type vlanRow struct {
	VLAN
	members map[PortID]bool // whether tagged
	flood   *floodTable     // nil until this process makes one
	streams map[Stream]*streamRow
}

func newVLANRow(v VLAN) *vlanRow {
	return &vlanRow{VLAN: v, members: map[PortID]bool{}, streams: map[Stream]*streamRow{}}
}

type stpKey struct {
	instance STPID
	port     PortID
}

// SetVLAN makes a VLAN, or changes it to what is given.
func (p *Plane) SetVLAN(vid uint16, v VLAN) error {
	err := ErrInvalid
	if goodVLAN(vid) && v.RIF <= MaxRIF && v.Hostif <= MaxHostif {
		err = p.do(func() error { return p.setVLAN(vid, v) })
	}
	if err != nil {
		return fmt.Errorf("set vlan %d: %w", vid, err)
	}
	return nil
}

func goodVLAN(vid uint16) bool { return vid >= 1 && vid <= MaxVLAN }

func (p *Plane) setVLAN(vid uint16, v VLAN) error {
	r := p.vlans[vid]
	if r == nil {
		r = newVLANRow(VLAN{})
		p.vlans[vid] = r
	}
	r.VLAN = v
	if p.stale != nil {
		delete(p.stale.vlans, vid)
	}
	return p.putVLAN(vid, r)
}

// DeleteVLAN removes a VLAN and its members.
func (p *Plane) DeleteVLAN(vid uint16) error {
	if err := p.do(func() error { return p.deleteVLAN(vid) }); err != nil {
		return fmt.Errorf("delete vlan %d: %w", vid, err)
	}
	return nil
}

func (p *Plane) deleteVLAN(vid uint16) error {
	r := p.vlans[vid]
	if r == nil {
		return ErrNotFound
	}
	delete(p.vlans, vid)
	if p.stale != nil {
		delete(p.stale.vlans, vid)
	}
	r.flood.close()
	return errors.Join(p.deleteStreams(vid, r), p.t.Vlans.Put(uint32(vid), pipelineVlan{}), ignoreMissing(p.t.Flood.Delete(uint32(vid))))
}

// SetVLANMember makes a port a member of a VLAN, or changes its tagging.
func (p *Plane) SetVLANMember(vid uint16, id PortID, tagged bool) error {
	err := p.do(func() error {
		r := p.vlans[vid]
		if r == nil || !p.hasPort(id) {
			return ErrNotFound
		}
		if p.stale != nil {
			delete(p.stale.members, memberKey{vid, id})
		}
		r.members[id] = tagged
		return p.putVLAN(vid, r)
	})
	if err != nil {
		return fmt.Errorf("set port %d in vlan %d: %w", id, vid, err)
	}
	return nil
}

// DeleteVLANMember takes a port out of a VLAN.
func (p *Plane) DeleteVLANMember(vid uint16, id PortID) error {
	if err := p.do(func() error { return p.deleteMember(vid, id) }); err != nil {
		return fmt.Errorf("delete port %d from vlan %d: %w", id, vid, err)
	}
	return nil
}

func (p *Plane) deleteMember(vid uint16, id PortID) error {
	r := p.vlans[vid]
	if r == nil {
		return ErrNotFound
	}
	if _, member := r.members[id]; !member {
		return ErrNotFound
	}
	delete(r.members, id)
	if p.stale != nil {
		delete(p.stale.members, memberKey{vid, id})
	}
	return p.putVLAN(vid, r)
}

// SetSTPState sets a port's state in a spanning tree instance.
func (p *Plane) SetSTPState(i STPID, id PortID, s STPState) error {
	if s > STPBlocking || id == 0 || id > LastLAG {
		return fmt.Errorf("set spanning tree state of port %d: %w", id, ErrInvalid)
	}
	err := p.do(func() error {
		if p.stale != nil {
			delete(p.stale.stp, stpKey{i, id})
		}
		if old, known := p.stp[stpKey{i, id}]; known && old == s {
			return nil
		}
		p.stp[stpKey{i, id}] = s
		return p.putInstance(i, id)
	})
	if err != nil {
		return fmt.Errorf("set spanning tree state of port %d: %w", id, err)
	}
	return nil
}

// DeleteSTPState leaves a port without a state in an instance.
func (p *Plane) DeleteSTPState(i STPID, id PortID) error {
	err := p.do(func() error {
		if _, known := p.stp[stpKey{i, id}]; !known {
			return ErrNotFound
		}
		delete(p.stp, stpKey{i, id})
		return p.putInstance(i, id)
	})
	if err != nil {
		return fmt.Errorf("delete spanning tree state of port %d: %w", id, err)
	}
	return nil
}

// putInstance writes the VLANs of an instance that a port is in.
func (p *Plane) putInstance(i STPID, id PortID) error {
	var err error
	for vid, v := range p.vlans {
		if _, member := v.members[id]; member && v.STP == i {
			err = errors.Join(err, p.putVLAN(vid, v))
		}
	}
	return err
}

// stateOf is a port's state in an instance. In instance 0, where the VLANs are that spanning tree does not look after, a port without
// one forwards. In others it blocks: a link that is new to a VLAN must not close a loop before the protocol has looked at it.
func (p *Plane) stateOf(i STPID, id PortID) STPState {
	if s, known := p.stp[stpKey{i, id}]; known {
		return s
	}
	if i == 0 {
		return STPForwarding
	}
	return STPBlocking
}

// putVLAN writes a VLAN into the tables. A new member can send before it is
// flooded to, and a removed one is not flooded to after it may not send: the
// other order would echo.
func (p *Plane) putVLAN(vid uint16, r *vlanRow) error {
	row := p.vlanRowOf(vid, r)
	if err := p.t.Vlans.Put(uint32(vid), row); err != nil {
		return fmt.Errorf("write vlan: %w", err)
	}
	if p.stale != nil {
		return nil // EndSync writes all flood tables
	}
	return errors.Join(p.putFlood(vid, r, row), p.fillStreams(r, row))
}

// vlanRowOf is a VLAN as the pipeline reads it.
func (p *Plane) vlanRowOf(vid uint16, r *vlanRow) pipelineVlan {
	row := pipelineVlan{
		Rif: uint16(r.RIF), Hostif: uint16(r.Hostif), Stp: uint16(r.STP),
		Flags: vlanPresent | flags(bit{r.LearnDisabled, vlanNoLearn},
			bit{r.UnknownUnicast == FloodNone, vlanNoUnicastFlood},
			bit{r.UnknownMulticast == FloodNone, vlanNoMulticastFlood},
			bit{r.Broadcast == FloodNone, vlanNoBroadcastFlood},
			bit{r.Snoop4.Groups, vlanGroups4}, bit{r.Snoop4.Sources, vlanSources4},
			bit{r.Snoop6.Groups, vlanGroups6}, bit{r.Snoop6.Sources, vlanSources6}),
	}
	for s, have := range r.streams {
		if s.isUnknown() {
			row.setUnknown(s, have.slot)
		}
	}
	if h := p.hostifs[r.Hostif]; h != nil && h.VLAN == vid {
		row.Cpu = uint32(h.ifindex)
	}
	for id, tagged := range r.members {
		word, mask := id/64, uint64(1)<<(id%64)
		row.Member[word] |= mask
		if tagged {
			row.Tagged[word] |= mask
		}
		state := p.stateOf(r.STP, id)
		if state == STPForwarding {
			row.Forward[word] |= mask
		}
		if state != STPBlocking {
			row.Learn[word] |= mask
		}
	}
	return row
}
