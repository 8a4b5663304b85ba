package configure

import (
	"github.com/spf13/cobra"

	"github.com/heddle-nos/heddle/daemons/cli/click"
	"github.com/heddle-nos/heddle/daemons/cli/session"
	"github.com/heddle-nos/heddle/daemons/commit"
	"github.com/heddle-nos/heddle/yang/schema"
)

// The bounds of a port's parameters (IEEE 802.1Q-2018 sections 13.27.46, 13.27.33).
const (
	maxPortPriority = 240
	maxPathCost     = 200000000
	refusedPathCost = "STP interface path cost must be in range 1-200000000"
)

// newSTPInterface makes `config spanning-tree interface`.
func newSTPInterface(s *session.Session) *cobra.Command {
	states := []string{"enable", "disable"}
	g := click.Group("interface", "Configure STP for interface",
		newEdit(s, "enable <interface_name>", "Enable STP for interface", enableSTPPort),
		newEdit(s, "disable <interface_name>", "Disable STP for interface", disableSTPPort),
		newEdit(s, "priority <interface_name> <0-240>", "Port priority", setPortPriority),
		newEdit(s, "cost <interface_name> <1-200000000>", "Path cost", setPathCost),
		newChoice(s, "edge_port <enable|disable> <interface_name>", "Edge port", states, setEdgePort),
		newLinkTypes(s), newLinkType(s))
	for name, refusal := range map[string]string{"portfast": "Portfast is supported only for PVST mode", "uplink_fast": "Uplink fast is supported only for PVST mode"} {
		g.AddCommand(newOnOff(s, name, func(e *edit, port, value string) error { return setPVSTOnly(e, name, refusal, port, value) }))
	}
	for _, name := range []string{"root_guard", "root-guard"} {
		g.AddCommand(newOnOff(s, name, setRootGuard))
	}
	for _, name := range []string{"loop_guard", "loop-guard"} {
		g.AddCommand(newOnOff(s, name, setLoopGuard))
	}
	for _, name := range []string{"bpdu_guard", "bpdu-guard"} {
		g.AddCommand(newBPDUGuard(s, name))
	}
	return g
}

// newOnOff makes a group of `enable` and `disable` for an interface.
func newOnOff(s *session.Session, name string, set func(e *edit, port, value string) error) *cobra.Command {
	verb := func(verb, value string) *cobra.Command {
		return newEdit(s, verb+" <interface_name>", verb+" "+name, func(e *edit) error { return set(e, e.args[0], value) })
	}
	return click.Group(name, "Configure STP "+name+" for interface", verb("enable", "true"), verb("disable", "false"))
}

// stpPortOn refuses a port that takes no part.
func stpPortOn(e *edit, port string) error {
	if e.row(tableSTPPort, port)["enabled"] != "true" {
		return e.failf("STP is not enabled for interface %s", port)
	}
	return nil
}

// switched refuses an interface that no VLAN has as a member of its own.
func switched(e *edit, port string) error {
	if !exists(e.c, port) {
		return e.failf("Interface name is invalid. Please enter a valid interface name!!")
	}
	for _, address := range addressesOf(e.c, schema.TableInterface, port) {
		return e.failf(" %s has ip address %s configured - It's not a L2 interface", port, address)
	}
	if channelOf(e.c, port) != "" {
		return e.failf(" %s is a portchannel member port - STP can't be configured", port)
	}
	if len(vlansOf(e.c, port)) == 0 {
		return e.failf(" %s has no VLAN configured - It's not a L2 interface", port)
	}
	return nil
}

// spanning refuses an interface that takes no part or cannot.
func spanning(e *edit, port string) error {
	if err := stpPortOn(e, port); err != nil {
		return err
	}
	return switched(e, port)
}

func enableSTPPort(e *edit) error {
	mode, port := stpMode(e), e.args[0]
	if mode == "" {
		mode = "none"
	}
	e.tellf("Current STP mode: %s", mode)
	if err := stpOn(e); err != nil {
		return err
	}
	if e.row(tableSTPPort, port)["enabled"] == "true" {
		return e.failf("STP is already enabled for %s", port)
	}
	if err := switched(e, port); err != nil {
		return err
	}
	e.c.Replace(tableSTPPort, port, commit.Row{"enabled": "true"})
	e.tellf("Mode %s is enabled for interface %s", mode, port)
	return nil
}

// disableSTPPort also clears a port's row when spanning tree is off.
func disableSTPPort(e *edit) error {
	mode, port := stpMode(e), e.args[0]
	if mode == "" {
		mode = "none"
	}
	e.tellf("Current STP mode: %s", mode)
	if err := switched(e, port); err != nil {
		return err
	}
	switch {
	case mode != "none":
		e.tellf("STP mode %s is disabled for %s", mode, port)
	case e.c.Has(tableSTPPort, port):
		e.tellf("STP disabled for %s", port)
	default:
		e.tellf("No STP_PORT entry for %s", port)
		return nil
	}
	e.c.Replace(tableSTPPort, port, commit.Row{"enabled": "false"})
	return nil
}

