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

const maxHops = 16

// relayOptions are those of a DHCPv4 relay that has a row of its own.
func relayOptions() []option {
	onOff := []string{"enable", "disable"}
	return []option{
		{name: "source-interface", field: "source_interface"},
		{name: "link-selection", field: "link_selection", words: onOff},
		{name: "vrf-selection", field: "vrf_selection", words: onOff},
		{name: "server-id-override", field: "server_id_override", words: onOff},
		{name: "server-vrf", field: "server_vrf"},
		{name: "agent-relay-mode", field: "agent_relay_mode", words: []string{"discard", "append", "replace"}},
		{name: "max-hop-count", field: "max_hop_count", check: hopCount},
	}
}

func hopCount(e *edit, hint, said string) (string, error) {
	n, err := strconv.Atoi(strings.TrimSpace(said))
	switch {
	case err != nil:
		return "", e.failf("Invalid value for %s: '%s' is not a valid integer.", hint, said)
	case n < 1 || n > maxHops:
		return "", e.failf("max-hop-count must be between 1 to %d", maxHops)
	}
	return strconv.Itoa(n), nil
}

// newDHCPv4Relay makes `config dhcpv4_relay`.
func newDHCPv4Relay(s *session.Session) *cobra.Command {
	named := func(needed bool) []option {
		return append([]option{{name: "dhcpv4-servers", needed: needed}}, relayOptions()...)
	}
	add, update := named(true), named(false)
	del := newEdit(s, "del <VLAN_NAME>", "Delete DHCPv4 relay configuration from VLAN", delRelay)
	del.Flags().String("dhcpv4-servers", "", "Servers to delete")
	for _, o := range relayOptions() {
		del.Flags().Bool(o.name, false, "Delete "+o.name)
	}
	return click.Group("dhcpv4_relay", "DHCPv4 relay configuration",
		withOptions(newEdit(s, "add <VLAN_NAME>", "Add DHCPv4 relay configuration for a VLAN", func(e *edit) error { return addRelay(e, add) }), add),
		withOptions(newEdit(s, "update <VLAN_NAME>", "Update an existing DHCPv4 relay entry for a VLAN", func(e *edit) error { return updateRelay(e, update) }), update),
		del)
}

// relayOf gives the VLAN and the servers that the command names, in either of
// its spellings: "<vid> <address>..." or "<VLAN_NAME> --dhcpv4-servers".
func relayOf(e *edit) (vlan string, servers []string, err error) {
	vlan = e.args[0]
	if flag := e.cmd.Flags().Lookup("dhcpv4-servers"); flag != nil {
		for text := range strings.SplitSeq(flag.Value.String(), ",") {
			if text = strings.TrimSpace(text); text != "" && !slices.Contains(servers, text) {
				servers = append(servers, text)
			}
		}
	} else {
		vid, err := click.Int(e.cmd, "<vid>", vlan)
		if err != nil {
			return "", nil, err
		}
		vlan, servers = vlanName(vid), e.args[1:]
	}
	for _, text := range servers {
		a, err := netip.ParseAddr(text)
		if err != nil {
			return "", nil, e.failf("%s is invalid IP address", text)
		}
		if !a.Is4() {
			return "", nil, e.failf("%s is not IPv4 address", text)
		}
	}
	return vlan, servers, nil
}

// relaySource checks the interface that a relay speaks from.
func relaySource(e *edit, name string) error {
	for prefix, table := range map[string]string{
		"Ethernet": schema.TableInterface, "PortChannel": schema.TablePortChannelInterface, "Loopback": schema.TableLoopbackInterface,
	} {
		if !strings.HasPrefix(name, prefix) {
			continue
		}
		if !e.c.Has(table, name) {
			return e.failf("Interface %s not found in %s table. Please configure valid interface.", name, table)
		}
		return nil
	}
	return e.failf("%s is not a valid Ethernet, PortChannel, or Loopback interface.", name)
}

// relayFlags are what a relay to another VRF must have.
func relayFlags() []string { return []string{"link_selection", "vrf_selection", "server_id_override"} }

// relayVRF checks a relay to servers in another VRF.
func relayVRF(e *edit, vrf string, row commit.Row) error {
	for _, f := range relayFlags() {
		if row[f] != "enable" {
			return e.failf("server-vrf requires link-selection, vrf-selection and server-id-override flags to be enabled.")
		}
	}
	if vrf != "default" && !e.c.Has(schema.TableVRF, vrf) {
		return e.failf("VRF %s does not exist in the VRF table.", vrf)
	}
	return nil
}

// relayTold says what was set, field by field.
func relayTold(row commit.Row, changed func(field string) bool) []string {
	var out []string
	for _, f := range [][2]string{
		{"source_interface", "Source Interface"}, {"server_vrf", "Server VRF"}, {"link_selection", "link_selection"}, {"vrf_selection", "vrf_selection"},
		{"server_id_override", "server_id_override"}, {"agent_relay_mode", "Agent Relay Mode"}, {"max_hop_count", "Max Hop Count"},
	} {
		if row[f[0]] != "" && changed(f[0]) {
			out = append(out, f[1]+" as "+row[f[0]])
		}
	}
	return out
}

