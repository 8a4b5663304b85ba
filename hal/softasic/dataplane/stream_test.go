package dataplane

import (
	"bytes"
	"errors"
	"net/netip"
	"slices"
	"testing"
	"time"

	"github.com/gopacket/gopacket"
	"github.com/gopacket/gopacket/layers"
	"pgregory.net/rapid"
)

var byBoth = Snooping{Groups: true, Sources: true}

// to is the stream of a group, from one sender if that is given.
func to(group string, source ...string) Stream {
	s := Stream{Group: netip.MustParseAddr(group)}
	if len(source) > 0 {
		s.Source = netip.MustParseAddr(source[0])
	}
	return s
}

// groupMAC is the address of an IP group (RFC 1112 section 6.4, RFC 2464 section 7).
func groupMAC(group string) MAC {
	a := netip.MustParseAddr(group).AsSlice()
	if len(a) == 4 {
		return MAC{1, 0, 0x5e, a[1] & 0x7f, a[2], a[3]}
	}
	return MAC{0x33, 0x33, a[12], a[13], a[14], a[15]}
}

// cast is a packet from a sender to a group, of a size.
func cast(t testing.TB, source, group string, vid uint16, size int) []byte {
	proto := uint16(0x0800)
	if netip.MustParseAddr(group).Is6() {
		proto = 0x86dd
	}
	return ether(groupMAC(group), mac(1), vid, proto, udp(t, source, group, 8, size))
}

// newSnooping is a switch with ports 1 and 2 untagged, 3 and 4 tagged in VLAN 10,
// which is snooped.
func newSnooping(t testing.TB, change ...func(*Config)) *rig {
	r := newRig(t, 4, change...)
	r.bridge(10, false, 1, 2)
	r.bridge(10, true, 3, 4)
	r.must(r.SetVLAN(10, VLAN{Snoop4: byBoth, Snoop6: byBoth}))
	return r
}

func TestStreams(t *testing.T) {
	for _, tt := range []struct{ name, a, b, group, other, link, any string }{
		{"IPv4", "10.0.0.1", "10.0.0.2", "239.1.1.1", "239.1.1.2", "224.0.0.9", "0.0.0.0"},
		{"IPv6", "2001:db8::1", "2001:db8::2", "ff05::1:1", "ff05::1:2", "ff02::1:1", "::"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			r := newSnooping(t)
			out := func(from PortID, source, group string, ports ...PortID) {
				t.Helper()
				plain, tagged := cast(t, source, group, 0, 64), cast(t, source, group, 10, 64)
				want, in := map[PortID][]byte{}, plain
				for _, id := range ports {
					if want[id] = plain; id >= 3 {
						want[id] = tagged
					}
				}
				if from >= 3 {
					in = tagged
				}
				r.expect(from, in, want)
			}
			out(1, tt.a, tt.group, 2, 3, 4) // nobody is known: flooded
			r.must(r.SetStream(10, to(tt.group), []PortID{2, 3}))
			out(1, tt.a, tt.group, 2, 3)
			out(4, tt.a, tt.group, 2, 3)
			out(3, tt.a, tt.group, 2) // not back
			out(1, tt.a, tt.other, 2, 3, 4)
			r.must(r.SetStream(10, to(tt.group, tt.a), []PortID{4, 17}))
			out(1, tt.a, tt.group, 4)
			out(1, tt.b, tt.group, 2, 3)
			r.must(r.SetVLAN(10, VLAN{Snoop4: Snooping{Groups: true}, Snoop6: Snooping{Groups: true}}))
			out(1, tt.a, tt.group, 2, 3)
			r.must(r.SetVLAN(10, VLAN{Snoop4: Snooping{Sources: true}, Snoop6: Snooping{Sources: true}}))
			out(1, tt.a, tt.group, 4)
			out(1, tt.b, tt.group, 2, 3, 4)
			r.must(r.SetVLAN(10, VLAN{Snoop4: byBoth, Snoop6: byBoth}))

			// Streams that nobody is known to listen to, and those of link scope.
			r.must(r.SetStream(10, to(tt.any), []PortID{3}))
			out(1, tt.a, tt.other, 3)
			out(3, tt.a, tt.other)
			out(1, tt.a, tt.link, 2, 3, 4)
			r.must(r.SetStream(10, to(tt.any), nil))
			r.expectDrop(1, cast(t, tt.a, tt.other, 0, 64), "flood disabled")
			out(1, tt.a, tt.link, 2, 3, 4)
			out(1, tt.b, tt.group, 2, 3)
			r.must(r.SetStream(10, to(tt.group, tt.a), nil))
			r.expectDrop(1, cast(t, tt.a, tt.group, 0, 64), "flood disabled")
			r.must(r.DeleteStream(10, to(tt.any)), r.DeleteStream(10, to(tt.group, tt.a)))
			out(1, tt.a, tt.other, 2, 3, 4)
			out(1, tt.a, tt.group, 2, 3)

			// The VLAN's members change.
			r.must(r.SetSTPState(0, 3, STPBlocking))
			out(1, tt.a, tt.group, 2)
			r.must(r.DeleteSTPState(0, 3), r.SetVLANMember(10, 3, false), r.SetVLANMember(10, 3, true))
			out(1, tt.a, tt.group, 2, 3)
			r.must(r.DeleteVLANMember(10, 2))
			out(4, tt.a, tt.group, 3)
			r.must(r.SetVLANMember(10, 2, false))
			out(4, tt.a, tt.group, 2, 3)

			// Off: flooded, whoever listens; on again as it was.
			r.must(r.SetVLAN(10, VLAN{}))
			out(1, tt.a, tt.group, 2, 3, 4)
			r.must(r.SetVLAN(10, VLAN{Snoop4: byBoth, Snoop6: byBoth}))
			out(1, tt.a, tt.group, 2, 3)
			r.must(r.DeleteStream(10, to(tt.group)))
			out(1, tt.a, tt.group, 2, 3, 4)
			c, err := r.PortCounters(1)
			if err != nil || c[InDiscards] != 2 || c[InMulticast] == 0 || c[InMulticast]+c[OutMulticast] != c[InMulticast] {
				t.Errorf("port 1: %v %v", c, err)
			}
		})
	}
}

