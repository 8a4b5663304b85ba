package display

import (
	"context"
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/spf13/cobra"

	"github.com/heddle-nos/heddle/daemons/cli/click"
	"github.com/heddle-nos/heddle/daemons/cli/session"
	"github.com/heddle-nos/heddle/internal/natural"
	"github.com/heddle-nos/heddle/internal/statedb"
)

// lldpRule is the line between neighbors.
const lldpRule = "-------------------------------------------------------------------------------"

// addLLDP makes `show lldp`, from what the LLDP daemon has put into APPL_DB.
func addLLDP(s *session.Session, root *cobra.Command) {
	groupAt(root, "lldp").AddCommand(
		command(s, "table", "Show LLDP neighbors in tabular format", click.Args(), showLLDPTable),
		command(s, "neighbors [interfacename]", "Show LLDP neighbors", click.Args("[interfacename]"), showLLDPNeighbors))
}

// lldpCapability is one bit of what a neighbor is able to do: IEEE 802.1AB, section 8.5.8.
type lldpCapability struct {
	bit          int // of the first octet, from its high end
	name, letter string
}

func lldpCapabilities() []lldpCapability {
	return []lldpCapability{
		{0, "Other", "O"}, {1, "Repeater", "O"}, {2, "Bridge", "B"}, {3, "Wlan", "O"}, {4, "Router", "R"}, {5, "Tel", "O"}, {6, "Docsis", "O"}, {7, "Station", "O"},
	}
}

// capable reads a set of capabilities, which is kept as "28 00".
func capable(text string, c lldpCapability) bool {
	first, _, _ := strings.Cut(strings.TrimSpace(text), " ")
	octet, err := strconv.ParseUint(first, 16, 8)
	return err == nil && octet&(0x80>>c.bit) != 0
}

func showLLDPTable(ctx context.Context, v *view, _ []string) error {
	rows, err := v.all(ctx, statedb.ApplDB, "LLDP_ENTRY_TABLE")
	if err != nil {
		return err
	}
	t := table{headers: []string{"LocalPort", "RemoteDevice", "RemotePortID", "Capability", "RemotePortDescr"}}
	for _, port := range slices.SortedFunc(maps.Keys(rows), natural.Compare) {
		row := rows[port]
		letters := ""
		for _, c := range lldpCapabilities() {
			if capable(row["lldp_rem_sys_cap_enabled"], c) {
				letters += c.letter
			}
		}
		t.rows = append(t.rows, []string{port, row["lldp_rem_sys_name"], row["lldp_rem_port_id"], letters, row["lldp_rem_port_desc"]})
	}
	if v.json {
		return v.print(t)
	}
	if err := v.titled("Capability codes: (R) Router, (B) Bridge, (O) Other", t); err != nil {
		return err
	}
	v.Printf("%s\nTotal entries displayed:  %d\n", strings.Repeat("-", 50), len(t.rows))
	return nil
}

func showLLDPNeighbors(ctx context.Context, v *view, args []string) error {
	rows, err := v.all(ctx, statedb.ApplDB, "LLDP_ENTRY_TABLE")
	if err != nil {
		return err
	}
	if len(args) > 0 {
		p, err := v.ports(ctx)
		if err != nil {
			return err
		}
		name, err := p.named(v, args[0])
		if err != nil {
			return err
		}
		args = []string{name}
	}
	found := make(map[string]statedb.Fields)
	for port, row := range rows {
		if named(args, 0, port) {
			found[port] = row
		}
	}
	if v.json {
		return v.printJSON(found)
	}
	v.Printf("%s\nLLDP neighbors:\n%s\n", lldpRule, lldpRule)
	for i, port := range slices.SortedFunc(maps.Keys(found), natural.Compare) {
		v.printNeighbor(i+1, port, found[port])
	}
	return nil
}

// idKinds are the names of the kinds of identifiers, as lldpctl gives them:
// IEEE 802.1AB, tables 8-2 and 8-3.
func idKinds(port bool) map[string]string {
	if port {
		return map[string]string{"1": "ifalias", "3": "mac", "4": "ip", "5": "ifname", "7": "local"}
	}
	return map[string]string{"2": "ifalias", "4": "mac", "5": "ip", "6": "ifname", "7": "local"}
}

// printNeighbor describes a neighbor as lldpctl does.
func (v *view) printNeighbor(n int, port string, row statedb.Fields) {
	v.Printf("Interface:    %s, via: LLDP, RID: %s\n  Chassis:     \n", port, or(row["lldp_rem_index"], strconv.Itoa(n)))
	line := func(indent int, title, value string) {
		if value != "" {
			v.Printf("%s%-13s %s\n", strings.Repeat(" ", indent), title+":", value)
		}
	}
	id := func(title, kind, value string, isPort bool) {
		if value != "" {
			line(4, title, or(idKinds(isPort)[kind], "local")+" "+value)
		}
	}
	id("ChassisID", row["lldp_rem_chassis_id_subtype"], row["lldp_rem_chassis_id"], false)
	line(4, "SysName", row["lldp_rem_sys_name"])
	line(4, "SysDescr", row["lldp_rem_sys_desc"])
	for address := range strings.SplitSeq(row["lldp_rem_man_addr"], ",") {
		line(4, "MgmtIP", address)
	}
	for _, c := range lldpCapabilities() {
		if capable(row["lldp_rem_sys_cap_supported"], c) {
			state := "off"
			if capable(row["lldp_rem_sys_cap_enabled"], c) {
				state = "on"
			}
			line(4, "Capability", c.name+", "+state)
		}
	}
	v.Printf("  Port:        \n")
	id("PortID", row["lldp_rem_port_id_subtype"], row["lldp_rem_port_id"], true)
	line(4, "PortDescr", row["lldp_rem_port_desc"])
	v.Printf("%s\n", lldpRule)
}
