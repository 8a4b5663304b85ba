package dataplane

import (
	"bytes"
	"testing"
	"time"

	"github.com/gopacket/gopacket"
	"github.com/gopacket/gopacket/layers"
)

// arp is an ARP payload.
func arp(op uint8) []byte {
	b := make([]byte, 28)
	copy(b, []byte{0, 1, 8, 0, 6, 4, 0, op})
	return b
}

// icmp6 is an IPv6 packet of an ICMPv6 type.
func icmp6(t testing.TB, dst string, kind uint8) []byte {
	p := udp(t, "fe80::9", dst, 255, 24)
	p[6], p[40] = 58, kind
	return p
}

// tcp is an IPv4 packet to a TCP port.
func tcp(t testing.TB, dst string, port uint16) []byte {
	ip := &layers.IPv4{Version: 4, TTL: 1, Protocol: layers.IPProtocolTCP, SrcIP: []byte{10, 0, 1, 9}, DstIP: []byte{10, 0, 1, 1}}
	l := &layers.TCP{SrcPort: 30000, DstPort: layers.TCPPort(port)}
	_ = l.SetNetworkLayerForChecksum(ip)
	return serialize(t, ip, l, gopacket.Payload("hello"))
}

func dhcp(t testing.TB) []byte {
	ip := &layers.IPv4{Version: 4, TTL: 1, Protocol: layers.IPProtocolUDP, SrcIP: make([]byte, 4), DstIP: []byte{255, 255, 255, 255}}
	l := &layers.UDP{SrcPort: 68, DstPort: 67}
	_ = l.SetNetworkLayerForChecksum(ip)
	return serialize(t, ip, l, gopacket.Payload(make([]byte, 240)))
}

func TestToCPU(t *testing.T) {
	r, cpu := newRouter(t)
	group := MAC{0x33, 0x33, 0, 0, 0, 1}
	for _, c := range []struct {
		name  string
		in    PortID
		frame []byte
		to    string
		out   map[PortID][]byte
		got   []byte // what the CPU gets, if not the frame
	}{
		{name: "arp request on a port", in: 1, frame: ether(broadcast, mac(9), 0, 0x0806, arp(1)), to: "Ethernet1"},
		{name: "arp reply on a port", in: 1, frame: ether(router, mac(9), 0, 0x0806, arp(2)), to: "Ethernet1"},
		{name: "arp request in the vlan is flooded too", in: 3, frame: ether(broadcast, mac(9), 0, 0x0806, arp(1)), to: "Vlan100",
			out: map[PortID][]byte{4: ether(broadcast, mac(9), 100, 0x0806, arp(1))}},
		{name: "tagged arp request in the vlan", in: 4, frame: ether(broadcast, mac(9), 100, 0x0806, arp(1)), to: "Vlan100",
			got: ether(broadcast, mac(9), 0, 0x0806, arp(1)), out: map[PortID][]byte{3: ether(broadcast, mac(9), 0, 0x0806, arp(1))}},
		{name: "arp reply to us in the vlan", in: 4, frame: ether(router, mac(9), 100, 0x0806, arp(2)), to: "Vlan100",
			got: ether(router, mac(9), 0, 0x0806, arp(2))},
		{name: "neighbour solicitation on a port", in: 2, frame: ether(group, mac(9), 0, 0x86dd, icmp6(t, "ff02::1:ff00:1", 135)), to: "Ethernet2"},
		{name: "neighbour solicitation in the vlan", in: 3, frame: ether(group, mac(9), 0, 0x86dd, icmp6(t, "ff02::1:ff00:1", 135)), to: "Vlan100",
			out: map[PortID][]byte{4: ether(group, mac(9), 100, 0x86dd, icmp6(t, "ff02::1:ff00:1", 135))}},
		{name: "to our link-local address", in: 1, frame: ether(router, mac(9), 0, 0x86dd, icmp6(t, "fe80::1", 136)), to: "Ethernet1"},
		{name: "ping to us", in: 1, frame: ether(router, mac(9), 0, 0x0800, udp(t, "10.0.1.9", "10.0.1.1", 1, 64)), to: "Ethernet1"},
		{name: "to us by the vlan", in: 4, frame: ether(router, mac(9), 100, 0x0800, udp(t, "10.0.3.9", "10.0.1.1", 64, 64)), to: "Vlan100",
			got: ether(router, mac(9), 0, 0x0800, udp(t, "10.0.3.9", "10.0.1.1", 64, 64))},
		{name: "v6 to us", in: 1, frame: ether(router, mac(9), 0, 0x86dd, udp(t, "fc00:1::9", "fc00:1::1", 64, 64)), to: "Ethernet1"},
		{name: "bgp", in: 1, frame: ether(router, mac(9), 0, 0x0800, tcp(t, "10.0.1.1", 179)), to: "Ethernet1"},
		{name: "unresolved neighbour", in: 1, frame: ether(router, mac(9), 0, 0x0800, udp(t, "10.0.1.9", "10.0.2.77", 64, 64)), to: "Ethernet1"},
		{name: "unresolved v6 neighbour", in: 1, frame: ether(router, mac(9), 0, 0x86dd, udp(t, "fc00:1::9", "fc00:2::77", 64, 64)), to: "Ethernet1"},
		{name: "ttl expires", in: 1, frame: ether(router, mac(9), 0, 0x0800, udp(t, "10.0.1.9", "10.0.2.2", 1, 64)), to: "Ethernet1"},
		{name: "hop limit expires", in: 1, frame: ether(router, mac(9), 0, 0x86dd, udp(t, "fc00:1::9", "fc00:2::2", 1, 64)), to: "Ethernet1"},
		{name: "too big", in: 1, frame: ether(router, mac(9), 0, 0x0800, udp(t, "10.0.1.9", "10.0.2.2", 64, 1500)), to: "Ethernet1"},
		{name: "v6 too big", in: 3, frame: ether(router, mac(9), 0, 0x86dd, udp(t, "fc00:3::9", "fc00:2::2", 64, 1500)), to: "Vlan100"},
		{name: "lldp on a bridged port", in: 4, frame: ether(MAC{1, 0x80, 0xc2, 0, 0, 0x0e}, mac(9), 0, 0x88cc, make([]byte, 46)), to: "Ethernet4"},
		{name: "lacp", in: 3, frame: ether(MAC{1, 0x80, 0xc2, 0, 0, 2}, mac(9), 0, 0x8809, append([]byte{1}, make([]byte, 45)...)), to: "Ethernet3"},
		{name: "dhcp on a port", in: 1, frame: ether(broadcast, mac(9), 0, 0x0800, dhcp(t)), to: "Ethernet1"},
		{name: "dhcp in the vlan", in: 3, frame: ether(broadcast, mac(9), 0, 0x0800, dhcp(t)), to: "Vlan100",
			out: map[PortID][]byte{4: ether(broadcast, mac(9), 100, 0x0800, dhcp(t))}},
	} {
		t.Run(c.name, func(t *testing.T) {
			r.t = t
			r.wires[c.in].send(c.frame)
			want := c.got
			if want == nil {
				want = c.frame
			}
			if got := cpu[c.to].receive(patience); !bytes.Equal(got, want) {
				t.Fatalf("%s got %x\nwant %x\ndrops %v", c.to, got, want, r.drops())
			}
			r.arrive(c.out)
			for n, w := range cpu {
				if got := w.receive(time.Millisecond); got != nil {
					t.Fatalf("%s: unexpected %x", n, got)
				}
			}
		})
	}
}