// TestStreamFrames: what is not IP, or cannot be, is flooded; what is of one family
// does not depend on the other's.
func TestStreamFrames(t *testing.T) {
	r := newSnooping(t)
	r.must(r.SetVLAN(10, VLAN{Snoop4: byBoth}), r.SetStream(10, to("0.0.0.0"), nil), r.SetStream(10, to("::"), nil))
	group := groupMAC("239.1.1.1")
	for name, frame := range map[string][]byte{
		"not IP":            ether(group, mac(1), 0, 0x88b5, make([]byte, 46)),
		"no group":          ether(group, mac(1), 0, 0x0800, udp(t, "10.0.0.1", "10.0.0.2", 8, 64)),
		"short":             ether(group, mac(1), 0, 0x0800, make([]byte, 12)),
		"not snooped":       cast(t, "fe80::1", "ff05::1", 0, 64),
		"link scope":        cast(t, "10.0.0.1", "224.0.0.5", 0, 64),
		"no IP group's MAC": l2(MAC{1, 2, 3, 4, 5, 6}, mac(1), 0),
	} {
		tagged := slices.Concat(frame[:12], []byte{0x81, 0, 0, 10}, frame[12:])
		t.Log(name)
		r.expect(1, frame, map[PortID][]byte{2: frame, 3: tagged, 4: tagged})
	}
	r.expectDrop(1, cast(t, "10.0.0.1", "239.1.1.1", 0, 64), "flood disabled")
	bad := func(what string, err error) {
		t.Helper()
		if err == nil {
			t.Errorf("%s is accepted", what)
		}
	}
	bad("a VLAN that is not there", r.SetStream(11, to("239.1.1.1"), nil))
	bad("a group that is none", r.SetStream(10, to("10.1.1.1"), nil))
	bad("a sender of the other family", r.SetStream(10, to("239.1.1.1", "fe80::1"), nil))
	bad("a sender to no group", r.SetStream(10, to("0.0.0.0", "10.0.0.1"), nil))
	bad("no stream", r.SetStream(10, Stream{}, nil))
	bad("a stream that is not there", r.DeleteStream(10, to("239.1.1.1")))
}

