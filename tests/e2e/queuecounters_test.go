package e2e_test

import (
	"context"
	"fmt"
	"strconv"
	"strings"
	"sync"
	"testing"

	"github.com/heddle-nos/heddle/daemons/lab"
	"github.com/heddle-nos/heddle/internal/statedb"
)

// statistics reads the counters of what a map of COUNTERS_DB names.
func statistics(t *testing.T, db *statedb.Client, names, name string) map[string]uint64 {
	t.Helper()
	counters := db.DB(statedb.CountersDB)
	oid := counters.Redis().HGet(t.Context(), names, name).Val()
	row, _, err := counters.Get(t.Context(), "COUNTERS", oid)
	if err != nil {
		t.Fatal(err)
	}
	out := make(map[string]uint64, len(row))
	for field, text := range row {
		out[field], _ = strconv.ParseUint(text, 10, 64)
	}
	return out
}

// ratesOf reads the rates of what a map of COUNTERS_DB names.
func ratesOf(t *testing.T, db *statedb.Client, names, name string) map[string]float64 {
	t.Helper()
	counters := db.DB(statedb.CountersDB)
	oid := counters.Redis().HGet(t.Context(), names, name).Val()
	row, _, err := counters.Get(t.Context(), "RATES", oid)
	if err != nil {
		t.Fatal(err)
	}
	out := make(map[string]float64, len(row))
	for field, text := range row {
		out[field], _ = strconv.ParseFloat(text, 64)
	}
	return out
}

// polling has a kind of counters polled quickly for the rest of a test.
func polling(t *testing.T, l *lab.Lab, kind string, keys ...string) {
	t.Helper()
	run(t, l, sw, "counterpoll", kind, "interval", "1000")
	run(t, l, sw, "counterpoll", kind, "enable")
	db := database(t, l)
	t.Cleanup(func() {
		for _, key := range keys {
			if err := db.DB(statedb.ConfigDB).Delete(context.Background(), "FLEX_COUNTER_TABLE", key); err != nil {
				t.Error(err)
			}
		}
	})
}

// TestQueueCounters: what leaves a port leaves by its first queue, and what comes
// in comes by its first priority group.
func TestQueueCounters(t *testing.T) {
	const frames, port = 100, "Ethernet20"
	l := basic(t)
	db := database(t, l)
	h7 := openTap(t, l, "h7")
	polling(t, l, "queue", "QUEUE")
	polling(t, l, "pg-drop", "PG_DROP")
	total := func(way string) (n uint64) {
		s := statistics(t, db, "COUNTERS_PORT_NAME_MAP", port)
		return s["SAI_PORT_STAT_IF_"+way+"_UCAST_PKTS"] + s["SAI_PORT_STAT_IF_"+way+"_NON_UCAST_PKTS"]
	}
	queue := func(i int) map[string]uint64 {
		return statistics(t, db, "COUNTERS_QUEUE_NAME_MAP", fmt.Sprintf("%s:%d", port, i))
	}
	before := total("OUT")
	for range frames {
		h7.send(t, marked(mac(0x78), broadcast, 100, "to all"))
	}
	eventually(t, soon, func() error {
		out, first := total("OUT"), queue(0)
		return expect(out >= before+frames && first["SAI_QUEUE_STAT_PACKETS"] == out && first["SAI_QUEUE_STAT_DROPPED_PACKETS"] == 0,
			fmt.Sprintf("the port sent %d after %d, its first queue %v", out, before, first))
	})
	if n := queue(1)["SAI_QUEUE_STAT_PACKETS"]; n != 0 {
		t.Errorf("the second queue sent %d", n)
	}
	if err := contains(run(t, l, sw, "show", "queue", "counters", port), "UC0", "UC7"); err != nil {
		t.Error(err)
	}
	eventually(t, soon, func() error {
		for range frames { // some of them after the first poll
			h7.send(t, marked(mac(0x78), broadcast, 100, "to all"))
		}
		rates := ratesOf(t, db, "COUNTERS_QUEUE_NAME_MAP", port+":0")
		return expect(rates["Q_PPS"] > 0 && rates["Q_BPS"] > rates["Q_PPS"] && rates["Q_bPS"] > rates["Q_BPS"], fmt.Sprintf("rates are %v", rates))
	})
	// Nothing waits in the software ASIC, so there is no watermark.
	if err := contains(run(t, l, sw, "show", "queue", "watermark", "unicast"), port, "N/A"); err != nil {
		t.Error(err)
	}
	eventually(t, soon, func() error {
		return contains(run(t, l, sw, "show", "priority-group", "drop", "counters"), port+"      0")
	})
}

