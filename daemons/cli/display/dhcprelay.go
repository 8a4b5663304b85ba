package display

import (
	"context"
	"encoding/json"
	"maps"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/heddle-nos/heddle/daemons/cli/click"
	"github.com/heddle-nos/heddle/daemons/cli/session"
	"github.com/heddle-nos/heddle/daemons/cli/tabulate"
	"github.com/heddle-nos/heddle/internal/natural"
	"github.com/heddle-nos/heddle/internal/statedb"
	"github.com/heddle-nos/heddle/yang/schema"
)

const (
	relayCounters4 = "DHCPV4_COUNTER_TABLE"
	relayCounters6 = "DHCPv6_COUNTER_TABLE"
)

// relayMessages4 are the kinds of DHCPv4 messages that are counted.
func relayMessages4() []string {
	return []string{"Unknown", "Discover", "Offer", "Request", "Decline", "Ack", "Nak", "Release", "Inform", "Bootp"}
}

// relayMessages6 are those of DHCPv6.
func relayMessages6() []string {
	return []string{
		"Unknown", "Solicit", "Advertise", "Request", "Confirm", "Renew", "Rebind", "Reply", "Release", "Decline",
		"Reconfigure", "Information-Request", "Relay-Forward", "Relay-Reply", "Malformed",
	}
}

// relayChoice are the flags that narrow counters of DHCPv4.
type relayChoice struct{ dir, kind click.ChoiceFlag }

func (c *relayChoice) flags(cmd *cobra.Command) {
	c.dir.Choices, c.kind.Choices = []string{"TX", "RX"}, relayMessages4()
	cmd.Flags().Var(&c.dir, "dir", "Direction of the messages")
	cmd.Flags().Var(&c.kind, "type", "Kind of the messages")
}

func (c *relayChoice) dirs() []string {
	if c.dir.Value != "" {
		return []string{c.dir.Value}
	}
	return c.dir.Choices
}

func (c *relayChoice) kinds() []string {
	if c.kind.Value != "" {
		return []string{c.kind.Value}
	}
	return c.kind.Choices
}

// addDHCPRelay makes `show dhcp_relay`.
func addDHCPRelay(s *session.Session, root *cobra.Command) {
	var choice relayChoice
	counters4 := command(s, "counters [vlan_interface]", "Show counters of DHCPv4 messages", click.Args("[vlan_interface]"), func(ctx context.Context, v *view, args []string) error {
		return choice.show(ctx, v, args)
	})
	choice.flags(counters4)
	var iface string
	counters6 := command(s, "counters", "Show counters of DHCPv6 messages", click.Args(), func(ctx context.Context, v *view, _ []string) error {
		return showRelay6(ctx, v, iface)
	})
	counters6.Flags().StringVarP(&iface, "interface", "i", "", "Show only this interface")
	groupAt(root, "dhcp_relay", "ipv4").AddCommand(counters4, command(s, "helper", "Show servers of DHCPv4", click.Args(), showHelpers))
	groupAt(root, "dhcp_relay", "ipv6").AddCommand(counters6, command(s, "destination", "Show servers of DHCPv6", click.Args(), func(ctx context.Context, v *view, _ []string) error {
		return showRelayServers(ctx, v, "DHCP_RELAY", "dhcpv6_servers", false)
	}))
}

func showHelpers(ctx context.Context, v *view, _ []string) error {
	features, err := v.all(ctx, statedb.ConfigDB, "FEATURE")
	if err != nil {
		return err
	}
	server := features["dhcp_server"]["state"] == "enabled"
	if features["dhcp_relay"]["has_sonic_dhcpv4_relay"] != "True" {
		return showRelayServers(ctx, v, schema.TableVLAN, "dhcp_servers", server)
	}
	return showRelays4(ctx, v, server)
}

// showRelayServers shows the servers of each VLAN that has any.
func showRelayServers(ctx context.Context, v *view, name, field string, hidden bool) error {
	rows, err := v.all(ctx, statedb.ConfigDB, name)
	if err != nil {
		return err
	}
	t := table{headers: []string{"Interface", "DHCP Relay Address"}, lists: []string{"DHCP Relay Address"}, layout: tabulate.Options{Format: tabulate.Grid, Text: tabulate.Right}}
	for _, key := range slices.SortedFunc(maps.Keys(rows), natural.Compare) {
		servers := or(rows[key][field+"@"], rows[key][field])
		switch {
		case servers == "":
			continue
		case hidden:
			servers = "N/A"
		}
		t.rows = append(t.rows, []string{key, strings.ReplaceAll(servers, ",", "\n")})
	}
	return v.padded(t)
}

// padded prints a table with an empty line below.
func (v *view) padded(t table) error {
	err := v.print(t)
	if err == nil && !v.json {
		v.Printf("\n")
	}
	return err
}

// showRelays4 shows the relays that have rows of their own.
func showRelays4(ctx context.Context, v *view, hidden bool) error {
	rows, err := v.all(ctx, statedb.ConfigDB, "DHCPV4_RELAY")
	if err != nil {
		return err
	}
	t := table{headers: []string{
		"Interface", "DHCP Relay Address", "Server Vrf", "Source Interface", "Link Selection", "VRF Selection", "Server ID Overrride", "Agent Relay Mode", "Max Hop Count",
	}, layout: tabulate.Options{Format: tabulate.Grid, Text: tabulate.Right}}
	for _, key := range slices.SortedFunc(maps.Keys(rows), natural.Compare) {
		if hidden {
			continue
		}
		row := rows[key]
		cells := []string{key, or(strings.ReplaceAll(row["dhcpv4_servers@"], ",", "\n"), "N/A")}
		for _, f := range []string{"server_vrf", "source_interface", "link_selection", "vrf_selection", "server_id_override", "agent_relay_mode", "max_hop_count"} {
			cells = append(cells, or(row[f], "N/A"))
		}
		t.rows = append(t.rows, cells)
	}
	return v.padded(t)
}

