package rib

import (
	"net/netip"
	"testing"

	"github.com/heddle-nos/heddle/yang/schema"
)

// Of a static route and one of BGP the one with the lower configured distance is used, by VRF, family and kind of peer.
func TestDistances(t *testing.T) {
	r := New(8)
	key := schema.RouteKey{Prefix: netip.MustParsePrefix("20.0.0.0/24")}
	r.SetLocals(Locals{
		Links: map[schema.InterfaceName]Link{"Ethernet0": {Index: 1}},
		Routes: map[schema.RouteKey]Local{
			{Prefix: netip.MustParsePrefix("10.0.0.0/24")}: {Forward: &Forward{Protocol: "connected", Hops: []Hop{{Link: "Ethernet0", Index: 1}}}},
			key: {Origin: Static, Distance: 50, Forward: &Forward{Protocol: "static", Hops: []Hop{{Via: netip.MustParseAddr("10.0.0.9"), Link: "Ethernet0", Index: 1}}}},
		},
	})
	uses := func(want string) {
		t.Helper()
		for done := false; !done; {
			_, done = r.Changes(10)
		}
		if got := r.tables[""].entries[key.Prefix].shown.Protocol; got != want {
			t.Errorf("uses %s, want %s", got, want)
		}
	}
	r.SetPaths(key, []Path{{NextHop: netip.MustParseAddr("10.0.0.2")}})
	uses("bgp") // 20
	r.SetDistances(map[Table]Distances{{}: {External: 60, Internal: 40}})
	uses("static")
	r.SetPaths(key, []Path{{NextHop: netip.MustParseAddr("10.0.0.2"), Internal: true}})
	uses("bgp")
	r.SetDistances(map[Table]Distances{{V6: true}: {External: 10, Internal: 10}})
	uses("static") // 200
}
