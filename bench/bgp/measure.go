package main

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	"github.com/heddle-nos/heddle/bench/cost"
	"github.com/heddle-nos/heddle/daemons/lab"
)

const (
	firstLook = 100 * time.Millisecond
	leastLook = 20 * time.Millisecond
	mostLook  = 2 * time.Second
)

// probe counts how many routes have come to one place.
type probe struct {
	place string
	count func(context.Context) (int, error)
}

// stage is when all routes had come to a place.
type stage struct {
	place string
	took  time.Duration
}

// result is what one contestant did with the table.
type result struct {
	name   string
	n      int
	stages []stage
	costs  []cost.Spent
}

// limit is how long a table of n routes may take.
func limit(n int) time.Duration { return time.Minute + time.Duration(n)*200*time.Microsecond }

// measure sends the table and waits until it is in every place.
func (s subject) measure(ctx context.Context, l *lab.Lab, what load) (r result, err error) {
	ctx, cancel := context.WithTimeout(ctx, limit(what.n))
	defer cancel()
	session, err := connect(ctx, l)
	if err != nil {
		return r, err
	}
	defer func() { err = errors.Join(err, session.Close()) }()
	empty := make([]int, len(s.probes))
	for i, p := range s.probes {
		if empty[i], err = p.count(ctx); err != nil {
			return r, fmt.Errorf("look into %s: %w", p.place, err)
		}
	}
	processes, err := s.processes(ctx)
	if err != nil {
		return r, err
	}
	meter, err := cost.Begin(processes)
	if err != nil {
		return r, err
	}
	began := time.Now()
	sent := make(chan error, 1)
	go func() { sent <- session.Send(what.updates) }()
	r = result{n: what.n, stages: make([]stage, len(s.probes))}
	errs := make([]error, len(s.probes))
	var looking sync.WaitGroup
	for i, p := range s.probes {
		looking.Go(func() {
			r.stages[i].place = p.place
			r.stages[i].took, errs[i] = p.await(ctx, began, empty[i], what.n, session.Err)
		})
	}
	looking.Wait()
	if err := errors.Join(append(errs, <-sent)...); err != nil {
		return r, err
	}
	r.costs, err = meter.End()
	return r, err
}

// await returns how long it took until n routes had come. To look costs the one that is measured, so it looks again when half of what is
// missing should have come.
func (p probe) await(ctx context.Context, began time.Time, empty, n int, broken func() error) (time.Duration, error) {
	have := 0
	for pause := firstLook; ; {
		select {
		case <-ctx.Done():
			return 0, fmt.Errorf("%s has %d of %d routes: %w", p.place, have, n, ctx.Err())
		case <-time.After(pause):
		}
		took := time.Since(began)
		count, err := p.count(ctx)
		if err = errors.Join(err, broken()); err != nil {
			return 0, fmt.Errorf("%s, with %d of %d routes: %w", p.place, have, n, err)
		}
		if have = count - empty; have >= n {
			return took, nil
		}
		pause = mostLook
		if have > 0 {
			pause = time.Duration(float64(took) * float64(n-have) / float64(have) / 2)
		}
		pause = min(max(pause, leastLook), mostLook)
	}
}