// relayCount reads one number; the relay keeps those of a direction as a
// dictionary in Python's words.
func relayCount(row statedb.Fields, dir, kind string) string {
	var counts map[string]any
	if json.Unmarshal([]byte(strings.ReplaceAll(row[dir], "'", `"`)), &counts) != nil {
		return "0"
	}
	switch n := counts[kind].(type) {
	case string:
		return n
	case float64:
		return strings.TrimSuffix(strings.TrimRight(jsonNumber(n), "0"), ".")
	}
	return "0"
}

func jsonNumber(n float64) string {
	text, err := json.Marshal(n)
	if err != nil || !strings.Contains(string(text), ".") {
		return string(text) + "."
	}
	return string(text)
}

func (c *relayChoice) show(ctx context.Context, v *view, args []string) error {
	rows, err := v.all(ctx, statedb.CountersDB, relayCounters4)
	if err != nil {
		return err
	}
	if len(args) > 0 && rows[args[0]] == nil {
		v.Printf("Vlan interface %s doesn't have any count data\n", args[0])
		return nil
	}
	intf, err := v.relayInterfaces(ctx)
	if err != nil {
		return err
	}
	byVLAN := make(map[string][]string)
	for key := range rows {
		vlan, _, _ := strings.Cut(key, ":")
		if len(args) == 0 || vlan == args[0] {
			byVLAN[vlan] = append(byVLAN[vlan], key)
		}
	}
	var all []ordered
	for _, vlan := range slices.SortedFunc(maps.Keys(byVLAN), natural.Compare) {
		keys := slices.SortedFunc(slices.Values(byVLAN[vlan]), natural.Compare)
		for _, t := range c.tables(vlan, keys, rows, intf) {
			if all = append(all, objects(t)...); v.json {
				continue
			}
			if err := v.padded(t); err != nil {
				return err
			}
		}
	}
	if v.json {
		return v.printJSON(all)
	}
	return nil
}

// tables lays out one VLAN: a table by direction, or with one kind of message
// one table with the directions as columns.
func (c *relayChoice) tables(vlan string, keys []string, rows map[string]statedb.Fields, kind func(vlan, name string) string) []table {
	var out []table
	build := func(title string, columns [][2]string, names []string) {
		t := table{headers: append([]string{vlan + " (" + title + ")", "Intf Type"}, names...), layout: tabulate.Options{Format: tabulate.Pretty}}
		for _, key := range keys {
			_, name, isPort := strings.Cut(key, ":")
			cells := []string{vlan, "VLAN"}
			if isPort {
				cells = []string{name, kind(vlan, name)}
			}
			for _, col := range columns {
				cells = append(cells, relayCount(rows[key], col[0], col[1]))
			}
			t.rows = append(t.rows, cells)
		}
		out = append(out, t)
	}
	if c.kind.Value != "" {
		var columns [][2]string
		for _, dir := range c.dirs() {
			columns = append(columns, [2]string{dir, c.kind.Value})
		}
		build(c.kind.Value, columns, c.dirs())
		return out
	}
	for _, dir := range c.dirs() {
		var columns [][2]string
		for _, k := range c.kinds() {
			columns = append(columns, [2]string{dir, k})
		}
		build(dir, columns, c.kinds())
	}
	return out
}

// relayInterfaces tells which way from a VLAN an interface is.
func (v *view) relayInterfaces(ctx context.Context) (func(vlan, name string) string, error) {
	members, err := v.all(ctx, statedb.ConfigDB, schema.TableVLANMember)
	if err != nil {
		return nil, err
	}
	management, err := v.all(ctx, statedb.ConfigDB, schema.TableMgmtPort)
	if err != nil {
		return nil, err
	}
	known := make(map[string]bool)
	for key := range members {
		vlan, _, _ := strings.Cut(key, "|")
		known[vlan] = true
	}
	return func(vlan, name string) string {
		_, isMember := members[vlan+"|"+name]
		_, isManagement := management[name]
		switch {
		case isManagement:
			return "MGMT"
		case !known[vlan]:
			return "Unknown"
		case isMember:
			return "Downlink"
		}
		return "Uplink"
	}, nil
}

func showRelay6(ctx context.Context, v *view, only string) error {
	rows, err := v.all(ctx, statedb.StateDB, relayCounters6)
	if err != nil {
		return err
	}
	names := slices.SortedFunc(maps.Keys(rows), natural.Compare)
	if only != "" {
		names = []string{only}
	}
	var all ordered
	for _, name := range names {
		t := table{headers: []string{"Message Type", name}, layout: tabulate.Options{Text: tabulate.Right}}
		for _, m := range relayMessages6() {
			count, ok := rows[name][m]
			if !ok {
				count = tabulate.None
			}
			t.rows = append(t.rows, []string{m, count})
		}
		if all = append(all, member{name, rows[name]}); v.json {
			continue
		}
		if err := v.padded(t); err != nil {
			return err
		}
	}
	if v.json {
		return v.printJSON(all)
	}
	return nil
}
