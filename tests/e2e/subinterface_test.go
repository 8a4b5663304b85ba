package e2e_test

import (
	"encoding/binary"
	"fmt"
	"strconv"
	"syscall"
	"testing"
	"time"

	"github.com/vishvananda/netlink"
	"golang.org/x/sys/unix"

	"github.com/heddle-nos/heddle/daemons/lab"
	"github.com/heddle-nos/heddle/daemons/lab/namespace"
	"github.com/heddle-nos/heddle/daemons/vlandev"
	"github.com/heddle-nos/heddle/internal/statedb"
)

// addVLAN gives a host a VLAN of its link, with addresses.
func addVLAN(t *testing.T, l *lab.Lab, host string, vlan uint16, addresses ...string) {
	t.Helper()
	err := namespace.Do(l.Namespace(host), func() error {
		nl, err := netlink.NewHandle(unix.NETLINK_ROUTE)
		if err != nil {
			return err
		}
		defer nl.Close()
		parent, err := nl.LinkByName("eth0")
		if err != nil {
			return err
		}
		link, err := vlandev.Ensure(nl, vlandev.Device{Name: fmt.Sprintf("eth0.%d", vlan), Parent: parent, VLAN: vlan}, nil)
		if err != nil {
			return err
		}
		for _, a := range addresses {
			addr, err := netlink.ParseAddr(a)
			if err != nil {
				return err
			}
			addr.Flags = 0x02 // IFA_F_NODAD
			if err := nl.AddrAdd(link, addr); err != nil {
				return err
			}
		}
		if err := nl.LinkSetUp(link); err != nil {
			return err
		}
		return vlandev.Carry(nl, link, true)
	})
	if err != nil {
		t.Fatal(err)
	}
}

// inVLAN puts a tag into a frame; it matches frames with that tag and content.
func inVLAN(vlan uint16, frame []byte) []byte {
	tagged := append([]byte{}, frame[:12]...)
	tagged = binary.BigEndian.AppendUint16(tagged, 0x8100)
	return append(binary.BigEndian.AppendUint16(tagged, vlan), frame[12:]...)
}

func hasTag(vlan uint16, match func([]byte) bool) func([]byte) bool {
	return func(f []byte) bool {
		return len(f) > 18 && binary.BigEndian.Uint16(f[12:]) == 0x8100 && binary.BigEndian.Uint16(f[14:])&0xfff == vlan && match(f)
	}
}

// TestSubinterfaces routes between VLANs of one port, untagged frames, and a port channel with VLANs; the switch itself speaks in each.
func TestSubinterfaces(t *testing.T) {
	l := beside(t, "testdata/subinterface.yaml", "sub")
	addVLAN(t, l, "p", 10, "10.1.10.2/24", "fd00:110::2/64")
	addVLAN(t, l, "p", 200, "10.1.20.2/24")
	run(t, l, "p", "ip", "-6", "route", "add", "default", "via", "fd00:110::1")
	p, d, q := openTap(t, l, "p"), openTap(t, l, "d"), openTap(t, l, "q")

	reach(t, l, []lab.Path{ // the switch answers, and asks
		path("p", "10.1.0.1"), path("p", "10.1.10.1"), path("p", "fd00:110::1"), path("p", "10.1.20.1"),
		path("d", "10.1.10.1"), path("d", "10.1.0.2"), path("d", "10.1.20.2"), path("d", "10.1.10.2"), path("d", "fd00:110::2"),
	})
	for _, addr := range []string{"10.1.10.2", "10.1.20.2", "10.3.0.1", "10.4.0.1"} {
		eventually(t, soon, func() error {
			_, err := l.Output(t.Context(), sw, "ping", "-c", "1", "-W", "1", addr)
			return err
		})
	}
	reach(t, l, []lab.Path{path("p", "10.9.0.2"), path("q", "10.1.0.2"), path("q", "10.5.0.2")})

	t.Run("from VLAN to VLAN", func(t *testing.T) {
		for _, c := range []struct {
			in, out  uint16
			src, dst string
		}{
			{10, 200, "10.1.10.2", "10.1.20.2"}, {200, 10, "10.1.20.2", "10.1.10.2"}, {10, 200, "10.1.10.2", "203.0.113.9"},
		} {
			u := datagram{srcMAC: p.mac, dstMAC: routerMAC(t, l), src: c.src, dst: c.dst, ttl: 9, length: 64}
			eventually(t, soon, func() error {
				p.send(t, inVLAN(c.in, u.frame(t)))
				arrived := p.receive(t, quiet, hasTag(c.out, isUDP(c.src, c.dst))) != nil
				return expect(arrived, fmt.Sprintf("VLAN %d to %s in VLAN %d: nothing arrives", c.in, c.dst, c.out))
			})
		}
	})
	t.Run("over both VLANs of a port channel", func(t *testing.T) {
		counts := func() [2]int { return [2]int{rifPackets(t, l, "PortChannel1.30"), rifPackets(t, l, "Po1.40")} }
		before := counts()
		eventually(t, soon, func() error { // the second way may come a moment later
			for i := range 40 {
				u := datagram{srcMAC: d.mac, dstMAC: routerMAC(t, l), src: fmt.Sprint("10.5.0.", 10+i), dst: "10.9.0.2", ttl: 9, length: 64}
				d.send(t, u.frame(t))
				if q.receive(t, quiet, isUDP(u.src, u.dst)) == nil {
					return fmt.Errorf("%s does not arrive", u.src)
				}
			}
			now := counts()
			return expect(now[0]-before[0] >= 5 && now[1]-before[1] >= 5, fmt.Sprint("counters: ", before, now))
		})
	})
	t.Run("commands", func(t *testing.T) { subinterfaceCommands(t, l, p) })
	t.Run("restarts", func(t *testing.T) {
		for _, daemon := range []string{"cfgmgrd", "orchagent", "asicd"} {
			restart(t, l, daemon, syscall.SIGKILL)
			reach(t, l, []lab.Path{path("d", "10.1.10.2"), path("p", "10.1.20.1"), path("p", "10.9.0.2")})
		}
	})
}

