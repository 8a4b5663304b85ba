package configure

import (
	"strconv"
	"strings"

	"github.com/spf13/cobra"

	"github.com/heddle-nos/heddle/daemons/cli/click"
	"github.com/heddle-nos/heddle/daemons/commit"
)

// option is an option of a command that fills one field of a row.
type option struct {
	name, short string
	field       string // "" for one that the command looks at itself
	needed      bool
	words       []string                                                    // what may be said
	check       func(e *edit, hint, said string) (stored string, err error) // or what is stored for it
}

// withOptions gives a command its options.
func withOptions(cmd *cobra.Command, options []option) *cobra.Command {
	for _, o := range options {
		cmd.Flags().StringP(o.name, o.short, "", strings.ReplaceAll(o.name, "-", " "))
	}
	return cmd
}

// singleDash lets options be written with one dash, as some of SONiC's are.
func singleDash(cmd *cobra.Command, options []option) {
	for _, o := range options {
		click.Alias(cmd, "-"+o.name, "--"+o.name)
	}
}

// hint names the option in messages: '-t' / '--type'.
func (o option) hint() string {
	if o.short == "" {
		return "'--" + o.name + "'"
	}
	return "'-" + o.short + "' / '--" + o.name + "'"
}

// optionRow reads the options that were given into a row.
func (e *edit) optionRow(options []option) (commit.Row, error) {
	row := make(commit.Row)
	for _, o := range options {
		said, ok, err := e.option(o)
		if err != nil {
			return nil, err
		}
		if ok && o.field != "" {
			row[o.field] = said
		}
	}
	return row, nil
}

// option reads one option; false when it was not given.
func (e *edit) option(o option) (string, bool, error) {
	flag := e.cmd.Flags().Lookup(o.name)
	if !flag.Changed {
		if o.needed {
			return "", false, e.failf("Missing option %s.", o.hint())
		}
		return "", false, nil
	}
	said := flag.Value.String()
	if o.words != nil {
		hint := strings.TrimSuffix(strings.TrimPrefix(o.hint(), "'"), "'")
		_, err := click.Choice(e.cmd, hint, said, o.words...)
		return said, true, err
	}
	if o.check != nil {
		stored, err := o.check(e, o.hint(), said)
		return stored, true, err
	}
	return said, true, nil
}

// whole accepts a number within bounds; a negative high means that there is none.
func whole(low, high int) func(*edit, string, string) (string, error) {
	return func(e *edit, hint, said string) (string, error) {
		n, err := strconv.Atoi(strings.TrimSpace(said))
		switch {
		case err != nil:
			return "", e.failf("Invalid value for %s: '%s' is not a valid integer range.", hint, said)
		case high < 0 && n < low:
			return "", e.failf("Invalid value for %s: %d is not in the range x>=%d.", hint, n, low)
		case high >= 0 && (n < low || n > high):
			return "", e.failf("Invalid value for %s: %d is not in the range %d<=x<=%d.", hint, n, low, high)
		}
		return strconv.Itoa(n), nil
	}
}

// fresh refuses a key that a table has already.
func (e *edit) fresh(table, key string) error {
	if e.c.Has(table, key) {
		return e.failf("%s|%s already exists in Config DB", table, key)
	}
	return nil
}

// present refuses a key that a table does not have.
func (e *edit) present(table, key string) error {
	if !e.c.Has(table, key) {
		return e.failf("%s|%s doesn't exist in Config DB", table, key)
	}
	return nil
}