// A frame of several buffers takes another way on kernels that do not redirect it at XDP.
func TestJumboToCPU(t *testing.T) {
	r, cpu := newRouter(t)
	big := udp(t, "10.0.1.9", "10.0.1.1", 64, 8000)
	for _, c := range []struct {
		in    PortID
		frame []byte
		to    string
	}{
		{1, ether(router, mac(9), 0, 0x0800, big), "Ethernet1"},
		{4, ether(router, mac(9), 100, 0x0800, big), "Vlan100"},
	} {
		r.wires[c.in].send(c.frame)
		if got, want := cpu[c.to].receive(patience), ether(router, mac(9), 0, 0x0800, big); !bytes.Equal(got, want) {
			t.Errorf("%s got %d bytes %.60x\nwant %d bytes %.60x\ndrops %v", c.to, len(got), got, len(want), want, r.drops())
		}
	}
}

func TestTrapActions(t *testing.T) {
	r, cpu := newRouter(t)
	request := ether(broadcast, mac(9), 0, 0x0806, arp(1))
	tagged := ether(broadcast, mac(9), 100, 0x0806, arp(1))
	silent := func(name string) {
		t.Helper()
		if got := cpu[name].receive(5 * time.Millisecond); got != nil {
			t.Fatalf("%s: unexpected %x", name, got)
		}
	}
	r.must(r.SetTrap(TrapARPRequest, Trap{Action: TrapForward}))
	r.expect(3, request, map[PortID][]byte{4: tagged})
	silent("Vlan100")
	r.must(r.SetTrap(TrapARPRequest, Trap{Action: TrapDrop}))
	r.expectDrop(3, request, "trap action")
	silent("Vlan100")
	r.must(r.SetTrap(TrapARPRequest, Trap{Action: TrapTrap}))
	r.expect(3, request, nil)
	if got := cpu["Vlan100"].receive(patience); !bytes.Equal(got, request) {
		t.Fatalf("got %x", got)
	}
	r.must(r.SetTrap(TrapIP2ME, Trap{Action: TrapDrop}))
	r.expectDrop(1, ether(router, mac(9), 0, 0x0800, udp(t, "10.0.1.9", "10.0.1.1", 64, 64)), "trap action")
	r.must(r.SetTrap(TrapTTL, Trap{Action: TrapDrop}))
	r.expectDrop(1, ether(router, mac(9), 0, 0x0800, udp(t, "10.0.1.9", "10.0.2.2", 1, 64)), "ttl")
	r.must(r.SetTrap(TrapLLDP, Trap{Action: TrapDrop}))
	r.expectDrop(1, ether(MAC{1, 0x80, 0xc2, 0, 0, 0x0e}, mac(9), 0, 0x88cc, make([]byte, 46)), "reserved address")
	if err := r.SetTrap(trapCount, Trap{Action: TrapDrop}); err == nil {
		t.Error("unknown trap accepted")
	}
}