// rifPackets is how many packets left by a router interface.
func rifPackets(t *testing.T, l *lab.Lab, name string) int {
	t.Helper()
	counters := database(t, l).DB(statedb.CountersDB)
	oid, err := counters.Redis().HGet(t.Context(), "COUNTERS_RIF_NAME_MAP", name).Result()
	if err != nil {
		t.Fatalf("object of %s: %v", name, err)
	}
	row, _, err := counters.Get(t.Context(), "COUNTERS", oid)
	if err != nil {
		t.Fatal(err)
	}
	n, _ := strconv.Atoi(row["SAI_ROUTER_INTERFACE_STAT_OUT_PACKETS"]) // not yet polled: 0
	return n
}

// subinterfaceCommands makes a subinterface by command, takes it down and away.
func subinterfaceCommands(t *testing.T, l *lab.Lab, p *tap) {
	addVLAN(t, l, "p", 50, "10.1.50.2/24")
	run(t, l, sw, "config", "subinterface", "add", "Ethernet0.50")
	run(t, l, sw, "config", "interface", "ip", "add", "Ethernet0.50", "10.1.50.1/24")
	reach(t, l, []lab.Path{path("p", "10.1.50.1"), path("d", "10.1.50.2")})
	if err := contains(run(t, l, sw, "show", "subinterfaces", "status"), "Ethernet0.10", "Eth0.20", "Ethernet0.50", "Po1.40"); err != nil {
		t.Error(err)
	}
	if err := contains(run(t, l, sw, "show", "interfaces", "counters", "rif", "Ethernet0.10"), "Ethernet0.10"); err != nil {
		t.Error(err)
	}
	eventually(t, soon, func() error {
		return contains(run(t, l, sw, "show", "ip", "interfaces"), "Ethernet0.50", "10.1.50.1/24", "up/up")
	})
	u := datagram{srcMAC: p.mac, dstMAC: routerMAC(t, l), src: "10.1.50.2", dst: "10.1.10.2", ttl: 9, length: 64}
	arrives := func(limit time.Duration) bool {
		p.send(t, inVLAN(50, u.frame(t)))
		return p.receive(t, limit, hasTag(10, isUDP(u.src, u.dst))) != nil
	}
	eventually(t, soon, func() error { return expect(arrives(quiet), "VLAN 50 does not route") })
	run(t, l, sw, "config", "interface", "shutdown", "Ethernet0.50")
	eventually(t, soon, func() error { return expect(!arrives(quiet), "a subinterface that is down routes") })
	run(t, l, sw, "config", "interface", "startup", "Ethernet0.50")
	eventually(t, soon, func() error { return expect(arrives(quiet), "a subinterface that is up again does not route") })
	run(t, l, sw, "config", "interface", "ip", "remove", "Ethernet0.50", "10.1.50.1/24")
	run(t, l, sw, "config", "subinterface", "del", "Ethernet0.50")
	eventually(t, soon, func() error {
		_, err := l.Output(t.Context(), sw, "ip", "link", "show", "Ethernet0.50")
		return expect(err != nil && !arrives(quiet), "the subinterface is still there")
	})
}
