package status_test

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/heddle-nos/heddle/daemons/orchagent/object"
	"github.com/heddle-nos/heddle/daemons/orchagent/publish"
	"github.com/heddle-nos/heddle/daemons/orchagent/status"
	"github.com/heddle-nos/heddle/internal/statedb"
	"github.com/heddle-nos/heddle/internal/statedb/redistest"
	"github.com/heddle-nos/heddle/sai"
)

func TestTable(t *testing.T) {
	ctx := t.Context()
	client := redistest.Start(t).Client(t)
	out := publish.NewWriter(client)
	now := time.Date(2026, 1, 2, 3, 4, 0, 0, time.UTC)
	table := status.NewTable(out, func() time.Time { return now })
	const key = object.Key("k")
	for _, step := range []struct {
		name    string
		set     status.Status
		before  status.State
		pending int
		row     map[string]string
	}{
		{"new", status.Status{State: status.Waiting, Reason: "no port", Owner: "o"}, "", 1,
			map[string]string{"state": "waiting", "reason": "no port", "since": "2026-01-02T03:05:00Z", "owner": "o"}},
		{"same again writes nothing", status.Status{State: status.Waiting, Reason: "no port", Owner: "o"}, status.Waiting, 0,
			map[string]string{"state": "waiting", "reason": "no port", "since": "2026-01-02T03:05:00Z", "owner": "o"}},
		{"other reason keeps the time", status.Status{State: status.Waiting, Reason: "no VLAN", Owner: "o"}, status.Waiting, 1,
			map[string]string{"state": "waiting", "reason": "no VLAN", "since": "2026-01-02T03:05:00Z", "owner": "o"}},
		{"failure", status.Status{State: status.Failed, Reason: "full", SAI: sai.StatusTableFull, Owner: "o"}, status.Waiting, 1,
			map[string]string{"state": "failed", "reason": "full", "sai_status": "SAI_STATUS_TABLE_FULL",
				"since": "2026-01-02T03:08:00Z", "owner": "o"}},
		{"success clears the reasons", status.Status{State: status.Applied, Owner: "o"}, status.Failed, 1,
			map[string]string{"state": "applied", "since": "2026-01-02T03:09:00Z", "owner": "o"}},
	} {
		now = now.Add(time.Minute)
		if before := table.Set(key, step.set); before != step.before {
			t.Errorf("%s: state before %q, want %q", step.name, before, step.before)
		}
		if out.Pending() != step.pending {
			t.Errorf("%s: %d rows pending, want %d", step.name, out.Pending(), step.pending)
		}
		if err := out.Flush(ctx); err != nil {
			t.Fatal(err)
		}
		got := client.DB(statedb.StateDB).Redis().HGetAll(ctx, status.TableObject+"|k").Val()
		if d := cmp.Diff(step.row, got); d != "" {
			t.Error(step.name, d)
		}
	}
}

func TestSummaryCountsWhatIsThere(t *testing.T) {
	ctx := t.Context()
	client := redistest.Start(t).Client(t)
	out := publish.NewWriter(client)
	table := status.NewTable(out, func() time.Time { return time.Unix(0, 0) })
	table.Set("a", status.Status{State: status.Waiting})
	table.Set("a", status.Status{State: status.Applied})
	table.Set("b", status.Status{State: status.Applied})
	table.Set("c", status.Status{State: status.Failed})
	if last := table.Delete("c"); last != status.Failed {
		t.Errorf("last state %q", last)
	}
	if last := table.Delete("c"); last != "" {
		t.Errorf("last state %q of an object that is gone", last)
	}
	if _, ok := table.Get("c"); ok {
		t.Error("the deleted object has a status")
	}
	table.Summary(map[string]int{"ipv4": 7})
	if err := out.Flush(ctx); err != nil {
		t.Fatal(err)
	}
	db := client.DB(statedb.StateDB)
	want := map[string]string{"objects_applied": "2", "objects_waiting": "0", "objects_failed": "0", "routes_ipv4": "7"}
	got := db.Redis().HGetAll(ctx, db.RowKey(status.TableSummary, status.KeySummary)).Val()
	if d := cmp.Diff(want, got); d != "" {
		t.Error(d)
	}
	if n := db.Redis().Exists(ctx, status.TableObject+"|c").Val(); n != 0 {
		t.Error("the deleted object has a row")
	}
}
