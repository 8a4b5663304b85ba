package configure

import (
	"strconv"
	"strings"

	"github.com/spf13/cobra"

	"github.com/heddle-nos/heddle/daemons/cli/click"
	"github.com/heddle-nos/heddle/daemons/cli/session"
	"github.com/heddle-nos/heddle/yang/schema"
)

// newTransceiver makes `config interface transceiver` for what is configuration.
func newTransceiver(s *session.Session) *cobra.Command {
	return click.Group("transceiver", "SFP transceiver configuration",
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
			return nil
		}))
}

func transceiverPort(e *edit) error {
	if !e.c.Has(schema.TablePort, e.args[0]) {
		return quitf(click.CodeError, "Error: Port does not exist")
	}
	return nil
}
