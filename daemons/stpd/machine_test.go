package stpd

import (
	"fmt"
	"log/slog"
	"net"
	"testing"
	"time"

	"github.com/vishvananda/netlink"
	"golang.org/x/sys/unix"

	"github.com/google/go-cmp/cmp"

	"github.com/heddle-nos/heddle/daemons/linkproto"
	"github.com/heddle-nos/heddle/daemons/stpd/frame"
	"github.com/heddle-nos/heddle/daemons/stpd/rstp"
	"github.com/heddle-nos/heddle/internal/statedb"
	"github.com/heddle-nos/heddle/yang/schema"
)

// tape is a wire that leads nowhere.
type tape struct{ sent map[int][]frame.Frame }

func (w *tape) Join(int, ...frame.MAC) error { return nil }

func (w *tape) Send(device int, b []byte) error {
	f, err := frame.Parse(b)
	w.sent[device] = append(w.sent[device], f)
	return err
}

// take notes a row of CONFIG_DB, given as names and values.
func (in *intent) given(table, key string, kv ...string) {
	op := statedb.KeyOp{Key: key}
	for i := 0; i < len(kv); i += 2 {
		op.Fields = append(op.Fields, statedb.Field{Name: kv[i], Value: kv[i+1]})
	}
	in.take(table, op)
}

// trunks is a machine with VLANs on ports, all with spanning tree; each VLAN is tagged but the one given.
func trunks(ports, vlans int, untagged ...int) (*machine, *tape, *intent) {
	wire := &tape{sent: map[int][]frame.Frame{}}
	m := newMachine(wire, past{shut: map[schema.InterfaceName]bool{}}, slog.New(slog.DiscardHandler))
	in := newIntent(false)
	in.given("DEVICE_METADATA", "localhost", "mac", "02:00:00:00:00:01")
	in.given("STP", "GLOBAL", "mode", "pvst")
	now := time.Unix(1000, 0)
	for p := range ports {
		port := fmt.Sprintf("Ethernet%d", p)
		in.given("STP_PORT", port, "enabled", "true")
		m.ports.Set(now, &netlink.LinkAttrs{
			Name: port, Index: p + 1, Flags: net.FlagUp, RawFlags: unix.IFF_UP | unix.IFF_RUNNING, HardwareAddr: net.HardwareAddr{2, 0, 0, 0, 0, 1},
		})
		for v := 1; v <= vlans; v++ {
			mode := "tagged"
			for _, u := range untagged {
				if u == v {
					mode = "untagged"
				}
			}
			in.given("VLAN_MEMBER", fmt.Sprintf("Vlan%d|%s", v, port), "tagging_mode", mode)
		}
	}
	for v := 1; v <= vlans; v++ {
		vlan := fmt.Sprintf("Vlan%d", v)
		in.given("VLAN", vlan, "vlanid", vlan[4:])
		in.given("STP_VLAN", vlan, "enabled", "true")
	}
	m.configure(now, in.resolve(schema.MAC{}))
	return m, wire, in
}

// sentAs lists the frames that went out of a device as "kind vlan pvid".
func (w *tape) sentAs(device int) map[string]bool {
	out := map[string]bool{}
	for _, f := range w.sent[device] {
		out[fmt.Sprintf("%d %d %d", f.Kind, f.VLAN, f.PVID)] = true
	}
	return out
}

func TestFramesOfVLANs(t *testing.T) {
	for name, c := range map[string]struct {
		vlans    int
		untagged []int
		want     map[string]bool
	}{
		"access":          {1, []int{1}, map[string]bool{"0 0 0": true}},
		"trunk, native 1": {2, []int{1}, map[string]bool{"0 0 0": true, "1 0 1": true, "1 2 2": true}},
		"trunk, native 2": {3, []int{2}, map[string]bool{"0 0 0": true, "1 1 1": true, "1 0 2": true, "1 3 3": true}},
		"all tagged":      {2, nil, map[string]bool{"0 0 0": true, "1 1 1": true, "1 2 2": true}},
	} {
		_, wire, _ := trunks(1, c.vlans, c.untagged...)
		if d := cmp.Diff(c.want, wire.sentAs(1)); d != "" {
			t.Errorf("%s: %s", name, d)
		}
	}
}

