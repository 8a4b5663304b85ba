package display

import (
	"context"
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/heddle-nos/heddle/daemons/cli/click"
	"github.com/heddle-nos/heddle/daemons/cli/session"
	"github.com/heddle-nos/heddle/daemons/cli/tabulate"
	"github.com/heddle-nos/heddle/internal/natural"
	"github.com/heddle-nos/heddle/internal/statedb"
	"github.com/heddle-nos/heddle/yang/schema"
)

// addGearboxPorts makes `show gearbox interfaces`: the ports behind a gearbox,
// each with a side to the ASIC and one to the line.
func addGearboxPorts(s *session.Session, root *cobra.Command) {
	groupAt(root, "gearbox", "interfaces").AddCommand(
		command(s, "status", "Show gearbox interfaces status", click.Args(), showGearboxPorts),
		command(s, "fec-stats [port_name]", "Show gearbox interfaces FEC statistics", click.Args("[port_name]"), showGearboxFEC),
		command(s, "fec-histogram [port_name]", "Show gearbox interfaces FEC codeword error histogram", click.Args("[port_name]"), showGearboxHistogram))
}

// laneSpeed gives the speed of one of a port's lanes, "N/A" when it is not a
// whole number of gigabits.
func laneSpeed(mbps, lanes string) string {
	n, err := strconv.Atoi(mbps)
	count := strings.Count(lanes, ",") + 1
	if err != nil || n == 0 || n/1000%count != 0 {
		return "N/A"
	}
	return strconv.Itoa(n/1000/count) + "G"
}

func showGearboxPorts(ctx context.Context, v *view, _ []string) error {
	rows, err := v.all(ctx, statedb.ApplDB, "_GEARBOX_TABLE")
	if err != nil {
		return err
	}
	var names []string
	for key, row := range rows {
		if strings.HasPrefix(key, "interface:") {
			names = append(names, row["name"])
		}
	}
	ports, err := v.rows(ctx, statedb.ApplDB, schema.AppTablePort, names)
	if err != nil {
		return err
	}
	t := table{headers: []string{
		"PHY Id", "Interface", "MAC Lanes", "MAC Lane Speed", "PHY Lanes", "PHY Lane Speed", "Line Lanes", "Line Lane Speed", "Oper", "Admin",
	}, layout: tabulate.Options{Text: tabulate.Right}}
	for _, key := range slices.SortedFunc(maps.Keys(rows), natural.Compare) {
		index, ok := strings.CutPrefix(key, "interface:")
		if !ok {
			continue
		}
		row := rows[key]
		phy, port := rows["phy:"+row["phy_id"]+":ports:"+index], ports[row["name"]]
		lanes, system, line := or(port["lanes"], "N/A"), or(row["system_lanes"], "N/A"), or(row["line_lanes"], "N/A")
		t.rows = append(t.rows, []string{
			or(row["phy_id"], "N/A"), or(row["name"], "N/A"), lanes, laneSpeed(port["speed"], lanes), system, laneSpeed(phy["system_speed"], system),
			line, laneSpeed(phy["line_speed"], line), or(port["oper_status"], "N/A"), or(port["admin_status"], "N/A"),
		})
	}
	slices.SortStableFunc(t.rows, func(a, b []string) int { return natural.Compare(a[0]+" "+a[1], b[0]+" "+b[1]) })
	return v.print(t)
}

// gearboxSide is one side of a port behind a gearbox.
type gearboxSide struct{ full, port, side, oid string }

// gearboxSides lists the sides of all ports, or of one.
func (v *view) gearboxSides(ctx context.Context, args []string) ([]gearboxSide, error) {
	names, err := v.hash(ctx, statedb.GBCountersDB, portNameMap)
	if err != nil {
		return nil, err
	}
	if len(names) == 0 {
		return nil, &click.ExitError{Text: "Error: No port name mapping found in GB_COUNTERS_DB"}
	}
	var out []gearboxSide
	known := make(map[string]bool)
	for full, oid := range names {
		g := gearboxSide{full: full, port: full, oid: oid}
		for _, s := range [][2]string{{"_line", "Line"}, {"_system", "System"}} {
			if port, ok := strings.CutSuffix(full, s[0]); ok {
				g.port, g.side = port, s[1]
				known[port] = true
			}
		}
		if named(args, 0, g.port) {
			out = append(out, g)
		}
	}
	if len(out) == 0 {
		return nil, &click.ExitError{Text: "Error: Port '" + args[0] + "' not found in GB_COUNTERS_DB\nAvailable ports: " +
			strings.Join(slices.SortedFunc(maps.Keys(known), natural.Compare), ", ")}
	}
	slices.SortFunc(out, func(a, b gearboxSide) int { return natural.Compare(a.full, b.full) })
	return out, nil
}

