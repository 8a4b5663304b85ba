package configure

import (
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/heddle-nos/heddle/daemons/cli/click"
	"github.com/heddle-nos/heddle/daemons/cli/session"
	"github.com/heddle-nos/heddle/yang/schema"
)

// newInterfacePFC makes `config interface pfc`: priority flow control (IEEE
// 802.1Q clause 36) of a port. As with SONiC, a port that is not there is told
// and no failure.
func newInterfacePFC(s *session.Session) *cobra.Command {
	return click.Group("pfc", "Set PFC configuration.",
		newEdit(s, "asymmetric <interface_name> <status>", "Set asymmetric PFC configuration.", setAsymmetric),
		newEdit(s, "priority <interface_name> <priority> <status>", "Set PFC priority configuration.", setLossless))
}

func setAsymmetric(e *edit) error {
	if _, err := click.Choice(e.cmd, "<status>", e.args[1], "on", "off"); err != nil {
		return err
	}
	port, err := portNamed(e.s, e.cmd, e.c, e.args[0])
	if err != nil {
		return err
	}
	if !e.c.Has(schema.TablePort, port) {
		e.tellf("Cannot find interface %s", port)
		return nil
	}
	e.c.SetField(schema.TablePort, port, "pfc_asym", e.args[1])
	return nil
}

func setLossless(e *edit) error {
	priority, status := e.args[1], e.args[2]
	if _, err := click.Choice(e.cmd, "<priority>", priority, "0", "1", "2", "3", "4", "5", "6", "7"); err != nil {
		return err
	}
	if _, err := click.Choice(e.cmd, "<status>", status, "on", "off"); err != nil {
		return err
	}
	port, err := portNamed(e.s, e.cmd, e.c, e.args[0])
	if err != nil {
		return err
	}
	if !e.c.Has("PORT_QOS_MAP", port) {
		e.tellf("Cannot find interface %s", port)
		return nil
	}
	on := strings.FieldsFunc(e.row("PORT_QOS_MAP", port)["pfc_enable"], func(r rune) bool { return r == ',' || r == ' ' })
	has := slices.Contains(on, priority)
	switch {
	case status == "on" && has:
		e.tellf("Priority %s has already been enabled on %s", priority, port)
		return nil
	case status == "off" && !has:
		e.tellf("Priority %s is not enabled on %s", priority, port)
		return nil
	case status == "on":
		on = append(on, priority)
	default:
		on = slices.DeleteFunc(on, func(p string) bool { return p == priority })
	}
	slices.Sort(on)
	e.c.SetField("PORT_QOS_MAP", port, "pfc_enable", strings.Join(on, ","))
	return nil
}
