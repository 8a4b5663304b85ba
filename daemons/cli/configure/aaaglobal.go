package configure

import (
	"net/netip"
	"strconv"

	"github.com/spf13/cobra"

	"github.com/heddle-nos/heddle/daemons/cli/click"
	"github.com/heddle-nos/heddle/daemons/cli/session"
)

// aaaGlobal is a command for what all servers of a protocol have in common.
type aaaGlobal struct {
	name, arg, field string
	missing          string // said when there is no value
	read             func(e *edit, hint, said string) (stored string, err error)
	refuse           func(said string) string // what is wrong with a value, told without failing; "" for nothing
}

const noEmpty = "Not support empty argument"

func tacacsGlobals() []aaaGlobal {
	return []aaaGlobal{
		{name: "timeout", arg: "<time_second>", field: "timeout", missing: `Argument "second" is required`, read: whole(0, 60)},
		{name: "authtype", arg: "<type>", field: "auth_type", missing: `Argument "type" is required`, read: oneOf("chap", "pap", "mschap", "login")},
		{name: "passkey", arg: "<secret_string>", field: "passkey", missing: `Argument "secret" is required`},
	}
}

func radiusGlobals() []aaaGlobal {
	return []aaaGlobal{
		{name: "timeout", arg: "<time_second>", field: "timeout", missing: noEmpty, read: whole(1, 60)},
		{name: "retransmit", arg: "<retry_attempts>", field: "retransmit", missing: noEmpty, read: whole(0, 10)},
		{name: "authtype", arg: "<type>", field: "auth_type", missing: noEmpty, read: oneOf("chap", "pap", "mschapv2")},
		{name: "passkey", arg: "<secret_string>", field: "passkey", missing: noEmpty, refuse: badRADIUSKey},
		{name: "sourceip", arg: "<source_ip>", field: "src_ip", missing: noEmpty, refuse: badSourceAddress},
		{name: "nasip", arg: "<nas_ip>", field: "nas_ip", missing: noEmpty, refuse: badSourceAddress},
	}
}

// newAAAGlobals makes them, and for each a way back to its default.
func newAAAGlobals(s *session.Session, root *cobra.Command) {
	for _, p := range []struct {
		name, table string
		list        []aaaGlobal
	}{{"tacacs", "TACPLUS", tacacsGlobals()}, {"radius", "RADIUS", radiusGlobals()}} {
		group := subgroup(root, p.name)
		back := click.Group("default", "set its default configuration")
		for _, g := range p.list {
			group.AddCommand(g.command(s, p.table))
			back.AddCommand(newEdit(s, g.name+" ["+g.arg+"]", "Default of "+g.name, func(e *edit) error {
				e.c.Unset(p.table, "global", g.field)
				return nil
			}))
		}
		group.AddCommand(back)
	}
	statistics := map[string]string{"enable": "true", "disable": "false", "default": ""}
	subgroup(root, "radius").AddCommand(newEdit(s, "statistics <option>", "Specify RADIUS server global statistics", func(e *edit) error {
		if _, err := click.Choice(e.cmd, "[enable|disable|default]", e.args[0], "enable", "disable", "default"); err != nil {
			return err
		}
		if v := statistics[e.args[0]]; v != "" {
			e.c.SetField("RADIUS", "global", "statistics", v)
		} else {
			e.c.Unset("RADIUS", "global", "statistics")
		}
		return nil
	}))
}

func (g aaaGlobal) command(s *session.Session, table string) *cobra.Command {
	return newEdit(s, g.name+" ["+g.arg+"]", "Specify the servers' "+g.name, func(e *edit) error {
		said := e.arg(0)
		if said != "" && g.read != nil {
			var err error
			if said, err = g.read(e, "'"+g.arg+"'", said); err != nil {
				return err
			}
		}
		if said == "" || said == "0" && g.field == "timeout" { // SONiC takes no time for no value
			e.tellf("%s", g.missing)
			return nil
		}
		if g.refuse != nil {
			if wrong := g.refuse(said); wrong != "" {
				e.tellf("%s", wrong)
				return nil
			}
		}
		e.c.SetField(table, "global", g.field, said)
		return nil
	})
}

// oneOf accepts a few words.
func oneOf(words ...string) func(*edit, string, string) (string, error) {
	return func(e *edit, hint, said string) (string, error) {
		return click.Choice(e.cmd, hint[1:len(hint)-1], said, words...)
	}
}

// wholeNumber accepts any.
func wholeNumber(e *edit, hint, said string) (string, error) {
	n, err := strconv.Atoi(said)
	if err != nil {
		return "", e.failf("Invalid value for %s: '%s' is not a valid integer.", hint, said)
	}
	return strconv.Itoa(n), nil
}

// badSourceAddress says why requests cannot come from an address.
func badSourceAddress(said string) string {
	a, err := netip.ParseAddr(said)
	switch {
	case err != nil:
		return "Invalid ip address"
	case a.Is4() && a.IsUnspecified():
		return "enter non-zero ip address"
	case reserved(a):
		return "Reserved ip is not valid"
	case a.IsMulticast():
		return "Multicast ip is not valid"
	case a.Is6() && (a.IsUnspecified() || a.IsLoopback()):
		return "Invalid ip address"
	}
	return ""
}
