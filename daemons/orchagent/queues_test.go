package orchagent_test

import (
	"testing"

	"github.com/heddle-nos/heddle/internal/statedb"
)

// TestQueuesOfPorts: what the ASIC makes with a port is found in the maps of
// COUNTERS_DB, and polled once its group is enabled.
func TestQueuesOfPorts(t *testing.T) {
	r := newRig(t, 4)
	r.startSyncd()
	r.startOrch()
	r.ports(4)
	r.applied("hostif/Ethernet12")
	hash := func(name string) map[string]string {
		return r.db.DB(statedb.CountersDB).Redis().HGetAll(t.Context(), name).Val()
	}
	r.until("the maps are complete", func() bool {
		return len(hash("COUNTERS_QUEUE_NAME_MAP")) == 4*rigQueues && len(hash("COUNTERS_PG_NAME_MAP")) == 4
	})
	queue, group := hash("COUNTERS_QUEUE_NAME_MAP")["Ethernet8:1"], hash("COUNTERS_PG_NAME_MAP")["Ethernet8:0"]
	for _, c := range []struct{ name, field, want string }{
		{"COUNTERS_QUEUE_PORT_MAP", queue, r.vid("port/Ethernet8")},
		{"COUNTERS_QUEUE_INDEX_MAP", queue, "1"},
		{"COUNTERS_QUEUE_TYPE_MAP", queue, "SAI_QUEUE_TYPE_UNICAST"},
		{"COUNTERS_PG_PORT_MAP", group, r.vid("port/Ethernet8")},
		{"COUNTERS_PG_INDEX_MAP", group, "0"},
	} {
		if got := hash(c.name)[c.field]; got != c.want {
			t.Errorf("%s says of %q: %q, want %q", c.name, c.field, got, c.want)
		}
	}
	err := r.db.DB(statedb.ConfigDB).Set(t.Context(), "FLEX_COUNTER_TABLE", "QUEUE", statedb.Fields{"FLEX_COUNTER_STATUS": "enable", "POLL_INTERVAL": "1000"})
	if err != nil {
		t.Fatal(err)
	}
	r.until("the queue is polled", func() bool {
		return r.row(statedb.CountersDB, "COUNTERS", queue)["SAI_QUEUE_STAT_PACKETS"] == "0"
	})
}
