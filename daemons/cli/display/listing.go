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

// listing is a command that shows a table of a database, a row a line. Many of
// SONiC's commands are of this kind, so they are data.
type listing struct {
	path    string // the command, "syslog"
	short   string
	db      statedb.DBID
	table   string
	columns []column
	layout  tabulate.Options
	by      string // "[name]": an argument narrows to one key
	part    int    // the part of the key that the argument narrows to, if not the whole
	title   string // a line above; %d is the number of rows, %a the argument
	empty   string // said instead of an empty table
	only    string // the one key that counts
	lists   string // headers of cells that hold a list, one value a line
	less    func(a, b string) int
}

// column is one column of a listing.
type column struct {
	header  string
	from    string // a field, "@" for the key, or "@1" for a part of it
	missing string // shown when there is no such field
	unit    string
}

// newListings makes the commands of a list below a root.
func newListings(s *session.Session, root *cobra.Command, list []listing) {
	for _, item := range list {
		names := strings.Fields(item.path)
		last := len(names) - 1
		groupAt(root, names[:last]...).AddCommand(item.command(s, names[last]))
	}
}

// groupAt finds the group below root that these names lead to, and makes what
// is not there.
func groupAt(root *cobra.Command, names ...string) *cobra.Command {
	for _, name := range names {
		root = subgroup(root, name)
	}
	return root
}

// pathBelow finds or makes the groups of all words but the last.
func pathBelow(root *cobra.Command, path string) (parent *cobra.Command, name string) {
	words := strings.Fields(path)
	last := len(words) - 1
	return groupAt(root, words[:last]...), words[last]
}

func subgroup(parent *cobra.Command, name string) *cobra.Command {
	for _, c := range parent.Commands() {
		if c.Name() == name {
			return c
		}
	}
	g := click.Group(name, "Show "+name)
	parent.AddCommand(g)
	return g
}

func (l listing) command(s *session.Session, name string) *cobra.Command {
	use, args := name, click.Args()
	if l.by != "" {
		use, args = name+" "+l.by, click.Args(l.by)
	}
	return command(s, use, l.short, args, func(ctx context.Context, v *view, args []string) error { return l.show(ctx, v, args) })
}

func (l listing) show(ctx context.Context, v *view, args []string) error {
	rows, err := v.all(ctx, l.db, l.table)
	if err != nil {
		return err
	}
	order := l.less
	if order == nil {
		order = natural.Compare
	}
	t := table{layout: l.layout, lists: strings.Split(l.lists, ",")}
	for _, c := range l.columns {
		t.headers = append(t.headers, c.header)
	}
	for _, key := range slices.SortedFunc(maps.Keys(rows), order) {
		if len(args) > 0 && l.subject(key) != args[0] || l.only != "" && key != l.only {
			continue
		}
		cells := make([]string, len(l.columns))
		for i, c := range l.columns {
			cells[i] = c.value(key, rows[key])
			if slices.Contains(t.lists, c.header) {
				cells[i] = strings.ReplaceAll(cells[i], ",", "\n")
			}
		}
		t.rows = append(t.rows, cells)
	}
	if len(args) > 0 {
		l.title = strings.ReplaceAll(l.title, "%a", args[0])
		l.empty = strings.ReplaceAll(l.empty, "%a", args[0])
	}
	return l.print(v, t)
}

// subject is what of a key the command's argument names.
func (l listing) subject(key string) string {
	if l.part == 0 {
		return key
	}
	return column{from: "@" + strconv.Itoa(l.part)}.value(key, nil)
}

func (l listing) print(v *view, t table) error {
	if !v.json {
		if len(t.rows) == 0 && l.empty != "" {
			v.Printf("%s\n", l.empty)
			return nil
		}
		if l.title != "" {
			v.Printf("%s\n", strings.ReplaceAll(l.title, "%d", strconv.Itoa(len(t.rows))))
		}
	}
	return v.print(t)
}

func (c column) value(key string, row statedb.Fields) string {
	part, isKey := strings.CutPrefix(c.from, "@")
	if !isKey {
		value, ok := row[c.from]
		if !ok {
			value, ok = row[c.from+"@"]
		}
		if !ok || value == "" {
			return c.missing
		}
		return value + c.unit
	}
	if part == "" {
		return key
	}
	n, err := strconv.Atoi(part)
	parts := strings.FieldsFunc(key, func(r rune) bool { return r == '|' })
	if err != nil || n >= len(parts) {
		return c.missing
	}
	return parts[n]
}
