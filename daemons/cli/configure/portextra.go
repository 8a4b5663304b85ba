package configure

import (
	"strconv"
	"strings"

	"github.com/spf13/cobra"

	"github.com/heddle-nos/heddle/daemons/cli/click"
	"github.com/heddle-nos/heddle/daemons/cli/session"
	"github.com/heddle-nos/heddle/daemons/commit"
	"github.com/heddle-nos/heddle/yang/schema"
)

const (
	tableSegment      = "EVPN_ETHERNET_SEGMENT"
	tableStorm        = "PORT_STORM_CONTROL"
	defaultPreference = "32767"
	maxStormRate      = 100000000 // kbit/s
)

// newPortExtras makes the commands of `config interface` that concern one
// protocol each.
func newPortExtras(s *session.Session) []*cobra.Command {
	storms := "<broadcast|unknown-unicast|unknown-multicast>"
	return []*cobra.Command{
		click.Group("evpn-esi", "EVPN Ethernet segment",
			newEdit(s, "add <interface_name> <esi>", "Make an interface an Ethernet segment", addSegment),
			newEdit(s, "del <interface_name>", "Delete an Ethernet segment", delSegment)),
		newEdit(s, "evpn-df-pref <interface_name> <df_pref>", "Preference for designated forwarder", setPreference),
		click.Group("sys-mac", "System MAC of a port channel",
			newEdit(s, "add <interface_name> <mac_address>", "Set system MAC", addSystemMAC),
			newEdit(s, "del <interface_name>", "Delete system MAC", delSystemMAC)),
		click.Group("dhcp-mitigation-rate", "DHCP packets of a port per second",
			newEdit(s, "add <interface_name> <packet_rate>", "Set rate", addDHCPRate),
			newEdit(s, "del <interface_name> <packet_rate>", "Delete rate", delDHCPRate)),
		click.Group("storm-control", "Storm control",
			newEdit(s, "add <interface_name> "+storms+" <kbps_value>", "Set a rate", addStorm),
			newEdit(s, "del <interface_name> "+storms, "Delete a rate", delStorm)),
		newEdit(s, "fast-linkup <interface_name> <enabled|disabled>", "Fast link-up", setFastLinkup),
	}
}

// addSegment takes the segment's identifier from LACP or from the operator
// (RFC 7432 section 5).
func addSegment(e *edit) error {
	row := commit.Row{"esi": "AUTO", "type": "TYPE_3_MAC_BASED", "df_pref": defaultPreference}
	if esi := e.args[1]; esi != "auto-system-mac" {
		if err := checkESI(e, esi); err != nil {
			return err
		}
		row["esi"], row["type"] = esi, "TYPE_0_OPERATOR_CONFIGURED"
	}
	if !strings.HasPrefix(e.args[0], channelPrefix) {
		return e.failf("%s is invalid, EVPN Ethernet segment needs a PortChannel", e.args[0])
	}
	e.c.Set(tableSegment, e.args[0], row)
	return nil
}

func checkESI(e *edit, esi string) error {
	octets := strings.Split(esi, ":")
	plain, same := len(octets) == 10, true
	for _, o := range octets {
		_, err := strconv.ParseUint(o, 16, 8)
		plain = plain && err == nil && len(o) == 2
		same = same && strings.EqualFold(o, octets[0])
	}
	switch {
	case !plain:
		return e.failf("Invalid ESI format %s", esi)
	case same && (octets[0] == "00" || strings.EqualFold(octets[0], "ff")):
		return e.failf("Not allowed to configure a reserved ESI")
	case octets[0] != "00":
		return e.failf("Manual ESI must start with type 0, got %s", octets[0])
	}
	return nil
}

func presentSegment(e *edit) error {
	if !e.c.Has(tableSegment, e.args[0]) {
		return e.failf("EVPN Ethernet segment %s does not exist", e.args[0])
	}
	return nil
}

func delSegment(e *edit) error {
	err := presentSegment(e)
	if err == nil {
		e.c.Delete(tableSegment, e.args[0])
	}
	return err
}

func setPreference(e *edit) error {
	n, err := click.IntRange(e.cmd, "<df_pref>", e.args[1], 1, 65535)
	if err != nil {
		return err
	}
	if err := presentSegment(e); err != nil {
		return err
	}
	e.c.SetField(tableSegment, e.args[0], "df_pref", strconv.Itoa(n))
	return nil
}

func addSystemMAC(e *edit) error {
	if err := presentChannel(e); err != nil {
		return err
	}
	if !isMAC(e.args[1]) {
		return e.failf("System MAC address %s format is not valid.", e.args[1])
	}
	e.c.SetField(schema.TablePortChannel, e.args[0], "system_mac", e.args[1])
	return nil
}

