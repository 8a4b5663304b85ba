package dataplane

import (
	"encoding/binary"
	"errors"
	"net/netip"
	"testing"
)

// Adjacencies of the routed rig.
const (
	adjDrop AdjID = iota + 1
	adjLocal
	adjGleanPort
	adjGleanVLAN
	adjPort2
	adjVLANHost
	adjVLANLost
)

func route(prefix string, adj AdjID) RouteUpdate {
	return RouteUpdate{Prefix: netip.MustParsePrefix(prefix), Adj: adj}
}

// newRouter is a switch with routed ports 1 and 2, and VLAN 100 with the
// untagged port 3, the tagged port 4 and a router interface. CPU devices are
// Ethernet1, Ethernet2 and Vlan100.
func newRouter(t testing.TB) (r *rig, cpu map[string]*wire) {
	r = newRig(t, 4)
	r.stateRouter()
	r.up(1, 2, 3, 4)
	cpu = map[string]*wire{}
	for _, n := range append(cpuNames, "Vlan100") {
		cpu[n] = r.listen(r.host, n)
		r.until(n+" up", func() bool { return r.running(r.host, n) })
	}
	return r, cpu
}

var cpuNames = []string{"Ethernet1", "Ethernet2", "Ethernet3", "Ethernet4"}

// stateRouter sets all that the router is.
func (r *rig) stateRouter() {
	r.t.Helper()
	r.must(r.SetVLAN(100, VLAN{RIF: 3, Hostif: 100}))
	for i, n := range cpuNames {
		id := PortID(i + 1)
		p := Port{Netdev: "e" + n[8:], AdminUp: true, MTU: 9100, Hostif: HostifID(id)}
		if id <= 2 {
			p.RIF = RIFID(id)
			r.must(r.SetRIF(RIFID(id), RIF{Kind: RIFPort, Port: id, MAC: router, MTU: 1500, AdminV4: true, AdminV6: true}))
		} else {
			p.BridgePort = true
			if id == 3 {
				p.PVID = 100
			}
		}
		r.must(r.SetPort(id, p), r.SetHostif(HostifID(id), Hostif{Name: n, MAC: router, Port: id, MTU: 9100, AdminUp: true}))
		if id > 2 {
			r.must(r.SetVLANMember(100, id, id == 4))
		}
	}
	r.must(
		r.SetRIF(3, RIF{Kind: RIFVLAN, VLAN: 100, MAC: router, MTU: 1500, AdminV4: true, AdminV6: true}),
		r.SetHostif(100, Hostif{Name: "Vlan100", MAC: router, VLAN: 100, MTU: 9100, AdminUp: true}),
		r.SetAdj(adjDrop, Adj{Action: AdjDrop}),
		r.SetAdj(adjLocal, Adj{Action: AdjLocal}),
		r.SetAdj(adjGleanPort, Adj{Action: AdjGlean, RIF: 2}),
		r.SetAdj(adjGleanVLAN, Adj{Action: AdjGlean, RIF: 3}),
		r.SetAdj(adjPort2, Adj{Action: AdjForward, RIF: 2, MAC: mac(2)}),
		r.SetAdj(adjVLANHost, Adj{Action: AdjForward, RIF: 3, MAC: mac(4)}),
		r.SetAdj(adjVLANLost, Adj{Action: AdjForward, RIF: 3, MAC: mac(5)}),
		r.SetFDB(100, mac(4), FDB{Port: 4, Static: true}),
	)
	for _, k := range []TrapKind{TrapARPRequest, TrapARPResponse, TrapND, TrapDHCP, TrapDHCPv6} {
		r.must(r.SetTrap(k, Trap{Action: TrapCopy}))
	}
	for _, k := range []TrapKind{TrapIP2ME, TrapBGP, TrapBGPv6, TrapTTL, TrapMTU, TrapLLDP, TrapLACP} {
		r.must(r.SetTrap(k, Trap{Action: TrapTrap}))
	}
	r.must(errors.Join(r.UpdateRoutes(0, []RouteUpdate{
		route("10.0.1.1/32", adjLocal), route("10.0.2.0/24", adjGleanPort), route("10.0.2.2/32", adjPort2),
		route("10.0.3.0/24", adjGleanVLAN), route("10.0.3.4/32", adjVLANHost), route("10.0.3.5/32", adjVLANLost),
		route("10.0.9.0/24", adjDrop), route("20.0.0.0/8", adjPort2),
		route("fc00:1::1/128", adjLocal), route("fc00:2::2/128", adjPort2), route("fc00:3::4/128", adjVLANHost),
		route("fc00:2::/64", adjGleanPort),
	})...))
}

