package e2e_test

import (
	"context"
	"encoding/binary"
	"fmt"
	"net"
	"os"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/vishvananda/netlink"

	"github.com/heddle-nos/heddle/daemons/lab"
	"github.com/heddle-nos/heddle/daemons/lab/namespace"
	"github.com/heddle-nos/heddle/internal/statedb"
)

// ringPorts are those of the ring in VLAN 10, whose only tree has instance 0.
func ringPorts() map[string][]string {
	return map[string][]string{
		"sw1": {"Ethernet8", "Ethernet12"}, "sw2": {"Ethernet12", "PortChannel1"}, "sw3": {"Ethernet12", "PortChannel1"},
	}
}

// TestSpanningTree runs three switches in a ring: with and without a link, with bridges that must not be there, and with a Linux bridge
// beside the ring.
func TestSpanningTree(t *testing.T) {
	l := own(t, "testdata/stp.yaml", "stp")
	db := make(map[string]*statedb.Client)
	for name := range ringPorts() {
		client, err := l.Database(name)
		if err != nil {
			t.Fatal(err)
		}
		defer client.Close()
		db[name] = client
	}
	whole := func() {
		t.Helper()
		eventually(t, 30*time.Second, func() error { return ringState(t, db, 1) })
	}
	whole()
	eventually(t, soon, func() error { return treeIs(t, db["sw3"], "root_port", "Ethernet12") })
	reach(t, l, []lab.Path{path("a", "10.1.0.2"), path("a", "10.1.0.3"), path("b", "10.1.0.3")})
	oneCopy(t, l)
	shown := run(t, l, "sw3", "show", "spanning-tree", "vlan", "10")
	if err := contains(shown, "Spanning-tree Mode: PVST", "VLAN 10 - STP instance 0", "BLOCKING", "Ethernet12"); err != nil {
		t.Error(err)
	}

	t.Run("link loss", func(t *testing.T) {
		streams := startStreams(t, l, []lab.Path{path("a", "10.1.0.3"), path("b", "10.1.0.3")})
		setLinks(t, l.Silicon("sw3"), []string{"p3"}, false)
		eventually(t, soon, func() error { return ringState(t, db, 0) })
		time.Sleep(time.Second) // the pings measure during this time
		for i, s := range streams {
			r, err := s.Stop()
			if err != nil {
				t.Fatal(err)
			}
			lost := time.Duration(len(r.Lost)) * pingInterval
			t.Logf("stream %d: without a path for %v", i, lost)
			if lost > 3*time.Second {
				t.Errorf("stream %d: %d of %d pings lost", i, len(r.Lost), r.Sent)
			}
		}
		setLinks(t, l.Silicon("sw3"), []string{"p3"}, true)
		whole()
		oneCopy(t, l)
	})
	t.Run("stpd killed", func(t *testing.T) {
		flows := []lab.Path{path("a", "10.1.0.3"), path("a", "10.1.0.2")}
		streams := startStreams(t, l, flows)
		restart(t, l, "stpd", syscall.SIGKILL)
		time.Sleep(settle) // the pings measure during this time
		for i, s := range streams {
			checkLoss(t, flows[i], s)
		}
		if err := ringState(t, db, 1); err != nil {
			t.Error(err)
		}
	})
	t.Run("loop guard", func(t *testing.T) { loopGuard(t, l, db); whole() })
	t.Run("BPDU guard", func(t *testing.T) { bpduGuard(t, l, db["sw1"]) })
	t.Run("root guard", func(t *testing.T) { rootGuard(t, l, db["sw1"]) })
	t.Run("Linux bridge", func(t *testing.T) { linuxBridge(t, l, db) })
}

// ringState checks how many ends of the ring's working links do not forward, in the ASIC's own words.
func ringState(t *testing.T, db map[string]*statedb.Client, blocked int) error {
	found := 0
	for name, ports := range ringPorts() {
		for _, port := range ports {
			row, _, err := db[name].DB(statedb.ApplDB).Get(t.Context(), "STP_PORT_STATE_TABLE", port+":0")
			if err != nil {
				return err
			}
			switch row["state"] {
			case "4", "0": // forwards, or the link is down
			case "1":
				found++
			default:
				return fmt.Errorf("%s %s is %v", name, port, row)
			}
		}
	}
	if found != blocked {
		return fmt.Errorf("%d ports of the ring are blocked, want %d", found, blocked)
	}
	for name := range ringPorts() {
		if err := treeIs(t, db[name], "root_bridge_id", "100a"); err != nil {
			return fmt.Errorf("%s: %w", name, err)
		}
	}
	return nil
}

// treeIs checks the beginning of a field of the tree of VLAN 10.
func treeIs(t *testing.T, db *statedb.Client, field, want string) error {
	row, _, err := db.DB(statedb.ApplDB).Get(t.Context(), "_STP_VLAN_TABLE", "Vlan10")
	if err != nil {
		return err
	}
	return expect(strings.HasPrefix(row[field], want), fmt.Sprintf("%s is %q, want %q", field, row[field], want))
}

// oneCopy sends a broadcast into the ring and counts what comes out.
func oneCopy(t *testing.T, l *lab.Lab) {
	t.Helper()
	from, everyone := openTap(t, l, "a"), net.HardwareAddr{0xff, 0xff, 0xff, 0xff, 0xff, 0xff}
	far := []*tap{openTap(t, l, "b"), openTap(t, l, "c")}
	mark := fmt.Sprintf("storm? %d", time.Now().UnixNano())
	from.send(t, marked(from.mac, everyone, 0, mark))
	for i, p := range far {
		p.receive(t, soon, hasMark(0, mark))
		for end := time.Now().Add(200 * time.Millisecond); time.Now().Before(end); {
			f, err := p.next(time.Until(end))
			if err == nil && f != nil && hasMark(0, mark)(f) {
				t.Fatalf("host %d got a broadcast twice", i)
			}
		}
	}
}