func presentChannel(e *edit) error {
	if !e.c.Has(schema.TablePortChannel, e.args[0]) {
		return e.failf("%s is not present.", e.args[0])
	}
	return nil
}

func delSystemMAC(e *edit) error {
	err := presentChannel(e)
	if err == nil {
		e.c.Unset(schema.TablePortChannel, e.args[0], "system_mac")
	}
	return err
}

// dhcpRate reads the port and rate of both commands.
func dhcpRate(e *edit) (port, rate string, err error) {
	n, err := e.number(1, "<packet_rate>")
	if err != nil {
		return "", "", err
	}
	if port, err = portNamed(e.s, e.cmd, e.c, e.args[0]); err != nil {
		return "", "", err
	}
	if e.c.Has(schema.TablePortChannel, port) {
		return "", "", e.failf("%s is a PortChannel!", port)
	}
	if !e.c.Has(schema.TablePort, port) {
		return "", "", e.failf("%s does not exist", e.args[0])
	}
	if n <= 0 {
		return "", "", e.failf("DHCP rate limit is not valid. \nIt must be greater than 0.")
	}
	return port, strconv.Itoa(n), nil
}

func addDHCPRate(e *edit) error {
	port, rate, err := dhcpRate(e)
	if err != nil {
		return err
	}
	if old := e.row(schema.TablePort, port)["dhcp_rate_limit"]; old != "" && old != "0" {
		return e.failf("%s has DHCP rate limit configured. \nRemove it to add new DHCP rate limit.", port)
	}
	e.c.SetField(schema.TablePort, port, "dhcp_rate_limit", rate)
	return nil
}

func delDHCPRate(e *edit) error {
	port, rate, err := dhcpRate(e)
	if err != nil {
		return err
	}
	if e.row(schema.TablePort, port)["dhcp_rate_limit"] != rate {
		return e.failf("%s DHCP rate limit does not exist on %s.", rate, port)
	}
	e.c.SetField(schema.TablePort, port, "dhcp_rate_limit", "0")
	return nil
}

// stormKey reads the port and the kind of traffic.
func stormKey(e *edit) (string, error) {
	if _, err := click.Choice(e.cmd, "<broadcast|unknown-unicast|unknown-multicast>", e.args[1], "broadcast", "unknown-unicast", "unknown-multicast"); err != nil {
		return "", err
	}
	port, err := portNamed(e.s, e.cmd, e.c, e.args[0])
	if err != nil {
		return "", err
	}
	switch {
	case !strings.HasPrefix(port, "Ethernet"):
		e.s.Printf("Storm-control is supported only on Ethernet interfaces. Not supported on %s\n", port)
	case !e.c.Has(schema.TablePort, port):
		e.s.Printf("Interface name %s is invalid. Please enter a valid interface name\n", port)
	default:
		return port + "|" + e.args[1], nil
	}
	return "", e.unableStorm()
}

// unableStorm ends a command whose reason was printed already.
func (e *edit) unableStorm() error {
	if e.cmd.Name() == "del" {
		return e.failf("Unable to delete %s storm-control from interface %s", e.args[1], e.args[0])
	}
	return e.failf("Unable to add %s storm-control to interface %s", e.args[1], e.args[0])
}

func addStorm(e *edit) error {
	n, err := click.IntRange(e.cmd, "<kbps_value>", e.args[2], 0, maxStormRate)
	if err != nil {
		return err
	}
	key, err := stormKey(e)
	if err == nil {
		e.c.SetField(tableStorm, key, "kbps", strconv.Itoa(n))
	}
	return err
}

func delStorm(e *edit) error {
	key, err := stormKey(e)
	if err == nil && !e.c.Has(tableStorm, key) {
		e.s.Printf("%s storm-control not enabled on interface %s\n", e.args[1], e.args[0])
		err = e.unableStorm()
	}
	if err == nil {
		e.c.Delete(tableStorm, key)
	}
	return err
}

func setFastLinkup(e *edit) error {
	if _, err := click.Choice(e.cmd, "<enabled|disabled>", e.args[1], "enabled", "disabled"); err != nil {
		return err
	}
	can, err := e.capabilities()
	if err != nil {
		return err
	}
	if can["FAST_LINKUP_CAPABLE"] != "true" {
		return quitf(click.CodeError, "Error: Fast link-up is not supported on this platform")
	}
	if !e.c.Has(schema.TablePort, e.args[0]) {
		return quitf(click.CodeError, "Error: Interface name is invalid. Please enter a valid interface name")
	}
	e.c.SetField(schema.TablePort, e.args[0], "fast_linkup", strconv.FormatBool(e.args[1] == "enabled"))
	return nil
}
