package display

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"time"

	"github.com/spf13/cobra"

	"github.com/heddle-nos/heddle/daemons/cli/click"
	"github.com/heddle-nos/heddle/daemons/cli/session"
	"github.com/heddle-nos/heddle/daemons/cli/tabulate"
	"github.com/heddle-nos/heddle/internal/statedb"
)

// savedSwitch is the kind of the switch's counters.
const savedSwitch = "switch"

// addSwitch makes `show switch`: what the ASIC counts and can do as a whole.
func addSwitch(s *session.Session, root *cobra.Command) {
	counters := newSwitchCounters(s, "counters", "Show switch counters", false)
	counters.AddCommand(newSwitchCounters(s, "all", "Show switch all stats", false), newSwitchCounters(s, "trim", "Show switch trimming stats", false),
		newSwitchCounters(s, "detailed", "Show switch detailed stats", true))
	groupAt(root, "switch").AddCommand(counters, oneASIC(command(s, "capabilities", "Show switch capabilities", click.Args(), showSwitchCapabilities)))
}

func newSwitchCounters(s *session.Session, name, short string, detailed bool) *cobra.Command {
	period := 0
	cmd := oneASIC(command(s, name, short, click.Args(), func(ctx context.Context, v *view, _ []string) error {
		return showSwitchCounters(ctx, v, time.Duration(period)*time.Second, detailed)
	}))
	cmd.Flags().IntVarP(&period, "period", "p", 0, "Display stats over a specified period (in seconds)")
	return cmd
}

// switchCounts are the counters of the ASIC.
func (v *view) switchCounts(ctx context.Context) (map[string]string, error) {
	names, err := v.hash(ctx, statedb.CountersDB, "COUNTERS_SWITCH_NAME_MAP")
	if err != nil || names["ASIC"] == "" {
		return nil, err
	}
	rows, err := v.rows(ctx, statedb.CountersDB, "COUNTERS", []string{names["ASIC"]})
	return rows[names["ASIC"]], err
}

// switchCount gives one counter since a zero point.
func switchCount(now, base map[string]string, stat string) string {
	if now[stat] == "" {
		return "N/A"
	}
	return grouped(growth(now, base, stat))
}

func showSwitchCounters(ctx context.Context, v *view, period time.Duration, detailed bool) error {
	saved := v.saved(savedSwitch)
	base := saved.Names["ASIC"]
	if period > 0 {
		if !v.json {
			v.Printf("The switch stats are calculated within %d seconds period\n", int(period.Seconds()))
		}
		first, err := v.switchCounts(ctx)
		if err != nil {
			return err
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(period):
		}
		base = first
	}
	now, err := v.switchCounts(ctx)
	if err != nil {
		return err
	}
	sent, dropped := switchCount(now, base, "SAI_SWITCH_STAT_TX_TRIM_PACKETS"), switchCount(now, base, "SAI_SWITCH_STAT_DROPPED_TRIM_PACKETS")
	switch {
	case v.json:
		return v.printJSON(ordered{{"trim_drop", dropped}, {"trim_sent", sent}})
	case detailed:
		v.Printf("Trimmed Sent Packets........................... %s\nTrimmed Dropped Packets........................ %s\n", sent, dropped)
		if !saved.Time.IsZero() {
			v.Printf("\nTime Since Counters Last Cleared............... %s\n", saved.text())
		}
		return nil
	}
	return v.print(table{headers: []string{"TrimSent/pkts", "TrimDrop/pkts"}, rows: [][]string{{sent, dropped}}, layout: tabulate.Options{Text: tabulate.Right}})
}

// clearSwitch remembers what the ASIC has counted.
func clearSwitch(ctx context.Context, v *view, _ []string) error {
	now, err := v.switchCounts(ctx)
	if err != nil {
		return err
	}
	if err := v.keep(savedSwitch, map[string]map[string]string{"ASIC": now}); err != nil {
		return fmt.Errorf("clear switch counters: %w", err)
	}
	v.Printf("Cleared switch counters\n")
	return nil
}

func showSwitchCapabilities(ctx context.Context, v *view, _ []string) error {
	rows, err := v.rows(ctx, statedb.StateDB, "SWITCH_CAPABILITY", []string{"switch"})
	if err != nil {
		return err
	}
	row := rows["switch"]
	switch {
	case len(row) == 0:
		return click.Fail(v.cmd, "No data is present in STATE DB")
	case v.json:
		return v.printJSON(row)
	}
	t := table{headers: []string{"Capability", "Value"}, layout: tabulate.Options{Format: tabulate.Grid}}
	for _, name := range slices.Sorted(maps.Keys(row)) {
		t.rows = append(t.rows, []string{name, row[name]})
	}
	return v.print(t)
}
