package statedb_test

import (
	"context"
	"fmt"
	"testing"

	"github.com/heddle-nos/heddle/internal/statedb"
	"github.com/heddle-nos/heddle/internal/statedb/redistest"
)

// TestMarkFollowsChanges: whoever comes to a mark has taken everything that was written before it, of every table.
func TestMarkFollowsChanges(t *testing.T) {
	ctx := t.Context()
	db := redistest.Start(t).Client(t).DB(statedb.ConfigDB)
	changes := make(chan statedb.TableChange)
	ctx, cancel := context.WithCancel(ctx)
	ended := make(chan error, 1)
	go func() { ended <- statedb.Follow(ctx, db, changes, "A", "B") }()
	for range 2 {
		<-changes // the first word of each table
	}
	for round := range 50 {
		mark, rows := fmt.Sprint("m", round), 0
		for i := range 20 {
			must(t, db.Set(ctx, "A", fmt.Sprint(i), statedb.Fields{"round": mark}))
			must(t, db.Set(ctx, "B", fmt.Sprint(i), statedb.Fields{"round": mark}))
		}
		must(t, statedb.PublishMark(ctx, db, mark))
		must(t, statedb.PublishMark(ctx, db, mark)) // asked twice
		for c := range changes {
			if c.Mark == mark {
				break
			}
			for _, op := range c.Ops {
				if op.Map()["round"] == mark {
					rows++
				}
			}
		}
		if rows != 40 {
			t.Fatalf("%d rows before the mark, want 40", rows)
		}
	}
	cancel()
	for {
		select {
		case <-changes:
			continue
		case <-ended:
		}
		break
	}
}

// TestMarkIsNoRow: nobody who does not ask for marks sees one, and nothing is stored.
func TestMarkIsNoRow(t *testing.T) {
	ctx := t.Context()
	db := redistest.Start(t).Client(t).DB(statedb.ConfigDB)
	m := newMirror()
	run(t, statedb.NewSubscriber(db, "A"), m.handle)
	eventually(t, "the first word", func() bool { _, calls, _ := m.count(); return calls == 1 })
	must(t, statedb.PublishMark(ctx, db, "m"))
	must(t, db.Set(ctx, "A", "x", nil))
	eventually(t, "the row", func() bool { _, ok := m.row("x"); return ok })
	if _, calls, ops := m.count(); calls != 2 || ops != 1 {
		t.Errorf("%d calls with %d rows", calls, ops)
	}
	if n := db.Redis().DBSize(ctx).Val(); n != 1 {
		t.Errorf("%d keys in the database", n)
	}
}

// TestSync: what was produced before is handled when Sync comes back.
func TestSync(t *testing.T) {
	ctx := t.Context()
	db := redistest.Start(t).Client(t).DB(statedb.ApplDB)
	c, m, p := statedb.NewConsumer(db, "T", statedb.ConsumerOptions{Batch: 3}), newMirror(), statedb.NewProducer(db, "T")
	run(t, c, m.handle)
	for round := range 50 {
		for i := range 10 {
			must(t, p.Set(ctx, fmt.Sprint(round, "-", i)))
		}
		must(t, c.Sync(ctx))
		if rows, _, _ := m.count(); rows != 10*(round+1) {
			t.Fatalf("%d rows handled in round %d", rows, round)
		}
	}
}
