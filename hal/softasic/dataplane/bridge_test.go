package dataplane

import (
	"bytes"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"golang.org/x/sys/unix"
)

func TestFloodLearnForward(t *testing.T) {
	r := newRig(t, 3)
	r.bridge(10, false, 1, 2, 3)
	a, b := mac(1), mac(2)
	frame := l2(b, a, 0)
	r.expect(1, frame, map[PortID][]byte{2: frame, 3: frame})
	if e := r.event(FDBLearned); e.MAC != a || e.Port != 1 || e.VLAN != 10 {
		t.Fatalf("learned %+v", e)
	}
	back := l2(a, b, 0)
	r.expect(2, back, map[PortID][]byte{1: back})
	r.expect(1, frame, map[PortID][]byte{2: frame})
	all := l2(broadcast, a, 0)
	r.expect(1, all, map[PortID][]byte{2: all, 3: all})

	// The station moves.
	r.expect(3, back, map[PortID][]byte{1: back})
	if e := r.event(FDBMoved); e.MAC != b || e.Port != 3 || e.OldPort != 2 {
		t.Fatalf("moved %+v", e)
	}
	r.expect(1, frame, map[PortID][]byte{3: frame})
	r.expectDrop(3, frame, "same port")

	c, err := r.PortCounters(1)
	if err != nil || c[InUcast] != 3 || c[InBroadcast] != 1 || c[OutUcast] != 2 || c[InOctets] != 4*60 {
		t.Errorf("port 1: %v %v", c, err)
	}
	c, err = r.PortCounters(3)
	if err != nil || c[OutBroadcast] != 1 || c[InDiscards] != 1 {
		t.Errorf("port 3: %v %v", c, err)
	}
}

func TestTagging(t *testing.T) {
	r := newRig(t, 4)
	r.bridge(10, false, 1)
	r.bridge(20, false, 2)
	r.bridge(10, true, 3, 4)
	r.must(r.SetVLANMember(20, 3, true), r.SetVLAN(20, VLAN{}))
	a, b := mac(1), mac(2)
	plain, ten, twenty := l2(b, a, 0), l2(b, a, 10), l2(b, a, 20)
	r.expect(1, plain, map[PortID][]byte{3: ten, 4: ten})
	r.expect(2, plain, map[PortID][]byte{3: twenty})
	r.expect(3, ten, map[PortID][]byte{1: plain, 4: ten})
	r.expect(3, twenty, map[PortID][]byte{2: plain})
	r.expectDrop(4, twenty, "not a vlan member")
	r.expectDrop(4, plain, "untagged frame")
	r.expectDrop(4, l2(b, a, 30), "not a vlan member")
	// Known unicast, each way of tagging.
	r.must(r.SetFDB(10, b, FDB{Port: 1, Static: true}))
	r.expect(3, ten, map[PortID][]byte{1: plain})
	r.must(r.SetFDB(10, b, FDB{Port: 4, Static: true}))
	r.expect(3, ten, map[PortID][]byte{4: ten})
	r.expect(1, plain, map[PortID][]byte{4: ten})
	// A priority tag names no VLAN: the PVID holds.
	priority := ether(b, a, 0x4000, 0x88b5, make([]byte, 46)) // VLAN 0, priority 2
	want := ether(b, a, 0x400a, 0x88b5, make([]byte, 46))
	r.expect(1, priority, map[PortID][]byte{4: want})
	r.must(r.DeleteVLANMember(10, 4))
	r.expectDrop(1, plain, "egress not a vlan member")
	r.must(r.DeleteVLAN(10))
	r.expectDrop(1, plain, "not a vlan member")
}

func TestMalformedFrames(t *testing.T) {
	r := newRig(t, 2)
	r.bridge(10, false, 1, 2)
	r.expectDrop(1, l2(mac(2), MAC{1, 0, 0, 0, 0, 9}, 0), "multicast source address")
	r.expectDrop(1, ether(MAC{1, 0x80, 0xc2, 0, 0, 5}, mac(1), 0, 0x88b5, make([]byte, 46)), "reserved address")
	r.expectDrop(1, append(ether(mac(2), mac(1), 0, 0x8100, nil), 0), "short frame")
	if e, err := r.FDBEntries(); err != nil || len(e) != 0 {
		t.Errorf("learned from bad frames: %v %v", e, err)
	}
}

