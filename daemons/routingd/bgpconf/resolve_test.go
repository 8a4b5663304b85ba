package bgpconf

import (
	"encoding/json"
	"flag"
	"fmt"
	"maps"
	"net/netip"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/rogpeppe/go-internal/txtar"
	"pgregory.net/rapid"

	"github.com/heddle-nos/heddle/internal/statedb"
)

var update = flag.Bool("update", false, "write the golden files")

// parseRows reads lines "TABLE|key field=value field='value with spaces'".
func parseRows(t testing.TB, text string) Rows {
	t.Helper()
	rows := make(Rows)
	for line := range strings.Lines(text) {
		line = strings.TrimSpace(line)
		if line == "" || strings.HasPrefix(line, "#") {
			continue
		}
		name, rest, _ := strings.Cut(line, " ")
		table, key, _ := strings.Cut(name, "|")
		fields := []statedb.Field{}
		for rest = strings.TrimSpace(rest); rest != ""; rest = strings.TrimSpace(rest) {
			var field, value string
			field, rest, _ = strings.Cut(rest, "=")
			if quoted, ok := strings.CutPrefix(rest, "'"); ok {
				value, rest, _ = strings.Cut(quoted, "'")
			} else {
				value, rest, _ = strings.Cut(rest, " ")
			}
			fields = append(fields, statedb.Field{Name: field, Value: value})
		}
		rows.Set(table, key, fields)
	}
	return rows
}

// dump writes a Desired for people to read: without what is zero.
func dump(t testing.TB, d Desired) string {
	t.Helper()
	var b strings.Builder
	for _, vrf := range slices.Sorted(maps.Keys(d.Instances)) {
		raw, err := json.Marshal(d.Instances[vrf])
		if err != nil {
			t.Fatal(err)
		}
		var tree any
		if err := json.Unmarshal(raw, &tree); err != nil {
			t.Fatal(err)
		}
		text, err := json.MarshalIndent(prune(tree), "", " ")
		if err != nil {
			t.Fatal(err)
		}
		fmt.Fprintf(&b, "instance %q %s\n", vrf, text)
	}
	for _, p := range d.Problems {
		kind := "error"
		if p.Warning {
			kind = "warning"
		}
		fmt.Fprintf(&b, "%s %s|%s: %v\n", kind, p.Table, p.Key, p.Err)
	}
	return b.String()
}

// prune leaves out what says nothing.
func prune(v any) any {
	switch v := v.(type) {
	case map[string]any:
		for k, x := range v {
			if x = prune(x); x == nil {
				delete(v, k)
			} else {
				v[k] = x
			}
		}
		if len(v) == 0 {
			return nil
		}
	case []any:
		if len(v) == 0 {
			return nil
		}
		for i := range v {
			v[i] = prune(v[i])
		}
	case string, bool, float64:
		if v == "" || v == false || v == 0.0 {
			return nil
		}
	}
	return v
}

// TestGolden resolves the rows of each file in testdata.
func TestGolden(t *testing.T) {
	files, err := filepath.Glob("testdata/*.txtar")
	if err != nil || len(files) == 0 {
		t.Fatal("no files", err)
	}
	for _, file := range files {
		t.Run(strings.TrimSuffix(filepath.Base(file), ".txtar"), func(t *testing.T) {
			a, err := txtar.ParseFile(file)
			if err != nil {
				t.Fatal(err)
			}
			got := dump(t, Resolve(parseRows(t, string(a.Files[0].Data))))
			if *update {
				a.Files = []txtar.File{a.Files[0], {Name: "desired", Data: []byte(got)}}
				if err := os.WriteFile(file, txtar.Format(a), 0o644); err != nil {
					t.Fatal(err)
				}
				return
			}
			if d := cmp.Diff(string(a.Files[1].Data), got); d != "" {
				t.Error(d)
			}
		})
	}
}

// TestSameAnswerEveryTime: maps of Go come in any order, the answer may not.
func TestSameAnswerEveryTime(t *testing.T) {
	files, err := filepath.Glob("testdata/*.txtar")
	if err != nil {
		t.Fatal(err)
	}
	for _, file := range files {
		a, err := txtar.ParseFile(file)
		if err != nil {
			t.Fatal(err)
		}
		rows := parseRows(t, string(a.Files[0].Data))
		want := dump(t, Resolve(rows))
		for range 20 {
			if d := cmp.Diff(want, dump(t, Resolve(rows))); d != "" {
				t.Fatalf("%s: %s", file, d)
			}
		}
	}
}

