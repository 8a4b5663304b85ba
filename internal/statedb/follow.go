package statedb

import (
	"context"
	"sync"
)

// TableChange is what a subscriber delivers, as a value.
type TableChange struct {
	Table string
	Ops   []KeyOp
	Whole bool // the table was read whole: the first change of a table, and again after Redis was away
	// Mark stands for no change of a table but for a mark of CONFIG_DB: all changes before it, of all tables followed, have been taken.
	Mark string
}

// Follow runs a subscriber per table and sends what they deliver to changes, for a goroutine that waits for other things too. It returns
// when ctx ends. A slow reader makes the subscribers wait and merge; nothing queues up.
func Follow(ctx context.Context, db *DB, changes chan<- TableChange, tables ...string) error {
	ended := make(chan error, len(tables))
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	send := func(ctx context.Context, c TableChange) error {
		select {
		case changes <- c:
			return nil
		case <-ctx.Done():
			return ctx.Err()
		}
	}
	var mu sync.Mutex
	marks := heard{of: len(tables), marks: make(map[string]map[string]bool)}
	for _, table := range tables {
		s := NewSubscriber(db, table).OnMark(func(ctx context.Context, mark string) error {
			mu.Lock()
			last := marks.all(mark, table)
			mu.Unlock()
			if !last {
				return nil
			}
			return send(ctx, TableChange{Mark: mark})
		})
		go func() {
			ended <- s.run(ctx, func(ctx context.Context, ops []KeyOp, whole bool) error {
				return send(ctx, TableChange{Table: table, Ops: ops, Whole: whole})
			})
		}()
	}
	var first error
	for range tables {
		if err := <-ended; first == nil {
			first = err
			cancel()
		}
	}
	return first
}
