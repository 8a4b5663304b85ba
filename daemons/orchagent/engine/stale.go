package engine

import (
	"context"
	"fmt"

	"github.com/heddle-nos/heddle/daemons/orchagent/object"
	"github.com/heddle-nos/heddle/daemons/orchagent/publish"
	"github.com/heddle-nos/heddle/daemons/orchagent/status"
	"github.com/heddle-nos/heddle/internal/statedb"
)

// forgetStale deletes rows of STATE_DB that an earlier life left and that are
// no longer true.
func (e *Engine) forgetStale(ctx context.Context) error {
	db := e.Client.DB(statedb.StateDB)
	keys, err := db.Keys(ctx, status.TableObject)
	if err != nil {
		return fmt.Errorf("look for stale status: %w", err)
	}
	for _, k := range keys {
		if _, ok := e.status.Get(object.Key(k)); !ok {
			e.out.Add(publish.Delete(statedb.StateDB, status.TableObject, k))
		}
	}
	if err := e.forgetStaleAddresses(ctx, db); err != nil {
		return err
	}
	if err := e.forgetStaleHolds(ctx, db); err != nil {
		return err
	}
	return e.auditFeedback(ctx)
}

func (e *Engine) forgetStaleAddresses(ctx context.Context, db *statedb.DB) error {
	rows, err := db.All(ctx, tableFDB)
	if err != nil {
		return fmt.Errorf("look for stale addresses: %w", err)
	}
	have := make(map[string]bool, len(e.learned))
	for a := range e.learned {
		have[a.row()] = true
	}
	for k, fields := range rows {
		if fields["type"] == "dynamic" && !have[k] {
			e.out.Add(publish.Delete(statedb.StateDB, tableFDB, k))
		}
	}
	return nil
}
