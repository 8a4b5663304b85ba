package dataplane

import (
	"testing"
	"time"
)

// passed sends n frames into port 1 as fast as the test machine can and counts
// those that were not taken for a storm.
func (r *rig) passed(frame []byte, n int) int {
	r.t.Helper()
	before := r.drops()["storm control"]
	dropped := 0
	for range n {
		if v, _ := r.try(1, frame); v == xdpDrop {
			dropped++
		}
	}
	if got := r.drops()["storm control"] - before; got != uint64(dropped) {
		r.t.Fatalf("%d frames dropped, %d counted as storm", dropped, got)
	}
	return n - dropped
}

func TestStormControl(t *testing.T) {
	r := newRig(t, 2)
	r.bridge(10, false, 1, 2)
	r.must(r.SetFDB(10, mac(2), FDB{Port: 2, Static: true}))
	limited := func(storm [StormKinds]Meter) {
		t.Helper()
		r.must(r.SetPort(1, Port{Netdev: "e1", AdminUp: true, MTU: 9100, BridgePort: true, PVID: 10, Storm: storm}))
	}
	const long = 1460
	kinds := [StormKinds][]byte{
		StormBroadcast:      ether(broadcast, mac(1), 0, 0x88b5, make([]byte, long-14)),
		StormUnknownUnicast: ether(mac(3), mac(1), 0, 0x88b5, make([]byte, long-14)),
		StormMulticast:      ether(MAC{1, 0, 0x5e, 1, 2, 3}, mac(1), 0, 0x88b5, make([]byte, long-14)),
	}
	for kind, frame := range kinds {
		var only [StormKinds]Meter
		// 100 bytes a second add less than a frame in the time of this test, however slow.
		only[kind] = Meter{On: true, Rate: 100, Burst: 5*long + long/2}
		limited(only)
		for k, other := range kinds {
			want := 20
			if k == kind {
				want = 5
			}
			if got := r.passed(other, 20); got != want && got != want+1 {
				t.Errorf("kind %d limited: %d of kind %d pass, want %d", kind, got, k, want)
			}
		}
		if got := r.passed(l2(mac(2), mac(1), 0), 20); got != 20 {
			t.Errorf("kind %d limited: %d known frames pass", kind, got)
		}
		// A plane that is taken over goes on where it was.
		r.must(r.Close())
		r.open()
		limited(only)
		if got := r.passed(frame, 5); got > 1 {
			t.Errorf("kind %d: %d pass after a restart", kind, got)
		}
		only[kind] = Meter{On: true}
		limited(only)
		if got := r.passed(frame, 5); got != 0 {
			t.Errorf("kind %d closed: %d pass", kind, got)
		}
		limited([StormKinds]Meter{})
		if got := r.passed(frame, 20); got != 20 {
			t.Errorf("kind %d free again: %d pass", kind, got)
		}
	}
	if r.settings.Storm != 0 {
		t.Error("the pipeline still looks for meters")
	}
}

// TestStormRate lets a storm blow for a while: the rate comes through.
func TestStormRate(t *testing.T) {
	r := newRig(t, 2)
	r.bridge(10, false, 1, 2)
	const rate, burst = 60_000, 6_000 // 1000 and 100 frames
	storm := [StormKinds]Meter{StormBroadcast: {On: true, Rate: rate, Burst: burst}}
	r.must(r.SetPort(1, Port{Netdev: "e1", AdminUp: true, MTU: 9100, BridgePort: true, PVID: 10, Storm: storm}))
	begin, got := time.Now(), 0
	for time.Since(begin) < 300*time.Millisecond {
		got += r.passed(l2(broadcast, mac(1), 0), 50)
	}
	most := 100 + int(time.Since(begin).Seconds()*1000) + 1
	if got > most || got < most*2/3 {
		t.Errorf("%d frames passed, want up to %d", got, most)
	}
}

func TestMeterRow(t *testing.T) {
	for _, tt := range []struct {
		m          Meter
		byte, room uint64
	}{
		{Meter{}, 0, 0},
		{Meter{On: true}, meterClosed, 0},
		{Meter{On: true, Rate: 1_000_000_000, Burst: 1000}, 64 << 16, 64_000},
		{Meter{On: true, Rate: 1, Burst: 1 << 40}, 640_000_000 << 16, meterBurst * 640_000_000},
		{Meter{On: true, Rate: 1 << 60, Burst: 1}, 1, 0},
	} {
		if got := tt.m.row(); got.Byte != tt.byte || got.Room != tt.room {
			t.Errorf("%+v: byte %d room %d, want %d and %d", tt.m, got.Byte, got.Room, tt.byte, tt.room)
		}
	}
	// The longest frame at the slowest rate fits.
	if slow := (Meter{On: true, Rate: 1}).row(); slow.Byte > ^uint64(0)/9300 {
		t.Errorf("%d per byte overflows", slow.Byte)
	}
}
