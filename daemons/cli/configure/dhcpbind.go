package configure

import (
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
	fieldDHCPIPs    = "ips"
	fieldDHCPRanges = "ranges"
	oneOfBoth       = "Only one of range and ip list need to be provided"
)

// newDHCPBinds makes `bind` and `unbind`: which addresses the host at a port gets.
func newDHCPBinds(s *session.Session) []*cobra.Command {
	bind := newEdit(s, "bind DHCP_INTERFACE MEMBER_INTERFACE [IP_LIST]", "Bind addresses to a port", served(bindDHCP))
	unbind := newEdit(s, "unbind DHCP_INTERFACE MEMBER_INTERFACE [IP_LIST]", "Unbind addresses from a port", served(unbindDHCP))
	for _, cmd := range []*cobra.Command{bind, unbind} {
		cmd.Flags().String("range", "", "Names of ranges, separated by commas")
	}
	return []*cobra.Command{bind, unbind}
}

// bound reads what a bind is about: the field, and the ranges or addresses.
func bound(e *edit) (field string, values []string, err error) {
	ranges, ips := e.cmd.Flags().Lookup("range").Value.String(), e.arg(2)
	switch {
	case (ranges == "") == (ips == ""):
		return "", nil, e.failf(oneOfBoth)
	case ranges != "":
		return fieldDHCPRanges, strings.Split(ranges, ","), nil
	}
	return fieldDHCPIPs, strings.Split(ips, ","), nil
}

// inSubnet says whether one of the VLAN's subnets has both addresses.
func inSubnet(e *edit, vlan, from, to string) bool {
	low, err1 := netip.ParseAddr(from)
	high, err2 := netip.ParseAddr(to)
	return err1 == nil && err2 == nil && slices.ContainsFunc(addressesOf(e.c, schema.TableVLANInterface, vlan), func(text string) bool {
		p, err := netip.ParsePrefix(text)
		return err == nil && p.Contains(low) && p.Contains(high)
	})
}

// mayBind checks one range or address.
func mayBind(e *edit, field, value string) error {
	vlan := e.args[0]
	if field == fieldDHCPIPs {
		if !isIPv4(value) {
			return e.failf("Illegal IP address %s", value)
		}
		if !inSubnet(e, vlan, value, value) {
			return e.failf("IP %s is not in any subnet of vlan %s", value, vlan)
		}
		return nil
	}
	if !e.c.Has(tableDHCPRange, value) {
		return e.failf("Cannot bind nonexistent range %s to interface", value)
	}
	ends := e.list(tableDHCPRange, value, "range")
	if len(ends) == 0 || !inSubnet(e, vlan, ends[0], ends[len(ends)-1]) {
		return e.failf("Range %s is not in any subnet of vlan %s", value, vlan)
	}
	return nil
}

func bindDHCP(e *edit) error {
	key := e.args[0] + "|" + e.args[1]
	if !e.c.Has(schema.TableVLANMember, key) {
		return e.failf("Cannot confirm member interface %s is really in dhcp interface %s", e.args[1], e.args[0])
	}
	field, values, err := bound(e)
	if err != nil {
		return err
	}
	for _, v := range values {
		if err := mayBind(e, field, v); err != nil {
			return err
		}
	}
	other := fieldDHCPIPs
	if field == other {
		other = fieldDHCPRanges
	}
	if len(e.list(tableDHCPPort, key, other)) > 0 {
		return e.failf("IP bind cannot have ip range and ip list configured at the same time")
	}
	have := e.list(tableDHCPPort, key, field)
	for _, v := range values {
		if !slices.Contains(have, v) {
			have = append(have, v)
		}
	}
	e.setList(tableDHCPPort, key, field, have)
	return nil
}

func unbindDHCP(e *edit) error {
	key := e.args[0] + "|" + e.args[1]
	if e.arg(2) == "all" {
		e.c.Delete(tableDHCPPort, key)
		return nil
	}
	field, values, err := bound(e)
	if err != nil {
		return err
	}
	if !e.c.Has(tableDHCPPort, key) {
		return e.failf("The specified dhcp_interface and member interface is not bind to ip or range")
	}
	have := e.list(tableDHCPPort, key, field)
	for _, v := range values {
		if !slices.Contains(have, v) {
			return e.failf("Attempting to unbind range or ip that is not binded")
		}
	}
	have = slices.DeleteFunc(have, func(v string) bool { return slices.Contains(values, v) })
	if len(have) == 0 {
		e.c.Delete(tableDHCPPort, key)
		return nil
	}
	e.setList(tableDHCPPort, key, field, have)
	return nil
}

