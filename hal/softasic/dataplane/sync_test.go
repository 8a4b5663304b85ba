package dataplane

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"io/fs"
	"net/netip"
	"os"
	"sync"
	"testing"
	"time"

	"github.com/vishvananda/netlink"
)

// settle states the whole bridge again within a sync.
func (r *rig) settle(state func()) {
	r.t.Helper()
	r.must(r.BeginSync())
	state()
	r.must(r.EndSync())
}

// stream sends numbered frames into a port while f runs, and checks that all
// come out of another in order.
func (r *rig) stream(from, to PortID, frame func(n int) []byte, number func(frame []byte) int, f func()) {
	r.t.Helper()
	const gap = 200 * time.Microsecond
	stop := make(chan struct{})
	var sender sync.WaitGroup
	sent := 0
	sender.Go(func() {
		for {
			select {
			case <-stop:
				return
			case <-time.After(gap):
			}
			r.wires[from].send(frame(sent))
			sent++
		}
	})
	f()
	close(stop)
	sender.Wait()
	for want := range sent {
		got := r.wires[to].receive(patience)
		if got == nil {
			r.t.Fatalf("frame %d of %d lost; %s", want, sent, r.counts())
		}
		if n := number(got); n != want {
			r.t.Fatalf("frame %d came as %d of %d", want, n, sent)
		}
	}
	if sent < 100 {
		r.t.Errorf("only %d frames", sent)
	}
}

func TestRestartBridgesOn(t *testing.T) {
	r := newRig(t, 3)
	r.bridge(10, false, 1, 2, 3)
	r.must(r.SetFDB(10, mac(2), FDB{Port: 2, Static: true}))
	numbered := func(n int) []byte {
		return binary.BigEndian.AppendUint32(l2(mac(2), mac(1), 0), uint32(n))
	}
	number := func(b []byte) int { return int(binary.BigEndian.Uint32(b[len(b)-4:])) }
	r.stream(1, 2, numbered, number, func() {
		for range 3 {
			r.restart()
			r.settle(func() {
				r.must(r.SetVLAN(10, VLAN{}))
				for _, id := range []PortID{3, 2, 1} {
					r.must(r.SetPort(id, Port{Netdev: fmt.Sprintf("e%d", id), AdminUp: true, MTU: 9100, BridgePort: true, PVID: 10}),
						r.SetVLANMember(10, id, false))
				}
				r.must(r.SetFDB(10, mac(2), FDB{Port: 2, Static: true}))
			})
		}
	})
	frame := l2(broadcast, mac(1), 0)
	r.expect(1, frame, map[PortID][]byte{2: frame, 3: frame})
}

func TestRestartRoutesOn(t *testing.T) {
	r, _ := newRouter(t)
	packet := ether(router, mac(9), 0, 0x0800, udp(t, "10.0.1.9", "10.0.3.4", 64, 64))
	numbered := func(n int) []byte {
		b := bytes.Clone(packet)
		binary.BigEndian.PutUint32(b[len(b)-4:], uint32(n)) // the switch does not look at UDP
		return b
	}
	number := func(b []byte) int { return int(binary.BigEndian.Uint32(b[len(b)-4:])) }
	r.stream(1, 4, numbered, number, func() {
		for range 3 {
			r.restart()
			r.settle(r.stateRouter)
		}
	})
}

