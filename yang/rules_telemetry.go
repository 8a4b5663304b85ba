package yang

import (
	"slices"
	"strings"
)

func telemetryRules() []rule {
	return []rule{
		{"HIGH_FREQUENCY_TELEMETRY_GROUP", streamedObjectRule, []string{"PORT", "BUFFER_POOL", "BUFFER_PG", "BUFFER_QUEUE"}},
		{"HIGH_FREQUENCY_TELEMETRY_GROUP", streamedCounterRule, nil},
		{"TELEMETRY_CLIENT", telemetryClientRule, []string{"TELEMETRY_CLIENT"}},
	}
}

// streamedObjectRule: the names of a group are rows of the table that its kind
// stands for. Queues and priority groups are named port|number.
func streamedObjectRule(r *rowRule) {
	kind := r.part(1)
	tables := map[string]string{"PORT": "PORT", "BUFFER_POOL": "BUFFER_POOL", "INGRESS_PRIORITY_GROUP": "BUFFER_PG", "QUEUE": "BUFFER_QUEUE"}
	for _, name := range r.list("object_names") {
		port, number, numbered := strings.Cut(name, "|")
		switch {
		case kind == "PORT" || kind == "BUFFER_POOL":
			if !r.exists(kind, name) {
				r.wrong("object_names", "%q is not in table %s", name, kind)
			}
		case !numbered || number == "" || strings.Trim(number, "0123456789") != "":
			r.wrong("object_names", "%q is not a port and a number such as Ethernet0|3", name)
		case !r.hasFirstPart(tables[kind], port):
			r.wrong("object_names", "%s has no row in %s", port, tables[kind])
		}
	}
}

// hasFirstPart says whether some row's key starts with a part.
func (r *rowRule) hasFirstPart(table, part string) bool {
	for key := range r.config[table] {
		if strings.HasPrefix(key, part+"|") {
			return true
		}
	}
	return false
}

// streamedCounters lists what can be streamed of each kind of object. A port's
// pause counters exist for each priority and are known by how they start.
func streamedCounters(kind string) []string {
	const use = " CURR_OCCUPANCY_BYTES WATERMARK_BYTES CURR_OCCUPANCY_CELLS WATERMARK_CELLS DROPPED_PACKETS"
	const headroom = " XOFF_ROOM_WATERMARK_BYTES"
	words := map[string]string{
		"PORT": "IF_IN_OCTETS IF_IN_UCAST_PKTS IF_IN_DISCARDS IF_IN_ERRORS IN_CURR_OCCUPANCY_BYTES" +
			" IF_OUT_OCTETS IF_OUT_DISCARDS IF_OUT_ERRORS IF_OUT_UCAST_PKTS OUT_CURR_OCCUPANCY_BYTES TRIM_PACKETS",
		"BUFFER_POOL":            use + headroom,
		"INGRESS_PRIORITY_GROUP": "PACKETS BYTES XOFF_ROOM_CURR_OCCUPANCY_BYTES" + use + headroom,
		"QUEUE":                  "PACKETS BYTES WRED_ECN_MARKED_PACKETS TRIM_PACKETS" + use,
	}
	return strings.Fields(words[kind])
}

func streamedCounterRule(r *rowRule) {
	kind := r.part(1)
	known := streamedCounters(kind)
	for _, counter := range r.list("object_counters") {
		pause := kind == "PORT" && (strings.HasPrefix(counter, "PFC_") || strings.HasPrefix(counter, "PAUSE"))
		if !pause && !slices.Contains(known, counter) {
			r.wrong("object_counters", "%q is no counter of a %s, want one of %s", counter, kind, choiceText(known))
			return
		}
	}
}

func telemetryClientRule(r *rowRule) {
	group := get(r.row, "dst_group")
	if group != "" && !r.exists("TELEMETRY_CLIENT", "DestinationGroup|"+group) {
		r.wrong("dst_group", "%q is no DestinationGroup", group)
	}
}
