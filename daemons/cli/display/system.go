package display

import (
	"context"
	"encoding/json"
	"maps"
	"os"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/heddle-nos/heddle/daemons/cli/click"
	"github.com/heddle-nos/heddle/daemons/cli/session"
	"github.com/heddle-nos/heddle/daemons/cli/tabulate"
	"github.com/heddle-nos/heddle/internal/natural"
	"github.com/heddle-nos/heddle/internal/statedb"
)

// addSystem makes the commands about the device as a whole.
func addSystem(s *session.Session, root *cobra.Command) {
	root.AddCommand(
		newServers(s, "radius", "RADIUS", []setting{{"auth_type", "pap"}, {"retransmit", "3"}, {"timeout", "5"}, {"passkey", "<EMPTY_STRING>"}}),
		newServers(s, "tacacs", "TACPLUS", []setting{{"auth_type", "pap"}, {"timeout", "5"}, {"passkey", "<EMPTY_STRING>"}}),
		newRebootCause(s),
		newSerialConsole(s),
	)
	groupAt(root, "kubernetes").AddCommand(command(s, "labels", "Show labels of this node", click.Args(), showKubeLabels))
	groupAt(root, "chassis", "modules").AddCommand(
		command(s, "status [CHASSIS_MODULE_NAME]", "Show chassis-modules status", click.Args("[chassis_module_name]"), showModules),
		command(s, "midplane-status [CHASSIS_MODULE_NAME]", "Show chassis-modules midplane-status", click.Args("[chassis_module_name]"), showMidplane),
	)
	addReadiness(s, root)
	addSNMP(s, root)
	addSyslogLimits(s, root)
}

// setting is a field with its default.
type setting struct{ field, value string }

// newServers shows the settings of a kind of login servers and each server.
func newServers(s *session.Session, name, rows string, settings []setting) *cobra.Command {
	label := strings.ToUpper(name)
	if name == "tacacs" {
		label = "TACPLUS"
	}
	return command(s, name, "Show "+label+" configuration", click.Args(), func(ctx context.Context, v *view, _ []string) error {
		global, err := v.all(ctx, statedb.ConfigDB, rows)
		if err != nil {
			return err
		}
		servers, err := v.all(ctx, statedb.ConfigDB, rows+"_SERVER")
		if err != nil {
			return err
		}
		facts := globalSettings(global["global"], settings)
		if v.json {
			return v.printJSON(ordered{{"global", facts}, {"servers", servers}})
		}
		for _, f := range facts {
			v.Printf("%s global %s %s\n", label, f.name, f.value)
		}
		for _, address := range slices.SortedFunc(maps.Keys(servers), natural.Compare) {
			v.Printf("\n%s_SERVER address %s\n", label, address)
			for _, field := range slices.Sorted(maps.Keys(servers[address])) {
				v.Printf("               %s %s\n", field, servers[address][field])
			}
		}
		if len(servers) == 0 {
			v.Printf("\n")
		}
		return nil
	})
}

// globalSettings lists the settings with their defaults, then any others.
func globalSettings(row statedb.Fields, settings []setting) ordered {
	var facts ordered
	for _, f := range settings {
		value, ok := row[f.field]
		if !ok {
			value = f.value + " (default)"
		}
		facts = append(facts, member{f.field, value})
	}
	for _, field := range slices.Sorted(maps.Keys(row)) {
		if !slices.ContainsFunc(settings, func(f setting) bool { return f.field == field }) {
			facts = append(facts, member{field, row[field]})
		}
	}
	return facts
}

func newRebootCause(s *session.Session) *cobra.Command {
	cmd := command(s, "reboot-cause", "Show cause of most recent reboot", click.Args(), func(_ context.Context, v *view, _ []string) error {
		return showRebootCause(v)
	})
	cmd.AddCommand(command(s, "history", "Show history of reboot-cause", click.Args(), showRebootHistory))
	return cmd
}

// rebootCauseFile is where the cause of the last reboot is written at boot.
const rebootCauseFile = "/host/reboot-cause/previous-reboot-cause.json"

