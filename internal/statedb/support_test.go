package statedb_test

import (
	"context"
	"errors"
	"sync"
	"testing"
	"time"

	"github.com/heddle-nos/heddle/internal/statedb"
)

const patience = 10 * time.Second

// eventually polls until ok holds.
func eventually(t testing.TB, what string, ok func() bool) {
	t.Helper()
	for deadline := time.Now().Add(patience); time.Now().Before(deadline); time.Sleep(2 * time.Millisecond) {
		if ok() {
			return
		}
	}
	t.Fatalf("not within %v: %s", patience, what)
}

// mirror is a handler that keeps what it was told, as a map of rows.
type mirror struct {
	mu    sync.Mutex
	rows  map[string]statedb.Fields
	calls int
	ops   int
}

func newMirror() *mirror { return &mirror{rows: make(map[string]statedb.Fields)} }

func (m *mirror) handle(_ context.Context, ops []statedb.KeyOp) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.calls++
	m.ops += len(ops)
	for _, op := range ops {
		if op.Op == statedb.OpDel {
			delete(m.rows, op.Key)
			continue
		}
		m.rows[op.Key] = op.Map()
	}
	return nil
}

func (m *mirror) row(key string) (statedb.Fields, bool) {
	m.mu.Lock()
	defer m.mu.Unlock()
	row, ok := m.rows[key]
	return row, ok
}

func (m *mirror) count() (rows, calls, ops int) {
	m.mu.Lock()
	defer m.mu.Unlock()
	return len(m.rows), m.calls, m.ops
}

type runner interface {
	Run(ctx context.Context, handle func(context.Context, []statedb.KeyOp) error) error
}

// run starts a consumer or subscriber; stop ends and joins it.
func run(t testing.TB, r runner, handle func(context.Context, []statedb.KeyOp) error) (stop func()) {
	t.Helper()
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan error, 1)
	go func() { done <- r.Run(ctx, handle) }()
	var once sync.Once
	stop = func() {
		once.Do(func() {
			cancel()
			if err := <-done; err != nil && !errors.Is(err, context.Canceled) {
				t.Errorf("run: %v", err)
			}
		})
	}
	t.Cleanup(stop)
	return stop
}

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}
