package display

import (
	"context"
	"maps"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/heddle-nos/heddle/daemons/cli/click"
	"github.com/heddle-nos/heddle/daemons/cli/session"
	"github.com/heddle-nos/heddle/internal/natural"
	"github.com/heddle-nos/heddle/internal/statedb"
	"github.com/heddle-nos/heddle/yang/schema"
)

// addSpanningTree makes `show spanning-tree`.
func addSpanningTree(s *session.Session, root *cobra.Command) {
	all := command(s, "spanning-tree", "Show spanning_tree commands", click.Args(), func(ctx context.Context, v *view, _ []string) error {
		return showSpanningTree(ctx, v, "", "")
	})
	all.AddCommand(command(s, "mstp", "Show MSTP spanning tree information in detailed format", click.Args(), func(ctx context.Context, v *view, _ []string) error {
		return showMSTP(ctx, v)
	}))
	statistics := command(s, "statistics", "Show spanning_tree statistics", click.Args(), func(ctx context.Context, v *view, _ []string) error {
		return showSTPStatistics(ctx, v, "")
	})
	statistics.AddCommand(command(s, "vlan <vlanid>", "Show spanning_tree statistics vlan", click.Args("<vlanid>"), func(ctx context.Context, v *view, args []string) error {
		if _, err := click.Int(v.cmd, "<vlanid>", args[0]); err != nil {
			return err
		}
		return showSTPStatistics(ctx, v, args[0])
	}))
	all.AddCommand(statistics,
		command(s, "vlan <vlanid> [interface <interface_name>]", "Show spanning_tree vlan <vlanid> information", click.Args("<vlanid>", "[interface]", "[interface_name]"), showSTPVLAN),
		command(s, "bpdu_guard", "Show spanning_tree bpdu_guard", click.Args(), showBPDUGuard),
		command(s, "root_guard", "Show spanning_tree root_guard", click.Args(), showRootGuard),
	)
	root.AddCommand(all)
}

func showSTPVLAN(ctx context.Context, v *view, args []string) error {
	if _, err := click.Int(v.cmd, "<vlanid>", args[0]); err != nil {
		return err
	}
	switch {
	case len(args) == 1:
		return showSpanningTree(ctx, v, args[0], "")
	case args[1] != "interface":
		return click.Fail(v.cmd, "No such command '%s'.", args[1])
	case len(args) == 2:
		return click.Fail(v.cmd, "Missing argument '<interface_name>'.")
	}
	return showSpanningTree(ctx, v, args[0], args[2])
}

// tree is what spanning tree has written of all VLANs.
type tree struct {
	global       statedb.Fields
	vlans, ports map[string]statedb.Fields
	config       map[string]statedb.Fields // STP_PORT
	app          map[string]statedb.Fields // fast ports, guards
}

func (v *view) tree(ctx context.Context) (tree, error) {
	var t tree
	global, err := v.all(ctx, statedb.ConfigDB, "STP")
	if err != nil {
		return t, err
	}
	t.global = global["GLOBAL"]
	if t.config, err = v.all(ctx, statedb.ConfigDB, "STP_PORT"); err != nil {
		return t, err
	}
	if t.vlans, err = v.all(ctx, statedb.ApplDB, schema.AppTableSTPVLAN); err != nil {
		return t, err
	}
	if t.ports, err = v.all(ctx, statedb.ApplDB, schema.AppTableSTPVLANPort); err != nil {
		return t, err
	}
	t.app, err = v.rows(ctx, statedb.ApplDB, schema.AppTableSTPPort, slices.Collect(maps.Keys(t.config)))
	return t, err
}

// members lists the keys of the ports in a VLAN, physical ports first.
func (t tree) members(vlan string) []string {
	var out []string
	for key := range t.ports {
		if in, _, _ := strings.Cut(key, ":"); in == vlan {
			out = append(out, key)
		}
	}
	slices.SortFunc(out, natural.Compare)
	return out
}

