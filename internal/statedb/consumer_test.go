package statedb_test

import (
	"context"
	"errors"
	"fmt"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/redis/go-redis/v9"

	"github.com/heddle-nos/heddle/internal/statedb"
	"github.com/heddle-nos/heddle/internal/statedb/redistest"
)

// foreignSet and foreignDel are a producer written after the protocol's text, command by command.
func foreignSet(ctx context.Context, rdb *redis.Client, table, key string, kv ...any) error {
	_, err := rdb.TxPipelined(ctx, func(p redis.Pipeliner) error {
		p.SAdd(ctx, table+"_KEY_SET", key)
		p.HSet(ctx, "_"+table+":"+key, kv...)
		p.Publish(ctx, table+"_CHANNEL@0", "G")
		return nil
	})
	return err
}

func foreignDel(ctx context.Context, rdb *redis.Client, table, key string) error {
	_, err := rdb.TxPipelined(ctx, func(p redis.Pipeliner) error {
		p.SAdd(ctx, table+"_KEY_SET", key)
		p.SAdd(ctx, table+"_DEL_SET", key)
		p.Del(ctx, "_"+table+":"+key)
		p.Publish(ctx, table+"_CHANNEL@0", "G")
		return nil
	})
	return err
}

func TestConsumerTakesFromForeignProducer(t *testing.T) {
	ctx := t.Context()
	db := redistest.Start(t).Client(t).DB(statedb.ApplDB)
	rdb := db.Redis()
	must(t, foreignSet(ctx, rdb, "T", "early", "a", "1")) // before the consumer runs
	m := newMirror()
	run(t, statedb.NewConsumer(db, "T", statedb.ConsumerOptions{}), m.handle)
	is := func(key string, want statedb.Fields) {
		t.Helper()
		eventually(t, key, func() bool { row, ok := m.row(key); return ok == (want != nil) && cmp.Equal(want, row) })
		got := rdb.HGetAll(ctx, "T:"+key).Val()
		if want != nil && len(want) > 0 && !cmp.Equal(want, got) {
			t.Errorf("%s stored as %v, want %v", key, got, want)
		}
	}
	is("early", statedb.Fields{"a": "1"})
	must(t, foreignSet(ctx, rdb, "T", "early", "b", "2"))
	is("early", statedb.Fields{"a": "1", "b": "2"}) // the whole row, though only b was written
	must(t, foreignSet(ctx, rdb, "T", "empty", "NULL", "NULL"))
	is("empty", statedb.Fields{})
	must(t, foreignDel(ctx, rdb, "T", "early"))
	must(t, foreignSet(ctx, rdb, "T", "early", "c", "3"))
	is("early", statedb.Fields{"c": "3"})
	must(t, foreignDel(ctx, rdb, "T", "early"))
	is("early", nil)
	eventually(t, "everything acknowledged", func() bool {
		return rdb.Exists(ctx, "T_KEY_SET", "T_DEL_SET", "T_IN_FLIGHT_SET", "_T:early", "T:early").Val() == 0
	})
}

func TestConsumerInitial(t *testing.T) {
	ctx := t.Context()
	db := redistest.Start(t).Client(t).DB(statedb.ApplDB)
	for i := range 10 {
		must(t, db.Set(ctx, "T", fmt.Sprint(i), statedb.Fields{"a": "1"}))
	}
	m := newMirror()
	run(t, statedb.NewConsumer(db, "T", statedb.ConsumerOptions{Initial: true, Batch: 3}), m.handle)
	eventually(t, "ten rows", func() bool { rows, calls, _ := m.count(); return rows == 10 && calls == 4 })
}

// A handler that fails must see the same batch again, also in another process.
func TestConsumerDeliversAgain(t *testing.T) {
	ctx := t.Context()
	db := redistest.Start(t).Client(t).DB(statedb.ApplDB)
	p := statedb.NewProducer(db, "T")
	must(t, p.Set(ctx, "set", statedb.Field{Name: "a", Value: "1"}))
	must(t, db.Set(ctx, "T", "gone", nil))
	must(t, p.Del(ctx, "gone"))

	crash := errors.New("crash")
	err := statedb.NewConsumer(db, "T", statedb.ConsumerOptions{}).Run(ctx, func(context.Context, []statedb.KeyOp) error { return crash })
	if !errors.Is(err, crash) {
		t.Fatalf("got %v", err)
	}
	must(t, p.Set(ctx, "set", statedb.Field{Name: "b", Value: "2"})) // changes again before the redelivery
	var ops []statedb.KeyOp
	err = statedb.NewConsumer(db, "T", statedb.ConsumerOptions{}).Run(ctx, func(_ context.Context, batch []statedb.KeyOp) error {
		ops = append(ops, batch...)
		return crash
	})
	if !errors.Is(err, crash) {
		t.Fatalf("got %v", err)
	}
	got := map[string]string{}
	for _, op := range ops {
		got[op.Key] = op.Op.String() + fmt.Sprint(op.Map())
	}
	want := map[string]string{"set": "SETmap[a:1 b:2]", "gone": "DELmap[]"}
	if d := cmp.Diff(want, got); d != "" {
		t.Error(d)
	}
	m := newMirror()
	run(t, statedb.NewConsumer(db, "T", statedb.ConsumerOptions{}), m.handle)
	eventually(t, "row is kept", func() bool { row, ok := m.row("set"); return ok && len(row) == 2 })
}