func TestSyncRemovesTheRest(t *testing.T) {
	r, cpu := newRouter(t)
	r.must(r.SetFDB(100, mac(7), FDB{Port: 3}))
	r.restart()
	r.settle(func() {
		r.must(
			r.SetPort(1, Port{Netdev: "e1", AdminUp: true, RIF: 1, Hostif: 1}), r.SetPort(2, Port{Netdev: "e2", AdminUp: true, RIF: 2}),
			r.SetHostif(1, Hostif{Name: "Ethernet1", MAC: router, Port: 1, AdminUp: true}),
			r.SetRIF(1, RIF{Kind: RIFPort, Port: 1, MAC: router, AdminV4: true}),
			r.SetRIF(2, RIF{Kind: RIFPort, Port: 2, MAC: router, AdminV4: true}),
			r.SetAdj(adjPort2, Adj{Action: AdjForward, RIF: 2, MAC: mac(2)}),
			errors.Join(r.UpdateRoutes(0, []RouteUpdate{route("10.0.2.0/24", adjPort2), route("fc00:2::2/128", adjPort2)})...))
	})
	packet := ether(router, mac(9), 0, 0x0800, udp(t, "10.0.1.9", "10.0.2.2", 64, 64))
	r.expect(1, packet, map[PortID][]byte{2: ether(mac(2), router, 0, 0x0800, udp(t, "10.0.1.9", "10.0.2.2", 63, 64))})
	r.expectDrop(1, ether(router, mac(9), 0, 0x0800, udp(t, "10.0.1.9", "20.1.1.1", 64, 64)), "no ipv4 route")
	r.expectDrop(1, ether(router, mac(9), 0, 0x86dd, udp(t, "fc00:1::9", "fc00:2::2", 64, 64)), "ingress router interface")
	if got := cpu["Ethernet1"].receive(time.Millisecond); got != nil {
		t.Errorf("unexpected %x", got)
	}
	if err := r.DeleteVLAN(100); !errors.Is(err, ErrNotFound) {
		t.Errorf("vlan 100 is still there: %v", err)
	}
	if err := r.DeletePort(3); !errors.Is(err, ErrNotFound) {
		t.Errorf("port 3 is still there: %v", err)
	}
	in6 := RouteUpdate{Prefix: netip.MustParsePrefix("fc00:3::4/128"), Delete: true}
	if errs := r.UpdateRoutes(0, []RouteUpdate{in6}); errs == nil || !errors.Is(errs[0], ErrNotFound) {
		t.Errorf("route is still there: %v", errs)
	}
	entries, err := r.FDBEntries()
	if err != nil || len(entries) != 1 || entries[0].MAC != mac(7) {
		t.Errorf("learned entries stay, static ones go: %v %v", entries, err)
	}
	in(t, r.host, func() error {
		devices, err := netlink.LinkList()
		for _, d := range devices {
			if n := d.Attrs().Name; n != "lo" && n != "Ethernet1" {
				err = errors.Join(err, fmt.Errorf("device %s is still there", n))
			}
		}
		return err
	})
	if err := r.EndSync(); !errors.Is(err, ErrInvalid) {
		t.Errorf("second end: %v", err)
	}
}

func TestCarrierFollowsPort(t *testing.T) {
	r, _ := newRouter(t)
	running := func(name string) bool { return r.running(r.host, name) }
	r.until("Ethernet1 runs", func() bool { return running("Ethernet1") })
	far := func(f func(netlink.Link) error) {
		in(t, r.wire, func() error {
			dev, err := netlink.LinkByName("w1")
			if err != nil {
				return err
			}
			return f(dev)
		})
	}
	far(netlink.LinkSetDown)
	r.until("Ethernet1 without carrier", func() bool { return !running("Ethernet1") && !r.PortState(1) })
	far(netlink.LinkSetUp)
	r.until("Ethernet1 with carrier", func() bool { return running("Ethernet1") && r.PortState(1) })
	r.must(r.SetPort(1, Port{Netdev: "e1", Hostif: 1, RIF: 1}))
	r.until("Ethernet1 without carrier", func() bool { return !running("Ethernet1") && !r.PortState(1) })
	r.must(r.SetHostif(100, Hostif{Name: "Vlan100", MAC: router, VLAN: 100}))
	r.until("Vlan100 without carrier", func() bool { return !running("Vlan100") })
}

