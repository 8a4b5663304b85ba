package counters_test

import (
	"context"
	"log/slog"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/heddle-nos/heddle/daemons/orchagent/counters"
	"github.com/heddle-nos/heddle/internal/statedb"
	"github.com/heddle-nos/heddle/internal/statedb/redistest"
	"github.com/heddle-nos/heddle/yang/schema"
)

const patience = 10 * time.Second

// rig runs Groups on a Redis and keeps what syncd would know of each group.
type rig struct {
	t      *testing.T
	db     *statedb.Client
	queue  *statedb.QueueConsumer
	groups map[string]map[string]string
}

func newRig(t *testing.T) *rig {
	db := redistest.Start(t).Client(t)
	r := &rig{t: t, db: db, groups: make(map[string]map[string]string)}
	r.queue = statedb.NewQueueConsumer(db.DB(statedb.FlexCounterDB), "FLEX_COUNTER_GROUP_TABLE", statedb.QueueOptions{})
	t.Cleanup(r.queue.Close)
	return r
}

func (r *rig) start() { r.startDelayed(time.Hour) }

func (r *rig) startDelayed(delay time.Duration) {
	ctx, cancel := context.WithCancel(context.Background())
	ended := make(chan struct{})
	log := slog.New(slog.NewTextHandler(r.t.Output(), nil))
	go func() { defer close(ended); _ = counters.New(r.db, delay, log).Run(ctx) }()
	r.t.Cleanup(func() { cancel(); <-ended })
}

func (r *rig) config(key string, fields statedb.Fields) {
	r.t.Helper()
	if err := r.db.DB(statedb.ConfigDB).Replace(context.Background(), schema.TableFlexCounter, key, fields); err != nil {
		r.t.Fatal(err)
	}
}

// until takes requests until a group's field has a value.
func (r *rig) until(group, field, want string) {
	r.t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	for r.groups[group] == nil || r.groups[group][field] != want {
		items, err := r.queue.Pop(ctx)
		if err != nil {
			r.t.Fatalf("%s of %s is %q, want %q: %v", field, group, r.groups[group][field], want, err)
		}
		for _, it := range items {
			m := make(map[string]string)
			for i := 0; i+1 < len(it.Values); i += 2 {
				m[it.Values[i]] = it.Values[i+1]
			}
			r.groups[it.Key] = m
		}
	}
}

func TestGroups(t *testing.T) {
	r := newRig(t)
	r.config("QUEUE", statedb.Fields{"FLEX_COUNTER_STATUS": "enable", "POLL_INTERVAL": "2000", "BULK_CHUNK_SIZE": "32"})
	r.start()
	r.until("PORT_STAT_COUNTER", "FLEX_COUNTER_STATUS", "enable")
	r.until("QUEUE_STAT_COUNTER", "POLL_INTERVAL", "2000")
	want := map[string]string{
		"FLEX_COUNTER_STATUS": "enable", "POLL_INTERVAL": "2000", "STATS_MODE": "STATS_MODE_READ", "BULK_CHUNK_SIZE": "32",
		"QUEUE_PLUGIN_LIST": r.groups["QUEUE_STAT_COUNTER"]["QUEUE_PLUGIN_LIST"],
	}
	if d := cmp.Diff(want, r.groups["QUEUE_STAT_COUNTER"]); d != "" {
		t.Error(d)
	}
	script := r.groups["PORT_STAT_COUNTER"]["PORT_PLUGIN_LIST"]
	if len(script) != 40 || r.groups["PG_WATERMARK_STAT_COUNTER"]["STATS_MODE"] != "STATS_MODE_READ_AND_CLEAR" {
		t.Errorf("groups are %v", r.groups)
	}

	r.config("PORT", statedb.Fields{"FLEX_COUNTER_STATUS": "disable"})
	r.until("PORT_STAT_COUNTER", "FLEX_COUNTER_STATUS", "disable")
	r.config("PORT", statedb.Fields{"POLL_INTERVAL": "5000", "FLEX_COUNTER_STATUS": "enable"})
	r.until("PORT_STAT_COUNTER", "POLL_INTERVAL", "5000")
	r.config("PORT", statedb.Fields{"POLL_INTERVAL": "1"}) // less than the model allows
	r.until("PORT_STAT_COUNTER", "POLL_INTERVAL", "1000")
	r.config("PORT_RATES", statedb.Fields{"FLEX_COUNTER_STATUS": "disable"})
	r.until("PORT_STAT_COUNTER", "PORT_PLUGIN_LIST", "")
	r.config("PORT_RATES", statedb.Fields{"FLEX_COUNTER_STATUS": "enable"})
	r.until("PORT_STAT_COUNTER", "PORT_PLUGIN_LIST", script)
	if err := r.db.DB(statedb.ConfigDB).Delete(context.Background(), schema.TableFlexCounter, "QUEUE"); err != nil {
		t.Fatal(err)
	}
	r.until("QUEUE_STAT_COUNTER", "FLEX_COUNTER_STATUS", "disable")
}

