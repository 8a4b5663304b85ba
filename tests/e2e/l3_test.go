package e2e_test

import (
	"bytes"
	"errors"
	"fmt"
	"net"
	"net/netip"
	"strings"
	"testing"

	"github.com/gopacket/gopacket/layers"

	"github.com/heddle-nos/heddle/daemons/lab"
)

// TestEveryPairAnswers pings between all hosts with addresses, routed and switched, and the switch's own addresses.
func TestEveryPairAnswers(t *testing.T) {
	l := basic(t)
	paths := l.Pairs()
	if len(paths) < 2*6*5 {
		t.Fatalf("only %d pairs", len(paths))
	}
	for _, own := range []string{"192.0.2.126", "2001:db8:100::fe", "192.0.2.130", "2001:db8:8::1", "10.255.0.1", "2001:db8:ffff::1"} {
		for _, from := range []string{"h1", "h3", "h4"} {
			paths = append(paths, path(from, own))
		}
	}
	reach(t, l, paths)
}

// TestNeighboursReachTheCPU looks for hosts in the switch's neighbour tables, learned by ARP and ND.
func TestNeighboursReachTheCPU(t *testing.T) {
	l := basic(t)
	reach(t, l, []lab.Path{path("h2", "192.0.2.126"), path("h2", "2001:db8:100::fe")})
	eventually(t, soon, func() error {
		return contains(run(t, l, sw, "ip", "neigh", "show", "dev", "Vlan100"), "192.0.2.2 ", "2001:db8:100::2 ")
	})
	eventually(t, soon, func() error { return contains(run(t, l, sw, "show", "arp"), "192.0.2.2") })
}

func contains(text string, wanted ...string) error {
	for _, w := range wanted {
		if !strings.Contains(text, w) {
			return fmt.Errorf("no %q in:\n%s", w, text)
		}
	}
	return nil
}

// routerMAC is the address that a host sends routed frames to: that of the port it is attached to.
func routerMAC(t *testing.T, l *lab.Lab) net.HardwareAddr {
	t.Helper()
	s, _ := l.Topology.Switch(sw)
	address, err := net.ParseMAC(s.MAC)
	if err != nil {
		t.Fatal(err)
	}
	return address
}

// TestTTL expects the hop count to fall by one on the way, and an answer from the switch when it ends there.
func TestTTL(t *testing.T) {
	l := basic(t)
	reach(t, l, []lab.Path{path("h3", "192.0.2.2"), path("h3", "2001:db8:100::2")})
	h2, h3 := openTap(t, l, "h2"), openTap(t, l, "h3")
	v4 := datagram{srcMAC: h3.mac, dstMAC: routerMAC(t, l), src: "192.0.2.131", dst: "192.0.2.2", ttl: 9, length: 64}
	v6 := v4
	v6.src, v6.dst = "2001:db8:8::2", "2001:db8:100::2"
	for _, d := range []datagram{v4, v6} {
		h3.send(t, d.frame(t))
		f := h2.receive(t, soon, isUDP(d.src, d.dst))
		if f == nil {
			t.Fatalf("datagram to %s did not arrive", d.dst)
		}
		if got := hops(f); got != 8 {
			t.Errorf("datagram to %s arrived with hop count %d", d.dst, got)
		}
	}
	v4.ttl, v6.ttl = 1, 1
	h3.send(t, v4.frame(t))
	exceeded := layers.CreateICMPv4TypeCode(layers.ICMPv4TypeTimeExceeded, layers.ICMPv4CodeTTLExceeded)
	if h3.receive(t, soon, icmp4From("192.0.2.130", exceeded)) == nil {
		t.Error("no ICMP time exceeded")
	}
	h3.send(t, v6.frame(t))
	if h3.receive(t, soon, icmp6From("2001:db8:8::1", layers.ICMPv6TypeTimeExceeded)) == nil {
		t.Error("no ICMPv6 time exceeded")
	}
}

func hops(frame []byte) uint8 {
	switch h := parse(frame).NetworkLayer().(type) {
	case *layers.IPv4:
		return h.TTL
	case *layers.IPv6:
		return h.HopLimit
	}
	return 0
}