// watchingDrops has drops of ports polled each second, and watched, until the
// returned function is called. The model has no interval of this kind, so nothing
// can be configured meanwhile.
func watchingDrops(t *testing.T, db *statedb.Client) func() {
	t.Helper()
	config := db.DB(statedb.ConfigDB)
	rows := []struct {
		table, key string
		fields     statedb.Fields
	}{
		{"FLEX_COUNTER_TABLE", "DEBUG_COUNTER", statedb.Fields{"POLL_INTERVAL": "1000"}},
		{"DEBUG_DROP_MONITOR", "CONFIG", statedb.Fields{"status": "enabled"}},
	}
	for _, r := range rows {
		if err := config.Replace(t.Context(), r.table, r.key, r.fields); err != nil {
			t.Fatal(err)
		}
	}
	return sync.OnceFunc(func() {
		for _, r := range rows {
			if err := config.Delete(context.Background(), r.table, r.key); err != nil {
				t.Error(err)
			}
		}
	})
}

// TestDropCounters counts frames that are dropped for a reason, and is told that
// they do not end.
func TestDropCounters(t *testing.T) {
	const frames = 50
	l := basic(t)
	db := database(t, l)
	h6 := openTap(t, l, "h6")
	if err := contains(run(t, l, sw, "show", "dropcounters", "capabilities"), "PORT_INGRESS_DROPS", "SMAC_MULTICAST"); err != nil {
		t.Fatal(err)
	}
	run(t, l, sw, "config", "dropcounters", "install", "GROUP_SOURCE", "PORT_INGRESS_DROPS", "[SMAC_MULTICAST,IP_HEADER_ERROR]", "-a", "BAD_SOURCE",
		"-w", "60", "-dct", "10", "-ict", "0")
	installed := true
	remove := func() {
		if installed {
			installed = false
			run(t, l, sw, "config", "dropcounters", "delete", "GROUP_SOURCE")
		}
	}
	defer remove()
	unwatch := watchingDrops(t, db)
	defer unwatch()
	stat := func() string {
		return db.DB(statedb.CountersDB).Redis().HGet(t.Context(), "COUNTERS_DEBUG_NAME_PORT_STAT_MAP", "GROUP_SOURCE").Val()
	}
	eventually(t, soon, func() error { return expect(stat() != "", "the counter has no name") })
	for range frames {
		h6.send(t, marked(broadcast, mac(0x77), 0, "from a group"))
		h6.send(t, marked(h6.mac, mac(0x77), 0, "from a station"))
	}
	eventually(t, soon, func() error {
		n := statistics(t, db, "COUNTERS_PORT_NAME_MAP", "Ethernet20")[stat()]
		return expect(n == frames, fmt.Sprintf("%d frames of %d counted", n, frames))
	})
	for line := range strings.Lines(run(t, l, sw, "show", "dropcounters", "counts")) {
		if words := strings.Fields(line); len(words) > 2 && words[0] == "Ethernet20" && words[len(words)-1] != strconv.Itoa(frames) {
			t.Errorf("shown as %q", line)
		}
	}
	for range frames {
		h6.send(t, marked(broadcast, mac(0x77), 0, "from a group"))
	}
	eventually(t, soon, func() error {
		alerts := db.DB(statedb.CountersDB).Redis().HGetAll(t.Context(), "PERSISTENT_DROP_ALERTS").Val()
		for field, text := range alerts {
			if strings.HasPrefix(field, "GROUP_SOURCE|") && strings.Contains(text, "Ethernet20") {
				return nil
			}
		}
		return fmt.Errorf("alerts are %v", alerts)
	})
	unwatch()
	remove()
	eventually(t, soon, func() error { return expect(stat() == "", "the counter is still there") })
}

// TestTrapCounters counts what a trap sends to the CPU.
func TestTrapCounters(t *testing.T) {
	const frames = 20
	l := basic(t)
	db := database(t, l)
	h6 := openTap(t, l, "h6")
	polling(t, l, "flowcnt-trap", "FLOW_CNT_TRAP")
	lldp := func() map[string]uint64 { return statistics(t, db, "COUNTERS_TRAP_NAME_MAP", "lldp") }
	eventually(t, soon, func() error {
		_, counted := lldp()["SAI_COUNTER_STAT_PACKETS"]
		return expect(counted, "lldp is not counted")
	})
	before := lldp()
	frame := make([]byte, 100)
	copy(frame, []byte{1, 0x80, 0xc2, 0, 0, 0x0e})
	copy(frame[6:], h6.mac)
	copy(frame[12:], []byte{0x88, 0xcc})
	for range frames {
		h6.send(t, frame)
	}
	eventually(t, soon, func() error {
		packets := lldp()["SAI_COUNTER_STAT_PACKETS"] - before["SAI_COUNTER_STAT_PACKETS"]
		bytes := lldp()["SAI_COUNTER_STAT_BYTES"] - before["SAI_COUNTER_STAT_BYTES"]
		return expect(packets == frames && bytes == uint64(frames*len(frame)), fmt.Sprintf("%d packets, %d bytes", packets, bytes))
	})
	if err := contains(run(t, l, sw, "show", "flowcnt-trap", "stats"), "lldp", "/s"); err != nil {
		t.Error(err)
	}
	run(t, l, sw, "counterpoll", "flowcnt-trap", "disable")
	eventually(t, soon, func() error {
		n := db.DB(statedb.CountersDB).Redis().HLen(t.Context(), "COUNTERS_TRAP_NAME_MAP").Val()
		return expect(n == 0, fmt.Sprintf("%d traps are counted", n))
	})
}