// A group that is delayed waits for the delay, or for a row without it.
func TestDelayedGroups(t *testing.T) {
	delayed := statedb.Fields{"FLEX_COUNTER_STATUS": "enable", "FLEX_COUNTER_DELAY_STATUS": "true", "POLL_INTERVAL": "2000"}
	t.Run("until the row says so", func(t *testing.T) {
		r := newRig(t)
		r.config("PORT", delayed)
		r.config("QUEUE", statedb.Fields{"FLEX_COUNTER_STATUS": "enable", "FLEX_COUNTER_DELAY_STATUS": "false"})
		r.start()
		r.until("PORT_STAT_COUNTER", "POLL_INTERVAL", "2000")
		r.until("QUEUE_STAT_COUNTER", "FLEX_COUNTER_STATUS", "enable")
		if got := r.groups["PORT_STAT_COUNTER"]["FLEX_COUNTER_STATUS"]; got != "disable" {
			t.Errorf("a delayed group is at %q", got)
		}
		r.config("PORT", statedb.Fields{"FLEX_COUNTER_STATUS": "enable", "FLEX_COUNTER_DELAY_STATUS": "False"})
		r.until("PORT_STAT_COUNTER", "FLEX_COUNTER_STATUS", "enable")
	})
	t.Run("until the delay is over", func(t *testing.T) {
		r := newRig(t)
		r.config("PORT", delayed)
		r.config("RIF", statedb.Fields{"FLEX_COUNTER_STATUS": "disable", "FLEX_COUNTER_DELAY_STATUS": "True"})
		r.config("RIF_RATES", statedb.Fields{"FLEX_COUNTER_DELAY_STATUS": "true"})
		r.startDelayed(time.Second)
		r.until("PORT_STAT_COUNTER", "FLEX_COUNTER_STATUS", "enable")
		r.config("QUEUE", delayed) // the switch has started
		r.until("QUEUE_STAT_COUNTER", "FLEX_COUNTER_STATUS", "enable")
		if got := r.groups["RIF_STAT_COUNTER"]["FLEX_COUNTER_STATUS"]; got != "disable" {
			t.Errorf("a group that is disabled is at %q", got)
		}
	})
}

