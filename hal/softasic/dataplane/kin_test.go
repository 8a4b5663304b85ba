package dataplane

import (
	"fmt"
	"testing"

	"github.com/vishvananda/netlink"
	"pgregory.net/rapid"
)

// kinModel is groups of a Plane without a kernel: every
// member works but those that are lost.
type kinModel struct {
	groups map[GroupID]*groupRow
	lost   map[AdjID]bool
}

func (k *kinModel) settle(id GroupID, now slotTable) {
	g := k.groups[id]
	var working []Path
	for _, m := range g.Paths {
		if !k.lost[m.Adj] {
			working = append(working, m)
		}
	}
	if working == nil {
		working = g.Paths
	}
	g.slots = apportion(g.home, now, working)
}

func (k *kinModel) add(id, like GroupID, paths []Path) {
	p := &Plane{state: state{groups: k.groups}}
	g := &groupRow{Group: Group{Paths: paths, Like: like}}
	k.groups[id] = g
	home, now := p.origin(id, g)
	g.home = apportion(home, now, paths)
	k.settle(id, now)
}

// moved counts the slots of members of both tables that changed hands, but those
// that went to a member that is only in the second.
func moved(before, after slotTable, survives func(AdjID) bool, newcomer func(AdjID) bool) int {
	n := 0
	for i := range before {
		was, is := AdjID(before[i]), AdjID(after[i])
		if survives(was) && was != is && !newcomer(is) {
			n++
		}
	}
	return n
}

// TestKinKeepFlows: links go and come back, then routing withdraws what is lost and
// makes another group of the rest. No flow of a next hop that stays moves, whatever
// happened before, and the new group is even.
func TestKinKeepFlows(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.IntRange(2, 16).Draw(t, "members")
		weight := rapid.SampledFrom([]uint32{1, 1, 7}).Draw(t, "weights up to")
		var paths []Path
		for i := range n {
			paths = append(paths, Path{AdjID(i + 1), rapid.Uint32Range(1, weight).Draw(t, "weight")})
		}
		k := &kinModel{map[GroupID]*groupRow{}, map[AdjID]bool{}}
		k.add(1, 0, paths)
		for range rapid.IntRange(0, 6).Draw(t, "flaps") {
			adj := AdjID(rapid.IntRange(1, n).Draw(t, "flapping"))
			if k.lost[adj] {
				delete(k.lost, adj)
			} else if len(k.lost) < n-1 {
				k.lost[adj] = true
			}
			k.settle(1, k.groups[1].slots)
		}
		var rest []Path
		for _, m := range paths {
			if !k.lost[m.Adj] {
				rest = append(rest, m)
			}
		}
		if len(rest) == 0 {
			return
		}
		before := k.groups[1].slots
		k.add(2, rapid.SampledFrom([]GroupID{0, 1}).Draw(t, "like"), rest)
		if after := k.groups[2].slots; after != before {
			t.Fatalf("%d slots moved", moved(before, after, func(AdjID) bool { return true }, func(AdjID) bool { return false }))
		}
		k.lost = map[AdjID]bool{}
		k.add(3, 2, paths)
		back := moved(before, k.groups[3].slots, func(AdjID) bool { return true }, func(a AdjID) bool { return !hasPath(rest, a) })
		if back > n { // of fractions of slots
			t.Errorf("%d slots moved between those that stayed when the others came back", back)
		}
	})
}

func hasPath(paths []Path, a AdjID) bool {
	g := Group{Paths: paths}
	return g.has(func(m AdjID) bool { return m == a })
}

// TestFlowsComeHome: the flows of a member that comes back are those that it had.
func TestFlowsComeHome(t *testing.T) {
	k := &kinModel{map[GroupID]*groupRow{}, map[AdjID]bool{}}
	k.add(1, 0, []Path{{1, 1}, {2, 1}, {3, 1}, {4, 1}, {5, 1}})
	home := k.groups[1].slots
	for _, flap := range []AdjID{3, 1, 3, 5, 1, 5} {
		k.lost[flap] = !k.lost[flap]
		k.settle(1, k.groups[1].slots)
		for i, adj := range home {
			if now := k.groups[1].slots[i]; !k.lost[AdjID(adj)] && now != adj {
				t.Fatalf("slot %d of member %d is at %d", i, adj, now)
			}
		}
	}
}