func TestSpanningTree(t *testing.T) {
	r := newRig(t, 3)
	r.bridge(10, false, 1, 2, 3)
	frame := l2(broadcast, mac(1), 0)
	r.must(r.SetSTPState(0, 2, STPBlocking))
	r.expect(1, frame, map[PortID][]byte{3: frame})
	r.expectDrop(2, l2(broadcast, mac(2), 0), "spanning tree")
	if e := r.event(FDBLearned); e.MAC != mac(1) {
		t.Fatalf("learned %+v", e)
	}
	r.must(r.SetSTPState(0, 2, STPLearning))
	r.expectDrop(2, l2(broadcast, mac(2), 0), "spanning tree")
	if e := r.event(FDBLearned); e.MAC != mac(2) {
		t.Fatalf("learned %+v", e)
	}
	r.expectDrop(1, l2(mac(2), mac(1), 0), "egress not a vlan member")
	for id, want := range map[PortID][2]uint64{1: {0, 0}, 2: {2, 1}} {
		if c, err := r.PortCounters(id); err != nil || c[InDiscards] != want[0] || c[OutDiscards] != want[1] || c[OutUcast] != 0 {
			t.Errorf("port %d: %d dropped on the way in, %d out, %d sent, %v", id, c[InDiscards], c[OutDiscards], c[OutUcast], err)
		}
	}
	r.must(r.SetSTPState(0, 2, STPForwarding))
	r.expect(1, frame, map[PortID][]byte{2: frame, 3: frame})
}

// In an instance of its own a port blocks until it is told to forward.
func TestSpanningTreeInstance(t *testing.T) {
	r := newRig(t, 3)
	r.bridge(10, false, 1, 2, 3)
	frame := l2(broadcast, mac(1), 0)
	r.expect(1, frame, map[PortID][]byte{2: frame, 3: frame})
	r.must(r.SetSTPState(5, 1, STPForwarding), r.SetVLAN(10, VLAN{STP: 5}))
	r.expect(1, frame, nil)
	r.expectDrop(2, l2(broadcast, mac(2), 0), "spanning tree")
	r.must(r.SetSTPState(5, 3, STPForwarding))
	r.expect(1, frame, map[PortID][]byte{3: frame})
	r.restart() // nothing changes until all is stated anew
	r.expect(1, frame, map[PortID][]byte{3: frame})
	r.must(r.DeleteSTPState(5, 3))
	r.expect(1, frame, nil)
	if err := r.DeleteSTPState(5, 3); err == nil {
		t.Error("deleted twice")
	}
	r.must(r.SetVLAN(10, VLAN{}))
	r.expect(1, frame, map[PortID][]byte{2: frame, 3: frame})
}

func TestFDBControl(t *testing.T) {
	r := newRig(t, 3)
	r.bridge(10, false, 1, 2, 3)
	a, b := mac(1), mac(2)
	r.must(r.SetFDB(10, b, FDB{Port: 2, Static: true}))
	frame := l2(b, a, 0)
	r.expect(1, frame, map[PortID][]byte{2: frame})
	// A static entry does not move.
	other := l2(a, b, 0)
	r.expect(3, other, map[PortID][]byte{1: other})
	r.expect(1, frame, map[PortID][]byte{2: frame})
	r.must(r.SetFDB(10, b, FDB{Static: true, Action: FDBDrop}))
	r.expectDrop(1, frame, "fdb action")
	gone, err := r.FlushFDB(FlushFilter{VLAN: 10, Dynamic: true})
	if err != nil || len(gone) != 1 || gone[0].MAC != a {
		t.Errorf("flushed %v, %v", gone, err)
	}
	r.must(r.DeleteFDB(10, b))
	if err := r.DeleteFDB(10, b); err == nil {
		t.Error("deleted twice")
	}
	r.must(r.SetVLAN(10, VLAN{LearnDisabled: true, UnknownUnicast: FloodNone}))
	r.expectDrop(1, frame, "flood disabled")
	if e, err := r.FDBEntries(); err != nil || len(e) != 0 {
		t.Errorf("fdb %v %v", e, err)
	}
}

func TestAgeing(t *testing.T) {
	r := newRig(t, 2)
	r.bridge(10, false, 1, 2)
	r.must(r.SetFDB(10, mac(9), FDB{Port: 2, Static: true}), r.SetAgeing(400*time.Millisecond))
	frame := l2(broadcast, mac(1), 0)
	start := time.Now()
	r.expect(1, frame, map[PortID][]byte{2: frame})
	if e := r.event(FDBLearned); e.MAC != mac(1) {
		t.Fatalf("learned %+v", e)
	}
	e := r.event(FDBAged)
	if age := time.Since(start); e.MAC != mac(1) || e.Port != 1 || age < 350*time.Millisecond {
		t.Errorf("aged %+v after %v", e, age)
	}
	if e, err := r.FDBEntries(); err != nil || len(e) != 1 || e[0].MAC != mac(9) {
		t.Errorf("fdb %v %v", e, err)
	}
}

