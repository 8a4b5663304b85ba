package interop_test

import (
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/heddle-nos/heddle/daemons/bgpview"
)

const announce = ` address-family ipv4 unicast
  network 198.51.100.0/24
 exit-address-family
`

// TestPathsOfAS connects two sites of one AS, whose paths are not theirs to take without as-override and allowas-in; and shows another AS
// to one of them.
func TestPathsOfAS(t *testing.T) {
	d := newSwitch(t, device65001, "BGP_NEIGHBOR|default|10.0.0.2 asn=65002", "BGP_NEIGHBOR|default|10.0.1.2 asn=65002",
		"BGP_NEIGHBOR_AF|default|10.0.1.2|ipv4_unicast admin_status=up as_override=true")
	one := startFRR(t, d.cable(0), "65002", []string{"10.0.0.1"}, announce)
	two := startFRR(t, d.cable(1), "65002", []string{"10.0.1.1"}, " address-family ipv4 unicast\n  network 192.0.2.0/24\n exit-address-family\n")
	d.start("routingd")
	d.up("10.0.0.2", "10.0.1.2")
	eventually(t, "as-override at the second site", map[string][]string{"192.0.2.0/24": {""}, "198.51.100.0/24": {"65001 65001"}}, two.ipv4)
	eventually(t, "no override at the first", map[string][]string{"198.51.100.0/24": {""}}, one.ipv4)

	d.set("-BGP_NEIGHBOR_AF|default|10.0.1.2|ipv4_unicast")
	eventually(t, "no override at the second", map[string][]string{"192.0.2.0/24": {""}}, two.ipv4)
	one.Do("configure terminal", "route-map LOOP permit 10", "set as-path prepend 65001", "router bgp 65002", "address-family ipv4 unicast",
		"neighbor 10.0.0.1 route-map LOOP out")
	d.reach("192.0.2.0/24")
	d.set("BGP_NEIGHBOR_AF|default|10.0.0.2|ipv4_unicast admin_status=up allow_as_in=true allow_as_count=1")
	d.reach("192.0.2.0/24", "198.51.100.0/24")

	two.Do("configure terminal", "router bgp 65002", "neighbor 10.0.1.1 remote-as 64999")
	d.set("BGP_NEIGHBOR|default|10.0.1.2 asn=65002 local_asn=64999 local_as_no_prepend=true local_as_replace_as=true",
		"BGP_NEIGHBOR_AF|default|10.0.1.2|ipv4_unicast admin_status=up as_override=true", network4)
	eventually(t, "another AS", []string{"64999"}, func() []string { return two.ipv4()["203.0.113.0/24"] })
}

// TestReflector has two internal neighbours learn from each other (RFC 4456).
func TestReflector(t *testing.T) {
	d := newSwitch(t, "BGP_GLOBALS|default local_asn=65001 router_id=10.255.0.1 rr_cluster_id=10.255.0.9")
	for _, n := range []string{"10.0.0.2", "10.0.1.2"} {
		d.set("BGP_NEIGHBOR|default|"+n+" peer_type=internal", "BGP_NEIGHBOR_AF|default|"+n+"|ipv4_unicast admin_status=up rrclient=true")
	}
	startFRR(t, d.cable(0), "65001", []string{"10.0.0.1"}, " bgp router-id 10.255.0.7\n"+announce)
	two := startFRR(t, d.cable(1), "65001", []string{"10.0.1.1"}, "")
	d.start("routingd")
	d.up("10.0.0.2", "10.0.1.2")
	eventually(t, "the reflected route", map[string][]string{"198.51.100.0/24": {""}}, two.ipv4)
	var got struct{ originator, cluster any }
	path := two.ask("show bgp ipv4 unicast 198.51.100.0/24")["paths"].([]any)[0].(map[string]any)
	got.originator = path["originatorId"]
	if list, ok := path["clusterList"].(map[string]any); ok {
		got.cluster = list["list"].([]any)[0]
	}
	if got.originator != "10.255.0.7" || got.cluster != "10.255.0.9" {
		t.Errorf("originator %v, cluster %v: %v", got.originator, got.cluster, path)
	}
}

