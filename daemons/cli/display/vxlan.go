package display

import (
	"context"
	"maps"
	"net/netip"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/heddle-nos/heddle/daemons/cli/click"
	"github.com/heddle-nos/heddle/daemons/cli/session"
	"github.com/heddle-nos/heddle/daemons/cli/tabulate"
	"github.com/heddle-nos/heddle/internal/natural"
	"github.com/heddle-nos/heddle/internal/statedb"
)

// addVXLAN makes `show vxlan`.
func addVXLAN(s *session.Session, root *cobra.Command) {
	groupAt(root, "vxlan").AddCommand(
		command(s, "name <vxlan_name>", "Show vxlan name <vxlan_name> information", click.Args("vxlan_name"), func(ctx context.Context, v *view, args []string) error {
			return showVXLANTunnels(ctx, v, args[0])
		}),
		command(s, "tunnel", "Show vxlan tunnel information", click.Args(), func(ctx context.Context, v *view, _ []string) error {
			return showVXLANTunnels(ctx, v, "")
		}),
		command(s, "interface", "Show VXLAN VTEP Information", click.Args(), showVTEP),
		command(s, "vlanvnimap [COUNT]", "Show VLAN VNI Mapping Information", click.Args("[COUNT]"), showVLANVNIs),
		command(s, "vrfvnimap", "Show VRF VNI Mapping Information", click.Args(), showVRFVNIs),
		command(s, "remotevtep [COUNT]", "Show All Remote VTEP Information", click.Args("[COUNT]"), showRemoteVTEPs),
		command(s, "remotevni <remote_vtep_ip> [COUNT]", "Show Vlans extended to the remote VTEP", click.Args("remote_vtep_ip", "[COUNT]"), showRemoteVNIs),
		command(s, "remotemac <remote_vtep_ip> [COUNT]", "Show MACs pointing to the remote VTEP", click.Args("remote_vtep_ip", "[COUNT]"), showRemoteMACs),
		newTunnelCounters(s),
	)
}

// showVXLANTunnels lists tunnels with a line for each of their maps.
func showVXLANTunnels(ctx context.Context, v *view, only string) error {
	tunnels, err := v.all(ctx, statedb.ConfigDB, "VXLAN_TUNNEL")
	if err != nil {
		return err
	}
	mappings, err := v.all(ctx, statedb.ConfigDB, "VXLAN_TUNNEL_MAP")
	if err != nil {
		return err
	}
	t := table{headers: []string{"vxlan tunnel name", "source ip", "destination ip", "tunnel map name", "tunnel map mapping(vni -> vlan)"}}
	mapKeys := slices.SortedFunc(maps.Keys(mappings), natural.Compare)
	for _, name := range slices.SortedFunc(maps.Keys(tunnels), natural.Compare) {
		if only != "" && name != only {
			continue
		}
		row := []string{name, or(tunnels[name]["src_ip"], tabulate.None), or(tunnels[name]["dst_ip"], tabulate.None)}
		for _, key := range mapKeys {
			if tunnel, mapName, _ := strings.Cut(key, "|"); tunnel == name {
				m := mappings[key]
				t.rows = append(t.rows, append(row, mapName, m["vni"]+" -> "+m["vlan"]))
				row = []string{"", "", ""}
			}
		}
		if row[0] != "" {
			t.rows = append(t.rows, row)
		}
	}
	return v.print(t)
}

// showVTEP tells the tunnel endpoint, who uses it and whose address it has.
func showVTEP(ctx context.Context, v *view, _ []string) error {
	facts, err := v.vtepFacts(ctx)
	if err != nil {
		return err
	}
	if v.json {
		return v.printJSON(facts)
	}
	v.Printf("VTEP Information:\n\n")
	for _, f := range facts {
		v.Printf("\t%s : %s\n", f.name, f.value)
	}
	return nil
}

func (v *view) vtepFacts(ctx context.Context) (ordered, error) {
	tunnels, err := v.all(ctx, statedb.ConfigDB, "VXLAN_TUNNEL")
	if err != nil {
		return nil, err
	}
	facts := ordered{}
	source := ""
	for _, name := range slices.SortedFunc(maps.Keys(tunnels), natural.Compare) {
		text := name
		if ip := tunnels[name]["src_ip"]; ip != "" {
			source = ip
			text += ", SIP  : " + ip
		}
		facts = append(facts, member{"VTEP Name", text})
	}
	if source == "" {
		return facts, nil
	}
	nvos, err := v.all(ctx, statedb.ConfigDB, "VXLAN_EVPN_NVO")
	if err != nil {
		return nil, err
	}
	for _, name := range slices.SortedFunc(maps.Keys(nvos), natural.Compare) {
		facts = append(facts, member{"NVO Name ", name + ",  VTEP : " + nvos[name]["source_vtep"]})
	}
	loops, err := v.all(ctx, statedb.ConfigDB, "LOOPBACK_INTERFACE")
	if err != nil {
		return nil, err
	}
	loopback := "Not Configured"
	for key := range pairs(loops) {
		if key[1] == source+"/32" {
			loopback = key[0]
		}
	}
	if len(loops) == 0 {
		return facts, nil
	}
	return append(facts, member{"Source interface ", loopback}), nil
}

// counted shows a grid with its size below it, or only the size.
func (v *view) counted(headers []string, rows [][]string, only bool) error {
	if v.json && only {
		return v.printJSON(ordered{{"Total count", len(rows)}})
	}
	if !only {
		if err := v.print(table{headers: headers, rows: rows, layout: tabulate.Options{Format: tabulate.Grid}}); err != nil || v.json {
			return err
		}
	}
	v.Printf("Total count : %d\n\n", len(rows))
	return nil
}

