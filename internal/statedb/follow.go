package statedb

import "context"

// TableChange is what a subscriber delivers, as a value.
type TableChange struct {
	Table string
	Ops   []KeyOp
	Whole bool // the table was read whole: the first change of a table, and again after Redis was away
}

// Follow runs a subscriber per table and sends what they deliver to changes, for a goroutine that waits for other things too. It returns
// when ctx ends. A slow reader makes the subscribers wait and merge; nothing queues up.
func Follow(ctx context.Context, db *DB, changes chan<- TableChange, tables ...string) error {
	ended := make(chan error, len(tables))
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	for _, table := range tables {
		go func() {
			ended <- NewSubscriber(db, table).run(ctx, func(ctx context.Context, ops []KeyOp, whole bool) error {
				select {
				case changes <- TableChange{Table: table, Ops: ops, Whole: whole}:
					return nil
				case <-ctx.Done():
					return ctx.Err()
				}
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
