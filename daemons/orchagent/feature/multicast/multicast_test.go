package multicast_test

import (
	"flag"
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/heddle-nos/heddle/daemons/orchagent/feature/multicast"
	"github.com/heddle-nos/heddle/daemons/orchagent/object"
	"github.com/heddle-nos/heddle/daemons/orchagent/object/objecttest"
)

var update = flag.Bool("update", false, "write the objects into the scripts")

func TestRender(t *testing.T) { objecttest.Run(t, *update, multicast.Render) }

// told is what Spread has derived in the end.
type told map[string]struct{}

// take has a row taken as the engine has it: one that is refused counts as deleted.
func (d told) take(s *multicast.Spread, row object.Row) {
	if row.Fields != nil {
		if _, err := multicast.Render(row); err != nil {
			row.Fields = nil
		}
	}
	for _, r := range s.Take(row) {
		name := strings.TrimPrefix(r.Table, "MULTICAST_") + " " + r.Key
		if delete(d, name); r.Fields != nil {
			d[name] = struct{}{}
		}
	}
}

func TestSpread(t *testing.T) {
	s, d := multicast.NewSpread(), told{}
	for _, step := range []struct {
		row  string // "-": deleted
		want string
	}{
		{"L2MC_MEMBER_TABLE:Vlan10:0.0.0.0:239.1.1.1:Ethernet0 type=dynamic", ""},
		{"L2MC_MROUTER_TABLE:Vlan10:Ethernet8 type=static", ""},
		{"L2MC_MEMBER_TABLE:Vlan10::::ff05::1:Ethernet4 type=dynamic", ""},
		{"L2MC_VLAN_TABLE:Vlan10 snooping_v4=enabled", "STREAM_PORT Vlan10:0.0.0.0:239.1.1.1:Ethernet0, STREAM_PORT Vlan10:0.0.0.0:239.1.1.1:Ethernet8"},
		{"L2MC_VLAN_TABLE:Vlan10 snooping_v6=enabled", "STREAM_PORT Vlan10::::ff05::1:Ethernet4, STREAM_PORT Vlan10::::ff05::1:Ethernet8"},
		{"L2MC_VLAN_TABLE:Vlan10 snooping_v6=enabled unknown_multicast=drop_to_routers",
			"STREAM_PORT Vlan10::::ff05::1:Ethernet4, STREAM_PORT Vlan10::::ff05::1:Ethernet8, UNKNOWN_PORT Vlan10:Ethernet8"},
		{"- L2MC_MROUTER_TABLE:Vlan10:Ethernet8", "STREAM_PORT Vlan10::::ff05::1:Ethernet4"},
		{"L2MC_MEMBER_TABLE:Vlan10:2001:db8::1:ff05::1:Ethernet0 type=dynamic",
			"STREAM_PORT Vlan10:2001:db8::1:ff05::1:Ethernet0, STREAM_PORT Vlan10:2001:db8::1:ff05::1:Ethernet4, STREAM_PORT Vlan10::::ff05::1:Ethernet4"},
		{"- L2MC_MEMBER_TABLE:Vlan10::::ff05::1:Ethernet4", "STREAM_PORT Vlan10:2001:db8::1:ff05::1:Ethernet0"},
		{"L2MC_VLAN_TABLE:Vlan10 snooping_v6=nonsense", ""},
		{"L2MC_VLAN_TABLE:Vlan10 snooping_v6=enabled", "STREAM_PORT Vlan10:2001:db8::1:ff05::1:Ethernet0"},
		{"- L2MC_VLAN_TABLE:Vlan10", ""},
		{"L2MC_MEMBER_TABLE:Vlan20:0.0.0.0:224.0.0.1:Ethernet0 type=dynamic", ""},
	} {
		row := objecttest.ParseRow(strings.TrimPrefix(step.row, "- "))
		if row.Fields == nil || strings.HasPrefix(step.row, "-") {
			row.Fields = nil
		}
		d.take(s, row)
		if got := strings.Join(slices.Sorted(maps.Keys(d)), ", "); got != step.want {
			t.Errorf("after %s:\n got %s\nwant %s", step.row, got, step.want)
		}
	}
}

// TestSpreadFromAnyState: what is derived follows from the rows that there are,
// whichever came before, and in whatever order.
func TestSpreadFromAnyState(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		from := func(what string, list ...string) string { return rapid.SampledFrom(list).Draw(t, what) }
		rows := map[string]object.Row{}
		s, d := multicast.NewSpread(), told{}
		for range rapid.IntRange(1, 40).Draw(t, "steps") {
			row := objecttest.ParseRow(from("row",
				"L2MC_VLAN_TABLE:"+from("vlan", "Vlan10", "Vlan20")+" snooping_v4="+from("v4", "enabled", "disabled")+" snooping_v6="+from("v6", "enabled", "off")+
					" unknown_multicast="+from("unknown", "flood", "drop_to_routers"),
				"L2MC_MROUTER_TABLE:Vlan10:"+from("router", "Ethernet0", "Ethernet4", "PortChannel1")+" type=dynamic",
				"L2MC_MEMBER_TABLE:Vlan10:"+from("source", "0.0.0.0", "10.0.0.1", "10.0.0.2")+":"+from("group", "239.1.1.1", "239.1.1.2")+":"+from("port", "Ethernet0", "Ethernet4", "Ethernet8")+" type=dynamic",
				"L2MC_MEMBER_TABLE:Vlan20:"+from("source6", "::", "2001:db8::1")+":ff05::1:"+from("port6", "Ethernet0", "PortChannel1")+" type=static"))
			name := row.Table + row.Key
			rows[name] = row
			if rapid.IntRange(0, 2).Draw(t, "delete") == 0 {
				delete(rows, name)
				row.Fields = nil
			}
			d.take(s, row)
		}
		cold, fresh := told{}, multicast.NewSpread()
		for _, name := range slices.Sorted(maps.Keys(rows)) {
			cold.take(fresh, rows[name])
		}
		if diff := cmp.Diff(cold, d); diff != "" {
			t.Fatalf("cold start (-) and after changes (+):\n%s", diff)
		}
		for _, row := range rows {
			row.Fields = nil
			d.take(s, row)
		}
		if len(d) != 0 {
			t.Fatalf("left without rows: %v", d)
		}
	})
}
