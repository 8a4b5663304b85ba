package fib

import (
	"maps"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/heddle-nos/heddle/daemons/orchagent/object"
)

func TestLacking(t *testing.T) {
	tbl := New()
	a, b, c := object.Key("nexthop/Ethernet0/10.0.0.1"), object.Key("nexthop/Ethernet0/10.0.0.2"), object.Key("nexthop/Ethernet4/fe80::1")
	one := tbl.Define([]byte("one"), Spec{Vias: []object.Key{a}})
	group := tbl.Define([]byte("group"), Spec{Members: []Member{{b, 1}, {c, 1}}})
	subnet := tbl.Define([]byte("subnet"), Spec{Vias: []object.Key{"rif/Ethernet0"}})
	want := map[object.Key]bool{}
	step := func(what string, change map[object.Key]bool) {
		t.Helper()
		got := map[object.Key]bool{}
		tbl.TakeLacking(func(k object.Key, lacks bool) { got[k] = lacks })
		if d := cmp.Diff(change, got); d != "" {
			t.Errorf("%s: %s", what, d)
		}
		maps.Copy(want, got)
	}
	step("nothing is wanted", map[object.Key]bool{})
	tbl.Exists(b, true)
	tbl.Set(MakeKey(0, prefix(1)), one)
	tbl.Set(MakeKey(0, prefix(2)), group)
	tbl.Set(MakeKey(0, prefix(3)), subnet)
	step("three routes", map[object.Key]bool{a: true, b: false, c: true})
	tbl.Set(MakeKey(0, prefix(4)), one)
	step("another one with the same next hop", map[object.Key]bool{})
	tbl.Exists(a, true)
	step("one is found", map[object.Key]bool{a: false})
	tbl.Exists(a, false)
	step("and lost", map[object.Key]bool{a: true})
	tbl.Set(MakeKey(0, prefix(1)), 0)
	step("one of two routes goes", map[object.Key]bool{})
	tbl.Set(MakeKey(0, prefix(4)), 0)
	tbl.Set(MakeKey(0, prefix(2)), 0)
	step("all go", map[object.Key]bool{a: false, b: false, c: false})
	tbl.Exists(a, true)
	step("nobody cares any more", map[object.Key]bool{})
}
