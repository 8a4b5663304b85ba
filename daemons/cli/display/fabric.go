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
	"github.com/heddle-nos/heddle/internal/statedb"
)

// fabricOptions are the flags of `show fabric`.
type fabricOptions struct{ errors, nonzero bool }

// addFabric makes `show fabric`: the links between the ASICs of a chassis.
func addFabric(s *session.Session, root *cobra.Command) {
	make := func(parent *cobra.Command, name, short string, run func(context.Context, *view, *fabricOptions) error) {
		o := new(fabricOptions)
		cmd := command(s, name, short, click.Args(), func(ctx context.Context, v *view, _ []string) error { return run(ctx, v, o) })
		cmd.Flags().BoolVarP(&o.errors, "errors", "e", false, "Show only errors")
		cmd.Flags().BoolVar(&o.nonzero, "nonzero", false, "Show only what is not zero")
		cmd.Flags().StringP("namespace", "n", "", "Namespace name or all")
		click.Alias(cmd, "-nz", "--nonzero")
		parent.AddCommand(cmd)
	}
	make(groupAt(root, "fabric"), "isolation", "Show fabric isolation status", showFabricIsolation)
	make(groupAt(root, "fabric"), "reachability", "Show fabric reachability", showFabricReachability)
	make(groupAt(root, "fabric", "monitor"), "capacity", "Show fabric capacity", showFabricCapacity)
	make(groupAt(root, "fabric", "counters"), "port", "Show fabric port stat", showFabricPorts)
	make(groupAt(root, "fabric", "counters"), "queue", "Show fabric queue stat", showFabricQueues)
	make(groupAt(root, "fabric", "counters"), "rate", "Show fabric counters rate", showFabricRates)
}

// fabricLinks reads the links by number; only those with a far end, unless all are wanted.
func (v *view) fabricLinks(ctx context.Context, all bool) (map[int]statedb.Fields, []int, error) {
	rows, err := v.all(ctx, statedb.StateDB, "FABRIC_PORT_TABLE")
	if err != nil {
		return nil, nil, err
	}
	links := make(map[int]statedb.Fields)
	for key, row := range rows {
		n, err := strconv.Atoi(strings.TrimPrefix(key, "PORT"))
		if _, connected := row["REMOTE_PORT"]; err == nil && (connected || all) {
			links[n] = row
		}
	}
	return links, slices.Sorted(maps.Keys(links)), nil
}

func fabricLayout() tabulate.Options { return tabulate.Options{Text: tabulate.Right} }

func showFabricIsolation(ctx context.Context, v *view, o *fabricOptions) error {
	links, order, err := v.fabricLinks(ctx, false)
	if err != nil {
		return err
	}
	t := table{headers: []string{"Local Link", "Auto Isolated", "Manual Isolated", "Isolated", "Isolate Reason"}, layout: fabricLayout()}
	for _, n := range order {
		row := links[n]
		auto, manual, isolated := or(row["AUTO_ISOLATED"], "0"), or(row["CONFIG_ISOLATED"], "0"), or(row["ISOLATED"], "0")
		if o.nonzero && auto == "0" && manual == "0" && isolated == "0" {
			continue
		}
		t.rows = append(t.rows, []string{strconv.Itoa(n), auto, manual, isolated, row["ISOLATE_REASON"]})
	}
	if o.nonzero && len(t.rows) == 0 && !v.json {
		return nil
	}
	return v.print(t)
}

func showFabricReachability(ctx context.Context, v *view, _ *fabricOptions) error {
	links, order, err := v.fabricLinks(ctx, false)
	if err != nil {
		return err
	}
	t := table{headers: []string{"Local Link", "Remote Module", "Remote Link", "Status"}, layout: fabricLayout()}
	for _, n := range order {
		t.rows = append(t.rows, []string{strconv.Itoa(n), links[n]["REMOTE_MOD"], links[n]["REMOTE_PORT"], links[n]["STATUS"]})
	}
	return v.print(t)
}

func showFabricRates(ctx context.Context, v *view, o *fabricOptions) error {
	links, order, err := v.fabricLinks(ctx, true)
	if err != nil {
		return err
	}
	t := table{headers: []string{"ASIC", "Link ID", "Rx Data Mbps", "Tx Data Mbps"}, layout: fabricLayout()}
	for _, n := range order {
		rx, tx := or(links[n]["OLD_RX_RATE_AVG"], "0"), or(links[n]["OLD_TX_RATE_AVG"], "0")
		if o.nonzero && isZero(rx) && isZero(tx) {
			continue
		}
		t.rows = append(t.rows, []string{"asic0", strconv.Itoa(n), rx, tx})
	}
	if v.json {
		return v.print(t)
	}
	if o.nonzero && len(t.rows) == 0 {
		return nil
	}
	v.Printf("\n")
	return v.print(t)
}

// isZero says whether a text is the number 0.
func isZero(text string) bool {
	n, err := strconv.ParseFloat(strings.ReplaceAll(text, ",", ""), 64)
	return err == nil && n == 0
}

func showFabricCapacity(ctx context.Context, v *view, _ *fabricOptions) error {
	rows, err := v.rows(ctx, statedb.StateDB, "FABRIC_CAPACITY_TABLE", []string{"FABRIC_CAPACITY_DATA"})
	if err != nil {
		return err
	}
	row := rows["FABRIC_CAPACITY_DATA"]
	operating, _ := strconv.Atoi(row["operating_links"])
	total, _ := strconv.Atoi(row["number_of_links"])
	ratio, threshold := "0", ""
	if total > 0 {
		ratio = strconv.FormatFloat(float64(operating)/float64(total)*100, 'g', 6, 64)
	}
	if row["warning_threshold"] != "" {
		threshold = row["warning_threshold"] + "%"
	}
	t := table{headers: []string{"ASIC", "Operating\nLinks", "Isolated\nLinks", "Total #\nof Links", "% Operating\nLinks", "Last Event", "Last Time"}, layout: fabricLayout()}
	t.rows = [][]string{{"asic0", strconv.Itoa(operating), or(row["isolated_links"], "0"), strconv.Itoa(total), ratio, or(row["last_event"], "None"), agoText(v.Now(), row["last_event_time"])}}
	if v.json {
		return v.print(t)
	}
	v.Printf("Monitored fabric capacity threshold: %s\n\n", threshold)
	return v.print(t)
}

// agoText says how long ago a time was, without whole days, as SONiC does.
func agoText(now time.Time, text string) string {
	n, err := strconv.ParseInt(text, 10, 64)
	if err != nil {
		return or(text, "Never")
	}
	seconds := int(now.Sub(time.Unix(n, 0)).Seconds()) % 86400
	seconds = (seconds + 86400) % 86400
	return strconv.Itoa(seconds/3600) + ":" + two(seconds/60%60) + ":" + two(seconds%60) + " ago"
}

func two(n int) string { return strconv.Itoa(n/10) + strconv.Itoa(n%10) }
