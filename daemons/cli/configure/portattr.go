package configure

import (
	"github.com/spf13/cobra"

	"github.com/heddle-nos/heddle/daemons/cli/click"
	"github.com/heddle-nos/heddle/daemons/cli/session"
	"github.com/heddle-nos/heddle/daemons/commit"
	"github.com/heddle-nos/heddle/yang/schema"
)

// portAttr is a command that sets one field of a port, as SONiC's script
// portconfig does: it refuses with a text on the standard output and code 1.
type portAttr struct {
	*session.Session
	name, arg, short string
	field            string
	choices          []string                            // words that the command line allows
	stored           map[string]string                   // what a word is stored as, when it is not itself
	check            func(e *edit, port, v string) error // of ports
	channels         func(e *edit, name, v string) error // sets it on a port channel; nil: those have no such field
}

func portAttrs() []portAttr {
	onOff := map[string]string{"enabled": "on", "disabled": "off"}
	tpid := map[string]string{"0x88a8": "0x88A8"}
	return []portAttr{
		{name: "autoneg", arg: "<mode>", short: "Set interface auto negotiation mode", field: "autoneg", choices: []string{"enabled", "disabled"}, stored: onOff},
		{name: "link-training", arg: "<mode>", short: "Set interface link training mode", field: "link_training", choices: []string{"on", "off"}},
		{name: "fec", arg: "<interface_fec>", short: "Set interface fec mode", field: "fec", check: checkFEC},
		{name: "speed", arg: "<interface_speed>", short: "Set interface speed", field: "speed", check: checkSpeed},
		{name: "tpid", arg: "<interface_tpid>", short: "Set interface tpid", field: "tpid", stored: tpid, check: checkTPID, channels: setChannelTPID},
		{name: "type", arg: "<interface_type_value>", short: "Set interface type", field: "interface_type", check: checkType},
		{name: "advertised-speeds", arg: "<speed_list>", short: "Set interface advertised speeds", field: "adv_speeds", check: checkSpeeds},
		{name: "advertised-types", arg: "<interface_type_list>", short: "Set interface advertised types", field: "adv_interface_types", check: checkTypes},
		{name: "loopback-mode", arg: "<mode>", short: "Lead back what the interface sends", field: "loopback_mode", choices: []string{"none", "phy", "mac"}},
	}
}

func newPortAttrs(s *session.Session) []*cobra.Command {
	var out []*cobra.Command
	for _, a := range portAttrs() {
		cmd := newEdit(s, a.name+" <interface_name> "+a.arg, a.short, func(e *edit) error { return a.run(e) })
		cmd.Flags().BoolP("verbose", "v", false, "Enable verbose output")
		out = append(out, cmd)
	}
	return out
}

func (a portAttr) run(e *edit) error {
	value := e.args[1]
	if len(a.choices) > 0 {
		if _, err := click.Choice(e.cmd, a.arg, value, a.choices...); err != nil {
			return err
		}
	}
	name, err := portNamed(e.s, e.cmd, e.c, e.args[0])
	if err != nil {
		return err
	}
	isPort := e.c.Has(schema.TablePort, name)
	if !isPort && a.channels != nil && e.c.Has(schema.TablePortChannel, name) {
		return a.channels(e, name, a.word(value))
	}
	if !isPort {
		return quitf(click.CodeError, "Invalid port %s", name)
	}
	if a.check != nil {
		if err := a.check(e, name, value); err != nil {
			return err
		}
	}
	e.c.Unset(schema.TablePort, name, a.field+"@") // a list that a file brought
	e.c.SetField(schema.TablePort, name, a.field, a.word(value))
	return nil
}

func (a portAttr) word(value string) string {
	if s, ok := a.stored[value]; ok {
		return s
	}
	return value
}

// newMPLS makes `config interface mpls add|remove`. The row is written anew,
// as SONiC does.
func newMPLS(s *session.Session) *cobra.Command {
	set := func(name, value, short string) *cobra.Command {
		return click.Command(name+" <interface_name>", short, click.Args("<interface_name>"), func(cmd *cobra.Command, args []string) error {
			return s.Change(cmd.Context(), func(c *commit.Candidate) error {
				port, err := portNamed(s, cmd, c, args[0])
				if err != nil {
					return err
				}
				table := interfaceTable(port)
				if table == "" || table == schema.TableLoopbackInterface || !c.Has(table, port) {
					return click.Fail(cmd, "interface %s doesn`t exist", port)
				}
				c.Replace(table, port, commit.Row{"mpls": value})
				return nil
			})
		})
	}
	return click.Group("mpls", "Configure MPLS on interface", set("add", "enable", "Add MPLS operation on interface"), set("remove", "disable", "Remove MPLS operation from interface"))
}
