package configure

import (
	"context"
	"net/netip"
	"slices"

	"github.com/spf13/cobra"

	"github.com/heddle-nos/heddle/daemons/cli/click"
	"github.com/heddle-nos/heddle/daemons/cli/session"
	"github.com/heddle-nos/heddle/daemons/commit"
	"github.com/heddle-nos/heddle/yang/schema"
)

type ipOptions struct {
	*session.Session
	cmd       *cobra.Command
	name      string
	prefix    netip.Prefix
	gateway   string
	secondary bool
}

func newIPAdd(s *session.Session) *cobra.Command {
	o := &ipOptions{Session: s}
	cmd := click.Command("add <interface_name> <ip_addr> <default gateway IP address>", "Add an IP address towards the interface",
		click.Args("<interface_name>", "<ip_addr>", "[<default gateway IP address>]"), func(cmd *cobra.Command, args []string) error {
			if len(args) > 2 {
				o.gateway = args[2]
			}
			if err := o.take(cmd, args); err != nil {
				return err
			}
			return o.add(cmd.Context())
		})
	cmd.Flags().BoolVarP(&o.secondary, "secondary", "s", false, "Set the IP address as secondary")
	return cmd
}

func newIPRemove(s *session.Session) *cobra.Command {
	o := &ipOptions{Session: s}
	return click.Command("remove <interface_name> <ip_addr>", "Remove an IP address from the interface",
		click.Args("<interface_name>", "<ip_addr>"), func(cmd *cobra.Command, args []string) error {
			if err := o.take(cmd, args); err != nil {
				return err
			}
			return o.remove(cmd.Context())
		})
}

// take reads the interface and the address.
func (o *ipOptions) take(cmd *cobra.Command, args []string) error {
	o.cmd, o.name = cmd, args[0]
	p, err := prefixArgument(args[1])
	if err != nil {
		return click.Fail(cmd, "IP address is not valid: '%s' does not appear to be an IPv4 or IPv6 interface", args[1])
	}
	o.prefix = p
	if o.gateway != "" {
		if _, err := netip.ParseAddr(o.gateway); err != nil {
			return click.Fail(cmd, "IP address is not valid: '%s' does not appear to be an IPv4 or IPv6 address", o.gateway)
		}
	}
	return nil
}

// prefixArgument reads an address; without a length it is a host.
func prefixArgument(s string) (netip.Prefix, error) {
	p, err := netip.ParsePrefix(s)
	if err == nil {
		return p, nil
	}
	a, err := netip.ParseAddr(s)
	return netip.PrefixFrom(a, a.BitLen()), err
}

func (o *ipOptions) add(ctx context.Context) error {
	var refused error
	err := o.Change(ctx, func(c *commit.Candidate) error {
		refused = nil
		name, err := portNamed(o.Session, o.cmd, c, o.name)
		if err != nil {
			return err
		}
		if err := o.mayRoute(c, name); err != nil {
			return err
		}
		if refused = switchedPort(c, name); refused != nil {
			return nil
		}
		table := interfaceTable(name)
		if table == schema.TableMgmtInterface {
			o.onlyOfFamily(c, name)
		} else if !c.Has(table, name) {
			c.Replace(table, name, commit.Row{})
		}
		// SONiC leaves the router interface behind when a secondary address
		// comes before the primary one; scripts count on it.
		if refused = o.mayBeSecondary(c, table, name); refused == nil {
			c.Replace(table, name+"|"+o.prefix.String(), o.fields(table))
		}
		return nil
	})
	if err != nil {
		return err
	}
	return refused
}

// onlyOfFamily makes room on the management port, which has one address of each family.
func (o *ipOptions) onlyOfFamily(c *commit.Candidate, name string) {
	for _, prefix := range addressesOf(c, schema.TableMgmtInterface, name) {
		if p, err := prefixArgument(prefix); err == nil && p.Addr().Is4() == o.prefix.Addr().Is4() {
			c.Delete(schema.TableMgmtInterface, name+"|"+prefix)
		}
	}
}