// TestMTU sends jumbo datagrams through, and too large ones into a port whose MTU was made smaller.
func TestMTU(t *testing.T) {
	l := basic(t)
	reach(t, l, []lab.Path{path("h3", "198.51.100.2"), path("h3", "2001:db8:12::2")})
	h3, r1 := openTap(t, l, "h3"), openTap(t, l, "r1")
	v4 := datagram{
		srcMAC: h3.mac, dstMAC: routerMAC(t, l), src: "192.0.2.131", dst: "198.51.100.2", ttl: 9, length: 8000, dontFragment: true,
	}
	v6 := v4
	v6.src, v6.dst = "2001:db8:8::2", "2001:db8:12::2"
	for _, d := range []datagram{v4, v6} {
		h3.send(t, d.frame(t))
		if r1.receive(t, soon, isUDP(d.src, d.dst)) == nil {
			t.Errorf("jumbo datagram to %s did not arrive", d.dst)
		}
	}
	run(t, l, sw, "config", "interface", "mtu", "Ethernet12", "2000")
	defer run(t, l, sw, "config", "interface", "mtu", "Ethernet12", "9100")
	needed := layers.CreateICMPv4TypeCode(layers.ICMPv4TypeDestinationUnreachable, layers.ICMPv4CodeFragmentationNeeded)
	eventually(t, soon, func() error {
		h3.send(t, v4.frame(t))
		if h3.receive(t, quiet, icmp4From("192.0.2.130", needed)) == nil {
			return errors.New("no ICMP fragmentation needed")
		}
		return nil
	})
	eventually(t, soon, func() error {
		h3.send(t, v6.frame(t))
		if h3.receive(t, quiet, icmp6From("2001:db8:8::1", layers.ICMPv6TypePacketTooBig)) == nil {
			return errors.New("no ICMPv6 packet too big")
		}
		return nil
	})
	v4.length = 1500
	h3.send(t, v4.frame(t))
	if f := r1.receive(t, soon, isUDP(v4.src, v4.dst)); f == nil {
		t.Error("a datagram within the MTU did not arrive")
	}
}

// TestKernelRoute adds a route to the switch's kernel: the ASIC forwards by it, and no longer when it is gone.
func TestKernelRoute(t *testing.T) {
	l := basic(t)
	for _, c := range []struct{ prefix, via, src, dst string }{
		{"198.18.7.0/24", "198.51.100.2", "192.0.2.131", "198.18.7.9"},
		{"2001:db8:77::/64", "2001:db8:12::2", "2001:db8:8::2", "2001:db8:77::9"},
	} {
		t.Run(c.prefix, func(t *testing.T) {
			h3, r1 := openTap(t, l, "h3"), openTap(t, l, "r1")
			d := datagram{srcMAC: h3.mac, dstMAC: routerMAC(t, l), src: c.src, dst: c.dst, ttl: 9, length: 64}
			arrives := func() bool {
				h3.send(t, d.frame(t))
				return r1.receive(t, quiet, isUDP(c.src, c.dst)) != nil
			}
			if arrives() {
				t.Fatal("forwarded before the route was there")
			}
			run(t, l, sw, "ip", "route", "add", c.prefix, "via", c.via)
			eventually(t, soon, func() error { return expect(arrives(), "not forwarded by the kernel's route") })
			run(t, l, sw, "ip", "route", "del", c.prefix)
			eventually(t, soon, func() error { return expect(!arrives(), "still forwarded by a deleted route") })
		})
	}
}

func expect(holds bool, otherwise string) error {
	if holds {
		return nil
	}
	return errors.New(otherwise)
}

// TestTwoSwitches crosses a trunk and a routed link between two switches.
func TestTwoSwitches(t *testing.T) {
	l := beside(t, "testdata/two.yaml", "two")
	reach(t, l, []lab.Path{
		path("a", "10.1.0.2"), path("a", "fd00:10::2"), path("b", "10.1.0.1"), path("b", "fd00:10::1"),
		path("c", "10.3.0.2"), path("c", "fd00:30::2"), path("d", "10.2.0.2"), path("d", "fd00:20::2"),
	})
}

// TestAnycastGateway gives a VLAN the address that gateways share: the switch answers with it, and routes what is sent to it.
func TestAnycastGateway(t *testing.T) {
	l := basic(t)
	h3, h6 := openTap(t, l, "h3"), openTap(t, l, "h6")
	shared, own := net.HardwareAddr{0x00, 0x00, 0x5e, 0x00, 0x01, 0xfe}, routerMAC(t, l)
	gateway := func() net.HardwareAddr {
		h6.send(t, arpRequest(mac(40), netip.MustParseAddr("192.0.2.99"), netip.MustParseAddr("192.0.2.126")))
		f := h6.receive(t, quiet, func(f []byte) bool { return isARPReply(f, "192.0.2.126") })
		if f == nil {
			return nil
		}
		return net.HardwareAddr(f[6:12])
	}
	is := func(want net.HardwareAddr) func() error {
		return func() error {
			got := gateway()
			return expect(bytes.Equal(got, want), fmt.Sprintf("the gateway is at %s, not %s", got, want))
		}
	}
	run(t, l, sw, "config", "static-anycast-gateway", "mac_address", "add", shared.String())
	run(t, l, sw, "config", "vlan", "static-anycast-gateway", "enable", "100")
	defer func() {
		run(t, l, sw, "config", "vlan", "static-anycast-gateway", "disable", "100")
		run(t, l, sw, "config", "static-anycast-gateway", "mac_address", "del")
		eventually(t, soon, is(own))
	}()
	eventually(t, soon, is(shared))
	d := datagram{srcMAC: mac(40), dstMAC: shared, src: "192.0.2.99", dst: "192.0.2.131", ttl: 9, length: 64}
	eventually(t, soon, func() error {
		h6.send(t, d.frame(t))
		return expect(h3.receive(t, quiet, isUDP(d.src, d.dst)) != nil, "a packet to the shared address is not routed")
	})
}