func showSpanningTree(ctx context.Context, v *view, vlan, port string) error {
	t, err := v.tree(ctx)
	if err != nil {
		return err
	}
	if len(t.global) == 0 {
		v.Printf("Spanning-tree is not configured\n")
		return nil
	}
	if vlan == "" && t.global["mode"] == string(schema.STPModeMST) {
		return showMSTP(ctx, v)
	}
	maps.DeleteFunc(t.vlans, func(key string, _ statedb.Fields) bool { return vlan != "" && key != "Vlan"+vlan })
	if v.json {
		return v.printJSON(ordered{{"mode", t.global["mode"]}, {"vlans", t.vlans}, {"ports", t.ports}})
	}
	for i, name := range slices.SortedFunc(maps.Keys(t.vlans), natural.Compare) {
		if i == 0 {
			v.Printf("Spanning-tree Mode: %s\n", strings.ToUpper(t.global["mode"]))
		}
		v.printBridge(name, t.vlans[name])
		for _, key := range t.members(name) {
			if _, member, _ := strings.Cut(key, ":"); port == "" || port == member {
				v.printBridgePort(member, t.ports[key], t.app[member]["port_fast"] == "yes", t.config[member]["uplink_fast"] == "true")
			}
		}
	}
	return nil
}

// printBridge writes the bridge's own parameters and those of the root.
func (v *view) printBridge(name string, row statedb.Fields) {
	zero := func(field string) string { return or(row[field], "0") }
	id := func(field string) string { return or(row[field], "NA") }
	const bridge = "%-17s%-7s%-7s%-7s%-6s%-13s%s\n"
	const root = "%-17s%-10s%-18s%-19s%-4s%-4s%s\n"
	v.Printf("\nVLAN %s - STP instance %s\n", strings.TrimPrefix(name, "Vlan"), or(row["stp_instance"], "65535"))
	v.Printf("%s\nSTP Bridge Parameters:\n", strings.Repeat("-", 68))
	v.Printf(bridge, "Bridge", "Bridge", "Bridge", "Bridge", "Hold", "LastTopology", "Topology")
	v.Printf(bridge, "Identifier", "MaxAge", "Hello", "FwdDly", "Time", "Change", "Change")
	v.Printf(bridge, "hex", "sec", "sec", "sec", "sec", "sec", "cnt")
	v.Printf(bridge, id("bridge_id"), zero("max_age"), zero("hello_time"), zero("forward_delay"), zero("hold_time"), zero("last_topology_change"), zero("topology_change_count"))
	v.Printf("\n")
	v.Printf(root, "RootBridge", "RootPath", "DesignatedBridge", "RootPort", "Max", "Hel", "Fwd")
	v.Printf(root, "Identifier", "Cost", "Identifier", "", "Age", "lo", "Dly")
	v.Printf(root, "hex", "", "hex", "", "sec", "sec", "sec")
	v.Printf(root, id("root_bridge_id"), zero("root_path_cost"), id("desig_bridge_id"), id("root_port"), zero("root_max_age"), zero("root_hello_time"), zero("root_forward_delay"))
	v.Printf("\nSTP Port Parameters:\n")
	v.Printf(stpPortLine, "Port", "Prio", "Path", "Port", "Uplink", "State", "Designated", "Designated", "Designated")
	v.Printf(stpPortLine, "Name", "rity", "Cost", "Fast", "Fast", "", "Cost", "Root", "Bridge")
}

const stpPortLine = "%-17s%-5s%-10s%-5s%-7s%-14s%-12s%-17s%s\n"

func (v *view) printBridgePort(name string, row statedb.Fields, fast, uplink bool) {
	letter := map[bool]string{true: "Y", false: "N"}
	v.Printf(stpPortLine, name, or(row["priority"], "0"), or(row["path_cost"], "0"), letter[fast], letter[uplink],
		or(row["port_state"], "NA"), or(row["desig_cost"], "0"), or(row["desig_root"], "NA"), or(row["desig_bridge"], "NA"))
}