// Frames of several buffers, and all in generic mode, take the way of the stack.
func TestStreamsTheSlowWay(t *testing.T) {
	check := func(r *rig, size int) {
		t.Helper()
		r.must(r.SetStream(10, to("239.1.1.1"), []PortID{2, 4}), r.SetStream(10, to("ff05::1", "fe80::1"), []PortID{3}), r.SetStream(10, to("0.0.0.0"), []PortID{3}))
		plain, tagged := cast(t, "10.0.0.1", "239.1.1.1", 0, size), cast(t, "10.0.0.1", "239.1.1.1", 10, size)
		r.expect(1, plain, map[PortID][]byte{2: plain, 4: tagged})
		r.expect(4, tagged, map[PortID][]byte{2: plain})
		r.expect(1, cast(t, "fe80::1", "ff05::1", 0, size), map[PortID][]byte{3: cast(t, "fe80::1", "ff05::1", 10, size)})
		r.expect(1, cast(t, "10.0.0.1", "239.9.9.9", 0, size), map[PortID][]byte{3: cast(t, "10.0.0.1", "239.9.9.9", 10, size)})
	}
	check(newSnooping(t), 7000)
	check(newSnooping(t, func(c *Config) { c.Generic = true }), 64)
}

// TestStreamIsNoStorm: storm control holds for groups that nobody listens to.
func TestStreamIsNoStorm(t *testing.T) {
	r := newSnooping(t)
	r.must(r.SetStream(10, to("239.1.1.1"), []PortID{2}))
	r.must(r.SetPort(1, Port{Netdev: "e1", AdminUp: true, MTU: 9100, BridgePort: true, PVID: 10,
		Storm: [StormKinds]Meter{StormMulticast: {On: true, Rate: 100, Burst: 5000}}}))
	if got := r.passed(cast(t, "10.0.0.1", "239.1.1.1", 0, 1000), 20); got != 20 {
		t.Errorf("%d of 20 frames of a known group pass", got)
	}
	if got := r.passed(cast(t, "10.0.0.1", "239.1.1.2", 0, 1000), 20); got < 4 || got > 5 {
		t.Errorf("%d of 20 frames of an unknown group pass", got)
	}
}

// igmp is a message in a packet with a router alert, to a group.
func igmp(t testing.TB, kind byte, group string) []byte {
	ip := &layers.IPv4{Version: 4, TTL: 1, Protocol: layers.IPProtocolIGMP, SrcIP: []byte{10, 0, 0, 9}, DstIP: netip.MustParseAddr(group).AsSlice(),
		Options: []layers.IPv4Option{{OptionType: 148, OptionLength: 4, OptionData: []byte{0, 0}}}}
	return serialize(t, ip, gopacket.Payload([]byte{kind, 0, 0, 0, 0, 0, 0, 0}))
}

// mld is a message behind a hop-by-hop header with a router alert.
func mld(t testing.TB, kind byte, group string) []byte {
	ip := &layers.IPv6{Version: 6, HopLimit: 1, NextHeader: layers.IPProtocolIPv6HopByHop, SrcIP: netip.MustParseAddr("fe80::9").AsSlice(), DstIP: netip.MustParseAddr(group).AsSlice()}
	return serialize(t, ip, gopacket.Payload(append([]byte{58, 0, 5, 2, 0, 0, 1, 0, kind}, make([]byte, 23)...)))
}

// pim is a message of four bytes, the shortest, that starts with version and type.
func pim(t testing.TB, from, to string, kind byte) []byte {
	const protocol = 103
	body := gopacket.Payload([]byte{kind, 0, 0, 0})
	src, dst := netip.MustParseAddr(from), netip.MustParseAddr(to)
	if dst.Is4() {
		return serialize(t, &layers.IPv4{Version: 4, TTL: 1, Protocol: protocol, SrcIP: src.AsSlice(), DstIP: dst.AsSlice()}, body)
	}
	return serialize(t, &layers.IPv6{Version: 6, HopLimit: 1, NextHeader: protocol, SrcIP: src.AsSlice(), DstIP: dst.AsSlice()}, body)
}

