package dataplane

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"testing"
	"time"

	"github.com/vishvananda/netlink"
	"golang.org/x/sys/unix"
)

const lag1 PortID = FirstLAG

// stateLAG sets ports 1..n as members of a LAG, with host interfaces.
func (r *rig) stateLAG(l LAG, n PortID) {
	r.t.Helper()
	r.must(r.SetLAG(lag1, l))
	for id := PortID(1); id <= n; id++ {
		r.must(r.SetPort(id, Port{Netdev: fmt.Sprintf("e%d", id), AdminUp: true, MTU: 9100, Hostif: HostifID(id)}),
			r.SetLAGMember(id, LAGMember{LAG: lag1, Collect: true, Distribute: true}))
	}
}

// newLAG is a switch whose ports 1 and 2 are a LAG, an untagged member of VLAN 10
// as are ports 3 and 4.
func newLAG(t *testing.T) *rig {
	r := newRig(t, 4)
	r.bridge(10, false, 3, 4)
	r.stateLAG(LAG{PVID: 10, BridgePort: true}, 2)
	r.must(r.SetVLANMember(10, lag1, false))
	r.up(1, 2)
	return r
}

// oneOf waits until a frame comes out of exactly one of some ports, and nothing
// else anywhere.
func (r *rig) oneOf(frame []byte, ids ...PortID) PortID {
	r.t.Helper()
	for end := time.Now().Add(patience); time.Now().Before(end); {
		for _, id := range ids {
			got := r.wires[id].receive(time.Millisecond)
			if got == nil {
				continue
			}
			if !bytes.Equal(got, frame) {
				r.t.Fatalf("port %d:\n got %x\nwant %x", id, got, frame)
			}
			r.arrive(nil)
			return id
		}
	}
	r.t.Fatalf("no frame; %s", r.counts())
	return 0
}

func TestLAGSwitches(t *testing.T) {
	r := newLAG(t)
	a, b := mac(1), mac(2)
	// Flooded by neither member of the LAG it came from.
	all := l2(broadcast, a, 0)
	r.expect(1, all, map[PortID][]byte{3: all, 4: all})
	if e := r.event(FDBLearned); e.MAC != a || e.Port != lag1 {
		t.Fatalf("learned %+v", e)
	}
	r.expect(2, all, map[PortID][]byte{3: all, 4: all})
	if entries, err := r.FDBEntries(); err != nil || len(entries) != 1 || entries[0].Port != lag1 {
		t.Fatalf("fdb %v %v", entries, err)
	}
	r.expectDrop(2, l2(a, b, 0), "same port")
	// Into the LAG: one member.
	r.wires[4].send(l2(a, b, 0))
	r.oneOf(l2(a, b, 0), 1, 2)
	back := l2(broadcast, b, 0)
	r.wires[3].send(back)
	r.arrive(map[PortID][]byte{r.flooder(): back, 4: back})

	r.must(r.SetVLANMember(10, lag1, true))
	tagged := l2(broadcast, b, 10)
	r.expect(3, back, map[PortID][]byte{r.flooder(): tagged, 4: back})
	r.expect(1, l2(broadcast, a, 10), map[PortID][]byte{3: all, 4: all})
	r.must(r.SetSTPState(0, lag1, STPBlocking))
	r.expectDrop(2, l2(broadcast, a, 10), "spanning tree")
	r.must(r.DeleteLAG(lag1))
	r.expectDrop(1, all, "not a bridge port")
	r.expect(3, back, map[PortID][]byte{4: back})
}

// flooder is the member by which the LAG floods.
func (r *rig) flooder() (id PortID) {
	r.must(r.do(func() error {
		for port, row := range r.ports {
			if uint32(row.ifindex) == r.floodDevice(lag1) {
				id = port
			}
		}
		return nil
	}))
	return id
}

