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

// newVLANRelay makes `config vlan dhcp_relay`, the older way to say where a
// VLAN's requests go.
func newVLANRelay(s *session.Session) *cobra.Command {
	return click.Group("dhcp_relay", "DHCP relay of a VLAN",
		newEdit(s, "add <vid> DHCP_RELAY_DESTINATION_IPS...", "Add a destination IP address to the VLAN's DHCP relay", func(e *edit) error { return vlanRelay(e, true) }),
		newEdit(s, "del <vid> DHCP_RELAY_DESTINATION_IPS...", "Remove a destination IP address from the VLAN's DHCP relay", func(e *edit) error { return vlanRelay(e, false) }))
}

func vlanRelay(e *edit, add bool) error {
	vid, err := click.Int(e.cmd, "<vid>", e.args[0])
	if err != nil {
		return err
	}
	vlan := vlanName(vid)
	if !e.c.Has(schema.TableVLAN, vlan) {
		return e.failf("%s doesn't exist", vlan)
	}
	var done []string
	last := false
	for _, text := range e.args[1:] {
		a, err := netip.ParseAddr(text)
		if err != nil {
			if !add {
				return e.failf("%s is not a DHCP relay destination for %s", text, vlan)
			}
			return e.failf("%s is invalid IP address", text)
		}
		last = a.Is6()
		where := serversOf(e, false)
		if a.Is6() {
			where = servers{schema.TableVLAN, fieldServers6, "DHCP"}
		}
		have := e.list(where.table, vlan, where.field)
		at := slices.Index(have, text)
		switch {
		case add && at >= 0:
			e.tellf("%s is already a DHCP relay destination for %s", text, vlan)
			continue
		case !add && at < 0:
			return e.failf("%s is not a DHCP relay destination for %s", text, vlan)
		case a.Is4() && dhcpServerOn(e):
			e.tellf("Cannot change dhcp_relay configuration when dhcp_server feature is enabled")
			return nil
		case add:
			have = append(have, text)
		default:
			have = slices.Delete(have, at, at+1)
		}
		done = append(done, text)
		if e.setList(where.table, vlan, where.field, have); len(have) == 0 && where.table == tableDHCP4Relay {
			e.c.Delete(where.table, vlan)
		}
	}
	switch {
	case add && len(done) > 0:
		e.tellf("Added DHCP relay destination addresses ['%s'] to %s", strings.Join(done, "', '"), vlan)
	case !add && len(done) == 1: // as Python writes a tuple of one
		e.tellf("Removed DHCP relay destination addresses ('%s',) from %s", done[0], vlan)
	case !add:
		e.tellf("Removed DHCP relay destination addresses ('%s') from %s", strings.Join(done, "', '"), vlan)
	}
	if len(done) > 0 {
		e.restartRelay(last)
	}
	return nil
}
