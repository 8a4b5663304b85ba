package confirm_test

import (
	"log/slog"
	"path/filepath"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/heddle-nos/heddle/daemons/commit"
	"github.com/heddle-nos/heddle/daemons/commit/confirm"
	"github.com/heddle-nos/heddle/daemons/commit/journal"
	"github.com/heddle-nos/heddle/internal/statedb/redistest"
	"github.com/heddle-nos/heddle/yang"
)

type anything struct{}

func (anything) Check(yang.Config) []yang.Problem { return nil }

func (anything) CheckChange(_, _ yang.Config, _ []yang.RowKey) []yang.Problem { return nil }

// bench is a switch on which a commit waits for its confirmation.
type bench struct {
	server *redistest.Server
	j      *journal.Journal
	now    time.Time
	old    commit.Config
}

func (b *bench) clock() time.Time { return b.now }

func (b *bench) engine(t *testing.T) *commit.Engine {
	return commit.New(b.server.Client(t), anything{}).Recorded(b.j, commit.Author{User: "alice"}, b.clock)
}

// keeper is one that has just been started.
func (b *bench) keeper(t *testing.T) *confirm.Keeper {
	return &confirm.Keeper{Engine: b.engine(t), Journal: b.j, Log: slog.New(slog.NewTextHandler(t.Output(), nil)), Now: b.clock, Pause: time.Millisecond}
}

func set(key, value string) func(*commit.Candidate) error {
	return func(c *commit.Candidate) error {
		c.Replace("T", key, commit.Row{"f": value})
		return nil
	}
}

func waiting(t *testing.T) *bench {
	b := &bench{server: redistest.Start(t), j: journal.Open(filepath.Join(t.TempDir(), "journal"), journal.DefaultLimits(), nil), now: time.Now()}
	e := b.engine(t)
	b.commit(t, commit.Request{Edit: set("a", "old")})
	b.old = b.running(t)
	b.commit(t, commit.Request{Edit: set("a", "new"), Confirm: time.Minute})
	if _, err := e.Commit(t.Context(), commit.Request{Edit: set("b", "x"), Confirm: time.Minute}); err == nil {
		t.Error("two commits wait")
	}
	b.commit(t, commit.Request{Edit: set("b", "later")})
	return b
}

func (b *bench) commit(t *testing.T, q commit.Request) {
	t.Helper()
	if r, err := b.engine(t).Commit(t.Context(), q); err != nil || r.Unrecorded != nil {
		t.Fatal(err, r.Unrecorded)
	}
}

func (b *bench) running(t *testing.T) commit.Config {
	t.Helper()
	c, err := b.engine(t).Running(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func (b *bench) check(t *testing.T, want commit.Config, waits bool) {
	t.Helper()
	if d := cmp.Diff(want, b.running(t)); d != "" {
		t.Errorf("(-want +got):\n%s", d)
	}
	if _, w, err := b.j.Awaiting(); err != nil || w != waits {
		t.Errorf("waits: %v, %v", w, err)
	}
}

func both() commit.Config { return commit.Config{"T": {"a": {"f": "new"}, "b": {"f": "later"}}} }

func TestInTime(t *testing.T) {
	b := waiting(t)
	b.now = b.now.Add(59 * time.Second)
	if err := b.keeper(t).Look(t.Context()); err != nil {
		t.Fatal(err)
	}
	b.check(t, both(), true)
	if _, err := b.j.Confirm(commit.Author{}); err != nil {
		t.Fatal(err)
	}
	b.now = b.now.Add(time.Hour)
	if err := b.keeper(t).Look(t.Context()); err != nil {
		t.Fatal(err)
	}
	b.check(t, both(), false)
}

// A keeper that was not there when the time came takes the commit back as well.
func TestTooLate(t *testing.T) {
	b := waiting(t)
	b.now = b.now.Add(time.Hour)
	for range 2 {
		if err := b.keeper(t).Look(t.Context()); err != nil {
			t.Fatal(err)
		}
		b.check(t, b.old, false)
	}
	list, err := b.j.List()
	if err != nil || len(list) != 4 || list[0].Kind != commit.KindRevert || list[0].Settles != 2 {
		t.Errorf("%+v, %v", list, err)
	}
	b.commit(t, commit.Request{Edit: set("a", "again"), Confirm: time.Minute})
}

// The database comes back with everything in it before anybody confirmed.
func TestDatabaseRestarts(t *testing.T) {
	b := waiting(t)
	b.server.Restart(t)
	if err := b.keeper(t).Look(t.Context()); err != nil {
		t.Fatal(err)
	}
	b.check(t, b.old, false)
}

// The switch reboots into what was saved; nothing of the commit is there, and the saved configuration stays.
func TestReboot(t *testing.T) {
	b := waiting(t)
	b.server.RestartEmpty(t)
	if err := b.keeper(t).Look(t.Context()); err == nil {
		t.Error("the empty database counts as the configuration")
	}
	b.check(t, commit.Config{}, true)
	saved := commit.Config{"T": {"a": {"f": "saved"}}}
	if _, err := b.engine(t).Load(t.Context(), saved); err != nil {
		t.Fatal(err)
	}
	if err := b.keeper(t).Look(t.Context()); err != nil {
		t.Fatal(err)
	}
	b.check(t, saved, false)
}

// The committer died before it wrote: there is nothing to take back.
func TestNeverWritten(t *testing.T) {
	b := &bench{server: redistest.Start(t), j: journal.Open(filepath.Join(t.TempDir(), "journal"), journal.DefaultLimits(), nil), now: time.Now()}
	b.commit(t, commit.Request{Edit: set("a", "old")})
	run, err := b.engine(t).ServerRun(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if _, err := b.j.Prepare(commit.Record{Confirm: b.now, Server: run}); err != nil {
		t.Fatal(err)
	}
	if err := b.keeper(t).Look(t.Context()); err != nil {
		t.Fatal(err)
	}
	b.check(t, commit.Config{"T": {"a": {"f": "old"}}}, false)
}

// Somebody confirms at the very moment that the keeper acts.
func TestConfirmedMeanwhile(t *testing.T) {
	b := waiting(t)
	if _, err := b.j.Confirm(commit.Author{}); err != nil {
		t.Fatal(err)
	}
	if _, err := b.engine(t).Commit(t.Context(), commit.Request{Edit: set("a", "old"), Settles: 2}); err == nil {
		t.Error("a confirmed commit was taken back")
	}
	b.check(t, both(), false)
}
