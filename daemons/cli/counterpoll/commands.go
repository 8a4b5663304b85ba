package counterpoll

import (
	"context"
	"strconv"

	"github.com/spf13/cobra"

	"github.com/heddle-nos/heddle/daemons/cli/click"
	"github.com/heddle-nos/heddle/daemons/cli/session"
	"github.com/heddle-nos/heddle/daemons/cli/tabulate"
	"github.com/heddle-nos/heddle/daemons/commit"
	"github.com/heddle-nos/heddle/internal/statedb"
	"github.com/heddle-nos/heddle/yang/schema"
)

// New makes the whole command tree.
func New(s *session.Session) *cobra.Command {
	root := click.Group("counterpoll", "Static counter poll configurations")
	for _, k := range kinds() {
		root.AddCommand(k.commands(s))
	}
	root.AddCommand(newShow(s))
	return root
}

func (k kind) commands(s *session.Session) *cobra.Command {
	status := func(name, short string) *cobra.Command {
		return click.Command(name, short+" "+k.title+" counter query", click.Args(), func(cmd *cobra.Command, _ []string) error {
			return k.set(cmd, s, "FLEX_COUNTER_STATUS", name)
		})
	}
	const arg = "POLL_INTERVAL"
	g := click.Group(k.word, k.title+" counter commands",
		click.Command("interval "+arg, "Set "+k.title+" counter query interval", click.Args(arg), func(cmd *cobra.Command, args []string) error {
			n, err := click.IntRange(cmd, arg, args[0], k.low, k.high)
			if err != nil {
				return err
			}
			return k.set(cmd, s, arg, strconv.Itoa(n))
		}),
		status("enable", "Enable"), status("disable", "Disable"))
	g.PersistentFlags().StringP("namespace", "n", "", "Namespace name")
	return g
}

func (k kind) set(cmd *cobra.Command, s *session.Session, field, value string) error {
	if err := k.able(cmd.Context(), s); err != nil {
		return err
	}
	return s.Change(cmd.Context(), func(c *commit.Candidate) error {
		for _, key := range k.keys {
			c.SetField(schema.TableFlexCounter, key, field, value)
		}
		return nil
	})
}

// able refuses what the ASIC cannot count.
func (k kind) able(ctx context.Context, s *session.Session) error {
	if k.ability == "" {
		return nil
	}
	db, err := s.DB(statedb.StateDB)
	if err != nil {
		return err
	}
	can, _, err := db.Get(ctx, "SWITCH_CAPABILITY", "switch")
	if err == nil && can[k.ability] != "true" {
		err = &click.ExitError{Code: click.CodeError, Text: "Error: " + k.title + " is not supported on this platform."}
	}
	return err
}

func newShow(s *session.Session) *cobra.Command {
	var format session.Format
	cmd := click.Command("show", "Show the counter configuration", click.Args(), func(cmd *cobra.Command, _ []string) error {
		rows, err := read(cmd.Context(), s)
		if err != nil {
			return err
		}
		if !format.Structured() {
			s.Printf("%s\n", tabulate.Render([]string{"Type", "Interval (in ms)", "Status"}, rows, tabulate.Options{}))
			return nil
		}
		list := make([]map[string]string, len(rows))
		for i, r := range rows {
			list[i] = map[string]string{"type": r[0], "interval": r[1], "status": r[2]}
		}
		return format.Write(s.Out, list)
	})
	format.Flags(cmd.Flags())
	cmd.Flags().StringP("namespace", "n", "", "Namespace name")
	return cmd
}

// read gives a line for each kind that is configured.
func read(ctx context.Context, s *session.Session) ([][]string, error) {
	db, err := s.DB(statedb.ConfigDB)
	if err != nil {
		return nil, err
	}
	all, err := db.All(ctx, schema.TableFlexCounter)
	if err != nil {
		return nil, err
	}
	var rows [][]string
	for _, l := range lines() {
		row, ok := all[l.key]
		if !ok {
			continue
		}
		interval, status := l.interval, "disable"
		if v := row["POLL_INTERVAL"]; v != "" {
			interval = v
		}
		if v := row["FLEX_COUNTER_STATUS"]; v != "" {
			status = v
		}
		rows = append(rows, []string{l.name, interval, status})
	}
	return rows, nil
}
