package e2e_test

import (
	"fmt"
	"syscall"
	"testing"
	"time"

	"github.com/vishvananda/netlink"

	"github.com/heddle-nos/heddle/daemons/lab"
	"github.com/heddle-nos/heddle/daemons/lab/namespace"
	"github.com/heddle-nos/heddle/internal/statedb"
)

// failover is how long a flow may be without a path after the loss of its link.
const failover = 50 * time.Millisecond

// lagFlows cross the port channel in a VLAN, and the routed one.
func lagFlows() []lab.Path {
	return []lab.Path{
		path("a", "10.1.0.2"), path("a", "fd00:10::2"), path("b", "10.1.0.1"),
		path("c", "10.3.0.2"), path("c", "fd00:30::2"), path("d", "10.2.0.2"),
	}
}

// TestLAG crosses two port channels between two switches while their links fail one by one, and while the daemon that speaks LACP dies.
func TestLAG(t *testing.T) {
	l := own(t, "testdata/lag.yaml", "lag")
	db, err := l.Database(sw)
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	members := []string{"PortChannel1:Ethernet8", "PortChannel1:Ethernet12", "PortChannel2:Ethernet16", "PortChannel2:Ethernet20"}
	allEnabled := func() {
		t.Helper()
		for _, m := range members {
			eventually(t, soon, func() error { return memberIs(t, db, m, "enabled") })
		}
	}
	allEnabled()
	eventually(t, soon, func() error {
		return contains(run(t, l, sw, "ip", "addr", "show", "PortChannel2"), "10.99.0.0/31", "mtu 9000")
	})
	reach(t, l, append(lagFlows(), path("c", "10.99.0.1"), path("d", "10.99.0.0")))

	for _, pulled := range [][2]string{{"p2", "p4"}, {"p3", "p5"}} { // a member of each port channel
		t.Run("without "+pulled[0]+" and "+pulled[1], func(t *testing.T) {
			streams := startStreams(t, l, lagFlows())
			setLinks(t, l.Silicon("sw2"), pulled[:], false)
			time.Sleep(time.Second) // the pings measure during this time
			setLinks(t, l.Silicon("sw2"), pulled[:], true)
			allEnabled()
			for i, s := range streams {
				r, err := s.Stop()
				if err != nil {
					t.Fatal(err)
				}
				if lost := time.Duration(len(r.Lost)) * pingInterval; lost > 2*failover { // once for the loss, once for the return
					t.Errorf("%s: %d of %d pings lost, numbers %v", lagFlows()[i], len(r.Lost), r.Sent, r.Lost[:min(10, len(r.Lost))])
				}
			}
		})
	}
	for name, sig := range map[string]syscall.Signal{"terminated": syscall.SIGTERM, "killed": syscall.SIGKILL} {
		t.Run("lacpd "+name, func(t *testing.T) {
			streams := startStreams(t, l, lagFlows())
			restart(t, l, "lacpd", sig)
			time.Sleep(settle) // the pings measure during this time
			for i, s := range streams {
				checkLoss(t, lagFlows()[i], s)
			}
			allEnabled()
		})
	}
}

func memberIs(t *testing.T, db *statedb.Client, member, status string) error {
	t.Helper()
	row, _, err := db.DB(statedb.ApplDB).Get(t.Context(), "LAG_MEMBER_TABLE", member)
	if err != nil {
		return err
	}
	return expect(row["status"] == status, fmt.Sprintf("%s is %v", member, row))
}

// setLinks pulls cables, or plugs them in again, at the devices of a namespace.
func setLinks(t *testing.T, ns string, devices []string, up bool) {
	t.Helper()
	err := namespace.Do(ns, func() error {
		for _, name := range devices {
			link, err := netlink.LinkByName(name)
			if err != nil {
				return err
			}
			set := netlink.LinkSetDown
			if up {
				set = netlink.LinkSetUp
			}
			if err := set(link); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}