// switchedPort says why a port that bridges cannot have an address. As with SONiC, that is told and no failure.
func switchedPort(c *commit.Candidate, name string) error {
	for _, table := range []string{schema.TablePort, schema.TablePortChannel} {
		row, _ := c.Row(table, parentOf(name))
		if mode := row["mode"]; mode == "access" || mode == "trunk" {
			return quitf(click.CodeOK, "Interface %s is in %s mode and needs to be in routed mode!", name, mode)
		}
	}
	return nil
}

// fields gives the row of the address.
func (o *ipOptions) fields(table string) commit.Row {
	row := commit.Row{}
	if o.secondary {
		row["secondary"] = "true"
	}
	if table == schema.TableMgmtInterface && o.gateway != "" {
		row["gwaddr"] = o.gateway
	}
	return row
}

// mayRoute says why an interface cannot have an address.
func (o *ipOptions) mayRoute(c *commit.Candidate, name string) error {
	if interfaceTable(name) == "" {
		return click.Fail(o.cmd, "%s is not valid. Valid names [Ethernet/PortChannel/Vlan/Loopback]", name)
	}
	base := parentOf(name)
	if channelOf(c, base) != "" {
		return click.Fail(o.cmd, "%s is configured as a member of portchannel.", base)
	}
	if len(vlansOf(c, base)) > 0 {
		return click.Fail(o.cmd, "Interface %s is a member of vlan\nAborting!", base)
	}
	if !exists(c, name) && (isSubInterface(name) || schema.InterfaceName(name).Kind() == schema.InterfacePort) {
		return click.Fail(o.cmd, "Interface %s does not exist", name)
	}
	if interfaceTable(name) == schema.TableVLANInterface && !c.Has(schema.TableVLAN, name) {
		return click.Fail(o.cmd, "Error: %s does not exist. Vlan must be created before adding an IP address", name)
	}
	return nil
}

func (o *ipOptions) mayBeSecondary(c *commit.Candidate, table, name string) error {
	if !o.secondary {
		return nil
	}
	for _, prefix := range addressesOf(c, table, name) {
		row, _ := c.Row(table, name+"|"+prefix)
		if _, has := row["secondary"]; !has {
			return nil
		}
	}
	return click.Fail(o.cmd, "Primary for the interface %s is not set, so skipping adding the interface", name)
}

func (o *ipOptions) remove(ctx context.Context) error {
	return o.Change(ctx, func(c *commit.Candidate) error {
		name, err := portNamed(o.Session, o.cmd, c, o.name)
		if err != nil {
			return err
		}
		table := interfaceTable(name)
		if table == "" {
			return click.Fail(o.cmd, "'interface_name' is not valid. Valid names [Ethernet/PortChannel/Vlan/Loopback]")
		}
		stored := o.stored(c, table, name)
		last := len(addressesOf(c, table, name)) == 1 && stored != ""
		if last && boundRoute(c, name) {
			return click.Fail(o.cmd, "Cannot remove the last IP entry of interface %s. A static %s route is still bound to the RIF.", name, family(o.prefix))
		}
		c.Delete(table, name+"|"+stored)
		if last && table != schema.TableVLANSubInterface && !keptWithoutAddress(c, table, name) {
			c.Delete(table, name)
		}
		return nil
	})
}

// keptWithoutAddress says whether an interface routes without an address: in a VRF or VNET, or with its link-local one.
func keptWithoutAddress(c *commit.Candidate, table, name string) bool {
	row, _ := c.Row(table, name)
	return row["vrf_name"] != "" || row["vnet_name"] != "" || row["ipv6_use_link_local_only"] == "enable"
}

// stored finds how the table spells the address, or "".
func (o *ipOptions) stored(c *commit.Candidate, table, name string) string {
	prefixes := addressesOf(c, table, name)
	i := slices.IndexFunc(prefixes, func(s string) bool {
		p, err := prefixArgument(s)
		return err == nil && p == o.prefix
	})
	if i < 0 {
		return ""
	}
	return prefixes[i]
}

func family(p netip.Prefix) string {
	if p.Addr().Is4() {
		return "ip"
	}
	return "ipv6"
}

// boundRoute says whether a static route leaves through the interface by name.
func boundRoute(c *commit.Candidate, name string) bool {
	for _, key := range c.Keys(schema.TableStaticRoute) {
		row, _ := c.Row(schema.TableStaticRoute, key)
		if slices.Contains(splitList(row["ifname"]), name) {
			return true
		}
	}
	return false
}
