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
)

// detailLine is one counter of a port; without a title it is an empty line.
type detailLine struct {
	title string
	stats []string // what is added up, without SAI_PORT_STAT_
	needs string   // what the ASIC must be able to count, if it is told at all
}

// newCounterDetail makes `show interfaces counters detailed`.
func newCounterDetail(s *session.Session) *cobra.Command {
	var o counterOptions
	cmd := command(s, "detailed <interface>", "Show interface counters detailed", click.Args("<interface>"), func(ctx context.Context, v *view, args []string) error {
		chosen := o
		chosen.iface = args[0]
		return chosen.showDetail(ctx, v)
	})
	cmd.Flags().VarP(&o.period, "period", "p", "Show the counters of so many seconds")
	return cmd
}

// sizes are the ranges of frame lengths that are counted (RFC 2819 section 2).
func sizes(title, way string) []detailLine {
	var out []detailLine
	for _, s := range []string{"64", "65-127", "128-255", "256-511", "512-1023", "1024-1518", "1519-2047", "2048-4095", "4096-9216", "9217-16383"} {
		out = append(out, detailLine{
			title: "Packets " + title + " " + s + " Octets",
			stats: []string{"ETHER_" + way + "_PKTS_" + strings.ReplaceAll(s, "-", "_TO_") + "_OCTETS"},
		})
	}
	return out
}

func detailLines() []detailLine {
	one := func(title, stat string) detailLine { return detailLine{title: title, stats: []string{stat}} }
	kinds := func(all, word, way string) []detailLine {
		u, m, b := "IF_"+way+"_UCAST_PKTS", "IF_"+way+"_MULTICAST_PKTS", "IF_"+way+"_BROADCAST_PKTS"
		return []detailLine{
			{}, {title: all, stats: []string{u, m, b}},
			one("Unicast Packets "+word, u), one("Multicast Packets "+word, m), one("Broadcast Packets "+word, b), {},
		}
	}
	wred := func(color, stat string) detailLine {
		return detailLine{title: "WRED " + color + " Dropped Packets", stats: []string{stat}, needs: "WRED_ECN_PORT_WRED_" + strings.ToUpper(color) + "_DROP_COUNTER"}
	}
	return slices.Concat(
		sizes("Received", "IN"), kinds("Total Packets Received Without Errors", "Received", "IN"),
		[]detailLine{
			one("Jabbers Received", "ETHER_STATS_JABBERS"), one("Fragments Received", "ETHER_STATS_FRAGMENTS"),
			one("Undersize Received", "ETHER_STATS_UNDERSIZE_PKTS"), one("Overruns Received", "IP_IN_RECEIVES"), {},
		},
		sizes("Transmitted", "OUT"), kinds("Total Packets Transmitted Successfully", "Transmitted", "OUT"),
		[]detailLine{
			wred("Green", "GREEN_WRED_DROPPED_PACKETS"), wred("Yellow", "YELLOW_WRED_DROPPED_PACKETS"),
			wred("Red", "RED_WRED_DROPPED_PACKETS"), wred("Total", "WRED_DROPPED_PACKETS"), {},
			one("Trimmed Packets", "TRIM_PACKETS"), one("Trimmed Sent Packets", "TX_TRIM_PACKETS"), one("Trimmed Dropped Packets", "DROPPED_TRIM_PACKETS"), {},
		})
}

// detailWidth is where the numbers begin, behind the dots.
const detailWidth = 47

func (o *counterOptions) showDetail(ctx context.Context, v *view) error {
	now, base, err := o.measure(ctx, v, portTable())
	if err != nil {
		return err
	}
	p, err := v.ports(ctx)
	if err != nil {
		return err
	}
	can, err := v.all(ctx, statedb.StateDB, "PORT_COUNTER_CAPABILITIES")
	if err != nil {
		return err
	}
	for _, name := range slices.SortedFunc(maps.Keys(now), natural.Compare) {
		if !o.wants(p, name) {
			continue
		}
		facts := ordered{}
		blank := true // no two empty lines in a row
		for _, l := range detailLines() {
			switch {
			case l.needs != "" && can[l.needs]["isSupported"] != "true":
			case l.title == "" && !blank:
				blank = true
				facts = append(facts, member{})
			case l.title != "":
				blank = false
				facts = append(facts, member{l.title, difference(now[name].counters, base[name], prefixed(l.stats)...)})
			}
		}
		facts = append(facts, member{"Time Since Counters Last Cleared", v.saved(savedPorts).text()})
		if err := v.facts(facts); err != nil {
			return err
		}
	}
	return nil
}

func prefixed(stats []string) []string {
	out := make([]string, len(stats))
	for i, s := range stats {
		out[i] = "SAI_PORT_STAT_" + s
	}
	return out
}

// facts prints one fact a line, dots between.
func (v *view) facts(list ordered) error {
	if v.json {
		return v.printJSON(slices.DeleteFunc(list, func(m member) bool { return m.name == "" }))
	}
	for _, m := range list {
		if m.name == "" {
			v.Printf("\n")
			continue
		}
		v.Printf("%s%s %v\n", m.name, strings.Repeat(".", max(detailWidth-len(m.name), 1)), m.value)
	}
	return nil
}
