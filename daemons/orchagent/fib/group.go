package fib

import (
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"slices"

	"github.com/heddle-nos/heddle/daemons/orchagent/object"
)

// Member is one next hop of a group, with its share of the packets.
type Member struct {
	Via    object.Key
	Weight uint32 // relative to the others
}

// Group is a set of next hops over which packets are spread. Routes with the
// same members share a group, whichever of its next hops exist: one that goes
// changes the group and no route.
type Group struct {
	Key     object.Key
	Members []Member // by Via; empty when no route wants the group any more
}

// groupKey names a group by its content.
func groupKey(members []Member) object.Key {
	h := sha256.New()
	for _, m := range members {
		fmt.Fprintf(h, "%s %d\n", m.Via, m.Weight)
	}
	return object.NextHopGroup(hex.EncodeToString(h.Sum(nil)[:8]))
}

// Merge sorts members and adds up the weights of those that are the same.
func Merge(members []Member) []Member {
	slices.SortFunc(members, func(a, b Member) int { return cmp.Compare(a.Via, b.Via) })
	out := members[:0]
	for _, m := range members {
		if n := len(out); n > 0 && out[n-1].Via == m.Via {
			out[n-1].Weight += m.Weight
			continue
		}
		out = append(out, m)
	}
	return out
}

// refined gives a route a group of its own, if it is to have one.
func (t *Table) refined(k Key, id TargetID) TargetID {
	s := t.targets[id].spec
	members := s.Members
	if len(s.Vias) == 1 && s.Vias[0].Kind() == object.KindNextHop {
		members = []Member{{Via: s.Vias[0], Weight: 1}}
	}
	if s.Ignored || s.Action != object.ActionForward || len(members) == 0 {
		return id
	}
	group := t.Refine(k, members)
	if group == "" {
		return id
	}
	raw := fmt.Appendf(nil, "%s %s %s %s", group, groupKey(members), s.In, s.Tag)
	s.Members, s.Vias = members, nil
	return t.define(raw, s, group)
}

// groups counts who wants which group.
type groups struct {
	wanted  map[object.Key]*groupUse
	changed map[object.Key]struct{} // since the last TakeGroups
}

type groupUse struct {
	members []Member
	targets int // that rows name
}

func newGroups() groups {
	return groups{wanted: make(map[object.Key]*groupUse), changed: make(map[object.Key]struct{})}
}

// refer counts one more (or less) target in use that needs its group.
func (g *groups) refer(tg *target, by int) {
	if tg.group == "" {
		return
	}
	use := g.wanted[tg.group]
	if use == nil {
		use = &groupUse{members: tg.spec.Members}
		g.wanted[tg.group] = use
	}
	if by > 0 && !slices.Equal(use.members, tg.spec.Members) { // of a route's own group
		use.members = tg.spec.Members
		g.changed[tg.group] = struct{}{}
	}
	before := use.targets
	if use.targets += by; (before == 0) != (use.targets == 0) {
		g.changed[tg.group] = struct{}{}
	}
}

// TakeGroups calls yield for every group that routes have begun or ceased to
// want since the last call.
func (t *Table) TakeGroups(yield func(Group)) {
	for k := range t.groups.changed {
		use := t.groups.wanted[k]
		if use.targets == 0 {
			delete(t.groups.wanted, k)
			use.members = nil
		}
		yield(Group{Key: k, Members: use.members})
	}
	clear(t.groups.changed)
}

// lacks names an object that a target without a way needs.
func (t *Table) lacks(s *Spec) object.Key {
	switch {
	case s.In != "" && !t.exists[s.In]:
		return s.In
	case len(s.Members) > 0:
		return s.Members[0].Via
	}
	return s.Vias[0]
}