// TestKin: the group with most common members is taken, and one that is idle or has
// buckets is not.
func TestKin(t *testing.T) {
	filled := func(adjs ...AdjID) *groupRow {
		g := &groupRow{home: slotTable{1}}
		for _, a := range adjs {
			g.Paths = append(g.Paths, Path{a, 1})
		}
		return g
	}
	idle := filled(1, 2, 3)
	idle.home = slotTable{}
	p := &Plane{state: state{groups: map[GroupID]*groupRow{1: filled(1, 2, 3, 4, 5), 2: filled(1, 2), 3: filled(1, 2, 3, 4), 4: filled(1, 2, 3, 6, 7), 5: idle,
		6: {Group: Group{Buckets: []AdjID{1, 2, 3}}, slots: slotTable{1, 2, 3}}}}}
	if got := p.kin(9, []Path{{1, 1}, {2, 1}, {3, 1}}); got != p.groups[3] {
		t.Errorf("took after %v", got.Paths)
	}
	if got := p.kin(9, []Path{{8, 1}}); got.Paths != nil || got.home != (slotTable{}) {
		t.Errorf("took after %v without a common member", got.Paths)
	}
}

// TestGroupReplaced sends flows over eight next hops, then loses one as routers
// do: its link goes, and routing leads to another group without it. The flows of the
// seven do not move at either step, and what they have of 64k flows in the end is even.
func TestGroupReplaced(t *testing.T) {
	const paths, some, flows, lost = 8, 1 << 12, 1 << 16, 3
	r := newECMP(t, paths)
	ways := func(n int) []PortID {
		t.Helper()
		out := make([]PortID, n)
		for i := range out {
			verdict, frame := r.try(paths+1, r.flow(flowOf{src: fmt.Sprintf("10.0.%d.1", i>>12), dst: "50.0.0.1", sport: uint16(i)}))
			if verdict != xdpRedirect {
				t.Fatalf("verdict %d; drops %v", verdict, r.drops())
			}
			out[i] = PortID(frame[5])
		}
		return out
	}
	before := ways(some)
	r.setWire(lost, netlink.LinkSetDown)
	r.until("link down seen", func() bool { return !r.PortState(lost) })
	during := ways(some)
	var rest []Path
	for id := PortID(1); id <= paths; id++ {
		if id != lost {
			rest = append(rest, Path{adjPath + AdjID(id), 1})
		}
	}
	r.must(r.SetGroup(2, Group{Idle: true}), r.SetAdj(adjGroup1+1, Adj{Action: AdjGroup, Group: 2}))
	for i := range rest {
		r.must(r.SetGroup(2, Group{Paths: rest[:i+1], Idle: true}))
	}
	r.must(r.SetGroup(2, Group{Paths: rest, Like: 1}))
	for _, err := range r.UpdateRoutes(0, []RouteUpdate{route("50.0.0.0/8", adjGroup1+1)}) {
		r.must(err)
	}
	r.must(r.DeleteGroup(1))
	after := ways(flows)
	share := map[PortID]int{}
	for _, port := range after {
		share[port]++
	}
	for i := range before {
		if before[i] != lost && during[i] != before[i] || after[i] != during[i] {
			t.Fatalf("flow %d went from port %d to %d to %d", i, before[i], during[i], after[i])
		}
	}
	for id := PortID(1); id <= paths; id++ {
		if part := float64(share[id]) * (paths - 1) / flows; id != lost && (part < 0.95 || part > 1.05) {
			t.Errorf("port %d has %d of %d flows, %.3f of its part", id, share[id], flows, part)
		}
	}
}
