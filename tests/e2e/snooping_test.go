package e2e_test

import (
	"encoding/binary"
	"fmt"
	"net"
	"net/netip"
	"slices"
	"syscall"
	"testing"
	"time"

	"github.com/gopacket/gopacket"
	"github.com/gopacket/gopacket/layers"
	"golang.org/x/sys/unix"

	"github.com/heddle-nos/heddle/daemons/lab"
	"github.com/heddle-nos/heddle/daemons/lab/namespace"
	"github.com/heddle-nos/heddle/daemons/mcsnoopd/snoop"
	"github.com/heddle-nos/heddle/internal/statedb"
)

// join has a host's kernel listen to a group on eth0, until the socket is closed.
func join(t *testing.T, l *lab.Lab, host, group string) (leave func()) {
	t.Helper()
	a, fd := netip.MustParseAddr(group), 0
	err := namespace.Do(l.Namespace(host), func() error {
		ifc, err := net.InterfaceByName("eth0")
		if err != nil {
			return err
		}
		if a.Is4() {
			if fd, err = unix.Socket(unix.AF_INET, unix.SOCK_DGRAM|unix.SOCK_CLOEXEC, 0); err != nil {
				return err
			}
			return unix.SetsockoptIPMreqn(fd, unix.IPPROTO_IP, unix.IP_ADD_MEMBERSHIP, &unix.IPMreqn{Multiaddr: a.As4(), Ifindex: int32(ifc.Index)})
		}
		if fd, err = unix.Socket(unix.AF_INET6, unix.SOCK_DGRAM|unix.SOCK_CLOEXEC, 0); err != nil {
			return err
		}
		return unix.SetsockoptIPv6Mreq(fd, unix.IPPROTO_IPV6, unix.IPV6_JOIN_GROUP, &unix.IPv6Mreq{Multiaddr: a.As16(), Interface: uint32(ifc.Index)})
	})
	if err != nil {
		t.Fatalf("%s joins %s: %v", host, group, err)
	}
	left := false
	leave = func() {
		if !left {
			left = true
			_ = unix.Close(fd)
		}
	}
	t.Cleanup(leave)
	return leave
}

// stream is multicast from a host that speaks raw frames.
type stream struct {
	from  *tap
	group netip.Addr
	frame []byte
}

func newStream(t *testing.T, from *tap, group string) stream {
	t.Helper()
	g := netip.MustParseAddr(group)
	to := snoop.MAC(g)
	d := datagram{srcMAC: mac(40), dstMAC: to[:], src: "192.0.2.6", dst: group, ttl: 9, length: 64}
	if g.Is6() {
		d.src = "2001:db8:100::6"
	}
	return stream{from, g, d.frame(t)}
}

// reaches sends until exactly these hosts get what is sent. Each has its own tap.
func (s stream) reaches(t *testing.T, what string, taps map[string]*tap, want ...string) {
	t.Helper()
	expected := map[string]bool{}
	for _, host := range want {
		expected[host] = true
	}
	match := isUDP(map[bool]string{true: "192.0.2.6", false: "2001:db8:100::6"}[s.group.Is4()], s.group.String())
	var err error
	for deadline := time.Now().Add(soon); time.Now().Before(deadline); {
		for _, p := range taps {
			p.drain(t)
		}
		s.from.send(t, s.frame)
		err = nil
		for host, p := range taps {
			if got := p.receive(t, quiet, match) != nil; got != expected[host] {
				err = fmt.Errorf("%s gets the stream: %v", host, got)
			}
		}
		if err == nil {
			return
		}
	}
	t.Fatalf("%s: %v", what, err)
}

// ask is a query of a router in a VLAN with a tag.
func ask(a snoop.Ask, vlan uint16, from net.HardwareAddr) []byte {
	return a.Append(toGroup(a.Destination(), vlan, from))
}

// toGroup is the header of a frame to a group, in a VLAN with a tag.
func toGroup(group netip.Addr, vlan uint16, from net.HardwareAddr) []byte {
	to, kind := snoop.MAC(group), uint16(unix.ETH_P_IP)
	if group.Is6() {
		kind = unix.ETH_P_IPV6
	}
	f := append(append([]byte{}, to[:]...), from...)
	f = binary.BigEndian.AppendUint16(f, unix.ETH_P_8021Q)
	f = binary.BigEndian.AppendUint16(f, vlan)
	return binary.BigEndian.AppendUint16(f, kind)
}

