package display

import (
	"cmp"
	"context"
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/spf13/cobra"

	"github.com/heddle-nos/heddle/daemons/cli/click"
	"github.com/heddle-nos/heddle/daemons/cli/session"
	"github.com/heddle-nos/heddle/daemons/cli/tabulate"
	"github.com/heddle-nos/heddle/internal/natural"
	"github.com/heddle-nos/heddle/internal/statedb"
)

// addPBH makes what of `show pbh` is more than a listing.
func addPBH(s *session.Session, root *cobra.Command) {
	groupAt(root, "pbh").AddCommand(
		command(s, "rule", "Show PBH rules", click.Args(), showPBHRules),
		command(s, "hash-field", "Show PBH hash fields", click.Args(), showPBHFields),
		command(s, "statistics", "Show PBH counters", click.Args(), showPBHStatistics),
	)
}

// byNumber orders keys by a number in their rows, those without one first.
func byNumber(rows map[string]statedb.Fields, field string) []string {
	return slices.SortedFunc(maps.Keys(rows), func(a, b string) int {
		x, _ := strconv.Atoi(rows[a][field]) // what is no number counts as 0
		y, _ := strconv.Atoi(rows[b][field])
		return cmp.Or(cmp.Compare(x, y), natural.Compare(a, b))
	})
}

// matchFields are what a rule can look at, in the order of the table.
func matchFields() []string {
	return []string{"gre_key", "ether_type", "ip_protocol", "ipv6_next_header", "l4_dst_port", "inner_ether_type"}
}

// showPBHRules lists the rules in the order in which a packet meets them.
func showPBHRules(ctx context.Context, v *view, _ []string) error {
	rows, err := v.all(ctx, statedb.ConfigDB, "PBH_RULE")
	if err != nil {
		return err
	}
	t := table{headers: []string{"TABLE", "RULE", "PRIORITY", "MATCH", "HASH", "ACTION", "COUNTER"}, layout: tabulate.Options{AllText: true}, lists: []string{"MATCH"}}
	keys := byNumber(rows, "priority")
	slices.Reverse(keys)
	for _, key := range keys {
		row := rows[key]
		in, name, _ := strings.Cut(key, "|")
		var match [][]string
		for _, field := range matchFields() {
			if value := row[field]; value != "" {
				match = append(match, []string{field + ":", value})
			}
		}
		t.rows = append(t.rows, []string{
			in, name, or(row["priority"], "N/A"), tabulate.Render(nil, match, tabulate.Options{Format: tabulate.Plain, AllText: true, NoHeader: true}),
			or(row["hash"], "N/A"), or(row["packet_action"], "SET_ECMP_HASH"), or(row["flow_counter"], "DISABLED"),
		})
	}
	return v.print(t)
}

// showPBHFields lists hash fields. Two with the same number are symmetric:
// they give the same hash in both directions.
func showPBHFields(ctx context.Context, v *view, _ []string) error {
	rows, err := v.all(ctx, statedb.ConfigDB, "PBH_HASH_FIELD")
	if err != nil {
		return err
	}
	shared := make(map[string]int)
	for _, row := range rows {
		shared[row["sequence_id"]]++
	}
	t := table{headers: []string{"NAME", "FIELD", "MASK", "SEQUENCE", "SYMMETRIC"}, layout: tabulate.Options{AllText: true}}
	for _, key := range byNumber(rows, "sequence_id") {
		row := rows[key]
		symmetric := "No"
		if shared[row["sequence_id"]] > 1 {
			symmetric = "Yes"
		}
		t.rows = append(t.rows, []string{key, or(row["hash_field"], "N/A"), or(row["ip_mask"], "N/A"), or(row["sequence_id"], "N/A"), symmetric})
	}
	return v.print(t)
}

// showPBHStatistics lists the rules that count.
func showPBHStatistics(ctx context.Context, v *view, _ []string) error {
	rows, err := v.all(ctx, statedb.ConfigDB, "PBH_RULE")
	if err != nil {
		return err
	}
	names, err := v.hash(ctx, statedb.CountersDB, "ACL_COUNTER_RULE_MAP")
	if err != nil {
		return err
	}
	counters, err := v.rows(ctx, statedb.CountersDB, "COUNTERS", slices.Collect(maps.Values(names)))
	if err != nil {
		return err
	}
	t := table{headers: []string{"TABLE", "RULE", "RX PACKETS COUNT", "RX BYTES COUNT"}, layout: tabulate.Options{AllText: true}}
	keys := byNumber(rows, "priority")
	slices.Reverse(keys)
	for _, key := range keys {
		if rows[key]["flow_counter"] != "ENABLED" {
			continue
		}
		in, name, _ := strings.Cut(key, "|")
		c := counters[names[in+":"+name]]
		t.rows = append(t.rows, []string{in, name, or(c["SAI_ACL_COUNTER_ATTR_PACKETS"], "0"), or(c["SAI_ACL_COUNTER_ATTR_BYTES"], "0")})
	}
	return v.print(t)
}
