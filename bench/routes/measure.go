package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"strings"
	"time"

	"github.com/redis/go-redis/v9"

	"github.com/heddle-nos/heddle/daemons/lab"
	"github.com/heddle-nos/heddle/daemons/lab/topology"
	"github.com/heddle-nos/heddle/internal/statedb"
)

const (
	sw         = "sw1"
	maxRoutes  = 2_000_000
	readyTime  = 60 * time.Second
	pollEvery  = 2 * time.Millisecond
	batchSize  = 1000 // rows a producer hands over at once, as a routing daemon does
	nextHop    = "198.51.100.2"
	nextHopDev = "Ethernet0"
)

// bench is a running switch under measurement.
type bench struct {
	lab   *lab.Lab
	db    *statedb.Client
	route []statedb.Field // of every route
}

// measure programs and withdraws tables of each size.
func measure(ctx context.Context, bin string, sizes []int, out io.Writer) error {
	return onSwitch(ctx, bin, topologyYAML, route(nextHop, nextHopDev), func(b bench) error {
		fmt.Fprintln(out, "routes, APPL_DB -> orchagent -> ASIC_DB -> syncd -> libsai.so -> asicd -> pipeline, acknowledged")
		for _, n := range sizes {
			if err := b.table(ctx, n, out); err != nil {
				return fmt.Errorf("%d routes: %w", n, err)
			}
		}
		return nil
	})
}

// onSwitch brings a switch up for f.
func onSwitch(ctx context.Context, bin string, text []byte, route []statedb.Field, f func(bench) error) (err error) {
	top, err := topology.Parse(text, "")
	if err != nil {
		return err
	}
	top.Name = fmt.Sprintf("%s-%d", top.Name, os.Getpid())
	l, err := lab.New(top, bin, slog.New(slog.DiscardHandler))
	if err != nil {
		return err
	}
	if err := l.Up(ctx); err != nil {
		return err
	}
	defer func() { err = errors.Join(err, l.Down(context.WithoutCancel(ctx))) }()
	if err := serve(ctx, l); err != nil {
		return err
	}
	db, err := l.Database(sw)
	if err != nil {
		return err
	}
	defer db.Close()
	b := bench{lab: l, db: db, route: route}
	if err := b.warmUp(ctx); err != nil {
		return err
	}
	return f(b)
}

// serve waits until the switch forwards and knows its next hops.
func serve(ctx context.Context, l *lab.Lab) error {
	ctx, cancel := context.WithTimeout(ctx, readyTime)
	defer cancel()
	if err := l.Wait(ctx); err != nil {
		return err
	}
	var paths []lab.Path
	for _, h := range l.Topology.Hosts {
		paths = append(paths, lab.Path{From: h.Name, To: sw, Address: h.Routes[0].Via})
	}
	return errors.Join(l.Reach(ctx, paths)...)
}

// warmUp programs one route, which stays: with it come the next hop and whatever else the others share.
func (b bench) warmUp(ctx context.Context) error {
	const first = "19.255.0.0/24"
	ctx, cancel := context.WithTimeout(ctx, readyTime)
	defer cancel()
	producer := statedb.NewProducer(b.db.DB(statedb.ApplDB), "ROUTE_TABLE")
	if err := producer.Set(ctx, first, b.route...); err != nil {
		return err
	}
	for {
		keys, err := b.db.DB(statedb.AsicDB).Redis().Keys(ctx, "ASIC_STATE:SAI_OBJECT_TYPE_ROUTE_ENTRY:*"+first+"*").Result()
		if err != nil {
			return fmt.Errorf("program a first route: %w", err)
		}
		if len(keys) == 1 {
			return nil
		}
		time.Sleep(pollEvery)
	}
}

// stepLimit is how long a table may take to be programmed or withdrawn.
func stepLimit(n int) time.Duration { return time.Minute + time.Duration(n)*200*time.Microsecond }

// table programs one table, restarts programs that hold it, and withdraws it.
func (b bench) table(ctx context.Context, n int, out io.Writer) error {
	ctx, cancel := context.WithTimeout(ctx, 2*stepLimit(n))
	defer cancel()
	name, err := b.namer(ctx)
	if err != nil {
		return err
	}
	if err := b.step(ctx, n, name, statedb.OpSet, out); err != nil {
		return err
	}
	for _, program := range []string{"syncd", "orchagent"} {
		if err := b.restart(ctx, n, program, out); err != nil {
			return err
		}
	}
	if err := b.settle(ctx, n, name); err != nil {
		return err
	}
	return b.step(ctx, n, name, statedb.OpDel, out)
}

