package statedb_test

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/redis/go-redis/v9"

	"github.com/heddle-nos/heddle/internal/statedb"
	"github.com/heddle-nos/heddle/internal/statedb/redistest"
)

const queueList = "ASIC_STATE_KEY_VALUE_OP_QUEUE"

func newQueue(t *testing.T, db *statedb.DB, batch int) *statedb.QueueConsumer {
	q := statedb.NewQueueConsumer(db, "ASIC_STATE", statedb.QueueOptions{Batch: batch})
	t.Cleanup(q.Close)
	return q
}

func TestQueueProducerWritesTheProtocol(t *testing.T) {
	ctx := t.Context()
	db := redistest.Start(t).Client(t).DB(statedb.AsicDB)
	p := statedb.NewQueueProducer(db, "ASIC_STATE")
	must(t, p.Push(ctx))
	must(t, p.Push(ctx,
		statedb.QueueItem{Key: "SAI_OBJECT_TYPE_VLAN:oid:0x1", Values: []string{"SAI_VLAN_ATTR_VLAN_ID", "100"}, Op: "Screate"},
		statedb.QueueItem{Key: `k"<&>\`, Values: []string{"a\x01\n", "é"}, Op: "Dremove"}))
	want := []string{
		"Dremove", `["a\u0001\n","é"]`, `k"<&>\`,
		"Screate", `["SAI_VLAN_ATTR_VLAN_ID","100"]`, "SAI_OBJECT_TYPE_VLAN:oid:0x1",
	}
	if d := cmp.Diff(want, db.Redis().LRange(ctx, queueList, 0, -1).Val()); d != "" {
		t.Error(d)
	}
}

func TestQueueOrderAndAck(t *testing.T) {
	ctx := t.Context()
	db := redistest.Start(t).Client(t).DB(statedb.AsicDB)
	q := newQueue(t, db, 2)
	go func() { // a foreign producer, a moment later
		time.Sleep(20 * time.Millisecond)
		for _, k := range []string{"1", "2", "3"} {
			db.Redis().LPush(ctx, queueList, k, ` [ "f" , "v\u00e9" ] `[1:], "Sset")
		}
		db.Redis().Publish(ctx, "ASIC_STATE_CHANNEL@1", "G")
	}()
	eventually(t, "three items", func() bool { return db.Redis().LLen(ctx, queueList).Val() == 9 })
	item := func(k string) statedb.QueueItem {
		return statedb.QueueItem{Key: k, Values: []string{"f", "vé"}, Op: "Sset"}
	}
	for range 2 { // peeking takes nothing
		items, err := q.Peek(ctx)
		if d := cmp.Diff([]statedb.QueueItem{item("1"), item("2")}, items); err != nil || d != "" {
			t.Fatal(err, d)
		}
	}
	must(t, q.Ack(ctx, 2, func(p redis.Pipeliner) { p.HSet(ctx, "ASIC_STATE:x", "f", "v") }))
	if got := db.Redis().HGet(ctx, "ASIC_STATE:x", "f").Val(); got != "v" {
		t.Errorf("write with the ack: %q", got)
	}
	items, err := q.Pop(ctx)
	if d := cmp.Diff([]statedb.QueueItem{item("3")}, items); err != nil || d != "" {
		t.Fatal(err, d)
	}
	short, cancel := context.WithTimeout(ctx, 20*time.Millisecond)
	defer cancel()
	if _, err := q.Peek(short); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("empty queue: %v", err)
	}
}

func TestQueueSkipsGarbage(t *testing.T) {
	ctx := t.Context()
	for name, garbage := range map[string][]any{
		"stray element":     {"stray"},
		"two stray":         {"stray", "other"},
		"unknown op":        {"key", `["f","v"]`, "Xcreate"},
		"empty op":          {"key", `["f","v"]`, ""},
		"no JSON":           {"key", `{"f":"v"}`, "Screate"},
		"truncated JSON":    {"key", `["f","v`, "Screate"},
		"trailing":          {"key", `["f","v"] x`, "Screate"},
		"numbers":           {"key", `["f",1]`, "Screate"},
		"bad escape":        {"key", `["f","\x"]`, "Screate"},
		"odd values":        {"key", `["f"]`, "Screate"},
		"bytes":             {"\xff", "\x00", "\xfe"},
		"a long row of it":  {"a", "b", "c", "d", "e", "f", "g", "h"},
		"something in step": {"key", `["f","v"]`, "Xcreate", "key", `["f"]`, "Screate"},
	} {
		t.Run(name, func(t *testing.T) {
			db := redistest.Start(t).Client(t).DB(statedb.AsicDB)
			must(t, db.Redis().LPush(ctx, queueList, garbage...).Err())
			good := statedb.QueueItem{Key: "good", Values: []string{"f", "v"}, Op: "Screate"}
			must(t, statedb.NewQueueProducer(db, "ASIC_STATE").Push(ctx, good, good))
			q := newQueue(t, db, 10)
			items, err := q.Pop(ctx)
			if d := cmp.Diff([]statedb.QueueItem{good, good}, items); err != nil || d != "" {
				t.Error(err, d)
			}
		})
	}
}

func TestQueueOutlivesRedis(t *testing.T) {
	ctx := t.Context()
	srv := redistest.Start(t)
	c := srv.Client(t)
	db := c.DB(statedb.AsicDB)
	q := newQueue(t, db, 1)
	got := make(chan string, 4)
	go func() {
		for {
			items, err := q.Pop(ctx)
			if err != nil && len(items) == 0 {
				return
			}
			got <- items[0].Key
		}
	}()
	p := statedb.NewQueueProducer(db, "ASIC_STATE")
	for i, key := range []string{"a", "b", "c"} {
		must(t, p.Push(ctx, statedb.QueueItem{Key: key, Op: "Sset"}))
		select {
		case k := <-got:
			if k != key {
				t.Errorf("got %s, want %s", k, key)
			}
		case <-time.After(patience):
			t.Fatalf("%s never came", key)
		}
		if i == 0 {
			srv.Restart(t)
		} else {
			srv.RestartEmpty(t)
		}
		must(t, c.Wait(ctx))
	}
}

// TestQueueItemWithoutValues: peers write a removal's values as an empty list or an empty object.
func TestQueueItemWithoutValues(t *testing.T) {
	db := redistest.Start(t).Client(t).DB(statedb.AsicDB)
	must(t, db.Redis().LPush(t.Context(), queueList, "a", "[]", "Dremove", "b", "{}", "Dremove").Err())
	items, err := newQueue(t, db, 10).Pop(t.Context())
	if err != nil || len(items) != 2 || items[1].Key != "b" || len(items[1].Values) != 0 {
		t.Errorf("got %+v, %v", items, err)
	}
}
