package display

import (
	"cmp"
	"context"
	"slices"
	"strconv"
	"strings"

	"github.com/heddle-nos/heddle/internal/natural"
	"github.com/heddle-nos/heddle/internal/statedb"
	"github.com/heddle-nos/heddle/yang/schema"
)

// clause is a field of ROUTE_MAP as the terms of routers have it.
type clause struct{ field, text string }

var matchClauses = []clause{
	{"match_prefix_set", "ip address prefix-list"}, {"match_ipv6_prefix_set", "ipv6 address prefix-list"},
	{"match_next_hop_set", "ip next-hop prefix-list"}, {"match_as_path", "as-path"}, {"match_community", "community"},
	{"match_ext_community", "extcommunity"}, {"match_neighbor@", "peer"}, {"match_origin", "origin"}, {"match_interface", "interface"},
	{"match_local_pref", "local-preference"}, {"match_med", "metric"}, {"match_protocol", "source-protocol"},
	{"match_src_vrf", "source-vrf"}, {"match_tag", "tag"},
}

var setClauses = []clause{
	{"set_next_hop", "ip next-hop"}, {"set_ipv6_next_hop_global", "ipv6 next-hop global"},
	{"set_ipv6_next_hop_prefer_global", "ipv6 next-hop prefer-global"}, {"set_local_pref", "local-preference"},
	{"set_med", "metric"}, {"set_metric", "metric"}, {"set_origin", "origin"}, {"set_asn_list", "as-path prepend"},
	{"set_community_inline@", "community"}, {"set_community_ref", "community"}, {"set_ext_community_inline@", "extcommunity"},
	{"set_ext_community_ref", "extcommunity"}, {"set_tag", "tag"},
}

// showRouteMaps shows route maps as CONFIG_DB has them.
func showRouteMaps(ctx context.Context, v *view, args []string) error {
	rows, err := v.all(ctx, statedb.ConfigDB, schema.TableRouteMap)
	if err != nil {
		return err
	}
	last := ""
	for _, key := range numbered(rows) {
		name, seq, _ := strings.Cut(key, schema.ConfigSeparator)
		if len(args) > 0 && name != args[0] {
			continue
		}
		if last == "" {
			v.Printf("BGP:\n")
		}
		if name != last {
			v.Printf("route-map: %s\n", name)
			last = name
		}
		row := rows[key]
		v.Printf(" %s, sequence %s\n", or(row["route_operation"], "permit"), seq)
		v.Printf("  Match clauses:\n")
		v.clauses(row, matchClauses)
		v.Printf("  Set clauses:\n")
		if asn := row["set_asn"]; asn != "" {
			n, err := strconv.Atoi(row["set_repeat_asn"])
			if err != nil || n < 1 || n > 255 {
				n = 1
			}
			v.Printf("    as-path prepend %s\n", strings.Join(slices.Repeat([]string{asn}, n), " "))
		}
		v.clauses(row, setClauses)
		v.Printf("  Call clause:\n")
		if call := row["call_route_map"]; call != "" {
			v.Printf("    Call %s\n", call)
		}
		v.Printf("  Action:\n    Exit routemap\n")
	}
	return nil
}

func (v *view) clauses(row statedb.Fields, list []clause) {
	for _, c := range list {
		if value := or(row[c.field], row[strings.TrimSuffix(c.field, "@")]); value != "" {
			v.Printf("    %s %s\n", c.text, strings.ReplaceAll(value, ",", " "))
		}
	}
}

// numbered orders keys "name|number".
func numbered(rows map[string]statedb.Fields) []string {
	keys := make([]string, 0, len(rows))
	for key := range rows {
		keys = append(keys, key)
	}
	slices.SortFunc(keys, natural.Compare)
	return keys
}

// listed is an entry of a list of prefixes.
type listed struct {
	seq  int
	text string
}

// prefixLists are the lists of a family.
type prefixLists struct{ six bool }

// show shows the lists of PREFIX_SET and PREFIX_LIST.
func (p prefixLists) show(ctx context.Context, v *view, args []string) error {
	lists := make(map[string][]listed)
	for table, parse := range map[string]func(string, statedb.Fields) (string, listed, bool){
		schema.TablePrefix: prefixOfSet, schema.TablePrefixList: prefixOfList,
	} {
		rows, err := v.all(ctx, statedb.ConfigDB, table)
		if err != nil {
			return err
		}
		for key, row := range rows {
			name, e, ok := parse(key, row)
			if ok && strings.Contains(e.text, ":") == p.six && (len(args) == 0 || args[0] == name) {
				lists[name] = append(lists[name], e)
			}
		}
	}
	word := "ip"
	if p.six {
		word = "ipv6"
	}
	names := make([]string, 0, len(lists))
	for name := range lists {
		names = append(names, name)
	}
	slices.SortFunc(names, natural.Compare)
	for _, name := range names {
		slices.SortFunc(lists[name], func(a, b listed) int { return cmp.Or(cmp.Compare(a.seq, b.seq), natural.Compare(a.text, b.text)) })
		v.Printf("BGP: %s prefix-list %s: %d entries\n", word, name, len(lists[name]))
		for _, e := range lists[name] {
			v.Printf("   seq %d %s\n", e.seq, e.text)
		}
	}
	return nil
}

// prefixOfSet reads a row of PREFIX: "set|10|10.0.0.0/8|16..24".
func prefixOfSet(key string, row statedb.Fields) (string, listed, bool) {
	parts := strings.Split(key, schema.ConfigSeparator)
	seq := 0
	if len(parts) == 4 {
		seq, _ = strconv.Atoi(parts[1])
		parts = slices.Delete(parts, 1, 2)
	}
	if len(parts) != 3 {
		return "", listed{}, false
	}
	text := or(row["action"], "permit") + " " + parts[1]
	if low, high, ok := strings.Cut(parts[2], ".."); ok {
		if _, bits, _ := strings.Cut(parts[1], "/"); low != bits {
			text += " ge " + low
		}
		text += " le " + high
	}
	return parts[0], listed{seq, text}, true
}

// prefixOfList reads a row of PREFIX_LIST: "name|10.0.0.0/8" with ge and le.
func prefixOfList(key string, row statedb.Fields) (string, listed, bool) {
	name, prefix, ok := strings.Cut(key, schema.ConfigSeparator)
	seq, _ := strconv.Atoi(row["seq"])
	text := or(row["action"], "permit") + " " + prefix
	for _, field := range []string{"ge", "le"} {
		if row[field] != "" {
			text += " " + field + " " + row[field]
		}
	}
	return name, listed{seq, text}, ok
}