// newDHCPOptions makes `option`: options of the hosts' leases, by name.
func newDHCPOptions(s *session.Session) *cobra.Command {
	unbind := newEdit(s, "unbind DHCP_INTERFACE [OPTION_LIST]", "Unbind options from a VLAN", served(unbindDHCPOptions))
	unbind.Flags().Bool("all", false, "Unbind all options")
	return click.Group("option", "Customized options",
		newEdit(s, "add OPTION_NAME OPTION_ID TYPE VALUE", "Add an option", served(addDHCPOption)),
		newEdit(s, "del OPTION_NAME", "Delete an option", served(delDHCPOption)),
		newEdit(s, "bind DHCP_INTERFACE OPTION_LIST", "Bind options to a VLAN", served(bindDHCPOptions)), unbind)
}

// customOption says whether a number is free for a site's own option: not
// assigned by IANA, nor by the server itself.
func customOption(id string) bool {
	n, err := strconv.Atoi(id)
	if err != nil || strconv.Itoa(n) != id {
		return false
	}
	for _, r := range [][2]int{{147, 149}, {163, 174}, {178, 207}, {214, 219}, {222, 223}} {
		if r[0] <= n && n <= r[1] {
			return true
		}
	}
	return false
}

// optionTyped says whether a value is of a type; known is false for no such type.
func optionTyped(kind, value string) (ok, known bool) {
	switch kind {
	case "string":
		return true, true
	case "boolean":
		return value == "true" || value == "false", true
	case "binary":
		return value != "" && len(value)%2 == 0 && strings.Trim(value, "0123456789abcdefABCDEF") == "", true
	case "ipv4-address":
		return isIPv4(value), true
	case "uint8":
		return isUint(value, 8), true
	case "uint16":
		return isUint(value, 16), true
	case "uint32":
		return isUint(value, 32), true
	}
	return false, false
}

func addDHCPOption(e *edit) error {
	name, id, kind, value := e.args[0], e.args[1], e.args[2], e.args[3]
	ok, known := optionTyped(kind, value)
	switch {
	case !customOption(id):
		return e.failf("Option id %s is not supported", id)
	case !known:
		return e.failf("Input type is not supported")
	case !ok:
		return e.failf("Value %s is not of type %s", value, kind)
	case e.c.Has(tableDHCPOption, name):
		return e.failf("Option %s already exist", name)
	}
	e.c.Replace(tableDHCPOption, name, commit.Row{"id": id, "type": kind, "value": value})
	return nil
}

func delDHCPOption(e *edit) error {
	name := e.args[0]
	if !e.c.Has(tableDHCPOption, name) {
		return e.failf("Option %s does not exist, cannot delete", name)
	}
	for _, key := range e.c.Keys(tableDHCPServer) {
		if slices.Contains(e.list(tableDHCPServer, key, fieldDHCPOptions), name) {
			return e.failf("Option %s is referenced in %s, cannot delete", name, key)
		}
	}
	e.c.Delete(tableDHCPOption, name)
	return nil
}

func bindDHCPOptions(e *edit) error {
	if !e.c.Has(tableDHCPServer, e.args[0]) {
		return e.failf("Interface %s is not valid dhcp interface", e.args[0])
	}
	have := e.list(tableDHCPServer, e.args[0], fieldDHCPOptions)
	for name := range strings.SplitSeq(e.args[1], ",") {
		if !e.c.Has(tableDHCPOption, name) {
			return e.failf("Option %s does not exist, cannot bind", name)
		}
		if !slices.Contains(have, name) {
			have = append(have, name)
		}
	}
	e.setList(tableDHCPServer, e.args[0], fieldDHCPOptions, have)
	return nil
}

func unbindDHCPOptions(e *edit) error {
	if !e.c.Has(tableDHCPServer, e.args[0]) {
		return e.failf("Interface %s is not valid dhcp interface", e.args[0])
	}
	have := e.list(tableDHCPServer, e.args[0], fieldDHCPOptions)
	if e.cmd.Flags().Changed("all") {
		e.setList(tableDHCPServer, e.args[0], fieldDHCPOptions, nil)
		return nil
	}
	if e.arg(1) == "" {
		return e.failf("Missing argument 'OPTION_LIST', or option '--all'.")
	}
	names := strings.Split(e.args[1], ",")
	for _, name := range names {
		if !slices.Contains(have, name) {
			return e.failf("Attempting to unbind option that is not binded")
		}
	}
	e.setList(tableDHCPServer, e.args[0], fieldDHCPOptions, slices.DeleteFunc(have, func(n string) bool { return slices.Contains(names, n) }))
	return nil
}