func TestBadCalls(t *testing.T) {
	r := newRig(t, 1)
	for _, c := range []struct {
		name string
		err  error
		want error
	}{
		{"port 0", r.SetPort(0, Port{Netdev: "e1"}), ErrInvalid},
		{"port 512", r.SetPort(512, Port{Netdev: "e1"}), ErrInvalid},
		{"no port", r.DeletePort(9), ErrNotFound},
		{"vlan 0", r.SetVLAN(0, VLAN{}), ErrInvalid},
		{"vlan 4095", r.SetVLAN(4095, VLAN{}), ErrInvalid},
		{"member of no vlan", r.SetVLANMember(5, 1, true), ErrNotFound},
		{"rif 0", r.SetRIF(0, RIF{Kind: RIFLoopback}), ErrInvalid},
		{"rif without port", r.SetRIF(1, RIF{Kind: RIFPort}), ErrInvalid},
		{"rif in a vrf too many", r.SetRIF(1, RIF{Kind: RIFLoopback, VRF: MaxVRF + 1}), ErrInvalid},
		{"no rif", r.DeleteRIF(1), ErrNotFound},
		{"adjacency 0", r.SetAdj(0, Adj{Action: AdjDrop}), ErrTableFull},
		{"adjacency beyond", r.SetAdj(1<<12, Adj{Action: AdjDrop}), ErrTableFull},
		{"adjacency without action", r.SetAdj(1, Adj{}), ErrInvalid},
		{"no adjacency", r.DeleteAdj(1), ErrNotFound},
		{"hostif of nothing", r.SetHostif(1, Hostif{Name: "x"}), ErrInvalid},
		{"hostif with a long name", r.SetHostif(1, Hostif{Name: "a-name-of-sixteen", Port: 1}), ErrInvalid},
		{"no hostif", r.DeleteHostif(1), ErrNotFound},
		{"multicast fdb", r.SetFDB(1, broadcast, FDB{Port: 1}), ErrInvalid},
		{"no fdb entry", r.DeleteFDB(1, mac(1)), ErrNotFound},
		{"ageing", r.SetAgeing(-1), ErrInvalid},
		{"route in a vrf too many", r.UpdateRoutes(MaxVRF+1, []RouteUpdate{route("10.0.0.0/8", 1)})[0], ErrInvalid},
		{"unmasked route", r.UpdateRoutes(0, []RouteUpdate{route("10.0.0.1/8", 1)})[0], ErrInvalid},
		{"mapped route", r.UpdateRoutes(0, []RouteUpdate{route("::ffff:10.0.0.0/104", 1)})[0], ErrInvalid},
		{"route to nowhere", r.UpdateRoutes(0, []RouteUpdate{route("10.0.0.0/8", 0)})[0], ErrInvalid},
		{"no prefix", r.UpdateRoutes(0, []RouteUpdate{{Prefix: netip.PrefixFrom(netip.MustParseAddr("10.0.0.0"), 40), Adj: 1}})[0], ErrInvalid},
		{"no route", r.UpdateRoutes(0, []RouteUpdate{{Prefix: netip.MustParsePrefix("10.0.0.0/8"), Delete: true}})[0], ErrNotFound},
	} {
		if !errors.Is(c.err, c.want) {
			t.Errorf("%s: %v, want %v", c.name, c.err, c.want)
		}
	}
	if err := r.SetPort(1, Port{Netdev: "nosuch"}); err == nil {
		t.Error("missing device accepted")
	}
	if _, err := Open(Config{}); !errors.Is(err, ErrInvalid) {
		t.Errorf("no pin directory: %v", err)
	}
	if _, err := Open(Config{PinDir: "/sys/fs/bpf/heddle-test-none", Netns: "/nosuch"}); err == nil {
		t.Error("missing namespace accepted")
	}
	r.must(r.Close())
	if err := r.SetVLAN(5, VLAN{}); !errors.Is(err, ErrClosed) {
		t.Errorf("after close: %v", err)
	}
	r.open()
}

func TestFDBTableFull(t *testing.T) {
	r := newRig(t, 1, func(c *Config) { c.MaxFDB = 64 })
	r.bridge(10, false, 1)
	var err error
	n := 0
	for ; n < 200 && err == nil; n++ {
		err = r.SetFDB(10, MAC{2, 0, 0, 0, 1, byte(n)}, FDB{Port: 1, Static: true})
	}
	if !errors.Is(err, ErrTableFull) || n < 64 {
		t.Errorf("after %d entries: %v", n, err)
	}
}

func TestSyncForgetsStatesAndTraps(t *testing.T) {
	r := newRig(t, 3)
	r.bridge(10, false, 1, 2, 3)
	lldp := ether(MAC{1, 0x80, 0xc2, 0, 0, 0x0e}, mac(1), 0, 0x88cc, make([]byte, 46))
	r.must(r.SetSTPState(0, 2, STPBlocking), r.SetSTPState(0, 3, STPBlocking), r.SetTrap(TrapLLDP, Trap{Action: TrapDrop}))
	r.expectDrop(1, lldp, "reserved address")
	r.restart()
	r.settle(func() {
		r.bridge(10, false, 1, 2, 3)
		r.must(r.SetSTPState(0, 3, STPBlocking))
	})
	frame := l2(broadcast, mac(1), 0)
	r.expect(1, frame, map[PortID][]byte{2: frame})
	r.expect(1, lldp, map[PortID][]byte{2: lldp})
}

// A device that cannot do native XDP moves all ports to generic XDP.
func TestGenericFallback(t *testing.T) {
	r, cpu := newRouter(t)
	r.must(r.do(func() error { return r.useGeneric(errors.New("a test")) }))
	v4 := func(ttl uint8) []byte { return udp(t, "10.0.1.9", "10.0.3.4", ttl, 100) }
	r.expect(1, ether(router, mac(9), 0, 0x0800, v4(64)), map[PortID][]byte{4: ether(mac(4), router, 100, 0x0800, v4(63))})
	request, tagged := ether(broadcast, mac(9), 0, 0x0806, arp(1)), ether(broadcast, mac(9), 100, 0x0806, arp(1))
	r.expect(3, request, map[PortID][]byte{4: tagged})
	if got := cpu["Vlan100"].receive(patience); !bytes.Equal(got, request) {
		t.Fatalf("the CPU got %x", got)
	}
	reply := ether(broadcast, router, 0, 0x0806, arp(2))
	cpu["Vlan100"].send(reply)
	r.arrive(map[PortID][]byte{3: reply, 4: ether(broadcast, router, 100, 0x0806, arp(2))})
	r.restart()
	r.expect(1, ether(router, mac(9), 0, 0x0800, v4(64)), map[PortID][]byte{4: ether(mac(4), router, 100, 0x0800, v4(63))})
}

