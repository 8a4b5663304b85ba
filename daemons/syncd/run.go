package syncd

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/heddle-nos/heddle/daemons/syncd/asicstate"
	"github.com/heddle-nos/heddle/daemons/syncd/counters"
	"github.com/heddle-nos/heddle/daemons/syncd/executor"
	"github.com/heddle-nos/heddle/daemons/syncd/hardware"
	"github.com/heddle-nos/heddle/internal/process"
	"github.com/heddle-nos/heddle/internal/statedb"
)

// Run serves until ctx ends or the ASIC or the database is lost. Ended at any
// moment it leaves the ASIC forwarding and can be run again.
func Run(ctx context.Context, cfg Config) (err error) {
	cfg = cfg.withDefaults()
	if err := cfg.Database.Wait(ctx); err != nil {
		return err
	}
	asic, closer, err := open(ctx, cfg)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, closer()) }()

	db := cfg.Database.DB(statedb.AsicDB)
	store := asicstate.NewStore(db)
	flex := cfg.Database.DB(statedb.FlexCounterDB)
	exec := executor.New(executor.Options{
		ASIC: asic, DB: store, Flex: counters.NewRequests(flex), Log: cfg.Log, Async: cfg.Async,
	})
	queue := statedb.NewQueueConsumer(db, asicstate.Table, statedb.QueueOptions{Batch: queueBatch})
	defer queue.Close()
	s := newServer(cfg, exec, store, queue, db)
	if err := exec.Start(ctx); err != nil {
		return err
	}
	if err := s.commit(ctx, nil); err != nil {
		return err
	}
	poller := counters.NewPoller(counters.Options{
		Stats: asic, IDs: exec.IDs(), Flex: flex, Counters: cfg.Database.DB(statedb.CountersDB), Log: cfg.Log,
	})
	g := process.NewGroup(ctx)
	g.Go("queue", s.read)
	g.Go("requests", func(ctx context.Context) error { return s.serve(ctx, asic.Events) })
	g.Go("watch", s.watch)
	g.Go("counters", poller.Run)
	if err := cfg.Serving(); err != nil {
		return errors.Join(err, g.Wait())
	}
	cfg.Log.Info("serving", "async", cfg.Async)
	return g.Wait()
}

// open loads the library; the ASIC may come up after syncd.
func open(ctx context.Context, cfg Config) (hardware.ASIC, func() error, error) {
	deadline := time.Now().Add(cfg.Patience)
	for first := true; ; first = false {
		asic, closer, err := cfg.Open(ctx)
		if err == nil {
			return asic, closer, nil
		}
		if ctx.Err() != nil || time.Now().After(deadline) {
			return hardware.ASIC{}, nil, fmt.Errorf("open asic: %w", err)
		}
		if first {
			cfg.Log.Warn("waiting for the asic", "err", err)
		}
		select {
		case <-ctx.Done():
		case <-time.After(openPause):
		}
	}
}
