package configure

import (
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/heddle-nos/heddle/daemons/cli/click"
	"github.com/heddle-nos/heddle/daemons/cli/session"
	"github.com/heddle-nos/heddle/daemons/commit"
	"github.com/heddle-nos/heddle/internal/natural"
	"github.com/heddle-nos/heddle/yang/schema"
)

const (
	tableACL     = "ACL_TABLE"
	tableACLRule = "ACL_RULE"
)

// newACL makes `config acl`.
func newACL(s *session.Session) *cobra.Command {
	options := []option{
		{name: "description", short: "d"}, {name: "ports", short: "p"}, {name: "stage", short: "s", words: []string{"ingress", "egress"}},
	}
	add := withOptions(newEdit(s, "table <table_name> <table_type>", "Add ACL table", func(e *edit) error { return addACLTable(e, options) }), options)
	remove := newEdit(s, "table <table_name>", "Remove ACL table", func(e *edit) error {
		e.c.Delete(tableACL, e.args[0])
		return nil
	})
	for _, cmd := range []*cobra.Command{add, remove} {
		cmd.Flags().StringP("namespace", "n", "", "Namespace name or all")
	}
	return click.Group("acl", "ACL-related configuration tasks",
		click.Group("add", "Add ACL configuration.", add), click.Group("remove", "Remove ACL configuration.", remove),
		newACLUpdate(s))
}

// bindable are the ports that a list can be bound to: port channels instead of
// their members.
func bindable(c *commit.Candidate) []string {
	var out []string
	for _, port := range c.Keys(schema.TablePort) {
		if channelOf(c, port) == "" {
			out = append(out, port)
		}
	}
	for _, key := range c.Keys(schema.TablePortChannelMember) {
		if channel, _, _ := strings.Cut(key, "|"); !slices.Contains(out, channel) {
			out = append(out, channel)
		}
	}
	return out
}

func addACLTable(e *edit, options []option) error {
	description, described, err := e.option(options[0])
	if err != nil {
		return err
	}
	ports, bound, err := e.option(options[1])
	if err != nil {
		return err
	}
	stage, staged, err := e.option(options[2])
	if err != nil {
		return err
	}
	if !described || description == "" {
		description = e.args[0]
	}
	if !staged {
		stage = "ingress"
	}
	list, err := aclPorts(e, ports, bound)
	if err != nil {
		return err
	}
	e.c.Replace(tableACL, e.args[0], commit.Row{"type": e.args[1], "policy_desc": description, "stage": stage})
	e.setList(tableACL, e.args[0], "ports", list)
	return nil
}

// aclPorts reads what a list is bound to; a VLAN stands for its members.
func aclPorts(e *edit, said string, given bool) ([]string, error) {
	const parse = "Failed to parse ACL table config: exception="
	all := bindable(e.c)
	switch {
	case given && said == "":
		return nil, e.failf(parse + "Cannot bind empty list of ports")
	case !given:
		slices.SortFunc(all, natural.Compare)
		return all, nil
	}
	var out []string
	for name := range strings.SplitSeq(said, ",") {
		names := []string{name}
		if strings.HasPrefix(name, "Vlan") {
			if names = vlanPorts(e.c, name); len(names) == 0 {
				return nil, e.failf(parse+"Cannot bind empty VLAN %s", name)
			}
		}
		for _, n := range names {
			if !slices.Contains(all, n) {
				return nil, e.failf(parse+"Cannot bind ACL to specified port %s", n)
			}
			if !slices.Contains(out, n) {
				out = append(out, n)
			}
		}
	}
	slices.SortFunc(out, natural.Compare)
	return out, nil
}

func vlanPorts(c *commit.Candidate, vlan string) []string {
	var out []string
	for _, key := range c.Keys(schema.TableVLANMember) {
		if name, port, _ := strings.Cut(key, "|"); name == vlan {
			out = append(out, port)
		}
	}
	return out
}
