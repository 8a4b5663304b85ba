package dataplane

import (
	"bytes"
	"fmt"
	"testing"
	"time"

	"github.com/vishvananda/netlink"
	"pgregory.net/rapid"
)

// Adjacencies of the rigs with groups.
const (
	adjGroup1 AdjID = 100
	adjPath   AdjID = 200 // + port
)

// newECMP is a switch whose routed ports 1..n share what is routed to 50.0.0.0/8
// and fd50::/16; port n+1 is routed too.
func newECMP(t *testing.T, n int) *rig {
	r := newRig(t, n+1)
	r.statePaths(n)
	for id := PortID(1); id <= PortID(n+1); id++ {
		r.up(id)
	}
	return r
}

func (r *rig) statePaths(n int) {
	r.t.Helper()
	paths := make([]Path, 0, n)
	for id := PortID(1); id <= PortID(n+1); id++ {
		r.must(r.SetRIF(RIFID(id), RIF{Kind: RIFPort, Port: id, MAC: router, MTU: 1500, AdminV4: true, AdminV6: true}),
			r.SetPort(id, Port{Netdev: fmt.Sprintf("e%d", id), AdminUp: true, RIF: RIFID(id)}))
		adj := adjPath + AdjID(id)
		r.must(r.SetAdj(adj, Adj{Action: AdjForward, RIF: RIFID(id), MAC: mac(byte(id))}))
		if int(id) <= n {
			paths = append(paths, Path{adj, 1})
		}
	}
	r.must(r.SetGroup(1, Group{Paths: paths}), r.SetAdj(adjGroup1, Adj{Action: AdjGroup, Group: 1}))
	for _, err := range r.UpdateRoutes(0, []RouteUpdate{route("50.0.0.0/8", adjGroup1), route("fd50::/16", adjGroup1)}) {
		r.must(err)
	}
}

func TestGroupSpread(t *testing.T) {
	const paths = 8
	r := newECMP(t, paths)
	r.spread(paths+1, ether(router, mac(99), 0, 0x0800, udp(t, "10.0.0.1", "50.1.0.1", 64, 20)), paths)
}

func TestGroupForwards(t *testing.T) {
	r := newECMP(t, 2)
	seen := map[PortID]bool{}
	for i := range 32 {
		for proto, dst := range map[uint16]string{0x0800: fmt.Sprintf("50.0.0.%d", i+1), 0x86dd: fmt.Sprintf("fd50::%d", i+1)} {
			src := map[uint16]string{0x0800: "10.0.0.1", 0x86dd: "fd00::1"}[proto]
			out := udp(t, src, dst, 63, 20)
			r.wires[3].send(ether(router, mac(99), 0, proto, udp(t, src, dst, 64, 20)))
			seen[r.byPath(proto, out, 2)] = true
		}
	}
	if !seen[1] || !seen[2] {
		t.Errorf("paths used: %v", seen)
	}
	r.must(r.DeleteGroup(1))
	r.expectDrop(3, ether(router, mac(99), 0, 0x0800, udp(t, "10.0.0.1", "50.0.0.1", 64, 20)), "no adjacency")
}

// byPath waits for a packet on one of ports 1..n, addressed to that neighbour.
func (r *rig) byPath(proto uint16, packet []byte, n PortID) PortID {
	r.t.Helper()
	for end := time.Now().Add(patience); time.Now().Before(end); {
		for id := PortID(1); id <= n; id++ {
			got := r.wires[id].receive(time.Millisecond)
			if got == nil {
				continue
			}
			if want := ether(mac(byte(id)), router, 0, proto, packet); !bytes.Equal(got, want) {
				r.t.Fatalf("port %d:\n got %x\nwant %x", id, got, want)
			}
			return id
		}
	}
	r.t.Fatalf("no packet; %s", r.counts())
	return 0
}

// A link loss moves its flows, and no others.
func TestGroupFailover(t *testing.T) {
	const paths, flows = 4, 64
	r := newECMP(t, paths)
	way := func(i int) PortID {
		dst := fmt.Sprintf("50.0.1.%d", i+1)
		r.wires[paths+1].send(ether(router, mac(99), 0, 0x0800, udp(t, "10.0.0.1", dst, 64, 20)))
		return r.byPath(0x0800, udp(t, "10.0.0.1", dst, 63, 20), paths)
	}
	var before [flows]PortID
	for i := range before {
		before[i] = way(i)
	}
	lost := before[0]
	first := ether(router, mac(99), 0, 0x0800, udp(t, "10.0.0.1", "50.0.1.1", 64, 20))
	r.setWire(lost, netlink.LinkSetDown)
	begun := time.Now()
	for moved := false; !moved; {
		r.wires[paths+1].send(first)
		for id := PortID(1); id <= paths; id++ {
			moved = moved || id != lost && r.wires[id].receive(time.Millisecond) != nil
		}
		if time.Since(begun) > patience {
			t.Fatal("no failover", r.counts())
		}
	}
	t.Logf("flow moved after %v", time.Since(begun))
	r.until("link down seen", func() bool { return !r.PortState(lost) })
	for id := PortID(1); id <= paths; id++ {
		for r.wires[id].receive(time.Millisecond) != nil {
		}
	}
	for i := range before {
		if now := way(i); now != before[i] && before[i] != lost || now == lost {
			t.Errorf("flow %d went from port %d to %d", i, before[i], now)
		}
	}
}

