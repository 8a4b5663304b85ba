package sairedis_test

import (
	"context"
	"errors"
	"log/slog"
	"path/filepath"
	"testing"
	"time"

	"github.com/heddle-nos/heddle/daemons/syncd"
	"github.com/heddle-nos/heddle/daemons/syncd/hardware"
	"github.com/heddle-nos/heddle/daemons/syncd/hardware/strictasic"
	"github.com/heddle-nos/heddle/internal/process"
	"github.com/heddle-nos/heddle/internal/statedb"
	"github.com/heddle-nos/heddle/internal/statedb/redistest"
	"github.com/heddle-nos/heddle/sai/event"
	"github.com/heddle-nos/heddle/sai/strict"
)

// patience bounds every wait of the tests.
const patience = 20 * time.Second

// rig is a syncd with a Redis of its own.
type rig struct {
	t     testing.TB
	db    *statedb.Client
	log   *slog.Logger
	store *strict.Store // unless another ASIC is driven
}

// newRig starts a syncd over a strict SAI that appends to the file record, unless
// it is empty.
func newRig(t testing.TB, ports int, record string) *rig {
	t.Helper()
	store := strict.New(strict.Options{Ports: frontPanel(ports), Queues: 8, PriorityGroups: 8})
	r := startRig(t, redistest.Start(t), record, func(string, map[string]string, *slog.Logger) (hardware.ASIC, func() error, error) {
		return strictasic.New(store, make(chan event.Event)), func() error { return nil }, nil
	})
	r.store = store
	return r
}

// startRig starts a syncd over the ASIC that open opens.
func startRig(t testing.TB, srv *redistest.Server, record string, open syncd.Opener) *rig {
	t.Helper()
	r := &rig{t: t, db: srv.Client(t), log: slog.New(slog.NewTextHandler(t.Output(), &slog.HandlerOptions{Level: slog.LevelWarn}))}
	dir := t.TempDir()
	cfg := syncd.Config{
		Database: filepath.Join(dir, "database_config.json"), Ready: filepath.Join(dir, "ready"),
		Patience: patience, Hang: patience, Record: record, Log: r.log, Open: open,
	}
	if err := srv.Config().Write(cfg.Database); err != nil {
		t.Fatal(err)
	}
	r.live(func(ctx context.Context) error { return syncd.Run(ctx, cfg) })
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	if err := process.WaitReady(ctx, cfg.Ready); err != nil {
		t.Fatalf("syncd does not serve: %v", err)
	}
	return r
}

// live runs a daemon until the test or the returned function ends it.
func (r *rig) live(run func(context.Context) error) (stop func()) {
	ctx, cancel := context.WithCancel(context.Background())
	ended := make(chan error, 1)
	go func() { ended <- run(ctx) }()
	stopped := false
	stop = func() {
		if stopped {
			return
		}
		stopped = true
		cancel()
		if err := <-ended; err != nil && !errors.Is(err, context.Canceled) {
			r.t.Errorf("daemon ended with %v", err)
		}
	}
	r.t.Cleanup(stop)
	return stop
}

func frontPanel(n int) []strict.Port {
	var list []strict.Port
	for i := range uint32(n) {
		list = append(list, strict.Port{Lanes: []uint32{4*i + 1, 4*i + 2, 4*i + 3, 4*i + 4}, Speed: 40000})
	}
	return list
}

// until polls a condition.
func (r *rig) until(what string, ok func() bool) {
	r.t.Helper()
	for deadline := time.Now().Add(patience); !ok(); time.Sleep(5 * time.Millisecond) {
		if time.Now().After(deadline) {
			r.t.Fatalf("not within %s: %s", patience, what)
		}
	}
}
