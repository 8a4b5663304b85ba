package planetest

import (
	"fmt"
	"slices"

	"github.com/heddle-nos/heddle/hal/softasic/dataplane"
)

// SetGroup refuses members that are not there and more than a group may have.
func (p *Plane) SetGroup(id dataplane.GroupID, g dataplane.Group) error {
	return p.do("set group", func(s *state) error {
		if len(g.Paths) > dataplane.MaxPaths || len(g.Buckets) > dataplane.MaxBuckets {
			return fmt.Errorf("set group %d: %w", id, dataplane.ErrTableFull)
		}
		members := slices.Clone(g.Buckets)
		for _, m := range g.Paths {
			members = append(members, m.Adj)
		}
		for _, m := range members {
			if _, ok := s.adjs[m]; !ok && m != 0 {
				return fmt.Errorf("set group %d: adjacency %d: %w", id, m, dataplane.ErrNotFound)
			}
		}
		s.idle[id], p.like[id] = g.Idle, g.Like
		s.groups[id] = dataplane.Group{Paths: slices.Clone(g.Paths), Buckets: slices.Clone(g.Buckets)}
		return nil
	})
}

// DeleteGroup refuses while an adjacency leads to the group.
func (p *Plane) DeleteGroup(id dataplane.GroupID) error {
	return p.do("delete group", func(s *state) error {
		for adj, a := range s.adjs {
			if a.Group == id {
				return fmt.Errorf("delete group %d: in use by adjacency %d", id, adj)
			}
		}
		delete(s.groups, id)
		delete(s.idle, id)
		return nil
	})
}

// Group returns a group's members.
func (p *Plane) Group(id dataplane.GroupID) dataplane.Group {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.state.groups[id]
}

// Like returns the group whose slots another one was to take.
func (p *Plane) Like(id dataplane.GroupID) dataplane.GroupID {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.like[id]
}
