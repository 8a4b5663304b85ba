package statedb_test

import (
	"context"
	"fmt"
	"testing"

	"github.com/heddle-nos/heddle/internal/statedb"
	"github.com/heddle-nos/heddle/internal/statedb/redistest"
)

// TestSubscribersShareAPattern: each pattern makes every write to any database cost more, so that followers of CONFIG_DB have one together;
// those of other databases hear of their own table only.
func TestSubscribersShareAPattern(t *testing.T) {
	ctx := t.Context()
	srv := redistest.Start(t)
	patterns := func(want int64) {
		t.Helper()
		rdb := srv.Client(t).DB(statedb.ConfigDB).Redis()
		eventually(t, fmt.Sprintf("%d patterns", want), func() bool { n, err := rdb.PubSubNumPat(ctx).Result(); return err == nil && n == want })
	}
	config := srv.Client(t).DB(statedb.ConfigDB)
	mirrors := map[string]*mirror{"VLAN": newMirror(), "VLAN_MEMBER": newMirror(), "PORT": newMirror()}
	for table, m := range mirrors {
		run(t, statedb.NewSubscriber(config, table), m.handle)
	}
	run(t, statedb.NewSubscriber(srv.Client(t).DB(statedb.ConfigDB), "PORT"), newMirror().handle) // another process
	patterns(1)
	state := srv.Client(t).DB(statedb.StateDB)
	run(t, statedb.NewSubscriber(state, "A"), newMirror().handle)
	run(t, statedb.NewSubscriber(state, "B"), newMirror().handle)
	patterns(3)
	for table := range mirrors {
		must(t, config.Set(ctx, table, table+"|1", nil))
	}
	for table, m := range mirrors {
		eventually(t, "row of "+table, func() bool { rows, _, _ := m.count(); _, ok := m.row(table + "|1"); return ok && rows == 1 })
	}
}

// TestSubscribersComeAndGo: one that comes late reads its table at once, and one that goes takes nothing from those that stay.
func TestSubscribersComeAndGo(t *testing.T) {
	ctx := t.Context()
	db := redistest.Start(t).Client(t).DB(statedb.ConfigDB)
	begin := func(m *mirror) (end func()) {
		t.Helper()
		ctx, cancel := context.WithCancel(ctx)
		ended := make(chan error, 1)
		go func() { ended <- statedb.NewSubscriber(db, "VLAN").Run(ctx, m.handle) }()
		eventually(t, "the first call", func() bool { _, calls, _ := m.count(); return calls > 0 })
		return func() { cancel(); <-ended }
	}
	for round := range 3 {
		first, second := newMirror(), newMirror()
		endFirst := begin(first)
		endSecond := begin(second)
		key := fmt.Sprint("Vlan", round)
		must(t, db.Set(ctx, "VLAN", key, nil))
		for _, m := range []*mirror{first, second} {
			eventually(t, "row", func() bool { _, ok := m.row(key); return ok })
		}
		endFirst()
		must(t, db.Delete(ctx, "VLAN", key))
		eventually(t, "deletion", func() bool { _, ok := second.row(key); return !ok })
		if _, ok := first.row(key); !ok {
			t.Error("a subscriber that has ended was called")
		}
		endSecond()
		eventually(t, "no pattern", func() bool { n, err := db.Redis().PubSubNumPat(ctx).Result(); return n == 0 && err == nil })
	}
}
