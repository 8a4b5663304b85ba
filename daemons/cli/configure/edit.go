package configure

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/heddle-nos/heddle/daemons/cli/click"
	"github.com/heddle-nos/heddle/daemons/cli/session"
	"github.com/heddle-nos/heddle/daemons/commit"
	"github.com/heddle-nos/heddle/internal/statedb"
)

// edit is one command's change to a candidate. It may run more than once, on
// fresh candidates, so it tells what it did instead of printing it.
type edit struct {
	s    *session.Session
	cmd  *cobra.Command
	c    *commit.Candidate
	args []string
	told []string
}

// newEdit makes a command that is one edit. The names of its arguments are
// the words of use behind the first.
func newEdit(s *session.Session, use, short string, run func(*edit) error) *cobra.Command {
	names := strings.Fields(use)[1:]
	return click.Command(use, short, click.Args(names...), func(cmd *cobra.Command, args []string) error {
		e := &edit{s: s, cmd: cmd, args: args}
		err := s.Change(cmd.Context(), func(c *commit.Candidate) error {
			e.c, e.told = c, nil
			return run(e)
		})
		var invalid *commit.InvalidError
		if !errors.As(err, &invalid) {
			for _, line := range e.told {
				s.Printf("%s\n", line)
			}
		}
		return err
	})
}

// newChoice makes an edit whose first argument is one of a few words.
func newChoice(s *session.Session, use, short string, words []string, run func(*edit) error) *cobra.Command {
	cmd := newEdit(s, use, short, func(e *edit) error {
		if _, err := click.Choice(e.cmd, strings.Fields(use)[1], e.args[0], words...); err != nil {
			return err
		}
		return run(e)
	})
	rest := cmd.Args
	cmd.Args = func(cmd *cobra.Command, args []string) error {
		if len(args) == 0 {
			return click.Fail(cmd, "Missing argument '%s'. Choose from:\n\t%s", strings.Fields(use)[1], strings.Join(words, ",\n\t"))
		}
		return rest(cmd, args)
	}
	return cmd
}

// failf refuses the command line.
func (e *edit) failf(format string, args ...any) error { return click.Fail(e.cmd, format, args...) }

// tellf says something once the change is made.
func (e *edit) tellf(format string, args ...any) {
	e.told = append(e.told, fmt.Sprintf(format, args...))
}

// quitf ends the command with a code and a text on the standard output.
func quitf(code int, format string, args ...any) error {
	return &click.ExitError{Code: code, Text: fmt.Sprintf(format, args...)}
}

// arg gives an argument, or "" for one that was left out.
func (e *edit) arg(i int) string {
	if i < len(e.args) {
		return e.args[i]
	}
	return ""
}

// row gives a row, empty when there is none.
func (e *edit) row(table, key string) commit.Row {
	row, _ := e.c.Row(table, key)
	return row
}

// state gives a row of STATE_DB, empty when there is none.
func (e *edit) state(table, key string) (commit.Row, error) {
	db, err := e.s.DB(statedb.StateDB)
	if err != nil {
		return nil, err
	}
	row, _, err := db.Get(e.cmd.Context(), table, key)
	return row, err
}

// capabilities gives what the ASIC has said it can do.
func (e *edit) capabilities() (commit.Row, error) { return e.state("SWITCH_CAPABILITY", "switch") }

// dropTables takes away all rows of tables.
func (e *edit) dropTables(tables ...string) {
	for _, table := range tables {
		for _, key := range slices.Clone(e.c.Keys(table)) {
			e.c.Delete(table, key)
		}
	}
}
