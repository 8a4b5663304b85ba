package journal_test

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"testing"
	"time"

	"github.com/heddle-nos/heddle/daemons/commit"
	"github.com/heddle-nos/heddle/daemons/commit/journal"
)

// errDies stands for the end of a committer.
var errDies = errors.New("the committer dies here")

// dying is a journal whose committer dies at a step: nothing that would come
// after it happens.
type dying struct {
	*journal.Journal
	at   string
	dead bool
}

func (d *dying) step(name string) error {
	if d.dead || d.at == name {
		d.dead = true
		return errDies
	}
	return nil
}

func (d *dying) Settle(written func(string) bool) error {
	if err := d.step("settle"); err != nil {
		return err
	}
	return d.Journal.Settle(written)
}

func (d *dying) Prepare(r commit.Record) (commit.Pending, error) {
	if err := d.step("before prepare"); err != nil {
		panic(err)
	}
	p, err := d.Journal.Prepare(r)
	if d.step("after prepare") != nil {
		panic(errDies)
	}
	return &dyingPending{p, d}, err
}

type dyingPending struct {
	commit.Pending
	d *dying
}

func (p *dyingPending) Done() error {
	if p.d.step("before done") != nil {
		panic(errDies)
	}
	return p.Pending.Done()
}

// TestCrash lets a committer die at every step. The database has the old or
// the new configuration, and the next commit makes the journal agree with it.
func TestCrash(t *testing.T) {
	for _, confirm := range []time.Duration{0, time.Hour} {
		for _, at := range []string{"before prepare", "after prepare", "before done"} {
			t.Run(fmt.Sprint(at, " confirm ", confirm), func(t *testing.T) {
				b := setUp(t, journal.DefaultLimits())
				b.set(t, "a", "old")
				b.set(t, "b", "old")
				old := b.running(t)
				e := b.engine(&dying{Journal: b.j, at: at})
				dies(t, e, confirm)
				now := b.running(t)
				written := at == "before done"
				if maps.Equal(now["T"]["a"], old["T"]["a"]) == written {
					t.Fatalf("after dying %s the row is %v", at, now["T"]["a"])
				}
				b.set(t, "c", "next")
				list, err := b.j.List()
				if want := map[bool]int{false: 3, true: 4}[written]; err != nil || len(list) != want {
					t.Errorf("%d commits, want %d, %v", len(list), want, err)
				}
				same(t, "before the next", now, back(t, b.j, 1))
				if _, waits, err := b.j.Awaiting(); err != nil || waits != (written && confirm > 0) {
					t.Errorf("waits for a confirmation: %v, %v", waits, err)
				}
			})
		}
	}
}

// dies runs a commit that ends in a panic, in place of the process.
func dies(t *testing.T, e *commit.Engine, confirm time.Duration) {
	defer func() {
		if r := recover(); r != nil && !errors.Is(r.(error), errDies) {
			panic(r)
		}
	}()
	_, err := e.Commit(context.Background(), commit.Request{Mode: commit.Whole, Confirm: confirm, Edit: func(c *commit.Candidate) error {
		c.Replace("T", "a", commit.Row{"f": "new"})
		c.Delete("T", "b")
		return nil
	}})
	t.Errorf("the commit went through: %v", err)
}
