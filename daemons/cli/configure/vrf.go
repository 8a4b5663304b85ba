package configure

import (
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/heddle-nos/heddle/daemons/cli/click"
	"github.com/heddle-nos/heddle/daemons/cli/session"
	"github.com/heddle-nos/heddle/daemons/commit"
	"github.com/heddle-nos/heddle/yang/schema"
)

// maxInterfaceName is the length of a netdev's name (IFNAMSIZ without the zero byte).
// maxInterfaceName is what Linux allows for the name of an interface, and so of a VRF.
const maxInterfaceName = 15

func newVRF(s *session.Session) *cobra.Command {
	g := oneASIC(click.Group("vrf", "VRF-related configuration tasks", newVRFAdd(s), newVRFDel(s)))
	g.AddCommand(newVRFVNI(s)...)
	return g
}

// checkVRF refuses a name that is none.
func checkVRF(cmd *cobra.Command, name string) error {
	if !strings.HasPrefix(name, "Vrf") && !isMgmtVRF(name) {
		return click.Fail(cmd, "'vrf_name' must begin with 'Vrf' or named 'mgmt'/'management' in case of ManagementVRF.")
	}
	if len(name) > maxInterfaceName {
		return click.Fail(cmd, "'vrf_name' length should not exceed %d characters", maxInterfaceName)
	}
	return nil
}

func newVRFAdd(s *session.Session) *cobra.Command {
	return click.Command("add <vrf_name>", "Add vrf", click.Args("<vrf_name>"), func(cmd *cobra.Command, args []string) error {
		if err := checkVRF(cmd, args[0]); err != nil {
			return err
		}
		if isMgmtVRF(args[0]) {
			return enableMgmtVRF(cmd.Context(), s, true)
		}
		return s.Change(cmd.Context(), func(c *commit.Candidate) error {
			if c.Has(schema.TableVRF, args[0]) {
				return click.Fail(cmd, "VRF %s already exists!", args[0])
			}
			c.Replace(schema.TableVRF, args[0], commit.Row{})
			return nil
		})
	})
}

func newVRFDel(s *session.Session) *cobra.Command {
	return click.Command("del <vrf_name>", "Del vrf", click.Args("<vrf_name>"), func(cmd *cobra.Command, args []string) error {
		if err := checkVRF(cmd, args[0]); err != nil {
			return err
		}
		if isMgmtVRF(args[0]) {
			return enableMgmtVRF(cmd.Context(), s, false)
		}
		err := s.Change(cmd.Context(), func(c *commit.Candidate) error {
			if server := serverIn(c, args[0]); server != "" {
				return click.Fail(cmd, "Failed to remove VRF device: %s is in use by SYSLOG_SERVER|%s", args[0], server)
			}
			if !c.Has(schema.TableVRF, args[0]) {
				return click.Fail(cmd, "VRF %s does not exist!", args[0])
			}
			for _, table := range routedTables() {
				for _, name := range boundTo(c, table, args[0]) {
					clearInterface(c, table, name)
				}
			}
			c.Delete(schema.TableVRF, args[0])
			return nil
		})
		if err == nil {
			s.Printf("VRF %s deleted and all associated IP addresses removed.\n", args[0])
		}
		return err
	})
}

// serverIn finds a syslog server that is reached by way of a VRF, or "".
func serverIn(c *commit.Candidate, vrf string) string {
	for _, server := range c.Keys("SYSLOG_SERVER") {
		if row, _ := c.Row("SYSLOG_SERVER", server); row["vrf"] == vrf {
			return server
		}
	}
	return ""
}

// routedTables are the tables whose interfaces can be in a VRF.
func routedTables() []string {
	return []string{schema.TableInterface, schema.TablePortChannelInterface, schema.TableVLANInterface, schema.TableLoopbackInterface, schema.TableVLANSubInterface}
}

// boundTo lists the interfaces of a table that are in a VRF.
func boundTo(c *commit.Candidate, table, vrf string) []string {
	return slices.DeleteFunc(c.Keys(table), func(key string) bool {
		row, _ := c.Row(table, key)
		return strings.Contains(key, "|") || row["vrf_name"] != vrf
	})
}

// clearInterface takes an interface's addresses and its own row away.
func clearInterface(c *commit.Candidate, table, name string) {
	for _, prefix := range addressesOf(c, table, name) {
		c.Delete(table, name+"|"+prefix)
	}
	c.Delete(table, name)
}

func newInterfaceVRF(s *session.Session) *cobra.Command {
	return click.Group("vrf", "Bind VRF", newBind(s), newUnbind(s))
}

func newBind(s *session.Session) *cobra.Command {
	return click.Command("bind <interface_name> <vrf_name>", "Bind the interface to VRF", click.Args("<interface_name>", "<vrf_name>"),
		func(cmd *cobra.Command, args []string) error {
			name, vrf := args[0], args[1]
			field, table := "vrf_name", schema.TableVRF
			if strings.HasPrefix(vrf, "Vnet") {
				field, table = "vnet_name", "VNET"
			}
			bound := false
			err := s.Change(cmd.Context(), func(c *commit.Candidate) error {
				bound = false
				var err error
				if name, err = portNamed(s, cmd, c, args[0]); err != nil {
					return err
				}
				if !c.Has(table, vrf) {
					return click.Fail(cmd, "%s %s does not exist!", table, vrf)
				}
				if row, _ := c.Row(interfaceTable(name), name); row[field] == vrf {
					return nil // its addresses stay
				}
				bound = true
				return rebind(cmd, c, name, commit.Row{field: vrf})
			})
			if err == nil && bound {
				s.Printf("Interface %s IP disabled and address(es) removed due to binding VRF %s.\n", name, vrf)
			}
			return err
		})
}

func newUnbind(s *session.Session) *cobra.Command {
	return click.Command("unbind <interface_name>", "Unbind the interface to VRF", click.Args("<interface_name>"),
		func(cmd *cobra.Command, args []string) error {
			bound, name := true, args[0]
			err := s.Change(cmd.Context(), func(c *commit.Candidate) error {
				var err error
				if name, err = portNamed(s, cmd, c, args[0]); err != nil {
					return err
				}
				row, _ := c.Row(interfaceTable(name), name)
				if bound = row["vrf_name"]+row["vnet_name"] != ""; !bound && interfaceTable(name) != "" {
					return nil // its addresses stay
				}
				return rebind(cmd, c, name, nil)
			})
			if err == nil && bound {
				s.Printf("Interface %s IP disabled and address(es) removed due to unbinding VRF.\n", name)
			}
			return err
		})
}

// rebind moves an interface between routing tables. Its addresses go: the
// kernel drops them too, and they may collide in the new table.
func rebind(cmd *cobra.Command, c *commit.Candidate, name string, to commit.Row) error {
	table := interfaceTable(name)
	if table == "" || table == schema.TableMgmtInterface {
		return click.Fail(cmd, "'interface_name' is not valid. Valid names [Ethernet/PortChannel/Vlan/Loopback]")
	}
	row, _ := c.Row(table, name)
	isSub := table == schema.TableVLANSubInterface
	if isSub && row == nil {
		return click.Fail(cmd, "Interface %s does not exist", name)
	}
	for _, prefix := range addressesOf(c, table, name) {
		c.Delete(table, name+"|"+prefix)
	}
	switch {
	case isSub: // the row of a subinterface says more than that it routes
		c.Unset(table, name, "vrf_name", "vnet_name")
		c.Set(table, name, to)
	case to == nil:
		c.Delete(table, name)
	default:
		c.Replace(table, name, to)
	}
	return nil
}
