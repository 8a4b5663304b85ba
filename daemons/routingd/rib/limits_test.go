package rib

import (
	"net/netip"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/heddle-nos/heddle/yang/schema"
)

// The best path always carries traffic, and of the others as many as the limit of the table and kind allows, now and after each change of it.
func TestLimits(t *testing.T) {
	r := New(8)
	path := func(last byte) Path { return Path{NextHop: netip.AddrFrom4([4]byte{10, 0, 0, last})} }
	r.SetLocals(Locals{
		Links: map[schema.InterfaceName]Link{"Ethernet0": {Index: 1}},
		Routes: map[schema.RouteKey]Local{
			{Prefix: netip.MustParsePrefix("10.0.0.0/24")}: {Forward: &Forward{Protocol: "connected", Hops: []Hop{{Link: "Ethernet0", Index: 1}}}},
		},
	})
	early := schema.RouteKey{Prefix: netip.MustParsePrefix("20.0.0.0/24")}
	late := schema.RouteKey{Prefix: netip.MustParsePrefix("20.0.1.0/24")}
	uses := func(key schema.RouteKey, want ...byte) {
		t.Helper()
		for done := false; !done; {
			_, done = r.Changes(10)
		}
		var got []byte
		for _, h := range r.tables[""].entries[key.Prefix].shown.Hops {
			got = append(got, h.Via.As4()[3])
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%s: %s", key.Prefix, diff)
		}
	}
	r.SetPaths(early, []Path{path(9), path(3), path(2)})
	uses(early, 2, 3, 9)
	r.SetLimits(map[Table]Limits{{}: {External: 2}, {V6: true}: {External: 1}})
	r.SetPaths(late, []Path{path(8), path(7), path(6)})
	uses(early, 2, 9)
	uses(late, 7, 8)
	r.SetLimits(map[Table]Limits{{}: {External: 1, Internal: 5}})
	uses(early, 9)
	uses(late, 8)
	r.SetPaths(early, []Path{path(4), path(3)})
	uses(early, 4)
	r.SetLimits(map[Table]Limits{{}: {Internal: 1}})
	uses(early, 3, 4)
	uses(late, 6, 7, 8)
	r.SetPaths(late, nil)
	if len(r.cut) != 0 {
		t.Errorf("%d prefixes are still cut", len(r.cut))
	}
}
