package display

import (
	"context"
	"maps"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/heddle-nos/heddle/daemons/cli/click"
	"github.com/heddle-nos/heddle/daemons/cli/session"
	"github.com/heddle-nos/heddle/internal/natural"
	"github.com/heddle-nos/heddle/internal/statedb"
	"github.com/heddle-nos/heddle/yang/schema"
)

// addPFCConfig makes the commands of `show pfc` about the configuration.
func addPFCConfig(s *session.Session, root *cobra.Command) {
	groupAt(root, "pfc").AddCommand(
		command(s, "asymmetric [INTERFACE]", "Show asymmetric pfc", click.Args("[interface]"), showAsymmetric),
		command(s, "priority [INTERFACE]", "Show pfc priority", click.Args("[interface]"), showLossless),
	)
}

func showAsymmetric(ctx context.Context, v *view, args []string) error {
	rows, err := v.all(ctx, statedb.ConfigDB, schema.TablePort)
	if err != nil {
		return err
	}
	t := table{headers: []string{"Interface", "Asymmetric"}}
	for _, name := range slices.SortedFunc(maps.Keys(rows), natural.Compare) {
		if strings.HasPrefix(name, "Ethernet") && (len(args) == 0 || args[0] == name) {
			t.rows = append(t.rows, []string{name, or(rows[name]["pfc_asym"], "N/A")})
		}
	}
	return v.spaced(t)
}

func showLossless(ctx context.Context, v *view, args []string) error {
	rows, err := v.all(ctx, statedb.ConfigDB, "PORT_QOS_MAP")
	if err != nil {
		return err
	}
	names := slices.SortedFunc(maps.Keys(rows), natural.Compare)
	if len(args) > 0 {
		if _, ok := rows[args[0]]; !ok {
			v.Printf("Cannot find interface %s\n", args[0])
			return nil
		}
		names = args
	}
	t := table{headers: []string{"Interface", "Lossless priorities"}}
	for _, name := range names {
		t.rows = append(t.rows, []string{name, or(rows[name]["pfc_enable"], "N/A")})
	}
	return v.spaced(t)
}

// spaced shows a table with an empty line above and below.
func (v *view) spaced(t table) error {
	if v.json {
		return v.print(t)
	}
	v.Printf("\n")
	err := v.print(t)
	v.Printf("\n")
	return err
}
