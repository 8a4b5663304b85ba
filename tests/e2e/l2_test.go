package e2e_test

import (
	"errors"
	"fmt"
	"net"
	"strings"
	"testing"
	"time"

	"github.com/heddle-nos/heddle/daemons/lab"
	"github.com/heddle-nos/heddle/daemons/lab/wire"
	"github.com/heddle-nos/heddle/internal/statedb"
)

// quiet is how long a frame that must not come is waited for.
const quiet = 300 * time.Millisecond

// mac makes an address of its own for a test.
func mac(n byte) net.HardwareAddr { return net.HardwareAddr{0x02, 0xee, 0, 0, 0, n} }

// TestVLANMembership sends broadcasts and looks where they come out, and with which tag.
func TestVLANMembership(t *testing.T) {
	l := basic(t)
	taps := map[string]*tap{}
	for _, host := range []string{"h1", "h2", "h5", "h6", "h7"} {
		taps[host] = openTap(t, l, host)
	}
	for _, c := range []struct {
		name   string
		from   string
		vlan   uint16            // tag sent
		expect map[string]uint16 // receiver and the tag it sees
	}{
		{"untagged into vlan 100", "h6", 0, map[string]uint16{"h1": 100, "h2": 0, "h7": 100}},
		{"tagged into vlan 100", "h7", 100, map[string]uint16{"h1": 100, "h2": 0, "h6": 0}},
		{"tagged into vlan 200", "h7", 200, map[string]uint16{"h5": 0}},
		{"untagged into vlan 200", "h5", 0, map[string]uint16{"h7": 200}},
		{"tag of no vlan", "h7", 300, nil},
		{"tag of a vlan the port is no member of", "h6", 200, nil},
		{"untagged into a port without untagged vlan", "h7", 0, nil},
	} {
		t.Run(c.name, func(t *testing.T) {
			mark := "membership " + c.name
			taps[c.from].send(t, marked(mac(1), broadcast, c.vlan, mark))
			checkSeen(t, taps, c.from, mark, c.expect)
		})
	}
}

// checkSeen checks which taps see a marked frame, and that no other does.
func checkSeen(t *testing.T, taps map[string]*tap, from, mark string, expect map[string]uint16) {
	t.Helper()
	for host, tag := range expect {
		if taps[host].receive(t, soon, hasMark(tag, mark)) == nil {
			t.Errorf("%s did not see the frame with tag %d", host, tag)
		}
	}
	anyTag := func(f []byte) bool { return strings.Contains(string(f), mark+"\x00") }
	for host, p := range taps {
		if _, expected := expect[host]; expected || host == from {
			continue
		}
		if f := p.receive(t, quiet, anyTag); f != nil {
			t.Errorf("%s saw the frame: %x", host, f[:min(len(f), 24)])
		}
	}
}

// TestFloodAndLearn sends to an unknown address, which floods, and to a learned one, which does not.
func TestFloodAndLearn(t *testing.T) {
	l := basic(t)
	h2, h6, h7 := openTap(t, l, "h2"), openTap(t, l, "h6"), openTap(t, l, "h7")
	stranger := mac(2)
	h6.send(t, marked(mac(3), stranger, 0, "flood"))
	for name, p := range map[string]*tap{"h2": h2, "h7": h7} {
		vlan := map[string]uint16{"h2": 0, "h7": 100}[name]
		if p.receive(t, soon, hasMark(vlan, "flood")) == nil {
			t.Errorf("%s did not see the flooded frame", name)
		}
	}
	h7.send(t, marked(stranger, broadcast, 100, "here I am"))
	eventually(t, soon, func() error { return learned(t, l, 100, stranger, "Ethernet24") })
	h6.send(t, marked(mac(3), stranger, 0, "direct"))
	if h7.receive(t, soon, hasMark(100, "direct")) == nil {
		t.Error("h7 did not see the frame to the learned address")
	}
	if h2.receive(t, quiet, hasMark(0, "direct")) != nil {
		t.Error("h2 saw a frame to an address learned elsewhere")
	}
}

// learned says whether the switch has an address on a port.
func learned(t *testing.T, l *lab.Lab, vlan int, address net.HardwareAddr, port string) error {
	row, found := fdbRow(t, l, vlan, address)
	if !found {
		return fmt.Errorf("%s is not learned", address)
	}
	if row["port"] != port {
		return fmt.Errorf("%s is learned on %s", address, row["port"])
	}
	return nil
}

func fdbRow(t *testing.T, l *lab.Lab, vlan int, address net.HardwareAddr) (statedb.Fields, bool) {
	t.Helper()
	rows, err := database(t, l).DB(statedb.StateDB).All(t.Context(), "FDB_TABLE")
	if err != nil {
		t.Fatal(err)
	}
	for key, row := range rows {
		if strings.EqualFold(key, fmt.Sprintf("Vlan%d:%s", vlan, address)) {
			return row, true
		}
	}
	return nil, false
}

// database opens the state database of the switch until the test ends.
func database(t *testing.T, l *lab.Lab) *statedb.Client {
	t.Helper()
	db, err := l.Database(sw)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { db.Close() })
	return db
}

// TestMACMove lets an address appear on another port: frames follow it.
func TestMACMove(t *testing.T) {
	l := basic(t)
	h2, h6, h7 := openTap(t, l, "h2"), openTap(t, l, "h6"), openTap(t, l, "h7")
	mover := mac(4)
	h6.send(t, marked(mover, broadcast, 0, "first"))
	eventually(t, soon, func() error { return learned(t, l, 100, mover, "Ethernet20") })
	h7.send(t, marked(mover, broadcast, 100, "second"))
	eventually(t, soon, func() error { return learned(t, l, 100, mover, "Ethernet24") })
	h2.send(t, marked(mac(5), mover, 0, "follow"))
	if h7.receive(t, soon, hasMark(100, "follow")) == nil {
		t.Error("the frame did not follow the address")
	}
	if h6.receive(t, quiet, hasMark(0, "follow")) != nil {
		t.Error("the frame went to the old port")
	}
}

