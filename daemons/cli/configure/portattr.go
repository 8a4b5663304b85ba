package configure

import (
	"context"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/heddle-nos/heddle/daemons/cli/click"
	"github.com/heddle-nos/heddle/daemons/cli/session"
	"github.com/heddle-nos/heddle/daemons/commit"
	"github.com/heddle-nos/heddle/internal/statedb"
	"github.com/heddle-nos/heddle/yang/schema"
)

// portAttr is a command that sets one field of a port.
type portAttr struct {
	*session.Session
	name, arg, short string
	field            string
	choices          []string
	stored           map[string]string // what a word is stored as, when it is not itself
	supported        string            // field of STATE_DB PORT_TABLE that lists what the port can
}

func newPortAttrs(s *session.Session) []*cobra.Command {
	onOff := map[string]string{"enabled": "on", "disabled": "off"}
	list := []portAttr{
		{name: "autoneg", arg: "<mode>", short: "Set interface auto negotiation mode", field: "autoneg", choices: []string{"enabled", "disabled"}, stored: onOff},
		{name: "link-training", arg: "<mode>", short: "Set interface link training mode", field: "link_training", choices: []string{"on", "off"}},
		{name: "fec", arg: "<interface_fec>", short: "Set interface fec mode", field: "fec", choices: []string{"rs", "fc", "none", "auto"}, supported: "supported_fecs"},
		{name: "speed", arg: "<interface_speed>", short: "Set interface speed", field: "speed", supported: "supported_speeds"},
		{name: "tpid", arg: "<interface_tpid>", short: "Set interface tpid", field: "tpid", choices: []string{"0x8100", "0x88a8", "0x9100", "0x9200"}, stored: map[string]string{"0x88a8": "0x88A8"}},
		{name: "type", arg: "<interface_type_value>", short: "Set interface type", field: "interface_type"},
	}
	out := make([]*cobra.Command, len(list))
	for i, a := range list {
		a.Session = s
		out[i] = a.command()
	}
	return out
}

func (a portAttr) command() *cobra.Command {
	return click.Command(a.name+" <interface_name> "+a.arg, a.short, click.Args("<interface_name>", a.arg), func(cmd *cobra.Command, args []string) error {
		if len(a.choices) > 0 {
			if _, err := click.Choice(cmd, a.arg, args[1], a.choices...); err != nil {
				return err
			}
		}
		return a.Change(cmd.Context(), func(c *commit.Candidate) error { return a.set(cmd, c, args[0], args[1]) })
	})
}

func (a portAttr) set(cmd *cobra.Command, c *commit.Candidate, name, value string) error {
	port, err := portNamed(a.Session, cmd, c, name)
	if err != nil {
		return err
	}
	if !c.Has(schema.TablePort, port) {
		return click.Fail(cmd, "Interface name is invalid. Please enter a valid interface name!!")
	}
	if err := a.isSupported(cmd.Context(), port, value); err != nil {
		return err
	}
	if s, ok := a.stored[value]; ok {
		value = s
	}
	c.SetField(schema.TablePort, port, a.field, value)
	return nil
}

// isSupported asks what the ASIC has said of the port. What it has not said is
// left to orchagent's answer.
func (a portAttr) isSupported(ctx context.Context, port, value string) error {
	db, err := a.DB(statedb.StateDB)
	if err != nil {
		return err
	}
	if a.field == "interface_type" {
		return refuseCopperType(ctx, db, port)
	}
	if a.supported == "" {
		return nil
	}
	row, _, err := db.Get(ctx, schema.StateTablePort, port)
	if err != nil {
		return err
	}
	list := row[a.supported]
	if list == "" || slices.Contains(strings.Split(list, ","), value) {
		return nil
	}
	return &click.ExitError{Code: click.CodeError, Text: "Invalid " + a.field + " specified: " + value + "\nValid " + a.field + "s:" + list}
}

// refuseCopperType: the type of a port with a RJ45 socket cannot be changed.
func refuseCopperType(ctx context.Context, db *statedb.DB, port string) error {
	row, _, err := db.Get(ctx, "TRANSCEIVER_INFO", port)
	if err == nil && row["type"] == "RJ45" {
		return &click.ExitError{Code: click.CodeError, Text: "Setting RJ45 ports' type is not supported"}
	}
	return err
}

// newAdvertisedSpeeds makes `config interface advertised-speeds`.
func newAdvertisedSpeeds(s *session.Session) *cobra.Command {
	a := portAttr{Session: s, field: "speed", supported: "supported_speeds"}
	return newAdvertised(a, "advertised-speeds", "<speed_list>", "Set interface advertised speeds", "adv_speeds@")
}

// newAdvertisedTypes makes `config interface advertised-types`.
func newAdvertisedTypes(s *session.Session) *cobra.Command {
	a := portAttr{Session: s, field: "interface_type"}
	return newAdvertised(a, "advertised-types", "<interface_type_list>", "Set interface advertised types", "adv_interface_types@")
}

// newAdvertised makes a command that sets the list of what a port offers its peer: "all", or values that the attribute may have.
func newAdvertised(a portAttr, name, arg, short, stored string) *cobra.Command {
	return click.Command(name+" <interface_name> "+arg, short, click.Args("<interface_name>", arg),
		func(cmd *cobra.Command, args []string) error {
			s := a.Session
			return s.Change(cmd.Context(), func(c *commit.Candidate) error {
				port, err := portNamed(s, cmd, c, args[0])
				if err != nil {
					return err
				}
				if !c.Has(schema.TablePort, port) {
					return click.Fail(cmd, "Interface name is invalid. Please enter a valid interface name!!")
				}
				for _, value := range strings.Split(args[1], ",") {
					if err := a.isSupported(cmd.Context(), port, value); value != "all" && err != nil {
						return err
					}
				}
				c.SetField(schema.TablePort, port, stored, args[1])
				return nil
			})
		})
}

// newMPLS makes `config interface mpls add|remove`. The row is written anew,
// as SONiC does.
func newMPLS(s *session.Session) *cobra.Command {
	set := func(name, value, short string) *cobra.Command {
		return click.Command(name+" <interface_name>", short, click.Args("<interface_name>"), func(cmd *cobra.Command, args []string) error {
			return s.Change(cmd.Context(), func(c *commit.Candidate) error {
				table := interfaceTable(args[0])
				if table == "" || !exists(c, args[0]) {
					return click.Fail(cmd, "'interface_name' is not valid. Valid names [Ethernet/PortChannel/Vlan]")
				}
				c.Replace(table, args[0], commit.Row{"mpls": value})
				return nil
			})
		})
	}
	return click.Group("mpls", "Configure MPLS on interface", set("add", "enable", "Add MPLS operation on interface"), set("remove", "disable", "Remove MPLS operation from interface"))
}
