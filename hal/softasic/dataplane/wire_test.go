package dataplane

import (
	"bytes"
	"errors"
	"testing"
	"time"

	"github.com/vishvananda/netlink"
	"golang.org/x/sys/unix"
)

// loops proves that what is flooded out of port 2 comes back by it, and never
// reaches its wire.
func (r *rig) loops(frame []byte) {
	r.t.Helper()
	before, _ := r.PortCounters(2)
	r.wires[1].send(frame)
	for range 2 { // once from port 1, once from port 2
		if got := r.wires[3].receive(patience); !bytes.Equal(got, frame) {
			r.t.Fatalf("port 3 got %x\n%s", got, r.counts())
		}
	}
	if got := r.wires[1].receive(patience); !bytes.Equal(got, frame) {
		r.t.Fatalf("port 1 got %x", got)
	}
	r.until("port 2 has sent and received", func() bool {
		c, err := r.PortCounters(2)
		return err == nil && c[InBroadcast]-before[InBroadcast] == 1 && c[OutBroadcast]-before[OutBroadcast] == 1
	})
}

func (r *rig) device(name string) netlink.Link {
	dev, err := r.spaces.siliconNl.LinkByName(name)
	if err != nil && !isNotFound(err) {
		r.t.Fatal(err)
	}
	return dev
}

func TestLoopback(t *testing.T) {
	r := newRig(t, 3)
	r.bridge(10, false, 1, 2, 3)
	frame := l2(broadcast, mac(1), 0)
	r.expect(1, frame, map[PortID][]byte{2: frame, 3: frame})

	looped := Port{Netdev: "e2", AdminUp: true, PVID: 10, BridgePort: true, Loopback: true}
	r.must(r.SetPort(2, looped))
	r.until("the wire is up", func() bool { return r.PortState(2) })
	if r.device("e2").Attrs().RawFlags&unix.IFF_UP != 0 {
		t.Error("the partner still has a carrier")
	}
	r.loops(frame)
	if got := r.wires[2].receive(50 * time.Millisecond); got != nil {
		t.Errorf("%x left the port", got)
	}
	r.loops(ether(broadcast, mac(1), 0, 0x88b5, bytes.Repeat([]byte{7}, 1400)))

	r.restart() // loops on, before and after it is stated again
	r.loops(frame)
	r.must(r.BeginSync())
	r.bridge(10, false, 1, 3)
	r.must(r.SetPort(2, looped), r.SetVLANMember(10, 2, false), r.EndSync())
	r.loops(frame)

	looped.Loopback = false
	r.must(r.SetPort(2, looped))
	r.until("the link is up", func() bool { return r.PortState(2) })
	r.expect(1, frame, map[PortID][]byte{2: frame, 3: frame})
	if r.device(nearEnd(2)) != nil {
		t.Error("the wire is still there")
	}
}

func TestNoLoopbackInGenericMode(t *testing.T) {
	r := newRig(t, 1, func(c *Config) { c.Generic = true })
	r.bridge(10, false, 1)
	if err := r.SetPort(1, Port{Netdev: "e1", AdminUp: true, Loopback: true}); !errors.Is(err, ErrUnsupported) {
		t.Errorf("got %v", err)
	}
}

// A port of a socket without a wire has no carrier; in loopback it has.
func TestNoWire(t *testing.T) {
	r := newRig(t, 3)
	r.bridge(10, false, 1, 3)
	p := Port{AdminUp: true, PVID: 10, BridgePort: true}
	r.must(r.SetPort(2, p), r.SetVLANMember(10, 2, false))
	frame := l2(broadcast, mac(1), 0)
	r.expect(1, frame, map[PortID][]byte{3: frame})
	if r.PortState(2) {
		t.Error("a port without a wire has a link")
	}
	p.Loopback = true
	r.must(r.SetPort(2, p))
	r.until("the wire is up", func() bool { return r.PortState(2) })
	r.loops(frame)
	p.Loopback = false
	r.must(r.SetPort(2, p))
	r.until("the link is lost", func() bool { return !r.PortState(2) })
	r.must(r.DeletePort(2))
	if r.device(nearEnd(2)) != nil {
		t.Error("the wire is still there")
	}
}