// crossing is a packet to the router, and where it has to leave.
type crossing struct {
	name     string
	in       PortID
	vid      uint16
	src, dst string
	out      PortID
	outVID   uint16
	to       MAC
}

// cross sends packets through the router.
func (r *rig) cross(t *testing.T, list []crossing) {
	t.Helper()
	for _, c := range list {
		t.Run(c.name, func(t *testing.T) {
			r.t = t
			proto := uint16(0x0800)
			if netip.MustParseAddr(c.dst).Is6() {
				proto = 0x86dd
			}
			in := ether(router, mac(9), c.vid, proto, udp(t, c.src, c.dst, 64, 100))
			out := ether(c.to, router, c.outVID, proto, udp(t, c.src, c.dst, 63, 100))
			r.expect(c.in, in, map[PortID][]byte{c.out: out})
		})
	}
}

func TestRoute(t *testing.T) {
	r, _ := newRouter(t)
	r.cross(t, []crossing{
		{"port to port", 1, 0, "10.0.1.9", "10.0.2.2", 2, 0, mac(2)},
		{"port to port beyond a gateway", 1, 0, "10.0.1.9", "20.1.2.3", 2, 0, mac(2)},
		{"port to tagged member", 1, 0, "10.0.1.9", "10.0.3.4", 4, 100, mac(4)},
		{"untagged to tagged member of the same vlan", 3, 0, "10.0.3.9", "10.0.3.4", 4, 100, mac(4)},
		{"tagged member back to itself", 4, 100, "10.0.3.9", "10.0.3.4", 4, 100, mac(4)},
		{"tagged member to port", 4, 100, "10.0.3.9", "10.0.2.2", 2, 0, mac(2)},
		{"untagged member to port", 3, 0, "10.0.3.9", "10.0.2.2", 2, 0, mac(2)},
		{"v6 port to port", 1, 0, "fc00:1::9", "fc00:2::2", 2, 0, mac(2)},
		{"v6 port to tagged member", 1, 0, "fc00:1::9", "fc00:3::4", 4, 100, mac(4)},
		{"v6 tagged member to port", 4, 100, "fc00:3::9", "fc00:2::2", 2, 0, mac(2)},
	})
	t.Run("unknown neighbour is flooded", func(t *testing.T) {
		r.t = t
		in := ether(router, mac(9), 0, 0x0800, udp(t, "10.0.1.9", "10.0.3.5", 64, 100))
		payload := udp(t, "10.0.1.9", "10.0.3.5", 63, 100)
		r.expect(1, in, map[PortID][]byte{
			3: ether(mac(5), router, 0, 0x0800, payload), 4: ether(mac(5), router, 100, 0x0800, payload)})
	})
	r.t = t
	c, err := r.RIFCounters(1)
	if err != nil || c[RIFInPackets] != 6 || c[RIFInOctets] == 0 || c[RIFOutPackets] != 0 {
		t.Errorf("router interface 1: %v %v", c, err)
	}
	c, err = r.RIFCounters(2)
	if err != nil || c[RIFOutPackets] != 6 || c[RIFInPackets] != 0 {
		t.Errorf("router interface 2: %v %v", c, err)
	}
}

