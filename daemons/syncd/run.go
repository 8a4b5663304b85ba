package syncd

import (
	"context"
	"errors"
	"time"

	"github.com/heddle-nos/heddle/daemons/loglevel"
	"github.com/heddle-nos/heddle/daemons/syncd/asicstate"
	"github.com/heddle-nos/heddle/daemons/syncd/counters"
	"github.com/heddle-nos/heddle/daemons/syncd/executor"
	"github.com/heddle-nos/heddle/daemons/syncd/hardware"
	"github.com/heddle-nos/heddle/daemons/syncd/recording"
	"github.com/heddle-nos/heddle/internal/process"
	"github.com/heddle-nos/heddle/internal/statedb"
)

// Run serves until ctx ends or the ASIC or the database is lost. Ended at any
// moment it leaves the ASIC forwarding and can be run again.
func Run(ctx context.Context, cfg Config) (err error) {
	dbs, err := statedb.LoadConfig(cfg.Database)
	if err != nil {
		return err
	}
	client, err := statedb.Open(dbs, cfg.Log)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, client.Close()) }()
	defer loglevel.Follow(ctx, client, cfg.Log)()
	if err := process.NotReady(cfg.Ready); err != nil {
		return err
	}
	if err := client.Wait(ctx); err != nil {
		return err
	}
	asic, closer, err := cfg.open(ctx)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, closer()) }()
	return run(ctx, cfg, client, asic)
}

// run brings ASIC and database together and then serves.
func run(ctx context.Context, cfg Config, client *statedb.Client, asic hardware.ASIC) (err error) {
	db, flex := client.DB(statedb.AsicDB), client.DB(statedb.FlexCounterDB)
	store := asicstate.NewStore(db)
	exec := executor.New(executor.Options{
		ASIC: asic, DB: store, Flex: counters.NewRequests(flex), Log: cfg.Log, Async: cfg.Async,
	})
	queue := statedb.NewQueueConsumer(db, asicstate.Table, statedb.QueueOptions{Batch: queueBatch})
	defer queue.Close()
	s := newServer(cfg, exec, store, queue, db)
	s.state = client.DB(statedb.StateDB)
	if cfg.Record != "" {
		if s.rec, err = recording.Open(cfg.Record, cfg.Log); err != nil {
			return err
		}
		defer func() { err = errors.Join(err, s.rec.Close()) }()
	}
	if s.mark, err = store.Marked(ctx); err != nil {
		return err
	}
	if err := exec.Start(ctx); err != nil {
		return err
	}
	if err := s.commit(ctx, nil); err != nil {
		return err
	}
	s.poller = counters.NewPoller(counters.Options{
		Stats: asic, Bulk: asic.Count, IDs: exec.IDs(), Flex: flex, Counters: client.DB(statedb.CountersDB), Log: cfg.Log,
	})
	heard := statedb.Subscribe(ctx, db, restartChannel)
	defer heard.Close()
	s.restarts = heard.C()
	g := process.NewGroup(ctx)
	g.Go("queue", s.read)
	g.Go("requests", func(ctx context.Context) error { return s.serve(ctx, asic.Events) })
	g.Go("watch", s.watch)
	g.Go("counters", s.poller.Run)
	if asic.Log != nil {
		g.Go("log of library", func(ctx context.Context) error {
			return followLibraryLog(ctx, client.DB(statedb.ConfigDB), asic.Log, cfg.Log)
		})
	}
	g.Go("ready", func(ctx context.Context) error {
		if err := listening(ctx, heard); err != nil {
			return err
		}
		return process.Ready(cfg.Ready)
	})
	cfg.Log.Info("serving", "async", cfg.Async)
	if err := g.Wait(); !errors.Is(err, errShutdown) {
		return err
	}
	return nil
}

// listening waits until announcements are heard.
func listening(ctx context.Context, n *statedb.Notifications) error {
	for n.Gaps() == 0 {
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(listenPause):
		}
	}
	return nil
}

const listenPause = 2 * time.Millisecond
