package configure

import (
	"strings"

	"github.com/spf13/cobra"

	"github.com/heddle-nos/heddle/daemons/cli/session"
	"github.com/heddle-nos/heddle/yang/schema"
)

// natTables are those whose interfaces have a NAT zone.
func natTables() []string {
	return []string{schema.TableInterface, schema.TablePortChannelInterface, schema.TableVLANInterface, schema.TableLoopbackInterface}
}

// natInterface checks an interface's name and gives its table.
func natInterface(e *edit, absent string) (table, name string, err error) {
	name = e.args[0]
	switch {
	case strings.HasPrefix(name, "Loopback"):
		table = schema.TableLoopbackInterface
	case strings.HasPrefix(name, "Ethernet") && e.c.Has(schema.TablePort, name):
		table = schema.TableInterface
	case strings.HasPrefix(name, "PortChannel") && e.c.Has(schema.TablePortChannel, name):
		table = schema.TablePortChannelInterface
	case strings.HasPrefix(name, "Vlan") && e.c.Has(schema.TableVLAN, name):
		table = schema.TableVLANInterface
	default:
		return "", name, e.failf("Interface name is invalid. Please enter a  valid interface name!!")
	}
	if !e.c.Has(table, name) {
		return "", name, e.failf("Interface table is not present. %s", absent)
	}
	return table, name, nil
}

// newNATZoneAdd makes `config nat add interface`.
func newNATZoneAdd(s *session.Session) *cobra.Command {
	options := []option{{name: "nat_zone", needed: true, check: whole(0, 3)}}
	cmd := withOptions(newEdit(s, "interface <interface_name>", "Put an interface into a NAT zone", func(e *edit) error {
		zone, _, err := e.option(options[0])
		if err != nil {
			return err
		}
		table, name, err := natInterface(e, "Please configure ip-address on "+e.args[0]+" and apply the nat zone !!")
		if err == nil {
			e.c.SetField(table, name, "nat_zone", zone)
		}
		return err
	}), options)
	singleDash(cmd, options)
	return cmd
}

// newNATZoneRemoves makes `config nat remove interface` and `interfaces`.
func newNATZoneRemoves(s *session.Session) []*cobra.Command {
	return []*cobra.Command{
		newEdit(s, "interface <interface_name>", "Take an interface out of its NAT zone", func(e *edit) error {
			table, name, err := natInterface(e, "Ignoring the nat zone configuration")
			if err == nil {
				e.c.SetField(table, name, "nat_zone", "0")
			}
			return err
		}),
		newEdit(s, "interfaces", "Take all interfaces out of their NAT zones", func(e *edit) error {
			for _, table := range natTables() {
				for _, key := range e.c.Keys(table) {
					if !strings.Contains(key, "|") {
						e.c.SetField(table, key, "nat_zone", "0")
					}
				}
			}
			return nil
		}),
	}
}