// TestRowsOfAnyKind gives Resolve rows with wrong keys, values and references: it always answers, and an instance it gives can run.
func TestRowsOfAnyKind(t *testing.T) {
	values := []string{"", "true", "false", "up", "down", "65001", "0", "-1", "10.0.0.1", "fc00::1", "Ethernet0", "permit", "deny", "RM", "PL",
		"internal", "external", "10.0.0.0/8", "65000:1", "^65", "(", "*", "\x00", "99999999999"}
	keys := []string{"localhost", "default", "Vrf-a", "10.0.0.1", "default|10.0.0.1", "Vrf-a|fc00::1", "default|10.0.0.1|ipv4_unicast",
		"default|ipv4_unicast", "default|ipv4_unicast|10.0.0.0/8", "RM", "RM|10", "PL", "PL|10|10.0.0.0/8|exact", "Loopback0|10.0.0.9/32",
		"Ethernet0", "default|PG", "default|PG|ipv4_unicast", "STATE", "all", "|", "||||"}
	fields := []string{"bgp_asn", "bgp_router_id", "local_asn", "router_id", "asn", "peer_type", "admin_status", "peer_group_name", "local_addr",
		"holdtime", "route_map_in@", "route_map_out@", "prefix_list_in", "filter_list_out", "route_operation", "match_prefix_set", "match_as_path",
		"set_community_inline@", "set_asn_list", "as_path_set_member@", "community_member@", "mode", "action", "ip_range@", "peer_group", "policy",
		"tsa_enabled", "ebgp_multihop", "ttl_security_hops", "send_community", "allow_as_in"}
	rapid.Check(t, func(t *rapid.T) {
		rows := make(Rows)
		rows.Set("DEVICE_METADATA", "localhost", []statedb.Field{{Name: "bgp_asn", Value: "65001"}, {Name: "bgp_router_id", Value: "1.1.1.1"}})
		for range rapid.IntRange(0, 12).Draw(t, "rows") {
			var row []statedb.Field
			for range rapid.IntRange(0, 5).Draw(t, "fields") {
				row = append(row, statedb.Field{Name: rapid.SampledFrom(fields).Draw(t, "field"), Value: rapid.SampledFrom(values).Draw(t, "value")})
			}
			rows.Set(rapid.SampledFrom(Tables()).Draw(t, "table"), rapid.SampledFrom(keys).Draw(t, "key"), row)
		}
		for vrf, in := range Resolve(rows).Instances {
			if in.ASN == 0 || !in.RouterID.Is4() {
				t.Fatalf("instance %q with AS %d and router id %v", vrf, in.ASN, in.RouterID)
			}
			for _, s := range slices.Concat(in.Policy.Import, in.Policy.Export) {
				checkSets(t, &in.Policy, s)
			}
		}
	})
}

// checkSets fails if a statement names a set that the policy does not have, or one with nothing in it, which GoBGP takes for "all".
func checkSets(t *rapid.T, p *Policy, s Statement) {
	for _, name := range []string{s.Prefixes, s.NotPrefixes} {
		if name != "" && len(p.Prefixes[name]) == 0 {
			t.Fatalf("statement %+v: no prefixes %q", s, name)
		}
	}
	for name, all := range map[string]map[string][]string{s.ASPath: p.ASPaths, s.NotASPath: p.ASPaths, s.Community: p.Communities, s.ExtComm: p.ExtCommunities} {
		if name != "" && len(all[name]) == 0 {
			t.Fatalf("statement %+v: no members of %q", s, name)
		}
	}
}

func TestStepForNetwork(t *testing.T) {
	rows := parseRows(t, `
DEVICE_METADATA|localhost bgp_asn=65001 bgp_router_id=1.1.1.1
PREFIX_SET|P mode=IPv4
PREFIX|P|10|10.0.0.0/8|8..32
ROUTE_MAP|RM|10 match_prefix_set=P set_med=5
ROUTE_MAP_SET|RM
BGP_GLOBALS_AF_NETWORK|default|ipv4_unicast|10.1.0.0/16 policy=RM
BGP_GLOBALS_AF_NETWORK|default|ipv4_unicast|192.0.2.0/24 policy=RM
`)
	d := Resolve(rows)
	if n, ok := d.Instances[""].Networks[netip.MustParsePrefix("10.1.0.0/16")]; !ok || n.MED == nil || *n.MED != 5 {
		t.Errorf("network %+v, there: %v", n, ok)
	}
	if len(d.Instances[""].Networks) != 1 || len(d.Problems) != 1 {
		t.Errorf("networks %v, problems %v", d.Instances[""].Networks, d.Problems)
	}
}
