package e2e_test

import (
	"bytes"
	"encoding/binary"
	"net"
	"net/netip"
	"testing"

	"github.com/gopacket/gopacket/layers"

	"github.com/heddle-nos/heddle/internal/statedb"
)

// TestBlackholeRoute drops a part of what a wider route forwards.
func TestBlackholeRoute(t *testing.T) {
	l := basic(t)
	h3, r1 := openTap(t, l, "h3"), openTap(t, l, "r1")
	send := func(dst string) bool {
		d := datagram{srcMAC: h3.mac, dstMAC: routerMAC(t, l), src: "192.0.2.131", dst: dst, ttl: 9, length: 64}
		h3.send(t, d.frame(t))
		return r1.receive(t, quiet, isUDP(d.src, dst)) != nil
	}
	run(t, l, sw, "config", "route", "add", "prefix", "198.18.16.0/20", "nexthop", "198.51.100.2")
	defer run(t, l, sw, "config", "route", "del", "prefix", "198.18.16.0/20", "nexthop", "198.51.100.2")
	eventually(t, soon, func() error { return expect(send("198.18.20.1"), "the wider route does not forward") })
	run(t, l, sw, "config", "route", "add", "prefix", "198.18.20.0/24", "nexthop", "dev", "null")
	eventually(t, soon, func() error { return expect(!send("198.18.20.1"), "the hole forwards") })
	if !send("198.18.21.1") {
		t.Error("beside the hole nothing is forwarded")
	}
	run(t, l, sw, "config", "route", "del", "prefix", "198.18.20.0/24", "nexthop", "dev", "null")
	eventually(t, soon, func() error { return expect(send("198.18.20.1"), "the hole is still there") })
}

// TestRouteWaitsForNeighbour gives a route a next hop that nobody has: it waits, and works once somebody takes the address.
func TestRouteWaitsForNeighbour(t *testing.T) {
	l := basic(t)
	const via, prefix, dst = "192.0.2.66", "198.18.40.0/24", "198.18.40.1"
	h3, h6 := openTap(t, l, "h3"), openTap(t, l, "h6")
	d := datagram{srcMAC: h3.mac, dstMAC: routerMAC(t, l), src: "192.0.2.131", dst: dst, ttl: 9, length: 64}
	arrives := func() error {
		h3.send(t, d.frame(t))
		return expect(h6.receive(t, quiet, isUDP(d.src, dst)) != nil, "no packet arrived")
	}
	run(t, l, sw, "config", "route", "add", "prefix", prefix, "nexthop", via)
	defer run(t, l, sw, "config", "route", "del", "prefix", prefix, "nexthop", via)
	status := func() string {
		rows, err := database(t, l).DB(statedb.ApplDB).All(t.Context(), "ROUTE_TABLE")
		if err != nil {
			t.Fatal(err)
		}
		return rows[prefix]["nexthop"]
	}
	eventually(t, soon, func() error { return expect(status() == via, "the route did not reach orchagent") })
	if arrives() == nil {
		t.Fatal("a packet arrived without a neighbour")
	}
	run(t, l, "h6", "ip", "address", "add", via+"/25", "dev", "eth0")
	defer run(t, l, "h6", "ip", "address", "del", via+"/25", "dev", "eth0")
	eventually(t, soon, arrives)
}

// TestDirectedBroadcast sends to the last address of a subnet: it is no way to reach all its hosts (RFC 2644).
func TestDirectedBroadcast(t *testing.T) {
	l := basic(t)
	h2, h3, h6 := openTap(t, l, "h2"), openTap(t, l, "h3"), openTap(t, l, "h6")
	d := datagram{srcMAC: h3.mac, dstMAC: routerMAC(t, l), src: "192.0.2.131", dst: "192.0.2.127", ttl: 9, length: 64}
	for range 3 {
		h3.send(t, d.frame(t))
	}
	for name, p := range map[string]*tap{"h2": h2, "h6": h6} {
		if f := p.receive(t, quiet, isUDP(d.src, d.dst)); f != nil {
			t.Errorf("%s got it: %x", name, f[:34])
		}
	}
}

// TestProxyARP lets the switch answer for the hosts of a VLAN that cannot hear each other.
func TestProxyARP(t *testing.T) {
	l := basic(t)
	h5 := openTap(t, l, "h5")
	ask := func() error {
		h5.send(t, arpRequest(h5.mac, netip.MustParseAddr("10.20.0.5"), netip.MustParseAddr("10.20.0.77")))
		answer := h5.receive(t, 4*quiet, func(f []byte) bool { return isARPReply(f, "10.20.0.77") })
		return expect(answer != nil && bytes.Equal(answer[6:12], routerMAC(t, l)), "the switch does not answer")
	}
	if ask() == nil {
		t.Fatal("the switch answers unasked")
	}
	run(t, l, sw, "config", "vlan", "proxy_arp", "200", "enabled")
	defer run(t, l, sw, "config", "vlan", "proxy_arp", "200", "disabled")
	eventually(t, soon, ask)
}

// arpRequest is a request of RFC 826.
func arpRequest(from net.HardwareAddr, sender, target netip.Addr) []byte {
	f := append(append([]byte{}, broadcast...), from...)
	for _, v := range []uint16{0x0806, 1, 0x0800, 0x0604, 1} {
		f = binary.BigEndian.AppendUint16(f, v)
	}
	f = append(append(f, from...), sender.AsSlice()...)
	f = append(append(f, make([]byte, 6)...), target.AsSlice()...)
	return append(f, make([]byte, 18)...)
}

func isARPReply(f []byte, sender string) bool {
	a, ok := parse(f).Layer(layers.LayerTypeARP).(*layers.ARP)
	return ok && a.Operation == layers.ARPReply && net.IP(a.SourceProtAddress).String() == sender
}

// TestLinkLocalNextHop routes over an address that means something on one link only.
func TestLinkLocalNextHop(t *testing.T) {
	l := basic(t)
	const prefix, src, dst = "2001:db8:99::/64", "2001:db8:8::2", "2001:db8:99::9"
	h3, r1 := openTap(t, l, "h3"), openTap(t, l, "r1")
	config := database(t, l).DB(statedb.ConfigDB)
	if err := config.Set(t.Context(), "INTERFACE", "Ethernet12", statedb.Fields{"ipv6_use_link_local_only": "enable"}); err != nil {
		t.Fatal(err)
	}
	defer config.Replace(t.Context(), "INTERFACE", "Ethernet12", statedb.Fields{})
	via := linkLocal(r1.mac).String()
	d := datagram{srcMAC: h3.mac, dstMAC: routerMAC(t, l), src: src, dst: dst, ttl: 9, length: 64}
	arrives := func() bool {
		h3.send(t, d.frame(t))
		return r1.receive(t, quiet, isUDP(src, dst)) != nil
	}
	run(t, l, sw, "config", "route", "add", "prefix", prefix, "nexthop", via, "dev", "Ethernet12")
	eventually(t, soon, func() error { return expect(arrives(), "not forwarded") })
	run(t, l, sw, "config", "route", "del", "prefix", prefix, "nexthop", via, "dev", "Ethernet12")
	eventually(t, soon, func() error { return expect(!arrives(), "still forwarded") })
}

// linkLocal is the address that a host makes of its MAC address (RFC 4291 appendix A).
func linkLocal(mac net.HardwareAddr) netip.Addr {
	return netip.AddrFrom16([16]byte{0: 0xfe, 1: 0x80, 8: mac[0] ^ 2, 9: mac[1], 10: mac[2], 11: 0xff, 12: 0xfe, 13: mac[3], 14: mac[4], 15: mac[5]})
}
