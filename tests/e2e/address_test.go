package e2e_test

import (
	"errors"
	"fmt"
	"net"
	"syscall"
	"testing"
	"time"

	"github.com/heddle-nos/heddle/daemons/lab"
	"github.com/heddle-nos/heddle/internal/statedb"
)

// TestStaticAddress configures where a station is: frames to it go there unlearned, and stay there whatever comes from elsewhere.
func TestStaticAddress(t *testing.T) {
	l := basic(t)
	h2, h6, h7 := openTap(t, l, "h2"), openTap(t, l, "h6"), openTap(t, l, "h7")
	station := mac(20)
	run(t, l, sw, "config", "mac", "add", station.String(), "100", "Ethernet24")
	removed := false
	defer func() {
		if !removed {
			run(t, l, sw, "config", "mac", "del", station.String(), "100")
		}
	}()
	eventually(t, soon, func() error { return learned(t, l, 100, station, "Ethernet24") })
	eventually(t, soon, func() error { return contains(run(t, l, sw, "show", "mac", "-t", "static"), "Ethernet24", "Static") })
	h2.send(t, marked(station, broadcast, 0, "impostor"))
	h6.send(t, marked(mac(21), station, 0, "to the station"))
	if h7.receive(t, soon, hasMark(100, "to the station")) == nil {
		t.Error("the frame did not reach the station's port")
	}
	if h2.receive(t, quiet, hasMark(0, "to the station")) != nil {
		t.Error("the frame went to a port where the station is not")
	}
	run(t, l, sw, "sonic-clear", "fdb", "all")
	run(t, l, sw, "config", "mac", "del", station.String(), "100")
	removed = true
	eventually(t, soon, func() error { return unknown(t, l, 100, station) })
}

// unknown says that the switch does not have an address.
func unknown(t *testing.T, l *lab.Lab, vlan int, address net.HardwareAddr) error {
	t.Helper()
	if row, found := fdbRow(t, l, vlan, address); found {
		return fmt.Errorf("%s is known on %s", address, row["port"])
	}
	return nil
}

// TestClearFDB makes the switch forget addresses of a port, of a VLAN, and all: others and static ones stay.
func TestClearFDB(t *testing.T) {
	l := basic(t)
	h5, h6, h7 := openTap(t, l, "h5"), openTap(t, l, "h6"), openTap(t, l, "h7")
	at20, at24, in200 := mac(22), mac(23), mac(24)
	for _, c := range []struct {
		args   []string
		forget []net.HardwareAddr
	}{
		{[]string{"port", "Ethernet20"}, []net.HardwareAddr{at20}},
		{[]string{"vlan", "200"}, []net.HardwareAddr{in200}},
		{[]string{"all"}, []net.HardwareAddr{at20, at24, in200}},
	} {
		t.Run(fmt.Sprint(c.args), func(t *testing.T) {
			h6.send(t, marked(at20, broadcast, 0, "here"))
			h7.send(t, marked(at24, broadcast, 100, "here"))
			h5.send(t, marked(in200, broadcast, 0, "here"))
			places := map[string]func() error{
				at20.String():  func() error { return learned(t, l, 100, at20, "Ethernet20") },
				at24.String():  func() error { return learned(t, l, 100, at24, "Ethernet24") },
				in200.String(): func() error { return learned(t, l, 200, in200, "Ethernet16") },
			}
			for _, isLearned := range places {
				eventually(t, soon, isLearned)
			}
			run(t, l, sw, append([]string{"sonic-clear", "fdb"}, c.args...)...)
			for _, address := range c.forget {
				eventually(t, soon, func() error { return errors.Join(unknown(t, l, 100, address), unknown(t, l, 200, address)) })
				delete(places, address.String())
			}
			for address, isLearned := range places {
				if err := isLearned(); err != nil {
					t.Errorf("%s: %v", address, err)
				}
			}
		})
	}
}

