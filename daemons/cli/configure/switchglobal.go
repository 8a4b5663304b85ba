package configure

import (
	"slices"
	"strconv"
	"strings"

	"github.com/spf13/cobra"

	"github.com/heddle-nos/heddle/daemons/cli/click"
	"github.com/heddle-nos/heddle/daemons/cli/session"
	"github.com/heddle-nos/heddle/daemons/commit"
)

const (
	tableHealth     = "SUPPRESS_ASIC_SDK_HEALTH_EVENT"
	tableSwitchHash = "SWITCH_HASH"
	tableFastLinkup = "SWITCH_FAST_LINKUP"
)

// newSwitchGlobals makes the commands for what the ASIC does as a whole, of
// which STATE_DB says what it can.
func newSwitchGlobals(s *session.Session, root *cobra.Command) {
	hash := oneASIC(subgroup(subgroup(root, "switch-hash"), "global"))
	hash.AddCommand(newHashFields(s, "ecmp-hash", "ecmp_hash@"), newHashFields(s, "lag-hash", "lag_hash@"))
	root.AddCommand(newHealthEvent(s), newFastLinkup(s))
}

func hashFields() []string {
	fields := []string{"IN_PORT", "DST_MAC", "SRC_MAC", "ETHERTYPE", "VLAN_ID", "IP_PROTOCOL", "DST_IP", "SRC_IP", "L4_DST_PORT", "L4_SRC_PORT"}
	for _, f := range []string{"DST_MAC", "SRC_MAC", "ETHERTYPE", "IP_PROTOCOL", "DST_IP", "SRC_IP", "L4_DST_PORT", "L4_SRC_PORT"} {
		fields = append(fields, "INNER_"+f)
	}
	return append(fields, "IPV6_FLOW_LABEL")
}

func newHashFields(s *session.Session, name, field string) *cobra.Command {
	arg := strings.ToUpper(strings.ReplaceAll(name, "-", "_")) + "..."
	return newEdit(s, name+" "+arg, "Fields of the "+name, func(e *edit) error {
		var twice []string
		for i, f := range e.args {
			if _, err := click.Choice(e.cmd, arg, f, hashFields()...); err != nil {
				return err
			}
			if slices.Contains(e.args[:i], f) && !slices.Contains(twice, f) {
				twice = append(twice, f)
			}
		}
		if twice != nil {
			return e.failf("Invalid value for '%s': %s has a duplicate hash field(s) %s", arg, strings.Join(e.args, ", "), strings.Join(twice, ", "))
		}
		e.c.SetField(tableSwitchHash, keyGlobal, field, strings.Join(e.args, ","))
		return nil
	})
}

func newHealthEvent(s *session.Session) *cobra.Command {
	options := []option{{name: "category-list"}, {name: "max-events", check: whole(0, -1)}}
	suppress := newChoice(s, "suppress <fatal|warning|notice>", "Suppress events of a severity", []string{"fatal", "warning", "notice"}, func(e *edit) error {
		categories, withCategories, err := e.option(options[0])
		if err != nil {
			return err
		}
		most, withMost, err := e.option(options[1])
		if err != nil {
			return err
		}
		if err := canSuppress(e); err != nil {
			return err
		}
		if withCategories {
			if err := suppressCategories(e, categories); err != nil {
				return err
			}
		}
		if withMost && most != "0" {
			e.c.SetField(tableHealth, e.args[0], "max_events", most)
		} else if withMost {
			e.c.Unset(tableHealth, e.args[0], "max_events")
		}
		if len(e.row(tableHealth, e.args[0])) == 0 {
			e.c.Delete(tableHealth, e.args[0])
		}
		return nil
	})
	return click.Group("asic-sdk-health-event", "ASIC/SDK health events", withOptions(suppress, options))
}

func canSuppress(e *edit) error {
	can, err := e.capabilities()
	if err != nil {
		return err
	}
	if can["ASIC_SDK_HEALTH_EVENT"] != "true" {
		return e.failf("ASIC/SDK health event is not supported on the platform")
	}
	if can["REG_"+strings.ToUpper(e.args[0])+"_ASIC_SDK_HEALTH_CATEGORY"] != "true" {
		return e.failf("Suppressing ASIC/SDK health %s event is not supported on the platform", e.args[0])
	}
	return nil
}

func suppressCategories(e *edit, said string) error {
	all := []string{"software", "firmware", "cpu_hw", "asic_hw"}
	list := strings.Split(said, ",")
	switch said {
	case "none":
		e.c.Unset(tableHealth, e.args[0], "categories@")
		return nil
	case "all":
		list = all
	}
	if bad := slices.DeleteFunc(slices.Clone(list), func(c string) bool { return slices.Contains(all, c) }); len(bad) > 0 {
		return e.failf("Invalid category(ies): %s", strings.Join(bad, ","))
	}
	e.c.SetField(tableHealth, e.args[0], "categories@", strings.Join(list, ","))
	return nil
}

// newFastLinkup makes `config switch-fast-linkup`.
func newFastLinkup(s *session.Session) *cobra.Command {
	options := []option{
		{name: "polling-time", field: "polling_time"},
		{name: "guard-time", field: "guard_time"},
		{name: "ber", field: "ber_threshold"},
	}
	return click.Group("switch-fast-linkup", "Fast link-up",
		withOptions(newEdit(s, "global", "Fast link-up of all ports", func(e *edit) error {
			row, err := e.optionRow(options)
			if err != nil {
				return err
			}
			if len(row) == 0 {
				return e.failf("Failed to configure fast link-up global: no options are provided")
			}
			if err := linkupWithin(e, row); err != nil {
				return err
			}
			e.c.Set(tableFastLinkup, keyGlobal, row)
			return nil
		}), options))
}

// linkupWithin compares the values with the ranges that the ASIC has named.
func linkupWithin(e *edit, row commit.Row) error {
	can, err := e.capabilities()
	if err != nil {
		return err
	}
	if can["FAST_LINKUP_CAPABLE"] != "true" {
		return quitf(click.CodeError, "Error: Fast link-up is not supported on this platform")
	}
	ranges := map[string]string{
		"polling_time": can["FAST_LINKUP_POLLING_TIMER_RANGE"], "guard_time": can["FAST_LINKUP_GUARD_TIMER_RANGE"], "ber_threshold": "1,255",
	}
	for _, field := range []string{"polling_time", "guard_time", "ber_threshold"} {
		said, ok := row[field]
		if !ok {
			continue
		}
		from, to, _ := strings.Cut(ranges[field], ",")
		low, err1 := strconv.Atoi(from)
		high, err2 := strconv.Atoi(to)
		if err1 != nil || err2 != nil {
			return quitf(click.CodeError, "Error: Fast link-up capability ranges are not defined on this platform")
		}
		if n, err := strconv.Atoi(said); err != nil || n < low || n > high {
			return quitf(click.CodeError, "Error: %s %s out of supported range [%d, %d]", field, said, low, high)
		}
	}
	return nil
}
