package crm

import (
	"strconv"
	"strings"

	"github.com/spf13/cobra"

	"github.com/heddle-nos/heddle/daemons/cli/click"
	"github.com/heddle-nos/heddle/daemons/cli/session"
	"github.com/heddle-nos/heddle/daemons/commit"
	"github.com/heddle-nos/heddle/yang/schema"
)

// New makes the whole command tree.
func New(s *session.Session) *cobra.Command {
	return click.Group("crm", "Utility entry point.", newConfig(s), newShow(s))
}

func newConfig(s *session.Session) *cobra.Command {
	thresholds := click.Group("thresholds", "CRM thresholds configuration")
	names := make([]string, 0, len(resources()))
	for _, r := range resources() {
		add(thresholds, r.words, newThreshold(s, r.name)...)
		names = append(names, r.name)
	}
	add(thresholds, "all", newThreshold(s, names...)...)
	return click.Group("config", "CRM related configuration",
		click.Group("polling", "CRM polling configuration", newInterval(s)), thresholds)
}

// add puts commands below the groups that words name.
func add(root *cobra.Command, words string, commands ...*cobra.Command) {
	for _, word := range strings.Fields(words) {
		root = subgroup(root, word)
	}
	root.AddCommand(commands...)
}

func subgroup(parent *cobra.Command, name string) *cobra.Command {
	for _, c := range parent.Commands() {
		if c.Name() == name {
			return c
		}
	}
	g := click.Group(name, "CRM resource "+name)
	parent.AddCommand(g)
	return g
}

func newInterval(s *session.Session) *cobra.Command {
	return click.Command("interval INTERVAL", "CRM polling interval configuration", click.Args("INTERVAL"), func(cmd *cobra.Command, args []string) error {
		n, err := click.Int(cmd, "INTERVAL", args[0])
		if err != nil {
			return err
		}
		return set(cmd, s, map[string]string{"polling_interval": strconv.Itoa(n)})
	})
}

// newThreshold makes type, low and high of some resources.
func newThreshold(s *session.Session, names ...string) []*cobra.Command {
	put := func(cmd *cobra.Command, suffix, value string) error {
		fields := make(map[string]string, len(names))
		for _, n := range names {
			fields[n+suffix] = value
		}
		return set(cmd, s, fields)
	}
	bound := func(name string) *cobra.Command {
		return click.Command(name+" VALUE", "CRM "+name+" threshold configuration", click.Args("VALUE"), func(cmd *cobra.Command, args []string) error {
			n, err := click.Int(cmd, "VALUE", args[0])
			if err != nil {
				return err
			}
			return put(cmd, "_"+name+"_threshold", strconv.Itoa(n))
		})
	}
	return []*cobra.Command{
		click.Command("type VALUE", "CRM threshold type configuration", click.Args("VALUE"), func(cmd *cobra.Command, args []string) error {
			if _, err := click.Choice(cmd, "VALUE", args[0], "percentage", "used", "free"); err != nil {
				return err
			}
			return put(cmd, "_threshold_type", args[0])
		}),
		bound("low"), bound("high"),
	}
}

func set(cmd *cobra.Command, s *session.Session, fields map[string]string) error {
	return s.Change(cmd.Context(), func(c *commit.Candidate) error {
		for field, value := range fields {
			c.SetField(schema.TableCRM, schema.KeyCRM, field, value)
		}
		return nil
	})
}
