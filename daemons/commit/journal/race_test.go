package journal_test

import (
	"errors"
	"fmt"
	"strconv"
	"sync"
	"testing"
	"time"

	"github.com/heddle-nos/heddle/daemons/commit"
	"github.com/heddle-nos/heddle/daemons/commit/journal"
)

// TestCommittersAtOnce: whatever was reported as committed is in the database
// and in the journal, in an order that leads to what is running. The bench
// program does this with thousands of commits.
func TestCommittersAtOnce(t *testing.T) {
	limits := journal.Limits{Commits: 10_000, Bytes: 1 << 30, Segment: 64, Denied: 1, Wait: time.Minute}
	b := setUp(t, limits)
	b.set(t, "count", "0")
	const writers, each = 8, 12
	var wg sync.WaitGroup
	for w := range writers {
		e := b.engine(journal.Open(b.dir, limits, nil))
		wg.Go(func() {
			for done := 0; done < each; {
				r, err := e.Change(t.Context(), commit.Whole, func(c *commit.Candidate) error {
					row, _ := c.Row("T", "count")
					n, err := strconv.Atoi(row["f"])
					c.SetField("T", "count", "f", strconv.Itoa(n+1))
					c.SetField("T", fmt.Sprint(w), "f", strconv.Itoa(done))
					return err
				})
				switch {
				case errors.Is(err, commit.ErrConflict):
				case err != nil || r.Unrecorded != nil:
					t.Error(err, r.Unrecorded)
					return
				default:
					done++
				}
			}
		})
	}
	wg.Wait()
	running := b.running(t)
	if got := running["T"]["count"]["f"]; got != strconv.Itoa(writers*each) {
		t.Errorf("the row counts %s of %d commits", got, writers*each)
	}
	list, err := b.j.List()
	if err != nil || len(list) != writers*each+1 {
		t.Fatal(len(list), err)
	}
	same(t, "what the last commit left", running, back(t, b.j, 0))
	for i, rec := range list[:len(list)-1] {
		if rec.Before != list[i+1].After {
			t.Errorf("commit %d does not begin where %d ended", rec.Number, list[i+1].Number)
		}
	}
}
