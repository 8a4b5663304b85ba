package statedb_test

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/heddle-nos/heddle/internal/statedb"
	"github.com/heddle-nos/heddle/internal/statedb/redistest"
)

func receive(t *testing.T, n *statedb.Notifications) statedb.Notification {
	t.Helper()
	select {
	case note := <-n.C():
		return note
	case <-time.After(patience):
		t.Fatal("no notification")
		return statedb.Notification{}
	}
}

func TestNotifications(t *testing.T) {
	ctx := t.Context()
	srv := redistest.Start(t)
	db := srv.Client(t).DB(statedb.AsicDB)
	raw := db.Redis().Subscribe(ctx, "NOTIFICATIONS")
	defer raw.Close()
	if _, err := raw.Receive(ctx); err != nil {
		t.Fatal(err)
	}
	n := statedb.Subscribe(ctx, db, "NOTIFICATIONS")
	defer n.Close()
	listening := func(times uint64) {
		t.Helper()
		eventually(t, "subscription", func() bool { return n.Gaps() >= times })
	}
	listening(1)

	fields := []statedb.Field{{Name: "f", Value: "<v>"}}
	must(t, statedb.Publish(ctx, db, "NOTIFICATIONS", "fdb_event", `[{"a":"b"}]`, fields))
	if m, err := raw.ReceiveMessage(ctx); err != nil || m.Payload != `["fdb_event","[{\"a\":\"b\"}]","f","<v>"]` {
		t.Errorf("published %v %v", m, err)
	}
	if d := cmp.Diff(statedb.Notification{Op: "fdb_event", Data: `[{"a":"b"}]`, Fields: fields}, receive(t, n)); d != "" {
		t.Error(d)
	}
	for _, garbage := range []string{"", "G", "[]", `["op"]`, `["op","data","f"]`, `[1,2]`, "\xff\x00", `["op","data"`} {
		must(t, db.Redis().Publish(ctx, "NOTIFICATIONS", garbage).Err())
	}
	must(t, statedb.Publish(ctx, db, "NOTIFICATIONS", "good", "", nil))
	if got := receive(t, n); got.Op != "good" {
		t.Errorf("after garbage: %v", got)
	}
	gaps := n.Gaps()
	srv.Restart(t)
	listening(gaps + 1)
	must(t, statedb.Publish(ctx, db, "NOTIFICATIONS", "after", "", nil))
	if got := receive(t, n); got.Op != "after" {
		t.Errorf("after a restart: %v", got)
	}
}
