package main

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"sync"
	"sync/atomic"
	"time"

	"github.com/heddle-nos/heddle/daemons/commit"
	"github.com/heddle-nos/heddle/daemons/commit/journal"
	"github.com/heddle-nos/heddle/internal/statedb"
	"github.com/heddle-nos/heddle/yang"
)

// race lets committers count up in one row at once. A commit that was reported
// and is not in the row is lost.
func race(ctx context.Context, client *statedb.Client, dir string, writers, each int) error {
	limits := journal.DefaultLimits()
	limits.Wait = time.Minute
	if err := replace(ctx, commit.New(client, yang.NewChecker()), large(256, "9100")); err != nil {
		return err
	}
	var conflicts atomic.Int64
	errs := make([]error, writers)
	var wg sync.WaitGroup
	began := time.Now()
	for w := range writers {
		e := commit.New(client, yang.NewChecker()).Recorded(journal.Open(dir, limits, nil), commit.Author{User: fmt.Sprint("writer", w)}, time.Now)
		wg.Go(func() { errs[w] = count(ctx, e, w, each, &conflicts) })
	}
	wg.Wait()
	if err := errors.Join(errs...); err != nil {
		return err
	}
	took := time.Since(began)
	c, err := commit.New(client, yang.NewChecker()).Running(ctx)
	if err != nil {
		return err
	}
	total := 0
	for w := range writers {
		n, _ := strconv.Atoi(c["PORT"][fmt.Sprint("Ethernet", w)]["description"])
		total += n
	}
	sum, _ := strconv.Atoi(c["PORT"]["Ethernet100"]["description"])
	if total != writers*each || sum != total {
		return fmt.Errorf("%d commits, %d are there and the shared row counts %d", writers*each, total, sum)
	}
	fmt.Printf("%d committers with %d commits each: none lost, %d told to try again, %.0f commits/s\n", writers, each, conflicts.Load(), float64(total)/took.Seconds())
	return nil
}

// count adds one to a row of its own and to the row of all, each in one commit.
func count(ctx context.Context, e *commit.Engine, w, each int, conflicts *atomic.Int64) error {
	for done := 0; done < each; {
		r, err := e.Change(ctx, commit.Added, func(c *commit.Candidate) error {
			for _, name := range []string{fmt.Sprint("Ethernet", w), "Ethernet100"} {
				row, _ := c.Row("PORT", name)
				n, _ := strconv.Atoi(row["description"])
				c.SetField("PORT", name, "description", strconv.Itoa(n+1))
			}
			return nil
		})
		switch {
		case errors.Is(err, commit.ErrConflict):
			conflicts.Add(1)
		case err != nil:
			return err
		case r.Unrecorded != nil:
			return r.Unrecorded
		default:
			done++
		}
	}
	return nil
}
