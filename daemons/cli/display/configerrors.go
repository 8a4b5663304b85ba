package display

import (
	"context"
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/spf13/cobra"

	"github.com/heddle-nos/heddle/daemons/badrow"
	"github.com/heddle-nos/heddle/daemons/cli/click"
	"github.com/heddle-nos/heddle/daemons/cli/session"
	"github.com/heddle-nos/heddle/daemons/cli/tabulate"
	"github.com/heddle-nos/heddle/internal/natural"
	"github.com/heddle-nos/heddle/internal/statedb"
)

// addConfigErrors makes `show configuration errors`: rows that some daemon cannot use, and why.
func addConfigErrors(s *session.Session, root *cobra.Command) {
	groupAt(root, "configuration").AddCommand(command(s, "errors", "Show rows of the configuration that cannot be used", click.Args(), showConfigErrors))
}

func showConfigErrors(ctx context.Context, v *view, _ []string) error {
	rows, err := v.all(ctx, statedb.StateDB, badrow.Table)
	if err != nil {
		return err
	}
	t := table{headers: []string{"Table", "Key", "Field", "Value", "Error"}, layout: tabulate.Options{AllText: true}}
	for _, full := range slices.SortedFunc(maps.Keys(rows), natural.Compare) {
		name, key, _ := strings.Cut(full, "|")
		row := rows[full]
		t.rows = append(t.rows, []string{name, printable(key), row["field"], printable(row["value"]), printable(row["error"])})
	}
	if len(t.rows) == 0 && !v.json {
		v.Printf("All rows of the configuration are in use.\n")
		return nil
	}
	return v.print(t)
}

// printable keeps what others wrote from moving the operator's cursor.
func printable(s string) string {
	quoted := strconv.Quote(s)
	if plain := quoted[1 : len(quoted)-1]; plain != strings.NewReplacer(`\`, `\\`, `"`, `\"`).Replace(s) {
		return plain
	}
	return s
}