// withMode adds what per-VLAN spanning tree resets when a port is configured.
func withMode(e *edit, row commit.Row) commit.Row {
	if stpMode(e) == modePVST {
		row["portfast"], row["uplink_fast"] = "false", "false"
	}
	return row
}

func setPortPriority(e *edit) error {
	if err := stpOn(e); err != nil {
		return err
	}
	if err := spanning(e, e.args[0]); err != nil {
		return err
	}
	value, err := e.within(1, "<0-240>", 0, maxPortPriority, "STP interface priority must be in range 0-240")
	if err == nil {
		e.c.Set(tableSTPPort, e.args[0], withMode(e, commit.Row{"priority": value}))
	}
	return err
}

func setPathCost(e *edit) error {
	if err := stpOn(e); err != nil {
		return err
	}
	if err := switched(e, e.args[0]); err != nil {
		return err
	}
	value, err := e.within(1, "<1-200000000>", 1, maxPathCost, refusedPathCost)
	if err != nil {
		return err
	}
	row := commit.Row{"path_cost": value}
	if !e.c.Has(tableSTPPort, e.args[0]) {
		row = withMode(e, row)
		if stpMode(e) == modeMST {
			row["edge_port"], row["link_type"] = "false", "auto"
		}
	}
	e.c.Set(tableSTPPort, e.args[0], row)
	return nil
}

func setEdgePort(e *edit) error {
	if stpMode(e) != modeMST {
		return e.failf("edge_port is supported for MSTP only")
	}
	if err := spanning(e, e.args[1]); err != nil {
		return err
	}
	value := "false"
	if e.args[0] == "enable" {
		value = "true"
	}
	e.c.SetField(tableSTPPort, e.args[1], "edge_port", value)
	return nil
}

func setPVSTOnly(e *edit, field, refusal, port, value string) error {
	if stpMode(e) == modeMST {
		return e.failf("%s", refusal)
	}
	if err := spanning(e, port); err != nil {
		return err
	}
	e.c.SetField(tableSTPPort, port, field, value)
	return nil
}

func setRootGuard(e *edit, port, value string) error {
	if err := switched(e, port); err != nil {
		return err
	}
	e.c.Set(tableSTPPort, port, withMode(e, commit.Row{"root_guard": value}))
	return nil
}

// setLoopGuard keeps the row of a port without it as SONiC's commands write it.
func setLoopGuard(e *edit, port, value string) error {
	if err := switched(e, port); err != nil {
		return err
	}
	if value == "false" {
		e.c.Unset(tableSTPPort, port, "loop_guard")
		return nil
	}
	e.c.SetField(tableSTPPort, port, "loop_guard", value)
	return nil
}

func newBPDUGuard(s *session.Session, name string) *cobra.Command {
	var shutdown bool
	g := newOnOff(s, name, func(e *edit, port, value string) error {
		if err := switched(e, port); err != nil {
			return err
		}
		row := commit.Row{"bpdu_guard": value, "bpdu_guard_do_disable": "false"}
		if shutdown {
			row["bpdu_guard_do_disable"] = "true"
		}
		e.c.Set(tableSTPPort, port, withMode(e, row))
		return nil
	})
	for _, c := range g.Commands() {
		if c.Name() == "enable" {
			c.Flags().BoolVarP(&shutdown, "shutdown", "s", false, "Shut the port down when a BPDU arrives")
		}
	}
	return g
}

// newLinkTypes makes `link_type auto|point-to-point|shared`.
func newLinkTypes(s *session.Session) *cobra.Command {
	g := click.Group("link_type", "Configure STP link type for interface")
	for _, kind := range []string{"auto", "point-to-point", "shared"} {
		g.AddCommand(newEdit(s, kind+" <interface_name>", "Link type "+kind, func(e *edit) error {
			if kind == "auto" && stpMode(e) == modePVST {
				return e.failf("Link type configuration is not supported in PVST mode")
			}
			if err := spanning(e, e.args[0]); err != nil {
				return err
			}
			e.c.SetField(tableSTPPort, e.args[0], "link_type", kind)
			return nil
		}))
	}
	return g
}

// newLinkType makes `link-type set`, the other spelling of the same.
func newLinkType(s *session.Session) *cobra.Command {
	kinds := map[string]string{"P2P": "point-to-point", "Shared-Lan": "shared", "Auto": "auto"}
	set := newChoice(s, "set <P2P|Shared-Lan|Auto> <interface_name>", "Link type", []string{"P2P", "Shared-Lan", "Auto"}, func(e *edit) error {
		if err := spanning(e, e.args[1]); err != nil {
			return err
		}
		row := withMode(e, commit.Row{"link_type": kinds[e.args[0]]})
		if stpMode(e) == modeMST {
			row["edge_port"] = "false"
		}
		e.c.Set(tableSTPPort, e.args[1], row)
		return nil
	})
	return click.Group("link-type", "Configure STP link type for interface", set)
}
