package display

import (
	"context"
	"maps"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/heddle-nos/heddle/daemons/cli/click"
	"github.com/heddle-nos/heddle/daemons/cli/session"
	"github.com/heddle-nos/heddle/daemons/cli/tabulate"
	"github.com/heddle-nos/heddle/daemons/commit"
	"github.com/heddle-nos/heddle/internal/natural"
	"github.com/heddle-nos/heddle/internal/statedb"
)

// addTables makes the commands that show one table each, in a way of their own.
func addTables(s *session.Session, root *cobra.Command) {
	root.AddCommand(
		command(s, "event-counters", "Show events counter", click.Args(), showEvents),
		command(s, "p4-table [table_name]", "Display all P4RT tables", click.Args("[table_name]"), showP4))
	root.AddCommand(newAutoTechsupport(s)...)
	addHealthEvents(s, root)
	groupAt(root, "kubernetes", "server").AddCommand(command(s, "status", "Show the state of the kubernetes master", click.Args(), showKubeStatus))
	groupAt(root, "runningconfiguration").AddCommand(command(s, "bgp", "Show BGP running configuration", click.Args(), func(ctx context.Context, v *view, _ []string) error {
		c, err := v.Running(ctx)
		return v.showBGP(c, err)
	}))
	groupAt(root, "startupconfiguration").AddCommand(command(s, "bgp", "Show BGP startup configuration", click.Args(), func(_ context.Context, v *view, _ []string) error {
		c, err := commit.ReadFile(v.Paths.ConfigFile())
		return v.showBGP(c, err)
	}))
}

// showBGP prints the tables that BGP runs from.
func (v *view) showBGP(c commit.Config, err error) error {
	if err != nil {
		return err
	}
	out := make(commit.Config)
	for name, rows := range c {
		if strings.HasPrefix(name, "BGP_") || strings.HasPrefix(name, "ROUTE_MAP") || strings.HasPrefix(name, "PREFIX") || name == "ROUTE_REDISTRIBUTE" {
			out[name] = rows
		}
	}
	return v.printConfig(out, nil)
}

func showEvents(ctx context.Context, v *view, _ []string) error {
	rows, err := v.all(ctx, statedb.CountersDB, "COUNTERS_EVENTS")
	if err != nil {
		return err
	}
	t := table{headers: []string{"name", "count"}, layout: tabulate.Options{Text: tabulate.Right}}
	for _, name := range slices.SortedFunc(maps.Keys(rows), natural.Compare) {
		t.rows = append(t.rows, []string{name, rows[name]["value"]})
	}
	if len(t.rows) == 0 && !v.json {
		v.Printf("No data available in COUNTERS_EVENTS\n\n")
		return nil
	}
	return v.print(t)
}

func showP4(ctx context.Context, v *view, args []string) error {
	rows, err := v.all(ctx, statedb.ApplDB, "P4RT_TABLE")
	if err != nil {
		return err
	}
	out := make(map[string]statedb.Fields)
	for key, row := range rows {
		if len(args) == 0 || strings.HasPrefix(key, args[0]) {
			out["P4RT_TABLE:"+key] = row
		}
	}
	return v.printJSON(out)
}

