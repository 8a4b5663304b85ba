package stpd

import (
	"context"
	"fmt"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/heddle-nos/heddle/daemons/commit/journal"
	"github.com/heddle-nos/heddle/daemons/resident"
	"github.com/heddle-nos/heddle/daemons/resident/residenttest"
	"github.com/heddle-nos/heddle/internal/kernel"
	"github.com/heddle-nos/heddle/internal/kernel/kerneltest"
	"github.com/heddle-nos/heddle/internal/statedb"
	"github.com/heddle-nos/heddle/internal/statedb/redistest"
	"github.com/heddle-nos/heddle/yang/schema"
)

const patience = 30 * time.Second

// box is a switch without an ASIC: a namespace with its ports, and its Redis.
type box struct {
	t      *testing.T
	kernel *kernel.Kernel
	srv    *redistest.Server
	client *statedb.Client
	ops    map[string]*atomic.Int64 // rows taken by consumers

	journal string // folder
}

func newBox(t *testing.T, mac string) *box {
	b := &box{t: t, kernel: kerneltest.New(t), srv: redistest.Start(t), ops: map[string]*atomic.Int64{}, journal: t.TempDir()}
	b.client = b.srv.Client(t)
	b.set("DEVICE_METADATA", "localhost", "mac", mac)
	b.set("STP", "GLOBAL", "mode", "pvst", "priority", "32768", "rootguard_timeout", "5")
	for _, table := range []string{schema.AppTableSTPPortState, schema.AppTableSTPVLANInstance, schema.AppTableSTPFastAgeing} {
		b.consume(table)
	}
	return b
}

// pairOf is two boxes with two cables between them, and one VLAN on both.
func pairOf(t *testing.T, tagging string) (*box, *box) {
	a, b := newBox(t, "02:00:00:00:00:01"), newBox(t, "02:00:00:00:00:02")
	for _, port := range []string{"Ethernet0", "Ethernet4"} {
		kerneltest.Cable(t, a.kernel, port, b.kernel, port)
		kerneltest.Up(t, a.kernel, port)
		for _, x := range []*box{a, b} {
			x.member("Vlan100", port, tagging)
			x.set("PORT", port, "speed", "100000", "lanes", "1", "admin_status", "up")
		}
	}
	return a, b
}

// member puts a port into a VLAN, with spanning tree on both.
func (b *box) member(vlan, port, tagging string) {
	b.set("VLAN", vlan, "vlanid", vlan[4:])
	b.set("STP_VLAN", vlan, "enabled", "true", "forward_delay", "15", "hello_time", "2", "max_age", "20", "priority", "32768")
	b.set("VLAN_MEMBER", vlan+"|"+port, "tagging_mode", tagging)
	b.set("STP_PORT", port, "enabled", "true", "root_guard", "false", "bpdu_guard", "false", "bpdu_guard_do_disable", "false",
		"portfast", "false", "uplink_fast", "false")
}

func (b *box) set(table, key string, kv ...string) {
	b.t.Helper()
	row := statedb.Fields{}
	for i := 0; i < len(kv); i += 2 {
		row[kv[i]] = kv[i+1]
	}
	if err := b.client.DB(statedb.ConfigDB).Set(b.t.Context(), table, key, row); err != nil {
		b.t.Fatal(err)
	}
}

func (b *box) del(table, key string) {
	b.t.Helper()
	if err := b.client.DB(statedb.ConfigDB).Delete(b.t.Context(), table, key); err != nil {
		b.t.Fatal(err)
	}
}

func (b *box) consume(table string) {
	count := &atomic.Int64{}
	b.ops[table] = count
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan struct{})
	go func() {
		defer close(done)
		consumer := statedb.NewConsumer(b.appl(), table, statedb.ConsumerOptions{})
		_ = consumer.Run(ctx, func(_ context.Context, ops []statedb.KeyOp) error {
			count.Add(int64(len(ops)))
			return nil
		})
	}()
	b.t.Cleanup(func() { cancel(); <-done })
}

func (b *box) appl() *statedb.DB  { return b.client.DB(statedb.ApplDB) }
func (b *box) state() *statedb.DB { return b.client.DB(statedb.StateDB) }

// start runs the daemon until it has written the tables.
func (b *box) start() (stop func()) {
	b.t.Helper()
	return residenttest.Start(b.t, b.client, b.kernel, func(ctx context.Context, doors resident.Doors) error {
		return work(ctx, doors, Config{Journal: b.journal})
	})
}

// recorded waits until the newest commit in the journal has a comment.
func (b *box) recorded(comment string) {
	b.t.Helper()
	j := journal.Open(b.journal, journal.DefaultLimits(), nil)
	b.until("journal", func() string {
		list, err := j.List()
		if err != nil || len(list) == 0 {
			return fmt.Sprint("no commit: ", err)
		}
		return cmp.Diff(comment, list[0].Comment)
	})
}

func (b *box) becomes(db *statedb.DB, table string, want map[string]statedb.Fields) {
	b.t.Helper()
	b.until(table, func() string {
		got, err := db.All(b.t.Context(), table)
		if err != nil {
			b.t.Fatal(err)
		}
		return cmp.Diff(want, got)
	})
}

func (b *box) until(what string, wrong func() string) {
	b.t.Helper()
	var last string
	for deadline := time.Now().Add(patience); time.Now().Before(deadline); time.Sleep(5 * time.Millisecond) {
		if last = wrong(); last == "" {
			return
		}
	}
	b.t.Fatalf("%s never became so: %s", what, last)
}

// states waits for the states of ports in instances: "Ethernet0:0", "4", ...
func (b *box) states(kv ...string) {
	b.t.Helper()
	want := map[string]statedb.Fields{}
	for i := 0; i < len(kv); i += 2 {
		want[kv[i]] = statedb.Fields{"state": kv[i+1]}
	}
	b.becomes(b.appl(), schema.AppTableSTPPortState, want)
}

// has waits until a row has these values among others.
func (b *box) has(db *statedb.DB, table, key string, kv ...string) {
	b.t.Helper()
	b.until(table+" "+key, func() string {
		row, _, err := db.Get(b.t.Context(), table, key)
		if err != nil {
			b.t.Fatal(err)
		}
		want, got := statedb.Fields{}, statedb.Fields{}
		for i := 0; i < len(kv); i += 2 {
			want[kv[i]], got[kv[i]] = kv[i+1], row[kv[i]]
		}
		return cmp.Diff(want, got)
	})
}
