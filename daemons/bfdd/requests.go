package bfdd

import (
	"context"
	"log/slog"
	"time"

	"github.com/heddle-nos/heddle/daemons/linkproto"
	"github.com/heddle-nos/heddle/internal/process"
	"github.com/heddle-nos/heddle/internal/statedb"
	"github.com/heddle-nos/heddle/yang/schema"
)

const audit = 15 * time.Second // between two comparisons with all that Redis holds

// request is what is asked for in APPL_DB: changed rows, or the whole table.
type request struct {
	ops   []statedb.KeyOp
	whole map[string]statedb.Fields
}

// follow hands over the whole table, then every change, and the whole table again every now and then: of a Redis that was emptied no change is
// told.
func follow(ctx context.Context, appl *statedb.DB, log *slog.Logger, requests chan<- request) error {
	send := func(ctx context.Context, r request) error {
		select {
		case requests <- r:
			return nil
		case <-ctx.Done():
			return ctx.Err()
		}
	}
	rows, err := readAll(ctx, appl, schema.AppTableBFDSession, log)
	if err != nil {
		return err
	}
	if err := send(ctx, request{whole: rows}); err != nil {
		return err
	}
	g := process.NewGroup(ctx)
	g.Go("follow changes", func(ctx context.Context) error {
		c := statedb.NewConsumer(appl, schema.AppTableBFDSession, statedb.ConsumerOptions{Initial: true})
		return c.Run(ctx, func(ctx context.Context, ops []statedb.KeyOp) error { return send(ctx, request{ops: ops}) })
	})
	g.Go("look at the whole", func(ctx context.Context) error {
		tick := time.NewTicker(audit)
		defer tick.Stop()
		for {
			select {
			case <-ctx.Done():
				return ctx.Err()
			case <-tick.C:
			}
			if rows, err := appl.All(ctx, schema.AppTableBFDSession); err == nil {
				if err := send(ctx, request{whole: rows}); err != nil {
					return err
				}
			}
		}
	})
	return g.Wait()
}

// readAll reads a table, and waits for Redis if need be.
func readAll(ctx context.Context, db *statedb.DB, table string, log *slog.Logger) (map[string]statedb.Fields, error) {
	return linkproto.Recall(ctx, log, func(ctx context.Context) (map[string]statedb.Fields, error) { return db.All(ctx, table) })
}
