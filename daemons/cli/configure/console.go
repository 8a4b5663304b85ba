package configure

import (
	"strconv"
	"strings"

	"github.com/spf13/cobra"

	"github.com/heddle-nos/heddle/daemons/cli/click"
	"github.com/heddle-nos/heddle/daemons/cli/session"
	"github.com/heddle-nos/heddle/daemons/commit"
)

const (
	tableConsolePort   = "CONSOLE_PORT"
	tableConsoleSwitch = "CONSOLE_SWITCH"
	keyConsole         = "console_mgmt"
	lastLine           = 65535
)

func newConsole(s *session.Session) *cobra.Command {
	toggle := func(verb, value string) *cobra.Command {
		return newEdit(s, verb, verb+" console switch", func(e *edit) error {
			e.c.SetField(tableConsoleSwitch, keyConsole, "enabled", value)
			return nil
		})
	}
	return click.Group("console", "Console-related configuration tasks",
		toggle("enable", "yes"), toggle("disable", "no"),
		newConsoleAdd(s),
		newEdit(s, "del <line_number>", "Remove console line", delConsole),
		newEdit(s, "remote_device <line_number> [<device_name>]", "Set remote device name of a line", setRemoteDevice),
		newEdit(s, "baud <line_number> <baud>", "Set baud rate of a line", setBaud),
		newChoice(s, "flow_control <mode> <line_number>", "Set flow control of a line", []string{"enable", "disable"}, setFlowControl),
		newEdit(s, "escape <line_number> <escape_char|clear>", "Set escape character of a line", setEscape),
		newChoice(s, "default_escape <escape_char|clear>", "Set default escape character", escapes(), func(e *edit) error {
			escape(e, tableConsoleSwitch, keyConsole, "default_escape_char", e.args[0])
			return nil
		}))
}

// escapes lists what may be said for an escape character.
func escapes() []string {
	const letters = "abcdefghijklmnopqrstuvwxyz"
	return append(strings.Split(letters+strings.ToUpper(letters), ""), "clear")
}

func escape(e *edit, table, key, field, said string) {
	if said == "clear" {
		e.c.Unset(table, key, field)
	} else {
		e.c.SetField(table, key, field, strings.ToLower(said))
	}
}

// line reads the number of a console line.
func line(e *edit, i int) (string, error) {
	n, err := click.IntRange(e.cmd, "<line_number>", e.arg(i), 0, lastLine)
	return strconv.Itoa(n), err
}

// presentLine reads the number of a line that must be configured.
func presentLine(e *edit, i int) (string, error) {
	key, err := line(e, i)
	if err == nil && !e.c.Has(tableConsolePort, key) {
		err = e.failf("Trying to update console port setting, which is not present.")
	}
	return key, err
}

// freeDevice refuses the name of a device that is on another line.
func freeDevice(e *edit, name string) error {
	for _, key := range e.c.Keys(tableConsolePort) {
		if e.row(tableConsolePort, key)["remote_device"] == name {
			return e.failf("Given device name %s has been used. Please enter a valid device name or remove the existing one !!", name)
		}
	}
	return nil
}

func newConsoleAdd(s *session.Session) *cobra.Command {
	var baud click.IntFlag
	var flow bool
	var device string
	char := click.ChoiceFlag{Choices: escapes()[:52]}
	cmd := newEdit(s, "add <line_number>", "Add console line", func(e *edit) error {
		if !baud.IsSet {
			return e.failf("Missing option '--baud' / '-b'.")
		}
		key, err := line(e, 0)
		if err != nil {
			return err
		}
		if e.c.Has(tableConsolePort, key) {
			return e.failf("Trying to add console port setting, which is already exists.")
		}
		row := commit.Row{"baud_rate": strconv.Itoa(baud.Value), "flow_control": "0"}
		if flow {
			row["flow_control"] = "1"
		}
		if device != "" {
			if err := freeDevice(e, device); err != nil {
				return err
			}
			row["remote_device"] = device
		}
		if char.Value != "" {
			row["escape_char"] = strings.ToLower(char.Value)
		}
		e.c.Replace(tableConsolePort, key, row)
		return nil
	})
	cmd.Flags().VarP(&baud, "baud", "b", "Baud rate")
	cmd.Flags().BoolVarP(&flow, "flowcontrol", "f", false, "Flow control")
	cmd.Flags().StringVarP(&device, "devicename", "d", "", "Remote device")
	cmd.Flags().VarP(&char, "escape", "e", "Escape character")
	return cmd
}

func delConsole(e *edit) error {
	key, err := line(e, 0)
	if err != nil {
		return err
	}
	if !e.c.Has(tableConsolePort, key) {
		return e.failf("Trying to delete console port setting, which is not present.")
	}
	e.c.Delete(tableConsolePort, key)
	return nil
}

func setRemoteDevice(e *edit) error {
	key, err := presentLine(e, 0)
	if err != nil {
		return err
	}
	name := e.arg(1)
	switch {
	case name == "":
		e.c.Unset(tableConsolePort, key, "remote_device")
	case e.row(tableConsolePort, key)["remote_device"] == name:
	default:
		if err := freeDevice(e, name); err != nil {
			return err
		}
		e.c.SetField(tableConsolePort, key, "remote_device", name)
	}
	return nil
}

func setBaud(e *edit) error {
	n, err := e.number(1, "<baud>")
	if err != nil {
		return err
	}
	key, err := presentLine(e, 0)
	if err == nil {
		e.c.SetField(tableConsolePort, key, "baud_rate", strconv.Itoa(n))
	}
	return err
}

func setFlowControl(e *edit) error {
	key, err := presentLine(e, 1)
	if err != nil {
		return err
	}
	value := "0"
	if e.args[0] == "enable" {
		value = "1"
	}
	e.c.SetField(tableConsolePort, key, "flow_control", value)
	return nil
}

func setEscape(e *edit) error {
	if _, err := click.Choice(e.cmd, "<escape_char|clear>", e.args[1], escapes()...); err != nil {
		return err
	}
	key, err := presentLine(e, 0)
	if err == nil {
		escape(e, tableConsolePort, key, "escape_char", e.args[1])
	}
	return err
}
