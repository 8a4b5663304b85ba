package e2e_test

import (
	"fmt"
	"net"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/heddle-nos/heddle/daemons/lab"
	"github.com/heddle-nos/heddle/internal/statedb"
)

// broadcastMAC is everybody's address.
func broadcastMAC() net.HardwareAddr { return net.HardwareAddr{0xff, 0xff, 0xff, 0xff, 0xff, 0xff} }

// instances states spanning tree to orchagent as SONiC's stpd does.
type instances struct {
	*testing.T
	states, vlans *statedb.Producer
}

func newInstances(t *testing.T, appl *statedb.DB) instances {
	return instances{t, statedb.NewProducer(appl, "STP_PORT_STATE_TABLE"), statedb.NewProducer(appl, "STP_VLAN_INSTANCE_TABLE")}
}

func (in instances) vlan(name, instance string) {
	in.Helper()
	if err := in.vlans.Set(in.Context(), name, statedb.Field{Name: "stp_instance", Value: instance}); err != nil {
		in.Fatal(err)
	}
}

// state is 1 for blocking, 3 for learning and 4 for forwarding.
func (in instances) state(port, instance, state string) {
	in.Helper()
	if err := in.states.Set(in.Context(), port+":"+instance, statedb.Field{Name: "state", Value: state}); err != nil {
		in.Fatal(err)
	}
}

// TestSpanningTreeInstances: what a port does with the frames of a VLAN is what it does in that VLAN's instance, on the way in and out.
func TestSpanningTreeInstances(t *testing.T) {
	l := beside(t, "testdata/instances.yaml", "instances")
	in := newInstances(t, database(t, l).DB(statedb.ApplDB))
	in.vlan("Vlan10", "1")
	in.vlan("Vlan20", "2")
	program := func(b10, b20, c10, c20 string) {
		t.Helper()
		for key, state := range map[[2]string]string{
			{"Ethernet0", "1"}: "4", {"Ethernet0", "2"}: "4",
			{"Ethernet4", "1"}: b10, {"Ethernet4", "2"}: b20, {"Ethernet8", "1"}: c10, {"Ethernet8", "2"}: c20,
		} {
			in.state(key[0], key[1], state)
		}
	}
	taps := map[string]*tap{"a": openTap(t, l, "a"), "b": openTap(t, l, "b"), "c": openTap(t, l, "c")}
	reaches := func(from string, vlan uint16, to net.HardwareAddr, want ...string) error {
		mark := fmt.Sprint("instance ", time.Now().UnixNano())
		taps[from].send(t, marked(taps[from].mac, to, vlan, mark))
		var got []string
		for _, name := range []string{"a", "b", "c"} {
			if name != from && taps[name].receive(t, quiet, hasMark(vlan, mark)) != nil {
				got = append(got, name)
			}
		}
		return expect(slices.Equal(got, want), fmt.Sprintf("from %s in VLAN %d: %v got it, not %v", from, vlan, got, want))
	}
	everywhere := func(checks ...func() error) {
		t.Helper()
		eventually(t, soon, func() error {
			for _, check := range checks {
				if err := check(); err != nil {
					return err
				}
			}
			return nil
		})
	}
	all := func(from string, vlan uint16, want ...string) func() error {
		return func() error { return reaches(from, vlan, broadcastMAC(), want...) }
	}
	program("4", "1", "1", "4") // b forwards in VLAN 10 only, c in VLAN 20 only
	everywhere(all("a", 10, "b"), all("a", 20, "c"), all("b", 10, "a"), all("b", 20), all("c", 10), all("c", 20, "a"))
	// Known addresses are no way round: b's was learned in VLAN 10 and must not be reached in 20, nor be learned there.
	everywhere(func() error { return reaches("a", 10, taps["b"].mac, "b") }, func() error { return reaches("a", 20, taps["b"].mac, "c") })
	twoTrees(t, l)

	program("3", "4", "4", "1") // b learns only in VLAN 10; each VLAN has changed sides
	everywhere(all("a", 10, "c"), all("a", 20, "b"), all("b", 10), all("b", 20, "a"), all("c", 10, "a"), all("c", 20))
	program("4", "4", "4", "4")
	everywhere(all("a", 10, "b", "c"), all("a", 20, "b", "c"), all("b", 10, "a", "c"), all("c", 20, "a", "b"))
}

