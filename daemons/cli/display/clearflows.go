package display

import (
	"context"

	"github.com/spf13/cobra"

	"github.com/heddle-nos/heddle/daemons/cli/click"
	"github.com/heddle-nos/heddle/daemons/cli/session"
	"github.com/heddle-nos/heddle/internal/statedb"
)

// addClearRoutes makes `sonic-clear flowcnt-route`.
func addClearRoutes(s *session.Session, root *cobra.Command) {
	all := clearing{path: "flowcnt-route", short: "Clear all route flow counters", run: func(ctx context.Context, v *view, _ []string) error {
		return clearRoutes(ctx, v, "Route Flow Counters were successfully cleared", func(routeCounter) bool { return true })
	}}
	all.add(s, root)
	g, _, err := root.Find([]string{"flowcnt-route"})
	if err != nil {
		return
	}
	one := func(use, short, arg, said string, is func(c routeCounter, vrf, prefix string) bool) {
		vrf := "default"
		cmd := click.Command(use, short, click.Args(arg), func(cmd *cobra.Command, args []string) error {
			v := &view{Session: s, cmd: cmd}
			return clearRoutes(cmd.Context(), v, said, func(c routeCounter) bool { return is(c, vrf, args[0]) })
		})
		cmd.Flags().StringVar(&vrf, "vrf", vrf, "VRF/VNET name or default VRF")
		cmd.Flags().StringP("namespace", "n", "", "Namespace name or all")
		g.AddCommand(cmd)
	}
	one("pattern <prefix-pattern>", "Clear route flow counters by pattern", "prefix-pattern",
		"Flow Counters of all routes matching the configured route pattern were successfully cleared",
		func(c routeCounter, vrf, prefix string) bool { return c.vrf == vrf && c.pattern == prefix })
	one("route <prefix>", "Clear route flow counters by prefix", "prefix",
		"Flow Counters of the specified route were successfully cleared",
		func(c routeCounter, vrf, prefix string) bool { return c.vrf == vrf && c.route == prefix })
}

// routesCounted tells whether the ASIC can count by route.
func (v *view) routesCounted(ctx context.Context) error {
	rows, err := v.all(ctx, statedb.StateDB, "FLOW_COUNTER_CAPABILITY_TABLE")
	if err != nil {
		return err
	}
	if rows["route"]["support"] != "true" {
		return &click.ExitError{Code: click.CodeError, Text: "Route flow counter is not supported on this platform"}
	}
	return nil
}

// clearRoutes clears some routes and leaves the others as they were cleared
// before.
func clearRoutes(ctx context.Context, v *view, said string, wanted func(routeCounter) bool) error {
	if err := v.routesCounted(ctx); err != nil {
		return err
	}
	all, err := v.routeCounters(ctx, baseline{})
	if err != nil {
		return err
	}
	kept := make(map[string]map[string]string)
	for name, counters := range v.saved(savedRoutes).Names {
		kept[name] = counters
	}
	for _, c := range all {
		if wanted(c) {
			kept[c.key] = c.counters
		}
	}
	if err := v.keep(savedRoutes, kept); err != nil {
		return err
	}
	v.Printf("%s\n", said)
	return nil
}