// TestMembershipMessages: where multicast is snooped the CPU gets them by the port
// they came by, with their tag, and nobody else does.
func TestMembershipMessages(t *testing.T) {
	r := newSnooping(t)
	cpu := map[PortID]*wire{}
	for id, name := range map[PortID]string{1: "Ethernet1", 3: "Ethernet3"} {
		p := Port{Netdev: "e" + name[8:], AdminUp: true, MTU: 9100, BridgePort: true, Hostif: HostifID(id)}
		if id == 1 {
			p.PVID = 10
		}
		r.must(r.SetHostif(HostifID(id), Hostif{Name: name, MAC: router, Port: id, AdminUp: true}), r.SetPort(id, p))
		cpu[id] = r.listen(r.host, name)
	}
	frame := func(group string, vid uint16, payload []byte) []byte {
		proto := uint16(0x0800)
		if netip.MustParseAddr(group).Is6() {
			proto = 0x86dd
		}
		return ether(groupMAC(group), mac(9), vid, proto, payload)
	}
	r.must(r.SetStream(10, to("239.1.1.1"), []PortID{2}), r.SetStream(10, to("ff05::1"), []PortID{2}))
	for _, tt := range []struct {
		kind   TrapKind
		group  string
		packet []byte
	}{
		{TrapIGMPQuery, "224.0.0.1", igmp(t, 0x11, "224.0.0.1")},
		{TrapIGMPv1Report, "239.1.1.1", igmp(t, 0x12, "239.1.1.1")},
		{TrapIGMPv2Report, "239.1.1.1", igmp(t, 0x16, "239.1.1.1")},
		{TrapIGMPLeave, "224.0.0.2", igmp(t, 0x17, "224.0.0.2")},
		{TrapIGMPv3Report, "224.0.0.22", igmp(t, 0x22, "224.0.0.22")},
		{TrapMLDQuery, "ff02::1", mld(t, 130, "ff02::1")},
		{TrapMLDv1Report, "ff05::1", mld(t, 131, "ff05::1")},
		{TrapMLDv1Done, "ff02::2", mld(t, 132, "ff02::2")},
		{TrapMLDv2Report, "ff02::16", mld(t, 143, "ff02::16")},
		{TrapPIM, "224.0.0.13", pim(t, "10.0.0.9", "224.0.0.13", 0x20)},
		{TrapPIM, "ff02::d", pim(t, "fe80::9", "ff02::d", 0x20)},
		{TrapPIM, "224.0.0.13", pim(t, "10.0.0.9", "224.0.0.13", 0x23)}, // not a hello
	} {
		plain, tagged := frame(tt.group, 0, tt.packet), frame(tt.group, 10, tt.packet)
		r.expect(1, plain, map[PortID][]byte{2: plain, 3: tagged, 4: tagged}) // no trap: for everybody
		r.must(r.SetTrap(tt.kind, Trap{Action: TrapTrap}))
		before, err := r.TrapCounters(tt.kind)
		r.must(err)
		r.expect(1, plain, nil)
		if got := cpu[1].receive(patience); !bytes.Equal(got, plain) {
			t.Fatalf("trap %d, untagged: got %x, want %x", tt.kind, got, plain)
		}
		r.expect(3, tagged, nil)
		if got := cpu[3].receive(patience); !bytes.Equal(got, tagged) {
			t.Fatalf("trap %d, tagged: got %x, want %x", tt.kind, got, tagged)
		}
		if after, err := r.TrapCounters(tt.kind); err != nil || after.Packets != before.Packets+2 {
			t.Errorf("trap %d counts %v after %v: %v", tt.kind, after, before, err)
		}
		r.must(r.SetVLAN(10, VLAN{}))
		r.expect(1, plain, map[PortID][]byte{2: plain, 3: tagged, 4: tagged}) // not snooped
		r.must(r.SetVLAN(10, VLAN{Snoop4: byBoth, Snoop6: byBoth}), r.SetTrap(tt.kind, Trap{Action: TrapDrop}))
		r.expectDrop(1, plain, "trap action")
		r.must(r.SetTrap(tt.kind, Trap{Action: TrapForward}))
	}
	for id, w := range cpu {
		if got := w.receive(5 * time.Millisecond); got != nil {
			t.Errorf("port %d: the CPU got %x too", id, got)
		}
	}
	r.must(r.SetTrap(TrapPIM, Trap{Action: TrapTrap}))
	fragment := pim(t, "10.0.0.9", "224.0.0.13", 0x20)
	fragment[7] = 1 // of its offset
	for name, packet := range map[string][]byte{
		"PIM version 1, in IGMP": igmp(t, 0x14, "224.0.0.13"), "PIM to one router": pim(t, "10.0.0.9", "10.0.0.1", 0x21), "what follows in a fragment": fragment,
	} {
		t.Log(name)
		plain, tagged := frame("224.0.0.13", 0, packet), frame("224.0.0.13", 10, packet)
		r.expect(1, plain, map[PortID][]byte{2: plain, 3: tagged, 4: tagged})
	}
	one6, one6tagged := frame("ff02::d", 0, pim(t, "fe80::9", "fe80::1", 0x21)), frame("ff02::d", 10, pim(t, "fe80::9", "fe80::1", 0x21))
	r.expect(1, one6, map[PortID][]byte{2: one6, 3: one6tagged, 4: one6tagged})
}

