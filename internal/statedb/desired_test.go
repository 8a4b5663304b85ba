package statedb_test

import (
	"context"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/heddle-nos/heddle/internal/statedb"
	"github.com/heddle-nos/heddle/internal/statedb/redistest"
)

func flush(t *testing.T, d *statedb.Desired, want int) {
	t.Helper()
	n, err := d.Flush(t.Context())
	if err != nil || n != want {
		t.Errorf("flushed %d rows, want %d (%v)", n, want, err)
	}
}

func TestDesiredProduced(t *testing.T) {
	ctx := t.Context()
	db := redistest.Start(t).Client(t).DB(statedb.ApplDB)
	mine := statedb.DesiredOptions{Owns: func(_ string, row statedb.Fields) bool { return row["protocol"] == "static" }, Ours: func(f string) bool { return f != "oper" }}
	static := func(nh string) statedb.Fields { return statedb.Fields{"protocol": "static", "nexthop": nh} }
	must(t, db.Set(ctx, "R", "theirs", statedb.Fields{"protocol": "bgp"}))
	must(t, db.Set(ctx, "R", "stale", static("1")))
	must(t, db.Set(ctx, "R", "same", statedb.Fields{"protocol": "static", "nexthop": "1", "oper": "up"}))
	must(t, db.Set(ctx, "R", "wide", statedb.Fields{"protocol": "static", "nexthop": "1", "oper": "up", "blackhole": "true"}))
	p := statedb.NewProducer(db, "R") // written by our former life, not yet taken by the consumer
	must(t, p.Set(ctx, "waiting", statedb.FieldList(static("1"))...))
	must(t, p.Del(ctx, "deleted"))
	must(t, db.Set(ctx, "R", "deleted", static("1")))

	d := statedb.NewDesiredProduced(db, "R", mine)
	d.Replace(map[string]statedb.Fields{"same": static("1"), "wide": static("1"), "waiting": static("1"), "new": static("2")})
	flush(t, d, 3) // stale, wide, new
	flush(t, d, 0)
	again := statedb.NewDesiredProduced(db, "R", mine) // a restart before the consumer took anything
	again.Replace(map[string]statedb.Fields{"same": static("1"), "wide": static("1"), "waiting": static("1"), "new": static("2")})
	flush(t, again, 0)

	m := newMirror()
	run(t, statedb.NewConsumer(db, "R", statedb.ConsumerOptions{Initial: true}), m.handle)
	want := map[string]statedb.Fields{
		"theirs": {"protocol": "bgp"}, "waiting": static("1"), "new": static("2"),
		"same": {"protocol": "static", "nexthop": "1", "oper": "up"}, "wide": {"protocol": "static", "nexthop": "1", "oper": "up"},
	}
	eventually(t, "consumer agrees", func() bool { m.mu.Lock(); defer m.mu.Unlock(); return cmp.Equal(want, m.rows) })

	d.Release("new")
	d.Remove("same")
	flush(t, d, 1)
	eventually(t, "released row stays, removed one goes", func() bool {
		_, released := m.row("new")
		_, removed := m.row("same")
		return released && !removed
	})
}

func TestDesiredStoredRepairsAfterRestart(t *testing.T) {
	ctx := t.Context()
	srv := redistest.Start(t)
	c := srv.Client(t)
	db := c.DB(statedb.StateDB)
	d := statedb.NewDesiredStored(db, "VLAN_TABLE", statedb.DesiredOptions{})
	d.Put("Vlan100", statedb.Fields{"state": "ok"})
	d.Put("Vlan200", nil)
	flush(t, d, 2)
	srv.RestartEmpty(t)
	must(t, c.Wait(ctx))
	d.Forget()
	flush(t, d, 2)
	rows, err := db.All(ctx, "VLAN_TABLE")
	if diff := cmp.Diff(map[string]statedb.Fields{"Vlan100": {"state": "ok"}, "Vlan200": {}}, rows); err != nil || diff != "" {
		t.Error(err, diff)
	}
	d.Put("Vlan100", statedb.Fields{})
	flush(t, d, 1)
	if row, _, _ := db.Get(ctx, "VLAN_TABLE", "Vlan100"); len(row) != 0 {
		t.Errorf("field was not removed: %v", row)
	}
}