// A port whose device went and came back under the same name works again, here
// with an index beyond the array of interfaces.
func TestDeviceReplaced(t *testing.T) {
	r := newRig(t, 2)
	r.bridge(10, false, 1, 2)
	in(t, r.silicon, func() error {
		dev, err := netlink.LinkByName("e1")
		if err != nil {
			return err
		}
		return netlink.LinkDel(dev)
	})
	r.until("port 1 down", func() bool { return !r.PortState(1) })
	r.plugWireAt(1, 70000)
	r.bridge(10, false, 1)
	frame := l2(broadcast, mac(1), 0)
	r.expect(1, frame, map[PortID][]byte{2: frame})
	r.expect(2, frame, map[PortID][]byte{1: frame})
}

// What the kernel refuses leaves nothing behind.
func TestRefusedByTheKernel(t *testing.T) {
	r, _ := newRouter(t)
	r.plugWire(5)
	if err := r.SetPort(5, Port{Netdev: "e5", MTU: 1 << 30}); err == nil {
		t.Error("huge mtu accepted")
	}
	if err := r.DeletePort(5); !errors.Is(err, ErrNotFound) {
		t.Errorf("port 5 is there: %v", err)
	}
	if err := r.SetPort(1, Port{Netdev: "e1", AdminUp: true, RIF: 2, MTU: 1 << 30}); err == nil {
		t.Error("huge mtu accepted")
	}
	if err := r.SetHostif(5, Hostif{Name: "Ethernet1", MAC: router, Port: 1}); err == nil {
		t.Error("name in use accepted")
	}
	if err := r.DeleteHostif(5); !errors.Is(err, ErrNotFound) {
		t.Errorf("host interface 5 is there: %v", err)
	}
	r.must(r.SetHostif(5, Hostif{Name: "Ethernet5", MAC: router, Port: 1}), r.DeleteHostif(5))
	packet := ether(router, mac(9), 0, 0x0800, udp(t, "10.0.1.9", "10.0.2.2", 64, 64))
	r.expect(1, packet, map[PortID][]byte{2: ether(mac(2), router, 0, 0x0800, udp(t, "10.0.1.9", "10.0.2.2", 63, 64))})
}

// Tables of another size or layout are not adopted: the switch starts anew, and
// what the old one left is gone.
func TestIncompatibleTables(t *testing.T) {
	r, _ := newRouter(t)
	r.must(r.Close(), os.Mkdir(r.cfg.PinDir+"/maps-0", 0o700))
	r.cfg.MaxAdj *= 2
	r.open()
	if r.Adopted() {
		t.Error("adopted tables of another size")
	}
	if _, err := os.Stat(r.cfg.PinDir + "/maps-0"); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("old layout: %v", err)
	}
	if r.running(r.silicon, "e1") && r.DeletePort(1) == nil {
		t.Error("port 1 is still there")
	}
	r.stateRouter()
	r.up(1, 2, 3, 4)
	packet := ether(router, mac(9), 0, 0x0800, udp(t, "10.0.1.9", "10.0.2.2", 64, 64))
	r.expect(1, packet, map[PortID][]byte{2: ether(mac(2), router, 0, 0x0800, udp(t, "10.0.1.9", "10.0.2.2", 63, 64))})
}

func TestFloodModes(t *testing.T) {
	r := newRig(t, 2)
	r.bridge(10, false, 1, 2)
	group := MAC{1, 0, 0x5e, 1, 2, 3}
	unicast, multicast, all := l2(mac(2), mac(1), 0), l2(group, mac(1), 0), l2(broadcast, mac(1), 0)
	for _, c := range []struct {
		v            VLAN
		closed       []byte
		open1, open2 []byte
	}{
		{VLAN{UnknownUnicast: FloodNone}, unicast, multicast, all},
		{VLAN{UnknownMulticast: FloodNone}, multicast, unicast, all},
		{VLAN{Broadcast: FloodNone}, all, unicast, multicast},
	} {
		r.must(r.SetVLAN(10, c.v))
		r.expectDrop(1, c.closed, "flood disabled")
		r.expect(1, c.open1, map[PortID][]byte{2: c.open1})
		r.expect(1, c.open2, map[PortID][]byte{2: c.open2})
	}
	if c, err := r.PortCounters(1); err != nil || c[InMulticast] != 3 || c[InBroadcast] != 3 || c[InUcast] != 3 || c[InDiscards] != 3 {
		t.Errorf("port 1: %v %v", c, err)
	}
	r.must(r.ClearPortCounters(1))
	if c, err := r.PortCounters(1); err != nil || c != (PortCounters{}) {
		t.Errorf("port 1 cleared: %v %v", c, err)
	}
}