func showSTPStatistics(ctx context.Context, v *view, vlan string) error {
	t, err := v.tree(ctx)
	if err != nil {
		return err
	}
	if len(t.global) == 0 {
		v.Printf("Spanning-tree is not configured\n")
		return nil
	}
	if v.json {
		return v.printJSON(t.ports)
	}
	const line = "%-17s%-15s%-15s%-15s%s\n"
	for _, name := range slices.SortedFunc(maps.Keys(t.vlans), natural.Compare) {
		if vlan != "" && name != "Vlan"+vlan {
			continue
		}
		v.Printf("VLAN %s - STP instance %s\n%s\n", strings.TrimPrefix(name, "Vlan"), or(t.vlans[name]["stp_instance"], "65535"), strings.Repeat("-", 68))
		v.Printf(line, "PortNum", "BPDU Tx", "BPDU Rx", "TCN Tx", "TCN Rx")
		for _, key := range t.members(name) {
			_, port, _ := strings.Cut(key, ":")
			row := t.ports[key]
			v.Printf(line, port, or(row["bpdu_sent"], "-"), or(row["bpdu_received"], "-"), or(row["tc_sent"], "-"), or(row["tc_received"], "-"))
		}
	}
	return nil
}

// guarded lists the ports of spanning tree that have a guard on.
func (t tree) guarded(guard string) []string {
	var out []string
	for name, row := range t.config {
		if row[guard] == "true" && row["enabled"] == "true" {
			out = append(out, name)
		}
	}
	slices.SortFunc(out, natural.Compare)
	return out
}

const guardRule = "-------------------------------------------\n"

func showBPDUGuard(ctx context.Context, v *view, _ []string) error {
	t, err := v.tree(ctx)
	if err != nil {
		return err
	}
	var facts ordered
	for i, port := range t.guarded("bpdu_guard") {
		configured, shut := "No", "NA"
		if t.config[port]["bpdu_guard_do_disable"] == "true" {
			configured, shut = "Yes", capital(or(t.app[port]["bpdu_guard_shutdown"], "no"))
		}
		facts = append(facts, member{port, ordered{{"shutdown_configured", configured}, {"shut", shut}}})
		if i == 0 && !v.json {
			v.Printf("%-17s%-13s%s\n%-17s%-13s%s\n%s", "PortNum", "Shutdown", "Port Shut", "", "Configured", "due to BPDU guard", guardRule)
		}
		if !v.json {
			v.Printf("%-17s%-13s%s\n", port, configured, shut)
		}
	}
	if v.json {
		return v.printJSON(facts)
	}
	return nil
}

func showRootGuard(ctx context.Context, v *view, _ []string) error {
	t, err := v.tree(ctx)
	if err != nil {
		return err
	}
	var facts ordered
	for i, port := range t.guarded("root_guard") {
		if i == 0 && !v.json {
			v.Printf("Root guard timeout: %s secs\n\n%-17s%-7s%s\n%s", t.global["rootguard_timeout"], "Port", "VLAN", "Current State", guardRule)
		}
		for _, vlan := range slices.SortedFunc(maps.Keys(t.vlans), natural.Compare) {
			timer, ok := t.ports[vlan+":"+port]["root_guard_timer"]
			if !ok {
				continue
			}
			state := "Consistent state"
			if timer != "0" {
				state = "Inconsistent state (" + timer + " seconds left on timer)"
			}
			facts = append(facts, member{port + "|" + vlan, state})
			if !v.json {
				v.Printf("%-17s%-7s%s\n", port, strings.TrimPrefix(vlan, "Vlan"), state)
			}
		}
	}
	if v.json {
		return v.printJSON(facts)
	}
	return nil
}