func gearboxOIDs(sides []gearboxSide) []string {
	out := make([]string, len(sides))
	for i, g := range sides {
		out[i] = g.oid
	}
	return out
}

func showGearboxFEC(ctx context.Context, v *view, args []string) error {
	sides, err := v.gearboxSides(ctx, args)
	if err != nil {
		return err
	}
	counters, err := v.rows(ctx, statedb.GBCountersDB, "COUNTERS", gearboxOIDs(sides))
	if err != nil {
		return err
	}
	rates, err := v.rows(ctx, statedb.GBCountersDB, "RATES", gearboxOIDs(sides))
	if err != nil {
		return err
	}
	names := make([]string, len(sides))
	for i, g := range sides {
		names[i] = g.port
	}
	ports, err := v.rows(ctx, statedb.ApplDB, schema.AppTablePort, names)
	if err != nil {
		return err
	}
	t := table{headers: []string{"GB IFACE", "STATE", "FEC_CORR", "FEC_UNCORR", "FEC_SYMBOL_ERR", "FEC_PRE_BER", "FEC_POST_BER", "FEC_PRE_BER_MAX", "FEC_MAX_T"}}
	t.layout.Rights = []int{1, 2, 3, 4, 5, 6, 7, 8}
	for _, g := range sides {
		cells := []string{g.port + " " + g.side, gearboxState(ports[g.port], g.side)}
		for _, f := range []string{"CORRECTABLE_FRAMES", "NOT_CORRECTABLE_FRAMES", "SYMBOL_ERRORS"} {
			cells = append(cells, grouped(or(counters[g.oid]["SAI_PORT_STAT_IF_IN_FEC_"+f], "0")))
		}
		rate := rates[g.oid]
		cells = append(cells, berText(or(rate["FEC_PRE_BER"], "0")), berText(or(rate["FEC_POST_BER"], "0")), berText(or(rate["FEC_PRE_BER_MAX"], "N/A")), or(rate["FEC_MAX_T"], "-1"))
		t.rows = append(t.rows, cells)
	}
	return v.print(t)
}

func gearboxState(port statedb.Fields, side string) string {
	switch strings.ToLower(port[strings.ToLower(side)+"_oper_status"]) {
	case "up":
		return "U"
	case "down":
		return "D"
	}
	return "N/A"
}

// berText writes an error ratio with two digits after the point.
func berText(text string) string {
	n, err := strconv.ParseFloat(text, 64)
	if err != nil || text == "-1" {
		return text
	}
	return strconv.FormatFloat(n, 'e', 2, 64)
}

func showGearboxHistogram(ctx context.Context, v *view, args []string) error {
	sides, err := v.gearboxSides(ctx, args)
	if err != nil {
		return err
	}
	counters, err := v.rows(ctx, statedb.GBCountersDB, "COUNTERS", gearboxOIDs(sides))
	if err != nil {
		return err
	}
	var all ordered
	for _, g := range sides {
		row, ok := counters[g.oid]
		t := table{headers: []string{"Symbol Errors Per Codeword", "Codewords", "Last Updated"}}
		for bin := range 16 {
			field := "SAI_PORT_STAT_IF_IN_FEC_CODEWORD_ERRORS_S" + strconv.Itoa(bin)
			t.rows = append(t.rows, []string{"BIN" + strconv.Itoa(bin), or(row[field], "0"), milliText(row[field+"_TIMESTAMP"])})
		}
		if all = append(all, member{g.port + " " + g.side, objects(t)}); v.json {
			continue
		}
		if !ok {
			v.Printf("\n%s\nNo counter data available\n", g.full)
			continue
		}
		v.Printf("\n%s %s\n", g.port, g.side)
		if err := v.print(t); err != nil {
			return err
		}
	}
	if v.json {
		return v.printJSON(all)
	}
	return nil
}

// milliText writes milliseconds since 1970 as a local time.
func milliText(text string) string {
	n, err := strconv.ParseInt(text, 10, 64)
	if err != nil || n <= 0 {
		return "N/A"
	}
	return time.UnixMilli(n).Format(time.DateTime)
}
