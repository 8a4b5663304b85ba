package display

import (
	"context"
	"encoding/json"
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

// phyPart is something that COUNTERS_DB PORT_PHY_ATTR tells of each lane of a port.
type phyPart struct {
	flag, usage  string
	title, field string
	show         func(v *view, title string, lanes map[string]json.RawMessage)
}

func addPHY(s *session.Session, root *cobra.Command) {
	ports := groupAt(root, "interfaces")
	ports.AddCommand(
		newPHY(s, "phy-signal", "Show PHY signal attributes status for interface", "No PHY attribute data available for %s\n", []phyPart{
			{"rxsig", "Show RX signal detect status", "RX Signal Detect", "phy_rx_signal_detect", showLaneSignal},
			{"feclock", "Show FEC alignment lock status", "FEC Alignment Lock", "pcs_fec_lane_alignment_lock", showLaneSignal},
		}),
		newPHY(s, "phy-serdes", "Show PHY SERDES parameters for interface", "No PHY SERDES data available for %s\n", []phyPart{
			{"snr", "Show RX SNR values", "RX SNR", "rx_snr", showLaneNumbers},
			{"rxvga", "Show RX VGA values", "RX VGA", "rx_vga", showLaneNumbers},
			{"txfir", "Show TX FIR tap values", "TX FIR Taps", "tx_fir_taps_list", showLaneTaps},
		}),
	)
	groupAt(ports, "fast-linkup").AddCommand(command(s, "status", "Show interfaces fast-linkup status", click.Args(), showFastLinkupPorts))
}

func newPHY(s *session.Session, name, short, nothing string, parts []phyPart) *cobra.Command {
	wanted := make([]bool, len(parts))
	cmd := oneASIC(command(s, name+" <INTERFACENAME>", short, click.Args("interfacename"), func(ctx context.Context, v *view, args []string) error {
		if !slices.Contains(wanted, true) {
			return click.Fail(v.cmd, "At least one option must be specified.")
		}
		var chosen []phyPart
		for i, p := range parts {
			if wanted[i] {
				chosen = append(chosen, p)
			}
		}
		return v.phy(ctx, args[0], nothing, chosen)
	}))
	for i, p := range parts {
		cmd.Flags().BoolVar(&wanted[i], p.flag, false, p.usage)
	}
	return cmd
}

func (v *view) phy(ctx context.Context, port, nothing string, parts []phyPart) error {
	p, names, err := v.configured(ctx, []string{port}, "Invalid interface name %s")
	if err != nil {
		return err
	}
	name := names[0]
	objects, err := v.hash(ctx, statedb.CountersDB, portNameMap)
	if err != nil {
		return err
	}
	if objects[name] == "" {
		return click.Fail(v.cmd, "Interface %s not found in COUNTERS_PORT_NAME_MAP", name)
	}
	rows, err := v.rows(ctx, statedb.CountersDB, "PORT_PHY_ATTR", []string{objects[name]})
	if err != nil {
		return err
	}
	row := rows[objects[name]]
	if v.json {
		return v.printPHY(row, parts)
	}
	if len(row) == 0 {
		v.Printf(nothing+"Ensure 'counterpoll phy enable' has been run\n", p.shown(name))
		return nil
	}
	v.Printf("Interface: %s\n%s\n", p.shown(name), strings.Repeat("=", 80))
	for _, part := range parts {
		var lanes map[string]json.RawMessage
		switch text := row[part.field]; {
		case text == "":
			v.Printf("%s: No data available\n\n", part.title)
		case json.Unmarshal([]byte(text), &lanes) != nil:
			v.Printf("%s: Invalid data format\n", part.title)
		default:
			part.show(v, part.title, lanes)
		}
	}
	return nil
}

// printPHY gives the lanes as the ASIC's daemon has written them.
func (v *view) printPHY(row statedb.Fields, parts []phyPart) error {
	var out ordered
	for _, part := range parts {
		lanes := json.RawMessage("{}")
		if text := row[part.field]; json.Valid([]byte(text)) {
			lanes = json.RawMessage(text)
		}
		out = append(out, member{part.title, lanes})
	}
	return v.printJSON(out)
}

func laneNumbers(lanes map[string]json.RawMessage) []string {
	return slices.SortedFunc(maps.Keys(lanes), natural.Compare)
}

// showLaneSignal shows [state, milliseconds since 1970 of the last change or 0, number of changes] of each lane.
func showLaneSignal(v *view, title string, lanes map[string]json.RawMessage) {
	t := table{headers: []string{title + ":", "Current State", "Changes", "Last Change (UTC)"}, layout: tabulate.Options{AllText: true}}
	for _, lane := range laneNumbers(lanes) {
		var cells []json.RawMessage
		if json.Unmarshal(lanes[lane], &cells) != nil || len(cells) != 3 {
			continue
		}
		var ms float64
		last := "Never"
		if json.Unmarshal(cells[1], &ms) == nil && ms > 0 {
			last = time.UnixMilli(int64(ms)).UTC().Format(time.DateTime)
		}
		t.rows = append(t.rows, []string{"Lane" + lane + ":", jsonText(cells[0]), jsonText(cells[2]), last})
	}
	if len(t.rows) == 0 {
		v.Printf("%s: No data available\n\n", title)
		return
	}
	v.Printf("%s\n\n", tabulate.Render(t.headers, t.rows, t.layout))
}

// showLaneNumbers shows a number of each lane, side by side.
func showLaneNumbers(v *view, title string, lanes map[string]json.RawMessage) {
	v.Printf("%s:\n%s\n", title, strings.Repeat("-", 80))
	names, values := []string{"Lane:"}, []string{strings.TrimPrefix(title, "RX ") + ":"}
	for _, lane := range laneNumbers(lanes) {
		names, values = append(names, lane), append(values, jsonText(lanes[lane]))
	}
	if len(lanes) == 0 {
		v.Printf("No data available\n\n")
		return
	}
	v.Printf("%s\n\n", tabulate.Render(nil, [][]string{names, values}, tabulate.Options{Format: tabulate.Plain, NoHeader: true, AllText: true}))
}

// showLaneTaps shows the taps of each lane's filter, a list of {"tap0": -10}.
func showLaneTaps(v *view, title string, lanes map[string]json.RawMessage) {
	v.Printf("%s:\n", title)
	if len(lanes) == 0 {
		v.Printf("No tap data available\n")
		return
	}
	headers, rows := []string{"Lane"}, [][]string(nil)
	for i, lane := range laneNumbers(lanes) {
		var taps []map[string]json.RawMessage
		if json.Unmarshal(lanes[lane], &taps) != nil {
			taps = nil
		}
		row := []string{lane}
		for n, tap := range taps {
			if i == 0 {
				headers = append(headers, "Tap"+strconv.Itoa(n))
			}
			for _, name := range slices.Sorted(maps.Keys(tap)) {
				row = append(row, jsonText(tap[name]))
				break // each tap has one value
			}
		}
		rows = append(rows, row)
	}
	if len(headers) > 1 {
		v.Printf("%s\n", tabulate.Render(headers, rows, tabulate.Options{AllText: true}))
	}
	v.Printf("\n")
}

// jsonText is a value as text, without the quotes of a string.
func jsonText(value json.RawMessage) string {
	var s string
	if json.Unmarshal(value, &s) == nil {
		return s
	}
	return string(value)
}

func showFastLinkupPorts(ctx context.Context, v *view, _ []string) error {
	ports, err := v.all(ctx, statedb.ConfigDB, schema.TablePort)
	if err != nil {
		return err
	}
	t := table{headers: []string{"Interface", "fast_linkup"}, layout: tabulate.Options{Format: tabulate.Outline}}
	for _, n := range slices.SortedFunc(maps.Keys(ports), natural.Compare) {
		t.rows = append(t.rows, []string{n, or(ports[n]["fast_linkup"], "false")})
	}
	return v.print(t)
}
