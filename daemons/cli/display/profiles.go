package display

import (
	"context"
	"fmt"
	"maps"
	"slices"

	"github.com/spf13/cobra"

	"github.com/heddle-nos/heddle/daemons/cli/click"
	"github.com/heddle-nos/heddle/daemons/cli/session"
	"github.com/heddle-nos/heddle/daemons/cli/tabulate"
	"github.com/heddle-nos/heddle/internal/natural"
	"github.com/heddle-nos/heddle/internal/statedb"
)

// profiles is a table whose rows are shown one after the other, each with all
// its fields.
type profiles struct {
	table string
	title string // above a row, its key behind
	none  string // said when there is no row
	total string // said below with -vv, the number behind
}

// addProfiles makes the commands about the queues' memory: ECN and buffers.
func addProfiles(s *session.Session, root *cobra.Command) {
	root.AddCommand(command(s, "ecn", "Show ECN configuration", click.Args(), func(ctx context.Context, v *view, _ []string) error {
		return showProfiles(ctx, v, statedb.ConfigDB, []profiles{{table: "WRED_PROFILE", title: "Profile: "}})
	}))
	root.AddCommand(newBuffers(s, "mmu", "Show mmu configuration", statedb.ConfigDB))
	groupAt(root, "buffer").AddCommand(
		newBuffers(s, "configuration", "Show buffer configuration", statedb.ConfigDB),
		newBuffers(s, "information", "Show buffer information", statedb.StateDB))
}

// newBuffers shows the buffers as configured, or in STATE_DB as they came out.
func newBuffers(s *session.Session, name, short string, from statedb.DBID) *cobra.Command {
	kinds := []profiles{
		{table: "DEFAULT_LOSSLESS_BUFFER_PARAMETER", title: "Lossless traffic pattern:"},
		{table: "BUFFER_POOL", title: "Pool: ", none: "No buffer pool information available", total: "Total pools: %d\n\n"},
		{table: "BUFFER_PROFILE", title: "Profile: ", none: "No buffer profile information available", total: "Total profiles: %d"},
	}
	if from == statedb.StateDB { // the names of the tables that say what the ASIC can hold and has got
		kinds[1].table, kinds[2].table = "BUFFER_POOL_TABLE", "BUFFER_PROFILE_TABLE"
	}
	return command(s, name, short, click.Args(), func(ctx context.Context, v *view, _ []string) error {
		return showProfiles(ctx, v, from, kinds)
	})
}

func showProfiles(ctx context.Context, v *view, from statedb.DBID, kinds []profiles) error {
	facts := make(ordered, 0, len(kinds))
	for _, k := range kinds {
		rows, err := v.all(ctx, from, k.table)
		if err != nil {
			return err
		}
		facts = append(facts, member{k.table, rows})
		if v.json {
			continue
		}
		for _, key := range slices.SortedFunc(maps.Keys(rows), natural.Compare) {
			if err := v.showProfile(ctx, from, k, key, rows[key]); err != nil {
				return err
			}
		}
		switch {
		case len(rows) == 0 && k.none != "":
			v.Printf("%s\n", k.none)
		case v.verbose && k.total != "":
			v.Printf(k.total+"\n", len(rows))
		}
	}
	if v.json {
		return v.printJSON(facts)
	}
	return nil
}

// showProfile prints the fields of one row in the order in which they were set.
func (v *view) showProfile(ctx context.Context, from statedb.DBID, k profiles, key string, row statedb.Fields) error {
	db, err := v.DB(from)
	if err != nil {
		return err
	}
	names, err := db.Redis().HKeys(ctx, db.RowKey(k.table, key)).Result()
	if err != nil {
		return fmt.Errorf("read %s|%s: %w", k.table, key, err)
	}
	var cells [][]string
	for _, name := range names {
		if value, ok := row[name]; ok {
			cells = append(cells, []string{name, value})
		}
	}
	title := k.title
	if title[len(title)-1] == ' ' {
		title += key
	}
	v.Printf("%s\n%s\n\n", title, tabulate.Render(nil, cells, tabulate.Options{NoHeader: true}))
	return nil
}