// TestRates polls a port's counters by hand: 1000 bytes a second, then 2000,
// then cleared counters, which leave the rate for a poll and then begin anew.
func TestRates(t *testing.T) {
	r := newRig(t)
	r.start()
	r.until("PORT_STAT_COUNTER", "FLEX_COUNTER_STATUS", "enable")
	const oid = "oid:0x1000000000002"
	db := r.db.DB(statedb.CountersDB)
	ctx := context.Background()
	for i, step := range []struct {
		octets int64
		want   float64 // -1: none yet
	}{{1 << 52, -1}, {1<<52 + 2000, 1000}, {1<<52 + 6000, 0.18*2000 + 0.82*1000}, {10, 1180}, {2010, 1000}} {
		fields := statedb.Fields{"SAI_PORT_STAT_IF_IN_OCTETS": strconv.FormatInt(step.octets, 10), "SAI_PORT_STAT_IF_IN_UCAST_PKTS": "1"}
		if err := db.Replace(ctx, "COUNTERS", oid, fields); err != nil {
			t.Fatal(err)
		}
		err := db.Redis().EvalSha(ctx, r.groups["PORT_STAT_COUNTER"]["PORT_PLUGIN_LIST"], []string{oid}, "2", "COUNTERS", "2000").Err()
		if err != nil {
			t.Fatal(err)
		}
		rates, _, err := db.Get(ctx, "RATES", oid)
		if err != nil {
			t.Fatal(err)
		}
		got, err := strconv.ParseFloat(rates["RX_BPS"], 64)
		if err != nil {
			got = -1
		}
		if d := got - step.want; d > 1e-6 || d < -1e-6 {
			t.Errorf("step %d: RX_BPS is %v, want %v", i, rates["RX_BPS"], step.want)
		}
		if _, has := rates["TX_BPS"]; has {
			t.Errorf("step %d: a rate of what is not counted: %v", i, rates)
		}
	}
}

// TestQueueRates polls a queue by hand, which sends 1000 bytes in 10 packets a
// second, and then nothing.
func TestQueueRates(t *testing.T) {
	r := newRig(t)
	r.start()
	r.until("QUEUE_STAT_COUNTER", "FLEX_COUNTER_STATUS", "disable")
	const oid = "oid:0x15000000000002"
	db, ctx := r.db.DB(statedb.CountersDB), context.Background()
	for i, step := range []struct {
		packets, bytes string
		want           map[string]float64
	}{
		{"100", "10000", map[string]float64{}},
		{"120", "12000", map[string]float64{"Q_PPS": 10, "Q_BPS": 1000, "Q_bPS": 8000}},
		{"120", "12000", map[string]float64{"Q_PPS": 8.2, "Q_BPS": 820, "Q_bPS": 6560}},
	} {
		fields := statedb.Fields{"SAI_QUEUE_STAT_PACKETS": step.packets, "SAI_QUEUE_STAT_BYTES": step.bytes}
		if err := db.Replace(ctx, "COUNTERS", oid, fields); err != nil {
			t.Fatal(err)
		}
		if err := db.Redis().EvalSha(ctx, r.groups["QUEUE_STAT_COUNTER"]["QUEUE_PLUGIN_LIST"], []string{oid}, "2", "COUNTERS", "2000").Err(); err != nil {
			t.Fatal(err)
		}
		row, _, err := db.Get(ctx, "RATES", oid)
		if err != nil {
			t.Fatal(err)
		}
		got := map[string]float64{}
		for name, value := range row {
			if !strings.HasPrefix(name, "Q_") {
				continue
			}
			if got[name], err = strconv.ParseFloat(value, 64); err != nil {
				t.Fatal(err)
			}
		}
		if d := cmp.Diff(step.want, got, cmpopts.EquateApprox(1e-9, 0)); d != "" {
			t.Errorf("step %d: %s", i, d)
		}
	}
}

