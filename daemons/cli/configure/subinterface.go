package configure

import (
	"cmp"
	"strconv"
	"strings"

	"github.com/spf13/cobra"

	"github.com/heddle-nos/heddle/daemons/cli/click"
	"github.com/heddle-nos/heddle/daemons/cli/session"
	"github.com/heddle-nos/heddle/daemons/commit"
	"github.com/heddle-nos/heddle/yang/schema"
)

func newSubinterface(s *session.Session) *cobra.Command {
	return ownSocket(oneASIC(click.Group("subinterface", "subinterface-related configuration tasks", newSubinterfaceAdd(s), newSubinterfaceDel(s))))
}

// checkSubinterface refuses a name that is not parent.number.
func checkSubinterface(cmd *cobra.Command, name string) error {
	_, number, ok := strings.Cut(name, ".")
	if n, isNumber := atoi(number); !ok || !isNumber || n < 1 || n > lastVLAN || !isSubInterface(name) {
		return click.Fail(cmd, "%s is invalid vlan subinterface", name)
	}
	return nil
}

func newSubinterfaceAdd(s *session.Session) *cobra.Command {
	return click.Command("add <subinterface_name> <vid>", "Add a subinterface", click.Args("<subinterface_name>", "[<vid>]"),
		func(cmd *cobra.Command, args []string) error {
			vid := 0
			if len(args) > 1 {
				var err error
				if vid, err = click.IntRange(cmd, "<vid>", args[1], 1, lastVLAN); err != nil {
					return err
				}
			}
			return s.Change(cmd.Context(), func(c *commit.Candidate) error { return addSubinterface(cmd, c, args[0], vid) })
		})
}

func addSubinterface(cmd *cobra.Command, c *commit.Candidate, name string, vid int) error {
	if isSubInterface(name) && len(name) > maxInterfaceName {
		return click.Fail(cmd, "Subinterface name length should not exceed %d characters", maxInterfaceName)
	}
	if err := checkSubinterface(cmd, name); err != nil {
		return err
	}
	base, _, _ := strings.Cut(name, ".")
	parent := parentOf(name)
	if !exists(c, parent) {
		return click.Fail(cmd, "%s parent interface not found", name)
	}
	if channelOf(c, parent) != "" {
		return click.Fail(cmd, "%s is configured as a member of portchannel. Cannot configure subinterface", parent)
	}
	if len(vlansOf(c, parent)) > 0 {
		return click.Fail(cmd, "%s is configured as a member of vlan. Cannot configure subinterface", parent)
	}
	if c.Has(schema.TableVLANSubInterface, name) {
		return click.Fail(cmd, "%s already exists", name)
	}
	if vid != 0 && takenByAnother(c, parent, strconv.Itoa(vid)) {
		return click.Fail(cmd, "Vlan %d encap already configured on other subinterface on %s", vid, base)
	}
	if base != parent && vid == 0 {
		return click.Fail(cmd, "%s Encap vlan is mandatory or short name subinterfaces", name)
	}
	row := commit.Row{"admin_status": "up"}
	if vid != 0 {
		row["vlan"] = strconv.Itoa(vid)
	}
	c.Replace(schema.TableVLANSubInterface, name, row)
	return nil
}

// takenByAnother says whether a subinterface of a port has a VLAN already; its number is the VLAN where none is said.
func takenByAnother(c *commit.Candidate, parent, vlan string) bool {
	for _, name := range c.Keys(schema.TableVLANSubInterface) {
		_, number, _ := strings.Cut(name, ".")
		row, _ := c.Row(schema.TableVLANSubInterface, name)
		if parentOf(name) == parent && cmp.Or(row["vlan"], number) == vlan {
			return true
		}
	}
	return false
}

// newSubinterfaceDel makes the command that takes a subinterface's addresses along.
func newSubinterfaceDel(s *session.Session) *cobra.Command {
	return click.Command("del <subinterface_name>", "Delete a subinterface", click.Args("<subinterface_name>"), func(cmd *cobra.Command, args []string) error {
		name := args[0]
		return s.Change(cmd.Context(), func(c *commit.Candidate) error {
			if err := checkSubinterface(cmd, name); err != nil {
				return err
			}
			if !c.Has(schema.TableVLANSubInterface, name) {
				return click.Fail(cmd, "%s is invalid ", name)
			}
			for _, prefix := range addressesOf(c, schema.TableVLANSubInterface, name) {
				c.Delete(schema.TableVLANSubInterface, name+"|"+prefix)
			}
			c.Delete(schema.TableVLANSubInterface, name)
			return nil
		})
	})
}
