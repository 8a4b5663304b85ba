package planetest

import (
	"fmt"
	"slices"

	"github.com/heddle-nos/heddle/hal/softasic/dataplane"
)

// SetGroup refuses members that are not there and more than a group may have.
func (p *Plane) SetGroup(id dataplane.GroupID, paths []dataplane.Path) error {
	return p.do("set group", func(s *state) error {
		if len(paths) > dataplane.MaxPaths {
			return fmt.Errorf("set group %d: %w", id, dataplane.ErrTableFull)
		}
		for _, m := range paths {
			if _, ok := s.adjs[m.Adj]; !ok {
				return fmt.Errorf("set group %d: adjacency %d: %w", id, m.Adj, dataplane.ErrNotFound)
			}
		}
		s.groups[id] = slices.Clone(paths)
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
		return nil
	})
}

// Group returns a group's members.
func (p *Plane) Group(id dataplane.GroupID) []dataplane.Path {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.state.groups[id]
}
