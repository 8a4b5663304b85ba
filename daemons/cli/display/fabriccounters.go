package display

import (
	"context"
	"maps"
	"slices"
	"strings"

	"github.com/heddle-nos/heddle/internal/natural"
	"github.com/heddle-nos/heddle/internal/statedb"
)

const (
	fabricPortMap  = "COUNTERS_FABRIC_PORT_NAME_MAP"
	fabricQueueMap = "COUNTERS_FABRIC_QUEUE_NAME_MAP"
	savedFabric    = "fabricports"
	savedFabricQ   = "fabricqueues"
)

// fabricCounts reads the counters of the objects of a map by name.
func (v *view) fabricCounts(ctx context.Context, from string) (map[string]map[string]string, error) {
	names, err := v.hash(ctx, statedb.CountersDB, from)
	if err != nil {
		return nil, err
	}
	rows, err := v.rows(ctx, statedb.CountersDB, "COUNTERS", slices.Collect(maps.Values(names)))
	if err != nil {
		return nil, err
	}
	out := make(map[string]map[string]string, len(names))
	for name, oid := range names {
		out[name] = rows[oid]
	}
	return out, nil
}

// showFabricCounts shows a row an object: its name's parts, the state of its
// link, and its counters since they were cleared.
func (v *view) showFabricCounts(ctx context.Context, from, saved string, t table, stats []string, nonzero bool) error {
	counts, err := v.fabricCounts(ctx, from)
	if err != nil {
		return err
	}
	if len(counts) == 0 && !v.json {
		v.Printf("Counters None empty\n")
		return nil
	}
	links, err := v.all(ctx, statedb.StateDB, "FABRIC_PORT_TABLE")
	if err != nil {
		return err
	}
	base := v.saved(saved)
	for _, name := range slices.SortedFunc(maps.Keys(counts), natural.Compare) {
		port, queue, isQueue := strings.Cut(name, ":")
		cells := []string{"0", strings.TrimPrefix(port, "PORT"), or(links[port]["STATUS"], "N/A")}
		if isQueue {
			cells = append(cells, queue)
		}
		some := false
		for _, stat := range stats {
			text := grouped(growth(counts[name], base.Names[name], stat))
			some = some || !isZero(text)
			cells = append(cells, text)
		}
		if some || !nonzero {
			t.rows = append(t.rows, cells)
		}
	}
	if nonzero && len(t.rows) == 0 && !v.json {
		return nil
	}
	return v.padded(t)
}

func showFabricPorts(ctx context.Context, v *view, o *fabricOptions) error {
	headers, stats := []string{"ASIC", "PORT", "STATE"}, []string(nil)
	for i, c := range [][2]string{
		{"IN_CELL", "IF_IN_FABRIC_DATA_UNITS"}, {"IN_OCTET", "IF_IN_OCTETS"}, {"OUT_CELL", "IF_OUT_FABRIC_DATA_UNITS"}, {"OUT_OCTET", "IF_OUT_OCTETS"},
		{"CRC", "IF_IN_ERRORS"}, {"FEC_CORRECTABLE", "IF_IN_FEC_CORRECTABLE_FRAMES"}, {"FEC_UNCORRECTABLE", "IF_IN_FEC_NOT_CORRECTABLE_FRAMES"}, {"SYMBOL_ERR", "IF_IN_FEC_SYMBOL_ERRORS"},
	} {
		const traffic = 4 // the first counters are no errors
		if i >= traffic || !o.errors {
			headers, stats = append(headers, c[0]), append(stats, "SAI_PORT_STAT_"+c[1])
		}
	}
	return v.showFabricCounts(ctx, fabricPortMap, savedFabric, table{headers: headers, layout: fabricLayout()}, stats, o.nonzero)
}

func showFabricQueues(ctx context.Context, v *view, o *fabricOptions) error {
	t := table{headers: []string{"ASIC", "PORT", "STATE", "QUEUE_ID", "CURRENT_BYTE", "CURRENT_LEVEL", "WATERMARK_LEVEL"}, layout: fabricLayout()}
	stats := []string{"SAI_QUEUE_STAT_CURR_OCCUPANCY_BYTES", "SAI_QUEUE_STAT_CURR_OCCUPANCY_LEVEL", "SAI_QUEUE_STAT_WATERMARK_LEVEL"}
	return v.showFabricCounts(ctx, fabricQueueMap, savedFabricQ, t, stats, o.nonzero)
}

// clearFabric remembers the counters of the links, or of their queues.
func clearFabric(from, saved, said string) func(context.Context, *view, []string) error {
	return func(ctx context.Context, v *view, _ []string) error {
		counts, err := v.fabricCounts(ctx, from)
		if err != nil {
			return err
		}
		if len(counts) == 0 {
			v.Printf("No counters require cleaning\n")
			return nil
		}
		if err := v.keep(saved, counts); err != nil {
			return err
		}
		v.Printf("Clear and update saved counters %s\n", said)
		return nil
	}
}