func addRelay(e *edit, options []option) error {
	row, err := e.optionRow(options)
	if err != nil {
		return err
	}
	vlan, servers, err := relayOf(e)
	switch {
	case err != nil:
		return err
	case !e.c.Has(schema.TableVLAN, vlan):
		return e.failf("Error: Vlan %s does not exist in the configDB", vlan)
	case e.c.Has(tableDHCP4Relay, vlan):
		return e.failf("DHCPv4 relay entry for %s already exists. Use 'update' instead.", vlan)
	}
	if row["source_interface"] != "" {
		if err := relaySource(e, row["source_interface"]); err != nil {
			return err
		}
	}
	if vrf := row["server_vrf"]; vrf != "" {
		if err := relayVRF(e, vrf, row); err != nil {
			return err
		}
	}
	e.c.Replace(tableDHCP4Relay, vlan, row)
	e.setList(tableDHCP4Relay, vlan, fieldRelay4, servers)
	told := slices.Sorted(slices.Values(servers))
	said := append([]string{"DHCPv4 Servers as " + strings.Join(told, ",")}, relayTold(row, func(string) bool { return true })...)
	e.tellf("Added %s to %s", strings.Join(said, ", "), vlan)
	return nil
}

func updateRelay(e *edit, options []option) error {
	row, err := e.optionRow(options)
	if err != nil {
		return err
	}
	vlan, servers, err := relayOf(e)
	old := e.row(tableDHCP4Relay, vlan)
	switch {
	case err != nil:
		return err
	case !e.c.Has(schema.TableVLAN, vlan):
		return e.failf("Error: Vlan %s does not exist in the configDB", vlan)
	case len(old) == 0:
		return e.failf("Error: No existing DHCPv4 relay configuration found for %s", vlan)
	}
	if err := e.mayUpdateRelay(row, old); err != nil {
		return err
	}
	var said []string
	if len(servers) > 0 {
		have := e.list(tableDHCP4Relay, vlan, fieldRelay4)
		for _, s := range servers {
			if !slices.Contains(have, s) {
				have = append(have, s)
			}
		}
		e.setList(tableDHCP4Relay, vlan, fieldRelay4, have)
		said = append(said, "DHCPv4 Servers as "+strings.Join(servers, ","))
	}
	said = append(said, relayTold(row, func(f string) bool { return old[f] != row[f] || f == "max_hop_count" })...)
	e.c.Set(tableDHCP4Relay, vlan, row)
	if len(said) == 0 {
		e.tellf("No changes made to %s", vlan)
		return nil
	}
	e.tellf("Updated %s to %s", strings.Join(said, ", "), vlan)
	return nil
}

// mayUpdateRelay checks the new fields against those that stay.
func (e *edit) mayUpdateRelay(row, old commit.Row) error {
	if name := row["source_interface"]; name != "" && name != old["source_interface"] {
		if err := relaySource(e, name); err != nil {
			return err
		}
	}
	merged := commit.Row{}
	for _, f := range relayFlags() {
		if old["server_vrf"] != "" && row[f] == "disable" {
			return e.failf("%s cannot be disabled when server-vrf is configured.", f)
		}
		if merged[f] = row[f]; row[f] == "" {
			merged[f] = old[f]
		}
	}
	if vrf := row["server_vrf"]; vrf != "" && vrf != old["server_vrf"] {
		return relayVRF(e, vrf, merged)
	}
	return nil
}

func delRelay(e *edit) error {
	vlan := e.args[0]
	row, ok := e.c.Row(tableDHCP4Relay, vlan)
	if !ok {
		return e.failf("DHCPv4 relay configuration not found for Vlan %s", vlan)
	}
	_, servers, err := relayOf(e)
	if err != nil {
		return err
	}
	asked := func(name string) bool { return e.cmd.Flags().Changed(name) }
	have := e.list(tableDHCP4Relay, vlan, fieldRelay4)
	for _, s := range servers {
		if !slices.Contains(have, s) {
			return e.failf("%s is not a configured DHCPv4 server on %s", s, vlan)
		}
	}
	have = slices.DeleteFunc(have, func(s string) bool { return slices.Contains(servers, s) })
	if e.cmd.Flags().NFlag() == 0 || len(servers) > 0 && len(have) == 0 {
		e.c.Delete(tableDHCP4Relay, vlan)
		e.tellf("Removed DHCPv4 relay configuration for %s", vlan)
		return nil
	}
	var said []string
	if len(servers) > 0 {
		e.setList(tableDHCP4Relay, vlan, fieldRelay4, have)
		said = append(said, "Servers ["+strings.Join(servers, ",")+"]")
	}
	for _, f := range [][2]string{
		{"source-interface", "Source Interface"}, {"server-vrf", "Server VRF"}, {"link-selection", "link-selection"}, {"vrf-selection", "vrf-selection"},
		{"server-id-override", "server-id-override"}, {"agent-relay-mode", "Agent Relay Mode"}, {"max-hop-count", "Max Hop Count"},
	} {
		field := strings.ReplaceAll(f[0], "-", "_")
		if !asked(f[0]) {
			continue
		}
		if slices.Contains(relayFlags(), field) && row["server_vrf"] != "" && !asked("server-vrf") {
			return e.failf("Cannot delete link-selection, vrf-selection, or server-id-override when server-vrf is configured")
		}
		if _, set := row[field]; set {
			e.c.Unset(tableDHCP4Relay, vlan, field)
			said = append(said, f[1])
		}
	}
	if len(said) > 0 {
		e.tellf("Removed DHCPv4 relay configuration from %s for %s", vlan, strings.Join(said, ", "))
	}
	return nil
}