// greet is the hello of a PIM router, which counts for so many seconds (RFC 7761 section 4.9.2).
func greet(t *testing.T, router netip.Addr, hold uint16, vlan uint16, from net.HardwareAddr) []byte {
	t.Helper()
	const protocol = 103
	group := netip.MustParseAddr("224.0.0.13")
	if router.Is6() {
		group = netip.MustParseAddr("ff02::d")
	}
	message := binary.BigEndian.AppendUint16([]byte{0x20, 0, 0, 0, 0, 1, 0, 2}, hold)
	covered := message // by the checksum
	if router.Is6() {  // with a pseudo header
		covered = slices.Concat(router.AsSlice(), group.AsSlice(), []byte{0, 0, 0, byte(len(message)), 0, 0, 0, protocol}, message)
	}
	sum := uint32(0)
	for i := 0; i < len(covered); i += 2 {
		sum += uint32(binary.BigEndian.Uint16(covered[i:]))
	}
	binary.BigEndian.PutUint16(message[2:], ^uint16(sum+sum>>16))
	var ip gopacket.SerializableLayer = &layers.IPv4{Version: 4, TTL: 1, Protocol: protocol, SrcIP: router.AsSlice(), DstIP: group.AsSlice()}
	if router.Is6() {
		ip = &layers.IPv6{Version: 6, HopLimit: 1, NextHeader: protocol, SrcIP: router.AsSlice(), DstIP: group.AsSlice()}
	}
	packet := gopacket.NewSerializeBuffer()
	if err := gopacket.SerializeLayers(packet, gopacket.SerializeOptions{FixLengths: true, ComputeChecksums: true}, ip, gopacket.Payload(message)); err != nil {
		t.Fatal(err)
	}
	return append(toGroup(group, vlan, from), packet.Bytes()...)
}

// isMembership matches a frame of IGMP or MLD of a kind, and from an address, if one is given.
func isMembership(kind snoop.Kind, from netip.Addr) func([]byte) bool {
	return func(f []byte) bool {
		at := 14
		if len(f) > 18 && binary.BigEndian.Uint16(f[12:]) == unix.ETH_P_8021Q {
			at = 18
		}
		m, err := snoop.Parse(f[min(at, len(f)):])
		return err == nil && m.Kind == kind && (!from.IsValid() || m.From == from)
	}
}

// TestSnooping: h1 and h2 are stations whose kernels join and leave, h6 sends, and h7 is now nobody, now a router.
func TestSnooping(t *testing.T) {
	l := basic(t)
	taps := map[string]*tap{"h1": openTap(t, l, "h1"), "h2": openTap(t, l, "h2"), "h7": openTap(t, l, "h7")}
	h6 := openTap(t, l, "h6")
	for _, family := range []struct{ name, group, other, router string }{
		{"igmp", "239.1.1.1", "239.1.1.2", "192.0.2.9"}, {"mld", "ff05::4:1", "ff05::4:2", "fe80::1"},
	} {
		t.Run(family.name, func(t *testing.T) {
			command := family.name + "-snooping"
			s, other := newStream(t, h6, family.group), newStream(t, h6, family.other)
			s.reaches(t, "off", taps, "h1", "h2", "h7")
			leave := join(t, l, "h2", family.group)
			for _, args := range [][]string{
				{"enable", "100"}, {"query-max-response-time", "100", "1"}, {"query-interval", "100", "2"},
				{"last-member-query-interval", "100", "500"}, {"querier", "100", "enable"},
			} {
				run(t, l, sw, append([]string{"config", command}, args...)...)
			}
			defer func() {
				run(t, l, sw, "config", command, "disable", "100")
				s.reaches(t, "off again", taps, "h1", "h2", "h7")
			}()
			s.reaches(t, "who has joined", taps, "h2")
			other.reaches(t, "a group of nobody", taps)
			join(t, l, "h1", family.group)
			s.reaches(t, "both have", taps, "h1", "h2")
			if err := contains(run(t, l, sw, "show", family.name, "snooping", "groups", "vlan", "100"), family.group, "Ethernet0,Ethernet4"); err != nil {
				t.Error(err)
			}
			leave()
			s.reaches(t, "one has left", taps, "h1")

			snoopdKilled(t, l, s, taps)
			asPIMRouter(t, l, taps, family.router)
			asRouter(t, l, taps, s, other, family.router)
		})
	}
}

