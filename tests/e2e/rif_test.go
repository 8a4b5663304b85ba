package e2e_test

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"net"
	"net/netip"
	"strings"
	"testing"
	"time"

	"github.com/gopacket/gopacket/layers"

	"github.com/heddle-nos/heddle/daemons/lab"
	"github.com/heddle-nos/heddle/internal/statedb"
)

// rifLab is a switch with a tap at each of its hosts.
type rifLab struct {
	*lab.Lab
	taps map[string]*tap
}

// crosses says whether a datagram that a host sends to the router arrives at another one.
func (r rifLab) crosses(t *testing.T, from, src, at, dst string, limit time.Duration) bool {
	t.Helper()
	return r.received(t, from, src, at, dst, limit) != nil
}

// arrives demands that sooner or later a datagram does.
func (r rifLab) arrives(t *testing.T, from, src, at, dst string) {
	t.Helper()
	eventually(t, soon, func() error {
		return expect(r.crosses(t, from, src, at, dst, quiet), fmt.Sprintf("nothing from %s arrives at %s", src, dst))
	})
}

func (r rifLab) received(t *testing.T, from, src, at, dst string, limit time.Duration) []byte {
	t.Helper()
	u := datagram{srcMAC: r.taps[from].mac, dstMAC: routerMAC(t, r.Lab), src: src, dst: dst, ttl: 9, length: 64}
	r.taps[from].send(t, u.frame(t))
	return r.taps[at].receive(t, limit, isUDP(src, dst))
}

// TestRouterInterfaces covers what router interfaces do beside routing between subnets.
func TestRouterInterfaces(t *testing.T) {
	r := rifLab{beside(t, "testdata/rif.yaml", "rif"), map[string]*tap{}}
	for _, host := range []string{"a", "b", "c", "e", "u", "o"} {
		r.taps[host] = openTap(t, r.Lab, host)
	}
	reach(t, r.Lab, []lab.Path{
		path("a", "10.2.0.2"), path("a", "fd00:2::2"), path("c", "10.4.0.2"), path("c", "10.3.0.1"),
		path("c", "10.255.0.1"), path("e", "10.255.0.1"), // a loopback of the VRF
	})
	t.Run("routes of a VRF", r.vrfRoutes)
	t.Run("a route without next hop", r.attached)
	t.Run("errors", r.icmpErrors)
	t.Run("directed broadcast", r.directedBroadcast)
	t.Run("loopback action", r.loopbackAction)
	t.Run("IPv4 over IPv6", r.overIPv6)
	t.Run("a route waits for its neighbour", r.waits)
	t.Run("a neighbour moves", r.moves)
	t.Run("an address of its own", r.ownMAC)
	t.Run("a subnet in two VRFs", r.sameSubnet)
}

// vrfRoutes leaks between VRFs in both directions, and drops what a route says to.
func (r rifLab) vrfRoutes(t *testing.T) {
	r.arrives(t, "c", "10.3.0.2", "b", "10.2.0.2")     // out of the VRF
	r.arrives(t, "a", "10.1.0.2", "c", "10.3.0.2")     // into it
	reach(t, r.Lab, []lab.Path{path("c", "10.2.0.2")}) // there and back
	r.arrives(t, "c", "10.3.0.2", "e", "203.0.112.9")  // around the blackhole
	if r.crosses(t, "c", "10.3.0.2", "e", "203.0.113.9", quiet) {
		t.Error("what should be dropped arrives")
	}
	if r.crosses(t, "a", "10.1.0.2", "e", "10.4.0.2", quiet) {
		t.Error("a subnet of the VRF is reached from outside without a route")
	}
	shown := run(t, r.Lab, sw, "show", "ip", "route", "vrf", "Vrf-red")
	if err := contains(shown, "S>* 10.2.0.0/24 [1/0] via 10.2.0.2, Ethernet4", "S>* 203.0.113.0/24 [1/0] unreachable (blackhole)",
		"C>* 10.3.0.0/24 is directly connected, Ethernet8"); err != nil {
		t.Error(err)
	}
}

// sameSubnet has c and o at one address, each in a VRF of its own. Where the kernel has no VRFs the switch itself can talk to one of them only,
// and which one is its choice.
func (r rifLab) sameSubnet(t *testing.T) {
	run(t, r.Lab, sw, "config", "interface", "ip", "add", "Ethernet20", "10.3.0.1/24")
	for _, host := range []string{"c", "o"} {
		run(t, r.Lab, host, "ip", "neigh", "flush", "dev", "eth0")
	}
	reach(t, r.Lab, []lab.Path{path("c", "10.4.0.2")})
	r.arrives(t, "o", "10.3.0.2", "a", "10.1.0.2")
	if r.crosses(t, "o", "10.3.0.2", "e", "10.4.0.2", quiet) || r.crosses(t, "c", "10.3.0.2", "a", "10.1.0.2", quiet) {
		t.Error("a VRF has the routes of another one")
	}
	if r.crosses(t, "e", "10.4.0.2", "o", "10.3.0.2", quiet) {
		t.Error("a packet of Vrf-red arrives in Vrf-blue")
	}
	r.arrives(t, "e", "10.4.0.2", "c", "10.3.0.2")
}