func TestConsumerSkipsGarbage(t *testing.T) {
	ctx := t.Context()
	db := redistest.Start(t).Client(t).DB(statedb.ApplDB)
	rdb := db.Redis()
	m := newMirror()
	run(t, statedb.NewConsumer(db, "T", statedb.ConsumerOptions{}), m.handle)
	p := statedb.NewProducer(db, "T")

	must(t, rdb.Set(ctx, "_T:temp", "text", 0).Err())
	must(t, rdb.LPush(ctx, "T:final", "element").Err())
	must(t, rdb.SAdd(ctx, "T_KEY_SET", "temp").Err())
	must(t, rdb.Publish(ctx, "T_CHANNEL@0", "\x00\xff garbage").Err())
	must(t, foreignSet(ctx, rdb, "T", "final", "a", "1"))
	must(t, p.Set(ctx, "good", statedb.Field{Name: "bytes", Value: "\x00\xff\r\n"}))
	eventually(t, "good row beside garbage", func() bool { row, ok := m.row("good"); return ok && row["bytes"] == "\x00\xff\r\n" })
	if rows, _, _ := m.count(); rows != 1 {
		t.Errorf("%d rows", rows)
	}

	must(t, rdb.Set(ctx, "T_KEY_SET", "no set", 0).Err())
	must(t, rdb.Publish(ctx, "T_CHANNEL@0", "G").Err())
	must(t, rdb.Del(ctx, "T_KEY_SET").Err())
	must(t, p.Set(ctx, "later"))
	eventually(t, "row after the key set was repaired", func() bool { _, ok := m.row("later"); return ok })
}

func TestConsumerOutlivesRedis(t *testing.T) {
	ctx := t.Context()
	srv := redistest.Start(t)
	c := srv.Client(t)
	db := c.DB(statedb.ApplDB)
	m := newMirror()
	run(t, statedb.NewConsumer(db, "T", statedb.ConsumerOptions{}), m.handle)
	p := statedb.NewProducer(db, "T")
	must(t, p.Set(ctx, "before"))
	eventually(t, "row before", func() bool { _, ok := m.row("before"); return ok })
	srv.Stop(t)
	srv.Resume(t)
	must(t, p.Set(ctx, "after")) // perhaps before the consumer subscribed again
	eventually(t, "row after", func() bool { _, ok := m.row("after"); return ok })
	srv.RestartEmpty(t)
	must(t, p.Set(ctx, "empty"))
	eventually(t, "row in an empty Redis", func() bool { _, ok := m.row("empty"); return ok })
}

// A connection that Redis closes at any moment loses nothing.
func TestConsumerBrokenConnections(t *testing.T) {
	ctx := t.Context()
	srv := redistest.Start(t)
	db := srv.Client(t).DB(statedb.ApplDB)
	killer := srv.Client(t).DB(statedb.StateDB).Redis()
	m := newMirror()
	run(t, statedb.NewConsumer(db, "T", statedb.ConsumerOptions{Batch: 7}), m.handle)
	p := statedb.NewProducer(db, "T")
	const rows = 2000
	for i := range rows {
		err := p.Set(ctx, fmt.Sprint(i), statedb.Field{Name: "n", Value: fmt.Sprint(i)})
		for err != nil { // a producer's write may be repeated
			err = p.Set(ctx, fmt.Sprint(i), statedb.Field{Name: "n", Value: fmt.Sprint(i)})
		}
		if i%50 == 0 {
			must(t, killer.Do(ctx, "CLIENT", "KILL", "TYPE", "normal", "SKIPME", "yes").Err())
			must(t, killer.Do(ctx, "CLIENT", "KILL", "TYPE", "pubsub").Err())
		}
	}
	eventually(t, "all rows", func() bool { n, _, _ := m.count(); return n == rows })
}
