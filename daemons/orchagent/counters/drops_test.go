package counters_test

import (
	"context"
	"maps"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/heddle-nos/heddle/internal/statedb"
)

// dropRig polls a counter of drops on two ports by hand.
type dropRig struct {
	*rig
	counts map[string]int // drops so far, by oid
}

const dropStat = "SAI_PORT_STAT_IN_CONFIGURED_DROP_REASONS_0_DROPPED_PKTS"

func newDropRig(t *testing.T) *dropRig {
	r := &dropRig{newRig(t), map[string]int{"oid:0x1": 1000, "oid:0x2": 1000}}
	r.start()
	r.until("DEBUG_STAT_COUNTER", "FLEX_COUNTER_STATUS", "enable")
	r.hash("COUNTERS_PORT_NAME_MAP", "Ethernet0", "oid:0x1", "Ethernet4", "oid:0x2")
	r.hash("COUNTERS_DEBUG_NAME_PORT_STAT_MAP", "BAD", dropStat)
	r.row("DEBUG_COUNTER", "BAD", statedb.Fields{
		"drop_monitor_status": "enabled", "window": "600", "drop_count_threshold": "10", "incident_count_threshold": "1",
	})
	r.row("DEBUG_DROP_MONITOR", "CONFIG", statedb.Fields{"status": "enabled"})
	return r
}

func (r *dropRig) hash(name string, fields ...string) {
	r.t.Helper()
	if err := r.db.DB(statedb.CountersDB).Redis().HSet(context.Background(), name, fields).Err(); err != nil {
		r.t.Fatal(err)
	}
}

func (r *dropRig) row(table, key string, fields statedb.Fields) {
	r.t.Helper()
	if err := r.db.DB(statedb.ConfigDB).Replace(context.Background(), table, key, fields); err != nil {
		r.t.Fatal(err)
	}
}

// poll lets counters grow, and runs the script as syncd does: with an object that
// is no port too.
func (r *dropRig) poll(grow map[string]int) {
	r.t.Helper()
	for oid, n := range grow {
		r.counts[oid] += n
	}
	for oid, n := range r.counts {
		r.hash("COUNTERS:"+oid, dropStat, strconv.Itoa(n))
	}
	keys := append(slices.Sorted(maps.Keys(r.counts)), "oid:0x21")
	sha := r.groups["DEBUG_STAT_COUNTER"]["PORT_PLUGIN_LIST"]
	if err := r.db.DB(statedb.CountersDB).Redis().EvalSha(context.Background(), sha, keys, "2", "COUNTERS", "10000").Err(); err != nil {
		r.t.Fatal(err)
	}
}

// alerts gives the ports told of, without the times.
func (r *dropRig) alerts() []string {
	r.t.Helper()
	rows, err := r.db.DB(statedb.CountersDB).Redis().HGetAll(context.Background(), "PERSISTENT_DROP_ALERTS").Result()
	if err != nil {
		r.t.Fatal(err)
	}
	var out []string
	for field, text := range rows {
		name, _, _ := strings.Cut(field, "|")
		for _, port := range strings.Split(strings.TrimPrefix(text, "Drops last on "), ", ") {
			out = append(out, name+" "+port)
		}
	}
	slices.Sort(out)
	return out
}

func (r *dropRig) want(what string, alerts ...string) {
	r.t.Helper()
	if got := r.alerts(); !slices.Equal(got, alerts) {
		r.t.Fatalf("%s: alerts are %q, want %q", what, got, alerts)
	}
}

func TestDropMonitor(t *testing.T) {
	r := newDropRig(t)
	one, both := map[string]int{"oid:0x1": 11}, map[string]int{"oid:0x1": 11, "oid:0x2": 11}
	r.poll(nil)
	r.want("drops of before the first poll")
	r.poll(map[string]int{"oid:0x1": 10, "oid:0x2": 10})
	r.poll(map[string]int{"oid:0x1": 10, "oid:0x2": 10})
	r.want("as many drops as are allowed")
	r.poll(both)
	r.want("one incident")
	r.poll(map[string]int{"oid:0x1": -500}) // cleared
	r.want("a counter that begins anew")
	r.poll(both)
	r.want("two incidents", "BAD Ethernet0", "BAD Ethernet4")
	r.poll(one)
	r.want("the first after an alert", "BAD Ethernet0", "BAD Ethernet4")
}

func TestDropMonitorForgets(t *testing.T) {
	r := newDropRig(t)
	grow := map[string]int{"oid:0x1": 11}
	r.poll(nil)
	r.poll(grow)
	incidents := "DEBUG_DROP_MONITOR_STATS|BAD|Ethernet0|incidents"
	redis, ctx := r.db.DB(statedb.CountersDB).Redis(), context.Background()
	at, err := redis.LIndex(ctx, incidents, 0).Int64()
	if err != nil {
		t.Fatal(err)
	}
	if err := redis.LSet(ctx, incidents, 0, at-700).Err(); err != nil { // before the window
		t.Fatal(err)
	}
	r.poll(grow)
	r.want("an incident of before the window")
	for _, key := range []string{incidents, "DEBUG_DROP_MONITOR_STATS|BAD|Ethernet0"} {
		if left, err := redis.TTL(ctx, key).Result(); err != nil || left <= 0 {
			t.Errorf("%s stays for %v, %v", key, left, err)
		}
	}
}

func TestDropMonitorDisabled(t *testing.T) {
	grow := map[string]int{"oid:0x1": 1000}
	for name, disable := range map[string]func(r *dropRig){
		"whole":   func(r *dropRig) { r.row("DEBUG_DROP_MONITOR", "CONFIG", statedb.Fields{"status": "disabled"}) },
		"counter": func(r *dropRig) { r.row("DEBUG_COUNTER", "BAD", statedb.Fields{"drop_monitor_status": "disabled"}) },
	} {
		t.Run(name, func(t *testing.T) {
			r := newDropRig(t)
			disable(r)
			for range 4 {
				r.poll(grow)
			}
			r.want("without a monitor")
		})
	}
}

func TestDropAlertsAreBounded(t *testing.T) {
	r := newDropRig(t)
	for i := range 300 {
		r.hash("PERSISTENT_DROP_ALERTS", "OLD|"+strconv.Itoa(1000+i), "Drops last on Ethernet8")
	}
	for range 3 {
		r.poll(map[string]int{"oid:0x1": 11})
	}
	got := r.alerts()
	if len(got) != 256 || got[0] != "BAD Ethernet0" {
		t.Errorf("%d alerts, the first is %q", len(got), got[0])
	}
}
