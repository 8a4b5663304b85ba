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
	"github.com/heddle-nos/heddle/daemons/cli/tabulate"
	"github.com/heddle-nos/heddle/internal/natural"
	"github.com/heddle-nos/heddle/internal/statedb"
)

const (
	queueMap  = "COUNTERS_QUEUE"
	groupMap  = "COUNTERS_PG"
	groupStat = "SAI_INGRESS_PRIORITY_GROUP_STAT_"
)

// watermark is one statistic of the queues or priority groups of every port, a
// port a line.
type watermark struct {
	path, short string
	title       string
	maps        string // beginning of the names of the maps
	kind        string // of queues: UC, MC or ALL
	prefix      string // of the columns
	stat        string
	script      string // what SONiC calls it
}

// The operator's watermarks start again when he clears them, the persistent
// ones when those are cleared.
const (
	userWatermarks       = "USER_WATERMARKS"
	persistentWatermarks = "PERSISTENT_WATERMARKS"
)

func watermarks() []watermark {
	const queueTitle = "Egress shared pool occupancy per "
	const queueStat = "SAI_QUEUE_STAT_SHARED_WATERMARK_BYTES"
	return []watermark{
		{"queue %s unicast", "Show watermarks of unicast queues", queueTitle + "unicast queue:", queueMap, "UC", "UC", queueStat, "q_shared_uni"},
		{"queue %s multicast", "Show watermarks of multicast queues", queueTitle + "multicast queue:", queueMap, "MC", "MC", queueStat, "q_shared_multi"},
		{"queue %s all", "Show watermarks of queues for all traffic", queueTitle + "all queues:", queueMap, "ALL", "ALL", queueStat, "q_shared_all"},
		{"priority-group %s headroom", "Show headroom watermarks", "Ingress headroom per PG:", groupMap, "", "PG", groupStat + "XOFF_ROOM_WATERMARK_BYTES", "pg_headroom"},
		{"priority-group %s shared", "Show shared pool watermarks", "Ingress shared pool occupancy per PG:", groupMap, "", "PG", groupStat + "SHARED_WATERMARK_BYTES", "pg_shared"},
	}
}

// addWatermarks makes the commands for occupancy of buffers.
func addWatermarks(s *session.Session, root *cobra.Command) {
	tables := map[string]string{"watermark": userWatermarks, "persistent-watermark": persistentWatermarks}
	for name, rows := range tables {
		for _, w := range watermarks() {
			w.add(s, root, name, rows)
		}
		for _, p := range pools() {
			p.add(s, root, name, rows)
		}
	}
	groupAt(root, "watermark", "telemetry").AddCommand(command(s, "interval", "Show telemetry interval", click.Args(), showTelemetryInterval))
	drops := watermark{
		path: "priority-group %s counters", short: "Show dropped packets of priority groups", title: "Ingress PG dropped packets:",
		maps: groupMap, prefix: "PG", stat: groupStat + "DROPPED_PACKETS",
	}
	drops.add(s, root, "drop", "COUNTERS")
}

func (w watermark) add(s *session.Session, root *cobra.Command, name, rows string) {
	words := strings.Fields(strings.ReplaceAll(w.path, "%s", name))
	last := len(words) - 1
	groupAt(root, words[:last]...).AddCommand(command(s, words[last], w.short, click.Args(), func(ctx context.Context, v *view, _ []string) error {
		if w.script != "" {
			v.echo(watermarkScript(rows, w.script)...)
		}
		return w.show(ctx, v, rows)
	}))
}

// defaultTelemetry is how many seconds a periodic watermark covers.
const defaultTelemetry = "120"

func showTelemetryInterval(ctx context.Context, v *view, _ []string) error {
	rows, err := v.all(ctx, statedb.ConfigDB, "WATERMARK_TABLE")
	if err != nil {
		return err
	}
	seconds := rows["TELEMETRY_INTERVAL"]["interval"]
	switch {
	case v.json:
		return v.printJSON(ordered{{"interval", or(seconds, defaultTelemetry)}})
	case seconds == "": // SONiC's words differ in a colon
		v.Printf("\nTelemetry interval %s second(s)\n\n", defaultTelemetry)
	default:
		v.Printf("\nTelemetry interval: %s second(s)\n\n", seconds)
	}
	return nil
}

