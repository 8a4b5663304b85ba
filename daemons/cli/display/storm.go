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
	"github.com/heddle-nos/heddle/yang/schema"
)

// addStormControl adds `show storm-control [interface <interface>]`.
func addStormControl(s *session.Session, root *cobra.Command) {
	all := command(s, "storm-control", "Show storm-control", click.Args(), func(ctx context.Context, v *view, _ []string) error {
		return showStorm(ctx, v, "")
	})
	all.AddCommand(command(s, "interface <interface>", "Show storm-control of an interface", click.Args("<interface>"), func(ctx context.Context, v *view, args []string) error {
		p, err := v.ports(ctx)
		if err != nil {
			return err
		}
		port, err := p.named(v, args[0])
		if err != nil {
			return err
		}
		return showStorm(ctx, v, port)
	}))
	root.AddCommand(all)
}

// showStorm prints the limits of a port, or of all. Without any there is no
// table, as in SONiC.
func showStorm(ctx context.Context, v *view, port string) error {
	rows, err := v.all(ctx, statedb.ConfigDB, schema.TablePortStormControl)
	if err != nil {
		return err
	}
	if len(rows) == 0 && !v.json {
		return nil
	}
	p, err := v.ports(ctx)
	if err != nil {
		return err
	}
	t := table{headers: []string{"Interface Name", "Storm Type", "Rate (kbps)"}, layout: tabulate.Options{Format: tabulate.Grid}}
	for _, key := range slices.SortedFunc(maps.Keys(rows), natural.Compare) {
		name, kind, _ := strings.Cut(key, schema.ConfigSeparator)
		if port == "" || port == name {
			t.rows = append(t.rows, []string{p.shown(name), kind, rows[key]["kbps"]})
		}
	}
	return v.print(t)
}
