package linkproto

import (
	"context"
	"errors"
	"log/slog"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/heddle-nos/heddle/daemons/badrow"
	"github.com/heddle-nos/heddle/internal/statedb"
	"github.com/heddle-nos/heddle/internal/statedb/redistest"
)

// desk is an outbox that works, on a Redis of its own.
type desk struct {
	t     *testing.T
	srv   *redistest.Server
	state *statedb.DB
	*Outbox
}

func newDesk(t *testing.T, ready func() error) *desk {
	srv := redistest.Start(t)
	state, log := srv.Client(t).DB(statedb.StateDB), slog.New(slog.NewTextHandler(t.Output(), nil))
	table := func(name string) Table {
		return Table{name, statedb.NewDesiredStored(state, name, statedb.DesiredOptions{})}
	}
	d := &desk{t, srv, state, NewOutbox(OutboxConfig{
		Log: log, First: []Table{table("FIRST")}, Rest: []Table{table("REST")}, Bad: badrow.New(state, log, "CONFIG"), Ready: ready,
	})}
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan error, 1)
	go func() { done <- d.Run(ctx) }()
	t.Cleanup(func() { cancel(); <-done })
	return d
}

func (d *desk) becomes(table string, want map[string]statedb.Fields) {
	d.t.Helper()
	var diff string
	for deadline := time.Now().Add(15 * time.Second); time.Now().Before(deadline); time.Sleep(5 * time.Millisecond) {
		got, err := d.state.All(d.t.Context(), table)
		if diff = cmp.Diff(want, got); err == nil && diff == "" {
			return
		}
	}
	d.t.Fatalf("%s never became so: %s", table, diff)
}

func TestOutbox(t *testing.T) {
	ready := make(chan struct{})
	d := newDesk(t, func() error { close(ready); return nil })
	for _, table := range []string{"FIRST", "REST"} { // of an earlier life
		if err := d.state.Set(t.Context(), table, "old", statedb.Fields{"a": "1"}); err != nil {
			t.Fatal(err)
		}
	}
	row := map[string]statedb.Fields{"x": {"a": "1"}}
	tries, seen := 0, make(chan bool, 10)
	d.Post(Update{
		Rows: Tables{"FIRST": row, "REST": row}, Bad: map[RowRef]error{{"CONFIG", "k"}: errors.New("is bad")},
		Do: []func(context.Context) error{
			func(ctx context.Context) error {
				_, first, err := d.state.Get(ctx, "FIRST", "x")
				seen <- first
				return err
			},
			func(context.Context) error {
				if tries++; tries == 1 {
					return errors.New("not now")
				}
				return nil
			},
		},
	})
	<-ready
	if !<-seen || tries != 2 || len(seen) != 0 {
		t.Errorf("tried %d times; what was done is done again %d times", tries, len(seen))
	}
	d.becomes("FIRST", row)
	d.becomes("REST", row)
	d.becomes("HEDDLE_CONFIG_ERROR", map[string]statedb.Fields{"CONFIG|k": {"field": "", "value": "", "error": "is bad"}})

	d.Post(Update{Rows: Tables{"FIRST": {"x": nil, "y": {"b": "2"}}}})
	d.becomes("FIRST", map[string]statedb.Fields{"y": {"b": "2"}})
	d.becomes("REST", row)
	d.becomes("HEDDLE_CONFIG_ERROR", map[string]statedb.Fields{"CONFIG|k": {"field": "", "value": "", "error": "is bad"}})
	d.Post(Update{Bad: map[RowRef]error{}})
	d.becomes("HEDDLE_CONFIG_ERROR", map[string]statedb.Fields{})

	// What Redis loses comes again, also what changed while it was away.
	d.srv.Stop(t)
	d.Post(Update{Rows: Tables{"REST": {"z": {"c": "3"}}}})
	d.srv.RestartEmpty(t)
	d.becomes("FIRST", map[string]statedb.Fields{"y": {"b": "2"}})
	d.becomes("REST", map[string]statedb.Fields{"x": {"a": "1"}, "z": {"c": "3"}})
}

func TestChanges(t *testing.T) {
	old := Tables{"A": {"same": {"a": "1"}, "other": {"a": "1"}, "gone": {}}, "B": {"gone": {}}}
	fresh := Tables{"A": {"same": {"a": "1"}, "other": {"a": "2"}, "empty": {}}}
	got := make(Tables)
	old.Changes(fresh, got)
	want := Tables{"A": {"other": {"a": "2"}, "gone": nil, "empty": {}}, "B": {"gone": nil}}
	if d := cmp.Diff(want, got); d != "" {
		t.Error(d)
	}
}

func TestRecall(t *testing.T) {
	tries := 0
	got, err := Recall(t.Context(), slog.New(slog.DiscardHandler), func(context.Context) (int, error) {
		if tries++; tries == 1 {
			return 0, errors.New("redis is away")
		}
		return 7, nil
	})
	if got != 7 || err != nil {
		t.Error(got, err)
	}
}
