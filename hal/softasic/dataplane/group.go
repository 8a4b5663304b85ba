package dataplane

import (
	"errors"
	"fmt"
	"slices"
)

// groupSlots is GROUP_SLOTS in bpf/defs.h.
const groupSlots = 1024

// groupRow is a group as it is now. An adopted one has no members until they are
// set again.
type groupRow struct {
	Group
	home  slotTable // whose each slot is while all members of Paths work
	slots slotTable // whose it is now
}

type slotTable [groupSlots]uint32

// SetGroup makes a group of adjacencies, or changes its members. Flows of members
// that stay do not move, but for those that a new one takes. Routes through the
// group follow at once. A group that has forwarded does not become idle again.
func (p *Plane) SetGroup(id GroupID, g Group) error {
	err := checkGroup(id, g)
	if err == nil {
		g.Paths, g.Buckets = slices.Clone(g.Paths), slices.Clone(g.Buckets)
		err = p.do(func() error { return p.setGroup(id, g) })
	}
	if err != nil {
		return fmt.Errorf("set group %d: %w", id, err)
	}
	return nil
}

func checkGroup(id GroupID, g Group) error {
	switch {
	case id == 0 || id > MaxGroup:
		return ErrInvalid
	case len(g.Paths) > MaxPaths:
		return fmt.Errorf("%w: %d members", ErrTableFull, len(g.Paths))
	case len(g.Buckets) > MaxBuckets:
		return fmt.Errorf("%w: %d buckets", ErrTableFull, len(g.Buckets))
	case g.Buckets != nil && g.Paths != nil:
		return fmt.Errorf("%w: both paths and buckets", ErrInvalid)
	}
	for _, m := range g.Paths {
		if m.Adj == 0 || m.Weight == 0 {
			return fmt.Errorf("%w: adjacency %d of weight %d", ErrInvalid, m.Adj, m.Weight)
		}
	}
	return nil
}

func (p *Plane) setGroup(id GroupID, want Group) error {
	if p.stale != nil {
		delete(p.stale.groups, id)
	}
	g := p.groups[id]
	if g == nil {
		g = &groupRow{}
		p.groups[id] = g
	}
	resized := g.size() != want.size()
	want.Idle = want.Idle && g.slots == slotTable{}
	g.Group = want
	p.sharing = nil
	home, now := p.origin(id, g)
	if !g.Idle && g.Buckets == nil {
		g.home = apportion(home, now, g.Paths)
	}
	err := p.putSlots(id, g, now)
	if resized {
		err = errors.Join(err, p.resizeGroup(id))
	}
	return err
}

// size is how many slots of a group are in use.
func (g *Group) size() int {
	if len(g.Buckets) > 0 {
		return len(g.Buckets)
	}
	return groupSlots
}

// members calls yield for every adjacency of a group, possibly more than once.
func (g *Group) members(yield func(AdjID) bool) {
	for _, m := range g.Paths {
		if !yield(m.Adj) {
			return
		}
	}
	for _, a := range g.Buckets {
		if a != 0 && !yield(a) {
			return
		}
	}
}

// resizeGroup tells the adjacencies that lead to a group its size.
func (p *Plane) resizeGroup(id GroupID) error {
	var err error
	for adj, a := range p.adjs {
		if a.Action == AdjGroup && a.Group == id {
			err = errors.Join(err, p.putAdj(adj, a))
		}
	}
	return err
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
func (p *Plane) putGroup(id GroupID, g *groupRow) error { return p.putSlots(id, g, g.slots) }

// putSlots gives a group's slots to the members that work; those that have them now
// go before others.
func (p *Plane) putSlots(id GroupID, g *groupRow, now slotTable) error {
	if g.Idle {
		return nil
	}
	slots := now
	if len(g.Buckets) > 0 {
		slots = refill(now, g.Buckets, p.works)
	} else {
		slots = apportion(g.home, now, p.working(g.Paths))
	}
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
		if p.works(m.Adj) {
			out = append(out, m)
		}
	}
	if out == nil {
		return paths
	}
	return out
}

// works tells whether an adjacency forwards now.
func (p *Plane) works(id AdjID) bool {
	a := p.adjs[id]
	r := p.rifs[a.RIF]
	return a.Action == AdjForward && (!r.onPort() || p.portUp(r.Port))
}

// shared tells whether members of groups go out of a port.
func (p *Plane) shared(id PortID) bool {
	if p.sharing == nil {
		p.sharing = map[PortID]bool{}
		for _, g := range p.groups {
			for m := range g.members {
				p.sharing[p.rifs[p.adjs[m].RIF].Port] = true
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
		if g.has(about) {
			p.sharing = nil
			err = errors.Join(err, p.putGroup(id, g))
		}
	}
	return err
}

func (g *Group) has(about func(AdjID) bool) bool {
	for m := range g.members {
		if about(m) {
			return true
		}
	}
	return false
}