func TestGroupUnresolved(t *testing.T) {
	r := newECMP(t, 2)
	frame := ether(router, mac(99), 0, 0x0800, udp(t, "10.0.0.1", "50.0.0.1", 64, 20))
	r.must(r.SetAdj(adjPath+1, Adj{Action: AdjGlean, RIF: 1}))
	for range 8 {
		r.expect(3, frame, map[PortID][]byte{2: ether(mac(2), router, 0, 0x0800, udp(t, "10.0.0.1", "50.0.0.1", 63, 20))})
	}
	r.must(r.SetAdj(adjPath+2, Adj{Action: AdjGlean, RIF: 2}))
	r.expectDrop(3, frame, "no host interface") // the CPU would resolve it
}

func TestGroupRestart(t *testing.T) {
	r := newECMP(t, 2)
	frame := ether(router, mac(99), 0, 0x0800, udp(t, "10.0.0.1", "50.0.0.1", 64, 20))
	r.wires[3].send(frame)
	was := r.byPath(0x0800, udp(t, "10.0.0.1", "50.0.0.1", 63, 20), 2)
	again := func(when string) {
		t.Helper()
		r.wires[3].send(frame)
		if now := r.byPath(0x0800, udp(t, "10.0.0.1", "50.0.0.1", 63, 20), 2); now != was {
			t.Errorf("%s: the flow goes by port %d instead of %d", when, now, was)
		}
	}
	r.restart()
	again("after restart")
	r.must(r.BeginSync())
	r.statePaths(2)
	again("restated")
	r.must(r.EndSync())
	again("synced")
	r.must(r.BeginSync(), r.EndSync())
	if len(r.groups) != 0 {
		t.Errorf("groups left: %v", r.groups)
	}
}

func TestBadGroups(t *testing.T) {
	r := newRig(t, 0)
	for i, err := range []error{
		r.SetGroup(0, Group{}), r.SetGroup(MaxGroup+1, Group{}), r.SetGroup(1, Group{Paths: []Path{{0, 1}}}), r.SetGroup(1, Group{Paths: []Path{{1, 0}}}),
		r.SetGroup(1, Group{Paths: make([]Path, MaxPaths+1)}), r.SetGroup(1, Group{Buckets: make([]AdjID, MaxBuckets+1)}),
		r.SetGroup(1, Group{Paths: []Path{{1, 1}}, Buckets: []AdjID{1}}), r.DeleteGroup(7), r.SetAdj(5, Adj{Action: AdjGroup}), r.SetAdj(5, Adj{Action: AdjDrop, Group: 1}),
	} {
		if err == nil {
			t.Errorf("bad call %d accepted", i)
		}
	}
}

// TestApportion: slots follow the weights, and no flow moves without need.
func TestApportion(t *testing.T) {
	members := rapid.Custom(func(t *rapid.T) []Path {
		adjs := rapid.SliceOfNDistinct(rapid.Uint32Range(1, 600), 1, MaxPaths, rapid.ID[uint32]).Draw(t, "adjacencies")
		var out []Path
		for _, a := range adjs {
			out = append(out, Path{AdjID(a), rapid.Uint32Range(1, 100).Draw(t, "weight")})
		}
		return out
	})
	rapid.Check(t, func(t *rapid.T) {
		var slots slotTable
		for range rapid.IntRange(1, 5).Draw(t, "changes") {
			m := members.Draw(t, "members")
			old := slots
			slots = apportion(slotTable{}, old, m)
			due, had, got := shares(m), map[uint32]int{}, map[uint32]int{}
			kept := 0
			for i := range slots {
				had[old[i]]++
				got[slots[i]]++
				if old[i] == slots[i] {
					kept++
				}
			}
			could := 0
			for adj, n := range due {
				if got[uint32(adj)] != n {
					t.Fatalf("adjacency %d has %d slots instead of %d", adj, got[uint32(adj)], n)
				}
				could += min(n, had[uint32(adj)])
			}
			if kept != could {
				t.Fatalf("%d slots kept, %d could have been", kept, could)
			}
		}
	})
}

// TestGroupOf512: as many members as a group can have share it evenly, and only the
// flows of those behind a lost link move.
func TestGroupOf512(t *testing.T) {
	const ports, flows = 4, 1 << 11
	r := newECMP(t, ports)
	var paths []Path
	for i := range MaxPaths {
		adj := 1000 + AdjID(i)
		r.must(r.SetAdj(adj, Adj{Action: AdjForward, RIF: RIFID(1 + i%ports), MAC: MAC{2, 1, 0, 0, byte(i >> 8), byte(i)}}))
		paths = append(paths, Path{adj, 1})
	}
	r.must(r.SetGroup(1, Group{Paths: paths}))
	way := func(i int) int {
		t.Helper()
		verdict, out := r.try(ports+1, r.flow(flowOf{src: "10.0.0.1", dst: fmt.Sprintf("50.0.%d.1", i>>6), sport: uint16(i)}))
		if verdict != xdpRedirect {
			t.Fatalf("verdict %d; drops %v", verdict, r.drops())
		}
		return int(out[4])<<8 | int(out[5])
	}
	var before [flows]int
	var share [MaxPaths]int
	for i := range before {
		before[i] = way(i)
		share[before[i]]++
	}
	idle := 0
	for m, n := range share { // 4 are due in the mean: one in e^4 stays without
		if n > 16 {
			t.Errorf("member %d got %d of %d flows", m, n, flows)
		}
		if n == 0 {
			idle++
		}
	}
	if idle > MaxPaths/20 {
		t.Errorf("%d members got no flow", idle)
	}
	const lost = 2
	r.setWire(lost, netlink.LinkSetDown)
	r.until("link down seen", func() bool { return !r.PortState(lost) })
	for i, was := range before {
		now := way(i)
		if behind := was%ports == lost-1; now%ports == lost-1 || !behind && now != was {
			t.Fatalf("flow %d went from member %d to %d", i, was, now)
		}
	}
}
