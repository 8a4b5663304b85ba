package configure

import (
	"net"
	"net/netip"
	"strconv"
	"strings"

	"github.com/spf13/cobra"

	"github.com/heddle-nos/heddle/daemons/cli/click"
	"github.com/heddle-nos/heddle/daemons/cli/session"
	"github.com/heddle-nos/heddle/daemons/commit"
)

const (
	tableVNET       = "VNET"
	tableVNETRoute  = "VNET_ROUTE"
	tableVNETTunnel = "VNET_ROUTE_TUNNEL"
	tableVXLAN      = "VXLAN_TUNNEL"
	maxVNETName     = 15
	maxGUID         = 255
	maxVNI          = 1<<24 - 1 // RFC 7348 section 5: 24 bits
)

// newVNET makes `config vnet`.
func newVNET(s *session.Session) *cobra.Command {
	return click.Group("vnet", "VNET-related configuration tasks",
		newEdit(s, "add <vnet_name> <vni> <vxlan_tunnel> [<peer_list>] [<guid>] [<scope>] [<advertise_prefix>] [<overlay_dmac>] [<src_mac>]", "Add VNET", addVNET),
		newEdit(s, "del <vnet_name>", "Delete VNET", delVNET),
		newEdit(s, "add-route <vnet_name> <prefix> <endpoint> [<vni>] [<mac_address>] [<endpoint_monitor>] [<profile>] [<primary>] [<monitoring>] [<adv_prefix>]",
			"Add VNET route", addVNETRoute),
		newEdit(s, "del-route <vnet_name> [<prefix>]", "Delete VNET route", delVNETRoute))
}

func checkVNET(e *edit) error {
	if !strings.HasPrefix(e.args[0], "Vnet") {
		return e.failf("'vnet_name' must begin with 'Vnet'.")
	}
	if len(e.args[0]) > maxVNETName {
		return e.failf("'vnet_name' length should not exceed %d characters", maxVNETName)
	}
	return nil
}

func presentVNET(e *edit) error {
	if !e.c.Has(tableVNET, e.args[0]) {
		return e.failf("VNET %s does not exist!", e.args[0])
	}
	return nil
}

// isMAC accepts only the spelling with colons.
func isMAC(text string) bool {
	mac, err := net.ParseMAC(text)
	return err == nil && len(mac) == 6 && strings.Count(text, ":") == 5
}

func vni(e *edit, text string) error {
	if n, err := strconv.Atoi(text); err != nil || n < 1 || n > maxVNI {
		return e.failf("Invalid VNI %s. Valid range [1 to %d].", text, maxVNI)
	}
	return nil
}

func addVNET(e *edit) error {
	if _, err := e.number(1, "<vni>"); err != nil {
		return err
	}
	if err := checkVNET(e); err != nil {
		return err
	}
	if err := vni(e, e.args[1]); err != nil {
		return err
	}
	if !e.c.Has(tableVXLAN, e.args[2]) {
		return e.failf("Vxlan tunnel %s does not exist!", e.args[2])
	}
	row := commit.Row{"vni": e.args[1], "vxlan_tunnel": e.args[2]}
	for i, field := range []string{"peer_list@", "guid", "scope", "advertise_prefix", "overlay_dmac", "src_mac"} {
		value, err := vnetField(e, field, e.arg(3+i))
		if err != nil {
			return err
		}
		if value != "" {
			row[field] = value
		}
	}
	e.c.Set(tableVNET, e.args[0], row)
	e.tellf("VNET %s is added/updated.", e.args[0])
	return nil
}