// attached routes a prefix to a link: its hosts are neighbours there.
func (r rifLab) attached(t *testing.T) {
	run(t, r.Lab, "b", "ip", "addr", "add", "203.0.114.5/32", "dev", "eth0")
	run(t, r.Lab, sw, "config", "route", "add", "prefix", "203.0.114.0/24", "nexthop", "dev", "Ethernet4")
	r.arrives(t, "a", "10.1.0.2", "b", "203.0.114.5")
	db := database(t, r.Lab)
	eventually(t, soon, func() error { // found once, the ASIC knows it
		row, _, err := db.DB(statedb.StateDB).Get(t.Context(), "HEDDLE_OBJECT_TABLE", "neighbor/Ethernet4/203.0.114.5")
		return expect(err == nil && row["state"] == "applied", fmt.Sprint("the neighbour is not in the ASIC: ", row, err))
	})
	if err := contains(run(t, r.Lab, sw, "show", "ip", "route"), "S>* 203.0.114.0/24 [1/0] is directly connected, Ethernet4"); err != nil {
		t.Error(err)
	}
}

// icmpErrors expects answers from the switch itself, in the VRF and outside.
func (r rifLab) icmpErrors(t *testing.T) {
	exceeded := layers.CreateICMPv4TypeCode(layers.ICMPv4TypeTimeExceeded, layers.ICMPv4CodeTTLExceeded)
	unreachable := layers.CreateICMPv4TypeCode(layers.ICMPv4TypeDestinationUnreachable, layers.ICMPv4CodeHost)
	for _, c := range []struct{ from, src, dst, router string }{{"c", "10.3.0.2", "10.4.0.2", "10.3.0.1"}, {"a", "10.1.0.2", "10.2.0.2", "10.1.0.1"}} {
		u := datagram{srcMAC: r.taps[c.from].mac, dstMAC: routerMAC(t, r.Lab), src: c.src, dst: c.dst, ttl: 1, length: 64}
		answered := func(with layers.ICMPv4TypeCode, limit time.Duration) func() error {
			return func() error {
				r.taps[c.from].send(t, u.frame(t))
				return expect(r.taps[c.from].receive(t, limit, icmp4From(c.router, with)) != nil, fmt.Sprintf("no %s from %s", with, c.router))
			}
		}
		eventually(t, soon, answered(exceeded, quiet))
		u.ttl, u.dst = 9, c.dst[:len(c.dst)-1]+"200"              // nobody
		eventually(t, soon, answered(unreachable, 5*time.Second)) // three requests remain without answer first
	}
}

// directedBroadcast is not forwarded (RFC 2644).
func (r rifLab) directedBroadcast(t *testing.T) {
	for _, dst := range []string{"10.2.0.255", "10.2.0.0"} {
		if r.crosses(t, "a", "10.1.0.2", "b", dst, quiet) {
			t.Errorf("a datagram to %s arrives", dst)
		}
	}
}

// loopbackAction ends what goes out by the interface that it came in by.
func (r rifLab) loopbackAction(t *testing.T) {
	loops := func() bool { return r.crosses(t, "b", "10.2.0.2", "b", "10.99.0.1", quiet) }
	eventually(t, soon, func() error { return expect(loops(), "the packet does not come back") })
	run(t, r.Lab, sw, "config", "interface", "ip", "loopback-action", "Ethernet4", "drop")
	eventually(t, soon, func() error { return expect(!loops(), "the packet comes back") })
	r.arrives(t, "a", "10.1.0.2", "b", "10.99.0.1") // from elsewhere
	if err := contains(run(t, r.Lab, sw, "show", "ip", "interfaces", "loopback-action"), "Ethernet4    drop"); err != nil {
		t.Error(err)
	}
	run(t, r.Lab, sw, "config", "interface", "ip", "loopback-action", "Ethernet4", "forward")
	eventually(t, soon, func() error { return expect(loops(), "the packet does not come back") })
}

// overIPv6 routes IPv4 to a link-local next hop on an interface without any address (RFC 8950).
func (r rifLab) overIPv6(t *testing.T) {
	var via string
	eventually(t, soon, func() error {
		for _, word := range strings.Fields(run(t, r.Lab, "u", "ip", "-6", "addr", "show", "dev", "eth0", "scope", "link")) {
			if p, err := netip.ParsePrefix(word); err == nil {
				via = p.Addr().String()
			}
		}
		return expect(via != "", "u has no link-local address")
	})
	run(t, r.Lab, sw, "config", "route", "add", "prefix", "198.51.100.0/24", "nexthop", via, "dev", "Ethernet16")
	run(t, r.Lab, sw, "config", "route", "add", "prefix", "2001:db8:77::/64", "nexthop", via, "dev", "Ethernet16")
	for _, c := range [][2]string{{"10.1.0.2", "198.51.100.9"}, {"fd00:1::2", "2001:db8:77::9"}} {
		r.arrives(t, "a", c[0], "u", c[1])
	}
	if err := contains(run(t, r.Lab, sw, "show", "ip", "route"), "S>* 198.51.100.0/24 [1/0] via "+via+", Ethernet16"); err != nil {
		t.Error(err)
	}
}