// TestAgeing forgets an address that is silent, and only that one.
func TestAgeing(t *testing.T) {
	l := basic(t)
	switchTable := statedb.NewProducer(database(t, l).DB(statedb.ApplDB), "SWITCH_TABLE")
	setAgeing := func(seconds string) {
		if err := switchTable.Set(t.Context(), "switch", statedb.Field{Name: "fdb_aging_time", Value: seconds}); err != nil {
			t.Fatal(err)
		}
	}
	h6 := openTap(t, l, "h6")
	silent, busy := mac(6), mac(7)
	setAgeing("4")
	defer setAgeing("600")
	h6.send(t, marked(silent, broadcast, 0, "last words"))
	eventually(t, soon, func() error { return learned(t, l, 100, silent, "Ethernet20") })
	eventually(t, 30*time.Second, func() error {
		h6.send(t, marked(busy, broadcast, 0, "still here"))
		if _, found := fdbRow(t, l, 100, silent); found {
			return errors.New("the silent address is still known")
		}
		return nil
	})
	if err := learned(t, l, 100, busy, "Ethernet20"); err != nil {
		t.Errorf("the busy address: %v", err)
	}
}

// TestPortDownFlushes pulls a cable: the addresses behind it are forgotten, those elsewhere are not.
func TestPortDownFlushes(t *testing.T) {
	l := basic(t)
	h6, h7 := openTap(t, l, "h6"), openTap(t, l, "h7")
	lost, kept := mac(8), mac(9)
	h6.send(t, marked(lost, broadcast, 0, "lost"))
	h7.send(t, marked(kept, broadcast, 100, "kept"))
	eventually(t, soon, func() error { return learned(t, l, 100, lost, "Ethernet20") })
	eventually(t, soon, func() error { return learned(t, l, 100, kept, "Ethernet24") })
	pull(t, l, "h6", true)
	defer pull(t, l, "h6", false)
	eventually(t, soon, func() error { return operStatus(t, l, "Ethernet20", "down") })
	eventually(t, soon, func() error {
		if _, found := fdbRow(t, l, 100, lost); found {
			return errors.New("an address behind the pulled cable is still known")
		}
		return nil
	})
	if err := learned(t, l, 100, kept, "Ethernet24"); err != nil {
		t.Error(err)
	}
	pull(t, l, "h6", false)
	eventually(t, soon, func() error { return operStatus(t, l, "Ethernet20", "up") })
	eventually(t, soon, func() error {
		if err := h6.trySend(marked(lost, broadcast, 0, "back")); err != nil { // the socket tells once that the device was down
			return err
		}
		return learned(t, l, 100, lost, "Ethernet20")
	})
}

func pull(t *testing.T, l *lab.Lab, host string, pulled bool) {
	t.Helper()
	if err := wire.Pull(l.Namespace(host), "eth0", pulled); err != nil {
		t.Fatal(err)
	}
}

func operStatus(t *testing.T, l *lab.Lab, port, want string) error {
	t.Helper()
	row, _, err := database(t, l).DB(statedb.ApplDB).Get(t.Context(), "PORT_TABLE", port)
	if err != nil {
		return err
	}
	if row["oper_status"] != want {
		return fmt.Errorf("%s is %q, not %s", port, row["oper_status"], want)
	}
	return nil
}

// TestOneUntaggedVLAN: frames without a tag belong to one VLAN. A command for a second one is refused; rows for two that come in another way
// are told of, and leave the port as it was.
func TestOneUntaggedVLAN(t *testing.T) {
	l := basic(t)
	h2, h6 := openTap(t, l, "h2"), openTap(t, l, "h6")
	if out, err := l.Output(t.Context(), sw, "config", "vlan", "member", "add", "-u", "200", "Ethernet20"); err == nil {
		t.Errorf("a second VLAN is accepted: %s", out)
	}
	state := func(want string) func() error {
		return func() error {
			row, _, err := database(t, l).DB(statedb.StateDB).Get(t.Context(), "HEDDLE_OBJECT_TABLE", "port/Ethernet20")
			return expect(err == nil && strings.Contains(row["state"]+" "+row["reason"], want), fmt.Sprint("port/Ethernet20: ", row, err))
		}
	}
	stillThere := func(mark string) {
		t.Helper()
		eventually(t, soon, func() error {
			h6.send(t, marked(h6.mac, broadcast, 0, mark))
			return expect(h2.receive(t, quiet, hasMark(0, mark)) != nil, "VLAN 100 does not hear the port")
		})
	}
	config := database(t, l).DB(statedb.ConfigDB)
	if err := config.Set(t.Context(), "VLAN_MEMBER", "Vlan200|Ethernet20", statedb.Fields{"tagging_mode": "untagged"}); err != nil {
		t.Fatal(err)
	}
	defer config.Delete(t.Context(), "VLAN_MEMBER", "Vlan200|Ethernet20")
	eventually(t, soon, state("disagree"))
	stillThere("two rows")
	if err := config.Delete(t.Context(), "VLAN_MEMBER", "Vlan200|Ethernet20"); err != nil {
		t.Fatal(err)
	}
	eventually(t, soon, state("applied"))
	stillThere("one row")
}