// step programs or withdraws one table.
func (b bench) step(ctx context.Context, n int, name func(int) string, op statedb.Op, out io.Writer) error {
	meter, err := b.meter(ctx)
	if err != nil {
		return err
	}
	began := time.Now()
	if err := b.write(ctx, n, op); err != nil {
		return err
	}
	if err := b.await(ctx, n, name, op == statedb.OpSet); err != nil {
		return err
	}
	took := time.Since(began)
	spent, err := meter.End()
	if err != nil {
		return err
	}
	what := map[statedb.Op]string{statedb.OpSet: "programmed", statedb.OpDel: "withdrawn"}[op]
	printStep(out, n, what, took, spent)
	return nil
}

// settle waits until orchagent removes again, which it puts off in the first seconds after its start: route n, of no table, comes and goes.
func (b bench) settle(ctx context.Context, n int, name func(int) string) error {
	producer := statedb.NewProducer(b.db.DB(statedb.ApplDB), "ROUTE_TABLE")
	extra := func(int) string { return name(n) }
	if err := producer.Set(ctx, prefix(n), b.route...); err != nil {
		return err
	}
	if err := b.await(ctx, 1, extra, true); err != nil {
		return err
	}
	if err := producer.Del(ctx, prefix(n)); err != nil {
		return err
	}
	return b.await(ctx, 1, extra, false)
}

// namer tells the ASIC_DB row of the i-th route. The rows of routes differ only in their prefix, so any other one shows the rest.
func (b bench) namer(ctx context.Context) (func(int) string, error) {
	rows := b.db.DB(statedb.AsicDB).Redis().Scan(ctx, 0, "ASIC_STATE:SAI_OBJECT_TYPE_ROUTE_ENTRY:*", 1000).Iterator()
	for rows.Next(ctx) {
		before, rest, ok := strings.Cut(rows.Val(), `"dest":"`)
		_, after, closed := strings.Cut(rest, `"`)
		if ok && closed {
			return func(i int) string { return before + `"dest":"` + prefix(i) + `"` + after }, nil
		}
	}
	return nil, errors.Join(rows.Err(), errors.New("the switch has no route to show how its rows are named"))
}

// await returns once every one of n routes is acknowledged: syncd writes a row for each route that the ASIC took and removes it with the route.
// While a route is missing it asks for that one alone: the question must not cost what is measured.
func (b bench) await(ctx context.Context, n int, name func(int) string, present bool) error {
	asic := b.db.DB(statedb.AsicDB).Redis()
	for done := 0; done < n; {
		have, err := asic.Exists(ctx, name(done)).Result()
		if err != nil {
			return err
		}
		if (have == 1) == present {
			if done, err = acknowledged(ctx, asic, done, min(done+batchSize, n), name, present); err != nil {
				return err
			}
			continue
		}
		select {
		case <-ctx.Done():
			return fmt.Errorf("route %s is not as it should be: %w", prefix(done), ctx.Err())
		case <-time.After(pollEvery):
		}
	}
	return nil
}

// acknowledged returns the first route from first to last that is not yet as it should be, or last.
func acknowledged(ctx context.Context, asic *redis.Client, first, last int, name func(int) string, present bool) (int, error) {
	found := make([]*redis.IntCmd, 0, last-first)
	_, err := asic.Pipelined(ctx, func(p redis.Pipeliner) error {
		for i := first; i < last; i++ {
			found = append(found, p.Exists(ctx, name(i)))
		}
		return nil
	})
	if err != nil {
		return 0, err
	}
	for i, f := range found {
		if (f.Val() == 1) != present {
			return first + i, nil
		}
	}
	return last, nil
}

func (b bench) write(ctx context.Context, n int, op statedb.Op) error {
	producer := statedb.NewProducer(b.db.DB(statedb.ApplDB), "ROUTE_TABLE")
	var fields []statedb.Field
	if op == statedb.OpSet {
		fields = b.route
	}
	batch := make([]statedb.KeyOp, 0, batchSize)
	for i := range n {
		batch = append(batch, statedb.KeyOp{Op: op, Key: prefix(i), Fields: fields})
		if len(batch) == batchSize || i == n-1 {
			if err := producer.Apply(ctx, batch); err != nil {
				return err
			}
			batch = batch[:0]
		}
	}
	return nil
}

func route(nextHops, devices string) []statedb.Field {
	return []statedb.Field{{Name: "nexthop", Value: nextHops}, {Name: "ifname", Value: devices}, {Name: "protocol", Value: "static"}}
}

// prefix is the i-th route: consecutive /24s from 20.0.0.0 on.
func prefix(i int) string {
	return fmt.Sprintf("%d.%d.%d.0/24", 20+i>>16, i>>8&0xff, i&0xff)
}
