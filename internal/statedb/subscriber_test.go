package statedb_test

import (
	"fmt"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/heddle-nos/heddle/internal/statedb"
	"github.com/heddle-nos/heddle/internal/statedb/redistest"
)

func TestSubscriber(t *testing.T) {
	ctx := t.Context()
	db := redistest.Start(t).Client(t).DB(statedb.ConfigDB)
	rdb := db.Redis()
	must(t, rdb.ConfigSet(ctx, "notify-keyspace-events", "").Err()) // a Redis that nobody configured
	must(t, db.Set(ctx, "VLAN", "Vlan100", statedb.Fields{"vlanid": "100"}))
	must(t, db.Set(ctx, "VLAN_MEMBER", "Vlan100|Ethernet0", nil))
	m := newMirror()
	run(t, statedb.NewSubscriber(db, "VLAN"), m.handle)
	is := func(what, key string, want statedb.Fields) {
		t.Helper()
		eventually(t, what, func() bool { row, ok := m.row(key); return ok == (want != nil) && cmp.Equal(want, row) })
	}
	is("snapshot", "Vlan100", statedb.Fields{"vlanid": "100"})
	must(t, db.Set(ctx, "VLAN", "Vlan200", nil))
	is("new row", "Vlan200", statedb.Fields{})
	must(t, db.Set(ctx, "VLAN", "Vlan100", statedb.Fields{"mtu": "1500"}))
	is("field added", "Vlan100", statedb.Fields{"vlanid": "100", "mtu": "1500"})
	must(t, rdb.HDel(ctx, "VLAN|Vlan100", "mtu").Err())
	is("field removed", "Vlan100", statedb.Fields{"vlanid": "100"})
	_, _, before := m.count()
	must(t, db.Set(ctx, "VLAN", "Vlan100", statedb.Fields{"vlanid": "100"})) // changes nothing
	must(t, db.Delete(ctx, "VLAN", "Vlan200"))
	is("deleted", "Vlan200", nil)
	if _, _, after := m.count(); after != before+1 {
		t.Errorf("%d changes delivered, want 1", after-before)
	}
	must(t, rdb.Rename(ctx, "VLAN|Vlan100", "VLAN|Vlan300").Err())
	is("renamed away", "Vlan100", nil)
	is("renamed to", "Vlan300", statedb.Fields{"vlanid": "100"})
	must(t, rdb.FlushDB(ctx).Err()) // publishes no event for a key
	must(t, db.Set(ctx, "VLAN", "Vlan400", nil))
	is("after a flush", "Vlan400", statedb.Fields{})
}

func TestSubscriberEmptyTable(t *testing.T) {
	db := redistest.Start(t).Client(t).DB(statedb.ConfigDB)
	m := newMirror()
	run(t, statedb.NewSubscriber(db, "VLAN"), m.handle)
	eventually(t, "a call without rows", func() bool { _, calls, ops := m.count(); return calls == 1 && ops == 0 })
}

func TestSubscriberOutlivesRedis(t *testing.T) {
	ctx := t.Context()
	srv := redistest.Start(t)
	db := srv.Client(t).DB(statedb.ConfigDB)
	for i := range 5 {
		must(t, db.Set(ctx, "T", fmt.Sprint(i), statedb.Fields{"n": fmt.Sprint(i)}))
	}
	m := newMirror()
	run(t, statedb.NewSubscriber(db, "T"), m.handle)
	eventually(t, "snapshot", func() bool { rows, _, _ := m.count(); return rows == 5 })
	_, _, before := m.count()
	srv.Restart(t)
	must(t, db.Delete(ctx, "T", "0"))
	must(t, db.Set(ctx, "T", "5", nil))
	eventually(t, "change during the restart", func() bool {
		_, gone := m.row("0")
		_, here := m.row("5")
		return !gone && here
	})
	if _, _, after := m.count(); after != before+2 {
		t.Errorf("%d changes delivered, want 2: unchanged rows must not come again", after-before)
	}
	srv.RestartEmpty(t)
	must(t, db.Set(ctx, "T", "new", nil))
	eventually(t, "deletes for what is gone", func() bool { rows, _, _ := m.count(); _, ok := m.row("new"); return ok && rows == 1 })
}

func TestSubscriberSkipsWrongType(t *testing.T) {
	ctx := t.Context()
	db := redistest.Start(t).Client(t).DB(statedb.ConfigDB)
	m := newMirror()
	run(t, statedb.NewSubscriber(db, "T"), m.handle)
	must(t, db.Redis().Set(ctx, "T|text", "x", 0).Err())
	must(t, db.Set(ctx, "T", "row", nil))
	eventually(t, "row beside garbage", func() bool { _, ok := m.row("row"); return ok })
}
