package speaker

import (
	"context"
	"encoding/json"
	"log/slog"
	"strings"
	"testing"

	api "github.com/osrg/gobgp/v3/api"
	"github.com/osrg/gobgp/v3/pkg/packet/bgp"
	"github.com/osrg/gobgp/v3/pkg/server"

	"github.com/heddle-nos/heddle/daemons/bgpview"
	"github.com/heddle-nos/heddle/daemons/routingd/bgpconf"
	"github.com/heddle-nos/heddle/daemons/routingd/bgptest"
	"github.com/heddle-nos/heddle/internal/statedb"
)

// Whatever attribute of a peer GoBGP lets in can be shown.
func FuzzAttribute(f *testing.F) {
	for _, a := range []bgp.PathAttributeInterface{
		bgp.NewPathAttributeOrigin(0), bgp.NewPathAttributeNextHop("10.0.0.1"), bgp.NewPathAttributeMultiExitDisc(5), bgp.NewPathAttributeLocalPref(7),
		bgp.NewPathAttributeAsPath([]bgp.AsPathParamInterface{bgp.NewAs4PathParam(bgp.BGP_ASPATH_ATTR_TYPE_CONFED_SET, []uint32{65001, 65002})}),
		bgp.NewPathAttributeCommunities([]uint32{1, 0xffffff01}), bgp.NewPathAttributeAggregator(uint32(65001), "10.0.0.1"), bgp.NewPathAttributeOriginatorId("10.0.0.1"),
		bgp.NewPathAttributeClusterList([]string{"10.0.0.1"}), bgp.NewPathAttributeLargeCommunities([]*bgp.LargeCommunity{{ASN: 1, LocalData1: 2, LocalData2: 3}}),
		bgp.NewPathAttributeExtendedCommunities([]bgp.ExtendedCommunityInterface{bgp.NewTwoOctetAsSpecificExtended(bgp.EC_SUBTYPE_ROUTE_TARGET, 65001, 100, true)}),
		bgp.NewPathAttributeMpReachNLRI("fc00::1", []bgp.AddrPrefixInterface{bgp.NewIPv6AddrPrefix(48, "2001:db8::")}),
	} {
		raw, err := a.Serialize()
		if err != nil {
			f.Fatal(err)
		}
		f.Add(raw)
	}
	f.Fuzz(func(t *testing.T, raw []byte) {
		a := bgptest.Attribute(raw)
		if a == nil {
			return
		}
		var out bgpview.Path
		attribute(&out, a)
		if _, err := json.Marshal(out); err != nil {
			t.Error(err)
		}
	})
}

// What bgpconf takes for a set, GoBGP takes too: one that it refused would keep all policies of the VRF from changing.
func FuzzSets(f *testing.F) {
	log := slog.New(slog.DiscardHandler)
	srv, stop, err := Serve(context.Background(), &api.Global{Asn: 65001, RouterId: "10.0.0.1", ListenPort: -1}, server.LoggerOption(newLogger(log)))
	if err != nil {
		f.Fatal(err)
	}
	f.Cleanup(stop)
	in := &instance{server: srv, log: log}
	for i, text := range []string{
		"65001:100,no-export", "rt:65001:100,soo:192.0.2.1:5", "_65001_,^$", "rt:4200000000:1", "65536", "encap:vxlan", "lb:65001:100", "blackhole", "internet,llgr-stale",
		"^65001_65002$", "(a|b)*", "[", "65001:.*", "rt:^.*$", "rt:65536:70000",
	} {
		f.Add(i%3, i%2 == 0, text)
	}
	f.Fuzz(func(t *testing.T, kind int, expanded bool, text string) {
		if strings.Contains(text, "\x00") || kind < 0 {
			return
		}
		table := []string{"COMMUNITY_SET", "EXTENDED_COMMUNITY_SET", "AS_PATH_SET"}[kind%3]
		field := []string{"community_member", "community_member", "as_path_set_member"}[kind%3]
		match := []string{"match_community", "match_ext_community", "match_as_path"}[kind%3]
		fields := statedb.Fields{field + "@": text, "set_type": "STANDARD"}
		if expanded {
			fields["set_type"] = "EXPANDED"
		}
		rows := make(bgpconf.Rows)
		for name, row := range map[string]statedb.Fields{
			"DEVICE_METADATA|localhost": {"bgp_asn": "65001", "bgp_router_id": "10.0.0.1"}, table + "|S": fields, "ROUTE_MAP|R|10": {"route_operation": "permit", match: "S"},
			"BGP_NEIGHBOR|default|10.0.0.2":                 {"asn": "65002"},
			"BGP_NEIGHBOR_AF|default|10.0.0.2|ipv4_unicast": {"admin_status": "up", "route_map_in@": "R", "route_map_out@": "R"},
		} {
			table, key, _ := strings.Cut(name, "|")
			rows.Set(table, key, statedb.FieldList(row))
		}
		d := bgpconf.Resolve(rows)
		if err := in.setPolicy(t.Context(), d.Instances[""], nil); err != nil {
			t.Errorf("%s %q, expanded %t: %v", table, text, expanded, err)
		}
	})
}
