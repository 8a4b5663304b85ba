package dataplane

import (
	"bytes"
	"errors"
	"testing"
)

// newSubports is the router of newRouter with VLANs 10 and 20 of port 1, and VLAN
// 10 of port 4, as router interfaces. Port 1 routes untagged frames too, port 4
// bridges.
func newSubports(t *testing.T) (*rig, map[string]*wire) {
	r, cpu := newRouter(t)
	r.stateSubports()
	return r, cpu
}

const adjSub10, adjSub20, adjSub40 AdjID = 101, 102, 103

func (r *rig) stateSubports() {
	r.t.Helper()
	sub := func(port PortID, vlan uint16, mtu uint32) RIF {
		return RIF{Kind: RIFSub, Port: port, VLAN: vlan, MAC: router, MTU: mtu, AdminV4: true, AdminV6: true}
	}
	r.must(
		r.SetRIF(11, sub(1, 10, 1500)), r.SetRIF(12, sub(1, 20, 1000)), r.SetRIF(13, sub(4, 10, 1500)),
		r.SetAdj(adjSub10, Adj{Action: AdjForward, RIF: 11, MAC: mac(10)}),
		r.SetAdj(adjSub20, Adj{Action: AdjForward, RIF: 12, MAC: mac(20)}),
		r.SetAdj(adjSub40, Adj{Action: AdjForward, RIF: 13, MAC: mac(40)}),
	)
	r.must(errors.Join(r.UpdateRoutes(0, []RouteUpdate{
		route("10.1.10.2/32", adjSub10), route("10.1.20.2/32", adjSub20), route("10.1.40.2/32", adjSub40),
		route("fc00:10::2/128", adjSub10),
	})...))
}

func TestSubports(t *testing.T) {
	r, cpu := newSubports(t)
	r.cross(t, []crossing{
		{"vlan to vlan of one port", 1, 10, "10.1.10.9", "10.1.20.2", 1, 20, mac(20)},
		{"vlan to itself", 1, 10, "10.1.10.9", "10.1.10.2", 1, 10, mac(10)},
		{"vlan to untagged port", 1, 20, "10.1.20.9", "10.0.2.2", 2, 0, mac(2)},
		{"untagged port to vlan", 2, 0, "10.0.2.9", "10.1.10.2", 1, 10, mac(10)},
		{"untagged of the same port to vlan", 1, 0, "10.0.1.9", "10.1.10.2", 1, 10, mac(10)},
		{"bridge to vlan of a bridged port", 3, 0, "10.0.3.9", "10.1.40.2", 4, 10, mac(40)},
		{"vlan of a bridged port to the bridge", 4, 10, "10.1.40.9", "10.0.3.4", 4, 100, mac(4)},
		{"v6 untagged port to vlan", 2, 0, "fc00:2::9", "fc00:10::2", 1, 10, mac(10)},
		{"v6 vlan to untagged port", 1, 10, "fc00:10::9", "fc00:2::2", 2, 0, mac(2)},
	})
	t.Run("bridging goes on", func(t *testing.T) {
		r.t = t
		r.expect(3, l2(broadcast, mac(9), 0), map[PortID][]byte{4: l2(broadcast, mac(9), 100)})
	})
	t.Run("to the cpu with the tag", func(t *testing.T) {
		r.t = t
		for _, frame := range [][]byte{
			ether(broadcast, mac(9), 10, 0x0806, arp(1)),
			ether(router, mac(9), 20, 0x0800, udp(t, "10.1.20.9", "10.0.1.1", 64, 60)),
			ether(router, mac(9), 10, 0x0800, udp(t, "10.1.10.9", "10.0.2.77", 64, 60)), // to be resolved
			ether(router, mac(9), 10, 0x0800, udp(t, "10.1.10.9", "10.0.2.2", 1, 60)),   // to be answered with an error
			ether(router, mac(9), 10, 0x0800, udp(t, "10.1.10.9", "10.1.20.2", 64, 1200)),
		} {
			r.wires[1].send(frame)
			if got := cpu["Ethernet1"].receive(patience); !bytes.Equal(got, frame) {
				t.Fatalf("got %x\nwant %x\ndrops %v", got, frame, r.drops())
			}
		}
	})
	t.Run("another vlan is dropped", func(t *testing.T) {
		r.t = t
		r.expectDrop(1, l2(router, mac(9), 30), "tagged frame")
		r.expectDrop(4, l2(router, mac(9), 30), "not a vlan member")
	})
	r.t = t
	if c, err := r.RIFCounters(11); err != nil || c[RIFInPackets] != 6 || c[RIFOutPackets] != 4 {
		t.Errorf("router interface 11: %v %v", c, err)
	}
}

