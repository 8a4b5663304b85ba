package queue

import (
	"strconv"
	"strings"

	"github.com/heddle-nos/heddle/daemons/orchagent/object"
	"github.com/heddle-nos/heddle/daemons/orchagent/publish"
	"github.com/heddle-nos/heddle/internal/statedb"
	"github.com/heddle-nos/heddle/sai"
)

const flexTable = "FLEX_COUNTER_TABLE"

// polled is what one group of counters polls of a part.
type polled struct{ group, field, counters string }

// family is how one type of parts appears in COUNTERS_DB.
type family struct {
	maps   string // beginning of the names of its maps
	typed  bool   // there is a map of types too
	groups []polled
}

func families() map[sai.ObjectType]family {
	const queues, groups = "QUEUE_COUNTER_ID_LIST", "PG_COUNTER_ID_LIST"
	queue := func(names ...string) string { return list("SAI_QUEUE_STAT_", names) }
	group := func(names ...string) string { return list("SAI_INGRESS_PRIORITY_GROUP_STAT_", names) }
	return map[sai.ObjectType]family{
		sai.ObjectTypeQueue: {maps: "COUNTERS_QUEUE", typed: true, groups: []polled{
			{"QUEUE_STAT_COUNTER", queues, queue("PACKETS", "BYTES", "DROPPED_PACKETS", "DROPPED_BYTES", "TRIM_PACKETS", "DROPPED_TRIM_PACKETS", "TX_TRIM_PACKETS")},
			{"QUEUE_WATERMARK_STAT_COUNTER", queues, queue("SHARED_WATERMARK_BYTES")},
			{"WRED_ECN_QUEUE_STAT_COUNTER", queues, queue("WRED_ECN_MARKED_PACKETS", "WRED_ECN_MARKED_BYTES", "WRED_DROPPED_PACKETS", "WRED_DROPPED_BYTES")},
		}},
		sai.ObjectTypeIngressPriorityGroup: {maps: "COUNTERS_PG", groups: []polled{
			{"PG_DROP_STAT_COUNTER", groups, group("DROPPED_PACKETS")},
			{"PG_WATERMARK_STAT_COUNTER", groups, group("XOFF_ROOM_WATERMARK_BYTES", "SHARED_WATERMARK_BYTES")},
		}},
	}
}

func list(prefix string, names []string) string {
	return prefix + strings.Join(names, ","+prefix)
}

// Publish tells the queues and priority groups of a port, and those of a port that
// is gone no longer.
func Publish(ev publish.Event) []publish.Write {
	if ev.Object.Type != sai.ObjectTypePort || ev.Object.Key == object.CPUPort {
		return nil
	}
	out := limits(ev)
	for t, f := range families() {
		names, ports, indexes, kinds := map[string]string{}, map[string]string{}, map[string]string{}, map[string]string{}
		for _, p := range ev.Facts.Parts {
			if p.Type != t {
				continue
			}
			index := strconv.Itoa(p.Index)
			name := ev.Object.Key.Name() + ":" + index
			names[name], ports[p.VID], indexes[p.VID], kinds[p.VID] = p.VID, ev.VID, index, p.Kind
			if ev.Gone { // an empty value deletes the field
				names[name], ports[p.VID], indexes[p.VID], kinds[p.VID] = "", "", "", ""
			}
			out = append(out, f.poll(p.VID, ev.Gone)...)
		}
		if len(names) == 0 {
			continue
		}
		out = append(out, mapOf(f.maps+"_NAME_MAP", names), mapOf(f.maps+"_PORT_MAP", ports), mapOf(f.maps+"_INDEX_MAP", indexes))
		if f.typed {
			out = append(out, mapOf(f.maps+"_TYPE_MAP", kinds))
		}
	}
	return out
}

// limits tells the commands that configure buffers how many priority groups and queues a port has.
func limits(ev publish.Event) []publish.Write {
	const table = "BUFFER_MAX_PARAM_TABLE"
	name := ev.Object.Key.Name()
	if ev.Gone {
		return []publish.Write{publish.Delete(statedb.StateDB, table, name)}
	}
	count := map[sai.ObjectType]int{}
	for _, p := range ev.Facts.Parts {
		count[p.Type]++
	}
	fields := map[string]string{}
	for t, field := range map[sai.ObjectType]string{sai.ObjectTypeQueue: "max_queues", sai.ObjectTypeIngressPriorityGroup: "max_priority_groups"} {
		if count[t] > 0 {
			fields[field] = strconv.Itoa(count[t])
		}
	}
	if len(fields) == 0 {
		return nil
	}
	return []publish.Write{publish.Set(statedb.StateDB, table, name, fields)}
}

func mapOf(name string, fields map[string]string) publish.Write {
	return publish.Set(statedb.CountersDB, name, "", fields)
}

// poll asks for a part's counters, or for them no longer.
func (f family) poll(vid string, gone bool) []publish.Write {
	var out []publish.Write
	for _, g := range f.groups {
		key := g.group + ":" + vid
		if gone {
			out = append(out, publish.Delete(statedb.FlexCounterDB, flexTable, key))
			continue
		}
		out = append(out, publish.Set(statedb.FlexCounterDB, flexTable, key, map[string]string{g.field: g.counters}))
	}
	return out
}
