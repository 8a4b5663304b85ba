package planetest

import (
	"fmt"

	"github.com/heddle-nos/heddle/hal/softasic/dataplane"
)

// SetLAG refuses LAGs routed by no interface.
func (p *Plane) SetLAG(id dataplane.PortID, l dataplane.LAG) error {
	return p.do("set lag", func(s *state) error {
		if id < dataplane.FirstLAG || id > dataplane.LastLAG {
			return fmt.Errorf("set lag %d: %w", id, dataplane.ErrInvalid)
		}
		if _, ok := s.rifs[l.RIF]; l.RIF != 0 && !ok && p.marked == nil {
			return fmt.Errorf("set lag %d: router interface %d: %w", id, l.RIF, dataplane.ErrNotFound)
		}
		s.lags[id] = l
		return nil
	})
}

// DeleteLAG refuses while ports are in it.
func (p *Plane) DeleteLAG(id dataplane.PortID) error {
	return p.do("delete lag", func(s *state) error {
		for port, m := range s.inLAG {
			if m.LAG == id {
				return fmt.Errorf("delete lag %d: port %d is in it", id, port)
			}
		}
		delete(s.lags, id)
		return nil
	})
}

// SetLAGMember refuses ports and LAGs that are not there.
func (p *Plane) SetLAGMember(id dataplane.PortID, m dataplane.LAGMember) error {
	return p.do("set lag member", func(s *state) error {
		_, port := s.ports[id]
		if _, lag := s.lags[m.LAG]; !lag || !port {
			return fmt.Errorf("set port %d in lag %d: %w", id, m.LAG, dataplane.ErrNotFound)
		}
		s.inLAG[id] = m
		return nil
	})
}

// DeleteLAGMember takes a port out of its LAG.
func (p *Plane) DeleteLAGMember(id dataplane.PortID) error {
	return drop(p, "delete lag member", func(s *state) map[dataplane.PortID]dataplane.LAGMember { return s.inLAG }, id)
}

// SetHash keeps a hash.
func (p *Plane) SetHash(k dataplane.HashKind, h dataplane.Hash) error {
	return p.do("set hash", func(s *state) error { s.hashes[k] = h; return nil })
}

// Hash returns how flows are spread.
func (p *Plane) Hash(k dataplane.HashKind) dataplane.Hash {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.state.hashes[k]
}

// LAG returns a LAG's state.
func (p *Plane) LAG(id dataplane.PortID) dataplane.LAG {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.state.lags[id]
}

// LAGMember returns what a port does in its LAG.
func (p *Plane) LAGMember(id dataplane.PortID) dataplane.LAGMember {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.state.inLAG[id]
}
