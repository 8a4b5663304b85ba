package statedb_test

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/heddle-nos/heddle/internal/statedb"
	"github.com/heddle-nos/heddle/internal/statedb/redistest"
)

// Any interleaving of several writers, of ours and of foreign make, with a consumer that takes batches, fails, and is replaced,
// ends with table and consumer equal to a plain map.
func TestProducerConsumerIsAMap(t *testing.T) {
	srv := redistest.Start(t)
	db := srv.Client(t).DB(statedb.ApplDB)
	ctx := t.Context()
	rapid.Check(t, func(rt *rapid.T) {
		if err := db.Redis().FlushDB(ctx).Err(); err != nil {
			rt.Fatal(err)
		}
		x := &interleaving{db: db, model: map[string]statedb.Fields{}, seen: newMirror()}
		keys := rapid.SampledFrom([]string{"a", "b", "c", "d:e", "f"})
		names := rapid.SampledFrom([]string{"x", "y", "z"})
		values := rapid.StringN(0, 4, 8)
		steps := rapid.IntRange(1, 40).Draw(rt, "steps")
		for range steps {
			key, name, value := keys.Draw(rt, "key"), names.Draw(rt, "name"), values.Draw(rt, "value")
			var err error
			switch rapid.IntRange(0, 6).Draw(rt, "what") {
			case 0, 1:
				err = x.set(ctx, key, name, value)
			case 2:
				err = x.del(ctx, key)
			case 3:
				x.modelSet(key, name, value)
				err = foreignSet(ctx, db.Redis(), "T", key, name, value)
			case 4:
				delete(x.model, key)
				err = foreignDel(ctx, db.Redis(), "T", key)
			case 5:
				err = x.consume(ctx, rapid.IntRange(1, 3).Draw(rt, "batch"), 1, false)
			case 6:
				err = x.consume(ctx, rapid.IntRange(1, 3).Draw(rt, "batch"), 1, true)
			}
			if err != nil {
				rt.Fatal(err)
			}
		}
		if err := x.consume(ctx, 2, 1000, false); err != nil {
			rt.Fatal(err)
		}
		table, err := db.All(ctx, "T")
		if d := cmp.Diff(x.model, table); err != nil || d != "" {
			rt.Fatalf("table: %v %s", err, d)
		}
		if d := cmp.Diff(x.model, x.seen.rows); d != "" {
			rt.Fatalf("consumer: %s", d)
		}
	})
}

type interleaving struct {
	db    *statedb.DB
	model map[string]statedb.Fields
	seen  *mirror
}

func (x *interleaving) modelSet(key, name, value string) {
	row := maps.Clone(x.model[key])
	if row == nil {
		row = statedb.Fields{}
	}
	row[name] = value
	x.model[key] = row
}

func (x *interleaving) set(ctx context.Context, key, name, value string) error {
	x.modelSet(key, name, value)
	return statedb.NewProducer(x.db, "T").Set(ctx, key, statedb.Field{Name: name, Value: value})
}

func (x *interleaving) del(ctx context.Context, key string) error {
	delete(x.model, key)
	return statedb.NewProducer(x.db, "T").Del(ctx, key)
}

var errEnough = errors.New("enough")

// consume lets a new consumer take at most so many batches; one that crashes does so before it has handled the last.
func (x *interleaving) consume(ctx context.Context, batch, batches int, crash bool) error {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	idle := make(chan struct{})
	c := statedb.NewConsumer(x.db, "T", statedb.ConsumerOptions{Batch: batch})
	done := make(chan error, 1)
	go func() {
		done <- c.Run(ctx, func(ctx context.Context, ops []statedb.KeyOp) error {
			batches--
			if crash && batches <= 0 {
				return errEnough
			}
			if err := x.seen.handle(ctx, ops); err != nil {
				return err
			}
			if batches <= 0 {
				return errEnough
			}
			return nil
		})
	}()
	go func() { // ends the consumer once there is nothing left to take
		defer close(idle)
		for ctx.Err() == nil {
			if x.db.Redis().Exists(ctx, "T_KEY_SET", "T_IN_FLIGHT_SET").Val() == 0 {
				cancel()
			}
		}
	}()
	err := <-done
	cancel()
	<-idle
	if err != nil && !errors.Is(err, errEnough) && !errors.Is(err, context.Canceled) {
		return fmt.Errorf("consume: %w", err)
	}
	return nil
}