// newAutoTechsupport makes `show auto-techsupport`: dumps that the switch makes
// by itself when a program crashes.
func newAutoTechsupport(s *session.Session) []*cobra.Command {
	show := func(name, short, db string, read func(ctx context.Context, v *view) (table, error)) *cobra.Command {
		return command(s, name, short, click.Args(), func(ctx context.Context, v *view, _ []string) error {
			t, err := read(ctx, v)
			if err != nil {
				return err
			}
			t.layout.AllText = true
			return v.print(t)
		})
	}
	fields := func(row statedb.Fields, names ...string) []string {
		out := make([]string, len(names))
		for i, n := range names {
			out[i] = or(row[n], "N/A")
		}
		return out
	}
	global := show("global", "Show global settings", "", func(ctx context.Context, v *view) (table, error) {
		rows, err := v.all(ctx, statedb.ConfigDB, "AUTO_TECHSUPPORT")
		return table{
			headers: []string{"STATE", "RATE LIMIT INTERVAL (sec)", "MAX TECHSUPPORT LIMIT (%)", "MAX CORE LIMIT (%)", "AVAILABLE MEM THRESHOLD (%)", "MIN AVAILABLE MEM (Kb)", "SINCE"},
			rows:    [][]string{fields(rows["GLOBAL"], "state", "rate_limit_interval", "max_techsupport_limit", "max_core_limit", "available_mem_threshold", "min_available_mem", "since")},
		}, err
	})
	history := show("history", "Show dumps that were made", "", func(ctx context.Context, v *view) (table, error) {
		rows, err := v.all(ctx, statedb.StateDB, "AUTO_TECHSUPPORT_DUMP_INFO")
		t := table{headers: []string{"TECHSUPPORT DUMP", "TRIGGERED BY", "EVENT TYPE", "CORE DUMP"}}
		for _, key := range slices.SortedFunc(maps.Keys(rows), natural.Compare) {
			t.rows = append(t.rows, []string{key, rows[key]["container_name"], rows[key]["event_type"], rows[key]["core_dump"]})
		}
		return t, err
	})
	feature := show("auto-techsupport-feature", "Show settings of features", "", func(ctx context.Context, v *view) (table, error) {
		rows, err := v.all(ctx, statedb.ConfigDB, "AUTO_TECHSUPPORT_FEATURE")
		t := table{headers: []string{"FEATURE NAME", "STATE", "RATE LIMIT INTERVAL (sec)", "AVAILABLE MEM THRESHOLD (%)"}}
		for _, key := range slices.SortedFunc(maps.Keys(rows), natural.Compare) {
			t.rows = append(t.rows, append([]string{key}, fields(rows[key], "state", "rate_limit_interval", "available_mem_threshold")...))
		}
		return t, err
	})
	return []*cobra.Command{click.Group("auto-techsupport", "Show automatic dumps", global, history), feature}
}

// healthEvents are the commands about events of the ASIC's software.
func healthEvents() []listing {
	suppressed := listing{
		path: "asic-sdk-health-event suppress-configuration", short: "Show suppressed events", db: statedb.ConfigDB, table: "SUPPRESS_ASIC_SDK_HEALTH_EVENT",
		columns: []column{{"Severity", "@", "", ""}, {"Suppressed category-list", "categories", "none", ""}, {"Max events", "max_events", "unlimited", ""}},
	}
	categories := suppressed
	categories.path, categories.columns = "asic-sdk-health-event suppressed-category-list", suppressed.columns[:2]
	return []listing{suppressed, categories, {
		path: "asic-sdk-health-event received", short: "Show received events", db: statedb.StateDB, table: "ASIC_SDK_HEALTH_EVENT_TABLE",
		columns: []column{{"Date", "@", "", ""}, {"Severity", "severity", "", ""}, {"Category", "category", "", ""}, {"Description", "description", "", ""}},
	}}
}

func addHealthEvents(s *session.Session, root *cobra.Command) {
	for _, l := range healthEvents() {
		parent, name := pathBelow(root, l.path)
		cmd := command(s, name, l.short, click.Args(), func(ctx context.Context, v *view, args []string) error {
			can, err := v.rows(ctx, statedb.StateDB, "SWITCH_CAPABILITY", []string{"switch"})
			if err != nil {
				return err
			}
			if can["switch"]["ASIC_SDK_HEALTH_EVENT"] != "true" {
				return click.Fail(v.cmd, "ASIC/SDK health event is not supported on the platform")
			}
			return l.show(ctx, v, args)
		})
		cmd.Flags().StringP("namespace", "n", "", "Namespace name or all")
		parent.AddCommand(cmd)
	}
}

// clearHealthEvents takes the received events away.
func clearHealthEvents(ctx context.Context, v *view, _ []string) error {
	db, err := v.DB(statedb.StateDB)
	if err != nil {
		return err
	}
	rows, err := v.all(ctx, statedb.StateDB, "ASIC_SDK_HEALTH_EVENT_TABLE")
	if err != nil {
		return err
	}
	for key := range rows {
		if err := db.Redis().Del(ctx, db.RowKey("ASIC_SDK_HEALTH_EVENT_TABLE", key)).Err(); err != nil {
			return err
		}
	}
	return nil
}

func showKubeStatus(ctx context.Context, v *view, _ []string) error {
	rows, err := v.all(ctx, statedb.StateDB, "KUBERNETES_MASTER")
	if err != nil {
		return err
	}
	row := rows["SERVER"]
	if len(row) == 0 && !v.json {
		v.Printf("Kubernetes server has no status info\n")
		return nil
	}
	return v.print(table{
		headers: []string{"ip", "port", "connected", "update-time"}, layout: tabulate.Options{AllText: true},
		rows: [][]string{{row["ip"], row["port"], row["connected"], row["update_time"]}},
	})
}
