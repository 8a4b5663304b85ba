package configure

import (
	"net"
	"net/netip"
	"slices"
	"strconv"
	"strings"

	"github.com/spf13/cobra"

	"github.com/heddle-nos/heddle/daemons/cli/click"
	"github.com/heddle-nos/heddle/daemons/cli/session"
	"github.com/heddle-nos/heddle/daemons/commit"
	"github.com/heddle-nos/heddle/yang/schema"
)

const (
	tableDHCPServer  = "DHCP_SERVER_IPV4"
	tableDHCPPort    = "DHCP_SERVER_IPV4_PORT"
	tableDHCPRange   = "DHCP_SERVER_IPV4_RANGE"
	tableDHCPOption  = "DHCP_SERVER_IPV4_CUSTOMIZED_OPTIONS"
	fieldDHCPOptions = "customized_options"
	usualLease       = "900" // seconds
)

// newDHCPServer makes `config dhcp_server ipv4`: the switch gives the hosts of
// a VLAN their addresses, by the port they are at.
func newDHCPServer(s *session.Session) *cobra.Command {
	named := func(use, short string, run func(*edit) error) *cobra.Command {
		return newEdit(s, use, short, served(run))
	}
	add := named("add DHCP_INTERFACE", "Add a server to a VLAN", addDHCPServer)
	update := named("update DHCP_INTERFACE", "Change the server of a VLAN", updateDHCPServer)
	for _, cmd := range []*cobra.Command{add, update} {
		cmd.Flags().String("mode", "", "How addresses are given: PORT")
		cmd.Flags().String("lease_time", "", "Seconds that a lease lasts")
		cmd.Flags().Bool("dup_gw_nm", false, "Take gateway and netmask from the VLAN's interface")
		cmd.Flags().String("gateway", "", "Gateway of the hosts")
		cmd.Flags().String("netmask", "", "Netmask of the hosts")
	}
	set := func(verb, state string) *cobra.Command {
		return named(verb+" DHCP_INTERFACE", verb+" the server of a VLAN", func(e *edit) error {
			if !e.c.Has(tableDHCPServer, e.args[0]) {
				return e.failf("Failed to %s, dhcp interface %s does not exist", verb, e.args[0])
			}
			e.c.SetField(tableDHCPServer, e.args[0], "state", state)
			return nil
		})
	}
	ipv4 := click.Group("ipv4", "DHCP server of IPv4", add, update,
		named("del DHCP_INTERFACE", "Take the server from a VLAN", delDHCPServer), set("enable", "enabled"), set("disable", "disabled"),
		newDHCPRanges(s), newDHCPOptions(s))
	ipv4.AddCommand(newDHCPBinds(s)...)
	return click.Group("dhcp_server", "config DHCP Server information", ipv4)
}

// served refuses a command unless the feature is enabled.
func served(run func(*edit) error) func(*edit) error {
	return func(e *edit) error {
		if !dhcpServerOn(e) {
			return e.failf("Feature dhcp_server is not enabled")
		}
		return run(e)
	}
}

// isIPv4 accepts a dotted address.
func isIPv4(text string) bool {
	a, err := netip.ParseAddr(text)
	return err == nil && a.Is4()
}

func isUint(text string, bits int) bool {
	_, err := strconv.ParseUint(text, 10, bits)
	return err == nil && !strings.HasPrefix(text, "+")
}

// gatewayOf gives the address and netmask of a VLAN's interface.
func gatewayOf(e *edit, vlan string) (gateway, netmask string, ok bool) {
	for _, prefix := range addressesOf(e.c, schema.TableVLANInterface, vlan) {
		if p, err := netip.ParsePrefix(prefix); err == nil && p.Addr().Is4() {
			gateway, netmask, ok = p.Addr().String(), net.IP(net.CIDRMask(p.Bits(), 32)).String(), true
		}
	}
	return gateway, netmask, ok
}

// dhcpServerRow reads the options of add and update.
func dhcpServerRow(e *edit, name string) (commit.Row, error) {
	row := commit.Row{}
	for _, field := range []string{"mode", "lease_time", "gateway", "netmask"} {
		if said := e.cmd.Flags().Lookup(field).Value.String(); said != "" {
			row[field] = said
		}
	}
	if mode, ok := row["mode"]; ok && mode != "PORT" {
		return nil, e.failf("Only mode PORT is supported")
	}
	if lease, ok := row["lease_time"]; ok && !isUint(lease, 32) {
		return nil, e.failf("lease_time is required and must be nonnegative integer")
	}
	if e.cmd.Flags().Changed("dup_gw_nm") {
		gateway, netmask, ok := gatewayOf(e, name)
		if !ok {
			return nil, e.failf("failed to found gateway and netmask for Vlan interface %s", name)
		}
		row["gateway"], row["netmask"] = gateway, netmask
	}
	return row, nil
}

