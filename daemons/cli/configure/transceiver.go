package configure

import (
	"strconv"
	"strings"

	"github.com/spf13/cobra"

	"github.com/heddle-nos/heddle/daemons/cli/click"
	"github.com/heddle-nos/heddle/daemons/cli/session"
	"github.com/heddle-nos/heddle/yang/schema"
)

// codeNotImplemented is the exit code when the platform cannot do something.
const codeNotImplemented = 5

// newTransceiver makes `config interface transceiver`. What is no configuration is an order to the module at once.
func newTransceiver(s *session.Session) *cobra.Command {
	return click.Group("transceiver", "SFP transceiver configuration",
		newEdit(s, "lpmode <interface_name> (enable|disable)", "Enable/disable low-power mode for SFP transceiver module", setLowPower),
		newEdit(s, "reset <interface_name>", "Reset SFP transceiver module", func(e *edit) error {
			return e.orderModule("Resetting port %[1]s", "Reset is not applicable for RJ45 port %[1]s.")
		}),
		newEdit(s, "dom <interface_name> (enable|disable)", "Enable/disable DOM monitoring for SFP transceiver module", setMonitoring),
		newEdit(s, "frequency <interface_name> <frequency>", "Set laser frequency in GHz", func(e *edit) error {
			n, err := e.number(1, "<frequency>")
			if err != nil {
				return err
			}
			if err := transceiverPort(e); err != nil {
				return err
			}
			if n <= 0 {
				return quitf(click.CodeError, "Error: Frequency must be > 0")
			}
			e.c.SetField(schema.TablePort, e.args[0], "laser_freq", strconv.Itoa(n))
			e.tellf("Setting laser frequency to %d GHz on port %s", n, e.args[0])
			return nil
		}),
		newEdit(s, "tx_power <interface_name> <tx_power>", "Set output power in dBm", func(e *edit) error {
			if _, err := strconv.ParseFloat(e.args[1], 64); err != nil {
				return e.failf("Invalid value for '<tx_power>': '%s' is not a valid float.", e.args[1])
			}
			if err := transceiverPort(e); err != nil {
				return err
			}
			if _, decimals, _ := strings.Cut(e.args[1], "."); len(decimals) > 1 {
				return quitf(click.CodeError, "Error: tx power must be with single decimal place")
			}
			e.c.SetField(schema.TablePort, e.args[0], "tx_power", e.args[1])
			e.tellf("Setting target Tx output power to %s dBm on port %s", e.args[1], e.args[0])
			return nil
		}))
}

// setMonitoring turns the reading of a module's sensors on or off. The module is
// asked through the first port of its socket.
func setMonitoring(e *edit) error {
	if _, err := click.Choice(e.cmd, "(enable|disable)", e.args[1], "enable", "disable"); err != nil {
		return err
	}
	port, err := portNamed(e.s, e.cmd, e.c, e.args[0])
	if err != nil {
		return err
	}
	if !exists(e.c, port) {
		return e.failf("Interface name is invalid. Please enter a valid interface name!!")
	}
	if !e.c.Has(schema.TablePort, port) {
		return e.failf("Interface %s does not exist", port)
	}
	if subport := e.row(schema.TablePort, port)["subport"]; subport != "" && subport != "0" && subport != "1" {
		return e.failf("DOM monitoring config only supported for subports ['0', '1']")
	}
	e.c.SetField(schema.TablePort, port, "dom_polling", e.args[1]+"d")
	return nil
}

func setLowPower(e *edit) error {
	if _, err := click.Choice(e.cmd, "(enable|disable)", e.args[1], "enable", "disable"); err != nil {
		return err
	}
	verb := "Enabling"
	if e.args[1] == "disable" {
		verb = "Disabling"
	}
	return e.orderModule(verb+" low-power mode for port %[1]s", verb+" low-power mode is not applicable for RJ45 port %[1]s.")
}

// orderModule tells a port's module to do something. Modules are known from STATE_DB; there is no way to them from here, so one that is
// present is not reached, and SONiC's answer of such a platform is given.
func (e *edit) orderModule(order, cable string) error {
	port, err := portNamed(e.s, e.cmd, e.c, e.args[0])
	if err != nil {
		return err
	}
	if !exists(e.c, port) {
		return e.failf("Interface name is invalid. Please enter a valid interface name!!")
	}
	row := e.row(schema.TablePort, port)
	if row == nil {
		return quitf(click.CodeError, "Error: invalid port '%s'", port)
	}
	module, err := e.state("TRANSCEIVER_INFO", port)
	switch {
	case err != nil:
		return err
	case module["type"] == "RJ45":
		return quitf(click.CodeError, cable, port)
	case len(module) == 0:
		e.tellf("%s: module %s is not present, skipping", port, row["index"])
		return nil
	}
	return quitf(codeNotImplemented, order+" ... This functionality is currently not implemented for this platform", port)
}

func transceiverPort(e *edit) error {
	if !e.c.Has(schema.TablePort, e.args[0]) {
		return quitf(click.CodeError, "Error: Port does not exist")
	}
	return nil
}
