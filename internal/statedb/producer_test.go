package statedb_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/heddle-nos/heddle/internal/statedb"
	"github.com/heddle-nos/heddle/internal/statedb/redistest"
)

// A foreign consumer must find in Redis exactly what the protocol says.
func TestProducerWritesTheProtocol(t *testing.T) {
	ctx := t.Context()
	db := redistest.Start(t).Client(t).DB(statedb.ApplDB)
	rdb := db.Redis()
	wake := rdb.Subscribe(ctx, "ROUTE_TABLE_CHANNEL@0")
	defer wake.Close()
	if _, err := wake.Receive(ctx); err != nil {
		t.Fatal(err)
	}
	p := statedb.NewProducer(db, "ROUTE_TABLE")
	must(t, p.Apply(ctx, []statedb.KeyOp{
		{Key: "10.0.0.0/24", Fields: []statedb.Field{{Name: "nexthop", Value: "10.1.1.1"}, {Name: "ifname", Value: "Ethernet0"}}},
		{Key: "10.0.1.0/24", Op: statedb.OpDel},
		{Key: "10.0.2.0/24"},
		{Key: "10.0.3.0/24", Op: statedb.OpDel},
		{Key: "10.0.3.0/24", Fields: []statedb.Field{{Name: "blackhole", Value: "true"}}},
	}))
	must(t, p.Set(ctx, "10.0.0.0/24", statedb.Field{Name: "protocol", Value: "bgp"})) // already in the key set: no second wake-up

	members := func(key string) []string {
		m, err := rdb.SMembers(ctx, key).Result()
		must(t, err)
		slices.Sort(m)
		return m
	}
	if d := cmp.Diff([]string{"10.0.0.0/24", "10.0.1.0/24", "10.0.2.0/24", "10.0.3.0/24"}, members("ROUTE_TABLE_KEY_SET")); d != "" {
		t.Error("key set", d)
	}
	if d := cmp.Diff([]string{"10.0.1.0/24", "10.0.3.0/24"}, members("ROUTE_TABLE_DEL_SET")); d != "" {
		t.Error("delete set", d)
	}
	for key, want := range map[string]map[string]string{
		"_ROUTE_TABLE:10.0.0.0/24": {"nexthop": "10.1.1.1", "ifname": "Ethernet0", "protocol": "bgp"},
		"_ROUTE_TABLE:10.0.1.0/24": {},
		"_ROUTE_TABLE:10.0.2.0/24": {"NULL": "NULL"},
		"_ROUTE_TABLE:10.0.3.0/24": {"blackhole": "true"},
	} {
		if d := cmp.Diff(want, rdb.HGetAll(ctx, key).Val()); d != "" {
			t.Error(key, d)
		}
	}
	m, err := wake.ReceiveMessage(ctx)
	if err != nil || m.Payload != "G" {
		t.Errorf("wake-up: %v %v", m, err)
	}
	if m, err := wake.ReceiveTimeout(ctx, 50*time.Millisecond); err == nil {
		t.Errorf("second wake-up: %v", m)
	}
}

func TestProducerWideRow(t *testing.T) {
	ctx := t.Context()
	db := redistest.Start(t).Client(t).DB(statedb.ApplDB)
	fields := make([]statedb.Field, 9000) // more than Lua's stack takes at once
	for i := range fields {
		fields[i] = statedb.Field{Name: "f" + strings.Repeat("x", i%7) + string(rune('a'+i%26)) + time.Duration(i).String(), Value: "v"}
	}
	m := newMirror()
	run(t, statedb.NewConsumer(db, "WIDE", statedb.ConsumerOptions{}), m.handle)
	must(t, statedb.NewProducer(db, "WIDE").Set(ctx, "k", fields...))
	want := statedb.FieldMap(fields)
	eventually(t, "wide row delivered", func() bool { row, ok := m.row("k"); return ok && len(row) == len(want) })
}

func TestProducerReportsWrongType(t *testing.T) {
	ctx := t.Context()
	db := redistest.Start(t).Client(t).DB(statedb.ApplDB)
	must(t, db.Redis().Set(ctx, "T_KEY_SET", "text", 0).Err())
	err := statedb.NewProducer(db, "T").Set(ctx, "k")
	if err == nil || !strings.Contains(err.Error(), "write T (1 rows from k)") || !strings.Contains(err.Error(), "WRONGTYPE") {
		t.Errorf("got %v", err)
	}
}
