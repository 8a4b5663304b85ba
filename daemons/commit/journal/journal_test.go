package journal_test

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/heddle-nos/heddle/daemons/commit"
	"github.com/heddle-nos/heddle/daemons/commit/journal"
	"github.com/heddle-nos/heddle/internal/statedb"
	"github.com/heddle-nos/heddle/internal/statedb/redistest"
	"github.com/heddle-nos/heddle/yang"
)

// anything is a checker that has no objection but to a table named BAD.
type anything struct{}

func (anything) Check(c yang.Config) []yang.Problem {
	if len(c["BAD"]) > 0 {
		return []yang.Problem{{Table: "BAD", Text: "is bad"}}
	}
	return nil
}

func (a anything) CheckChange(_, after yang.Config, _ []yang.RowKey) []yang.Problem {
	return a.Check(after)
}

// bench is a switch's database with a journal.
type bench struct {
	*commit.Engine
	j      *journal.Journal
	client *statedb.Client
	dir    string
	said   []string
	now    time.Time
}

func setUp(t *testing.T, limits journal.Limits) *bench {
	b := &bench{client: redistest.Start(t).Client(t), dir: filepath.Join(t.TempDir(), "journal"), now: time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)}
	b.j = journal.Open(b.dir, limits, func(l journal.Line) { b.said = append(b.said, l.Text) })
	b.Engine = b.engine(b.j)
	return b
}

func (b *bench) engine(r commit.Recorder) *commit.Engine {
	return commit.New(b.client, anything{}).Recorded(r, commit.Author{User: "alice", From: "192.0.2.7", Program: "config"}, func() time.Time { return b.now })
}

func (b *bench) set(t testing.TB, key, value string) commit.Result {
	t.Helper()
	r, err := b.Commit(context.Background(), commit.Request{Mode: commit.Whole, Comment: "why", Edit: func(c *commit.Candidate) error {
		c.Replace("T", key, commit.Row{"f": value})
		return nil
	}})
	if err != nil || r.Unrecorded != nil {
		t.Fatal(err, r.Unrecorded)
	}
	return r
}

