package crm

import (
	"context"
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

// table is one table of the output.
type table struct {
	headers []string
	rows    [][]string
}

// shower reads a table; no names stands for all resources.
type shower func(ctx context.Context, s *session.Session, names []string) (table, error)

func newShow(s *session.Session) *cobra.Command {
	return click.Group("show", "Show CRM related information",
		click.Command("summary", "Show CRM general information", click.Args(), func(cmd *cobra.Command, _ []string) error {
			return showSummary(cmd.Context(), s)
		}),
		newTables(s, "thresholds", []shower{thresholds}),
		newTables(s, "resources", []shower{counts, bindCounts, aclCounts}))
}

// newTables makes a command whose arguments name a resource as words.
func newTables(s *session.Session, name string, all []shower) *cobra.Command {
	var format session.Format
	use := name + " all|RESOURCE..."
	cmd := click.Command(use, "Show CRM "+name+" information", click.Args("RESOURCE..."), func(cmd *cobra.Command, args []string) error {
		words := strings.Join(args, " ")
		if words == "all" {
			return show(cmd.Context(), s, all, nil, &format)
		}
		i := slices.IndexFunc(resources(), func(r resource) bool { return r.words == words })
		if i < 0 {
			return click.Fail(cmd, "No such command '%s'.", words)
		}
		names := []string{resources()[i].name}
		return show(cmd.Context(), s, of(all, names[0]), names, &format)
	})
	format.Flags(cmd.Flags())
	cmd.Flags().StringP("namespace", "n", "", "Namespace name; there is one ASIC")
	return cmd
}

// of picks the table that a resource is in.
func of(all []shower, name string) []shower {
	switch {
	case len(all) == 1:
		return all
	case name == "acl_table" || name == "acl_group":
		return all[1:2]
	case name == "acl_entry" || name == "acl_counter":
		return all[2:]
	}
	return all[:1]
}

func show(ctx context.Context, s *session.Session, list []shower, names []string, format *session.Format) error {
	objects := []map[string]string{}
	for _, read := range list {
		t, err := read(ctx, s, names)
		if err != nil {
			return err
		}
		if !format.Structured() {
			s.Printf("\n%s\n\n", tabulate.Render(t.headers, t.rows, tabulate.Options{}))
			continue
		}
		for _, row := range t.rows {
			o := make(map[string]string, len(row))
			for i, cell := range row {
				o[t.headers[i]] = cell
			}
			objects = append(objects, o)
		}
	}
	if !format.Structured() {
		return nil
	}
	return format.Write(s.Out, objects)
}

func showSummary(ctx context.Context, s *session.Session) error {
	db, err := s.DB(statedb.ConfigDB)
	if err != nil {
		return err
	}
	row, _, err := db.Get(ctx, schema.TableCRM, schema.KeyCRM)
	if err != nil {
		return err
	}
	if row["polling_interval"] == "" {
		s.Printf("\nError! Could not get CRM configuration.\n\n")
		return nil
	}
	s.Printf("\nPolling Interval: %s second(s)\n\n", row["polling_interval"])
	return nil
}

// wanted says whether a resource is among those asked for.
func wanted(names []string, name string) bool { return len(names) == 0 || slices.Contains(names, name) }

func thresholds(ctx context.Context, s *session.Session, names []string) (table, error) {
	t := table{headers: []string{"Resource Name", "Threshold Type", "Low Threshold", "High Threshold"}}
	db, err := s.DB(statedb.ConfigDB)
	if err != nil {
		return t, err
	}
	row, _, err := db.Get(ctx, schema.TableCRM, schema.KeyCRM)
	if err != nil {
		return t, err
	}
	for _, r := range resources() {
		kind, low, high := row[r.name+"_threshold_type"], row[r.name+"_low_threshold"], row[r.name+"_high_threshold"]
		if wanted(names, r.name) && kind != "" && low != "" && high != "" {
			t.rows = append(t.rows, []string{r.name, kind, low, high})
		}
	}
	return t, nil
}

// counts are the tables that an ASIC has once.
func counts(ctx context.Context, s *session.Session, names []string) (table, error) {
	t := table{headers: []string{"Resource Name", "Used Count", "Available Count"}}
	db, err := s.DB(statedb.CountersDB)
	if err != nil {
		return t, err
	}
	row, _, err := db.Get(ctx, "CRM", "STATS")
	if err != nil {
		return t, err
	}
	for _, r := range resources() {
		if wanted(names, r.name) {
			t.rows = append(t.rows, counted(nil, row, r.name)...)
		}
	}
	return t, nil
}

// counted gives the line of a resource, none if it was not counted.
func counted(before []string, row statedb.Fields, name string) [][]string {
	used, free := row["crm_stats_"+name+"_used"], row["crm_stats_"+name+"_available"]
	if used == "" || free == "" {
		return nil
	}
	return [][]string{append(slices.Clone(before), name, used, free)}
}

// bindCounts are the ACL tables and groups of each point that they bind to.
func bindCounts(ctx context.Context, s *session.Session, names []string) (table, error) {
	t := table{headers: []string{"Stage", "Bind Point", "Resource Name", "Used Count", "Available Count"}}
	db, err := s.DB(statedb.CountersDB)
	if err != nil {
		return t, err
	}
	for _, stage := range []string{"INGRESS", "EGRESS"} {
		for _, point := range []string{"PORT", "LAG", "VLAN", "RIF", "SWITCH"} {
			row, _, err := db.Get(ctx, "CRM", "ACL_STATS:"+stage+":"+point)
			if err != nil {
				return t, err
			}
			for _, name := range []string{"acl_group", "acl_table"} {
				if wanted(names, name) {
					t.rows = append(t.rows, counted([]string{stage, point}, row, name)...)
				}
			}
		}
	}
	return t, nil
}

// aclCounts are the entries and counters of each ACL table.
func aclCounts(ctx context.Context, s *session.Session, names []string) (table, error) {
	const prefix = "ACL_TABLE_STATS:"
	t := table{headers: []string{"Table ID", "Resource Name", "Used Count", "Available Count"}}
	db, err := s.DB(statedb.CountersDB)
	if err != nil {
		return t, err
	}
	keys, err := db.Keys(ctx, "CRM")
	if err != nil {
		return t, err
	}
	slices.SortFunc(keys, natural.Compare)
	for _, key := range keys {
		id, ok := strings.CutPrefix(key, prefix)
		if !ok {
			continue
		}
		row, _, err := db.Get(ctx, "CRM", key)
		if err != nil {
			return t, err
		}
		for _, name := range []string{"acl_entry", "acl_counter"} {
			if wanted(names, name) {
				t.rows = append(t.rows, counted([]string{id}, row, name)...)
			}
		}
	}
	return t, nil
}