// TestSubportLife follows router interfaces of VLANs through changes and restarts.
func TestSubportLife(t *testing.T) {
	r, _ := newSubports(t)
	in := ether(router, mac(9), 10, 0x0800, udp(t, "10.1.10.9", "10.0.2.2", 64, 60))
	out := map[PortID][]byte{2: ether(mac(2), router, 0, 0x0800, udp(t, "10.1.10.9", "10.0.2.2", 63, 60))}
	r.expect(1, in, out)
	r.must(r.SetRIF(11, RIF{Kind: RIFSub, Port: 1, VLAN: 11, MAC: router, AdminV4: true}))
	r.expectDrop(1, in, "tagged frame")
	r.must(r.SetRIF(11, RIF{Kind: RIFSub, Port: 1, VLAN: 10, MAC: router}))
	r.expectDrop(1, in, "ingress router interface") // down
	r.stateSubports()
	r.expect(1, in, out)

	r.restart()
	r.expect(1, in, out)
	r.must(r.BeginSync())
	r.stateRouter()
	r.must(r.EndSync())
	r.expectDrop(1, in, "tagged frame")
	if row := r.flagsOf(1); row&portSubports != 0 {
		t.Errorf("port 1 still has flags %b", row)
	}

	// Another interface takes a VLAN over that an earlier run gave to one.
	r.stateSubports()
	r.restart()
	r.must(r.BeginSync())
	r.stateRouter()
	r.must(r.SetRIF(21, RIF{Kind: RIFSub, Port: 1, VLAN: 10, MAC: router, AdminV4: true}), r.EndSync())
	r.expect(1, in, out)
	r.must(r.DeleteRIF(21))
	r.expectDrop(1, in, "tagged frame")
	for _, bad := range []RIF{{Kind: RIFSub, VLAN: 10}, {Kind: RIFSub, Port: 1}, {Kind: RIFSub, Port: 1, VLAN: 4095}} {
		if err := r.SetRIF(30, bad); !errors.Is(err, ErrInvalid) {
			t.Errorf("%+v: %v", bad, err)
		}
	}
}

func (r *rig) flagsOf(id PortID) uint16 {
	r.t.Helper()
	var row pipelinePort
	r.must(r.Plane.t.Ports.Lookup(uint32(id), &row))
	return row.Flags
}

// TestSubportOfLAG routes between VLANs of a LAG and another port.
func TestSubportOfLAG(t *testing.T) {
	r := newLAG(t)
	r.must(
		r.SetRIF(1, RIF{Kind: RIFSub, Port: lag1, VLAN: 30, MAC: router, MTU: 1500, AdminV4: true}),
		r.SetRIF(2, RIF{Kind: RIFSub, Port: 4, VLAN: 40, MAC: router, MTU: 1500, AdminV4: true}),
		r.SetAdj(1, Adj{Action: AdjForward, RIF: 1, MAC: mac(1)}), r.SetAdj(2, Adj{Action: AdjForward, RIF: 2, MAC: mac(2)}),
	)
	r.must(errors.Join(r.UpdateRoutes(0, []RouteUpdate{route("10.3.0.0/16", 1), route("10.4.0.0/16", 2)})...))
	for _, member := range []PortID{1, 2} {
		r.expect(member, ether(router, mac(9), 30, 0x0800, udp(t, "10.3.0.9", "10.4.0.9", 64, 60)),
			map[PortID][]byte{4: ether(mac(2), router, 40, 0x0800, udp(t, "10.3.0.9", "10.4.0.9", 63, 60))})
	}
	r.wires[4].send(ether(router, mac(9), 40, 0x0800, udp(t, "10.4.0.9", "10.3.0.9", 64, 60)))
	r.oneOf(ether(mac(1), router, 30, 0x0800, udp(t, "10.4.0.9", "10.3.0.9", 63, 60)), 1, 2)
}

// TestLoopbackAction drops what would leave by the interface it came in by.
func TestLoopbackAction(t *testing.T) {
	r, _ := newRouter(t)
	r.must(r.SetRIF(2, RIF{Kind: RIFPort, Port: 2, MAC: router, MTU: 1500, AdminV4: true, AdminV6: true, NoLoop: true}))
	v4 := func(ttl uint8) []byte { return udp(t, "10.0.2.9", "20.1.1.1", ttl, 100) }
	v6 := func(ttl uint8) []byte { return udp(t, "fc00:2::9", "fc00:2::2", ttl, 100) }
	r.expectDrop(2, ether(router, mac(9), 0, 0x0800, v4(64)), "same router interface")
	r.expectDrop(2, ether(router, mac(9), 0, 0x86dd, v6(64)), "same router interface")
	r.expect(1, ether(router, mac(9), 0, 0x0800, v4(64)), map[PortID][]byte{2: ether(mac(2), router, 0, 0x0800, v4(63))})
	r.must(r.SetRIF(2, RIF{Kind: RIFPort, Port: 2, MAC: router, MTU: 1500, AdminV4: true, AdminV6: true}))
	r.expect(2, ether(router, mac(9), 0, 0x0800, v4(64)), map[PortID][]byte{2: ether(mac(2), router, 0, 0x0800, v4(63))})
	r.expect(2, ether(router, mac(9), 0, 0x86dd, v6(64)), map[PortID][]byte{2: ether(mac(2), router, 0, 0x86dd, v6(63))})
}