func addDHCPServer(e *edit) error {
	name := e.args[0]
	if !e.cmd.Flags().Changed("mode") {
		return e.failf("Missing option '--mode'.")
	}
	row, err := dhcpServerRow(e, name)
	switch {
	case err != nil:
		return err
	case !e.c.Has(schema.TableVLANInterface, name):
		return e.failf("dhcp_interface %s does not exist", name)
	case !isIPv4(row["gateway"]) || !isIPv4(row["netmask"]):
		return e.failf("gateway and netmask must be valid ipv4 string")
	case e.c.Has(tableDHCPServer, name):
		return e.failf("Dhcp_interface %s already exist", name)
	}
	if row["lease_time"] == "" {
		row["lease_time"] = usualLease
	}
	row["state"] = "disabled"
	e.c.Replace(tableDHCPServer, name, row)
	return nil
}

func updateDHCPServer(e *edit) error {
	name := e.args[0]
	if !e.c.Has(tableDHCPServer, name) {
		return e.failf("Dhcp interface %s does not exist in config db", name)
	}
	row, err := dhcpServerRow(e, name)
	if err != nil {
		return err
	}
	for _, field := range []string{"gateway", "netmask"} {
		if said, ok := row[field]; ok && !isIPv4(said) {
			return e.failf("%s must be valid ipv4 string", field)
		}
	}
	e.c.Set(tableDHCPServer, name, row)
	return nil
}

func delDHCPServer(e *edit) error {
	if !e.c.Has(tableDHCPServer, e.args[0]) {
		return e.failf("Dhcp interface %s does not exist in config db", e.args[0])
	}
	e.c.Delete(tableDHCPServer, e.args[0])
	e.tellf("Dhcp interface %s exists in config db, proceed to delete", e.args[0])
	return nil
}

// newDHCPRanges makes `range`: addresses by name.
func newDHCPRanges(s *session.Session) *cobra.Command {
	del := newEdit(s, "del RANGE_NAME", "Delete a range", served(delDHCPRange))
	del.Flags().Bool("force", false, "Delete it although ports use it")
	return click.Group("range", "Ranges of addresses",
		newEdit(s, "add RANGE_NAME IP_START [IP_END]", "Add a range", served(func(e *edit) error {
			if e.c.Has(tableDHCPRange, e.args[0]) {
				return e.failf("Range %s already exist", e.args[0])
			}
			return setDHCPRange(e)
		})),
		newEdit(s, "update RANGE_NAME IP_START [IP_END]", "Change a range", served(func(e *edit) error {
			if !e.c.Has(tableDHCPRange, e.args[0]) {
				return e.failf("Range %s does not exist, cannot update", e.args[0])
			}
			return setDHCPRange(e)
		})), del)
}

func setDHCPRange(e *edit) error {
	from, to := e.args[1], e.arg(2)
	if to == "" {
		to = from
	}
	if !isIPv4(from) || !isIPv4(to) {
		return e.failf("ip_start or ip_end is not valid ipv4 address")
	}
	if netip.MustParseAddr(to).Less(netip.MustParseAddr(from)) {
		return e.failf("range value is illegal")
	}
	e.c.Replace(tableDHCPRange, e.args[0], commit.Row{"range@": from + "," + to})
	return nil
}

func delDHCPRange(e *edit) error {
	name := e.args[0]
	if !e.c.Has(tableDHCPRange, name) {
		return e.failf("Range %s does not exist, cannot delete", name)
	}
	for _, port := range e.c.Keys(tableDHCPPort) {
		if slices.Contains(e.list(tableDHCPPort, port, "ranges"), name) && !e.cmd.Flags().Changed("force") {
			return e.failf("Range %s is referenced in %s|%s, cannot delete, add --force to bypass or range unbind to unbind range first", name, tableDHCPPort, port)
		}
	}
	e.c.Delete(tableDHCPRange, name)
	return nil
}
