package liveness

import (
	"context"
	"log/slog"
	"net/netip"
	"slices"
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

// Two who want the same peer get one session, as quick as either wants it; it ends when neither wants it. Nothing is asked before both have said
// what they want.
func TestWatch(t *testing.T) {
	client := redistest.Start(t).Client(t)
	appl, state := client.DB(statedb.ApplDB), client.DB(statedb.StateDB)
	w := New(client, slog.New(slog.NewTextHandler(t.Output(), nil)), "bgp", "static")
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
	other, link := schema.BFDKey{Peer: netip.MustParseAddr("10.0.0.9")}, schema.BFDKey{Interface: "Ethernet0", Peer: netip.MustParseAddr("fe80::9")}
	key := schema.BFDKey{Peer: netip.MustParseAddr("fc00::2")}
	w.Want("static", map[schema.BFDKey]Session{key: {}})
	w.Want("bgp", map[schema.BFDKey]Session{key: {Multihop: true, Interval: 300 * time.Millisecond, Multiplier: 5}, other: {Interval: 300 * time.Millisecond}})
	row := func() statedb.Fields {
		got, _, err := appl.Get(t.Context(), "_BFD_SESSION_TABLE", "default:default:fc00::2")
		if err != nil {
			t.Fatal(err)
		}
		return got
	}
	until(t, "BGP's way", func() bool {
		r := row()
		return r["multihop"] == "true" && r["tx_interval"] == "50" && r["multiplier"] == "3"
	})
	until(t, "BGP's pace", func() bool {
		r, _, err := appl.Get(t.Context(), "_BFD_SESSION_TABLE", "default:default:10.0.0.9")
		return err == nil && r["tx_interval"] == "300"
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
	if !w.Broke(key).IsZero() {
		t.Error("lost, though it never failed")
	}
	for _, row := range []statedb.Fields{{"state": "Down", "local_diag": "control detection time expired"}, {"state": "Up"}} {
		if err := state.Set(t.Context(), "BFD_SESSION_TABLE", "default|default|fc00::2", row); err != nil {
			t.Fatal(err)
		}
		until(t, row["state"], func() bool { return (w.State(key) == Up) == (row["state"] == "Up") })
	}
	if w.Broke(key).IsZero() {
		t.Error("not lost, though it failed")
	}
	if err := state.Set(t.Context(), "BFD_SESSION_TABLE", "default|Ethernet0|fe80::9", statedb.Fields{"state": "Up"}); err != nil {
		t.Fatal(err)
	}
	until(t, "a session on a link", func() bool { return slices.Equal(w.On("", "Ethernet0"), []schema.BFDKey{link}) })
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
