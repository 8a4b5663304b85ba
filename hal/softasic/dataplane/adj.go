package dataplane

import (
	"encoding/binary"
	"errors"
	"fmt"
)

// SetAdj makes an adjacency, or changes it to what is given. Routes that point
// to it follow at once.
func (p *Plane) SetAdj(id AdjID, a Adj) error {
	if id == 0 || uint32(id) >= p.cfg.MaxAdj {
		return fmt.Errorf("set adjacency %d: %w", id, ErrTableFull)
	}
	if !a.valid() || uint32(a.Next) >= p.cfg.MaxAdj {
		return fmt.Errorf("set adjacency %d: %w", id, ErrInvalid)
	}
	err := p.do(func() error {
		if p.stale != nil {
			delete(p.stale.adjs, id)
		}
		old, had := p.adjs[id]
		same := had && old == a
		if same && a.Action != AdjGroup { // of which the size may be another one
			return nil
		}
		p.adjs[id] = a
		err := p.putAdj(id, a)
		if same {
			return err
		}
		return errors.Join(err, p.followGroups(func(member AdjID) bool { return member == id }))
	})
	if err != nil {
		return fmt.Errorf("set adjacency %d: %w", id, err)
	}
	return nil
}

// valid tells whether an adjacency has what its action needs, and no more.
func (a Adj) valid() bool {
	switch {
	case a.Action == 0 || a.Action > AdjCounted || a.RIF > MaxRIF || a.Group > MaxGroup || a.Counter > MaxRouteCounter:
		return false
	case (a.Action == AdjGroup) != (a.Group != 0):
		return false
	case a.Action == AdjCounted:
		return a.Counter != 0 && a.Next != 0
	}
	return a.Counter == 0 && a.Next == 0
}

func (p *Plane) putAdj(id AdjID, a Adj) error {
	row := pipelineAdj{Mac: a.MAC, Rif: uint16(a.RIF), Action: uint8(a.Action)}
	if a.Action == AdjGroup {
		row.Rif, row.Slots = uint16(a.Group), groupSlots
		if g := p.groups[a.Group]; g != nil {
			row.Slots = uint16(g.size())
		}
	}
	if a.Action == AdjCounted {
		row.Rif = uint16(a.Counter)
		binary.NativeEndian.PutUint32(row.Mac[:], uint32(a.Next))
	}
	return p.t.Adjs.Put(uint32(id), row)
}

// DeleteAdj removes an adjacency. Packets of routes that still point to it are
// dropped.
func (p *Plane) DeleteAdj(id AdjID) error {
	if err := p.do(func() error { return p.deleteAdj(id) }); err != nil {
		return fmt.Errorf("delete adjacency %d: %w", id, err)
	}
	return nil
}

func (p *Plane) deleteAdj(id AdjID) error {
	if _, ok := p.adjs[id]; !ok {
		return ErrNotFound
	}
	delete(p.adjs, id)
	if p.stale != nil {
		delete(p.stale.adjs, id)
	}
	return errors.Join(p.followGroups(func(member AdjID) bool { return member == id }),
		p.t.Adjs.Put(uint32(id), pipelineAdj{}))
}
