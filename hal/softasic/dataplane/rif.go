package dataplane

import "fmt"

// SetRIF makes a router interface, or changes it to what is given.
func (p *Plane) SetRIF(id RIFID, r RIF) error {
	if err := p.checkRIF(id, r); err != nil {
		return fmt.Errorf("set router interface %d: %w", id, err)
	}
	err := p.do(func() error {
		row := pipelineRif{
			Mac: r.MAC, Mtu: mtu16(r.MTU), Port: uint16(r.Port), Vlan: r.VLAN, Kind: uint8(r.Kind),
			Flags: uint8(flags(bit{r.AdminV4, 1}, bit{r.AdminV6, 2})), Vrf: uint16(r.VRF),
		}
		if err := p.t.Rifs.Put(uint32(id), row); err != nil {
			return err
		}
		p.rifs[id] = r
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
		r.Kind == RIFPort && r.Port == 0, r.Kind == RIFVLAN && !goodVLAN(r.VLAN),
		r.Kind == 0 || r.Kind > RIFLoopback:
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
	if _, ok := p.rifs[id]; !ok {
		return ErrNotFound
	}
	delete(p.rifs, id)
	if p.stale != nil {
		delete(p.stale.rifs, id)
	}
	return p.t.Rifs.Put(uint32(id), pipelineRif{})
}