// Two writers share a row: each field has one owner.
func TestDesiredSharedRow(t *testing.T) {
	ctx := t.Context()
	db := redistest.Start(t).Client(t).DB(statedb.StateDB)
	d := statedb.NewDesiredStored(db, "PORT_TABLE", statedb.DesiredOptions{
		Owns: func(_ string, row statedb.Fields) bool { return row["oper"] != "" },
		Ours: func(f string) bool { return f == "oper" || f == "mtu" },
	})
	must(t, db.Set(ctx, "PORT_TABLE", "Ethernet0", statedb.Fields{"speed": "1", "oper": "up", "mtu": "1"}))
	must(t, db.Set(ctx, "PORT_TABLE", "Ethernet4", statedb.Fields{"oper": "up", "speed": "1"}))
	must(t, db.Set(ctx, "PORT_TABLE", "Ethernet8", statedb.Fields{"oper": "up"}))
	must(t, db.Set(ctx, "PORT_TABLE", "Ethernet12", statedb.Fields{"speed": "1"}))
	d.Put("Ethernet0", statedb.Fields{"oper": "down"})
	d.Put("Ethernet12", statedb.Fields{"oper": "down"})
	flush(t, d, 4)
	flush(t, d, 0)
	d.Forget()
	rows, err := db.All(ctx, "PORT_TABLE")
	want := map[string]statedb.Fields{
		"Ethernet0": {"speed": "1", "oper": "down"}, "Ethernet4": {"speed": "1"}, "Ethernet12": {"speed": "1", "oper": "down"},
	}
	if diff := cmp.Diff(want, rows); err != nil || diff != "" {
		t.Error(err, diff)
	}
	flush(t, d, 0)
}

func TestFollow(t *testing.T) {
	db := redistest.Start(t).Client(t).DB(statedb.ConfigDB)
	must(t, db.Set(t.Context(), "A", "1", nil))
	ctx, cancel := context.WithCancel(t.Context())
	changes := make(chan statedb.TableChange)
	done := make(chan error, 1)
	go func() { done <- statedb.Follow(ctx, db, changes, "A", "B") }()
	got := map[string]int{}
	for range 2 {
		c := <-changes
		got[c.Table] = len(c.Ops)
	}
	if d := cmp.Diff(map[string]int{"A": 1, "B": 0}, got); d != "" {
		t.Error(d)
	}
	cancel()
	<-done
}

// TestDesiredNoticesEmptiedDatabase: nobody tells, and nothing has to change for the rows to be written again.
func TestDesiredNoticesEmptiedDatabase(t *testing.T) {
	ctx := t.Context()
	c := redistest.Start(t).Client(t)
	appl, state := c.DB(statedb.ApplDB), c.DB(statedb.StateDB)
	waiting := statedb.NewDesiredProduced(appl, "VLAN_TABLE", statedb.DesiredOptions{}) // never taken by a consumer
	stored := statedb.NewDesiredStored(state, "VLAN_TABLE", statedb.DesiredOptions{})
	for _, d := range []*statedb.Desired{waiting, stored} {
		d.Put("Vlan100", statedb.Fields{"state": "ok"})
		d.Put("Vlan200", nil)
		flush(t, d, 2)
		flush(t, d, 0) // looks, and finds its rows
	}
	must(t, appl.Redis().FlushAll(ctx).Err())
	for _, d := range []*statedb.Desired{waiting, stored} {
		written := 0
		eventually(t, "rows are written again", func() bool {
			n, err := d.Flush(ctx)
			must(t, err)
			written += n
			return written > 0
		})
		if written != 2 {
			t.Errorf("wrote %d rows, want 2", written)
		}
	}
}
