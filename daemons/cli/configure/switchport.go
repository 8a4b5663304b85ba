package configure

import (
	"context"
	"slices"

	"github.com/spf13/cobra"

	"github.com/heddle-nos/heddle/daemons/cli/click"
	"github.com/heddle-nos/heddle/daemons/cli/session"
	"github.com/heddle-nos/heddle/daemons/commit"
	"github.com/heddle-nos/heddle/yang/schema"
)

func newSwitchport(s *session.Session) *cobra.Command {
	return click.Group("switchport", "Switchport mode configuration tasks", newSwitchportMode(s))
}

type switchportOptions struct {
	*session.Session
	cmd        *cobra.Command
	mode, port string
}

func newSwitchportMode(s *session.Session) *cobra.Command {
	o := &switchportOptions{Session: s}
	return click.Command("mode <mode_type> port", "Switchport mode", click.Args("<mode_type>", "port"),
		func(cmd *cobra.Command, args []string) error {
			mode, err := click.Choice(cmd, "<mode_type>", args[0], "access", "trunk", "routed")
			if err != nil {
				return err
			}
			o.cmd, o.mode, o.port = cmd, mode, args[1]
			return o.run(cmd.Context())
		})
}

func (o *switchportOptions) run(ctx context.Context) error {
	err := o.Change(ctx, func(c *commit.Candidate) error {
		port, err := portNamed(o.Session, o.cmd, c, o.port)
		if err != nil {
			return err
		}
		table := schema.TablePort
		if !c.Has(table, port) {
			table = schema.TablePortChannel
		}
		if !c.Has(table, port) {
			return click.Fail(o.cmd, "%s does not exist", port)
		}
		if err := o.maySwitch(c, table, port); err != nil {
			return err
		}
		c.SetField(table, port, "mode", o.mode)
		return nil
	})
	if err == nil {
		o.Printf("%s switched to %s mode\n", o.port, o.mode)
	}
	return err
}

func (o *switchportOptions) maySwitch(c *commit.Candidate, table, port string) error {
	if mirrorSessionTo(c, port) != "" {
		return click.Fail(o.cmd, "%s is configured as mirror destination port", port)
	}
	if channelOf(c, port) != "" {
		return click.Fail(o.cmd, "%s is part of portchannel!", port)
	}
	if o.mode != "routed" && isRouterInterface(c, port) {
		return click.Fail(o.cmd, "Remove IP from %s to change mode!", port)
	}
	row, _ := c.Row(table, port)
	now := row["mode"]
	if now == o.mode || now == "" && o.mode == "routed" {
		return click.Fail(o.cmd, "%s is already in %s mode", port, o.mode)
	}
	members := modes(vlansOf(c, port))
	tagged, untagged := slices.Contains(members, "tagged"), slices.Contains(members, "untagged")
	switch {
	case o.mode == "routed" && tagged:
		return click.Fail(o.cmd, "%s has tagged member(s). \nRemove them to change mode to routed", port)
	case o.mode == "routed" && untagged:
		return click.Fail(o.cmd, "%s has untagged member. \nRemove it to change mode to routed", port)
	case o.mode == "access" && tagged:
		return click.Fail(o.cmd, "%s is in %s mode and have tagged member(s).\nRemove tagged member(s) from %s to switch to access mode", port, now, port)
	}
	return nil
}
