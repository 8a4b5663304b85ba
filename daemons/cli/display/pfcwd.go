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
	"github.com/heddle-nos/heddle/internal/natural"
	"github.com/heddle-nos/heddle/internal/statedb"
)

// addPFCWatchdog makes `show pfcwd`.
func addPFCWatchdog(s *session.Session, root *cobra.Command) {
	empty := false
	stats := oneASIC(command(s, "stats [queues...]", "Show pfc watchdog stats", click.Args("[queues...]"), func(ctx context.Context, v *view, args []string) error {
		return showWatchdogStats(ctx, v, args, empty)
	}))
	stats.Flags().BoolVarP(&empty, "empty", "e", false, "Show queues without events too")
	groupAt(root, "pfcwd").AddCommand(stats, oneASIC(command(s, "config [ports...]", "Show pfc watchdog config", click.Args("[ports...]"), showWatchdogConfig)))
}

func showWatchdogConfig(ctx context.Context, v *view, args []string) error {
	rows, err := v.all(ctx, statedb.ConfigDB, "PFC_WD")
	if err != nil {
		return err
	}
	names, err := v.hash(ctx, statedb.CountersDB, portNameMap)
	if err != nil {
		return err
	}
	if len(args) == 0 {
		args = slices.SortedFunc(maps.Keys(names), natural.Compare)
	}
	t := table{headers: []string{"PORT", "ACTION", "DETECTION TIME", "RESTORATION TIME", "HISTORY"}, layout: tabulate.Options{Text: tabulate.Right}}
	for _, port := range args {
		if row := rows[port]; len(row) > 0 && strings.HasPrefix(port, "Ethernet") {
			t.rows = append(t.rows, []string{port, or(row["action"], "drop"), or(row["detection_time"], "N/A"), or(row["restoration_time"], "infinite"), or(row["pfc_stat_history"], "disable")})
		}
	}
	if len(t.rows) > 0 && !v.json {
		if interval := rows["GLOBAL"]["POLL_INTERVAL"]; interval != "" {
			v.Printf("Changed polling interval to %sms\n", interval)
		}
		if mode := rows["GLOBAL"]["BIG_RED_SWITCH"]; mode != "" {
			v.Printf("BIG_RED_SWITCH status is %s\n", mode)
		}
	}
	return v.print(t)
}

// watchdogPairs are the columns of what the watchdog counted, each of two numbers.
func watchdogPairs() [][3]string {
	return [][3]string{
		{"STORM DETECTED/RESTORED", "DEADLOCK_DETECTED", "DEADLOCK_RESTORED"}, {"TX OK/DROP", "TX_PACKETS", "TX_DROPPED_PACKETS"}, {"RX OK/DROP", "RX_PACKETS", "RX_DROPPED_PACKETS"},
		{"TX LAST OK/DROP", "TX_PACKETS_LAST", "TX_DROPPED_PACKETS_LAST"}, {"RX LAST OK/DROP", "RX_PACKETS_LAST", "RX_DROPPED_PACKETS_LAST"},
	}
}

func showWatchdogStats(ctx context.Context, v *view, args []string, empty bool) error {
	names, err := v.hash(ctx, statedb.CountersDB, "COUNTERS_QUEUE_NAME_MAP")
	if err != nil {
		return err
	}
	if len(args) == 0 {
		args = slices.SortedFunc(maps.Keys(names), natural.Compare)
	}
	counters, err := v.rows(ctx, statedb.CountersDB, "COUNTERS", slices.Collect(maps.Values(names)))
	if err != nil {
		return err
	}
	t := table{headers: []string{"QUEUE", "STATUS"}, layout: tabulate.Options{Text: tabulate.Right}}
	for _, p := range watchdogPairs() {
		t.headers = append(t.headers, p[0])
	}
	for _, queue := range args {
		row, ok := counters[names[queue]]
		if !ok {
			continue
		}
		cells, some := []string{queue, or(row["PFC_WD_STATUS"], "N/A")}, empty
		for _, p := range watchdogPairs() {
			text := or(row["PFC_WD_QUEUE_STATS_"+p[1]], "0") + "/" + or(row["PFC_WD_QUEUE_STATS_"+p[2]], "0")
			some = some || text != "0/0"
			cells = append(cells, text)
		}
		if some {
			t.rows = append(t.rows, cells)
		}
	}
	return v.print(t)
}