func TestLAGMemberDisabled(t *testing.T) {
	r := newLAG(t)
	frame := l2(mac(9), mac(8), 0)
	for id := PortID(1); id <= 2; id++ {
		r.must(r.SetLAGMember(id, LAGMember{LAG: lag1}), r.SetLAGMember(3-id, LAGMember{LAG: lag1, Collect: true, Distribute: true}))
		r.expectDrop(id, frame, "lag member does not collect")
		r.expect(3, frame, map[PortID][]byte{3 - id: frame, 4: frame})
	}
	r.must(r.DeleteLAGMember(1), r.SetFDB(10, mac(9), FDB{Port: lag1, Static: true}))
	r.expectDrop(3, frame, "no lag member distributes")
	r.expectDrop(1, frame, "not a bridge port")
	if err := r.SetLAGMember(2, LAGMember{LAG: lag1 + 1}); err == nil {
		t.Error("member of a lag that is not there")
	}
}

// setWire takes the far end of a port down or up.
func (r *rig) setWire(id PortID, change func(netlink.Link) error) {
	r.t.Helper()
	in(r.t, r.wire, func() error {
		dev, err := netlink.LinkByName(fmt.Sprintf("w%d", id))
		if err != nil {
			return err
		}
		return change(dev)
	})
	_, _ = unix.GetsockoptInt(r.wires[id].fd, unix.SOL_SOCKET, unix.SO_ERROR) // "network is down" has been told
}

func TestLAGLinkLoss(t *testing.T) {
	r := newLAG(t)
	r.must(r.SetFDB(10, mac(9), FDB{Port: lag1, Static: true}))
	known, flooded := l2(mac(9), mac(8), 0), l2(broadcast, mac(8), 0)
	for _, lost := range []PortID{1, 2, 1} {
		r.setWire(lost, netlink.LinkSetDown)
		for e := (Event{}); e.Port != lost || e.Up; e = r.event(LinkChanged) {
		}
		r.expect(3, known, map[PortID][]byte{3 - lost: known})
		r.expect(3, flooded, map[PortID][]byte{3 - lost: flooded, 4: flooded})
		r.setWire(lost, netlink.LinkSetUp)
		r.up(lost)
	}
}

// TestLAGFailover measures how long a flow is interrupted when its link goes.
func TestLAGFailover(t *testing.T) {
	r := newLAG(t)
	r.must(r.SetFDB(10, mac(9), FDB{Port: lag1, Static: true}))
	frame := l2(mac(9), mac(8), 0)
	r.wires[3].send(frame)
	lost := r.oneOf(frame, 1, 2)
	r.setWire(lost, netlink.LinkSetDown)
	begun := time.Now()
	for r.wires[3-lost].receive(time.Millisecond) == nil {
		r.wires[3].send(frame)
		if time.Since(begun) > patience {
			t.Fatal("no failover", r.counts())
		}
	}
	t.Logf("flow moved after %v", time.Since(begun))
}

func TestLAGRoutes(t *testing.T) {
	r, cpu := newRouter(t)
	// Port 2 becomes the LAG's only member, and then port 3 joins.
	r.must(r.SetRIF(2, RIF{Kind: RIFPort, Port: lag1, MAC: router, MTU: 1500, AdminV4: true, AdminV6: true}),
		r.SetHostif(200, Hostif{Name: "PortChannel1", MAC: router, Port: lag1, MTU: 9100, AdminUp: true}),
		r.SetLAG(lag1, LAG{RIF: 2, Hostif: 200}))
	for id := PortID(2); id <= 3; id++ {
		r.must(r.SetPort(id, Port{Netdev: fmt.Sprintf("e%d", id), AdminUp: true, Hostif: HostifID(id)}),
			r.SetLAGMember(id, LAGMember{LAG: lag1, Collect: true, Distribute: true}))
	}
	channel := r.listen(r.host, "PortChannel1")
	r.until("PortChannel1 up", func() bool { return r.running(r.host, "PortChannel1") })

	r.wires[1].send(ether(router, mac(9), 0, 0x0800, udp(t, "10.0.1.9", "20.1.1.1", 64, 100)))
	r.oneOf(ether(mac(2), router, 0, 0x0800, udp(t, "10.0.1.9", "20.1.1.1", 63, 100)), 2, 3)
	for id := PortID(2); id <= 3; id++ {
		toUs := ether(router, mac(2), 0, 0x0800, udp(t, "10.0.2.2", "10.0.1.1", 64, int(id)*10))
		r.wires[id].send(toUs)
		if got := channel.receive(patience); !bytes.Equal(got, toUs) {
			t.Fatalf("PortChannel1 got %x\nwant %x", got, toUs)
		}
		lacp := ether(MAC{1, 0x80, 0xc2, 0, 0, 2}, mac(2), 0, 0x8809, append([]byte{1}, make([]byte, 45)...))
		r.must(r.SetLAGMember(id, LAGMember{LAG: lag1}))
		r.wires[id].send(lacp)
		if got := cpu[cpuNames[id-1]].receive(patience); !bytes.Equal(got, lacp) {
			t.Fatalf("member's host interface got %x", got)
		}
		r.must(r.SetLAGMember(id, LAGMember{LAG: lag1, Collect: true, Distribute: true}))
	}
	fromCPU := ether(mac(2), router, 0, 0x0800, udp(t, "10.0.1.1", "10.0.2.2", 64, 40))
	channel.send(fromCPU)
	r.oneOf(fromCPU, 2, 3)
	r.must(r.SetLAGMember(2, LAGMember{LAG: lag1}), r.SetLAGMember(3, LAGMember{LAG: lag1}))
	r.until("PortChannel1 down", func() bool { return !r.running(r.host, "PortChannel1") })
}

