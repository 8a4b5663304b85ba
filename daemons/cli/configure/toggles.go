package configure

import (
	"strings"

	"github.com/spf13/cobra"

	"github.com/heddle-nos/heddle/daemons/cli/click"
	"github.com/heddle-nos/heddle/daemons/cli/session"
	"github.com/heddle-nos/heddle/daemons/commit"
)

// newBMP makes `config bmp enable|disable <table>`.
func newBMP(s *session.Session) *cobra.Command {
	set := func(verb, value string) *cobra.Command {
		g := click.Group(verb, verb+" a table")
		for _, name := range []string{"bgp-neighbor-table", "bgp-rib-in-table", "bgp-rib-out-table"} {
			g.AddCommand(click.Command(name, verb+" "+name, click.Args(), func(cmd *cobra.Command, _ []string) error {
				return s.Change(cmd.Context(), func(c *commit.Candidate) error {
					c.SetField("BMP", "table", strings.ReplaceAll(name, "-", "_"), value)
					return nil
				})
			}))
		}
		return g
	}
	return click.Group("bmp", "BMP-related configuration tasks", set("enable", "true"), set("disable", "false"))
}

// newSAG makes `config static-anycast-gateway`.
func newSAG(s *session.Session) *cobra.Command {
	add := click.Command("add <mac_address>", "Add the gateway's MAC address", click.Args("<mac_address>"), func(cmd *cobra.Command, args []string) error {
		return s.Change(cmd.Context(), func(c *commit.Candidate) error {
			c.SetField("SAG", "GLOBAL", "gateway_mac", args[0])
			return nil
		})
	})
	del := click.Command("del", "Delete the gateway's MAC address", click.Args(), func(cmd *cobra.Command, _ []string) error {
		return s.Change(cmd.Context(), func(c *commit.Candidate) error {
			var users []string
			for _, name := range c.Keys("VLAN_INTERFACE") {
				if row, _ := c.Row("VLAN_INTERFACE", name); row["static_anycast_gateway"] == "true" {
					users = append(users, name)
				}
			}
			if len(users) > 0 {
				return click.Fail(cmd, "static-anycast-gateway MAC address is in use by VLAN interfaces: %s", strings.Join(users, ", "))
			}
			c.Delete("SAG", "GLOBAL")
			return nil
		})
	})
	return click.Group("static-anycast-gateway", "static-anycast-gateway related configuration tasks", click.Group("mac_address", "The gateway's MAC address", add, del))
}
