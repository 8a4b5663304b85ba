package configure

import (
	"github.com/spf13/cobra"

	"github.com/heddle-nos/heddle/daemons/cli/click"
	"github.com/heddle-nos/heddle/daemons/cli/session"
	"github.com/heddle-nos/heddle/yang/schema"
)

// newSTPVLAN makes `config spanning-tree vlan`.
func newSTPVLAN(s *session.Session) *cobra.Command {
	g := click.Group("vlan", "Configure STP for a VLAN",
		newEdit(s, "enable <Vlan>", "Enable STP for a VLAN", enableSTPVLAN),
		newEdit(s, "disable <Vlan>", "Disable STP for a VLAN", disableSTPVLAN),
		newEdit(s, "priority <Vlan> <0-61440>", "Bridge priority for a VLAN", setSTPVLANPriority),
		click.Group("interface", "Configure STP parameters for interface per VLAN",
			newEdit(s, "priority <Vlan> <interface_name> <0-240>", "Port priority", func(e *edit) error {
				return setSTPVLANPort(e, "priority", "<0-240>", maxPortPriority, "STP per vlan port priority must be in range 0-240")
			}),
			newEdit(s, "cost <Vlan> <interface_name> <1-200000000>", "Path cost", func(e *edit) error {
				return setSTPVLANPort(e, "path_cost", "<1-200000000>", maxPathCost, refusedPathCost)
			})))
	for _, t := range stpTimers() {
		g.AddCommand(newEdit(s, t.name+" <Vlan> "+t.arg(), "STP "+t.name+" for a VLAN", t.setVLAN))
	}
	return g
}

func enableSTPVLAN(e *edit) error {
	vlan, err := stpVLAN(e)
	if err != nil || vlan == "" {
		return err
	}
	if e.row(tableSTPVLAN, vlan)["enabled"] == "true" {
		return e.failf("STP is already enabled for %s", vlan)
	}
	enabled := 0
	for _, key := range e.c.Keys(tableSTPVLAN) {
		if e.row(tableSTPVLAN, key)["enabled"] == "true" {
			enabled++
		}
	}
	if enabled >= maxSTPVLANs {
		return e.failf("Exceeded maximum STP configurable VLAN instances")
	}
	if e.c.Has(tableSTPVLAN, vlan) {
		e.c.SetField(tableSTPVLAN, vlan, "enabled", "true")
	} else {
		addSTPVLAN(e.c, vlan)
	}
	return nil
}

func disableSTPVLAN(e *edit) error {
	vlan, err := stpVLAN(e)
	if err == nil && vlan != "" {
		e.c.SetField(tableSTPVLAN, vlan, "enabled", "false")
	}
	return err
}

// enabledSTPVLAN gives the VLAN of the first argument, which must take part.
func enabledSTPVLAN(e *edit) (string, error) {
	vlan, err := stpVLAN(e)
	if err == nil && vlan != "" && e.row(tableSTPVLAN, vlan)["enabled"] != "true" {
		err = e.failf("STP is not enabled for VLAN")
	}
	return vlan, err
}

func (t stpTimer) setVLAN(e *edit) error {
	vlan, err := enabledSTPVLAN(e)
	if err != nil || vlan == "" {
		return err
	}
	value, err := e.within(1, t.arg(), t.low, t.high, t.refusal)
	if err != nil {
		return err
	}
	if !timersAgree(e.row(tableSTPVLAN, vlan), t.field, value) {
		return e.failf("2*(forward_delay-1) >= max_age >= 2*(hello_time +1 ) not met for VLAN")
	}
	e.c.SetField(tableSTPVLAN, vlan, t.field, value)
	return nil
}

func setSTPVLANPriority(e *edit) error {
	vlan, err := enabledSTPVLAN(e)
	if err != nil || vlan == "" {
		return err
	}
	value, err := e.bridgePriority(1)
	if err == nil {
		e.c.SetField(tableSTPVLAN, vlan, "priority", value)
	}
	return err
}

// setSTPVLANPort sets what a port has in one VLAN.
func setSTPVLANPort(e *edit, field, arg string, high int, refusal string) error {
	id, err := e.number(0, "<Vlan>")
	if err != nil {
		return err
	}
	vlan, port, low := vlanName(id), e.args[1], 0
	if e.row(tableSTPVLAN, vlan)["enabled"] != "true" {
		return e.failf("STP is not enabled for VLAN")
	}
	if err := stpPortOn(e, port); err != nil {
		return err
	}
	if !e.c.Has(schema.TableVLAN, vlan) {
		return e.failf("%s doesn't exist", vlan)
	}
	if !e.c.Has(schema.TableVLANMember, vlan+"|"+port) {
		return e.failf("%s is not member of %s", port, vlan)
	}
	if field == "path_cost" {
		low = 1
	}
	value, err := e.within(2, arg, low, high, refusal)
	if err == nil {
		e.c.SetField(tableSTPVLANPort, vlan+"|"+port, field, value)
	}
	return err
}
