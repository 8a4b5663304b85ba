package statedb_test

import (
	"log/slog"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/heddle-nos/heddle/internal/statedb"
	"github.com/heddle-nos/heddle/internal/statedb/redistest"
)

func TestRows(t *testing.T) {
	ctx := t.Context()
	db := redistest.Start(t).Client(t).DB(statedb.ConfigDB)
	must(t, db.Set(ctx, "PORT", "Ethernet0", statedb.Fields{"mtu": "9100"}))
	must(t, db.Set(ctx, "PORT", "Ethernet0", statedb.Fields{"speed": "40000"}))
	must(t, db.Set(ctx, "PORT", "Ethernet4", nil))
	must(t, db.Set(ctx, "PORTCHANNEL", "PortChannel1", nil))
	must(t, db.Redis().Set(ctx, "PORT|broken", "text", 0).Err())

	row, ok, err := db.Get(ctx, "PORT", "Ethernet0")
	if d := cmp.Diff(statedb.Fields{"mtu": "9100", "speed": "40000"}, row); !ok || err != nil || d != "" {
		t.Errorf("ok %v, err %v: %s", ok, err, d)
	}
	if got := db.Redis().HGetAll(ctx, "PORT|Ethernet4").Val(); got["NULL"] != "NULL" {
		t.Errorf("row without fields is stored as %v", got)
	}
	if row, ok, err := db.Get(ctx, "PORT", "Ethernet4"); !ok || err != nil || len(row) != 0 {
		t.Errorf("row without fields: %v %v %v", row, ok, err)
	}
	if _, ok, err := db.Get(ctx, "PORT", "Ethernet8"); ok || err != nil {
		t.Errorf("absent row: %v %v", ok, err)
	}
	if _, _, err := db.Get(ctx, "PORT", "broken"); err == nil || !strings.HasPrefix(err.Error(), "read PORT|broken: WRONGTYPE") {
		t.Errorf("wrong type: %v", err)
	}
	keys, err := db.Keys(ctx, "PORT")
	slices.Sort(keys)
	if d := cmp.Diff([]string{"Ethernet0", "Ethernet4", "broken"}, keys); err != nil || d != "" {
		t.Errorf("%v %s", err, d)
	}
	must(t, db.Replace(ctx, "PORT", "Ethernet0", statedb.Fields{"mtu": "1500"}))
	all, err := db.All(ctx, "PORT")
	want := map[string]statedb.Fields{"Ethernet0": {"mtu": "1500"}, "Ethernet4": {}}
	if d := cmp.Diff(want, all); err != nil || d != "" {
		t.Errorf("%v %s", err, d)
	}
	must(t, db.Delete(ctx, "PORT", "Ethernet0", "Ethernet4", "never"))
	if all, err := db.All(ctx, "PORT"); err != nil || len(all) != 0 {
		t.Errorf("after delete: %v %v", all, err)
	}
}

func TestClientOutlivesRedis(t *testing.T) {
	ctx := t.Context()
	srv := redistest.Start(t)
	c := srv.Client(t)
	db := c.DB(statedb.StateDB)
	must(t, db.Set(ctx, "T", "k", statedb.Fields{"a": "1"}))
	srv.Stop(t)
	if err := c.Ping(ctx); err == nil {
		t.Error("ping without Redis")
	}
	srv.Resume(t)
	must(t, c.Wait(ctx))
	if row, ok, err := db.Get(ctx, "T", "k"); !ok || err != nil || row["a"] != "1" {
		t.Errorf("after restart: %v %v %v", row, ok, err)
	}
}

// TestListens: a database that is away is known at once.
func TestListens(t *testing.T) {
	server := redistest.Start(t)
	if !server.Client(t).Listens(statedb.ConfigDB) {
		t.Error("nobody listens")
	}
	away, err := statedb.Open(statedb.DefaultConfig(filepath.Join(t.TempDir(), "redis.sock")), slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	defer away.Close()
	if away.Listens(statedb.ConfigDB) {
		t.Error("somebody listens where there is no socket")
	}
}
