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

// addLLR makes `show llr`: link layer retry.
func addLLR(s *session.Session, root *cobra.Command) {
	var iface string
	counters := command(s, "counters", "Show LLR counter statistics", click.Args(), func(ctx context.Context, v *view, _ []string) error {
		return showLLRCounters(ctx, v, iface)
	})
	counters.Flags().StringVarP(&iface, "interface", "i", "", "Filter counters for a specific interface")
	counters.AddCommand(command(s, "detailed [interface-name]", "Show detailed LLR counter statistics per port", click.Args("[interface-name]"), showLLRDetail))
	groupAt(root, "llr").AddCommand(counters,
		command(s, "interface [interface-name]", "Show LLR interface configuration", click.Args("[interface-name]"), showLLRPorts),
		command(s, "profile [profile-name]", "Show LLR profile configuration", click.Args("[profile-name]"), showLLRProfiles),
	)
}

// llrPorts gives what is applied to ports, and what is only configured.
func (v *view) llrPorts(ctx context.Context) (applied, configured map[string]statedb.Fields, err error) {
	configured, err = v.all(ctx, statedb.ConfigDB, "LLR_PORT")
	if err != nil {
		return nil, nil, err
	}
	applied, err = v.all(ctx, statedb.ApplDB, "LLR_PORT_TABLE")
	return applied, configured, err
}

func showLLRPorts(ctx context.Context, v *view, args []string) error {
	applied, configured, err := v.llrPorts(ctx)
	if err != nil {
		return err
	}
	all := maps.Clone(configured)
	maps.Copy(all, applied)
	t := table{headers: []string{"PORT", "LLR Mode", "LLR Local", "LLR Remote", "LLR Profile"}}
	for _, port := range slices.SortedFunc(maps.Keys(all), natural.Compare) {
		if len(args) > 0 && args[0] != port {
			continue
		}
		row, profile := all[port], "-"
		if r, ok := applied[port]; ok {
			profile = or(r["llr_profile"], "N/A")
		}
		t.rows = append(t.rows, []string{port, or(row["llr_mode"], "N/A"), or(row["llr_local"], "disabled"), or(row["llr_remote"], "disabled"), profile})
	}
	switch {
	case v.json:
		return v.print(t)
	case len(t.rows) == 0 && len(args) > 0:
		v.Printf("Interface %s not found in LLR configuration.\n", args[0])
		return nil
	case len(t.rows) == 0:
		v.Printf("No LLR interface configuration found.\n")
		return nil
	}
	v.Printf("\nLLR Interface Configuration\n----------------------------\n\n")
	err = v.print(t)
	v.Printf("\n")
	return err
}

// llrField is a field of a profile and its name for operators.
type llrField struct{ field, name string }

func llrFields() []llrField {
	return []llrField{
		{"max_outstanding_frames", "Maximum Outstanding Frames"}, {"max_outstanding_bytes", "Maximum Outstanding Bytes"},
		{"max_replay_count", "Maximum Replay Count"}, {"max_replay_timer", "Maximum Replay Timer(ns)"},
		{"pcs_lost_timeout", "PCS Lost Status Timeout(ns)"}, {"data_age_timeout", "Data Age Timeout(ns)"},
		{"ctlos_spacing_bytes", "CTLOS Spacing Bytes"}, {"init_action", "Init Action"}, {"flush_action", "Flush Action"},
	}
}

func showLLRProfiles(ctx context.Context, v *view, args []string) error {
	rows, err := v.all(ctx, statedb.ApplDB, "LLR_PROFILE_TABLE")
	if err != nil {
		return err
	}
	if len(args) > 0 {
		maps.DeleteFunc(rows, func(name string, _ statedb.Fields) bool { return name != args[0] })
	}
	if v.json {
		return v.printJSON(rows)
	}
	for _, name := range slices.SortedFunc(maps.Keys(rows), natural.Compare) {
		t := table{headers: []string{"LLR Profile: " + name, ""}, layout: tabulate.Options{Format: tabulate.Grid}}
		for _, f := range llrFields() {
			t.rows = append(t.rows, []string{f.name, or(rows[name][f.field], "N/A")})
		}
		if err := v.print(t); err != nil {
			return err
		}
		v.Printf("\n")
	}
	switch {
	case len(rows) == 0 && len(args) > 0:
		v.Printf("LLR profile %s not found.\n", args[0])
	case len(rows) == 0:
		v.Printf("No LLR profiles found.\n")
	}
	return nil
}