// rstFrame is a frame with a RST BPDU of a designated port of the best possible bridge.
func rstFrame(from net.HardwareAddr) []byte {
	id := append([]byte{0, 0}, from...)
	bpdu := []byte{0, 0, 2, 2, 0x3c} // designated, learning, forwarding
	bpdu = append(append(append(bpdu, id...), 0, 0, 0, 0), id...)
	bpdu = append(bpdu, 0x80, 1, 0, 0, 6, 0, 1, 0, 4, 0, 0)
	f := append([]byte{0x01, 0x80, 0xc2, 0, 0, 0}, from...)
	f = binary.BigEndian.AppendUint16(f, uint16(3+len(bpdu)))
	f = append(append(f, 0x42, 0x42, 0x03), bpdu...)
	return append(f, make([]byte, 60-len(f))...)
}

func bpduGuard(t *testing.T, l *lab.Lab, db *statedb.Client) {
	reach(t, l, []lab.Path{path("guarded", "10.1.0.1")}) // an edge forwards without delay
	p := openTap(t, l, "guarded")
	p.send(t, rstFrame(p.mac))
	eventually(t, soon, func() error {
		row, _, err := db.DB(statedb.ConfigDB).Get(t.Context(), "PORT", "Ethernet4")
		if err != nil {
			return err
		}
		return expect(row["admin_status"] == "down", fmt.Sprintf("PORT is %v", row))
	})
	eventually(t, soon, func() error {
		return contains(run(t, l, sw, "show", "spanning-tree", "bpdu_guard"), "Ethernet4", "Yes          Yes")
	})
	run(t, l, sw, "config", "interface", "startup", "Ethernet4")
	eventually(t, soon, func() error { return contains(run(t, l, sw, "show", "spanning-tree", "bpdu_guard"), "Yes          No") })
	eventually(t, soon, func() error {
		row, _, err := db.DB(statedb.ApplDB).Get(t.Context(), "STP_PORT_STATE_TABLE", "Ethernet4:0")
		if err != nil {
			return err
		}
		return expect(row["state"] == "4", fmt.Sprintf("the port is %v", row))
	})
	reach(t, l, []lab.Path{path("guarded", "10.1.0.1")})
}

func rootGuard(t *testing.T, l *lab.Lab, db *statedb.Client) {
	p := openTap(t, l, "rogue")
	p.send(t, rstFrame(p.mac))
	eventually(t, soon, func() error {
		return contains(run(t, l, sw, "show", "spanning-tree", "root_guard"), "Ethernet16", "Inconsistent state")
	})
	if err := treeIs(t, db, "root_port", "Root"); err != nil {
		t.Error(err)
	}
	eventually(t, soon, func() error {
		return contains(run(t, l, sw, "show", "spanning-tree", "root_guard"), " Consistent state")
	})
	eventually(t, soon, func() error {
		return contains(run(t, l, sw, "show", "spanning-tree", "vlan", "10"), "Ethernet16", "FORWARDING")
	})
}

// linuxBridge makes two hosts one bridge of the kernel, which speaks the protocol from before RSTP. It closes a second ring, in which it has the
// longer way and is cut.
func linuxBridge(t *testing.T, l *lab.Lab, db map[string]*statedb.Client) {
	one, two := l.Namespace("bridge1"), l.Namespace("bridge2")
	home, err := os.Open(namespace.Path(one))
	if err != nil {
		t.Fatal(err)
	}
	defer home.Close()
	err = namespace.Do(two, func() error {
		link, err := netlink.LinkByName("eth0")
		if err != nil {
			return err
		}
		if err := netlink.LinkSetDown(link); err != nil {
			return err
		}
		if err := netlink.LinkSetName(link, "eth1"); err != nil {
			return err
		}
		return netlink.LinkSetNsFd(link, int(home.Fd()))
	})
	if err != nil {
		t.Fatal(err)
	}
	for _, args := range [][]string{
		{"link", "add", "br0", "type", "bridge", "stp_state", "1", "priority", "40960"},
		{"link", "set", "eth0", "down"}, {"link", "set", "eth0", "master", "br0"}, {"link", "set", "eth1", "master", "br0"},
		{"link", "set", "eth0", "up"}, {"link", "set", "eth1", "up"}, {"link", "set", "br0", "up"},
	} {
		run(t, l, "bridge1", append([]string{"ip"}, args...)...)
	}
	eventually(t, 40*time.Second, func() error {
		return contains(run(t, l, "bridge1", "ip", "-d", "link", "show", "br0"), "root_port 1 ", "max_age 600 ") // as the root says
	})
	// Its way over sw1 is the shorter one; on the other link either it or sw2 blocks, and nothing goes round.
	eventually(t, 40*time.Second, func() error {
		shown := run(t, l, "bridge1", "ip", "-d", "link", "show", "master", "br0")
		if err := expect(strings.Count(shown, "state forwarding") >= 1, shown); err != nil {
			return err
		}
		row, _, err := db["sw2"].DB(statedb.ApplDB).Get(context.Background(), "_STP_VLAN_PORT_TABLE", "Vlan10:Ethernet20")
		if err != nil {
			return err
		}
		blocked := strings.Contains(shown, "state blocking") || row["port_state"] == "BLOCKING"
		return expect(blocked, fmt.Sprintf("nobody blocks: %v %s", row, shown))
	})
	oneCopy(t, l)
	eventually(t, 30*time.Second, func() error { return ringState(t, db, 1) })
}
