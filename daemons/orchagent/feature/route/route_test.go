package route_test

import (
	"fmt"
	"net/netip"
	"strings"
	"testing"

	"github.com/heddle-nos/heddle/daemons/orchagent/feature/route"
	"github.com/heddle-nos/heddle/daemons/orchagent/fib"
	"github.com/heddle-nos/heddle/daemons/orchagent/object"
	"github.com/heddle-nos/heddle/internal/statedb"
)

func set(key string, fv ...string) statedb.KeyOp {
	op := statedb.KeyOp{Op: statedb.OpSet, Key: key}
	for i := 0; i+1 < len(fv); i += 2 {
		op.Fields = append(op.Fields, statedb.Field{Name: fv[i], Value: fv[i+1]})
	}
	return op
}

// TestApply gives a row and looks at what the table wants to do with it when
// all of Ethernet8's and Vlan100's objects exist.
func TestApply(t *testing.T) {
	pair, weighted := groupOf(1), groupOf(3)
	forward := func(k string) fib.Way { return fib.Way{Via: object.Key(k)} }
	for _, tt := range []struct {
		name string
		row  statedb.KeyOp
		want fib.Way // zero: nothing is to be done
		err  string
	}{
		{"next hop", set("20.0.0.0/8", "nexthop", "10.0.0.1", "ifname", "Ethernet8", "protocol", "static"), forward("nexthop/Ethernet8/10.0.0.1"), ""},
		{"IPv6", set("2001:db8::/32", "nexthop", "fc00::2", "ifname", "Ethernet8"), forward("nexthop/Ethernet8/fc00::2"), ""},
		{"link-local next hop", set("2001:db8::/32", "nexthop", "fe80::2", "ifname", "Vlan100"), forward("nexthop/Vlan100/fe80::2"), ""},
		{"connected", set("20.0.0.0/8", "nexthop", "0.0.0.0", "ifname", "Vlan100"), forward("rif/Vlan100"), ""},
		{"connected without next hop", set("20.0.0.0/8", "ifname", "Vlan100"), forward("rif/Vlan100"), ""},
		{"both of two", set("20.0.0.0/8", "nexthop", "10.0.0.1,10.0.0.9", "ifname", "Ethernet8,Ethernet8"), forward(pair), ""},
		{"in another order", set("20.0.0.0/8", "nexthop", "10.0.0.9,10.0.0.1", "ifname", "Ethernet8,Ethernet8", "weight", "1,1"), forward(pair), ""},
		{"weights", set("20.0.0.0/8", "nexthop", "10.0.0.1,10.0.0.9", "ifname", "Ethernet8,Ethernet8", "weight", "1,3"), forward(weighted), ""},
		{"twice the same", set("20.0.0.0/8", "nexthop", "10.0.0.1,10.0.0.1", "ifname", "Ethernet8,Ethernet8"), forward("nexthop/Ethernet8/10.0.0.1"), ""},
		{"one is connected", set("20.0.0.0/8", "nexthop", "0.0.0.0,10.0.0.1", "ifname", "Vlan100,Ethernet8"), forward("nexthop/Ethernet8/10.0.0.1"), ""},
		{"group that is not there", set("20.0.0.0/8", "nexthop", "10.0.0.1,10.0.0.8", "ifname", "Ethernet8,Ethernet8"), fib.Way{}, ""},
		{"weights differ in number", set("20.0.0.0/8", "nexthop", "10.0.0.1,10.0.0.9", "ifname", "Ethernet8,Ethernet8", "weight", "1"), fib.Way{}, "1 weights"},
		{"bad weight", set("20.0.0.0/8", "nexthop", "10.0.0.1", "ifname", "Ethernet8", "weight", "heavy"), fib.Way{}, `"heavy"`},
		{"too many", set("20.0.0.0/8", "nexthop", many(600, "10.9.%d.%d"), "ifname", many(600, "Ethernet8")), fib.Way{}, "more than 512"},
		{"one of the ASIC's", set("20.0.0.0/8", "nexthop", "1.1.1.1,10.0.0.1", "ifname", "eth0,Ethernet8"), forward("nexthop/Ethernet8/10.0.0.1"), ""},
		{"blackhole", set("20.0.0.0/8", "blackhole", "true"), fib.Way{Action: object.ActionDrop}, ""},
		{"host without length", set("20.0.0.1", "nexthop", "10.0.0.1", "ifname", "Ethernet8"), forward("nexthop/Ethernet8/10.0.0.1"), ""},
		{"VRF", set("Vrf-red:20.0.0.0/8", "nexthop", "10.0.0.1", "ifname", "Ethernet8"), forward("nexthop/Ethernet8/10.0.0.1"), ""},
		{"absent VRF", set("Vrf-blue:20.0.0.0/8", "nexthop", "10.0.0.1", "ifname", "Ethernet8"), fib.Way{}, ""},
		{"blackhole in an absent VRF", set("Vrf-blue:20.0.0.0/8", "blackhole", "true"), fib.Way{}, ""},
		{"unresolved", set("20.0.0.0/8", "nexthop", "10.0.0.7", "ifname", "Ethernet8"), fib.Way{}, ""},
		{"management", set("0.0.0.0/0", "nexthop", "192.168.0.1", "ifname", "eth0"), fib.Way{}, ""},
		{"loopback", set("10.1.0.1/32", "nexthop", "0.0.0.0", "ifname", "Loopback0"), fib.Way{}, ""},
		{"no interface", set("20.0.0.0/8", "nexthop", "10.0.0.1"), fib.Way{}, "ifname"},
		{"counts differ", set("20.0.0.0/8", "nexthop", "10.0.0.1,10.0.0.2", "ifname", "Ethernet8"), fib.Way{}, "2 next hops"},
		{"bad address", set("20.0.0.0/8", "nexthop", "10.0.0", "ifname", "Ethernet8"), fib.Way{}, `"10.0.0"`},
		{"bad prefix", set("20.0.0.0/33", "nexthop", "10.0.0.1", "ifname", "Ethernet8"), fib.Way{}, "20.0.0.0/33"},
	} {
		t.Run(tt.name, func(t *testing.T) { check(t, tt.row, tt.want, tt.err) })
	}
}

