package configure

import (
	"slices"
	"strconv"
	"strings"

	"github.com/spf13/cobra"

	"github.com/heddle-nos/heddle/daemons/cli/click"
	"github.com/heddle-nos/heddle/daemons/cli/session"
	"github.com/heddle-nos/heddle/daemons/commit"
	"github.com/heddle-nos/heddle/yang/schema"
)

// newDropCounters makes `config dropcounters`.
func newDropCounters(s *session.Session) *cobra.Command {
	options := []option{
		{name: "alias", short: "a", field: "alias"}, {name: "group", short: "g", field: "group"}, {name: "desc", short: "d", field: "desc"},
		{name: "window", short: "w", check: whole(1, -1)},
		{name: "drop-count-threshold", check: whole(0, -1)}, {name: "incident-count-threshold", check: whole(0, -1)},
	}
	install := newEdit(s, "install COUNTER_NAME COUNTER_TYPE REASONS", "Install a new drop counter", func(e *edit) error {
		return installDropCounter(e, options)
	})
	withOptions(install, options)
	click.Alias(install, "-dct", "--drop-count-threshold")
	click.Alias(install, "-ict", "--incident-count-threshold")
	return click.Group("dropcounters", "Drop counter related configuration tasks", install,
		newEdit(s, "delete COUNTER_NAME", "Delete an existing drop counter", deleteDropCounter),
		newEdit(s, "add_reasons COUNTER_NAME REASONS", "Add reasons to an existing drop counter", addDropReasons),
		newEdit(s, "remove_reasons COUNTER_NAME REASONS", "Remove reasons from an existing drop counter", removeDropReasons))
}

// installDropCounter makes a counter of a type that the ASIC has, with reasons
// that it can tell.
func installDropCounter(e *edit, options []option) error {
	const doing = "install counter"
	name, kind := e.args[0], e.args[1]
	reasons, err := dropReasons(doing, e.args[2])
	if err != nil {
		return err
	}
	if e.c.Has(schema.TableDebugCounter, name) {
		return troubled(doing, "Counter name '"+name+"' already in use")
	}
	can, err := e.state("DEBUG_COUNTER_CAPABILITIES", kind)
	if err != nil {
		return err
	}
	if most, err := strconv.Atoi(can["count"]); err != nil {
		return troubled(doing, "Counter type not supported on this device")
	} else if most <= len(e.c.Keys(schema.TableDebugCounter)) {
		return troubled(doing, "All counters of this type are currently in use")
	}
	if err := supported(doing, can, reasons); err != nil {
		return err
	}
	row, err := e.optionRow(options)
	if err != nil {
		return err
	}
	if err := e.dropMonitor(doing, options, row); err != nil {
		return err
	}
	row["type"] = kind
	e.c.Replace(schema.TableDebugCounter, name, row)
	e.putReasons(name, reasons)
	return nil
}

// dropMonitor fills in when lasting drops are to be told: all of it or nothing.
func (e *edit) dropMonitor(doing string, options []option, row commit.Row) error {
	fields := map[string]string{
		"window": "window", "drop-count-threshold": "drop_count_threshold", "incident-count-threshold": "incident_count_threshold",
	}
	given := 0
	for _, o := range options {
		field, ok := fields[o.name]
		if !ok {
			continue
		}
		value, said, err := e.option(o)
		if err != nil {
			return err
		}
		if said {
			row[field] = value
			given++
		}
	}
	row["drop_monitor_status"] = "disabled"
	switch given {
	case 0:
	case len(fields):
		row["drop_monitor_status"] = "enabled"
	default:
		return troubled(doing, "If a drop monitor is to be installed, all three arguments (window, drop_count_threshold and incident_count threshold) must be provided")
	}
	return nil
}

func deleteDropCounter(e *edit) error {
	name := e.args[0]
	if !e.c.Has(schema.TableDebugCounter, name) {
		return troubled("uninstall counter", "Counter '"+name+"' not found")
	}
	e.c.Delete(schema.TableDebugCounter, name)
	for _, key := range slices.Clone(e.c.Keys(schema.TableDropReason)) {
		if counter, _, _ := strings.Cut(key, schema.ConfigSeparator); counter == name {
			e.c.Delete(schema.TableDropReason, key)
		}
	}
	return nil
}

func addDropReasons(e *edit) error {
	const doing = "add reasons"
	reasons, err := dropReasons(doing, e.args[1])
	if err != nil {
		return err
	}
	row, ok := e.c.Row(schema.TableDebugCounter, e.args[0])
	if !ok {
		return troubled(doing, "Counter '"+e.args[0]+"' not found")
	}
	can, err := e.state("DEBUG_COUNTER_CAPABILITIES", row["type"])
	if err != nil {
		return err
	}
	if err := supported(doing, can, reasons); err != nil {
		return err
	}
	e.putReasons(e.args[0], reasons)
	return nil
}

func removeDropReasons(e *edit) error {
	const doing = "remove reasons"
	reasons, err := dropReasons(doing, e.args[1])
	if err != nil {
		return err
	}
	if !e.c.Has(schema.TableDebugCounter, e.args[0]) {
		return troubled(doing, "Counter '"+e.args[0]+"' not found")
	}
	for _, r := range reasons {
		if key := e.args[0] + schema.ConfigSeparator + r; e.c.Has(schema.TableDropReason, key) {
			e.c.Delete(schema.TableDropReason, key)
		}
	}
	return nil
}

func (e *edit) putReasons(counter string, reasons []string) {
	for _, r := range reasons {
		e.c.Replace(schema.TableDropReason, counter+schema.ConfigSeparator+r, commit.Row{})
	}
}

// dropReasons reads "[A,B]" or "A,B".
func dropReasons(doing, text string) ([]string, error) {
	if strings.ContainsAny(text, "|:") {
		return nil, troubled(doing, "Malformed drop reason provided")
	}
	text = strings.Trim(strings.ReplaceAll(text, " ", ""), "[]")
	if text == "" {
		return nil, troubled(doing, "No drop reasons provided")
	}
	return strings.Split(text, ","), nil
}

// supported compares reasons with what the ASIC has said of a type.
func supported(doing string, can commit.Row, reasons []string) error {
	if can["reasons"] == "" {
		return troubled(doing, "No drop reasons found for this device")
	}
	known := strings.Split(strings.Trim(can["reasons"], "[]"), ",")
	for _, r := range reasons {
		if !slices.Contains(known, r) {
			return troubled(doing, "One or more provided drop reason not supported on this device")
		}
	}
	return nil
}

// troubled is how SONiC's script reports what does not work.
func troubled(doing, why string) error {
	return quitf(click.CodeError, "Encountered error trying to %s: %s", doing, why)
}