func TestRouteDrops(t *testing.T) {
	r, _ := newRouter(t)
	v4 := func(src, dst string, spoil func(ip []byte)) []byte {
		p := udp(t, src, dst, 64, 100)
		if spoil != nil {
			spoil(p)
		}
		return ether(router, mac(9), 0, 0x0800, p)
	}
	v6 := func(src, dst string, spoil func(ip []byte)) []byte {
		p := udp(t, src, dst, 64, 100)
		if spoil != nil {
			spoil(p)
		}
		return ether(router, mac(9), 0, 0x86dd, p)
	}
	const ok, far = "10.0.1.9", "20.1.1.1"
	for _, c := range []struct {
		name, why string
		frame     []byte
	}{
		{"no route", "no ipv4 route", v4(ok, "30.0.0.1", nil)},
		{"drop route", "drop route", v4(ok, "10.0.9.1", nil)},
		{"checksum", "ipv4 checksum", v4(ok, far, func(b []byte) { b[10]++ })},
		{"version", "ipv4 header", v4(ok, far, func(b []byte) { b[0] = 0x55 })},
		{"header length too small", "ipv4 header", v4(ok, far, func(b []byte) { b[0] = 0x44 })},
		{"header longer than packet", "ipv4 header", v4(ok, far, func(b []byte) { b[0] = 0x4f; b[2], b[3] = 0, 40 })},
		{"length beyond frame", "ipv4 header", v4(ok, far, func(b []byte) { b[3]++ })},
		{"length below header", "ipv4 header", v4(ok, far, func(b []byte) { b[2], b[3] = 0, 19 })},
		{"truncated", "ipv4 header", v4(ok, far, nil)[:30]},
		{"multicast source", "multicast source", v4("224.1.1.1", far, nil)},
		{"loopback source", "loopback source", v4("127.0.0.1", far, nil)},
		{"class E source", "class e source", v4("240.0.0.1", far, nil)},
		{"zero source", "unspecified source", v4("0.0.0.0", far, nil)},
		{"loopback destination", "loopback destination", v4(ok, "127.0.0.1", nil)},
		{"multicast destination", "multicast destination", v4(ok, "239.1.1.1", nil)},
		{"v6 no route", "no ipv6 route", v6("fc00:1::9", "fc00:7::1", nil)},
		{"v6 version", "ipv6 header", v6("fc00:1::9", "fc00:2::2", func(b []byte) { b[0] = 0x50 })},
		{"v6 length", "ipv6 header", v6("fc00:1::9", "fc00:2::2", func(b []byte) { b[5]++ })},
		{"v6 truncated", "ipv6 header", v6("fc00:1::9", "fc00:2::2", nil)[:40]},
		{"v6 loopback source", "loopback source", v6("::1", "fc00:2::2", nil)},
		{"v6 unspecified source", "unspecified source", v6("::", "fc00:2::2", nil)},
		{"v6 multicast source", "multicast source", v6("ff02::1", "fc00:2::2", nil)},
		{"v6 link-local source", "link-local source", v6("fe80::1", "fc00:2::2", nil)},
		{"v6 loopback destination", "loopback destination", v6("fc00:1::9", "::1", nil)},
		{"another's mac", "not router mac", l2(mac(3), mac(9), 0)},
		{"not ip", "not ip", l2(router, mac(9), 0)},
		{"tagged on a routed port", "tagged frame", l2(router, mac(9), 100)},
	} {
		t.Run(c.name, func(t *testing.T) {
			r.t = t
			r.expectDrop(1, c.frame, c.why)
		})
	}
}

