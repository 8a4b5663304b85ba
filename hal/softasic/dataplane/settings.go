package dataplane

import "fmt"

// putSettings writes the pipeline's settings, all at once.
func (p *Plane) putSettings() error {
	if err := p.t.Config.Put(uint32(0), p.settings); err != nil {
		return fmt.Errorf("write settings: %w", err)
	}
	return nil
}

// SetTrap says what happens to a kind of packet. A new plane forwards all.
func (p *Plane) SetTrap(k TrapKind, t Trap) error {
	if k == 0 || k >= trapCount || t.Action > TrapCopy || t.Limit > MaxLimit {
		return fmt.Errorf("set trap %d to %+v: %w", k, t, ErrInvalid)
	}
	return p.do(func() error {
		if p.stale != nil {
			delete(p.stale.traps, k)
		}
		p.settings.Trap[k], p.settings.TrapLimit[k] = uint8(t.Action), uint16(t.Limit)
		return p.putSettings()
	})
}

// useGeneric moves all programs to generic XDP, because a device cannot do
// native XDP and the two cannot redirect to each other.
func (p *Plane) useGeneric(why error) error {
	p.log.Warn("native XDP refused, using generic XDP on all ports", "error", why)
	p.settings.Generic = 1
	if err := p.putSettings(); err != nil {
		return err
	}
	if err := p.attach.detachAll("-xdp"); err != nil {
		return err
	}
	for id, r := range p.ports {
		if err := p.attachPort(id, r); err != nil {
			return err
		}
	}
	for id, r := range p.hostifs {
		if err := p.attachHostif(id, r); err != nil {
			return err
		}
	}
	return nil
}