func watermarkScript(rows, kind string) []string {
	if rows == persistentWatermarks {
		return []string{"watermarkstat", "-p", "-t", kind}
	}
	return []string{"watermarkstat", "-t", kind}
}

func (w watermark) show(ctx context.Context, v *view, rows string) error {
	all, err := v.portObjects(ctx, w.maps)
	if err != nil {
		return err
	}
	all = slices.DeleteFunc(all, func(o portObject) bool { return w.kind != "" && o.kind != w.kind })
	values, err := v.rows(ctx, statedb.CountersDB, rows, oids(all))
	if err != nil {
		return err
	}
	var base baseline
	if rows == "COUNTERS" {
		base = v.saved(savedGroups)
	}
	low, high := bounds(all)
	cells := make(map[string][]string)
	for _, o := range all {
		if cells[o.port] == nil {
			cells[o.port] = slices.Repeat([]string{"N/A"}, high-low+1)
		}
		cells[o.port][o.index-low] = growth(values[o.oid], base.Names[o.oid], w.stat)
	}
	t := table{headers: []string{"Port"}, layout: tabulate.Options{Text: tabulate.Right}}
	for i := low; i <= high && len(all) > 0; i++ {
		t.headers = append(t.headers, w.prefix+strconv.Itoa(i))
	}
	for _, port := range slices.SortedFunc(maps.Keys(cells), natural.Compare) {
		t.rows = append(t.rows, append([]string{port}, cells[port]...))
	}
	return v.titled(w.title, t)
}

// growth is what was counted since the operator cleared it, without commas.
func growth(now, base map[string]string, stat string) string {
	n, err := strconv.ParseInt(now[stat], 10, 64)
	if err != nil {
		return or(now[stat], "N/A")
	}
	before, _ := strconv.ParseInt(base[stat], 10, 64) // no baseline counts from zero
	return strconv.FormatInt(max(n-before, 0), 10)
}

// bounds gives the lowest and the highest index; ports may have different numbers.
func bounds(all []portObject) (low, high int) {
	for i, o := range all {
		if i == 0 {
			low, high = o.index, o.index
		}
		low, high = min(low, o.index), max(high, o.index)
	}
	return low, high
}

// pool is one statistic of the buffer pools.
type pool struct {
	group, title, stat, script string
}

func pools() []pool {
	return []pool{
		{"buffer_pool", "Shared pool maximum occupancy:", "SAI_BUFFER_POOL_STAT_WATERMARK_BYTES", "buffer_pool"},
		{"headroom-pool", "Headroom pool maximum occupancy:", "SAI_BUFFER_POOL_STAT_XOFF_ROOM_WATERMARK_BYTES", "headroom_pool"},
	}
}

func (p pool) add(s *session.Session, root *cobra.Command, name, rows string) {
	groupAt(root, p.group).AddCommand(command(s, name, "Show watermarks of the pools", click.Args(), func(ctx context.Context, v *view, _ []string) error {
		v.echo(watermarkScript(rows, p.script)...)
		return p.show(ctx, v, rows)
	}))
}

// show leaves out pools that do not have the statistic.
func (p pool) show(ctx context.Context, v *view, rows string) error {
	names, err := v.hash(ctx, statedb.CountersDB, "COUNTERS_BUFFER_POOL_NAME_MAP")
	if err != nil {
		return err
	}
	values, err := v.rows(ctx, statedb.CountersDB, rows, slices.Collect(maps.Values(names)))
	if err != nil {
		return err
	}
	t := table{headers: []string{"Pool", "Bytes"}, layout: tabulate.Options{Text: tabulate.Right}}
	for _, name := range slices.SortedFunc(maps.Keys(names), natural.Compare) {
		if value, ok := values[names[name]][p.stat]; ok {
			t.rows = append(t.rows, []string{name, value})
		}
	}
	return v.titled(p.title, t)
}