func TestIPv4Options(t *testing.T) {
	r, _ := newRouter(t)
	p := udp(t, "10.0.1.9", "20.1.1.1", 64, 20)
	for words := 1; words <= 10; words++ {
		with := append(append([]byte{}, p[:20]...), make([]byte, words*4)...)
		for i := 20; i < len(with); i++ {
			with[i] = byte(i) // any options
		}
		with = append(with, p[20:]...)
		with[0] = 0x45 + byte(words)
		binary.BigEndian.PutUint16(with[2:], uint16(len(with)))
		sum := func(ttl byte) []byte {
			b := append([]byte{}, with...)
			b[8], b[10], b[11] = ttl, 0, 0
			s := uint32(0)
			for i := 0; i < 20+words*4; i += 2 {
				s += uint32(binary.BigEndian.Uint16(b[i:]))
			}
			for s > 0xffff {
				s = s>>16 + s&0xffff
			}
			binary.BigEndian.PutUint16(b[10:], ^uint16(s))
			return b
		}
		r.expect(1, ether(router, mac(9), 0, 0x0800, sum(64)),
			map[PortID][]byte{2: ether(mac(2), router, 0, 0x0800, sum(63))})
		bad := sum(64)
		bad[20]++
		r.expectDrop(1, ether(router, mac(9), 0, 0x0800, bad), "ipv4 checksum")
	}
}

// TestRouteCounters: a route with a counter goes where it goes without one, and
// all its packets are counted, forwarded or not; the count outlives a restart.
func TestRouteCounters(t *testing.T) {
	const first = adjVLANLost + 1
	r, _ := newRouter(t)
	state := func(next4 AdjID) {
		t.Helper()
		r.must(r.SetAdj(first, Adj{Action: AdjCounted, Counter: 1, Next: next4}), r.SetAdj(first+1, Adj{Action: AdjCounted, Counter: MaxRouteCounter, Next: adjPort2}))
		r.must(errors.Join(r.UpdateRoutes(0, []RouteUpdate{route("20.0.0.0/8", first), route("fc00:2::2/128", first+1)})...))
	}
	counted := func(id RouteCounterID, packets uint64) {
		t.Helper()
		const ethernet, v4, v6, udpHeader, payload = 14, 20, 40, 8, 100
		size := uint64(ethernet + v4 + udpHeader + payload)
		if id == MaxRouteCounter {
			size += v6 - v4
		}
		if c, err := r.RouteCounters(id); err != nil || c != (FlowCounters{packets, packets * size}) {
			t.Errorf("counter %d: %+v %v, want %d packets of %d bytes", id, c, err, packets, size)
		}
	}
	state(adjPort2)
	pass := func() {
		r.cross(t, []crossing{
			{"v4", 1, 0, "10.0.1.9", "20.1.2.3", 2, 0, mac(2)}, {"v4 again", 1, 0, "10.0.1.9", "20.200.0.1", 2, 0, mac(2)},
			{"v6", 1, 0, "fc00:1::9", "fc00:2::2", 2, 0, mac(2)}, {"not counted", 1, 0, "10.0.1.9", "10.0.2.2", 2, 0, mac(2)},
		})
		r.t = t
	}
	pass()
	counted(1, 2)
	counted(MaxRouteCounter, 1)

	r.must(r.SetGroup(1, Group{Paths: []Path{{adjPort2, 1}}}), r.SetAdj(first+2, Adj{Action: AdjGroup, Group: 1}))
	state(first + 2)
	pass()
	counted(1, 4)
	r.must(r.SetAdj(first, Adj{Action: AdjCounted, Counter: 1, Next: adjDrop}))
	r.expectDrop(1, ether(router, mac(9), 0, 0x0800, udp(t, "10.0.1.9", "20.1.2.3", 64, 100)), "drop route")
	counted(1, 5)

	state(adjPort2)
	r.restart()
	r.settle(func() { r.stateRouter(); state(adjPort2) })
	counted(1, 5)
	pass()
	counted(1, 7)
	r.must(r.ClearRouteCounters(1))
	counted(1, 0)
	for _, bad := range []Adj{{Action: AdjCounted, Next: 1}, {Action: AdjCounted, Counter: 1}, {Action: AdjDrop, Counter: 1}, {Action: AdjCounted, Counter: MaxRouteCounter + 1, Next: 1}} {
		if err := r.SetAdj(first, bad); !errors.Is(err, ErrInvalid) {
			t.Errorf("%+v was taken: %v", bad, err)
		}
	}
}
