package display

import (
	"context"
	"maps"
	"slices"
	"strconv"

	"github.com/spf13/cobra"

	"github.com/heddle-nos/heddle/daemons/cli/click"
	"github.com/heddle-nos/heddle/daemons/cli/session"
	"github.com/heddle-nos/heddle/internal/natural"
	"github.com/heddle-nos/heddle/internal/statedb"
)

const savedSIDs = "srv6"

// addSRv6 makes `show srv6 stats`: what was forwarded by the switch's own SIDs.
func addSRv6(s *session.Session, root *cobra.Command) {
	groupAt(root, "srv6").AddCommand(command(s, "stats [sid]", "Show SRv6 counter statistic", click.Args("[sid]"), showSIDCounts))
}

// sidCounts reads the counters of the SIDs by their names.
func (v *view) sidCounts(ctx context.Context) (map[string]map[string]string, error) {
	names, err := v.hash(ctx, statedb.CountersDB, "COUNTERS_SRV6_NAME_MAP")
	if err != nil {
		return nil, err
	}
	rows, err := v.rows(ctx, statedb.CountersDB, "COUNTERS", slices.Collect(maps.Values(names)))
	if err != nil {
		return nil, err
	}
	out := make(map[string]map[string]string, len(names))
	for name, oid := range names {
		if row := rows[oid]; len(row) > 0 {
			out[name] = row
		}
	}
	return out, nil
}

func showSIDCounts(ctx context.Context, v *view, args []string) error {
	counts, err := v.sidCounts(ctx)
	if err != nil {
		return err
	}
	saved := v.saved(savedSIDs).Names
	t := table{headers: []string{"MySID", "Packets", "Bytes"}}
	for _, sid := range slices.SortedFunc(maps.Keys(counts), natural.Compare) {
		if len(args) > 0 && args[0] != sid {
			continue
		}
		row := []string{sid}
		for _, stat := range []string{"SAI_COUNTER_STAT_PACKETS", "SAI_COUNTER_STAT_BYTES"} {
			row = append(row, grown(counts[sid][stat], saved[sid][stat]))
		}
		t.rows = append(t.rows, row)
	}
	return v.print(t)
}

// grown is what a counter has counted since it was kept; one that has started
// anew since is shown whole.
func grown(now, kept string) string {
	n, err := strconv.ParseUint(now, 10, 64)
	if err != nil {
		return or(now, "N/A")
	}
	if k, err := strconv.ParseUint(kept, 10, 64); err == nil && k <= n {
		n -= k
	}
	return strconv.FormatUint(n, 10)
}

func clearSIDCounts(ctx context.Context, v *view, _ []string) error {
	counts, err := v.sidCounts(ctx)
	if err != nil {
		return err
	}
	return v.keep(savedSIDs, counts)
}
