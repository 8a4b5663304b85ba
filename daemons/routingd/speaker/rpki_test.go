package speaker_test

import (
	"fmt"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/heddle-nos/heddle/daemons/bgpview"
	"github.com/heddle-nos/heddle/daemons/routingd/rpki/rpkitest"
)

// validations are what the RPKI says of the best paths.
func (r *router) validations() map[string]string {
	r.t.Helper()
	out := make(map[string]string)
	err := r.speaker.Answer(r.t.Context(), bgpview.Query{Ask: bgpview.AskRoutes}, func(a bgpview.Answer) error {
		for _, route := range a.Routes {
			out[route.Prefix] = route.Paths[0].Validation
		}
		return nil
	})
	if err != nil {
		r.t.Fatal(err)
	}
	return out
}

func (r *router) expectValidations(what string, want map[string]string) {
	r.t.Helper()
	var got map[string]string
	defer func() {
		if r.t.Failed() {
			r.t.Logf("%s: got %v, want %v", what, got, want)
		}
	}()
	wait(r.t, what, func() bool {
		got = r.validations()
		return cmp.Equal(want, got)
	})
}

// TestRPKI judges a neighbour's routes by what a cache says, lets in and out what policies say of that, and does so again when the cache changes its
// mind. The session stays.
func TestRPKI(t *testing.T) {
	a, b := pair(t)
	a.clean(a.set("BGP_GLOBALS|default", "BGP_GLOBALS_AF_NETWORK|default|ipv4_unicast|192.0.2.0/24", "BGP_GLOBALS_AF_NETWORK|default|ipv4_unicast|198.51.100.0/24",
		"BGP_GLOBALS_AF_NETWORK|default|ipv4_unicast|203.0.113.0/24"))
	all := map[string]string{"192.0.2.0/24": "65001", "198.51.100.0/24": "65001", "203.0.113.0/24": "65001"}
	b.expect("networks", all)
	b.expectValidations("without caches nothing is judged", map[string]string{"192.0.2.0/24": "", "198.51.100.0/24": "", "203.0.113.0/24": ""})

	cache := rpkitest.Start(t, 1, "192.0.2.0/24 24 65001", "198.51.100.0/24 24 65009", "0.0.0.0/0 0 0")
	b.clean(b.set("BGP_GLOBALS|default", fmt.Sprintf("BGP_RPKI_CACHE|default|127.0.0.1 port=%d", cache.Addr.Port())))
	b.expectValidations("judged", map[string]string{"192.0.2.0/24": "valid", "198.51.100.0/24": "invalid", "203.0.113.0/24": "invalid"})
	cache.Set("192.0.2.0/24 24 65001", "198.51.100.0/24 24 65009")
	b.expectValidations("judged again", map[string]string{"192.0.2.0/24": "valid", "198.51.100.0/24": "invalid", "203.0.113.0/24": "not-found"})

	b.clean(b.set("ROUTE_MAP_SET|IN", "ROUTE_MAP|IN|10 route_operation=deny match_rpki=invalid", "ROUTE_MAP|IN|20 route_operation=permit",
		"BGP_NEIGHBOR_AF|default|127.0.0.1|ipv4_unicast admin_status=up route_map_in@=IN"))
	b.expect("the invalid one is rejected", map[string]string{"192.0.2.0/24": "65001", "203.0.113.0/24": "65001"})
	cache.Set("192.0.2.0/24 24 65001", "203.0.113.0/24 24 65001")
	b.expect("another one is invalid", all)
	cache.Set("192.0.2.0/24 24 65001", "203.0.112.0/23 23 65001")
	b.expect("it is too long", map[string]string{"192.0.2.0/24": "65001", "198.51.100.0/24": "65001"})

	b.clean(b.set("-BGP_RPKI_CACHE|default|127.0.0.1"))
	b.expect("nothing is judged any more", all)

	a.clean(a.set(fmt.Sprintf("BGP_RPKI_CACHE|default|127.0.0.1 port=%d", cache.Addr.Port()), "ROUTE_MAP_SET|OUT", "ROUTE_MAP|OUT|10 route_operation=permit match_rpki=valid",
		"BGP_NEIGHBOR_AF|default|127.0.0.2|ipv4_unicast admin_status=up route_map_out@=OUT"))
	b.expect("what is valid goes out", map[string]string{"192.0.2.0/24": "65001"})
	cache.Set("198.51.100.0/24 24 65001")
	b.expect("what is not any more is withdrawn", map[string]string{"198.51.100.0/24": "65001"})
	if n := b.opens("127.0.0.1"); n != 1 || !b.established("127.0.0.1") {
		t.Errorf("the session was opened %d times, want once", n)
	}
}