// The CPU's own multicast in a VLAN goes to those that listen.
func TestStreamFromCPU(t *testing.T) {
	r := newSnooping(t)
	r.must(r.SetHostif(9, Hostif{Name: "Vlan10", MAC: router, VLAN: 10, AdminUp: true}), r.SetVLAN(10, VLAN{Hostif: 9, Snoop4: byBoth}),
		r.SetStream(10, to("239.1.1.1"), []PortID{2}), r.SetStream(10, to("0.0.0.0"), nil))
	cpu := r.listen(r.host, "Vlan10")
	frame := cast(t, "10.0.0.1", "239.1.1.1", 0, 64)
	cpu.send(frame)
	r.arrive(map[PortID][]byte{2: frame})
	cpu.send(cast(t, "10.0.0.1", "239.1.1.2", 0, 64))
	r.until("dropped", func() bool { return r.drops()["flood disabled"] == 1 })
	report := ether(groupMAC("239.1.1.2"), router, 0, 0x0800, igmp(t, 0x16, "239.1.1.2"))
	tagged := ether(groupMAC("239.1.1.2"), router, 10, 0x0800, igmp(t, 0x16, "239.1.1.2"))
	cpu.send(report)
	r.arrive(map[PortID][]byte{1: report, 2: report, 3: tagged, 4: tagged})
}

// A LAG gets one copy; its streams are spread over its ports, and none comes back
// into it.
func TestStreamsOverLAG(t *testing.T) {
	r := newLAG(t)
	r.must(r.SetVLAN(10, VLAN{Snoop4: byBoth}))
	used := map[PortID]bool{}
	for _, group := range []string{"239.1.1.1", "239.1.1.2"} {
		r.must(r.SetStream(10, to(group), []PortID{lag1, 4}))
		frame := cast(t, "10.0.0.1", group, 0, 64)
		r.wires[3].send(frame)
		if got := r.wires[4].receive(patience); !bytes.Equal(got, frame) {
			t.Fatalf("port 4 got %x", got)
		}
		by := r.oneOf(frame, 1, 2)
		used[by] = true
		big := cast(t, "10.0.0.1", group, 0, 7000)
		r.expect(3, big, map[PortID][]byte{by: big, 4: big})
		r.expect(1, frame, map[PortID][]byte{4: frame})
		r.expect(2, frame, map[PortID][]byte{4: frame})
	}
	if len(used) != 2 {
		t.Errorf("all streams by %v", used)
	}
	r.must(r.DeleteLAGMember(1))
	frame := cast(t, "10.0.0.1", "239.1.1.1", 0, 64)
	r.expect(3, frame, map[PortID][]byte{2: frame, 4: frame})
}

// A plane that is taken over keeps its streams until all is stated, and then those
// that were stated.
func TestStreamsSurvive(t *testing.T) {
	r := newSnooping(t)
	a, b := cast(t, "10.0.0.1", "239.1.1.1", 0, 64), cast(t, "10.0.0.1", "239.1.1.2", 0, 64)
	tagged := cast(t, "10.0.0.1", "239.1.1.2", 10, 64)
	r.must(r.SetStream(10, to("239.1.1.1"), []PortID{2}), r.SetStream(10, to("239.1.1.2", "10.0.0.1"), []PortID{3}), r.SetStream(10, to("0.0.0.0"), nil),
		r.SetStream(10, to("239.1.1.9"), nil))
	r.restart()
	r.expect(1, a, map[PortID][]byte{2: a})
	r.expect(1, b, map[PortID][]byte{3: tagged})
	r.settle(func() {
		r.bridge(10, false, 1, 2)
		r.bridge(10, true, 3, 4)
		r.must(r.SetVLAN(10, VLAN{Snoop4: byBoth, Snoop6: byBoth}), r.SetStream(10, to("239.1.1.1"), []PortID{2}))
		r.expect(1, a, map[PortID][]byte{2: a})
		r.must(r.SetStream(10, to("239.1.1.3"), []PortID{2}))
		c := cast(t, "10.0.0.1", "239.1.1.3", 0, 64)
		r.expect(1, c, map[PortID][]byte{2: c})
	})
	r.expect(1, a, map[PortID][]byte{2: a})
	r.expect(1, b, map[PortID][]byte{2: b, 3: tagged, 4: tagged})
	r.must(r.DeleteVLAN(10))
	r.bridge(10, false, 1, 2)
	r.must(r.SetVLAN(10, VLAN{Snoop4: byBoth}))
	r.expect(1, a, map[PortID][]byte{2: a}) // flooded
	r.must(r.SetStream(10, to("239.1.1.4"), []PortID{3}))
	if got := r.slots.used(); got != 1 {
		t.Errorf("%d slots in use", got)
	}
}

