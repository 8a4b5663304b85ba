package display

import (
	"context"
	"maps"
	"slices"

	"github.com/spf13/cobra"

	"github.com/heddle-nos/heddle/daemons/cli/click"
	"github.com/heddle-nos/heddle/daemons/cli/session"
	"github.com/heddle-nos/heddle/internal/natural"
	"github.com/heddle-nos/heddle/internal/statedb"
	"github.com/heddle-nos/heddle/yang/schema"
)

// addWarmRestart makes `show warm_restart`: which modules restart without
// interrupting traffic, and how far they are.
func addWarmRestart(s *session.Session, root *cobra.Command) {
	groupAt(root, "warm_restart").AddCommand(
		listing{
			short: "Show warm restart state", db: statedb.StateDB, table: schema.StateTableWarmRestart,
			columns: []column{{"name", "@", "", ""}, {"restore_count", "restore_count", "", ""}, {"state", "state", "", ""}},
		}.command(s, "state"),
		command(s, "config", "Show warm restart config", click.Args(), showWarmConfig))
}

func showWarmConfig(ctx context.Context, v *view, _ []string) error {
	config, err := v.all(ctx, statedb.ConfigDB, "WARM_RESTART")
	if err != nil {
		return err
	}
	enabled, err := v.all(ctx, statedb.StateDB, "WARM_RESTART_ENABLE_TABLE")
	if err != nil {
		return err
	}
	modules := maps.Clone(config)
	for name := range enabled {
		if _, ok := modules[name]; !ok {
			modules[name] = nil
		}
	}
	t := table{headers: []string{"name", "enable", "timer_name", "timer_duration", "eoiu_enable", "eoiu_hold_timer"}}
	for _, name := range slices.SortedFunc(maps.Keys(modules), natural.Compare) {
		row, timer := modules[name], ""
		for _, field := range []string{"neighsyncd_timer", "bgp_timer", "teamsyncd_timer"} {
			if row[field] != "" {
				timer = field
			}
		}
		t.rows = append(t.rows, []string{
			name, or(enabled[name]["enable"], "false"), or(timer, "NULL"), or(row[timer], "NULL"), or(row["bgp_eoiu"], "NULL"), or(row["eoiu_hold_timer"], "NULL"),
		})
	}
	return v.print(t)
}
