package configure

import (
	"net/netip"
	"strconv"
	"strings"

	"github.com/spf13/cobra"

	"github.com/heddle-nos/heddle/daemons/cli/click"
	"github.com/heddle-nos/heddle/daemons/cli/session"
	"github.com/heddle-nos/heddle/daemons/commit"
)

const (
	tableSFlow          = "SFLOW"
	tableSFlowSession   = "SFLOW_SESSION"
	tableSFlowCollector = "SFLOW_COLLECTOR"
	maxCollectors       = 2
	maxCollectorName    = 16
)

// newSFlow makes `config sflow`.
func newSFlow(s *session.Session) *cobra.Command {
	global := func(verb, state string) *cobra.Command {
		return newEdit(s, verb, verb+" sFlow", func(e *edit) error { return setSFlow(e, "admin_state", state) })
	}
	ports := func(verb, state string) *cobra.Command {
		return newEdit(s, verb+" <interface_name>", verb+" sFlow on an interface", func(e *edit) error { return setSFlowPort(e, "admin_state", state) })
	}
	return click.Group("sflow", "sFlow-related configuration tasks", global("enable", "up"), global("disable", "down"),
		newEdit(s, "polling-interval <polling_interval>", "Seconds between counter samples, 0 for none", func(e *edit) error {
			n, err := e.number(0, "<polling_interval>")
			if err == nil && n != 0 && (n < 5 || n > 300) {
				err = e.failf("Polling interval must be between 5-300 (0 to disable)")
			}
			if err != nil {
				return err
			}
			return setSFlow(e, "polling_interval", strconv.Itoa(n))
		}),
		newEdit(s, "sample-direction <sample_direction>", "Sampling direction", func(e *edit) error {
			if err := sampleDirection(e, e.args[0]); err != nil {
				return err
			}
			return setSFlow(e, "sample_direction", e.args[0])
		}),
		click.Group("interface", "Configure sFlow settings for an interface", ports("enable", "up"), ports("disable", "down"),
			newEdit(s, "sample-rate <interface_name> <sample_rate>", "One of so many packets", setSampleRate),
			newEdit(s, "sample-direction <interface_name> <sample_direction>", "Sampling direction", func(e *edit) error {
				if err := sampleDirection(e, e.args[1]); err != nil {
					return err
				}
				return setSFlowPort(e, "sample_direction", e.args[1])
			})),
		click.Group("collector", "Add/Delete a sFlow collector", newCollector(s), newEdit(s, "del <collector_name>", "Delete a collector", delCollector)),
		click.Group("agent-id", "Add/Delete a sFlow agent",
			newEdit(s, "add <interface_name>", "Take the agent's address from an interface", addAgent),
			newEdit(s, "del", "Delete the agent", delAgent)))
}

// setSFlow makes the global row when there is none.
func setSFlow(e *edit, field, value string) error {
	if !e.c.Has(tableSFlow, "global") {
		e.c.SetField(tableSFlow, "global", "admin_state", "down")
	}
	e.c.SetField(tableSFlow, "global", field, value)
	return nil
}

func sampleDirection(e *edit, direction string) error {
	switch direction {
	case "rx", "tx", "both":
		return nil
	}
	return e.failf("Error: Direction %s is invalid", direction)
}

func setSFlowPort(e *edit, field, value string) error {
	name := e.args[0]
	if name != "all" && !exists(e.c, name) {
		e.tellf("Invalid interface name")
		return nil
	}
	e.c.SetField(tableSFlowSession, name, field, value)
	return nil
}

func setSampleRate(e *edit) error {
	if e.args[1] != "default" {
		n, err := strconv.Atoi(e.args[1])
		if err != nil || n < 256 || n > 8388608 {
			e.tellf("Error: Sample rate must be between 256 and 8388608 or default")
			return nil
		}
		return setSFlowPort(e, "sample_rate", e.args[1])
	}
	e.c.Unset(tableSFlowSession, e.args[0], "sample_rate")
	return nil
}

func newCollector(s *session.Session) *cobra.Command {
	port := click.IntFlag{Value: 6343}
	vrf := "default"
	cmd := newEdit(s, "add <collector_name> <IPv4/v6_address>", "Add a collector", func(e *edit) error {
		name, address := e.args[0], strings.ToLower(e.args[1])
		_, badAddress := netip.ParseAddr(address)
		switch {
		case len(name) > maxCollectorName:
			e.tellf("Collector name must not exceed %d characters", maxCollectorName)
		case port.Value < 0 || port.Value > 65535:
			e.tellf("Collector port number must be between 0 and 65535")
		case badAddress != nil:
			e.tellf("Invalid IP address")
		case vrf != "default" && vrf != "mgmt":
			e.tellf("Only 'default' and 'mgmt' VRF are supported")
		case !e.c.Has(tableSFlowCollector, name) && len(e.c.Keys(tableSFlowCollector)) >= maxCollectors:
			e.tellf("Only %d collectors can be configured, please delete one", maxCollectors)
		default:
			e.c.Set(tableSFlowCollector, name, commit.Row{"collector_ip": address, "collector_port": strconv.Itoa(port.Value), "collector_vrf": vrf})
		}
		return nil
	})
	cmd.Flags().Var(&port, "port", "Collector port number")
	cmd.Flags().StringVar(&vrf, "vrf", vrf, "Collector VRF")
	return cmd
}

func delCollector(e *edit) error {
	if !e.c.Has(tableSFlowCollector, e.args[0]) {
		e.tellf("Collector: %s not configured", e.args[0])
		return nil
	}
	e.c.Delete(tableSFlowCollector, e.args[0])
	return nil
}

func addAgent(e *edit) error {
	if e.row(tableSFlow, "global")["agent_id"] != "" {
		e.tellf("Agent already configured. Please delete it first.")
		return nil
	}
	return setSFlow(e, "agent_id", e.args[0])
}

func delAgent(e *edit) error {
	if e.row(tableSFlow, "global")["agent_id"] == "" {
		e.tellf("sFlow agent not configured.")
		return nil
	}
	e.c.Unset(tableSFlow, "global", "agent_id")
	return nil
}
