package queue_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/heddle-nos/heddle/daemons/orchagent/feature/queue"
	"github.com/heddle-nos/heddle/daemons/orchagent/object"
	"github.com/heddle-nos/heddle/daemons/orchagent/publish"
	"github.com/heddle-nos/heddle/sai"
)

// rows applies writes as package publish does.
func rows(state map[string]map[string]string, writes []publish.Write) map[string]map[string]string {
	for _, w := range writes {
		key := w.DB.String() + " " + w.Table + " " + w.Key
		if w.Delete {
			delete(state, key)
			continue
		}
		for f, v := range w.Fields {
			if v == "" {
				delete(state[key], f)
				continue
			}
			if state[key] == nil {
				state[key] = map[string]string{}
			}
			state[key][f] = v
		}
		if len(state[key]) == 0 {
			delete(state, key)
		}
	}
	return state
}

func TestPublish(t *testing.T) {
	ev := publish.Event{
		Object: &object.Object{Key: object.Port("Ethernet4"), Type: sai.ObjectTypePort}, VID: "oid:0x1",
		Facts: publish.Facts{Parts: []publish.Part{
			{Type: sai.ObjectTypeQueue, VID: "oid:0x15", Index: 3, Kind: "SAI_QUEUE_TYPE_UNICAST"},
			{Type: sai.ObjectTypeIngressPriorityGroup, VID: "oid:0x1a", Index: 7},
		}},
	}
	state := rows(map[string]map[string]string{}, queue.Publish(ev))
	want := map[string]map[string]string{
		"STATE_DB BUFFER_MAX_PARAM_TABLE Ethernet4": {"max_queues": "1", "max_priority_groups": "1"},
		"COUNTERS_DB COUNTERS_QUEUE_NAME_MAP ":      {"Ethernet4:3": "oid:0x15"},
		"COUNTERS_DB COUNTERS_QUEUE_PORT_MAP ":      {"oid:0x15": "oid:0x1"},
		"COUNTERS_DB COUNTERS_QUEUE_INDEX_MAP ":     {"oid:0x15": "3"},
		"COUNTERS_DB COUNTERS_QUEUE_TYPE_MAP ":      {"oid:0x15": "SAI_QUEUE_TYPE_UNICAST"},
		"COUNTERS_DB COUNTERS_PG_NAME_MAP ":         {"Ethernet4:7": "oid:0x1a"},
		"COUNTERS_DB COUNTERS_PG_PORT_MAP ":         {"oid:0x1a": "oid:0x1"},
		"COUNTERS_DB COUNTERS_PG_INDEX_MAP ":        {"oid:0x1a": "7"},
		"FLEX_COUNTER_DB FLEX_COUNTER_TABLE PG_DROP_STAT_COUNTER:oid:0x1a": {
			"PG_COUNTER_ID_LIST": "SAI_INGRESS_PRIORITY_GROUP_STAT_DROPPED_PACKETS",
		},
		"FLEX_COUNTER_DB FLEX_COUNTER_TABLE PG_WATERMARK_STAT_COUNTER:oid:0x1a": {
			"PG_COUNTER_ID_LIST": "SAI_INGRESS_PRIORITY_GROUP_STAT_XOFF_ROOM_WATERMARK_BYTES,SAI_INGRESS_PRIORITY_GROUP_STAT_SHARED_WATERMARK_BYTES",
		},
		"FLEX_COUNTER_DB FLEX_COUNTER_TABLE QUEUE_STAT_COUNTER:oid:0x15": {
			"QUEUE_COUNTER_ID_LIST": "SAI_QUEUE_STAT_PACKETS,SAI_QUEUE_STAT_BYTES,SAI_QUEUE_STAT_DROPPED_PACKETS,SAI_QUEUE_STAT_DROPPED_BYTES," +
				"SAI_QUEUE_STAT_TRIM_PACKETS,SAI_QUEUE_STAT_DROPPED_TRIM_PACKETS,SAI_QUEUE_STAT_TX_TRIM_PACKETS",
		},
		"FLEX_COUNTER_DB FLEX_COUNTER_TABLE QUEUE_WATERMARK_STAT_COUNTER:oid:0x15": {"QUEUE_COUNTER_ID_LIST": "SAI_QUEUE_STAT_SHARED_WATERMARK_BYTES"},
		"FLEX_COUNTER_DB FLEX_COUNTER_TABLE WRED_ECN_QUEUE_STAT_COUNTER:oid:0x15": {
			"QUEUE_COUNTER_ID_LIST": "SAI_QUEUE_STAT_WRED_ECN_MARKED_PACKETS,SAI_QUEUE_STAT_WRED_ECN_MARKED_BYTES," +
				"SAI_QUEUE_STAT_WRED_DROPPED_PACKETS,SAI_QUEUE_STAT_WRED_DROPPED_BYTES",
		},
	}
	if d := cmp.Diff(want, state); d != "" {
		t.Error(d)
	}
	ev.Gone = true
	if left := rows(state, queue.Publish(ev)); len(left) > 0 {
		t.Errorf("left behind: %v", left)
	}
}
