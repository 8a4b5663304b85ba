package syncd_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/heddle-nos/heddle/sai"
)

// TestPortBreakout replaces a port that came with the switch by two of half
// the lanes, and finds them again on a new ASIC, which comes with the old one.
func TestPortBreakout(t *testing.T) {
	b := newBench(t)
	b.start()
	b.createSwitch()
	rid := b.row("LANES")["1"]
	port := b.row("RIDTOVID")[rid]
	b.removeUsersOf(port)
	b.must("Dremove", "SAI_OBJECT_TYPE_PORT:"+port)
	if got := b.row("LANES"); got["1"] != "" || got["5"] == "" {
		t.Errorf("lanes after removal: got %v", got)
	}
	for _, lanes := range []string{"2:1,2", "2:3,4"} {
		b.must("Screate", "SAI_OBJECT_TYPE_PORT:"+b.vid(1), "SAI_PORT_ATTR_HW_LANE_LIST", lanes, "SAI_PORT_ATTR_SPEED", "20000")
	}
	lanes := b.row("LANES")
	if lanes["1"] == "" || lanes["1"] != lanes["2"] || lanes["3"] != lanes["4"] || lanes["1"] == lanes["3"] {
		t.Errorf("lanes after breakout: got %v", lanes)
	}
	rows, dump := b.rows(), b.store.Dump()
	if err := b.stop(); err != nil {
		t.Fatal(err)
	}
	b.store = newStore(4)
	b.start()
	b.must("Snotify", "SYNCD_INSPECT_ASIC")
	if d := cmp.Diff(rows, b.rows()); d != "" {
		t.Errorf("rows: %s", d)
	}
	if got := b.store.Dump(); strings.Count(got, "\n") != strings.Count(dump, "\n") {
		t.Errorf("ASIC: %s", cmp.Diff(strings.Split(dump, "\n"), strings.Split(got, "\n")))
	}
}

// removeUsersOf removes the VLAN member and the bridge port of a port.
func (b *bench) removeUsersOf(port string) {
	b.t.Helper()
	toVID := b.row("RIDTOVID")
	for _, m := range b.store.Keys(sai.ObjectTypeVLANMember) {
		id := toVID[m.OID.String()]
		bp := b.get("SAI_OBJECT_TYPE_VLAN_MEMBER:"+id, "SAI_VLAN_MEMBER_ATTR_BRIDGE_PORT_ID", "oid:0x0")
		if b.get("SAI_OBJECT_TYPE_BRIDGE_PORT:"+bp, "SAI_BRIDGE_PORT_ATTR_PORT_ID", "oid:0x0") == port {
			b.must("Dremove", "SAI_OBJECT_TYPE_VLAN_MEMBER:"+id)
			b.must("Dremove", "SAI_OBJECT_TYPE_BRIDGE_PORT:"+bp)
		}
	}
}
