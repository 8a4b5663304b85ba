package dataplane

import (
	"errors"
	"fmt"
	"slices"
)

// groupSlots is GROUP_SLOTS in bpf/defs.h.
const groupSlots = 1024

// groupRow is a group as it is now. An adopted one has no paths until they are
// set again.
type groupRow struct {
	paths []Path
	slots [groupSlots]uint32
}

// SetGroup makes a group of adjacencies, or changes its members. Flows of members
// that stay do not move, but for those that a new one takes. Routes through the
// group follow at once.
func (p *Plane) SetGroup(id GroupID, paths []Path) error {
	err := checkGroup(id, paths)
	if err == nil {
		err = p.do(func() error { return p.setGroup(id, slices.Clone(paths)) })
	}
	if err != nil {
		return fmt.Errorf("set group %d: %w", id, err)
	}
	return nil
}

func checkGroup(id GroupID, paths []Path) error {
	switch {
	case id == 0 || id > MaxGroup:
		return ErrInvalid
	case len(paths) > MaxPaths:
		return fmt.Errorf("%w: %d members", ErrTableFull, len(paths))
	}
	for _, m := range paths {
		if m.Adj == 0 || m.Weight == 0 {
			return fmt.Errorf("%w: adjacency %d of weight %d", ErrInvalid, m.Adj, m.Weight)
		}
	}
	return nil
}

func (p *Plane) setGroup(id GroupID, paths []Path) error {
	if p.stale != nil {
		delete(p.stale.groups, id)
	}
	g := p.groups[id]
	if g == nil {
		g = &groupRow{}
		p.groups[id] = g
	}
	g.paths = paths
	p.sharing = nil
	return p.putGroup(id, g)
}

// DeleteGroup removes a group. Packets of routes that still lead to it are
// dropped.
func (p *Plane) DeleteGroup(id GroupID) error {
	if err := p.do(func() error { return p.deleteGroup(id) }); err != nil {
		return fmt.Errorf("delete group %d: %w", id, err)
	}
	return nil
}

func (p *Plane) deleteGroup(id GroupID) error {
	if p.groups[id] == nil {
		return ErrNotFound
	}
	delete(p.groups, id)
	if p.stale != nil {
		delete(p.stale.groups, id)
	}
	p.sharing = nil
	return p.t.Groups.Put(uint32(id), pipelineGroup{})
}

// putGroup gives a group's slots to the members that work.
func (p *Plane) putGroup(id GroupID, g *groupRow) error {
	slots := apportion(g.slots, p.working(g.paths))
	if slots == g.slots {
		return nil
	}
	g.slots = slots
	if err := p.t.Groups.Put(uint32(id), pipelineGroup{Adj: slots}); err != nil {
		return fmt.Errorf("write group %d: %w", id, err)
	}
	return nil
}

// working picks the members that forward now. If there are none, all are as good
// as each other: one that waits for its neighbour goes to the CPU, which resolves.
func (p *Plane) working(paths []Path) []Path {
	var out []Path
	for _, m := range paths {
		a := p.adjs[m.Adj]
		r := p.rifs[a.RIF]
		if a.Action == AdjForward && (!r.onPort() || p.portUp(r.Port)) {
			out = append(out, m)
		}
	}
	if out == nil {
		return paths
	}
	return out
}

// shared tells whether members of groups go out of a port.
func (p *Plane) shared(id PortID) bool {
	if p.sharing == nil {
		p.sharing = map[PortID]bool{}
		for _, g := range p.groups {
			for _, m := range g.paths {
				p.sharing[p.rifs[p.adjs[m.Adj].RIF].Port] = true
			}
		}
	}
	return p.sharing[id]
}

// followPaths brings the groups with members out of a port or LAG to its state.
func (p *Plane) followPaths(id PortID) error {
	return p.followGroups(func(member AdjID) bool {
		r := p.rifs[p.adjs[member].RIF]
		return r.onPort() && r.Port == id
	})
}

// followGroups brings the groups with certain members to their state.
func (p *Plane) followGroups(about func(AdjID) bool) error {
	var err error
	for id, g := range p.groups {
		if slices.ContainsFunc(g.paths, func(m Path) bool { return about(m.Adj) }) {
			p.sharing = nil
			err = errors.Join(err, p.putGroup(id, g))
		}
	}
	return err
}
