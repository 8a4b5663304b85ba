package syncd_test

import (
	"strings"
	"testing"
	"time"

	"github.com/heddle-nos/heddle/internal/statedb"
	"github.com/heddle-nos/heddle/sai"
	"github.com/heddle-nos/heddle/sai/event"
)

// TestLinkDamping: a port that flaps tells its first losses of link, is then silent
// and at the end tells the state it is in.
func TestLinkDamping(t *testing.T) {
	b := newBench(t)
	b.start()
	b.createSwitch()
	rid := b.store.Keys(sai.ObjectTypePort)[0].OID
	port := b.row("RIDTOVID")[rid.String()]
	key := "SAI_OBJECT_TYPE_PORT:" + port
	const algorithm, aied = "SAI_REDIS_PORT_ATTR_LINK_EVENT_DAMPING_ALGORITHM", "SAI_REDIS_LINK_EVENT_DAMPING_ALGORITHM_AIED"
	const config = "SAI_REDIS_PORT_ATTR_LINK_EVENT_DAMPING_ALGO_AIED_CONFIG"
	for _, bad := range [][]string{
		{"SAI_OBJECT_TYPE_SWITCH:" + switchID, algorithm, aied}, {"SAI_OBJECT_TYPE_PORT:oid:0x0", algorithm, aied},
		{"SAI_OBJECT_TYPE_PORT:oid:0x1000000000fff", algorithm, aied}, {"nonsense", algorithm, aied}, {key, algorithm, "x"}, {key, config, "{"},
	} {
		a := b.do("Slink_event_damping_config_set", bad[0], bad[1:]...)
		if a.status != "SAI_STATUS_INVALID_PARAMETER" && !strings.HasPrefix(a.status, "SAI_STATUS_NOT_IMPL") || a.op != "Slink_event_damping_config_set" {
			t.Errorf("%v: %s %s", bad, a.op, a)
		}
	}
	b.must("Slink_event_damping_config_set", key, algorithm, aied, config,
		`{"max_suppress_time":"1000","suppress_threshold":"1600","reuse_threshold":"1200","decay_half_life":"500","flap_penalty":"1000"}`)
	send := func(s sai.PortOperStatus) {
		b.events <- event.Event{Port: []event.Port{{Port: rid, Status: s}}}
	}
	for range 3 {
		send(sai.PortOperStatusUp)
		send(sai.PortOperStatusDown)
	}
	send(sai.PortOperStatusUp)
	stats := b.db.DB(statedb.StateDB)
	row := func(field string) string {
		f, _, _ := stats.Get(t.Context(), "LINK_EVENT_DAMPING_STATS", port)
		return f[field]
	}
	b.await("all events", func() bool { return row("pre_damping_link_transitions") == "7" })
	begin := time.Now()
	b.await("the end of damping", func() bool { return row("is_damping_active") == "false" })
	if row("advertised_status") != "SAI_PORT_OPER_STATUS_UP" || row("post_damping_link_transitions") != "5" {
		f, _, _ := stats.Get(t.Context(), "LINK_EVENT_DAMPING_STATS", port)
		t.Errorf("after %s: %v", time.Since(begin), f)
	}
	var told []string
	for range 5 {
		data := b.notification("port_state_change")
		told = append(told, strings.TrimSuffix(data[strings.LastIndex(data, "_")+1:], `"}]`))
	}
	if got := strings.Join(told, " "); got != "UP DOWN UP DOWN UP" {
		t.Errorf("told: %s", got)
	}
}
