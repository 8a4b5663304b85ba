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
	"github.com/heddle-nos/heddle/internal/natural"
	"github.com/heddle-nos/heddle/internal/statedb"
	"github.com/heddle-nos/heddle/yang/schema"
)

// dropOptions are the flags of `show dropcounters`.
type dropOptions struct{ group, kind string }

// addDropCounters makes `show dropcounters`.
func addDropCounters(s *session.Session, root *cobra.Command) {
	var config, count dropOptions
	configuration := command(s, "configuration", "Show current drop counter configuration", click.Args(), func(ctx context.Context, v *view, _ []string) error {
		return config.showConfig(ctx, v)
	})
	configuration.Flags().StringVarP(&config.group, "group", "g", "", "Show only this group")
	counts := command(s, "counts", "Show drop counts", click.Args(), func(ctx context.Context, v *view, _ []string) error {
		return count.showCounts(ctx, v)
	})
	counts.Flags().StringVarP(&count.group, "group", "g", "", "Show only this group")
	counts.Flags().StringVarP(&count.kind, "counter_type", "t", "", "Show only this type")
	groupAt(root, "dropcounters").AddCommand(configuration, counts,
		command(s, "capabilities", "Show device drop counter capabilities", click.Args(), showDropCapabilities))
}

func (o *dropOptions) showConfig(ctx context.Context, v *view) error {
	rows, err := v.all(ctx, statedb.ConfigDB, "DEBUG_COUNTER")
	if err != nil {
		return err
	}
	reasons, err := v.all(ctx, statedb.ConfigDB, "DEBUG_COUNTER_DROP_REASON")
	if err != nil {
		return err
	}
	byCounter := make(map[string][]string)
	for _, key := range slices.SortedFunc(maps.Keys(reasons), natural.Compare) {
		counter, reason, _ := strings.Cut(key, "|")
		byCounter[counter] = append(byCounter[counter], reason)
	}
	t := table{headers: []string{
		"Counter", "Alias", "Group", "Type", "Reasons", "Description", "Drop Monitor", "Window", "Drop Count Threshold", "Incident Count Threshold",
	}, lists: []string{"Reasons"}}
	for _, name := range slices.SortedFunc(maps.Keys(rows), natural.Compare) {
		row := rows[name]
		if o.group != "" && row["group"] != o.group {
			continue
		}
		description, ok := row["desc"]
		if !ok {
			description = "N/A"
		}
		cells := []string{name, or(row["alias"], name), or(row["group"], "N/A"), or(row["type"], "N/A"), or(strings.Join(byCounter[name], "\n"), "None"), description}
		for _, f := range []string{"drop_monitor_status", "window", "drop_count_threshold", "incident_count_threshold"} {
			cells = append(cells, or(row[f], "N/A"))
		}
		t.rows = append(t.rows, cells)
	}
	return v.print(t)
}

func showDropCapabilities(ctx context.Context, v *view, _ []string) error {
	rows, err := v.all(ctx, statedb.StateDB, "DEBUG_COUNTER_CAPABILITIES")
	if err != nil {
		return err
	}
	if v.json {
		return v.printJSON(rows)
	}
	if len(rows) == 0 {
		v.Printf("Current device does not support drop counters\n")
		return nil
	}
	kinds := slices.SortedFunc(maps.Keys(rows), natural.Compare)
	t := table{headers: []string{"Counter Type", "Total"}}
	for _, k := range kinds {
		t.rows = append(t.rows, []string{k, or(rows[k]["count"], "N/A")})
	}
	if err := v.print(t); err != nil {
		return err
	}
	for _, k := range kinds {
		reasons := listOf(strings.Trim(rows[k]["reasons"], "[]"))
		if n, err := strconv.Atoi(rows[k]["count"]); err != nil || n == 0 || len(reasons) == 0 {
			continue // nothing can be counted by these reasons
		}
		v.Printf("\n%s\n", k)
		for _, r := range reasons {
			v.Printf("        %s\n", r)
		}
	}
	return nil
}

// dropCounter is one column of drops.
type dropCounter struct{ header, stat, kind string }

// standardDrops are counted on every port; they belong to no group.
func standardDrops() []dropCounter {
	const in, out = "PORT_INGRESS_DROPS", "PORT_EGRESS_DROPS"
	return []dropCounter{
		{"RX_ERR", "SAI_PORT_STAT_IF_IN_ERRORS", in}, {"RX_DROPS", "SAI_PORT_STAT_IF_IN_DISCARDS", in},
		{"TX_ERR", "SAI_PORT_STAT_IF_OUT_ERRORS", out}, {"TX_DROPS", "SAI_PORT_STAT_IF_OUT_DISCARDS", out},
	}
}

