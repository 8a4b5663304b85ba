package configure

import (
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/heddle-nos/heddle/daemons/cli/click"
	"github.com/heddle-nos/heddle/daemons/commit"
	"github.com/heddle-nos/heddle/yang/schema"
)

// mayAggregate says why a port cannot be a member: whatever a port has of its
// own would be lost in the port channel, and its members are alike.
func mayAggregate(cmd *cobra.Command, c *commit.Candidate, channel, port string) error {
	if isRouterInterface(c, port) {
		return click.Fail(cmd, " %s has ip address configured", port)
	}
	for _, key := range c.Keys(schema.TableVLANSubInterface) {
		if !strings.Contains(key, "|") && parentOf(key) == port {
			return click.Fail(cmd, " %s has subinterfaces configured", port)
		}
	}
	if len(vlansOf(c, port)) > 0 {
		return click.Fail(cmd, "%s Interface configured as VLAN_MEMBER under vlan : %s", port, strings.Join(keysOf(vlansOf(c, port)), ","))
	}
	if other := channelOf(c, port); other != "" {
		return click.Fail(cmd, "%s Interface is already member of %s ", port, other)
	}
	if err := isAlike(cmd, c, channel, port); err != nil {
		return err
	}
	for _, bound := range []struct{ table, field string }{{"ACL_TABLE", "ports@"}, {"PBH_TABLE", "interface_list@"}} {
		if names := namingPort(c, bound.table, bound.field, port); len(names) > 0 {
			return click.Fail(cmd, "Port %s is already bound to following %sS: ['%s']", port, bound.table, strings.Join(names, "', '"))
		}
	}
	return nil
}

// isAlike compares a port with the port channel and its members.
func isAlike(cmd *cobra.Command, c *commit.Candidate, channel, port string) error {
	row, _ := c.Row(schema.TablePort, port)
	for _, key := range c.Keys(schema.TablePortChannelMember) {
		member, ok := strings.CutPrefix(key, channel+"|")
		if other, _ := c.Row(schema.TablePort, member); ok && other["speed"] != row["speed"] {
			return click.Fail(cmd, "Port speed of %s is different than the other members of the portchannel %s", port, channel)
		}
	}
	whole, _ := c.Row(schema.TablePortChannel, channel)
	if whole["mtu"] != "" && row["mtu"] != "" && whole["mtu"] != row["mtu"] {
		return click.Fail(cmd, "Port MTU of %s is different than the %s MTU size", port, channel)
	}
	if tpid := row["tpid"]; tpid != "" && tpid != "0x8100" {
		return click.Fail(cmd, "Port TPID of %s: %s is not at default 0x8100", port, tpid)
	}
	return nil
}

// namingPort lists the rows of a table that have a port in a list.
func namingPort(c *commit.Candidate, table, field, port string) []string {
	return slices.DeleteFunc(c.Keys(table), func(key string) bool {
		row, _ := c.Row(table, key)
		return !slices.Contains(strings.Split(row[field], ","), port)
	})
}
