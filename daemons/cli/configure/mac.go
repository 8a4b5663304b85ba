package configure

import (
	"strconv"

	"github.com/spf13/cobra"

	"github.com/heddle-nos/heddle/daemons/cli/click"
	"github.com/heddle-nos/heddle/daemons/cli/session"
	"github.com/heddle-nos/heddle/daemons/commit"
	"github.com/heddle-nos/heddle/yang/schema"
)

func newMAC(s *session.Session) *cobra.Command {
	return click.Group("mac", "MAC address table related configuration tasks", newMACAging(s), newMACAdd(s), newMACDel(s))
}

// maxAging is as long as an address can be remembered without being seen, in seconds.
const maxAging = 1000000

func newMACAging(s *session.Session) *cobra.Command {
	return click.Command("aging_time <seconds>", "Set the MAC aging time, 0 for never", click.Args("<seconds>"), func(cmd *cobra.Command, args []string) error {
		seconds, err := click.Int(cmd, "<seconds>", args[0])
		if err != nil {
			return err
		}
		if seconds < 0 || seconds > maxAging {
			return click.Fail(cmd, "Aging timer must be in range [0-%d]", maxAging)
		}
		return s.Change(cmd.Context(), func(c *commit.Candidate) error {
			c.SetField(schema.TableSwitch, "switch", "fdb_aging_time", strconv.Itoa(seconds))
			return nil
		})
	})
}

func newMACAdd(s *session.Session) *cobra.Command {
	return click.Command("add <mac> <vid> <port>", "Add a static MAC address", click.Args("<mac>", "<vid>", "<port>"),
		func(cmd *cobra.Command, args []string) error {
			key, err := fdbKey(cmd, args[0], args[1])
			if err != nil {
				return err
			}
			return s.Change(cmd.Context(), func(c *commit.Candidate) error {
				port, err := portNamed(s, cmd, c, args[2])
				if err != nil {
					return err
				}
				if member := string(key.VLAN) + schema.ConfigSeparator + port; !c.Has(schema.TableVLANMember, member) {
					return click.Fail(cmd, "%s is not a member of %s", port, key.VLAN)
				}
				c.Replace(schema.TableFDB, key.Config(), commit.Row{"port": port})
				return nil
			})
		})
}

func newMACDel(s *session.Session) *cobra.Command {
	return click.Command("del <mac> <vid>", "Delete a static MAC address", click.Args("<mac>", "<vid>"),
		func(cmd *cobra.Command, args []string) error {
			key, err := fdbKey(cmd, args[0], args[1])
			if err != nil {
				return err
			}
			return s.Change(cmd.Context(), func(c *commit.Candidate) error {
				if !c.Has(schema.TableFDB, key.Config()) {
					return click.Fail(cmd, "%s is not a static address of %s", key.MAC, key.VLAN)
				}
				c.Delete(schema.TableFDB, key.Config())
				return nil
			})
		})
}

func fdbKey(cmd *cobra.Command, mac, vid string) (schema.FDBKey, error) {
	var key schema.FDBKey
	id, err := click.Int(cmd, "<vid>", vid)
	if err != nil {
		return key, err
	}
	if err := key.VLAN.UnmarshalText([]byte(vlanName(id))); err != nil {
		return key, click.Fail(cmd, "Invalid VLAN ID %d", id)
	}
	if key.MAC, err = schema.ParseMAC(mac); err != nil {
		return key, click.Fail(cmd, "Invalid MAC address %s", mac)
	}
	return key, nil
}
