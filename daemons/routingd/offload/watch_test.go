package offload

import (
	"context"
	"log/slog"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/heddle-nos/heddle/internal/statedb"
	"github.com/heddle-nos/heddle/internal/statedb/redistest"
)

const patience = 30 * time.Second

// The rows that are there are taken first, then what is said of each; what makes no sense is left out. Nothing is taken while nobody asks.
func TestWatch(t *testing.T) {
	srv := redistest.Start(t)
	db := srv.Client(t).DB(statedb.ApplStateDB)
	ok := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	ok(db.Replace(t.Context(), "ROUTE_TABLE", "10.0.0.0/8", statedb.Fields{"protocol": "bgp"}))
	ok(db.Replace(t.Context(), "ROUTE_TABLE", "nonsense", statedb.Fields{"protocol": "bgp"}))
	w := New(db, slog.New(slog.NewTextHandler(t.Output(), nil)))
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan struct{})
	go func() { defer close(done); _ = w.Run(ctx) }()
	t.Cleanup(func() { cancel(); <-done })
	if w.Known() || len(w.Take().Has) != 0 {
		t.Error("known before anybody asked")
	}
	got := make(map[string]bool)
	until := func(what string, want map[string]bool) {
		t.Helper()
		for end := time.After(patience); !cmp.Equal(want, got); {
			select {
			case <-w.Wake():
			case <-end:
				t.Fatalf("%s: got %v, want %v", what, got, want)
			}
			b := w.Take()
			if b.Whole {
				clear(got)
			}
			for key, has := range b.Has {
				got[key.App()] = has
			}
		}
	}
	w.Follow(true)
	until("rows", map[string]bool{"10.0.0.0/8": true})
	if !w.Known() {
		t.Error("not known")
	}
	say := func(op, key string, fields ...statedb.Field) {
		t.Helper()
		ok(statedb.Publish(t.Context(), db, Channel, op, key, append([]statedb.Field{{Name: "err_str", Value: op}}, fields...)))
	}
	bgp := statedb.Field{Name: "protocol", Value: "bgp"}
	say("SWSS_RC_SUCCESS", "nonsense", bgp)
	say("SWSS_RC_SUCCESS", "Vrf-red:fc00::/7", bgp)
	say("SWSS_RC_SUCCESS", "10.0.0.0/8")
	say("SWSS_RC_FULL", "10.1.0.0/16", bgp)
	say("SWSS_RC_UNKNOWN", "Vrf-red:fc00::/7") // it could not be deleted
	until("what is said", map[string]bool{"10.0.0.0/8": false, "Vrf-red:fc00::/7": true, "10.1.0.0/16": false})
	srv.RestartEmpty(t)
	until("after a restart of Redis", map[string]bool{})
	w.Follow(false)
	w.note(statedb.Notification{Op: "SWSS_RC_SUCCESS", Data: "10.0.0.0/8", Fields: []statedb.Field{bgp}})
	if b := w.Take(); len(b.Has) != 0 || w.Known() {
		t.Errorf("taken while nobody asks: %v", b)
	}
}
