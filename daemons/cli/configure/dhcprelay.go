package configure

import (
	"net/netip"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/heddle-nos/heddle/daemons/cli/click"
	"github.com/heddle-nos/heddle/daemons/cli/session"
	"github.com/heddle-nos/heddle/yang/schema"
)

const (
	tableDHCP6Relay  = "DHCP_RELAY"
	tableDHCP4Relay  = "DHCPV4_RELAY"
	fieldServers4    = "dhcp_servers"
	fieldServers6    = "dhcpv6_servers"
	fieldRelay4      = "dhcpv4_servers"
	frozenByServer   = "Cannot change ipv4 dhcp_relay configuration when dhcp_server feature is enabled"
	needsOwnRelay    = "This command is applicable for new DHCPv4 Relay feature"
	optionsNeedRelay = "These parameters are applicable for new DHCPv4 Relay feature"
)

// newDHCPRelay makes `config dhcp_relay`: where requests of a VLAN's hosts go.
func newDHCPRelay(s *session.Session) *cobra.Command {
	options := relayOptions()
	helper := click.Group("helper", "Servers of DHCPv4",
		withOptions(newEdit(s, "add <vid> DHCP_RELAY_HELPERS...", "Add DHCPv4 relay addresses", func(e *edit) error { return addHelpers(e, options) }), options),
		withOptions(newEdit(s, "update <vid> DHCP_RELAY_HELPERS...", "Update a DHCPv4 relay", func(e *edit) error { return updateHelpers(e, options) }), options),
		newEdit(s, "del <vid> DHCP_RELAY_HELPERS...", "Delete DHCPv4 relay addresses", func(e *edit) error {
			if dhcpServerOn(e) {
				e.tellf("%s", frozenByServer)
				return nil
			}
			return delServers(e, false)
		}))
	destination := click.Group("destination", "Servers of DHCPv6",
		newEdit(s, "add <vid> DHCP_RELAY_DESTINATIONS...", "Add DHCPv6 relay addresses", func(e *edit) error { return addServers(e, true) }),
		newEdit(s, "del <vid> DHCP_RELAY_DESTINATIONS...", "Delete DHCPv6 relay addresses", func(e *edit) error { return delServers(e, true) }))
	return click.Group("dhcp_relay", "config DHCP_Relay information",
		click.Group("ipv4", "DHCPv4 relay", helper), click.Group("ipv6", "DHCPv6 relay", destination))
}

// dhcpServerOn says whether the switch is itself the DHCP server of its VLANs.
func dhcpServerOn(e *edit) bool { return e.row("FEATURE", "dhcp_server")["state"] == "enabled" }

// ownRelay says whether the relay that has a table of its own is in use.
func ownRelay(e *edit) bool {
	return e.row(schema.TableDeviceMetadata, schema.KeyLocalhost)["has_sonic_dhcpv4_relay"] == "True"
}

// servers is where the addresses of a VLAN's relay are kept.
type servers struct {
	table, field string
	title        string // of the relay in messages
}

func serversOf(e *edit, v6 bool) servers {
	switch {
	case v6:
		return servers{tableDHCP6Relay, fieldServers6, "DHCP"}
	case ownRelay(e):
		return servers{tableDHCP4Relay, fieldRelay4, "DHCPv4"}
	}
	return servers{schema.TableVLAN, fieldServers4, "DHCP"}
}

// list reads a field that holds a list.
func (e *edit) list(table, key, field string) []string {
	row := e.row(table, key)
	value, ok := row[field+"@"]
	if !ok {
		value = row[field]
	}
	return strings.FieldsFunc(value, func(r rune) bool { return r == ',' })
}

// setList writes a field that holds a list, and takes an empty one away.
func (e *edit) setList(table, key, field string, values []string) {
	e.c.Unset(table, key, field, field+"@")
	if len(values) > 0 {
		e.c.SetField(table, key, field+"@", strings.Join(values, ","))
	}
}

// relayTarget reads "<vid> <address>...".
func relayTarget(e *edit, v6 bool) (vlan string, addresses []string, err error) {
	vid, err := click.Int(e.cmd, "<vid>", e.args[0])
	if err != nil {
		return "", nil, err
	}
	vlan, addresses = vlanName(vid), e.args[1:]
	version := "4"
	if v6 {
		version = "6"
	}
	for _, text := range addresses {
		a, err := netip.ParseAddr(text)
		if err != nil {
			return "", nil, e.failf("%s is invalid IP address", text)
		}
		if a.Is6() != v6 {
			return "", nil, e.failf("%s is not IPv%s address", text, version)
		}
	}
	return vlan, addresses, nil
}

func (e *edit) restartRelay(v6 bool) {
	if v6 || !ownRelay(e) {
		e.tellf("Restarting DHCP relay service...")
	}
}

func addServers(e *edit, v6 bool) error {
	vlan, addresses, err := relayTarget(e, v6)
	if err != nil {
		return err
	}
	if !v6 && !e.c.Has(schema.TableVLAN, vlan) {
		return e.failf("%s doesn't exist", vlan)
	}
	s := serversOf(e, v6)
	have := e.list(s.table, vlan, s.field)
	for i, a := range addresses {
		switch {
		case slices.Contains(addresses[:i], a):
			return e.failf("Find duplicate DHCP relay ip %s in add list", a)
		case slices.Contains(have, a):
			return e.failf("%s is already a %s relay for %s", a, s.title, vlan)
		}
		have = append(have, a)
	}
	e.setList(s.table, vlan, s.field, have)
	e.tellf("Added DHCP relay address [%s] to %s", strings.Join(addresses, ","), vlan)
	e.restartRelay(v6)
	return nil
}

func delServers(e *edit, v6 bool) error {
	vlan, addresses, err := relayTarget(e, v6)
	if err != nil {
		return err
	}
	if !e.c.Has(schema.TableVLAN, vlan) {
		return e.failf("%s doesn't exist", vlan)
	}
	s := serversOf(e, v6)
	have := e.list(s.table, vlan, s.field)
	for i, a := range addresses {
		at := slices.Index(have, a)
		switch {
		case slices.Contains(addresses[:i], a):
			return e.failf("Find duplicate DHCP relay ip %s in del list", a)
		case at < 0:
			return e.failf("%s is not a %s relay for %s", a, s.title, vlan)
		}
		have = slices.Delete(have, at, at+1)
	}
	e.setList(s.table, vlan, s.field, have)
	if len(have) == 0 && (s.table == tableDHCP4Relay || v6 && len(e.row(s.table, vlan)) == 0) {
		e.c.Delete(s.table, vlan)
	}
	e.tellf("Removed DHCP relay address [%s] from %s", strings.Join(addresses, ","), vlan)
	e.restartRelay(v6)
	return nil
}

func addHelpers(e *edit, options []option) error {
	switch {
	case dhcpServerOn(e):
		e.tellf("%s", frozenByServer)
		return nil
	case ownRelay(e):
		return addRelay(e, options)
	}
	for _, o := range options {
		if e.cmd.Flags().Changed(o.name) {
			e.tellf("%s", optionsNeedRelay)
			return nil
		}
	}
	return addServers(e, false)
}

func updateHelpers(e *edit, options []option) error {
	switch {
	case dhcpServerOn(e):
		e.tellf("%s", frozenByServer)
		return nil
	case ownRelay(e):
		return updateRelay(e, options)
	}
	e.tellf("%s", needsOwnRelay)
	return nil
}
