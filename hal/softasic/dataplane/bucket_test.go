package dataplane

import (
	"slices"
	"testing"

	"github.com/vishvananda/netlink"
	"pgregory.net/rapid"
)

// bucketFlows are flows enough to meet every bucket.
const bucketFlows = 128

// ways tells by which of ports 1..n each of a number of flows goes.
func (r *rig) ways(from, n PortID) (out []PortID) {
	r.t.Helper()
	for i := range bucketFlows {
		got := r.chosen(from, n, [][]byte{r.flow(flowOf{src: "10.0.0.1", dst: "50.0.0.1", sport: uint16(i), dport: 80})})
		for id := range got {
			out = append(out, id)
		}
	}
	return out
}

// newBuckets is newECMP with a fine-grained group of n buckets, dealt out in turn.
func newBuckets(t *testing.T, paths PortID, n int) *rig {
	r := newECMP(t, int(paths))
	r.must(r.DeleteGroup(1))
	r.stateBuckets(paths, n)
	return r
}

func (r *rig) stateBuckets(paths PortID, n int) {
	r.t.Helper()
	var buckets []AdjID
	for i := range n {
		buckets = append(buckets, adjPath+AdjID(i%int(paths))+1)
	}
	r.must(r.SetGroup(1, Group{Buckets: buckets}), r.SetAdj(adjGroup1, Adj{Action: AdjGroup, Group: 1}))
}

// A lost link's flows go to others, and come back; no other flow ever moves.
func TestBucketsFailover(t *testing.T) {
	const paths = 3
	r := newBuckets(t, paths, 30)
	before := r.ways(paths+1, paths)
	for id := PortID(1); id <= paths; id++ {
		if !slices.Contains(before, id) {
			t.Fatalf("no flow goes by port %d", id)
		}
	}
	const lost = 2
	r.setWire(lost, netlink.LinkSetDown)
	r.until("link down seen", func() bool { return !r.PortState(lost) })
	during := r.ways(paths+1, paths)
	for i, now := range during {
		if now == lost || before[i] != lost && now != before[i] {
			t.Errorf("flow %d went from port %d to %d", i, before[i], now)
		}
	}
	if refuge := during[slices.Index(before, lost):]; !slices.Contains(refuge, 1) || !slices.Contains(refuge, 3) {
		t.Error("one port took all flows of the lost one")
	}
	r.setWire(lost, netlink.LinkSetUp)
	r.up(lost)
	if after := r.ways(paths+1, paths); !slices.Equal(after, before) {
		t.Errorf("flows did not come back:\n%v\n%v", before, after)
	}
}

// A bucket moves its own flows, and a size that divides nothing is used whole.
func TestBucketsMove(t *testing.T) {
	const paths, n = 2, 7
	r := newBuckets(t, paths, n)
	before := r.ways(paths+1, paths)
	buckets := slices.Clone(r.groups[1].Buckets)
	buckets[4] = adjPath + 2
	r.must(r.SetGroup(1, Group{Buckets: buckets}))
	moved := 0
	for i, now := range r.ways(paths+1, paths) {
		if now != before[i] {
			moved++
		}
	}
	if moved < bucketFlows/n/2 || moved > bucketFlows/n*2 {
		t.Errorf("%d of %d flows are in one of %d buckets", moved, bucketFlows, n)
	}
	r.must(r.SetGroup(1, Group{Buckets: make([]AdjID, n)})) // nobody left
	r.expectDrop(paths+1, r.flow(flowOf{src: "10.0.0.1", dst: "50.0.0.1"}), "no adjacency")
}

// A restart keeps the buckets; a group of another kind that takes their place is
// used whole.
func TestBucketsRestart(t *testing.T) {
	const paths = 2
	r := newBuckets(t, paths, 5)
	before := r.ways(paths+1, paths)
	same := func(when string) {
		t.Helper()
		if got := r.ways(paths+1, paths); !slices.Equal(got, before) {
			t.Errorf("%s: flows moved", when)
		}
	}
	r.restart()
	same("after restart")
	r.must(r.BeginSync())
	r.statePaths(paths)
	r.stateBuckets(paths, 5)
	same("restated")
	r.must(r.EndSync())
	same("synced")

	r.restart()
	r.must(r.BeginSync())
	r.statePaths(paths)
	r.must(r.EndSync())
	var row pipelineAdj
	if err := r.Plane.t.Adjs.Lookup(uint32(adjGroup1), &row); err != nil || row.Slots != groupSlots {
		t.Errorf("%d slots in use: %v", row.Slots, err)
	}
}

// TestRefill: buckets whose adjacency works are its own, others stay where they
// are if they can, and work if anybody does.
func TestRefill(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		adjs := rapid.Uint32Range(0, 6)
		buckets := rapid.Map(rapid.SliceOfN(adjs, 1, 40), func(in []uint32) (out []AdjID) {
			for _, a := range in {
				out = append(out, AdjID(a))
			}
			return out
		}).Draw(t, "buckets")
		var slots [groupSlots]uint32
		for range rapid.IntRange(1, 5).Draw(t, "changes") {
			up := map[AdjID]bool{}
			for _, a := range rapid.SliceOf(adjs).Draw(t, "up") {
				up[AdjID(a)] = a != 0
			}
			old := slots
			slots = refill(old, buckets, func(a AdjID) bool { return up[a] })
			member := func(a uint32) bool { return a != 0 && up[AdjID(a)] && slices.Contains(buckets, AdjID(a)) }
			any := slices.ContainsFunc(buckets, func(a AdjID) bool { return member(uint32(a)) })
			for i, own := range buckets {
				switch {
				case up[own] && slots[i] != uint32(own):
					t.Fatalf("bucket %d of %d went to %d", i, own, slots[i])
				case !up[own] && member(old[i]) && slots[i] != old[i]:
					t.Fatalf("bucket %d moved from %d to %d", i, old[i], slots[i])
				case any && !member(slots[i]):
					t.Fatalf("bucket %d is with %d, which does not work", i, slots[i])
				}
			}
			if slots[len(buckets)] != 0 {
				t.Fatal("a slot beyond the buckets is taken")
			}
		}
	})
}