// TestStreamTable fills the table of streams and empties it.
func TestStreamTable(t *testing.T) {
	r := newSnooping(t)
	group := func(i int) Stream {
		return Stream{Group: netip.AddrFrom4([4]byte{239, 1, byte(i >> 8), byte(i)})}
	}
	for i := range MaxStreams {
		r.must(r.SetStream(10, group(i), []PortID{2}))
	}
	if err := r.SetStream(10, group(MaxStreams), []PortID{2}); !errors.Is(err, ErrTableFull) {
		t.Fatal(err)
	}
	r.must(r.SetStream(10, group(0), []PortID{3}), r.DeleteStream(10, group(1)), r.SetStream(10, group(MaxStreams), []PortID{2}))
	for i := range MaxStreams + 1 {
		if i != 1 {
			r.must(r.DeleteStream(10, group(i)))
		}
	}
	if got := r.slots.used(); got != 0 {
		t.Errorf("%d slots in use", got)
	}
}

// TestAnyStreams: whatever was set and taken back, and whether the plane was taken
// over in between, a frame goes where the last that was said of it says.
func TestAnyStreams(t *testing.T) {
	if testing.Short() {
		t.Skip("sends many frames")
	}
	r := newSnooping(t)
	streams := []Stream{to("239.1.1.1"), to("239.1.1.1", "10.0.0.1"), to("239.1.1.2"), to("0.0.0.0")}
	said := map[Stream][]PortID{}
	by := byBoth
	rapid.Check(t, func(t *rapid.T) {
		switch s := rapid.SampledFrom(streams).Draw(t, "stream"); rapid.IntRange(0, 15).Draw(t, "what") {
		default:
			ports := rapid.SliceOfDistinct(rapid.SampledFrom([]PortID{1, 2, 3, 4}), rapid.ID[PortID]).Draw(t, "ports")
			said[s] = ports
			r.must(r.SetStream(10, s, ports))
		case 3, 6, 7, 8:
			if _, had := said[s]; had {
				r.must(r.DeleteStream(10, s))
				delete(said, s)
			}
		case 4, 9:
			by = Snooping{Groups: rapid.Bool().Draw(t, "groups"), Sources: rapid.Bool().Draw(t, "sources")}
			r.must(r.SetVLAN(10, VLAN{Snoop4: by}))
		case 5:
			r.restart()
			r.settle(func() {
				r.bridge(10, false, 1, 2)
				r.bridge(10, true, 3, 4)
				r.must(r.SetVLAN(10, VLAN{Snoop4: by}))
				for s, ports := range said {
					r.must(r.SetStream(10, s, ports))
				}
			})
		}
		r.probe(said, by, rapid.SampledFrom([]string{"10.0.0.1", "10.0.0.2"}).Draw(t, "source"), rapid.SampledFrom([]string{"239.1.1.1", "239.1.1.2"}).Draw(t, "group"))
	})
}

// probe sends a frame to a group into port 1.
func (r *rig) probe(said map[Stream][]PortID, by Snooping, source, group string) {
	r.t.Helper()
	ports, some := said[to(group, source)]
	if !by.Sources || !some {
		if ports, some = said[to(group)]; !by.Groups || !some {
			ports, some = said[to("0.0.0.0")]
		}
	}
	if !some || by == (Snooping{}) {
		ports = []PortID{1, 2, 3, 4}
	}
	want := map[PortID][]byte{}
	for _, id := range ports {
		if id == 2 {
			want[id] = cast(r.t, source, group, 0, 64)
		} else if id > 2 {
			want[id] = cast(r.t, source, group, 10, 64)
		}
	}
	r.expect(1, cast(r.t, source, group, 0, 64), want)
}
