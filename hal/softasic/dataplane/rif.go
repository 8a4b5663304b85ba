package dataplane

import (
	"errors"
	"fmt"
)

// Flags of struct rif in bpf/defs.h.
const (
	rifV4 = 1 << iota
	rifV6
	rifNoLoop
)

// SetRIF makes a router interface, or changes it to what is given.
func (p *Plane) SetRIF(id RIFID, r RIF) error {
	if err := p.checkRIF(id, r); err != nil {
		return fmt.Errorf("set router interface %d: %w", id, err)
	}
	err := p.do(func() error {
		row := pipelineRif{
			Mac: r.MAC, Mtu: mtu16(r.MTU), Port: uint16(r.Port), Vlan: r.VLAN, Kind: uint8(r.Kind),
			Flags: uint8(flags(bit{r.AdminV4, rifV4}, bit{r.AdminV6, rifV6}, bit{r.NoLoop, rifNoLoop})), Vrf: uint16(r.VRF),
		}
		if err := p.t.Rifs.Put(uint32(id), row); err != nil {
			return err
		}
		old := p.rifs[id]
		p.rifs[id] = r
		if err := p.moveSubport(id, old, r); err != nil {
			return err
		}
		if p.stale != nil {
			delete(p.stale.rifs, id)
		}
		return p.followGroups(func(member AdjID) bool { return p.adjs[member].RIF == id })
	})
	if err != nil {
		return fmt.Errorf("set router interface %d: %w", id, err)
	}
	return nil
}

func (p *Plane) checkRIF(id RIFID, r RIF) error {
	switch {
	case id == 0 || id > MaxRIF, r.Port > LastLAG,
		r.onPort() && r.Port == 0, (r.Kind == RIFVLAN || r.Kind == RIFSub) && !goodVLAN(r.VLAN),
		r.Kind == 0 || r.Kind > RIFSub:
		return ErrInvalid
	case r.VRF > MaxVRF:
		return fmt.Errorf("vrf %d: %w", r.VRF, ErrInvalid)
	}
	return nil
}

// DeleteRIF removes a router interface.
func (p *Plane) DeleteRIF(id RIFID) error {
	if err := p.do(func() error { return p.deleteRIF(id) }); err != nil {
		return fmt.Errorf("delete router interface %d: %w", id, err)
	}
	return nil
}

func (p *Plane) deleteRIF(id RIFID) error {
	r, ok := p.rifs[id]
	if !ok {
		return ErrNotFound
	}
	delete(p.rifs, id)
	if p.stale != nil {
		delete(p.stale.rifs, id)
	}
	return errors.Join(p.leaveSubport(id, r), p.t.Rifs.Put(uint32(id), pipelineRif{}))
}