// TestStaticNeighbour configures who has an address: packets are sent there although nobody answers for it.
func TestStaticNeighbour(t *testing.T) {
	l := basic(t)
	h3, h7 := openTap(t, l, "h3"), openTap(t, l, "h7")
	mute := mac(25)
	h7.send(t, marked(mute, broadcast, 100, "I do not talk ARP"))
	eventually(t, soon, func() error { return learned(t, l, 100, mute, "Ethernet24") })
	for _, c := range []struct{ src, dst string }{{"192.0.2.131", "192.0.2.77"}, {"2001:db8:8::2", "2001:db8:100::77"}} {
		t.Run(c.dst, func(t *testing.T) {
			d := datagram{srcMAC: h3.mac, dstMAC: routerMAC(t, l), src: c.src, dst: c.dst, ttl: 9, length: 64}
			arrives := func() error {
				h3.send(t, d.frame(t))
				return expect(h7.receive(t, quiet, isUDP(c.src, c.dst)) != nil, "no packet arrived")
			}
			if arrives() == nil {
				t.Fatal("a packet arrived without a neighbour")
			}
			run(t, l, sw, "config", "neigh", "add", "Vlan100", c.dst, mute.String())
			defer run(t, l, sw, "config", "neigh", "del", "Vlan100", c.dst)
			eventually(t, soon, arrives)
			run(t, l, sw, "sonic-clear", "arp")
			run(t, l, sw, "sonic-clear", "ndp")
			if err := arrives(); err != nil {
				t.Errorf("after clearing what was learned: %v", err)
			}
		})
	}
}

// TestClearARP makes the switch forget a neighbour, which it finds again when there is something to send.
func TestClearARP(t *testing.T) {
	l := basic(t)
	known := func() error {
		row, found, err := database(t, l).DB(statedb.ApplDB).Get(t.Context(), "NEIGH_TABLE", "Ethernet8:192.0.2.131")
		if err != nil {
			t.Fatal(err)
		}
		return expect(found && row["neigh"] != "", "the neighbour is not known")
	}
	reach(t, l, []lab.Path{path("h1", "192.0.2.131")})
	eventually(t, soon, known)
	run(t, l, sw, "sonic-clear", "arp", "192.0.2.131")
	eventually(t, soon, func() error { return expect(known() != nil, "the neighbour is still known") })
	reach(t, l, []lab.Path{path("h1", "192.0.2.131")})
	eventually(t, soon, known)
}

// TestLearnsWhileSyncdIsAway lets the ASIC learn while nobody listens: the addresses are known once syncd is back.
func TestLearnsWhileSyncdIsAway(t *testing.T) {
	l := basic(t)
	h6, h7 := openTap(t, l, "h6"), openTap(t, l, "h7")
	fresh, mover := mac(26), mac(27)
	h6.send(t, marked(mover, broadcast, 0, "first here"))
	eventually(t, soon, func() error { return learned(t, l, 100, mover, "Ethernet20") })
	before := status(t, l, "syncd")
	if err := l.Supervisor(sw).Stop(t.Context(), "syncd", syscall.SIGKILL); err != nil {
		t.Fatal(err)
	}
	h6.send(t, marked(fresh, broadcast, 0, "is there anybody"))
	h7.send(t, marked(mover, broadcast, 100, "now there"))
	if h6.receive(t, soon, hasMark(0, "now there")) == nil {
		t.Error("nothing is forwarded while syncd is away")
	}
	if err := l.Supervisor(sw).Start(t.Context(), "syncd"); err != nil {
		t.Fatal(err)
	}
	eventually(t, readyTime, func() error {
		now := status(t, l, "syncd")
		return expect(now.PID != before.PID && now.Ready, "syncd is not back")
	})
	eventually(t, soon, func() error { return learned(t, l, 100, fresh, "Ethernet20") })
	eventually(t, soon, func() error { return learned(t, l, 100, mover, "Ethernet24") })
}