// asPIMRouter has h7 greet other routers, of which h2 may be one: its port is known for a router's until it takes its leave.
func asPIMRouter(t *testing.T, l *lab.Lab, taps map[string]*tap, address string) {
	t.Helper()
	router := netip.MustParseAddr(address)
	taps["h2"].drain(t)
	greets := func(hold uint16, known bool) {
		t.Helper()
		eventually(t, soon, func() error {
			taps["h7"].send(t, greet(t, router, hold, 100, mac(41)))
			row, found, err := database(t, l).DB(statedb.ApplDB).Get(t.Context(), "L2MC_MROUTER_TABLE", "Vlan100:Ethernet24")
			if err != nil || found != known {
				return fmt.Errorf("router port after a hello for %d s: %v, %v", hold, row, err)
			}
			return nil
		})
	}
	greets(105, true)
	if taps["h2"].receive(t, soon, isMembership(snoop.Hello, router)) == nil {
		t.Error("a router's hello does not come to all")
	}
	greets(0, false)
}

// asRouter has h7 ask in the place of the switch: it hears who listens, and gets all groups, until it is silent for too long.
func asRouter(t *testing.T, l *lab.Lab, taps map[string]*tap, s, other stream, address string) {
	t.Helper()
	a := snoop.Ask{Version: 3, From: netip.MustParseAddr(address), MaxResp: time.Second, Interval: time.Second}
	if a.From.Is6() {
		a.Version = 2
	}
	for _, p := range taps {
		p.drain(t)
	}
	taps["h7"].send(t, ask(a, 100, mac(41)))
	if taps["h2"].receive(t, soon, isMembership(snoop.Query, a.From)) == nil {
		t.Error("the router's question does not come to all")
	}
	if taps["h7"].receive(t, soon, isMembership(snoop.Report, netip.Addr{})) == nil {
		t.Error("the router does not hear who listens")
	}
	eventually(t, soon, func() error { // the question is asked again meanwhile: its answers are what counts
		taps["h7"].send(t, ask(a, 100, mac(41)))
		row, _, err := database(t, l).DB(statedb.ApplDB).Get(t.Context(), "L2MC_MROUTER_TABLE", "Vlan100:Ethernet24")
		if err != nil || row["type"] != "dynamic" {
			return fmt.Errorf("router port: %v, %v", row, err)
		}
		return nil
	})
	other.from.send(t, other.frame)
	s.reaches(t, "the silent router is forgotten", taps, "h1")
	other.reaches(t, "nor does it get other groups", taps)
}

// snoopdKilled: the ASIC goes on as it was told, and the daemon as well.
func snoopdKilled(t *testing.T, l *lab.Lab, s stream, taps map[string]*tap) {
	t.Helper()
	for _, p := range taps {
		p.drain(t)
	}
	stop, sent := make(chan struct{}), make(chan int)
	go func() {
		n := 0
		for tick := time.NewTicker(20 * time.Millisecond); ; {
			select {
			case <-stop:
				tick.Stop()
				sent <- n
				return
			case <-tick.C:
				if s.from.trySend(s.frame) == nil {
					n++
				}
			}
		}
	}()
	restart(t, l, "mcsnoopd", syscall.SIGKILL)
	time.Sleep(2 * time.Second) // the stream measures during this time
	close(stop)
	want, match := <-sent, isUDP(map[bool]string{true: "192.0.2.6", false: "2001:db8:100::6"}[s.group.Is4()], s.group.String())
	for host, p := range taps {
		got := 0
		for p.receive(t, quiet, match) != nil {
			got++
		}
		if expected := map[string]int{"h1": want}[host]; got != expected {
			t.Errorf("%s got %d of %d frames while mcsnoopd was killed, want %d", host, got, want, expected)
		}
	}
}