// vnetField checks what may be left out and gives what is stored.
func vnetField(e *edit, field, said string) (string, error) {
	switch {
	case said == "":
	case field == "guid" && len(said) > maxGUID:
		return "", e.failf("'guid' length should not exceed %d characters", maxGUID)
	case field == "scope" && said != "default":
		return "", e.failf("Only 'default' value is allowed for scope!")
	case field == "overlay_dmac" && !isMAC(said):
		return "", e.failf("Invalid MAC for overlay dmac %s .", said)
	case field == "src_mac" && !isMAC(said):
		return "", e.failf("Invalid MAC for src mac %s .", said)
	case field == "advertise_prefix":
		yes, err := strconv.ParseBool(strings.ToLower(said))
		if err != nil {
			return "", e.failf("Invalid value for '<advertise_prefix>': '%s' is not a valid boolean.", said)
		}
		if yes {
			return "True", nil
		}
		return "False", nil
	}
	return said, nil
}

// delVNET takes a VNET's routes away with it, and the addresses of its interfaces.
func delVNET(e *edit) error {
	if err := presentVNET(e); err != nil {
		return err
	}
	name := e.args[0]
	for _, table := range []string{tableVNETRoute, tableVNETTunnel} {
		for _, key := range e.c.Keys(table) {
			if strings.HasPrefix(key, name+"|") {
				e.c.Delete(table, key)
			}
		}
	}
	for _, table := range routedTables() {
		for _, iface := range e.c.Keys(table) {
			if e.row(table, iface)["vnet_name"] == name {
				clearInterface(e.c, table, iface)
			}
		}
	}
	e.c.Delete(tableVNET, name)
	e.tellf("VNET %s deleted and all associated IP addresses and routes removed.", name)
	return nil
}

func addVNETRoute(e *edit) error {
	if err := checkVNET(e); err != nil {
		return err
	}
	if err := presentVNET(e); err != nil {
		return err
	}
	if _, err := netip.ParsePrefix(e.args[1]); err != nil {
		return e.failf("Invalid prefix %s", e.args[1])
	}
	row := make(commit.Row)
	for i, field := range []string{"endpoint", "vni", "mac_address", "endpoint_monitor", "profile", "primary", "monitoring", "adv_prefix"} {
		said := e.arg(2 + i)
		if said == "" {
			continue
		}
		if err := vnetRouteField(e, field, said); err != nil {
			return err
		}
		row[field] = said
	}
	e.c.Set(tableVNETTunnel, e.args[0]+"|"+e.args[1], row)
	e.tellf("VNET route added/updated for the VNET %s.", e.args[0])
	return nil
}

// vnetRouteField checks one field, whose words are one for each endpoint.
func vnetRouteField(e *edit, field, said string) error {
	titles := map[string]string{"endpoint": "Endpoint", "endpoint_monitor": "Endpoint monitor", "primary": "Primary"}
	for word := range strings.SplitSeq(said, ",") {
		_, notAddress := netip.ParseAddr(word)
		_, notPrefix := netip.ParsePrefix(word)
		switch {
		case titles[field] != "" && notAddress != nil:
			return e.failf("%s has invalid IP address %s", titles[field], word)
		case field == "vni":
			if err := vni(e, word); err != nil {
				return err
			}
		case field == "mac_address" && !isMAC(word):
			return e.failf("Invalid MAC %s", word)
		case field == "adv_prefix" && notPrefix != nil:
			return e.failf("Invalid prefix %s", word)
		}
	}
	return nil
}

func delVNETRoute(e *edit) error {
	if err := presentVNET(e); err != nil {
		return err
	}
	name, prefix, found := e.args[0], e.arg(1), false
	for _, key := range e.c.Keys(tableVNETTunnel) {
		if key == name+"|"+prefix || prefix == "" && strings.HasPrefix(key, name+"|") {
			e.c.Delete(tableVNETTunnel, key)
			found = true
		}
	}
	switch {
	case !found && prefix == "":
		return e.failf("Routes dont exist for the VNET %s, cant delete it!", name)
	case !found:
		return e.failf("Route does not exist for the VNET %s, cant delete it!", name)
	case prefix == "":
		e.tellf("All routes deleted for the VNET %s.", name)
	default:
		e.tellf("Specific route deleted for the VNET %s.", name)
	}
	return nil
}
