package configure

import (
	"net/netip"

	"github.com/spf13/cobra"

	"github.com/heddle-nos/heddle/daemons/cli/click"
	"github.com/heddle-nos/heddle/daemons/cli/session"
	"github.com/heddle-nos/heddle/daemons/commit"
)

// aaaProtocol is RADIUS or TACACS+, whose servers and defaults are configured alike.
type aaaProtocol struct {
	name, servers, global string
	options               []option
	row                   commit.Row        // what a server has unless it is said otherwise
	fields                map[string]string // that can go back to their defaults
}

const (
	tableRADIUS = "RADIUS"
	maxServers  = 8
)

func aaaProtocols() []aaaProtocol {
	return []aaaProtocol{
		{
			name: "radius", servers: "RADIUS_SERVER", global: tableRADIUS,
			row: commit.Row{"auth_port": "1812", "priority": "1"},
			fields: map[string]string{
				"authtype": "auth_type", "timeout": "timeout", "retransmit": "retransmit", "passkey": "passkey",
				"sourceip": "src_ip", "nasip": "nas_ip", "statistics": "statistics",
			},
			options: []option{
				{name: "retransmit", short: "r", field: "retransmit", check: whole(1, 10)},
				{name: "timeout", short: "t", field: "timeout", check: whole(1, 60)},
				{name: "key", short: "k", field: "passkey"},
				{name: "auth_type", short: "a", field: "auth_type", words: []string{"chap", "pap", "mschapv2"}},
				{name: "auth-port", short: "o", field: "auth_port", check: whole(1, 65535)},
				{name: "pri", short: "p", field: "priority", check: whole(1, 64)},
				{name: "source-interface", short: "s", field: "src_intf"},
			},
		},
		{
			name: "tacacs", servers: "TACPLUS_SERVER", global: "TACPLUS",
			row:    commit.Row{"tcp_port": "49", "priority": "1"},
			fields: map[string]string{"authtype": "auth_type", "timeout": "timeout", "passkey": "passkey"},
			options: []option{
				{name: "timeout", short: "t", field: "timeout", check: whole(1, 60)},
				{name: "key", short: "k", field: "passkey"},
				{name: "type", short: "a", field: "auth_type", words: []string{"chap", "pap", "mschap", "login"}},
				{name: "port", short: "o", field: "tcp_port", check: whole(1, 65535)},
				{name: "pri", short: "p", field: "priority", check: whole(1, 64)},
			},
		},
	}
}

// newAAAServers makes `radius` and `tacacs` of `add`, `delete` and `default`.
func newAAAServers(s *session.Session, root *cobra.Command) {
	for _, p := range aaaProtocols() {
		var management bool
		add := withOptions(newEdit(s, "add <ip_address>", "Specify a server", func(e *edit) error { return p.add(e, management) }), p.options)
		add.Flags().BoolVarP(&management, "use-mgmt-vrf", "m", false, "Management vrf")
		back := click.Group("default", "Set its default configuration")
		for name, field := range p.fields {
			back.AddCommand(newEdit(s, name, "Default of "+name, func(e *edit) error {
				e.c.Unset(p.global, "global", field)
				return nil
			}))
		}
		subgroup(root, p.name).AddCommand(add, back, newEdit(s, "delete <ip_address>", "Delete a server", p.remove))
	}
	subgroup(root, "radius").AddCommand(newRADIUSAddress(s, "sourceip", "src_ip"), newRADIUSAddress(s, "nasip", "nas_ip"))
}

func (p aaaProtocol) add(e *edit, management bool) error {
	given, err := e.optionRow(p.options)
	if err != nil {
		return err
	}
	if _, err := netip.ParseAddr(e.args[0]); err != nil {
		e.tellf("Invalid ip address")
		return nil
	}
	if e.c.Has(p.servers, e.args[0]) {
		e.tellf("server %s already exists", e.args[0])
		return nil
	}
	if len(e.c.Keys(p.servers)) >= maxServers {
		e.tellf("Maximum of %d can be configured", maxServers)
		return nil
	}
	e.c.Replace(p.servers, e.args[0], p.row)
	e.c.Set(p.servers, e.args[0], given)
	if management {
		e.c.SetField(p.servers, e.args[0], "vrf", "mgmt")
	}
	return nil
}

func (p aaaProtocol) remove(e *edit) error {
	if _, err := netip.ParseAddr(e.args[0]); err != nil {
		e.tellf("Invalid ip address")
		return nil
	}
	e.c.Delete(p.servers, e.args[0])
	return nil
}

// newRADIUSAddress makes a command for an address that all requests carry.
func newRADIUSAddress(s *session.Session, name, field string) *cobra.Command {
	return newEdit(s, name+" <"+name+">", "RADIUS "+name, func(e *edit) error {
		a, err := netip.ParseAddr(e.args[0])
		switch {
		case err != nil:
			e.tellf("Invalid ip address")
		case a.IsMulticast() || a.IsUnspecified() || a.IsLoopback():
			e.tellf("Invalid ip address %s", e.args[0])
		default:
			e.c.SetField(tableRADIUS, "global", field, e.args[0])
		}
		return nil
	})
}