// many writes a comma list of n items.
func many(n int, format string) string {
	items := make([]string, n)
	for i := range items {
		items[i] = format
		if strings.Contains(format, "%") {
			items[i] = fmt.Sprintf(format, i/250, i%250)
		}
	}
	return strings.Join(items, ",")
}

// groupOf gives the key of the group of 10.0.0.1 and 10.0.0.9, the second with
// a weight.
func groupOf(weight uint32) string {
	t := fib.New()
	t.Set(fib.MakeKey(0, netip.MustParsePrefix("0.0.0.0/0")), t.Define([]byte("x"), fib.Spec{Members: []fib.Member{
		{Via: "nexthop/Ethernet8/10.0.0.1", Weight: 1}, {Via: "nexthop/Ethernet8/10.0.0.9", Weight: weight},
	}}))
	var key object.Key
	t.TakeGroups(func(g fib.Group) { key = g.Key })
	return string(key)
}

func check(t *testing.T, row statedb.KeyOp, want fib.Way, wantErr string) {
	t.Helper()
	tbl := fib.New()
	for _, k := range []object.Key{"nexthop/Ethernet8/10.0.0.1", "nexthop/Ethernet8/fc00::2", "nexthop/Vlan100/fe80::2", "rif/Vlan100", object.Key(groupOf(1)), object.Key(groupOf(3)), "vr/Vrf-red"} {
		tbl.Exists(k, true)
	}
	err := route.Apply(tbl, row)
	if (err != nil) != (wantErr != "") || err != nil && !strings.Contains(err.Error(), wantErr) {
		t.Fatalf("got error %v, want %q", err, wantErr)
	}
	list := tbl.Next(nil, 10)
	if want == (fib.Way{}) {
		if len(list) != 0 {
			t.Fatalf("got %v, want nothing", list)
		}
		return
	}
	if len(list) != 1 || list[0].Op != fib.OpCreate || list[0].New != want {
		t.Fatalf("got %v, want %v", list, want)
	}
	if again := route.Apply(tbl, statedb.KeyOp{Op: statedb.OpDel, Key: row.Key}); again != nil {
		t.Fatal(again)
	}
}

// FuzzApply: no row, however foul, does more than be refused.
func FuzzApply(f *testing.F) {
	f.Add("10.0.0.0/8", "10.0.0.1,fc00::1", "Ethernet8,Vlan1", "false")
	f.Add("Vrf:::/0", "", "Ethernet8", "true")
	f.Fuzz(func(t *testing.T, key, nexthop, ifname, blackhole string) {
		tbl := fib.New()
		if err := route.Apply(tbl, set(key, "nexthop", nexthop, "ifname", ifname, "blackhole", blackhole)); err != nil {
			if n := tbl.Counts().Routes; n != 0 {
				t.Errorf("refused with %v, yet %d routes are wanted", err, n)
			}
		}
	})
}

func BenchmarkApply(b *testing.B) {
	tbl := fib.New()
	row := set("20.0.0.0/8", "nexthop", "10.0.0.1", "ifname", "Ethernet8", "protocol", "static")
	b.ReportAllocs()
	for b.Loop() {
		if err := route.Apply(tbl, row); err != nil {
			b.Fatal(err)
		}
	}
}
