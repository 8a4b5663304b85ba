package speaker_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/heddle-nos/heddle/daemons/bgpview"
	"github.com/heddle-nos/heddle/daemons/routingd/speaker"
)

// table is what the router's table has: prefix to AS path of the best path.
func (r *router) table(q bgpview.Query) map[string]string {
	r.t.Helper()
	q.Ask = bgpview.AskRoutes
	out := make(map[string]string)
	err := r.speaker.Answer(r.t.Context(), q, func(a bgpview.Answer) error {
		for _, route := range a.Routes {
			out[route.Prefix] = route.Paths[0].ASPath
		}
		return nil
	})
	if err != nil {
		r.t.Fatal(err)
	}
	return out
}

// expect waits until the router has these routes from its peers.
func (r *router) expect(what string, want map[string]string) {
	r.t.Helper()
	var got map[string]string
	defer func() {
		if r.t.Failed() {
			r.t.Logf("%s: got %v, want %v", what, got, want)
		}
	}()
	wait(r.t, what, func() bool {
		got = r.table(bgpview.Query{})
		return cmp.Equal(want, got)
	})
}

// hasRoute says whether the best path of a prefix is that one.
func (r *router) hasRoute(prefix, path string) bool { return r.table(bgpview.Query{})[prefix] == path }

// clean fails the test if the speaker reports an error.
func (r *router) clean(report speaker.Report) {
	r.t.Helper()
	for _, e := range report.Errors {
		r.t.Errorf("%s|%s: %v", e.Table, e.Key, e.Err)
	}
}

// opens counts how often a peer has opened its session.
func (r *router) opens(addr string) uint64 { return r.peer(addr).State.Messages.Received.Open }

// TestPoliciesChangeWithoutReset changes policies in both directions under a session. Routes come and go, the session stays.
func TestPoliciesChangeWithoutReset(t *testing.T) {
	a, b := pair(t)
	a.clean(a.set("LOOPBACK_INTERFACE|Loopback0", "LOOPBACK_INTERFACE|Loopback0|10.1.0.1/32",
		"BGP_GLOBALS|default", "BGP_GLOBALS_AF_NETWORK|default|ipv4_unicast|192.0.2.0/24",
		"BGP_GLOBALS_AF_NETWORK|default|ipv4_unicast|198.51.100.0/24"))
	b.expect("networks", map[string]string{"10.1.0.1/32": "65001", "192.0.2.0/24": "65001", "198.51.100.0/24": "65001"})

	a.clean(a.set("PREFIX_SET|OUT mode=IPv4", "PREFIX|OUT|10|192.0.2.0/24|exact action=deny", "PREFIX|OUT|20|0.0.0.0/0|0..32 action=permit",
		"BGP_NEIGHBOR_AF|default|127.0.0.2|ipv4_unicast admin_status=up prefix_list_out=OUT"))
	b.expect("a network that is denied now is withdrawn", map[string]string{"10.1.0.1/32": "65001", "198.51.100.0/24": "65001"})

	a.clean(a.set("ROUTE_MAP_SET|TO-B", "ROUTE_MAP|TO-B|10 route_operation=permit set_asn=65001 set_repeat_asn=2 set_med=77",
		"BGP_NEIGHBOR_AF|default|127.0.0.2|ipv4_unicast admin_status=up route_map_out@=TO-B"))
	b.expect("prepended", map[string]string{
		"10.1.0.1/32": "65001 65001 65001", "192.0.2.0/24": "65001 65001 65001", "198.51.100.0/24": "65001 65001 65001",
	})

	b.clean(b.set("PREFIX_SET|IN mode=IPv4", "PREFIX|IN|10|198.51.100.0/24|exact action=permit",
		"ROUTE_MAP_SET|FROM-A", "ROUTE_MAP|FROM-A|10 route_operation=permit match_prefix_set=IN set_local_pref=300",
		"BGP_NEIGHBOR_AF|default|127.0.0.1|ipv4_unicast admin_status=up route_map_in@=FROM-A"))
	b.expect("let in", map[string]string{"198.51.100.0/24": "65001 65001 65001"})

	b.clean(b.set("BGP_NEIGHBOR_AF|default|127.0.0.1|ipv4_unicast admin_status=up filter_list_in=NONE", "AS_PATH_SET|NONE as_path_set_member@=^65099_"))
	b.expect("no path fits the list", map[string]string{})

	a.clean(a.set("AS_PATH_SET|OWN as_path_set_member@=^$",
		"BGP_NEIGHBOR_AF|default|127.0.0.2|ipv4_unicast admin_status=up filter_list_out=OWN"))
	b.clean(b.set("-BGP_NEIGHBOR_AF|default|127.0.0.1|ipv4_unicast"))
	b.expect("paths of the own AS are sent", map[string]string{"10.1.0.1/32": "65001", "192.0.2.0/24": "65001", "198.51.100.0/24": "65001"})

	a.clean(a.set("BGP_DEVICE_GLOBAL|STATE tsa_enabled=true"))
	b.expect("traffic shifted away", map[string]string{"10.1.0.1/32": "65001"})
	a.clean(a.set("BGP_DEVICE_GLOBAL|STATE tsa_enabled=false"))
	b.expect("traffic is back", map[string]string{"10.1.0.1/32": "65001", "192.0.2.0/24": "65001", "198.51.100.0/24": "65001"})

	a.clean(a.set("BGP_GLOBALS_AF_AGGREGATE_ADDR|default|ipv4_unicast|192.0.0.0/16 summary_only=true",
		"BGP_GLOBALS_AF_AGGREGATE_ADDR|default|ipv4_unicast|172.16.0.0/12"))
	b.expect("an aggregate in place of what is within; none of nothing",
		map[string]string{"10.1.0.1/32": "65001", "192.0.0.0/16": "65001", "198.51.100.0/24": "65001"})
	a.clean(a.set("-BGP_GLOBALS_AF_NETWORK|default|ipv4_unicast|192.0.2.0/24"))
	b.expect("no aggregate without a route", map[string]string{"10.1.0.1/32": "65001", "198.51.100.0/24": "65001"})

	if n := b.opens("127.0.0.1"); n != 1 || !b.established("127.0.0.1") {
		t.Errorf("the session was opened %d times, want once", n)
	}
}
