package residenttest

import (
	"context"
	"log/slog"
	"sync"
	"testing"
	"time"

	"github.com/heddle-nos/heddle/daemons/resident"
	"github.com/heddle-nos/heddle/internal/kernel"
	"github.com/heddle-nos/heddle/internal/statedb"
)

const patience = 15 * time.Second // for a daemon to be ready on a busy machine

// Start runs a daemon on doors that the test has opened, and returns once it is ready. The daemon ends with stop, or with the test;
// its failure is the test's.
func Start(t testing.TB, client *statedb.Client, k *kernel.Kernel, work func(context.Context, resident.Doors) error) (stop func()) {
	t.Helper()
	ready := make(chan struct{})
	doors := resident.Doors{
		Client: client, Kernel: k,
		Log:   slog.New(slog.NewTextHandler(t.Output(), nil)),
		Ready: func() error { close(ready); return nil },
	}
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan error, 1)
	go func() { done <- work(ctx, doors) }()
	stop = sync.OnceFunc(func() {
		cancel()
		if err := <-done; err != nil {
			t.Errorf("run: %v", err)
		}
	})
	t.Cleanup(stop)
	select {
	case <-ready:
	case <-time.After(patience):
		t.Fatal("never ready")
	}
	return stop
}
