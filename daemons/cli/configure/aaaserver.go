package configure

import (
	"net/netip"
	"strings"

	"github.com/spf13/cobra"

	"github.com/heddle-nos/heddle/daemons/cli/session"
	"github.com/heddle-nos/heddle/daemons/commit"
)

const (
	tableRADIUSServer = "RADIUS_SERVER"
	tableTACACSServer = "TACPLUS_SERVER"
	maxRADIUSServers  = 8
	maxRADIUSKey      = 65
	secretRule        = "Valid chars are ASCII printable except SPACE, '#', and ','"
)

// newAAAServers makes `add` and `delete` of `radius` and `tacacs`.
func newAAAServers(s *session.Session, root *cobra.Command) {
	tacacs := []option{
		{name: "timeout", short: "t", field: "timeout", check: wholeNumber},
		{name: "key", short: "k", field: "passkey"},
		{name: "auth_type", short: "a", field: "auth_type", words: []string{"chap", "pap", "mschap", "login"}},
		{name: "port", short: "o", field: "tcp_port", check: whole(1, 65535)},
		{name: "pri", short: "p", field: "priority", check: whole(1, 64)},
		{name: "type", field: "auth_type", words: []string{"chap", "pap", "mschap", "login"}}, // what the manual calls auth_type
	}
	radius := []option{
		{name: "retransmit", short: "r", field: "retransmit", check: whole(1, 10)},
		{name: "timeout", short: "t", field: "timeout", check: whole(1, 60)},
		{name: "key", short: "k", field: "passkey"},
		{name: "auth_type", short: "a", field: "auth_type", words: []string{"chap", "pap", "mschapv2"}},
		{name: "auth-port", short: "o", field: "auth_port", check: whole(1, 65535)},
		{name: "pri", short: "p", field: "priority", check: whole(1, 64)},
		{name: "source-interface", short: "s", field: "src_intf"},
	}
	server := func(use, short string, options []option, add func(e *edit, row commit.Row)) *cobra.Command {
		var management bool
		cmd := withOptions(newEdit(s, use, short, func(e *edit) error {
			row, err := e.optionRow(options)
			if err != nil {
				return err
			}
			if management {
				row["vrf"] = "mgmt"
			}
			add(e, row)
			return nil
		}), options)
		cmd.Flags().BoolVarP(&management, "use-mgmt-vrf", "m", false, "Management vrf")
		return cmd
	}
	subgroup(root, "tacacs").AddCommand(server("add <ip_address>", "Specify a TACACS+ server", tacacs, addTACACS), newEdit(s, "delete <ip_address>", "Delete a TACACS+ server", delTACACS))
	subgroup(root, "radius").AddCommand(server("add <ip_address_or_domain_name>", "Specify a RADIUS server", radius, addRADIUS),
		newEdit(s, "delete <ip_address_or_domain_name>", "Delete a RADIUS server", func(e *edit) error {
			e.c.Delete(tableRADIUSServer, e.args[0])
			return nil
		}))
	newAAAGlobals(s, root)
}

// newServer stores a server with what it has unless it is said otherwise.
func (e *edit) newServer(table string, defaults, row commit.Row) {
	e.c.Replace(table, e.args[0], defaults)
	e.c.Set(table, e.args[0], row)
}

func addTACACS(e *edit, row commit.Row) {
	if _, err := netip.ParseAddr(e.args[0]); err != nil {
		e.tellf("Invalid ip address")
		return
	}
	if e.c.Has(tableTACACSServer, e.args[0]) {
		e.tellf("server %s already exists", e.args[0])
		return
	}
	e.newServer(tableTACACSServer, commit.Row{"tcp_port": "49", "priority": "1"}, row)
}

func delTACACS(e *edit) error {
	if _, err := netip.ParseAddr(e.args[0]); err != nil {
		e.tellf("Invalid ip address")
		return nil
	}
	e.c.Delete(tableTACACSServer, e.args[0])
	return nil
}

func addRADIUS(e *edit, row commit.Row) {
	switch wrong := badRADIUSKey(row["passkey"]); {
	case wrong != "":
		e.tellf("--key: %s", wrong)
		return
	case e.c.Has(tableRADIUSServer, e.args[0]):
		e.tellf("server %s already exists", e.args[0])
		return
	case len(e.c.Keys(tableRADIUSServer)) >= maxRADIUSServers:
		e.tellf("Maximum of %d can be configured", maxRADIUSServers)
		return
	}
	if name := row["src_intf"]; name != "" && !sourceInterface(name) {
		e.tellf("Not supported interface name (valid interface name: Etherent<id>/PortChannel<id>/Vlan<id>/Loopback<id>/eth0)")
		delete(row, "src_intf")
	}
	e.newServer(tableRADIUSServer, commit.Row{"auth_port": "1812", "priority": "1"}, row)
}

func sourceInterface(name string) bool {
	for _, prefix := range []string{"Ethernet", "PortChannel", "Vlan", "Loopback"} {
		if strings.HasPrefix(name, prefix) {
			return true
		}
	}
	return name == "eth0"
}

// badRADIUSKey says what is wrong with a key, "" for nothing.
func badRADIUSKey(key string) string {
	switch {
	case len(key) > maxRADIUSKey:
		return "Maximum of 65 chars can be configured"
	case strings.ContainsAny(key, " #,"):
		return secretRule
	}
	return ""
}