func (b *bench) running(t testing.TB) commit.Config {
	t.Helper()
	c, err := b.Running(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func back(t testing.TB, j *journal.Journal, n int) commit.Config {
	t.Helper()
	c, _, err := j.Back(n)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func same(t testing.TB, what string, want, got commit.Config) {
	t.Helper()
	if d := cmp.Diff(want, got); d != "" {
		t.Errorf("%s (-want +got):\n%s", what, d)
	}
}

func TestHistory(t *testing.T) {
	b := setUp(t, journal.DefaultLimits())
	b.set(t, "a", "0") // into an empty database: the switch starts
	b.set(t, "a", "1")
	if r := b.set(t, "b", "2"); r.Number != 3 {
		t.Errorf("commit %d, want 3", r.Number)
	}
	if r := b.set(t, "b", "2"); r.Number != 0 {
		t.Errorf("a commit without change has number %d", r.Number)
	}
	list, err := b.j.List()
	if err != nil || len(list) != 3 {
		t.Fatal(list, err)
	}
	got := list[0]
	if got.Number != 3 || got.Author.User != "alice" || got.Author.From != "192.0.2.7" || got.Comment != "why" || !got.Time.Equal(b.now) ||
		got.Kind != commit.KindCommit || list[2].Kind != commit.KindBoot {
		t.Errorf("%+v", list)
	}
	rec, err := b.j.Commit(3)
	want := []commit.Change{{Table: "T", Key: "b", After: commit.Row{"f": "2"}}}
	if d := cmp.Diff(want, rec.Changes); err != nil || d != "" {
		t.Error(err, d)
	}
	same(t, "0 back", commit.Config{"T": {"a": {"f": "1"}, "b": {"f": "2"}}}, back(t, b.j, 0))
	same(t, "1 back", commit.Config{"T": {"a": {"f": "1"}}}, back(t, b.j, 1))
	same(t, "2 back", commit.Config{"T": {"a": {"f": "0"}}}, back(t, b.j, 2))
	if _, _, err := b.j.Back(3); err == nil || !strings.Contains(err.Error(), "the journal has 2") {
		t.Errorf("beyond the start: %v", err)
	}
	if want := "commit 3 by alice (192.0.2.7): 1 row(s): +T|b: why"; b.said[len(b.said)-1] != want {
		t.Errorf("said %q, want %q", b.said[len(b.said)-1], want)
	}
	var none *journal.NoCommitError
	if _, err := b.j.Commit(99); !errors.As(err, &none) {
		t.Errorf("got %v", err)
	}
}

// What others change without the journal is part of what was before a commit.
func TestForeignChanges(t *testing.T) {
	b := setUp(t, journal.DefaultLimits())
	b.set(t, "a", "0")
	b.set(t, "a", "1")
	if err := b.client.DB(statedb.ConfigDB).Set(t.Context(), "T", "foreign", statedb.Fields{"f": "x"}); err != nil {
		t.Fatal(err)
	}
	b.set(t, "a", "2")
	same(t, "1 back", commit.Config{"T": {"a": {"f": "1"}, "foreign": {"f": "x"}}}, back(t, b.j, 1))
	same(t, "2 back", commit.Config{"T": {"a": {"f": "0"}}}, back(t, b.j, 2))
}

// After a reboot the database is empty, and the saved configuration is older than the last commits.
func TestReboot(t *testing.T) {
	b := setUp(t, journal.DefaultLimits())
	b.set(t, "a", "0")
	b.set(t, "a", "1")
	b.client.DB(statedb.ConfigDB).Redis().FlushAll(t.Context())
	b.set(t, "a", "0") // the saved configuration is loaded
	same(t, "0 back", commit.Config{"T": {"a": {"f": "1"}}}, back(t, b.j, 0))
	same(t, "1 back", commit.Config{"T": {"a": {"f": "0"}}}, back(t, b.j, 1))
	if _, _, err := b.j.Back(2); err == nil {
		t.Error("an empty configuration is offered")
	}
}

func TestRefusedAttempts(t *testing.T) {
	limits := journal.DefaultLimits()
	limits.Denied = 2
	b := setUp(t, limits)
	b.set(t, "a", "0")
	for range 3 {
		_, err := b.Commit(t.Context(), commit.Request{Mode: commit.Whole, Edit: func(c *commit.Candidate) error {
			c.Replace("BAD", "x\ny", commit.Row{})
			return nil
		}})
		var invalid *commit.InvalidError
		if !errors.As(err, &invalid) {
			t.Fatal(err)
		}
		b.now = b.now.Add(time.Second)
	}
	if err := b.Deny(errors.New("role operator may not do that")); err != nil {
		t.Fatal(err)
	}
	list, err := b.j.Denied()
	if err != nil || len(list) != 2 || list[0].Refused != "role operator may not do that" || !strings.Contains(list[1].Refused, "is bad") {
		t.Errorf("%+v, %v", list, err)
	}
	if last := b.said[len(b.said)-2]; !strings.HasPrefix(last, "change refused, by alice (192.0.2.7): the configuration is not valid: +BAD|x y") {
		t.Errorf("said %q", last)
	}
	if all, err := b.j.List(); err != nil || len(all) != 1 {
		t.Errorf("%v, %v", all, err)
	}
}

// Old commits go, with what they stand on, and what is left can be had.
func TestPrune(t *testing.T) {
	b := setUp(t, journal.Limits{Commits: 10, Bytes: 1 << 20, Segment: 4, Denied: 1, Wait: time.Minute})
	states := map[uint64]commit.Config{}
	for i := range 40 {
		before := b.running(t)
		states[b.set(t, fmt.Sprint(i%7), fmt.Sprint(i)).Number] = before
	}
	list, err := b.j.List()
	if err != nil || len(list) < 10 || len(list) > 14 || list[0].Number != 40 {
		t.Fatal(len(list), err)
	}
	for _, rec := range list {
		c, err := b.j.Before(rec.Number)
		if err != nil {
			t.Fatal(err)
		}
		same(t, fmt.Sprint("before ", rec.Number), states[rec.Number], c)
	}
}

func TestBytesAreBounded(t *testing.T) {
	b := setUp(t, journal.Limits{Commits: 1000, Bytes: 20_000, Segment: 4, Denied: 1, Wait: time.Minute})
	for i := range 40 {
		b.set(t, "x", strings.Repeat(fmt.Sprint(i%10), 1000))
	}
	list, err := b.j.List()
	if err != nil || len(list) > 16 {
		t.Errorf("%d commits of 2000 bytes are left, %v", len(list), err)
	}
	back(t, b.j, len(list))
}

func TestDamageIsNoticed(t *testing.T) {
	b := setUp(t, journal.DefaultLimits())
	for i := range 4 {
		b.set(t, "x", fmt.Sprint(i))
	}
	if err := os.Remove(filepath.Join(b.dir, "00000002.json")); err != nil {
		t.Fatal(err)
	}
	if c, err := b.j.Before(3); err == nil || !strings.Contains(err.Error(), "damaged") {
		t.Errorf("got %v, %v", c, err)
	}
	if err := os.WriteFile(filepath.Join(b.dir, "00000004.json"), []byte("{"), 0o600); err != nil {
		t.Fatal(err)
	}
	b.set(t, "x", "after") // a damaged journal keeps nobody from work
	same(t, "before the new one", commit.Config{"T": {"x": {"f": "3"}}}, back(t, b.j, 1))
}

// A journal that cannot be written is told of, and the change is made.
func TestNoJournalNoHarm(t *testing.T) {
	b := setUp(t, journal.DefaultLimits())
	if err := os.WriteFile(b.dir, nil, 0o600); err != nil { // a file where the folder should be
		t.Fatal(err)
	}
	edit := func(c *commit.Candidate) error {
		c.Replace("T", "a", commit.Row{})
		return nil
	}
	if _, err := b.Commit(t.Context(), commit.Request{Edit: edit, Confirm: time.Minute}); err == nil {
		t.Error("a change that could not be taken back was made")
	}
	r, err := b.Commit(t.Context(), commit.Request{Edit: edit})
	if err != nil || r.Unrecorded == nil {
		t.Errorf("%v, unrecorded %v", err, r.Unrecorded)
	}
	same(t, "running", commit.Config{"T": {"a": {}}}, b.running(t))
}

func TestBusy(t *testing.T) {
	limits := journal.DefaultLimits()
	limits.Wait = 20 * time.Millisecond
	b := setUp(t, limits)
	release, err := b.j.Lock(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	_, err = b.Change(t.Context(), commit.Whole, func(c *commit.Candidate) error {
		c.Replace("T", "a", commit.Row{})
		return nil
	})
	if !errors.Is(err, commit.ErrBusy) {
		t.Errorf("got %v", err)
	}
	release()
	b.set(t, "a", "1")
}

// TestAnyHistory: whatever is committed, by whomever, every state before a
// commit comes back as it was.
func TestAnyHistory(t *testing.T) {
	b := setUp(t, journal.Limits{Commits: 1000, Bytes: 1 << 30, Segment: 5, Denied: 1, Wait: time.Minute})
	states := map[uint64]commit.Config{}
	key := rapid.SampledFrom([]string{"a", "b", "c|d"})
	rapid.Check(t, func(rt *rapid.T) {
		for range rapid.IntRange(1, 6).Draw(rt, "steps") {
			before := b.running(t)
			row := rapid.MapOfN(rapid.SampledFrom([]string{"f", "g@", "h"}), rapid.StringMatching(`[a-z,]{0,4}`), 0, 3).Draw(rt, "row")
			delete(row, "NULL")
			table, k := rapid.SampledFrom([]string{"T", "U"}).Draw(rt, "table"), key.Draw(rt, "key")
			foreign := rapid.IntRange(0, 9).Draw(rt, "who") == 0
			if foreign {
				b.client.DB(statedb.ConfigDB).Redis().HSet(context.Background(), table+"|"+k, "x", "foreign")
				continue
			}
			r, err := b.Change(context.Background(), commit.Whole, func(c *commit.Candidate) error {
				if rapid.Bool().Draw(rt, "delete") {
					c.Delete(table, k)
				} else {
					c.Replace(table, k, row)
				}
				return nil
			})
			if err != nil || r.Unrecorded != nil {
				rt.Fatal(err, r.Unrecorded)
			}
			if r.Number != 0 {
				states[r.Number] = before
			}
		}
	})
	list, err := b.j.List()
	if err != nil {
		t.Fatal(err)
	}
	for _, rec := range list {
		c, err := b.j.Before(rec.Number)
		if err != nil {
			t.Fatal(err)
		}
		same(t, fmt.Sprint("before ", rec.Number), states[rec.Number], c)
	}
}
