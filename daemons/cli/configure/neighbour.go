package configure

import (
	"net/netip"

	"github.com/spf13/cobra"

	"github.com/heddle-nos/heddle/daemons/cli/click"
	"github.com/heddle-nos/heddle/daemons/cli/session"
	"github.com/heddle-nos/heddle/daemons/commit"
	"github.com/heddle-nos/heddle/yang/schema"
)

// newNeighbour is Heddle's own: SONiC has the table, but no command for it.
func newNeighbour(s *session.Session) *cobra.Command {
	return click.Group("neigh", "Static ARP and NDP entries",
		click.Command("add <interface_name> <ip_addr> <mac>", "Add a static neighbor", click.Args("<interface_name>", "<ip_addr>", "<mac>"),
			func(cmd *cobra.Command, args []string) error {
				mac, err := schema.ParseMAC(args[2])
				if err != nil {
					return click.Fail(cmd, "Invalid MAC address %s", args[2])
				}
				addr, key, err := neighbourKey(cmd, args)
				if err != nil {
					return err
				}
				family := schema.IPv4
				if addr.Is6() {
					family = schema.IPv6
				}
				return s.Change(cmd.Context(), func(c *commit.Candidate) error {
					c.Replace(schema.TableNeigh, key, commit.Row{"neigh": mac.String(), "family": string(family)})
					return nil
				})
			}),
		click.Command("del <interface_name> <ip_addr>", "Delete a static neighbor", click.Args("<interface_name>", "<ip_addr>"),
			func(cmd *cobra.Command, args []string) error {
				addr, key, err := neighbourKey(cmd, args)
				if err != nil {
					return err
				}
				return s.Change(cmd.Context(), func(c *commit.Candidate) error {
					if !c.Has(schema.TableNeigh, key) {
						return click.Fail(cmd, "%s is not a static neighbor on %s", addr, args[0])
					}
					c.Delete(schema.TableNeigh, key)
					return nil
				})
			}),
	)
}

func neighbourKey(cmd *cobra.Command, args []string) (netip.Addr, string, error) {
	addr, err := netip.ParseAddr(args[1])
	if err != nil || addr.IsMulticast() || addr.IsUnspecified() || addr.Zone() != "" {
		return addr, "", click.Fail(cmd, "Invalid IP address %s", args[1])
	}
	return addr, args[0] + schema.ConfigSeparator + addr.String(), nil
}
