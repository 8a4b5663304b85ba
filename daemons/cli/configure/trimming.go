package configure

import (
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/heddle-nos/heddle/daemons/cli/click"
	"github.com/heddle-nos/heddle/daemons/cli/session"
)

// newTrimming makes `config switch-trimming`: packets that find no room lose
// their payload instead of being dropped.
func newTrimming(s *session.Session) *cobra.Command {
	options := []option{
		{name: "size", short: "s", field: "size", check: whole(0, 1<<32-1)},
		{name: "dscp", short: "d", field: "dscp_value", check: resolved("from-tc", 63, "PACKET_TRIMMING_DSCP_RESOLUTION_MODE", "DSCP_VALUE", "FROM_TC", "symmetric dscp", "asymmetric dscp")},
		{name: "tc", short: "t", field: "tc_value", check: whole(0, 255)},
		{name: "queue", short: "q", field: "queue_index", check: resolved("dynamic", 255, "PACKET_TRIMMING_QUEUE_RESOLUTION_MODE", "STATIC", "DYNAMIC", "static queue", "dynamic queue")},
	}
	return click.Group("switch-trimming", "Configure switch trimming feature",
		withOptions(newEdit(s, "global", "Configure switch trimming global", func(e *edit) error { return setTrimming(e, options) }), options))
}

func setTrimming(e *edit, options []option) error {
	can, err := e.capabilities()
	if err != nil {
		return err
	}
	if !slices.ContainsFunc(options, func(o option) bool { return e.cmd.Flags().Changed(o.name) }) {
		return e.failf("Failed to configure switch trimming global: no options are provided")
	}
	if can["SWITCH_TRIMMING_CAPABLE"] != "true" {
		return e.failf("Failed to configure switch trimming: operation is not supported")
	}
	row, err := e.optionRow(options)
	if err != nil {
		return err
	}
	e.c.Set("SWITCH_TRIMMING", keyGlobal, row)
	return nil
}

// resolved accepts a number, or a word with which the ASIC finds the value
// itself, as far as the ASIC says that it can do either.
func resolved(word string, high int, capability, number, named, numberTitle, namedTitle string) func(*edit, string, string) (string, error) {
	return func(e *edit, hint, said string) (string, error) {
		can, err := e.capabilities()
		if err != nil {
			return "", err
		}
		modes := can["SWITCH|"+capability]
		mode, title := number, numberTitle
		if said == word {
			mode, title = named, namedTitle
		}
		if modes != "" && modes != "N/A" && !slices.Contains(strings.Split(modes, ","), mode) {
			return "", e.failf("Invalid value for %s: %s resolution mode is not supported", hint, title)
		}
		if said == word {
			return said, nil
		}
		return whole(0, high)(e, hint, said)
	}
}
