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
	"github.com/heddle-nos/heddle/daemons/cli/tabulate"
	"github.com/heddle-nos/heddle/internal/statedb"
)

const icmpTable = "ICMP_ECHO_SESSION_TABLE"

// addICMP makes `show icmp`: echo sessions that the ASIC runs.
func addICMP(s *session.Session, root *cobra.Command) {
	groupAt(root, "icmp").AddCommand(
		command(s, "sessions [KEY]", "Show icmp echo sessions", click.Args("[key]"), showICMPSessions),
		command(s, "summary", "Show number of icmp echo sessions", click.Args(), showICMPSummary),
		command(s, "stats [KEY]", "Show counters of icmp echo sessions", click.Args("[key]"), showICMPStats),
	)
}

// icmpSessions gives the sessions, or the one that is asked for: operators
// write its key with colons.
func (v *view) icmpSessions(ctx context.Context, args []string) (map[string]statedb.Fields, error) {
	rows, err := v.all(ctx, statedb.StateDB, icmpTable)
	if err != nil || len(args) == 0 {
		return rows, err
	}
	wanted := strings.ReplaceAll(args[0], ":", "|")
	maps.DeleteFunc(rows, func(key string, _ statedb.Fields) bool { return key != wanted })
	return rows, nil
}

func showICMPSessions(ctx context.Context, v *view, args []string) error {
	rows, err := v.icmpSessions(ctx, args)
	if err != nil {
		return err
	}
	if len(rows) == 0 && !v.json {
		v.Printf("Keys not found in %s\n", icmpTable)
		return nil
	}
	t := table{headers: []string{"Key", "Dst IP", "Tx Interval", "Rx Interval", "HW lookup", "Cookie", "State"}}
	for _, key := range slices.Sorted(maps.Keys(rows)) {
		cells := []string{key}
		for _, f := range []string{"dst_ip", "tx_interval", "rx_interval", "hw_lookup", "session_cookie", "state"} {
			cells = append(cells, or(rows[key][f], tabulate.None))
		}
		t.rows = append(t.rows, cells)
	}
	return v.print(t)
}

func showICMPSummary(ctx context.Context, v *view, _ []string) error {
	rows, err := v.icmpSessions(ctx, nil)
	if err != nil {
		return err
	}
	up, receive := 0, 0
	for key, row := range rows {
		if row["state"] == "Up" {
			up++
		}
		if strings.HasSuffix(key, "|RX") {
			receive++
		}
	}
	facts := ordered{{"Total Sessions", strconv.Itoa(len(rows))}, {"Up sessions", strconv.Itoa(up)}, {"RX sessions", strconv.Itoa(receive)}}
	if v.json {
		return v.printJSON(facts)
	}
	for _, f := range facts {
		v.Printf("%s: %s\n", f.name, f.value)
	}
	return nil
}

// showICMPStats lists packets and bytes of sessions. A session has a counter
// for each direction.
func showICMPStats(ctx context.Context, v *view, args []string) error {
	rows, err := v.icmpSessions(ctx, args)
	if err != nil {
		return err
	}
	names, err := v.hash(ctx, statedb.CountersDB, "COUNTERS_ICMP_ECHO_SESSION_NAME_MAP")
	if err != nil {
		return err
	}
	counters, err := v.rows(ctx, statedb.CountersDB, "COUNTERS", slices.Collect(maps.Values(names)))
	if err != nil {
		return err
	}
	base := v.saved(savedICMP)
	t := table{headers: []string{"Key", "State", "RX Pkts", "RX Bytes", "TX Pkts", "TX Bytes"}}
	for _, key := range slices.Sorted(maps.Keys(rows)) {
		name := strings.ReplaceAll(key, "|", ":")
		cells := []string{name, or(rows[key]["state"], "N/A")}
		for _, way := range []string{name + "|IN", name + "|OUT"} {
			for _, stat := range []string{"SAI_COUNTER_STAT_PACKETS", "SAI_COUNTER_STAT_BYTES"} {
				cells = append(cells, growth(counters[names[way]], base.Names[way], stat))
			}
		}
		t.rows = append(t.rows, cells)
	}
	if len(t.rows) == 0 && !v.json {
		v.Printf("Keys not found in %s\n", icmpTable)
		return nil
	}
	return v.print(t)
}

// savedICMP is the kind of the sessions' counters.
const savedICMP = "icmp"

// clearICMP remembers what was counted of each session.
func clearICMP(ctx context.Context, v *view, _ []string) error {
	names, err := v.hash(ctx, statedb.CountersDB, "COUNTERS_ICMP_ECHO_SESSION_NAME_MAP")
	if err != nil {
		return err
	}
	counters, err := v.rows(ctx, statedb.CountersDB, "COUNTERS", slices.Collect(maps.Values(names)))
	if err != nil {
		return err
	}
	kept := make(map[string]map[string]string, len(names))
	for name, oid := range names {
		kept[name] = counters[oid]
	}
	return v.keep(savedICMP, kept)
}
