package configure

import (
	"context"
	"strings"

	"github.com/spf13/cobra"

	"github.com/heddle-nos/heddle/daemons/cli/click"
	"github.com/heddle-nos/heddle/daemons/cli/session"
	"github.com/heddle-nos/heddle/daemons/commit"
	"github.com/heddle-nos/heddle/yang/schema"
)

const tableDHCPRelay = "DHCP_RELAY"

func newVLAN(s *session.Session) *cobra.Command {
	return oneASIC(click.Group("vlan", "VLAN-related configuration tasks",
		newVLANAdd(s), newVLANDel(s), newVLANMember(s),
		newVLANProxyARP(s), newVLANAnycast(s, "static-anycast-gateway"), newVLANRelay(s)))
}

type vlanOptions struct {
	*session.Session
	cmd      *cobra.Command
	vid      string
	multiple bool
	noRelay  bool // leave a DHCP relay of the VLAN alone
}

func newVLANAdd(s *session.Session) *cobra.Command {
	o := &vlanOptions{Session: s}
	cmd := click.Command("add <vid>", "Add VLAN", click.Args("<vid>"), func(cmd *cobra.Command, args []string) error {
		o.cmd, o.vid = cmd, args[0]
		return o.add(cmd.Context())
	})
	cmd.Flags().BoolVarP(&o.multiple, "multiple", "m", false, "Add Multiple Vlan(s) in Range or in Comma separated list")
	return cmd
}

func (o *vlanOptions) add(ctx context.Context) error {
	ids, err := vlanArguments(o.cmd, o.vid, o.multiple, firstVLAN)
	if err != nil {
		return err
	}
	return o.Change(ctx, func(c *commit.Candidate) error {
		for _, id := range ids {
			name := vlanName(id)
			if c.Has(schema.TableVLAN, name) {
				return click.Fail(o.cmd, "%s already exists.", name)
			}
			if c.Has(tableDHCPRelay, name) {
				return click.Fail(o.cmd, "DHCPv6 relay config for %s already exists", name)
			}
			c.Replace(schema.TableVLAN, name, commit.Row{"vlanid": strings.TrimPrefix(name, "Vlan")})
			addSTPVLAN(c, name)
		}
		return nil
	})
}

func newVLANDel(s *session.Session) *cobra.Command {
	o := &vlanOptions{Session: s}
	cmd := click.Command("del <vid>", "Delete VLAN", click.Args("<vid>"), func(cmd *cobra.Command, args []string) error {
		o.cmd, o.vid = cmd, args[0]
		return o.del(cmd.Context())
	})
	cmd.Flags().BoolVarP(&o.multiple, "multiple", "m", false, "Delete Multiple Vlan(s) in Range or in Comma separated list")
	cmd.Flags().BoolVar(&o.noRelay, "no_restart_dhcp_relay", false, "Do not touch the DHCP relay of the VLAN")
	return cmd
}

func (o *vlanOptions) del(ctx context.Context) error {
	ids, err := vlanArguments(o.cmd, o.vid, o.multiple, anyVLAN)
	if err != nil {
		return err
	}
	return o.Change(ctx, func(c *commit.Candidate) error {
		for _, id := range ids {
			if err := o.mayDelete(c, id); err != nil {
				return err
			}
			name := vlanName(id)
			c.Delete(schema.TableVLAN, name)
			c.Delete(tableDHCPRelay, name)
			deleteSTPVLAN(c, name)
			deleteSnoopingVLAN(c, name)
		}
		return nil
	})
}

// mayDelete refuses while something hangs on the VLAN.
func (o *vlanOptions) mayDelete(c *commit.Candidate, id int) error {
	name := vlanName(id)
	relay, hasRelay := c.Row(tableDHCPRelay, name)
	if o.noRelay && hasRelay && (relay["dhcpv6_servers"] != "" || relay["dhcpv6_servers@"] != "") {
		return click.Fail(o.cmd, "Can't delete %s because related DHCPv6 Relay config is exist", name)
	}
	if !c.Has(schema.TableVLAN, name) {
		return click.Fail(o.cmd, "%s does not exist", name)
	}
	if c.Has(schema.TableVLANInterface, name) || len(addressesOf(c, schema.TableVLANInterface, name)) > 0 {
		return click.Fail(o.cmd, "%s can not be removed. First remove IP addresses assigned to this VLAN", name)
	}
	for _, key := range c.Keys(schema.TableVLANMember) {
		if strings.HasPrefix(key, name+"|") {
			return click.Fail(o.cmd, "VLAN ID %d can not be removed. First remove all members assigned to this VLAN.", id)
		}
	}
	for _, key := range c.Keys("VXLAN_TUNNEL_MAP") {
		if row, _ := c.Row("VXLAN_TUNNEL_MAP", key); row["vlan"] == name {
			return click.Fail(o.cmd, "vlan: %d can not be removed. First remove vxlan mapping '%s' assigned to VLAN", id, key)
		}
	}
	if c.Has("DHCPV4_RELAY", name) {
		return click.Fail(o.cmd, "%s cannot be removed as it is being used in DHCPV4_RELAY table.", name)
	}
	return nil
}

func newVLANProxyARP(s *session.Session) *cobra.Command {
	return click.Command("proxy_arp <vid> <mode>", "Configure proxy ARP for a VLAN", click.Args("<vid>", "<mode>"),
		func(cmd *cobra.Command, args []string) error {
			mode, err := click.Choice(cmd, "<mode>", args[1], "enabled", "disabled")
			if err != nil {
				return err
			}
			return vlanInterfaceField(s, cmd, args[0], "proxy_arp", mode, "Proxy ARP setting saved to ConfigDB")
		})
}

func newVLANAnycast(s *session.Session, name string) *cobra.Command {
	set := func(name, value, about string) *cobra.Command {
		return click.Command(name+" <vid>", about, click.Args("<vid>"), func(cmd *cobra.Command, args []string) error {
			return vlanInterfaceField(s, cmd, args[0], "static_anycast_gateway", value, "static-anycast-gateway setting saved to ConfigDB")
		})
	}
	return click.Group(name, "Configure static-anycast-gateway for a VLAN interface",
		set("enable", "true", "Enable static-anycast-gateway"), set("disable", "false", "Disable static-anycast-gateway"))
}

// vlanInterfaceField sets one field of a VLAN's router interface.
func vlanInterfaceField(s *session.Session, cmd *cobra.Command, vid, field, value, done string) error {
	id, err := click.Int(cmd, "<vid>", vid)
	if err != nil {
		return err
	}
	name := vlanName(id)
	err = s.Change(cmd.Context(), func(c *commit.Candidate) error {
		if !c.Has(schema.TableVLANInterface, name) {
			return click.Fail(cmd, "Interface %s does not exist", name)
		}
		c.SetField(schema.TableVLANInterface, name, field, value)
		return nil
	})
	if err == nil {
		s.Printf("%s\n", done)
	}
	return err
}