// columns are the counters that the flags leave, standard ones first.
func (o *dropOptions) columns(standard []dropCounter, names map[string]string, config map[string]statedb.Fields) []dropCounter {
	var out []dropCounter
	for _, c := range standard {
		if o.group == "" && (o.kind == "" || o.kind == c.kind) {
			out = append(out, c)
		}
	}
	for _, name := range slices.SortedFunc(maps.Keys(names), natural.Compare) {
		row := config[name]
		if name == "SWITCH_ID" || o.group != "" && row["group"] != o.group || o.kind != "" && row["type"] != o.kind {
			continue
		}
		out = append(out, dropCounter{or(row["alias"], name), names[name], row["type"]})
	}
	return out
}

func (o *dropOptions) showCounts(ctx context.Context, v *view) error {
	config, err := v.all(ctx, statedb.ConfigDB, "DEBUG_COUNTER")
	if err != nil {
		return err
	}
	if err := o.showPortDrops(ctx, v, config); err != nil {
		return err
	}
	if !v.json {
		v.Printf("\n")
	}
	return o.showSwitchDrops(ctx, v, config)
}

func (o *dropOptions) showPortDrops(ctx context.Context, v *view, config map[string]statedb.Fields) error {
	names, err := v.hash(ctx, statedb.CountersDB, "COUNTERS_DEBUG_NAME_PORT_STAT_MAP")
	if err != nil {
		return err
	}
	now, err := v.readCounters(ctx, portNameMap)
	if err != nil {
		return err
	}
	p, err := v.ports(ctx)
	if err != nil {
		return err
	}
	columns := o.columns(standardDrops(), names, config)
	if len(columns) == 0 || len(now) == 0 {
		return nil
	}
	t := table{headers: []string{"IFACE", "STATE"}, layout: tabulate.Options{Text: tabulate.Right}}
	for _, c := range columns {
		t.headers = append(t.headers, c.header)
	}
	base := v.saved(savedDrops)
	for _, name := range slices.SortedFunc(maps.Keys(now), natural.Compare) {
		t.rows = append(t.rows, append([]string{name, linkLetter(p.app[name])}, values(columns, now[name].counters, base.Names[name])...))
	}
	return v.print(t)
}

// values are the cells of one object; what was never counted is 0.
func values(columns []dropCounter, counters, base map[string]string) []string {
	out := make([]string, len(columns))
	for i, c := range columns {
		if out[i] = growth(counters, base, c.stat); counters[c.stat] == "" {
			out[i] = "0"
		}
	}
	return out
}

func (o *dropOptions) showSwitchDrops(ctx context.Context, v *view, config map[string]statedb.Fields) error {
	names, err := v.hash(ctx, statedb.CountersDB, "COUNTERS_DEBUG_NAME_SWITCH_STAT_MAP")
	if err != nil {
		return err
	}
	columns := o.columns(nil, names, config)
	if len(columns) == 0 {
		return nil
	}
	switches, err := v.all(ctx, statedb.AsicDB, "ASIC_STATE:SAI_OBJECT_TYPE_SWITCH")
	if err != nil {
		return err
	}
	counters, err := v.rows(ctx, statedb.CountersDB, "COUNTERS", slices.Collect(maps.Keys(switches)))
	if err != nil {
		return err
	}
	device, err := v.all(ctx, statedb.ConfigDB, schema.TableDeviceMetadata)
	if err != nil {
		return err
	}
	t := table{headers: []string{"DEVICE"}, layout: tabulate.Options{Text: tabulate.Right}}
	for _, c := range columns {
		t.headers = append(t.headers, c.header)
	}
	for oid := range switches {
		t.rows = append(t.rows, append([]string{or(device[schema.KeyLocalhost]["hostname"], "N/A")}, values(columns, counters[oid], v.saved(savedDrops).Names[oid])...))
	}
	return v.print(t)
}

// clearDrops remembers what was dropped on ports and by the switch.
func clearDrops(ctx context.Context, v *view, _ []string) error {
	ports, err := v.readCounters(ctx, portNameMap)
	if err != nil {
		return err
	}
	kept := countersOnly(ports)
	switches, err := v.all(ctx, statedb.AsicDB, "ASIC_STATE:SAI_OBJECT_TYPE_SWITCH")
	if err != nil {
		return err
	}
	counters, err := v.rows(ctx, statedb.CountersDB, "COUNTERS", slices.Collect(maps.Keys(switches)))
	if err != nil {
		return err
	}
	for oid, row := range counters {
		kept[oid] = row
	}
	if err := v.keep(savedDrops, kept); err != nil {
		return err
	}
	v.Printf("Cleared drop counters\n")
	return nil
}