// TestFECRates polls a port of four lanes by hand: 1000 wrong bits in two seconds,
// and then fewer, of which one frame is lost.
func TestFECRates(t *testing.T) {
	r := newRig(t)
	r.start()
	r.until("PORT_STAT_COUNTER", "FLEX_COUNTER_STATUS", "enable")
	const oid, seconds, line = "oid:0x1000000000002", 2, 4 * 25.78125e9
	db, ctx := r.db.DB(statedb.CountersDB), context.Background()
	if err := db.Redis().HSet(ctx, "COUNTERS_PORT_NAME_MAP", "Ethernet0", oid).Err(); err != nil {
		t.Fatal(err)
	}
	if err := r.db.DB(statedb.ApplDB).Set(ctx, "PORT_TABLE", "Ethernet0", statedb.Fields{"speed": "100000", "lanes": "1,2,3,4"}); err != nil {
		t.Fatal(err)
	}
	for i, step := range []struct {
		bits, frames string
		pre, post    float64 // -1: none yet
	}{{"5000", "7", -1, -1}, {"6000", "7", 1000 / (line * seconds), 0}, {"6010", "8", 10 / (line * seconds), 1e-8 / (line * seconds)}} {
		fields := statedb.Fields{"SAI_PORT_STAT_IF_IN_FEC_CORRECTED_BITS": step.bits, "SAI_PORT_STAT_IF_IN_FEC_NOT_CORRECTABLE_FRAMES": step.frames}
		if err := db.Replace(ctx, "COUNTERS", oid, fields); err != nil {
			t.Fatal(err)
		}
		err := db.Redis().EvalSha(ctx, r.groups["PORT_STAT_COUNTER"]["PORT_PLUGIN_LIST"], []string{oid, "oid:0x1000000000003"}, "2", "COUNTERS", "2000").Err()
		if err != nil {
			t.Fatal(err)
		}
		rates, _, err := db.Get(ctx, "RATES", oid)
		if err != nil {
			t.Fatal(err)
		}
		for name, want := range map[string]float64{"FEC_PRE_BER": step.pre, "FEC_POST_BER": step.post} {
			got, err := strconv.ParseFloat(rates[name], 64)
			if err != nil {
				got = -1
			}
			if d := got - want; d > 1e-20 || d < -1e-20 {
				t.Errorf("step %d: %s is %q, want %v", i, name, rates[name], want)
			}
		}
		if worst, _ := strconv.ParseFloat(rates["FEC_PRE_BER_MAX"], 64); i == 2 && worst != 1000/(line*seconds) {
			t.Errorf("the worst is %v", rates["FEC_PRE_BER_MAX"])
		}
	}
}

// TestWatermarks polls a queue by hand: the highest value stays, in each table.
func TestWatermarks(t *testing.T) {
	r := newRig(t)
	r.start()
	r.until("QUEUE_WATERMARK_STAT_COUNTER", "STATS_MODE", "STATS_MODE_READ_AND_CLEAR")
	const oid, stat = "oid:0x15000000000002", "SAI_QUEUE_STAT_SHARED_WATERMARK_BYTES"
	db, ctx := r.db.DB(statedb.CountersDB), context.Background()
	poll := func(bytes, want string, tables ...string) {
		t.Helper()
		if err := db.Replace(ctx, "COUNTERS", oid, statedb.Fields{stat: bytes}); err != nil {
			t.Fatal(err)
		}
		err := db.Redis().EvalSha(ctx, r.groups["QUEUE_WATERMARK_STAT_COUNTER"]["QUEUE_PLUGIN_LIST"], []string{oid}, "2", "COUNTERS", "60000").Err()
		if err != nil {
			t.Fatal(err)
		}
		for _, table := range tables {
			if row, _, err := db.Get(ctx, table, oid); err != nil || row[stat] != want {
				t.Errorf("%s after %s bytes: %v, %v, want %s", table, bytes, row, err, want)
			}
		}
	}
	all := []string{"PERIODIC_WATERMARKS", "PERSISTENT_WATERMARKS", "USER_WATERMARKS"}
	poll("5000000000", "5000000000", all...)
	poll("700", "5000000000", all...)
	if err := db.Set(ctx, "USER_WATERMARKS", oid, statedb.Fields{stat: "0"}); err != nil {
		t.Fatal(err)
	}
	poll("800", "800", "USER_WATERMARKS")
	poll("100", "5000000000", all[:2]...)
}