// The frames of spanning tree cross ports in any state, both ways; those of a VLAN with their tag.
func TestSpanningTreeFrames(t *testing.T) {
	r, cpu := newRouter(t)
	r.must(r.SetSTPState(0, 3, STPBlocking), r.SetSTPState(0, 4, STPBlocking))
	stp, pvst := MAC{1, 0x80, 0xc2}, MAC{1, 0, 0xc, 0xcc, 0xcc, 0xcd}
	bpdu := ether(stp, mac(9), 0, 0x0026, make([]byte, 46))
	tagged, untagged := ether(pvst, mac(9), 100, 0x0032, make([]byte, 50)), ether(pvst, mac(9), 0, 0x0032, make([]byte, 50))
	hears := func(frame []byte) {
		t.Helper()
		r.expect(4, frame, nil)
		if got := cpu["Ethernet4"].receive(patience); !bytes.Equal(got, frame) {
			t.Fatalf("got %x, want %x", got, frame)
		}
	}
	for _, k := range []TrapKind{TrapSTP, TrapPVRST} {
		r.must(r.SetTrap(k, Trap{Action: TrapTrap}))
	}
	for _, frame := range [][]byte{bpdu, tagged, untagged} {
		hears(frame)
		cpu["Ethernet4"].send(frame)
		r.arrive(map[PortID][]byte{4: frame})
	}
	r.must(r.SetTrap(TrapPVRST, Trap{Action: TrapDrop}))
	r.expectDrop(4, tagged, "trap action")

	// Without a trap they are as any other group's.
	r.must(r.SetTrap(TrapPVRST, Trap{Action: TrapForward}), r.SetTrap(TrapSTP, Trap{Action: TrapForward}))
	r.expectDrop(4, tagged, "spanning tree")
	r.must(r.SetSTPState(0, 3, STPForwarding), r.SetSTPState(0, 4, STPForwarding))
	r.expect(4, tagged, map[PortID][]byte{3: untagged})
	r.expect(3, bpdu, map[PortID][]byte{4: ether(stp, mac(9), 100, 0x0026, make([]byte, 46))})
}

func TestFromCPU(t *testing.T) {
	r, cpu := newRouter(t)
	frame := ether(mac(9), router, 0, 0x0806, arp(2))
	tagged := ether(mac(9), router, 100, 0x0806, arp(2))
	cpu["Ethernet1"].send(frame)
	r.arrive(map[PortID][]byte{1: frame})
	cpu["Ethernet4"].send(tagged)
	r.arrive(map[PortID][]byte{4: tagged})
	// In the VLAN: flooded while unknown, then to the port.
	cpu["Vlan100"].send(frame)
	r.arrive(map[PortID][]byte{3: frame, 4: tagged})
	r.must(r.SetFDB(100, mac(9), FDB{Port: 4}))
	cpu["Vlan100"].send(frame)
	r.arrive(map[PortID][]byte{4: tagged})
	all := ether(broadcast, router, 0, 0x0806, arp(1))
	cpu["Vlan100"].send(all)
	r.arrive(map[PortID][]byte{3: all, 4: ether(broadcast, router, 100, 0x0806, arp(1))})
	big := ether(broadcast, router, 0, 0x88b5, make([]byte, 8000))
	cpu["Vlan100"].send(big)
	r.arrive(map[PortID][]byte{3: big, 4: ether(broadcast, router, 100, 0x88b5, make([]byte, 8000))})
	if e, err := r.FDBEntries(); err != nil || len(e) != 2 {
		t.Errorf("the CPU's address was learned: %v %v", e, err)
	}
	if c, err := r.PortCounters(1); err != nil || c[OutUcast] != 1 {
		t.Errorf("port 1: %v %v", c, err)
	}
}
