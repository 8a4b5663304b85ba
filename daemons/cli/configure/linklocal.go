package configure

import (
	"github.com/spf13/cobra"

	"github.com/heddle-nos/heddle/daemons/cli/click"
	"github.com/heddle-nos/heddle/daemons/cli/session"
	"github.com/heddle-nos/heddle/daemons/commit"
	"github.com/heddle-nos/heddle/yang/schema"
)

// linkLocalField says that an interface speaks IPv6 although it has no address.
const linkLocalField = "ipv6_use_link_local_only"

// newIPv6 makes `config ipv6`, for all interfaces at once.
func newIPv6(s *session.Session) *cobra.Command {
	all := func(verb, mode, short string) *cobra.Command {
		return click.Group(verb, short, click.Command("link-local", short, click.Args(), func(cmd *cobra.Command, _ []string) error {
			return s.Change(cmd.Context(), func(c *commit.Candidate) error {
				for _, name := range linkLocalCapable(c) {
					setLinkLocal(c, name, mode)
				}
				return nil
			})
		}))
	}
	return click.Group("ipv6", "IPv6 configuration",
		all("enable", "enable", "Enable IPv6 on all interfaces"), all("disable", "disable", "Disable IPv6 on all interfaces"))
}

// linkLocalCapable lists the ports, port channels and VLANs that can be router interfaces.
func linkLocalCapable(c *commit.Candidate) []string {
	var out []string
	for _, table := range []string{schema.TablePort, schema.TablePortChannel, schema.TableVLAN} {
		for _, name := range c.Keys(table) {
			if channelOf(c, name) == "" && len(vlansOf(c, name)) == 0 {
				out = append(out, name)
			}
		}
	}
	return out
}

// newInterfaceIPv6 makes `config interface ipv6`.
func newInterfaceIPv6(s *session.Session) *cobra.Command {
	one := func(verb, mode, short string) *cobra.Command {
		return click.Group(verb, short+" IPv6 processing on interface", click.Command("use-link-local-only <interface_name>",
			short+" IPv6 link local address on interface", click.Args("<interface_name>"), func(cmd *cobra.Command, args []string) error {
				return s.Change(cmd.Context(), func(c *commit.Candidate) error {
					name, err := portNamed(s, cmd, c, args[0])
					if err != nil {
						return err
					}
					if err := mayLinkLocal(cmd, c, name); err != nil {
						return err
					}
					setLinkLocal(c, name, mode)
					return nil
				})
			}))
	}
	return click.Group("ipv6", "Enable or Disable IPv6 processing on interface", one("enable", "enable", "Enable"), one("disable", "disable", "Disable"))
}

func mayLinkLocal(cmd *cobra.Command, c *commit.Candidate, name string) error {
	switch interfaceTable(name) {
	case schema.TableInterface, schema.TablePortChannelInterface, schema.TableVLANInterface:
	default:
		return click.Fail(cmd, "'interface_name' is not valid. Valid names [Ethernet/PortChannel/Vlan]")
	}
	switch {
	case !exists(c, name):
		return click.Fail(cmd, "Interface name %s is invalid. Please enter a valid interface name!!", name)
	case channelOf(c, name) != "":
		return click.Fail(cmd, "%s is configured as a member of portchannel. Cannot configure the IPv6 link local mode!", name)
	case len(vlansOf(c, name)) > 0:
		return click.Fail(cmd, "%s is configured as a member of vlan. Cannot configure the IPv6 link local mode!", name)
	}
	return nil
}

// setLinkLocal changes the mode. An interface that only was one for it ceases to
// be one; disabling says nothing about an interface that says nothing of it.
func setLinkLocal(c *commit.Candidate, name, mode string) {
	table := interfaceTable(name)
	row, _ := c.Row(table, name)
	switch {
	case mode == "enable":
		c.SetField(table, name, linkLocalField, mode)
	case row[linkLocalField] == "":
	case len(row) == 1 && len(addressesOf(c, table, name)) == 0:
		c.Delete(table, name)
	default:
		c.SetField(table, name, linkLocalField, mode)
	}
}

// newLoopbackAction makes `config interface ip loopback-action`.
func newLoopbackAction(s *session.Session) *cobra.Command {
	return click.Command("loopback-action <interface_name> <action>", "Set IP interface loopback action",
		click.Args("<interface_name>", "<action>"), func(cmd *cobra.Command, args []string) error {
			return s.Change(cmd.Context(), func(c *commit.Candidate) error {
				name, err := portNamed(s, cmd, c, args[0])
				if err != nil {
					return err
				}
				table := interfaceTable(name)
				switch {
				case table == "" || !exists(c, name):
					return click.Fail(cmd, "Interface %s is invalid", name)
				case table == schema.TableLoopbackInterface || table == schema.TableMgmtInterface || !c.Has(table, name):
					return click.Fail(cmd, "Interface %s is not an IP interface", name)
				case args[1] != "drop" && args[1] != "forward":
					return click.Fail(cmd, "Invalid action")
				}
				c.SetField(table, name, "loopback_action", args[1])
				return nil
			})
		})
}