// TestLearnModes lets a port learn nothing, and then take frames of known stations only.
func TestLearnModes(t *testing.T) {
	l := basic(t)
	h2, h6 := openTap(t, l, "h2"), openTap(t, l, "h6")
	ports := database(t, l).DB(statedb.ConfigDB)
	mode := func(mode string) {
		t.Helper()
		if err := ports.Set(t.Context(), "PORT", "Ethernet20", statedb.Fields{"learn_mode": mode}); err != nil {
			t.Fatal(err)
		}
	}
	defer mode("hardware")
	hears := func(src net.HardwareAddr, mark string) bool {
		h6.send(t, marked(src, broadcast, 0, mark))
		return h2.receive(t, quiet, hasMark(0, mark)) != nil
	}
	mode("drop")
	strangers := byte(100) // one that is heard is a stranger no more
	eventually(t, soon, func() error {
		strangers++
		return expect(!hears(mac(strangers), "stranger"), "a stranger is heard")
	})
	run(t, l, sw, "config", "mac", "add", mac(27).String(), "100", "Ethernet20")
	defer run(t, l, sw, "config", "mac", "del", mac(27).String(), "100")
	eventually(t, soon, func() error { return expect(hears(mac(27), "friend"), "a known station is not heard") })
	mode("disable")
	eventually(t, soon, func() error { return expect(hears(mac(28), "unlearned"), "a station is not heard") })
	if err := unknown(t, l, 100, mac(28)); err != nil {
		t.Error(err)
	}
	mode("hardware")
	eventually(t, soon, func() error {
		hears(mac(28), "learned")
		return learned(t, l, 100, mac(28), "Ethernet20")
	})
}

// TestMoveGuard lets a station appear on two ports in turn until the guard acts: it is kept on one, or the other port is shut.
func TestMoveGuard(t *testing.T) {
	l := basic(t)
	h6, h7 := openTap(t, l, "h6"), openTap(t, l, "h7")
	db := database(t, l)
	guard := func(action string) {
		t.Helper()
		row := statedb.Fields{"enabled": "true", "threshold": "20", "detect_interval": "20", "action_interval": "4", "action": action}
		if err := db.DB(statedb.ConfigDB).Replace(t.Context(), "MAC_MOVE_GUARD", "GLOBAL", row); err != nil {
			t.Fatal(err)
		}
	}
	defer db.DB(statedb.ConfigDB).Delete(t.Context(), "MAC_MOVE_GUARD", "GLOBAL")
	flap := func(station net.HardwareAddr) {
		for range 15 {
			_ = h6.trySend(marked(station, broadcast, 0, "left")) // a port that was shut has no link
			_ = h7.trySend(marked(station, broadcast, 100, "right"))
			time.Sleep(2 * time.Millisecond)
		}
	}
	held := func(station net.HardwareAddr) statedb.Fields {
		row, _, err := db.DB(statedb.StateDB).Get(t.Context(), "HEDDLE_MAC_HOLD", "Vlan100:"+station.String())
		if err != nil {
			t.Fatal(err)
		}
		return row
	}
	guard("DISABLE_LEARN_ON_MAC_WITH_ACL")
	eventually(t, soon, func() error {
		flap(mac(110))
		row, _ := fdbRow(t, l, 100, mac(110))
		return expect(row["type"] == "static", "the station is not kept")
	})
	home := held(mac(110))["port"]
	flap(mac(110))
	if err := learned(t, l, 100, mac(110), home); err != nil {
		t.Error(err)
	}
	eventually(t, soon, func() error { return contains(run(t, l, sw, "show", "mac-move-guard"), mac(110).String(), home) })
	eventually(t, soon, func() error { return unknown(t, l, 100, mac(110)) })

	guard("DISABLE_PORT")
	eventually(t, soon, func() error {
		flap(mac(111))
		return expect(held(mac(111))["shut"] != "", "no port is shut")
	})
	shut := held(mac(111))["shut"]
	eventually(t, soon, func() error { return operStatus(t, l, shut, "down") })
	eventually(t, soon, func() error { return operStatus(t, l, shut, "up") })
}