func showVLANVNIs(ctx context.Context, v *view, args []string) error {
	all, err := v.all(ctx, statedb.ConfigDB, "VXLAN_TUNNEL_MAP")
	if err != nil {
		return err
	}
	var rows [][]string
	for _, key := range slices.SortedFunc(maps.Keys(all), natural.Compare) {
		rows = append(rows, []string{all[key]["vlan"], all[key]["vni"]})
	}
	return v.counted([]string{"VLAN", "VNI"}, rows, len(args) > 0)
}

func showVRFVNIs(ctx context.Context, v *view, _ []string) error {
	all, err := v.all(ctx, statedb.ConfigDB, "VRF")
	if err != nil {
		return err
	}
	var rows [][]string
	for _, key := range slices.SortedFunc(maps.Keys(all), natural.Compare) {
		if vni := all[key]["vni"]; vni != "" && vni != "0" {
			rows = append(rows, []string{key, vni})
		}
	}
	return v.counted([]string{"VRF", "VNI"}, rows, false)
}

func showRemoteVTEPs(ctx context.Context, v *view, args []string) error {
	if len(args) > 0 && args[0] != "count" {
		v.Printf("Unacceptable argument %s\n", args[0])
		return nil
	}
	all, err := v.all(ctx, statedb.StateDB, "VXLAN_TUNNEL_TABLE")
	if err != nil {
		return err
	}
	var rows [][]string
	for _, key := range slices.SortedFunc(maps.Keys(all), natural.Compare) {
		row := all[key]
		rows = append(rows, []string{row["src_ip"], row["dst_ip"], row["tnl_src"], "oper_" + row["operstatus"]})
	}
	return v.counted([]string{"SIP", "DIP", "Creation Source", "OperStatus"}, rows, len(args) > 0)
}

// remoteVTEP checks the argument that names an endpoint.
func (v *view) remoteVTEP(arg string) bool {
	if _, err := netip.ParseAddr(arg); err != nil && arg != "all" {
		v.Printf("Remote VTEP IP %s invalid format\n", arg)
		return false
	}
	return true
}

func showRemoteVNIs(ctx context.Context, v *view, args []string) error {
	if !v.remoteVTEP(args[0]) {
		return nil
	}
	all, err := v.all(ctx, statedb.ApplDB, "VXLAN_REMOTE_VNI_TABLE")
	if err != nil {
		return err
	}
	var rows [][]string
	for _, key := range slices.SortedFunc(maps.Keys(all), natural.Compare) {
		vlan, vtep, _ := strings.Cut(key, ":")
		if args[0] == "all" || args[0] == vtep {
			rows = append(rows, []string{vlan, vtep, all[key]["vni"]})
		}
	}
	return v.counted([]string{"VLAN", "RemoteVTEP", "VNI"}, rows, len(args) > 1)
}

func showRemoteMACs(ctx context.Context, v *view, args []string) error {
	if !v.remoteVTEP(args[0]) {
		return nil
	}
	all, err := v.all(ctx, statedb.ApplDB, "VXLAN_FDB_TABLE")
	if err != nil {
		return err
	}
	var rows [][]string
	for _, key := range slices.SortedFunc(maps.Keys(all), natural.Compare) {
		row := all[key]
		vlan, mac, _ := strings.Cut(key, ":")
		if vtep := row["remote_vtep"]; vtep != "" && (args[0] == "all" || args[0] == vtep) {
			rows = append(rows, []string{vlan, mac, vtep, row["vni"], row["type"]})
		}
	}
	return v.counted([]string{"VLAN", "MAC", "RemoteVTEP", "VNI", "Type"}, rows, len(args) > 1)
}

func newTunnelCounters(s *session.Session) *cobra.Command {
	var period string
	cmd := command(s, "counters [TUNNEL]", "Show VxLAN counters", click.Args("[TUNNEL]"), func(ctx context.Context, v *view, args []string) error {
		script := []string{"tunnelstat", "-T", "vxlan"}
		if period != "" {
			script = append(script, "-p", period)
		}
		for _, a := range args {
			script = append(script, "-i", a)
		}
		v.echo(script...)
		return showTunnelCounters(ctx, v, args)
	})
	cmd.Flags().StringVarP(&period, "period", "p", "", "Show the counters of so many seconds")
	return cmd
}

func showTunnelCounters(ctx context.Context, v *view, args []string) error {
	now, err := v.readCounters(ctx, tunnelNameMap)
	if err != nil {
		return err
	}
	t := table{
		headers: []string{"IFACE", "RX_PKTS", "RX_BYTES", "RX_PPS", "TX_PKTS", "TX_BYTES", "TX_PPS"},
		layout:  tabulate.Options{Text: tabulate.Right},
	}
	base := v.saved(savedTunnel).Names
	for _, name := range slices.SortedFunc(maps.Keys(now), natural.Compare) {
		if len(args) > 0 && args[0] != name {
			continue
		}
		n := func(stat string) string { return growth(now[name].counters, base[name], "SAI_TUNNEL_STAT_"+stat) }
		t.rows = append(t.rows, []string{
			name, n("IN_PACKETS"), n("IN_OCTETS"), packetRate(now[name].rates["RX_PPS"]),
			n("OUT_PACKETS"), n("OUT_OCTETS"), packetRate(now[name].rates["TX_PPS"]),
		})
	}
	return v.print(t)
}
