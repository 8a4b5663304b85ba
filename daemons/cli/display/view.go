package display

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"github.com/redis/go-redis/v9"
	"github.com/spf13/cobra"

	"github.com/heddle-nos/heddle/daemons/cli/click"
	"github.com/heddle-nos/heddle/daemons/cli/session"
	"github.com/heddle-nos/heddle/daemons/cli/tabulate"
	"github.com/heddle-nos/heddle/internal/statedb"
)

// view is one run of a show command.
type view struct {
	*session.Session
	cmd     *cobra.Command
	format  session.Format
	json    bool // values are wanted instead of text, as JSON or YAML
	verbose bool
}

// command makes a show command with its flags --json and --yaml.
func command(s *session.Session, use, short string, args cobra.PositionalArgs, run func(ctx context.Context, v *view, args []string) error) *cobra.Command {
	v := &view{Session: s}
	cmd := &cobra.Command{Use: use, Short: short, Args: args, RunE: func(cmd *cobra.Command, args []string) error {
		v.cmd = cmd
		v.json = v.format.Structured()
		return run(cmd.Context(), v, args)
	}}
	v.format.Flags(cmd.Flags())
	cmd.Flags().BoolVar(&v.verbose, "verbose", false, "Enable verbose output")
	return cmd
}

// oneASIC gives a command the options of switches with several ASICs, which scripts name on all of them. There is one.
func oneASIC(cmd *cobra.Command) *cobra.Command {
	cmd.Flags().StringP("namespace", "n", "", "Namespace name or all")
	cmd.Flags().StringP("display", "d", "all", "Show internal interfaces: all|frontend")
	run := cmd.RunE
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		which, _ := cmd.Flags().GetString("display")
		if _, err := click.Choice(cmd, "-d' / '--display", which, "all", "frontend"); err != nil {
			return err
		}
		return run(cmd, args)
	}
	return cmd
}

// echo tells, with --verbose, the script that does this work on SONiC: people
// look for its line in transcripts.
func (v *view) echo(script ...string) {
	if v.verbose && !v.json {
		v.Printf("Command: %s\n", strings.Join(script, " "))
	}
}

// titled shows a table below a line of text.
func (v *view) titled(title string, t table) error {
	if !v.json {
		v.Printf("%s\n", title)
	}
	return v.print(t)
}

// table is what most commands show.
type table struct {
	headers []string
	rows    [][]string
	lists   []string // headers of cells that hold one value a line
	layout  tabulate.Options
}

// print shows the table, or with --json a list of objects by header.
func (v *view) print(t table) error {
	if !v.json {
		v.Printf("%s\n", tabulate.Render(t.headers, t.rows, t.layout))
		return nil
	}
	return v.printJSON(objects(t))
}

// objects gives a table as a list of objects by header.
func objects(t table) []ordered {
	list := make([]ordered, len(t.rows))
	for i, row := range t.rows {
		for c, h := range t.headers {
			text := ""
			if c < len(row) && row[c] != tabulate.None {
				text = row[c]
			}
			var value any = text
			if slices.Contains(t.lists, h) {
				value = strings.FieldsFunc(text, func(r rune) bool { return r == '\n' })
			}
			list[i] = append(list[i], member{h, value})
		}
	}
	return list
}

// printJSON writes any value as JSON, or with --yaml as YAML.
func (v *view) printJSON(value any) error { return v.format.Write(v.Out, value) }

// ordered is a JSON object whose members keep their order.
type ordered []member

type member struct {
	name  string
	value any
}

// MarshalJSON writes the members in order.
func (o ordered) MarshalJSON() ([]byte, error) {
	var b bytes.Buffer
	b.WriteByte('{')
	for i, m := range o {
		if i > 0 {
			b.WriteByte(',')
		}
		name, err := json.Marshal(m.name)
		if err != nil {
			return nil, err
		}
		value, err := json.Marshal(m.value)
		if err != nil {
			return nil, err
		}
		b.Write(name)
		b.WriteByte(':')
		b.Write(value)
	}
	b.WriteByte('}')
	return b.Bytes(), nil
}

// all reads a whole table.
func (v *view) all(ctx context.Context, id statedb.DBID, name string) (map[string]statedb.Fields, error) {
	db, err := v.DB(id)
	if err != nil {
		return nil, err
	}
	return db.All(ctx, name)
}

// rows reads the rows of these keys in one pipeline; one that does not exist
// is left out. It is for tables beside which a database holds much else.
func (v *view) rows(ctx context.Context, id statedb.DBID, name string, keys []string) (map[string]statedb.Fields, error) {
	db, err := v.DB(id)
	if err != nil || len(keys) == 0 {
		return nil, err
	}
	replies := make([]*redis.MapStringStringCmd, len(keys))
	_, err = db.Redis().Pipelined(ctx, func(p redis.Pipeliner) error {
		for i, k := range keys {
			replies[i] = p.HGetAll(ctx, db.RowKey(name, k))
		}
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("read %s: %w", name, err)
	}
	out := make(map[string]statedb.Fields, len(keys))
	for i, k := range keys {
		if row := replies[i].Val(); len(row) > 0 {
			delete(row, "NULL") // stands for "no fields"
			out[k] = row
		}
	}
	return out, nil
}

// hash reads a key that is no row of a table, such as a name map.
func (v *view) hash(ctx context.Context, id statedb.DBID, key string) (map[string]string, error) {
	db, err := v.DB(id)
	if err != nil {
		return nil, err
	}
	m, err := db.Redis().HGetAll(ctx, key).Result()
	if err != nil {
		return nil, fmt.Errorf("read %s: %w", key, err)
	}
	return m, nil
}

// or gives a fallback for an empty or missing value.
func or(value, fallback string) string {
	if value == "" {
		return fallback
	}
	return value
}

// pairs cuts the keys of a table of two-part keys.
func pairs(rows map[string]statedb.Fields) map[[2]string]statedb.Fields {
	out := make(map[[2]string]statedb.Fields, len(rows))
	for key, row := range rows {
		a, b, _ := strings.Cut(key, "|")
		out[[2]string{a, b}] = row
	}
	return out
}
