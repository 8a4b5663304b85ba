package display

import (
	"context"
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/spf13/cobra"

	"github.com/heddle-nos/heddle/daemons/cli/click"
	"github.com/heddle-nos/heddle/daemons/cli/session"
	"github.com/heddle-nos/heddle/internal/natural"
	"github.com/heddle-nos/heddle/internal/statedb"
)

// addACL makes the commands about access lists and what their rules lead to.
func addACL(s *session.Session, root *cobra.Command) {
	groupAt(root, "acl").AddCommand(
		command(s, "table [table_name]", "Show existing ACL tables", click.Args("[table_name]"), showACLTables),
		command(s, "rule [table_name] [rule_id]", "Show existing ACL rules", click.Args("[table_name]", "[rule_id]"), showACLRules))
	root.AddCommand(
		command(s, "mirror_session [session_name]", "Show existing everflow sessions", click.Args("[session_name]"), showMirrors),
		listing{
			short: "Show existing policers", db: statedb.ConfigDB, table: "POLICER", by: "[policer_name]",
			columns: []column{{"Name", "@", "", ""}, {"Type", "meter_type", "", ""}, {"Mode", "mode", "", ""}, {"CIR", "cir", "", ""}, {"CBS", "cbs", "", ""}},
		}.command(s, "policer"))
}

// named tells whether a key is what an optional argument asks for.
func named(args []string, i int, name string) bool { return len(args) <= i || args[i] == name }

// list gives the values of a list-valued field.
func list(row statedb.Fields, field string) []string {
	values := listOf(row[field+"@"])
	slices.SortFunc(values, natural.Compare)
	return values
}

func showACLTables(ctx context.Context, v *view, args []string) error {
	rows, err := v.all(ctx, statedb.ConfigDB, "ACL_TABLE")
	if err != nil {
		return err
	}
	state, err := v.all(ctx, statedb.StateDB, "ACL_TABLE_TABLE")
	if err != nil {
		return err
	}
	t := table{headers: []string{"Name", "Type", "Binding", "Description", "Stage", "Status"}}
	for _, name := range slices.SortedFunc(maps.Keys(rows), natural.Compare) {
		if !named(args, 0, name) {
			continue
		}
		row := rows[name]
		bound := list(row, "ports")
		if strings.EqualFold(row["type"], "CTRLPLANE") {
			bound = list(row, "services")
		}
		if len(bound) == 0 {
			bound = []string{""}
		}
		t.rows = append(t.rows, []string{
			name, or(row["type"], "N/A"), bound[0], row["policy_desc"], or(strings.ToLower(row["stage"]), "ingress"), or(state[name]["status"], "N/A"),
		})
		for _, b := range bound[1:] {
			t.rows = append(t.rows, []string{"", "", b, "", "", ""})
		}
	}
	return v.print(t)
}

// showACLRules shows the rules, the most important ones first, one match a line.
func showACLRules(ctx context.Context, v *view, args []string) error {
	rows, err := v.all(ctx, statedb.ConfigDB, "ACL_RULE")
	if err != nil {
		return err
	}
	state, err := v.all(ctx, statedb.StateDB, "ACL_RULE_TABLE")
	if err != nil {
		return err
	}
	rules := pairs(rows)
	keys := slices.SortedFunc(maps.Keys(rules), func(a, b [2]string) int { return natural.Compare(a[0]+"|"+a[1], b[0]+"|"+b[1]) })
	slices.SortStableFunc(keys, func(a, b [2]string) int { return priority(rules[b]) - priority(rules[a]) })
	t := table{headers: []string{"Table", "Rule", "Priority", "Action", "Match", "Status"}}
	for _, key := range keys {
		if !named(args, 0, key[0]) || !named(args, 1, key[1]) {
			continue
		}
		matches := ruleMatches(rules[key])
		t.rows = append(t.rows, []string{
			key[0], key[1], or(rules[key]["PRIORITY"], "N/A"), ruleAction(rules[key]), matches[0], or(state[key[0]+"|"+key[1]]["status"], "N/A"),
		})
		for _, m := range matches[1:] {
			t.rows = append(t.rows, []string{"", "", "", "", m, ""})
		}
	}
	return v.print(t)
}

func priority(rule statedb.Fields) int {
	n, err := strconv.Atoi(rule["PRIORITY"])
	if err != nil {
		return -1 // a rule without a priority comes last
	}
	return n
}

// ruleActions says how a rule's action is told, by its field.
func ruleActions() map[string]string {
	return map[string]string{
		"PACKET_ACTION": "", "REDIRECT_ACTION": "REDIRECT: ", "MIRROR_ACTION": "MIRROR INGRESS: ",
		"MIRROR_INGRESS_ACTION": "MIRROR INGRESS: ", "MIRROR_EGRESS_ACTION": "MIRROR EGRESS: ",
	}
}

func ruleAction(rule statedb.Fields) string {
	for field, prefix := range ruleActions() {
		if value, ok := rule[field]; ok {
			return prefix + value
		}
	}
	return ""
}

// ruleMatches lists what a rule looks at.
func ruleMatches(rule statedb.Fields) []string {
	var out []string
	for _, field := range slices.Sorted(maps.Keys(rule)) {
		if _, action := ruleActions()[field]; action || field == "PRIORITY" {
			continue
		}
		name, isList := strings.CutSuffix(field, "@")
		value := rule[field]
		if isList {
			value = strings.Join(list(rule, name), ",")
		}
		out = append(out, name+": "+value)
	}
	if len(out) == 0 {
		return []string{"N/A"}
	}
	return out
}

func showMirrors(ctx context.Context, v *view, args []string) error {
	rows, err := v.all(ctx, statedb.ConfigDB, "MIRROR_SESSION")
	if err != nil {
		return err
	}
	state, err := v.all(ctx, statedb.StateDB, "MIRROR_SESSION_TABLE")
	if err != nil {
		return err
	}
	remote := table{headers: []string{
		"Name", "Status", "SRC IP", "DST IP", "GRE", "DSCP", "TTL", "Queue", "Policer", "Monitor Port", "SRC Port", "Direction", "Sample Rate", "Truncate Size",
	}}
	local := table{headers: []string{"Name", "Status", "DST Port", "SRC Port", "Direction", "Queue", "Policer"}}
	for _, name := range slices.SortedFunc(maps.Keys(rows), natural.Compare) {
		if !named(args, 0, name) {
			continue
		}
		row, status := rows[name], "error" // what no daemon has taken up
		if s, ok := state[name]; ok {
			status = or(s["status"], "inactive")
		}
		direction := strings.ToLower(row["direction"])
		if row["type"] == "SPAN" {
			local.rows = append(local.rows, []string{name, status, row["dst_port"], row["src_port"], direction, row["queue"], row["policer"]})
			continue
		}
		remote.rows = append(remote.rows, []string{
			name, status, row["src_ip"], row["dst_ip"], row["gre_type"], row["dscp"], row["ttl"], row["queue"], row["policer"],
			state[name]["monitor_port"], row["src_port"], direction, row["sample_rate"], row["truncate_size"],
		})
	}
	if v.json {
		return v.printJSON(ordered{{"ERSPAN", objects(remote)}, {"SPAN", objects(local)}})
	}
	if err := v.titled("ERSPAN Sessions", remote); err != nil {
		return err
	}
	return v.titled("\nSPAN Sessions", local)
}