// twoTrees checks that the two VLANs are in STP instances of their own in the ASIC.
func twoTrees(t *testing.T, l *lab.Lab) {
	t.Helper()
	asic := database(t, l).DB(statedb.AsicDB).Redis()
	keys, err := asic.Keys(t.Context(), "ASIC_STATE:SAI_OBJECT_TYPE_VLAN:*").Result()
	if err != nil {
		t.Fatal(err)
	}
	of := map[string]string{}
	for _, key := range keys {
		row, err := asic.HGetAll(t.Context(), key).Result()
		if err != nil {
			t.Fatal(err)
		}
		of[row["SAI_VLAN_ATTR_VLAN_ID"]] = row["SAI_VLAN_ATTR_STP_INSTANCE"]
	}
	if of["10"] == "" || of["20"] == "" || of["10"] == of["20"] {
		t.Errorf("STP instances of VLANs: %v", of)
	}
}

// TestMultipleSpanningTree: in mode mst two links between two switches are one way without a loop, in the VLANs of every instance; the other one
// takes over in all of them.
func TestMultipleSpanningTree(t *testing.T) {
	l := beside(t, "testdata/mst.yaml", "mst")
	db, err := l.Database("sw2")
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	forwarding := func() (ports []string, err error) {
		for _, instance := range []string{"1", "2"} {
			for _, port := range []string{"Ethernet4", "Ethernet8"} {
				row, _, err := db.DB(statedb.ApplDB).Get(t.Context(), "STP_PORT_STATE_TABLE", port+":"+instance)
				if err != nil {
					return nil, err
				}
				if row["state"] == "4" {
					ports = append(ports, port+" in "+instance)
				}
			}
		}
		return ports, nil
	}
	settled := func(port string) {
		t.Helper()
		eventually(t, soon, func() error {
			ports, err := forwarding()
			if err != nil {
				return err
			}
			return expect(slices.Equal(ports, []string{port + " in 1", port + " in 2"}), fmt.Sprintf("forwarding: %v", ports))
		})
	}
	settled("Ethernet4") // the lower port of the root
	twoTrees(t, l)
	a, b := openTap(t, l, "a"), openTap(t, l, "b")
	once := func() {
		t.Helper()
		for _, vlan := range []uint16{10, 20} {
			eventually(t, soon, func() error { return copies(t, a, b, vlan, 1) })
			eventually(t, soon, func() error { return copies(t, b, a, vlan, 1) })
		}
	}
	once()
	if shown := run(t, l, "sw2", "show", "spanning-tree", "mstp"); !strings.Contains(shown, "Ethernet8") {
		t.Errorf("show spanning-tree mstp: %s", shown)
	}
	setLinks(t, l.Silicon("sw2"), []string{"p1"}, false)
	settled("Ethernet8")
	once()
	setLinks(t, l.Silicon("sw2"), []string{"p1"}, true)
	settled("Ethernet4")
	once()
}

// copies counts how often a broadcast arrives.
func copies(t *testing.T, from, to *tap, vlan uint16, want int) error {
	mark := fmt.Sprint("copies ", time.Now().UnixNano())
	from.send(t, marked(from.mac, broadcastMAC(), vlan, mark))
	got := 0
	for to.receive(t, quiet, hasMark(vlan, mark)) != nil {
		if got++; got > want {
			t.Fatalf("a broadcast in VLAN %d arrives again and again", vlan)
		}
	}
	return expect(got == want, fmt.Sprintf("%d copies in VLAN %d", got, vlan))
}
