package configure

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/spf13/cobra"

	"github.com/heddle-nos/heddle/daemons/cli/click"
	"github.com/heddle-nos/heddle/daemons/cli/session"
	"github.com/heddle-nos/heddle/daemons/commit"
)

// setting is a command that puts one value into one field. Most of SONiC's
// commands are of this kind, so they are data.
type setting struct {
	path  string // the command, "bgp device-global tsa"
	arg   string // the argument's name in messages
	short string
	// Where the value goes.
	table, key, field string
	model             *modelled // whose refusals are told as its parser does, or nil

	words  []word // what may be said
	unsaid string // stands for an argument that may be left out
	whole  bounds // or a whole number
	text   bool   // or any text

	said string // printed when done; %s is the word
}

// bounds are those of a number; refusal is the message for one outside, with
// %s for the number, or "" for click's own.
type bounds struct {
	low, high int
	refusal   string
}

// word is one thing to say, and what is stored for it; "" takes the field away.
type word struct{ said, stored string }

// onOff gives the words of a switch.
func onOff(on, off, storedOn, storedOff string) []word {
	return []word{{on, storedOn}, {off, storedOff}}
}

// same gives words that are stored as they are said.
func same(said ...string) []word {
	out := make([]word, len(said))
	for i, s := range said {
		out[i] = word{s, s}
	}
	return out
}

// newSettings makes the commands of a list below a root. Groups are made as
// their names come up.
func newSettings(s *session.Session, root *cobra.Command, list []setting) {
	for _, item := range list {
		names := strings.Fields(item.path)
		group := root
		for _, name := range names[:len(names)-1] {
			group = subgroup(group, name)
		}
		group.AddCommand(item.command(s, names[len(names)-1]))
	}
}

func subgroup(parent *cobra.Command, name string) *cobra.Command {
	for _, c := range parent.Commands() {
		if c.Name() == name {
			return c
		}
	}
	g := click.Group(name, name+" configuration tasks")
	parent.AddCommand(g)
	return g
}

func (item setting) command(s *session.Session, name string) *cobra.Command {
	arg := item.arg
	if arg == "" {
		arg = "<" + strings.ReplaceAll(name, "-", "_") + ">"
	}
	cmd := click.Command(name+" "+arg, item.short, click.Args(arg), func(cmd *cobra.Command, args []string) error {
		said := item.unsaid
		if len(args) > 0 {
			said = args[0]
		}
		value, err := item.value(cmd, arg, said)
		if err != nil {
			return err
		}
		err = s.Change(cmd.Context(), func(c *commit.Candidate) error {
			if value == "" {
				c.Unset(item.table, item.key, item.field)
			} else {
				c.SetField(item.table, item.key, item.field, value)
			}
			return nil
		})
		if item.model != nil {
			err = item.model.tell(item.table, item.key, err)
		}
		if err == nil && item.said != "" {
			s.Printf("%s\n", strings.ReplaceAll(item.said, "%s", said))
		}
		return err
	})
	click.Describe(cmd, arg, item.help())
	return cmd
}

// help tells what may be said.
func (item setting) help() string {
	switch {
	case item.text:
		return item.short
	case item.words == nil:
		return fmt.Sprintf("A number, %d to %d", item.whole.low, item.whole.high)
	}
	said := make([]string, len(item.words))
	for i, w := range item.words {
		said[i] = w.said
	}
	return strings.Join(said, "|")
}

// value checks what the operator said and gives what is stored.
func (item setting) value(cmd *cobra.Command, arg, said string) (string, error) {
	if item.text {
		return said, nil
	}
	if item.words != nil {
		choices := make([]string, len(item.words))
		for i, w := range item.words {
			if choices[i] = w.said; w.said == said {
				return w.stored, nil
			}
		}
		_, err := click.Choice(cmd, arg, said, choices...)
		return "", err
	}
	n, err := click.Int(cmd, arg, said)
	if err != nil {
		return "", err
	}
	if (n < item.whole.low || n > item.whole.high) && item.whole.refusal != "" {
		return "", click.Fail(cmd, "%s", strings.ReplaceAll(item.whole.refusal, "%s", strconv.Itoa(n)))
	}
	n, err = click.IntRange(cmd, arg, said, item.whole.low, item.whole.high)
	return strconv.Itoa(n), err
}
