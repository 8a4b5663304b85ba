package interop_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/heddle-nos/heddle/daemons/bgpview"
)

// marked announces one route with all that a path can carry, and three more.
const marked = ` address-family ipv4 unicast
  network 198.51.100.0/24 route-map MARK
  network 192.0.2.0/26
  network 192.0.2.64/26
  network 192.0.2.128/26
 exit-address-family
exit
route-map MARK permit 10
 set community 65002:1 65002:2
 set large-community 65002:1:2
 set extcommunity rt 65002:100
 set metric 50
 set origin egp
`

// TestAttributes takes a route with communities of all kinds from one neighbour, changes it, and gives it to another. What is not to be
// changed arrives as it was.
func TestAttributes(t *testing.T) {
	d := newSwitch(t, device65001, "BGP_NEIGHBOR|default|10.0.0.2 asn=65002", "BGP_NEIGHBOR|default|10.0.1.2 asn=65003",
		"COMMUNITY_SET|TWO set_type=STANDARD match_action=ANY community_member@=65002:2", "PREFIX_SET|SMALL mode=IPv4", "PREFIX|SMALL|10|192.0.2.0/24|25..32 action=permit",
		"ROUTE_MAP|IN|10 route_operation=permit match_community=TWO set_local_pref=200", "ROUTE_MAP|IN|20 route_operation=permit",
		"ROUTE_MAP|OUT|10 route_operation=deny match_prefix_set=SMALL",
		"ROUTE_MAP|OUT|20 route_operation=permit set_community_inline@=65001:7 set_metric=9 set_asn=65001 set_repeat_asn=2",
		"BGP_NEIGHBOR_AF|default|10.0.0.2|ipv4_unicast admin_status=up route_map_in@=IN", "BGP_NEIGHBOR_AF|default|10.0.1.2|ipv4_unicast admin_status=up")
	startFRR(t, d.cable(0), "65002", []string{"10.0.0.1"}, marked)
	two := startFRR(t, d.cable(1), "65003", []string{"10.0.1.1"}, "")
	d.start("routingd")
	d.reach("192.0.2.0/26", "192.0.2.128/26", "192.0.2.64/26", victim)
	want := "65002:1 65002:2, 65002:1:2, 65002:100, MED 50, preference 200, EGP"
	eventually(t, "what has come", want, func() string {
		for _, r := range d.ask(bgpview.Query{Ask: bgpview.AskRoutes, Prefix: victim}).Routes {
			p := r.Paths[0]
			if p.MED == nil || p.LocalPref == nil {
				return ""
			}
			ext := strings.TrimPrefix(strings.Join(p.ExtCommunities, " "), "rt:")
			return fmt.Sprintf("%s, %s, %s, MED %d, preference %d, %s", strings.Join(p.Communities, " "), strings.Join(p.LargeCommunities, " "), ext, *p.MED, *p.LocalPref, p.Origin)
		}
		return ""
	})
	eventually(t, "passed on", "65001 65002, 65002:1 65002:2, 65002:1:2, RT:65002:100, MED <nil>, EGP", two.attributes)
	d.set("BGP_NEIGHBOR_AF|default|10.0.1.2|ipv4_unicast admin_status=up route_map_out@=OUT")
	eventually(t, "passed on with changes", "65001 65001 65001 65002, 65001:7, 65002:1:2, RT:65002:100, MED 9, EGP", two.attributes)
	eventually(t, "what the map denies", []string{victim}, func() []string {
		var list []string
		for prefix := range two.ipv4() {
			list = append(list, prefix)
		}
		slices.Sort(list)
		return list
	})
	d.set("BGP_NEIGHBOR_AF|default|10.0.1.2|ipv4_unicast admin_status=up send_community=none")
	eventually(t, "without communities", "65001 65002, , , , MED <nil>, EGP", two.attributes)
}

// attributes are those of the victim's path at FRR.
func (g *guest) attributes() string {
	g.t.Helper()
	paths, _ := g.ask("show bgp ipv4 unicast " + victim)["paths"].([]any)
	if len(paths) == 0 {
		return ""
	}
	p := paths[0].(map[string]any)
	text := func(of, field string) string {
		m, _ := p[of].(map[string]any)
		s, _ := m[field].(string)
		return s
	}
	return fmt.Sprintf("%s, %s, %s, %s, MED %v, %v", text("aspath", "string"), text("community", "string"), text("largeCommunity", "string"),
		text("extendedCommunity", "string"), p["metric"], p["origin"])
}

// TestLimits shuts a neighbour that sends too much, and one that an operator takes out of service, who says why (RFC 9003). Another comes out of
// a range.
func TestLimits(t *testing.T) {
	d := newSwitch(t, device65001, network4, "BGP_NEIGHBOR|default|10.0.0.2 asn=65002",
		"BGP_NEIGHBOR_AF|default|10.0.0.2|ipv4_unicast admin_status=up max_prefix_limit=3", "BGP_PEER_RANGE|RACK ip_range@=10.0.1.0/24 peer_asn=65003")
	one := startFRR(t, d.cable(0), "65002", []string{"10.0.0.1"}, marked)
	two := startFRR(t, d.cable(1), "65003", []string{"10.0.1.1"}, announce)
	d.start("routingd")
	d.up("10.0.1.2")
	eventually(t, "more prefixes than the limit", "more prefixes than the limit", func() string { return d.neighbor("10.0.0.2").Error })
	d.reach(victim)
	eventually(t, "the range's neighbour", map[string][]string{"203.0.113.0/24": {"65001"}, victim: {""}}, two.ipv4)
	d.set("BGP_NEIGHBOR_AF|default|10.0.0.2|ipv4_unicast admin_status=up max_prefix_limit=10")
	eventually(t, "a new limit", uint32(10), func() uint32 {
		for _, f := range d.neighbor("10.0.0.2").Families {
			return f.MaxPrefix
		}
		return 0
	})
	if got := d.ask(bgpview.Query{Ask: bgpview.DoReset, Neighbor: "10.0.0.2"}); got.Error != "" {
		t.Fatal(got.Error)
	}
	d.up("10.0.0.2")
	d.set("BGP_NEIGHBOR|default|10.0.0.2 asn=65002 admin_status=down shutdown_message=maintenance")
	eventually(t, "FRR is told why", "maintenance", func() string { return one.told("10.0.0.1") })
	d.reach(victim)
	two.Do("configure terminal", "route-map LOOP permit 10", "set as-path prepend 65001", "router bgp 65003", "address-family ipv4 unicast",
		"neighbor 10.0.1.1 route-map LOOP out")
	d.reach() // the path that was here before takes away the one that it replaces
}

// told is what a neighbour of FRR's has said with its shutdown.
func (g *guest) told(neighbor string) string {
	g.t.Helper()
	n, _ := g.ask("show bgp neighbors " + neighbor)[neighbor].(map[string]any)
	s, _ := n["lastShutdownDescription"].(string)
	return s
}
