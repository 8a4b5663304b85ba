package watermark_test

import (
	"context"
	"log/slog"
	"testing"
	"time"

	"github.com/heddle-nos/heddle/daemons/orchagent/watermark"
	"github.com/heddle-nos/heddle/internal/statedb"
	"github.com/heddle-nos/heddle/internal/statedb/redistest"
)

const patience = 10 * time.Second

func TestClear(t *testing.T) {
	client := redistest.Start(t).Client(t)
	db, ctx := client.DB(statedb.CountersDB), t.Context()
	must := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	must(db.Redis().HSet(ctx, "COUNTERS_QUEUE_NAME_MAP", "Ethernet0:0", "oid:0x1", "Ethernet0:8", "oid:0x2").Err())
	must(db.Redis().HSet(ctx, "COUNTERS_QUEUE_TYPE_MAP", "oid:0x1", "SAI_QUEUE_TYPE_UNICAST", "oid:0x2", "SAI_QUEUE_TYPE_MULTICAST").Err())
	must(db.Redis().HSet(ctx, "COUNTERS_PG_NAME_MAP", "Ethernet0:0", "oid:0x3").Err())
	const queue, group = "SAI_QUEUE_STAT_SHARED_WATERMARK_BYTES", "SAI_INGRESS_PRIORITY_GROUP_STAT_XOFF_ROOM_WATERMARK_BYTES"
	for _, table := range []string{"USER_WATERMARKS", "PERSISTENT_WATERMARKS", "PERIODIC_WATERMARKS"} {
		must(db.Set(ctx, table, "oid:0x1", statedb.Fields{queue: "7"}))
		must(db.Set(ctx, table, "oid:0x2", statedb.Fields{queue: "8"}))
		must(db.Set(ctx, table, "oid:0x3", statedb.Fields{group: "9"}))
	}
	run, cancel := context.WithCancel(context.Background())
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		_ = watermark.New(client, slog.New(slog.NewTextHandler(t.Output(), nil))).Run(run)
	}()
	t.Cleanup(func() { cancel(); <-ended })

	value := func(table, oid, stat string) string {
		row, _, err := db.Get(ctx, table, oid)
		must(err)
		return row[stat]
	}
	// ask repeats the request until it was heard: nobody listens at first.
	ask := func(op, data, table, oid, stat string) {
		t.Helper()
		for end := time.Now().Add(patience); value(table, oid, stat) != "0"; time.Sleep(20 * time.Millisecond) {
			if time.Now().After(end) {
				t.Fatalf("%s of %s in %s is %s", stat, oid, table, value(table, oid, stat))
			}
			must(statedb.Publish(ctx, client.DB(statedb.ApplDB), "WATERMARK_CLEAR_REQUEST", op, data, nil))
		}
	}
	ask("USER", "Q_SHARED_UNI", "USER_WATERMARKS", "oid:0x1", queue)
	ask("NOBODY", "", "USER_WATERMARKS", "oid:0x1", queue) // is no harm
	ask("PERSISTENT", "PG_HEADROOM", "PERSISTENT_WATERMARKS", "oid:0x3", group)
	for _, left := range []struct{ table, oid, stat, want string }{
		{"USER_WATERMARKS", "oid:0x2", queue, "8"}, {"PERSISTENT_WATERMARKS", "oid:0x1", queue, "7"}, {"PERIODIC_WATERMARKS", "oid:0x3", group, "9"},
	} {
		if got := value(left.table, left.oid, left.stat); got != left.want {
			t.Errorf("%+v became %s", left, got)
		}
	}
	must(client.DB(statedb.ConfigDB).Set(ctx, "WATERMARK_TABLE", "TELEMETRY_INTERVAL", statedb.Fields{"interval": "1"}))
	for end := time.Now().Add(patience); value("PERIODIC_WATERMARKS", "oid:0x3", group) != "0"; time.Sleep(20 * time.Millisecond) {
		if time.Now().After(end) {
			t.Fatal("the period does not end")
		}
	}
}