// TestConfederation is one AS of three (RFC 5065): a neighbour in another member, and one outside.
func TestConfederation(t *testing.T) {
	d := newSwitch(t, "BGP_GLOBALS|default local_asn=65001 router_id=10.255.0.1 confed_id=100 confed_peers@=65002", network4,
		"BGP_NEIGHBOR|default|10.0.0.2 asn=65002", "BGP_NEIGHBOR|default|10.0.1.2 asn=65003")
	member := startFRR(t, d.cable(0), "65002", []string{"10.0.0.1"}, " bgp confederation identifier 100\n bgp confederation peers 65001\n"+announce)
	outside := startFRR(t, d.cable(1), "65003", []string{"10.0.1.1"}, " neighbor $P remote-as 100\n")
	d.start("routingd")
	d.up("10.0.0.2", "10.0.1.2")
	eventually(t, "in the other member", map[string][]string{"198.51.100.0/24": {""}, "203.0.113.0/24": {"(65001)"}}, member.ipv4)
	eventually(t, "outside", map[string][]string{"198.51.100.0/24": {"100"}, "203.0.113.0/24": {"100"}}, outside.ipv4)
	eventually(t, "here", []string{"(65002)"}, func() []string { return d.paths("", "")["198.51.100.0/24"] })
}

// TestAddPath has two paths of a prefix go over one session (RFC 7911), in and out.
func TestAddPath(t *testing.T) {
	d := newSwitch(t, device65001, "BGP_NEIGHBOR|default|10.0.0.2 asn=65002", "BGP_NEIGHBOR|default|10.0.1.2 asn=65003", "BGP_NEIGHBOR|default|10.0.2.2 asn=65004",
		"BGP_NEIGHBOR_AF|default|10.0.2.2|ipv4_unicast admin_status=up tx_add_paths=tx_all_paths")
	startFRR(t, d.cable(0), "65002", []string{"10.0.0.1"}, announce)
	startFRR(t, d.cable(1), "65003", []string{"10.0.1.1"}, announce)
	three := startFRR(t, d.cable(2), "65004", []string{"10.0.2.1"}, ` address-family ipv4 unicast
  neighbor $P addpath-tx-all-paths
 exit-address-family
`)
	d.start("routingd")
	d.up("10.0.0.2", "10.0.1.2", "10.0.2.2")
	sorted := func(list []string) []string { slices.Sort(list); return list }
	eventually(t, "both paths sent", []string{"65001 65002", "65001 65003"}, func() []string { return sorted(three.ipv4()["198.51.100.0/24"]) })

	// FRR sends all that it has to whom it has it from, too: each path with an id of its own.
	eventually(t, "both paths come", []string{"65004 65001 65002", "65004 65001 65003"}, func() []string {
		ids := make(map[uint32]string)
		for _, r := range d.ask(bgpview.Query{Ask: bgpview.AskRoutes, Neighbor: "10.0.2.2", Table: bgpview.TableReceived}).Routes {
			for _, p := range r.Paths {
				ids[p.PathID] = p.ASPath
			}
		}
		delete(ids, 0) // no id
		return slices.Sorted(maps.Values(ids))
	})
}

// TestEVPN negotiates the family with FRR beside IPv4; commands show it.
func TestEVPN(t *testing.T) {
	d := newSwitch(t, device65001, "BGP_NEIGHBOR|default|10.0.0.2 asn=65002", "BGP_NEIGHBOR_AF|default|10.0.0.2|ipv4_unicast admin_status=up",
		"BGP_NEIGHBOR_AF|default|10.0.0.2|l2vpn_evpn admin_status=up")
	peer := startFRR(t, d.cable(0), "65002", []string{"10.0.0.1"}, announce+" address-family l2vpn evpn\n  neighbor $P activate\n exit-address-family\n")
	d.start("routingd")
	d.reach("198.51.100.0/24")
	var families []string
	for _, f := range d.neighbor("10.0.0.2").Families {
		if f.Negotiated {
			families = append(families, string(f.Family))
		}
	}
	if want := []string{"ipv4_unicast", "l2vpn_evpn"}; !slices.Equal(families, want) {
		t.Errorf("negotiated %v, want %v", families, want)
	}
	text := d.show("bgp", "neighbors", "10.0.0.2")
	if _, evpn, ok := strings.Cut(text, "For address family: L2VPN EVPN"); !ok || strings.Contains(evpn, "Not negotiated") {
		t.Errorf("show says %s", text)
	}
	summary := peer.ask("show bgp l2vpn evpn summary")
	peers, _ := summary["peers"].(map[string]any)
	of, _ := peers["10.0.0.1"].(map[string]any)
	if of["state"] != "Established" {
		t.Errorf("FRR says %v", summary)
	}
}
