package rib

import (
	"fmt"
	"net/netip"
	"slices"
	"strings"
	"testing"

	"github.com/heddle-nos/heddle/yang/schema"
)

// said is what Permits says, and then all that Changes says is taken.
func said(r *RIB) string {
	var out []string
	for done := false; !done; {
		var list []Permit
		list, done = r.Permits(1)
		for _, p := range list {
			out = append(out, fmt.Sprintf("%s %t", p.Key.Prefix, p.Leaves))
		}
	}
	for done := false; !done; {
		_, done = r.Changes(10)
	}
	slices.Sort(out)
	return strings.Join(out, ", ")
}

// A prefix may leave when BGP knows it and the ASIC has it, in whatever order; it may not when the ASIC loses it.
func TestPermits(t *testing.T) {
	key := func(text string) schema.RouteKey { return schema.RouteKey{Prefix: netip.MustParsePrefix(text)} }
	paths := []Path{{NextHop: netip.MustParseAddr("10.0.0.2")}}
	r := New(8)
	expect := func(what, want string) {
		t.Helper()
		if got := said(r); got != want {
			t.Errorf("%s: said %q, want %q", what, got, want)
		}
	}
	a, b := key("20.0.0.0/24"), key("20.0.1.0/24")
	r.SetPaths(a, paths)
	expect("only BGP knows it", "")
	r.SetOffload(a, true)
	expect("the ASIC has it", "20.0.0.0/24 true")
	r.SetOffload(a, true)
	expect("once more", "")
	r.SetOffload(b, true)
	expect("only the ASIC has it", "")
	r.SetPaths(b, paths)
	expect("BGP knows it too", "20.0.1.0/24 true")
	r.SetPaths(b, nil)
	expect("BGP withdraws it itself", "")
	r.SetPaths(b, paths)
	expect("it is still in the ASIC", "")
	r.SetOffload(b, false)
	r.SetOffload(a, false)
	expect("lost", "20.0.0.0/24 false, 20.0.1.0/24 false")
	r.SetOffload(a, false)
	expect("it may have been announced before anybody asked", "20.0.0.0/24 false")
	r.ReplaceOffload(map[schema.RouteKey]bool{a: true, b: false})
	expect("read anew", "20.0.0.0/24 true")
	if got := r.Grant()[""]; len(got) != 2 {
		t.Errorf("granted %v", got)
	}
	expect("granted", "")
	r.SetOffload(b, false)
	expect("granted and lost", "20.0.1.0/24 false")
	r.SetPaths(a, nil)
	r.SetPaths(b, nil)
	r.SetOffload(a, false)
	expect("gone", "20.0.0.0/24 false")
	if n := len(r.tables[""].entries); n != 0 {
		t.Errorf("%d entries of nothing are kept", n)
	}
	r.SetPaths(a, paths)
	r.SetOffload(a, true)
	r.Revoke()
	expect("revoked", "")
}