// waits gives the kernel a route to a host that comes later, and sends nothing until then.
func (r rifLab) waits(t *testing.T) {
	run(t, r.Lab, sw, "ip", "route", "add", "198.18.5.0/24", "via", "10.2.0.77")
	db := database(t, r.Lab)
	eventually(t, soon, func() error {
		row, _, err := db.DB(statedb.StateDB).Get(t.Context(), "HEDDLE_OBJECT_TABLE", "route/default/198.18.5.0/24")
		return expect(err == nil && strings.Contains(row["reason"], "nexthop Ethernet4/10.2.0.77"), "the route does not wait")
	})
	run(t, r.Lab, "b", "ip", "addr", "add", "10.2.0.77/24", "dev", "eth0")
	eventually(t, soon, func() error {
		row, _, err := db.DB(statedb.ApplDB).Get(t.Context(), "NEIGH_TABLE", "Ethernet4:10.2.0.77")
		return expect(err == nil && row["neigh"] != "", "nobody asks for the neighbour")
	})
	r.arrives(t, "a", "10.1.0.2", "b", "198.18.5.1")
}

// moves announces a host's address at another MAC address: the next packets go there.
func (r rifLab) moves(t *testing.T) {
	b, station := r.taps["b"], net.HardwareAddr{2, 0xbb, 0, 0, 0, 1}
	to := func() net.HardwareAddr {
		f := r.received(t, "a", "10.1.0.2", "b", "10.2.0.2", quiet)
		return net.HardwareAddr(f[:min(6, len(f))])
	}
	eventually(t, soon, func() error { return expect(bytes.Equal(to(), b.mac), "b is not reached") })
	eventually(t, soon, func() error {
		b.send(t, announcement(station, "10.2.0.2"))
		return expect(bytes.Equal(to(), station), "packets still go to the old address")
	})
	eventually(t, soon, func() error {
		b.send(t, announcement(b.mac, "10.2.0.2"))
		return expect(bytes.Equal(to(), b.mac), "packets do not go back to the first address")
	})
}

// announcement is a gratuitous ARP request (RFC 5227 section 3).
func announcement(mac net.HardwareAddr, addr string) []byte {
	ip := netip.MustParseAddr(addr).AsSlice()
	f := append(append([]byte{}, broadcast...), mac...)
	f = binary.BigEndian.AppendUint16(f, 0x0806)
	f = append(f, 0, 1, 8, 0, 6, 4, 0, 1)
	f = append(append(f, mac...), ip...)
	f = append(append(f, make([]byte, 6)...), ip...)
	return append(f, make([]byte, 60-len(f))...)
}

// ownMAC gives an interface another address than the switch has.
func (r rifLab) ownMAC(t *testing.T) {
	const own = "02:5a:6a:00:00:01"
	config := database(t, r.Lab).DB(statedb.ConfigDB)
	if err := config.Set(t.Context(), "INTERFACE", "Ethernet0", statedb.Fields{"mac_addr": own}); err != nil {
		t.Fatal(err)
	}
	mac, _ := net.ParseMAC(own)
	to := func(router net.HardwareAddr) bool {
		u := datagram{srcMAC: r.taps["a"].mac, dstMAC: router, src: "10.1.0.2", dst: "10.2.0.2", ttl: 9, length: 64}
		r.taps["a"].send(t, u.frame(t))
		return r.taps["b"].receive(t, quiet, isUDP(u.src, u.dst)) != nil
	}
	eventually(t, soon, func() error { return expect(to(mac), "the new address does not route") })
	if to(routerMAC(t, r.Lab)) {
		t.Error("the old address routes")
	}
	run(t, r.Lab, "a", "ip", "neigh", "flush", "dev", "eth0")
	reach(t, r.Lab, []lab.Path{path("a", "10.1.0.1"), path("b", "10.1.0.2")})
	if err := contains(run(t, r.Lab, "a", "ip", "neigh", "show", "10.1.0.1"), own); err != nil {
		t.Error(err)
	}
	r.arrives(t, "b", "10.2.0.2", "a", "10.1.0.2")
	if f := r.received(t, "b", "10.2.0.2", "a", "10.1.0.2", soon); f == nil || !bytes.Equal(f[6:12], mac) {
		t.Errorf("frames to a come from another address: % x", f)
	}
}
