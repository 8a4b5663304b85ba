package configure

import (
	"context"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/heddle-nos/heddle/daemons/cli/click"
	"github.com/heddle-nos/heddle/daemons/cli/session"
	"github.com/heddle-nos/heddle/daemons/commit"
	"github.com/heddle-nos/heddle/yang/schema"
)

func newVLANMember(s *session.Session) *cobra.Command {
	return click.Group("member", "VLAN member related configuration tasks", newVLANMemberAdd(s), newVLANMemberDel(s))
}

type memberOptions struct {
	*session.Session
	cmd       *cobra.Command
	vid, port string
	untagged  bool
	multiple  bool
	except    bool // all VLANs but those named
	first     int  // the first VLAN that may be named
}

func (o *memberOptions) flags(cmd *cobra.Command) {
	cmd.Flags().BoolVarP(&o.multiple, "multiple", "m", false, "Multiple Vlan(s) in Range or in Comma separated list")
	cmd.Flags().BoolVarP(&o.except, "except_flag", "e", false, "Skip the given Vlans and take all other existing Vlans")
}

func newVLANMemberAdd(s *session.Session) *cobra.Command {
	o := &memberOptions{Session: s}
	cmd := click.Command("add <vid> port", "Add VLAN member", click.Args("<vid>", "port"), func(cmd *cobra.Command, args []string) error {
		o.cmd, o.vid, o.port = cmd, args[0], args[1]
		if o.untagged && (o.multiple || o.except || o.vid == "all") {
			return click.Fail(cmd, "%s cannot have more than one untagged Vlan.", o.port)
		}
		o.first = firstVLAN
		return o.run(cmd.Context(), existingVLANs, o.add)
	})
	cmd.Flags().BoolVarP(&o.untagged, "untagged", "u", false, "Untagged status")
	o.flags(cmd)
	return cmd
}

func newVLANMemberDel(s *session.Session) *cobra.Command {
	o := &memberOptions{Session: s}
	cmd := click.Command("del <vid> <port>", "Delete VLAN member", click.Args("<vid>", "<port>"), func(cmd *cobra.Command, args []string) error {
		o.cmd, o.vid, o.port = cmd, args[0], args[1]
		o.first = anyVLAN
		return o.run(cmd.Context(), o.joined, o.del)
	})
	o.flags(cmd)
	return cmd
}

// run finds the VLANs and the port that the operator means; all gives what "all" stands for.
func (o *memberOptions) run(ctx context.Context, all func(*commit.Candidate) []int, one func(c *commit.Candidate, vlan, port string) error) error {
	return o.Change(ctx, func(c *commit.Candidate) error {
		ids, err := o.vlans(all(c))
		if err != nil {
			return err
		}
		for _, id := range ids {
			if !c.Has(schema.TableVLAN, vlanName(id)) {
				return click.Fail(o.cmd, "%s does not exist", vlanName(id))
			}
			port, err := portNamed(o.Session, o.cmd, c, o.port)
			if err != nil {
				port = o.port // an alias that nothing has is no name either
			}
			if err := one(c, vlanName(id), port); err != nil {
				return err
			}
		}
		return nil
	})
}

func (o *memberOptions) vlans(all []int) ([]int, error) {
	if o.vid == "all" {
		return all, nil
	}
	if !o.multiple && (o.vid == "" || strings.Trim(o.vid, "0123456789") != "") {
		return nil, click.Fail(o.cmd, "Vlan is not integer.")
	}
	named, err := vlanArguments(o.cmd, o.vid, o.multiple, o.first)
	if err != nil || !o.except {
		return named, err
	}
	return slices.DeleteFunc(all, func(id int) bool { return slices.Contains(named, id) }), nil
}

// joined lists the VLANs that the port is a member of.
func (o *memberOptions) joined(c *commit.Candidate) []int {
	port, err := portNamed(o.Session, o.cmd, c, o.port)
	if err != nil {
		return nil
	}
	member := vlansOf(c, port)
	return slices.DeleteFunc(existingVLANs(c), func(id int) bool {
		_, is := member[vlanName(id)]
		return !is
	})
}

func (o *memberOptions) add(c *commit.Candidate, vlan, port string) error {
	if err := o.mayJoin(c, vlan, port); err != nil {
		return err
	}
	mode := schema.Tagged
	if o.untagged {
		mode = schema.Untagged
	}
	c.Replace(schema.TableVLANMember, vlan+"|"+port, commit.Row{"tagging_mode": string(mode)})
	addSTPPort(c, port)
	return nil
}

// mayJoin says why a port cannot be a member of a VLAN.
func (o *memberOptions) mayJoin(c *commit.Candidate, vlan, port string) error {
	if mirrorSessionTo(c, port) != "" {
		return click.Fail(o.cmd, "%s is configured as mirror destination port", port)
	}
	member := vlansOf(c, port)
	if _, already := member[vlan]; already {
		return click.Fail(o.cmd, "%s is already a member of %s", port, vlan)
	}
	row, isPort := c.Row(schema.TablePort, port)
	if !isPort {
		channel, isChannel := c.Row(schema.TablePortChannel, port)
		if !isChannel {
			return click.Fail(o.cmd, "%s does not exist", port)
		}
		row = channel
	}
	if isRouterInterface(c, port) {
		return click.Fail(o.cmd, "%s is a router interface!", port)
	}
	if isPort && channelOf(c, port) != "" {
		return click.Fail(o.cmd, "%s is part of portchannel!", port)
	}
	if o.untagged && slices.Contains(modes(member), string(schema.Untagged)) {
		return click.Fail(o.cmd, "%s is already untagged member!", port)
	}
	switch mode := row["mode"]; {
	case mode == "routed":
		return click.Fail(o.cmd, "%s is in routed mode!\nUse switchport mode command to change port mode", port)
	case mode == "access" && !o.untagged:
		return click.Fail(o.cmd, "%s is in access mode! Tagged Members cannot be added", port)
	}
	return nil
}

func modes(member map[string]string) []string {
	var out []string
	for _, m := range member {
		out = append(out, m)
	}
	return out
}

func (o *memberOptions) del(c *commit.Candidate, vlan, port string) error {
	key := vlan + "|" + port
	if !c.Has(schema.TableVLANMember, key) {
		return click.Fail(o.cmd, "%s is not a member of %s", port, vlan)
	}
	c.Delete(schema.TableVLANMember, key)
	deleteSTPMember(c, vlan, port)
	deleteSnoopingMember(c, vlan, port)
	return nil
}