// heard is a root's hello as it comes in.
func heard(kind frame.Kind, tag, vlan uint16) []byte {
	id := rstp.MakeBridgeID(0, vlan, rstp.MAC{2, 0, 0, 0, 0, 9})
	b := rstp.BPDU{Kind: rstp.RST, Role: rstp.Designated, Vector: rstp.Vector{Root: id, Bridge: id, Port: rstp.MakePortID(128, 1)}, Times: rstp.DefaultTimes()}
	return frame.Frame{Kind: kind, VLAN: tag, PVID: vlan, BPDU: b.Append(nil)}.Append(nil, frame.MAC{2, 0, 0, 0, 0, 9})
}

func TestTreeOfFrame(t *testing.T) {
	for name, c := range map[string]struct {
		untagged []int
		frame    []byte
		tree     treeID // the one that hears it; 0: none
	}{
		"VLAN with a tag":          {[]int{2}, heard(frame.PVST, 3, 3), 3},
		"VLAN without a tag":       {[]int{2}, heard(frame.PVST, 0, 2), 2},
		"IEEE is VLAN 1's":         {[]int{2}, heard(frame.IEEE, 0, 1), 1},
		"another native VLAN":      {[]int{2}, heard(frame.PVST, 0, 3), 0},
		"a VLAN that is not there": {[]int{2}, heard(frame.PVST, 9, 9), 0},
		"no BPDU":                  {[]int{2}, heard(frame.PVST, 3, 3)[:30], 0},
		"no VLAN without a tag":    {nil, heard(frame.PVST, 0, 2), 0},
	} {
		m, _, _ := trunks(1, 3, c.untagged...)
		m.receive(time.Unix(1001, 0), linkproto.Received{Device: 1, Frame: c.frame})
		for id, tree := range m.trees {
			if got, want := tree.count("Ethernet0").received, 0; id == c.tree != (got != want) {
				t.Errorf("%s: tree %d heard %d", name, id, got)
			}
		}
		if dropped := m.drops["Ethernet0"]; dropped == 0 != (c.tree != 0) {
			t.Errorf("%s: %d dropped", name, dropped)
		}
	}
}

// SONiC's stpd speaks PVST on an access port, and is answered so.
func TestAccessPortPVST(t *testing.T) {
	m, wire, in := trunks(1, 2, 1, 2)
	in.take("VLAN_MEMBER", statedb.KeyOp{Op: statedb.OpDel, Key: "Vlan1|Ethernet0"})
	now := time.Unix(1001, 0)
	m.configure(now, in.resolve(schema.MAC{}))
	m.receive(now, linkproto.Received{Device: 1, Frame: heard(frame.PVST, 0, 2)})
	clear(wire.sent)
	m.step(now.Add(10*time.Second), m.trees[2], rstp.Tick{})
	if d := cmp.Diff(map[string]bool{"1 0 2": true}, wire.sentAs(1)); d != "" {
		t.Error(d)
	}
}

// A LAG's frames come by the devices of its members.
func TestLAGMember(t *testing.T) {
	m, _, in := trunks(2, 1)
	in.given("PORTCHANNEL_MEMBER", "PortChannel1|Ethernet0")
	in.given("VLAN_MEMBER", "Vlan1|PortChannel1", "tagging_mode", "tagged")
	in.given("STP_PORT", "PortChannel1", "enabled", "true")
	in.take("VLAN_MEMBER", statedb.KeyOp{Op: statedb.OpDel, Key: "Vlan1|Ethernet0"})
	now := time.Unix(1001, 0)
	m.ports.Set(now, &netlink.LinkAttrs{Name: "PortChannel1", Index: 50, Flags: net.FlagUp, RawFlags: unix.IFF_UP | unix.IFF_RUNNING})
	m.configure(now, in.resolve(schema.MAC{}))
	m.receive(now, linkproto.Received{Device: 1, Frame: heard(frame.PVST, 1, 1)})
	if st := m.trees[1].bridge.Status(); st.RootPort != "PortChannel1" {
		t.Errorf("%+v", st)
	}
	if n := portNumbers([]schema.InterfaceName{"PortChannel1", "Ethernet0", "PortChannel2049", "Ethernet4"}); n["Ethernet0"] != 1 ||
		n["Ethernet4"] != 5 || n["PortChannel1"] != 0x801 || n["PortChannel2049"] != 0x802 {
		t.Error(n)
	}
}

