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
)

// addFlowCounters makes `show flowcnt-route` and `show flowcnt-trap`.
func addFlowCounters(s *session.Session, root *cobra.Command) {
	all := command(s, "stats", "Show route flow counter statistic", click.Args(), func(ctx context.Context, v *view, _ []string) error {
		return showRoutePatterns(ctx, v, "", "")
	})
	all.AddCommand(
		vrfCommand(s, "pattern <prefix_pattern>", "Show statistics of the routes that match a pattern", "prefix-pattern", showRoutePatterns),
		vrfCommand(s, "route <prefix>", "Show statistics of one route", "prefix", showRouteCounters),
	)
	groupAt(root, "flowcnt-route").AddCommand(all, command(s, "config", "Show route flow counter configuration", click.Args(), showRoutePatternConfig))
	groupAt(root, "flowcnt-trap").AddCommand(command(s, "stats", "Show trap flow counter statistic", click.Args(), showTrapCounters))
}

// vrfCommand takes a prefix in a VRF.
func vrfCommand(s *session.Session, use, short, arg string, show func(ctx context.Context, v *view, vrf, prefix string) error) *cobra.Command {
	var vrf string
	cmd := command(s, use, short, click.Args(arg), func(ctx context.Context, v *view, args []string) error { return show(ctx, v, vrf, args[0]) })
	cmd.Flags().StringVar(&vrf, "vrf", "default", "VRF name")
	return cmd
}

// vrfPrefix cuts "Vrf1|10.0.0.0/8"; the default VRF has no name there.
func vrfPrefix(key string) (vrf, prefix string) {
	if vrf, prefix, ok := strings.Cut(key, "|"); ok {
		return vrf, prefix
	}
	return "default", key
}

func showRoutePatternConfig(ctx context.Context, v *view, _ []string) error {
	rows, err := v.all(ctx, statedb.ConfigDB, "FLOW_COUNTER_ROUTE_PATTERN")
	if err != nil {
		return err
	}
	t := table{headers: []string{"Route pattern", "VRF", "Max"}}
	for _, key := range slices.SortedFunc(maps.Keys(rows), natural.Compare) {
		vrf, prefix := vrfPrefix(key)
		t.rows = append(t.rows, []string{prefix, vrf, or(rows[key]["max_match_count"], "30")})
	}
	return v.print(t)
}

// routeCounter is a route that is counted, and the pattern that made it so.
type routeCounter struct {
	key                 string // in the maps
	vrf, route, pattern string
	packets, bytes      string
	counters            map[string]string
}

// routeCounters reads the routes that are counted, from a zero point on.
func (v *view) routeCounters(ctx context.Context, base baseline) ([]routeCounter, error) {
	patterns, err := v.hash(ctx, statedb.CountersDB, "COUNTERS_ROUTE_TO_PATTERN_MAP")
	if err != nil {
		return nil, err
	}
	now, err := v.readCounters(ctx, routeNameMap)
	if err != nil {
		return nil, err
	}
	var out []routeCounter
	for _, key := range slices.SortedFunc(maps.Keys(now), natural.Compare) {
		vrf, route := vrfPrefix(key)
		_, pattern := vrfPrefix(patterns[key])
		c := now[key].counters
		out = append(out, routeCounter{
			key: key, vrf: vrf, route: route, pattern: pattern, counters: c,
			packets: difference(c, base.Names[key], "SAI_COUNTER_STAT_PACKETS"), bytes: difference(c, base.Names[key], "SAI_COUNTER_STAT_BYTES"),
		})
	}
	return out, nil
}

// grouped writes a counter with its thousands apart.
func grouped(s string) string {
	n, err := strconv.ParseInt(s, 10, 64)
	if err != nil {
		return "N/A"
	}
	return thousands(n)
}

func showRouteCounters(ctx context.Context, v *view, vrf, prefix string) error {
	all, err := v.routeCounters(ctx, v.saved(savedRoutes))
	if err != nil {
		return err
	}
	t := table{headers: []string{"Route", "VRF", "Route pattern", "Packets", "Bytes"}, layout: tabulate.Options{Text: tabulate.Right}}
	for _, c := range all {
		if c.vrf == vrf && c.route == prefix {
			t.rows = append(t.rows, []string{c.route, c.vrf, c.pattern, c.packets, c.bytes})
		}
	}
	return v.print(t)
}

// showRoutePatterns lists the routes below the pattern that they match.
func showRoutePatterns(ctx context.Context, v *view, vrf, prefix string) error {
	all, err := v.routeCounters(ctx, v.saved(savedRoutes))
	if err != nil {
		return err
	}
	t := table{headers: []string{"Route pattern", "VRF", "Matched routes", "Packets", "Bytes"}, layout: tabulate.Options{Text: tabulate.Right}}
	var last routeCounter
	for _, c := range all {
		if prefix != "" && (c.vrf != vrf || c.pattern != prefix) {
			continue
		}
		row := []string{c.pattern, c.vrf, c.route, c.packets, c.bytes}
		if !v.json && c.pattern == last.pattern && c.vrf == last.vrf {
			row[0], row[1] = "", ""
		}
		t.rows, last = append(t.rows, row), c
	}
	return v.print(t)
}

func showTrapCounters(ctx context.Context, v *view, _ []string) error {
	now, err := v.readCounters(ctx, trapNameMap)
	if err != nil {
		return err
	}
	base := v.saved(savedTraps)
	t := table{headers: []string{"Trap Name", "Packets", "Bytes", "PPS"}, layout: tabulate.Options{Text: tabulate.Right}}
	for _, name := range slices.SortedFunc(maps.Keys(now), natural.Compare) {
		c := now[name]
		t.rows = append(t.rows, []string{
			name, difference(c.counters, base.Names[name], "SAI_COUNTER_STAT_PACKETS"), difference(c.counters, base.Names[name], "SAI_COUNTER_STAT_BYTES"),
			packetRate(c.rates["RX_PPS"]),
		})
	}
	return v.print(t)
}