// showRebootCause tells the cause of the last reboot.
func showRebootCause(v *view) error {
	var last struct {
		Cause string `json:"cause"`
		User  string `json:"user"`
		Time  string `json:"time"`
	}
	data, err := os.ReadFile(rebootCauseFile)
	if err != nil || json.Unmarshal(data, &last) != nil {
		last.Cause = "" // a first boot, or a damaged file: the cause is not known
	}
	cause := or(last.Cause, "Unknown")
	switch {
	case v.json:
		return v.printJSON(ordered{{"cause", cause}, {"user", last.User}, {"time", last.Time}})
	case last.User != "" && last.User != "N/A":
		v.Printf("User issued '%s' command [User: %s, Time: %s]\n", cause, last.User, last.Time)
	default:
		v.Printf("%s\n", cause)
	}
	return nil
}

func showRebootHistory(ctx context.Context, v *view, _ []string) error {
	rows, err := v.all(ctx, statedb.StateDB, "REBOOT_CAUSE")
	if err != nil {
		return err
	}
	if len(rows) == 0 && !v.json {
		v.Printf("Reboot-cause history is not yet available in StateDB\n")
		return nil
	}
	t := table{headers: []string{"Name", "Cause", "Time", "User", "Comment"}}
	keys := slices.Sorted(maps.Keys(rows))
	slices.Reverse(keys)
	for _, k := range keys {
		row := rows[k]
		t.rows = append(t.rows, []string{k, row["cause"], row["time"], row["user"], row["comment"]})
	}
	return v.print(t)
}

func newSerialConsole(s *session.Session) *cobra.Command {
	return command(s, "serial_console", "Show serial_console configuration", click.Args(), func(ctx context.Context, v *view, _ []string) error {
		rows, err := v.all(ctx, statedb.ConfigDB, "SERIAL_CONSOLE")
		if err != nil {
			return err
		}
		row := rows["POLICIES"]
		return v.print(table{
			headers: []string{"inactivity-timeout", "sysrq-capabilities"},
			rows:    [][]string{{or(row["inactivity_timeout"], "900 <default>"), or(row["sysrq_capabilities"], "disabled <default>")}},
		})
	})
}

func showKubeLabels(ctx context.Context, v *view, _ []string) error {
	rows, err := v.all(ctx, statedb.StateDB, "KUBE_LABELS")
	if err != nil {
		return err
	}
	t := table{headers: []string{"name", "value"}}
	for _, field := range slices.Sorted(maps.Keys(rows["SET"])) {
		t.rows = append(t.rows, []string{field, rows["SET"][field]})
	}
	return v.print(t)
}

func showModules(ctx context.Context, v *view, args []string) error {
	rows, err := v.all(ctx, statedb.StateDB, "CHASSIS_MODULE_TABLE")
	if err != nil {
		return err
	}
	config, err := v.all(ctx, statedb.ConfigDB, "CHASSIS_MODULE")
	if err != nil {
		return err
	}
	t := table{headers: []string{"Name", "Description", "Physical-Slot", "Oper-Status", "Admin-Status", "Serial"}, layout: tabulate.Options{Text: tabulate.Right}}
	for _, name := range slices.SortedFunc(maps.Keys(rows), natural.Compare) {
		row := rows[name]
		if len(args) == 0 || args[0] == name {
			t.rows = append(t.rows, []string{name, row["desc"], row["slot"], row["oper_status"], or(config[name]["admin_status"], "up"), row["serial"]})
		}
	}
	if len(t.rows) == 0 && !v.json {
		v.Printf("No data available in CHASSIS_MODULE_TABLE\n\n")
		return nil
	}
	return v.print(t)
}

func showMidplane(ctx context.Context, v *view, args []string) error {
	rows, err := v.all(ctx, statedb.StateDB, "CHASSIS_MIDPLANE_TABLE")
	if err != nil {
		return err
	}
	t := table{headers: []string{"Name", "IP-Address", "Reachability"}, layout: tabulate.Options{Text: tabulate.Right}}
	for _, name := range slices.SortedFunc(maps.Keys(rows), natural.Compare) {
		if len(args) == 0 || args[0] == name {
			t.rows = append(t.rows, []string{name, rows[name]["ip_address"], rows[name]["access"]})
		}
	}
	if len(t.rows) == 0 && !v.json {
		v.Printf("No data available in CHASSIS_MIDPLANE_TABLE\n\n")
		return nil
	}
	return v.print(t)
}
