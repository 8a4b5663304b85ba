package display

import (
	"context"
	"maps"
	"slices"
	"strconv"
	"time"

	"github.com/spf13/cobra"

	"github.com/heddle-nos/heddle/daemons/cli/click"
	"github.com/heddle-nos/heddle/daemons/cli/session"
	"github.com/heddle-nos/heddle/daemons/cli/tabulate"
	"github.com/heddle-nos/heddle/internal/natural"
	"github.com/heddle-nos/heddle/internal/statedb"
)

// pfcPriorities is how many priorities can be paused (IEEE 802.1Q clause 36).
const pfcPriorities = 8

// addPFCCounters makes `show pfc counters`.
func addPFCCounters(s *session.Session, root *cobra.Command) {
	history := false
	cmd := command(s, "counters", "Show pfc counters", click.Args(), func(ctx context.Context, v *view, _ []string) error {
		if history {
			return showPFCHistory(ctx, v)
		}
		return showPFCCounters(ctx, v)
	})
	cmd.Flags().BoolVar(&history, "history", false, "Display historical PFC statistics")
	groupAt(root, "pfc").AddCommand(cmd)
}

// showPFCCounters shows the pause frames of each priority, received and sent.
func showPFCCounters(ctx context.Context, v *view) error {
	now, err := v.readCounters(ctx, portNameMap)
	if err != nil {
		return err
	}
	base := v.saved(savedPFC)
	out := ordered{}
	for i, way := range []string{"Rx", "Tx"} {
		t := pfcTable(now, base, way)
		if v.json {
			out = append(out, member{way, objects(t)})
			continue
		}
		if i > 0 {
			v.Printf("\n")
		}
		v.since(base)
		if err := v.print(t); err != nil {
			return err
		}
	}
	if v.json {
		return v.printJSON(out)
	}
	return nil
}

func pfcTable(now map[string]portCounters, base baseline, way string) table {
	t := table{headers: []string{"Port " + way}, layout: tabulate.Options{Text: tabulate.Right}}
	for i := range pfcPriorities {
		t.headers = append(t.headers, "PFC"+strconv.Itoa(i))
	}
	stat := map[string]string{"Rx": "_RX_PKTS", "Tx": "_TX_PKTS"}[way]
	for _, name := range slices.SortedFunc(maps.Keys(now), natural.Compare) {
		row := []string{name}
		for i := range pfcPriorities {
			row = append(row, difference(now[name].counters, base.Names[name], "SAI_PORT_STAT_PFC_"+strconv.Itoa(i)+stat))
		}
		t.rows = append(t.rows, row)
	}
	return t
}

// showPFCHistory shows how often and how long each priority was paused.
func showPFCHistory(ctx context.Context, v *view) error {
	ports, err := v.hash(ctx, statedb.CountersDB, portNameMap)
	if err != nil {
		return err
	}
	rows, err := v.rows(ctx, statedb.CountersDB, "PFC_STAT_HISTORY", slices.Collect(maps.Values(ports)))
	if err != nil {
		return err
	}
	t := table{
		headers: []string{"Port", "Priority", "RX Pause Transitions", "Total RX Pause Time MS", "Recent RX Pause Time MS", "Recent RX Pause Timestamp"},
		layout:  tabulate.Options{Text: tabulate.Right},
	}
	for _, name := range slices.SortedFunc(maps.Keys(ports), natural.Compare) {
		row := rows[ports[name]]
		for i := range pfcPriorities {
			n := strconv.Itoa(i)
			t.rows = append(t.rows, []string{
				name, "PFC" + n, grouped(row["TOTAL_PAUSE_TRANSITIONS_"+n]), grouped(row["TOTAL_PAUSE_TIME_MS_"+n]),
				grouped(row["RECENT_PAUSE_TIME_MS_"+n]), moment(row["RECENT_PAUSE_TIMESTAMP_"+n]),
			})
		}
		if !v.json {
			t.rows = append(t.rows, make([]string, len(t.headers)))
		}
	}
	return v.print(t)
}

// moment writes milliseconds since 1970 as a date.
func moment(s string) string {
	ms, err := strconv.ParseInt(s, 10, 64)
	if err != nil {
		return "N/A"
	}
	return time.UnixMilli(ms).UTC().Format("01/02/2006, 15:04:05")
}