// Words of a change that come without end make the ASIC forget addresses a few times a second.
func TestFlushPace(t *testing.T) {
	m, _, _ := trunks(2, 1)
	tree, now, flushes := m.trees[1], time.Unix(1001, 0), 0
	for range 100 {
		tree.flush = true
		flushes += len(tree.takeFlush(now))
		now = now.Add(10 * time.Millisecond)
	}
	if flushes != 4 || !tree.flush || m.next().After(now.Add(flushPause)) {
		t.Errorf("%d flushes in a second", flushes)
	}
}

func TestCosts(t *testing.T) {
	for speed, want := range map[schema.Speed][2]uint32{
		0: {2000, 2}, 10: {2_000_000, 100}, 100: {200_000, 19}, 1000: {20_000, 4}, 10_000: {2000, 2}, 25_000: {800, 1}, 100_000: {200, 1}, 800_000: {25, 1},
	} {
		if got := [2]uint32{longCost(speed), shortCost(speed)}; got != want {
			t.Errorf("%d: got %v, want %v", speed, got, want)
		}
	}
}

// BenchmarkReceive is one hello on a switch with as many trees and ports as there may be.
func BenchmarkReceive(b *testing.B) {
	m, _, _ := trunks(64, maxTrees)
	now := time.Unix(1001, 0)
	hello := linkproto.Received{Device: 1, Frame: heard(frame.PVST, 77, 77)}
	for b.Loop() {
		m.receive(now, hello)
		m.next()
	}
}

func TestRefreshInTurn(t *testing.T) {
	m, _, _ := trunks(1, 5)
	seen := map[treeID]int{}
	for range 4 { // of two trees each
		for _, tree := range m.trees {
			tree.changed = false
		}
		m.refreshSome(3)
		for id, tree := range m.trees {
			if tree.changed {
				seen[id]++
			}
		}
	}
	if d := cmp.Diff(map[treeID]int{1: 2, 2: 2, 3: 2, 4: 1, 5: 1}, seen); d != "" {
		t.Error(d)
	}
}

// BenchmarkRefresh tells the counts of all of them.
func BenchmarkRefresh(b *testing.B) {
	m, _, _ := trunks(64, maxTrees)
	now := time.Unix(1001, 0)
	for b.Loop() {
		m.refreshSome(1)
		if _, err := m.render(now); err != nil {
			b.Fatal(err)
		}
	}
}

// Rows of any content never panic, and what is accepted can be resolved.
func FuzzRow(f *testing.F) {
	tables := configTables()
	f.Add(uint8(5), "GLOBAL", "mode", "pvst", "priority", "4096")
	f.Add(uint8(10), "MST_INSTANCE|2", "vlan_list", "1,2,x", "bridge_priority", "0")
	f.Fuzz(func(_ *testing.T, table uint8, key, n1, v1, n2, v2 string) {
		in := newIntent(false)
		in.given("STP", "GLOBAL", "mode", "mst")
		in.given(tables[int(table)%len(tables)], key, n1, v1, n2, v2)
		in.resolve(schema.MAC{1})
		in.take(tables[int(table)%len(tables)], statedb.KeyOp{Op: statedb.OpDel, Key: key})
		in.resolve(schema.MAC{1})
	})
}