const llrStat = "SAI_PORT_STAT_"

// llrCounters is what COUNTERS_DB has of the ports with link layer retry.
type llrCounters struct {
	ports     []string
	rows      map[string]statedb.Fields // APPL_DB
	counters  map[string]portCounters
	supported statedb.Fields
	base      baseline // when they were cleared
}

// llrCounters reads them; it gives nil after telling the operator that there are none.
func (v *view) llrCounters(ctx context.Context, only string) (*llrCounters, error) {
	var l llrCounters
	var err error
	if l.rows, _, err = v.llrPorts(ctx); err != nil {
		return nil, err
	}
	for port := range l.rows {
		if only == "" || only == port {
			l.ports = append(l.ports, port)
		}
	}
	slices.SortFunc(l.ports, natural.Compare)
	switch {
	case len(l.ports) == 0 && only != "":
		v.Printf("Interface %s not found in LLR configuration.\n", only)
		return nil, nil
	case len(l.ports) == 0:
		v.Printf("No LLR ports configured.\n")
		return nil, nil
	}
	capabilities, err := v.rows(ctx, statedb.StateDB, "PORT_COUNTER_CAPABILITIES", []string{"LLR"})
	if err != nil {
		return nil, err
	}
	l.supported = capabilities["LLR"]
	l.base = v.saved(savedLLR)
	l.counters, err = v.readCounters(ctx, portNameMap)
	return &l, err
}

// value is a counter, if the ASIC has it.
func (l *llrCounters) value(port, stat string) string {
	if l.supported[stat] != "true" {
		return "N/A"
	}
	return growth(l.counters[port].counters, l.base.Names[port], llrStat+stat)
}

// llrColumns are the columns of one direction.
func llrColumns(direction string) []llrField {
	names := []string{"INIT_CTL_OS=INIT", "INIT_ECHO_CTL_OS=INIT_ECHO", "ACK_CTL_OS=ACK", "NACK_CTL_OS=NACK", "OK=OK"}
	if direction == "RX" {
		names = append(names, "BAD=BAD", "POISONED=POISONED", "REPLAY=REPLAY")
	} else {
		names = append(names, "DISCARD=DISCARD", "POISONED=POISONED", "REPLAY=REPLAY")
	}
	out := make([]llrField, len(names))
	for i, n := range names {
		stat, name, _ := strings.Cut(n, "=")
		out[i] = llrField{"LLR_" + direction + "_" + stat, direction + "_" + name}
	}
	return out
}

func showLLRCounters(ctx context.Context, v *view, only string) error {
	l, err := v.llrCounters(ctx, only)
	if err != nil || l == nil {
		return err
	}
	sides := []struct{ header, direction, field string }{{"Port Rx", "RX", "llr_local"}, {"Port Tx", "TX", "llr_remote"}}
	for _, side := range sides {
		columns := llrColumns(side.direction)
		t := table{headers: []string{side.header, "STATUS"}}
		for _, c := range columns {
			t.headers = append(t.headers, c.name)
		}
		for _, port := range l.ports {
			status := "Disable"
			if l.rows[port][side.field] == "enabled" {
				status = "Enable"
			}
			row := []string{port, status}
			for _, c := range columns {
				row = append(row, l.value(port, c.field))
			}
			t.rows = append(t.rows, row)
		}
		if err := v.print(t); err != nil {
			return err
		}
		if !v.json {
			v.Printf("\n")
		}
	}
	return nil
}

// savedLLR is the kind of the counters of link layer retry.
const savedLLR = "llr"

// clearLLR remembers the counters of a port, and leaves the others as they were
// cleared before.
func clearLLR(ctx context.Context, v *view, args []string) error {
	port := args[0]
	applied, _, err := v.llrPorts(ctx)
	if err != nil {
		return err
	}
	if _, ok := applied[port]; !ok {
		return &click.ExitError{Code: click.CodeError, Text: "Interface " + port + " not found in LLR configuration."}
	}
	now, err := v.readCounters(ctx, portNameMap)
	if err != nil {
		return err
	}
	kept := v.saved(savedLLR).Names
	if kept == nil {
		kept = make(map[string]map[string]string)
	}
	kept[port] = now[port].counters
	if err := v.keep(savedLLR, kept); err != nil {
		return err
	}
	v.Printf("LLR counters cleared for %s.\n", port)
	return nil
}
