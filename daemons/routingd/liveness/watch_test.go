package liveness

import (
	"context"
	"log/slog"
	"net/netip"
	"testing"
	"time"

	"github.com/heddle-nos/heddle/internal/statedb"
	"github.com/heddle-nos/heddle/internal/statedb/redistest"
	"github.com/heddle-nos/heddle/yang/schema"
)

func TestStateOf(t *testing.T) {
	row := func(state, remote, diag string) statedb.Fields {
		return statedb.Fields{"state": state, "remote_state": remote, "local_diag": diag}
	}
	never, up := row("Down", "Down", "none"), row("Up", "Up", "none")
	expired, shut, own := row("Down", "Down", "control detection time expired"), row("Down", "Admin_Down", "neighbor signaled session down"), row("Admin_Down", "Down", "x")
	for _, c := range []struct {
		name   string
		before State
		row    statedb.Fields
		want   State
	}{
		{"new", Unknown, never, Unknown}, {"comes up", Unknown, up, Up}, {"again", Failed, up, Up}, {"breaks", Up, expired, Failed},
		{"found broken", Unknown, expired, Failed}, {"a new life of bfdd finds nobody", Up, never, Failed}, {"shut by the peer", Up, shut, Shut},
		{"shut by us", Up, own, Shut}, {"still shut", Shut, shut, Shut}, {"found shut", Unknown, shut, Shut}, {"failed, then shut", Failed, shut, Failed},
		{"SONiC's row", Unknown, statedb.Fields{"state": "Up"}, Up}, {"SONiC's row", Up, statedb.Fields{"state": "Down"}, Failed},
	} {
		if got := stateOf(c.row, c.before); got != c.want {
			t.Errorf("%s: %d, want %d", c.name, got, c.want)
		}
	}
}

// Two who want the same peer get one session; it ends when neither wants it.
func TestWatch(t *testing.T) {
	client := redistest.Start(t).Client(t)
	appl, state := client.DB(statedb.ApplDB), client.DB(statedb.StateDB)
	w := New(client, slog.New(slog.NewTextHandler(t.Output(), nil)))
	changed := w.Subscribe()
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan error, 1)
	go func() { done <- w.Run(ctx) }()
	defer func() {
		cancel()
		if err := <-done; err != nil {
			t.Error(err)
		}
	}()
	key := schema.BFDKey{Peer: netip.MustParseAddr("fc00::2")}
	w.Want("static", map[schema.BFDKey]Session{key: {}})
	w.Want("bgp", map[schema.BFDKey]Session{key: {Multihop: true, Interval: 300 * time.Millisecond, Multiplier: 5}})
	row := func() statedb.Fields {
		got, _, err := appl.Get(t.Context(), "_BFD_SESSION_TABLE", "default:default:fc00::2")
		if err != nil {
			t.Fatal(err)
		}
		return got
	}
	until(t, "BGP's way", func() bool {
		r := row()
		return r["multihop"] == "true" && r["tx_interval"] == "300" && r["multiplier"] == "5"
	})
	w.Want("bgp", nil)
	until(t, "the other's way", func() bool { r := row(); return r["multihop"] == "false" && r["tx_interval"] == "50" })
	if err := state.Set(t.Context(), "BFD_SESSION_TABLE", "default|default|fc00::2", statedb.Fields{"state": "Up"}); err != nil {
		t.Fatal(err)
	}
	until(t, "up", func() bool {
		select {
		case <-changed:
		case <-time.After(10 * time.Second):
			t.Fatal("nobody is told")
		}
		return w.State(key) == Up
	})
	w.Want("static", nil)
	until(t, "nobody wants it", func() bool { return len(row()) == 0 })
}

func until(t *testing.T, what string, good func() bool) {
	t.Helper()
	for end := time.Now().Add(10 * time.Second); !good(); time.Sleep(5 * time.Millisecond) {
		if time.Now().After(end) {
			t.Fatal(what)
		}
	}
}