func TestLAGRestart(t *testing.T) {
	r := newLAG(t)
	r.must(r.SetFDB(10, mac(9), FDB{Port: lag1, Static: true}))
	frame := l2(mac(9), mac(8), 0)
	r.must(r.SetLAGMember(1, LAGMember{LAG: lag1}))
	r.restart()
	r.expect(3, frame, map[PortID][]byte{2: frame})
	r.must(r.BeginSync())
	r.bridge(10, false, 3, 4)
	r.must(r.SetLAG(lag1, LAG{PVID: 10, BridgePort: true}),
		r.SetPort(1, Port{Netdev: "e1", AdminUp: true}), r.SetPort(2, Port{Netdev: "e2", AdminUp: true}),
		r.SetLAGMember(2, LAGMember{LAG: lag1, Collect: true, Distribute: true}), r.SetVLANMember(10, lag1, false),
		r.SetFDB(10, mac(9), FDB{Port: lag1, Static: true}))
	r.expect(3, frame, map[PortID][]byte{2: frame})
	r.must(r.EndSync())
	r.expect(3, frame, map[PortID][]byte{2: frame})
	r.expectDrop(1, frame, "not a bridge port")
	r.must(r.BeginSync(), r.EndSync())
	if len(r.lags) != 0 {
		t.Errorf("lags left: %v", r.lags)
	}
}

// TestLAGSpread sends 64k flows into a LAG of 8.
func TestLAGSpread(t *testing.T) {
	const members = 8
	r := newRig(t, members+1)
	r.bridge(10, false, members+1)
	r.stateLAG(LAG{PVID: 10, BridgePort: true}, members)
	r.must(r.SetVLANMember(10, lag1, false), r.SetFDB(10, mac(9), FDB{Port: lag1, Static: true}))
	r.up(1, 2, 3, 4, 5, 6, 7, 8)
	r.spread(members+1, ether(mac(9), mac(8), 0, 0x0800, udp(t, "10.0.0.1", "10.1.0.1", 64, 20)), members)
}

// spread runs 64k flows, which differ in source address and port, and checks that
// ports 1..members send equal parts, within 5 %.
func (r *rig) spread(from PortID, frame []byte, members int) {
	r.t.Helper()
	const flows = 1 << 16
	for i := range flows {
		binary.BigEndian.PutUint16(frame[14+14:], uint16(i>>8)) // source address
		binary.BigEndian.PutUint16(frame[14+20:], uint16(i))    // source port
		binary.BigEndian.PutUint16(frame[14+10:], 0)
		binary.BigEndian.PutUint16(frame[14+10:], ^checksum(frame[14:34]))
		if verdict, _ := r.try(from, frame); verdict != xdpRedirect {
			r.t.Fatalf("verdict %d; drops %v", verdict, r.drops())
		}
	}
	for id := PortID(1); id <= PortID(members); id++ {
		c, err := r.PortCounters(id)
		share := float64(c[OutUcast]) * float64(members) / flows
		if err != nil || share < 0.95 || share > 1.05 {
			r.t.Errorf("port %d sent %d of %d: %.3f of its part; %v", id, c[OutUcast], flows, share, err)
		}
	}
}
