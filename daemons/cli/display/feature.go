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

// addFeatures makes `show feature`: the services of the switch.
func addFeatures(s *session.Session, root *cobra.Command) {
	const arg = "[feature_name]"
	g := groupAt(root, "feature")
	g.Short = "Show feature status"
	g.AddCommand(
		command(s, "status "+arg, "Show feature state", click.Args(arg), func(ctx context.Context, v *view, args []string) error {
			return showFeatures(ctx, v, args, []column{
				{"State", "state", "", ""}, {"AutoRestart", "auto_restart", "", ""}, {"SystemState", "system_state", "", ""},
				{"UpdateTime", "update_time", "", ""}, {"ContainerId", "container_id", "", ""}, {"Version", "container_version", "", ""},
				{"SetOwner", "set_owner", "", ""}, {"CurrentOwner", "current_owner", "", ""}, {"RemoteState", "remote_state", "", ""},
			}, statedb.StateDB, statedb.ConfigDB)
		}),
		command(s, "config "+arg, "Show feature config", click.Args(arg), func(ctx context.Context, v *view, args []string) error {
			return showFeatures(ctx, v, args, []column{
				{"State", "state", "", ""}, {"AutoRestart", "auto_restart", "", ""}, {"Owner", "set_owner", "local", ""},
				{"fallback", "no_fallback_to_local", "", ""},
			}, statedb.ConfigDB)
		}),
		command(s, "autorestart "+arg, "Show auto-restart state for a feature", click.Args(arg), showAutoRestart))
}

// features reads the rows of the features from databases, the later of which
// win; a feature is what CONFIG_DB knows. With a name it is that one alone.
func features(ctx context.Context, v *view, args []string, from ...statedb.DBID) (map[string]statedb.Fields, error) {
	known, err := v.all(ctx, statedb.ConfigDB, "FEATURE")
	if err != nil {
		return nil, err
	}
	if len(args) > 0 {
		row, ok := known[args[0]]
		if !ok {
			return nil, &click.ExitError{Code: click.CodeError, Text: "Can not find feature " + args[0]}
		}
		known = map[string]statedb.Fields{args[0]: row}
	}
	out := make(map[string]statedb.Fields, len(known))
	for _, id := range from {
		rows, err := v.all(ctx, id, "FEATURE")
		if err != nil {
			return nil, err
		}
		for name := range known {
			if out[name] == nil {
				out[name] = make(statedb.Fields)
			}
			maps.Copy(out[name], rows[name])
		}
	}
	return out, nil
}

// showFeatures shows those columns for which some feature has a value.
func showFeatures(ctx context.Context, v *view, args []string, columns []column, from ...statedb.DBID) error {
	rows, err := features(ctx, v, args, from...)
	if err != nil {
		return err
	}
	columns = slices.DeleteFunc(columns, func(c column) bool {
		for _, row := range rows {
			if _, ok := row[c.from]; ok {
				return false
			}
		}
		return true
	})
	t := table{headers: []string{"Feature"}, layout: tabulate.Options{AllText: true}}
	for _, c := range columns {
		t.headers = append(t.headers, c.header)
	}
	for _, name := range slices.SortedFunc(maps.Keys(rows), natural.Compare) {
		cells := []string{name}
		for _, c := range columns {
			cells = append(cells, featureValue(c, name, rows[name]))
		}
		t.rows = append(t.rows, cells)
	}
	return v.print(t)
}

// featureValue is a cell; the field about the fallback says the opposite of its column.
func featureValue(c column, name string, row statedb.Fields) string {
	value := c.value(name, row)
	if c.from != "no_fallback_to_local" {
		return value
	}
	switch strings.ToLower(value) {
	case "true":
		return "false"
	case "false":
		return "true"
	}
	return value
}

func showAutoRestart(ctx context.Context, v *view, args []string) error {
	rows, err := features(ctx, v, args, statedb.ConfigDB)
	if err != nil {
		return err
	}
	t := table{headers: []string{"Feature", "AutoRestart"}}
	for _, name := range slices.SortedFunc(maps.Keys(rows), natural.Compare) {
		t.rows = append(t.rows, []string{name, or(rows[name]["auto_restart"], "unknown")})
	}
	return v.print(t)
}