func TestJumboFlood(t *testing.T) {
	r := newRig(t, 3)
	r.bridge(10, false, 1, 2)
	r.bridge(10, true, 3)
	big := ether(mac(2), mac(1), 0, 0x88b5, bytes.Repeat([]byte{7}, 9000))
	tagged := ether(mac(2), mac(1), 10, 0x88b5, bytes.Repeat([]byte{7}, 9000))
	r.expect(1, big, map[PortID][]byte{2: big, 3: tagged})
	r.expect(3, tagged, map[PortID][]byte{1: big, 2: big})
	r.must(r.SetFDB(10, mac(2), FDB{Port: 3, Static: true}))
	r.expect(1, big, map[PortID][]byte{3: tagged})
}

func TestGenericMode(t *testing.T) {
	r := newRig(t, 3, func(c *Config) { c.Generic = true })
	r.bridge(10, false, 1, 2)
	r.bridge(10, true, 3)
	frame, tagged := l2(broadcast, mac(1), 0), l2(broadcast, mac(1), 10)
	r.expect(1, frame, map[PortID][]byte{2: frame, 3: tagged})
	r.expect(3, tagged, map[PortID][]byte{1: frame, 2: frame})
	back := l2(mac(1), mac(2), 0)
	r.expect(2, back, map[PortID][]byte{3: l2(mac(1), mac(2), 10)})
}

// TestLearnModes lets stations speak on ports that learn or do not, and that take
// frames of known sources only.
func TestLearnModes(t *testing.T) {
	r := newRig(t, 2)
	r.bridge(10, false, 1, 2)
	port := Port{Netdev: "e1", AdminUp: true, MTU: 9100, BridgePort: true, PVID: 10, LearnDisabled: true}
	r.must(r.SetPort(1, port))
	stranger := l2(broadcast, mac(1), 0)
	r.expect(1, stranger, map[PortID][]byte{2: stranger})
	if e, err := r.FDBEntries(); err != nil || len(e) != 0 {
		t.Errorf("learned: %v %v", e, err)
	}
	port.KnownOnly = true
	r.must(r.SetPort(1, port))
	r.expectDrop(1, stranger, "unknown source address")
	r.must(r.SetFDB(10, mac(1), FDB{Port: 1, Static: true}))
	r.expect(1, stranger, map[PortID][]byte{2: stranger})
	r.must(r.SetLAG(FirstLAG, LAG{PVID: 10, BridgePort: true, LearnDisabled: true, KnownOnly: true}),
		r.SetPort(1, Port{Netdev: "e1", AdminUp: true, MTU: 9100}), r.SetLAGMember(1, LAGMember{LAG: FirstLAG, Collect: true, Distribute: true}),
		r.SetVLANMember(10, FirstLAG, false))
	r.expectDrop(1, l2(broadcast, mac(3), 0), "unknown source address")
	r.must(r.SetPort(1, Port{Netdev: "e1", AdminUp: true, MTU: 9100, BridgePort: true, PVID: 10}), r.DeleteLAG(FirstLAG))
	all := l2(broadcast, mac(3), 0)
	r.expect(1, all, map[PortID][]byte{2: all})
}

// TestFloodAmidUnicast: the kernel sends on what it collected for a device in one
// go, with the egress program of the first frame. No frame is taken for one of
// the other kind.
func TestFloodAmidUnicast(t *testing.T) {
	r := newRig(t, 3)
	r.bridge(10, false, 1, 2)
	r.bridge(10, true, 3)
	station := map[PortID]MAC{2: mac(2), 3: mac(3)}
	for id, m := range station {
		r.must(r.SetFDB(10, m, FDB{Port: id, Static: true}))
	}
	const each = 20000
	var senders, receivers sync.WaitGroup
	var sent atomic.Bool
	for id, vid := range map[PortID]uint16{2: 0, 3: 10} {
		w := r.wires[id]
		receivers.Go(func() {
			got := map[string]int{}
			for over := false; !over; {
				over = sent.Load()
				for frame := w.receive(5 * time.Millisecond); frame != nil; frame = w.receive(5 * time.Millisecond) {
					got[string(frame)]++
				}
			}
			for _, dst := range []MAC{broadcast, station[id]} {
				want := string(l2(dst, mac(1), vid))
				if got[want] == 0 {
					t.Errorf("port %d: none of %d frames to %v", id, each, dst)
				}
				delete(got, want)
			}
			for frame, n := range got {
				t.Errorf("port %d: %d times %x", id, n, frame)
			}
		})
	}
	for _, dst := range []MAC{broadcast, station[2], station[3]} {
		w := r.listen(r.wire, "w1")
		senders.Go(func() {
			for range each {
				_, _ = unix.Write(w.fd, l2(dst, mac(1), 0)) // a full queue refuses some
			}
		})
	}
	senders.Wait()
	sent.Store(true)
	receivers.Wait()
}
