package engine

import (
	"github.com/heddle-nos/heddle/internal/statedb"
)

// Some features take rows of CONFIG_DB itself, as SONiC's orchagent does. They
// are read with all other rows at the start, so that a restart finds nothing
// missing, and followed by a subscriber, whose first word is the whole table.

// database is where a table is.
func (e *Engine) database(table string) *statedb.DB {
	if e.config[table] != nil {
		return e.Client.DB(statedb.ConfigDB)
	}
	return e.Client.DB(statedb.ApplDB)
}

// remember notes the rows of CONFIG_DB that were there at the start.
func (e *Engine) remember(table string, ops []statedb.KeyOp) {
	if rows := e.config[table]; rows != nil {
		for _, op := range ops {
			rows[op.Key] = struct{}{}
		}
	}
}

// vanished gives the deletions of rows that went between the reading at the
// start and the subscription.
func (e *Engine) vanished(b batch) (gone []statedb.KeyOp) {
	if !b.whole {
		return nil
	}
	for _, op := range b.ops {
		delete(e.config[b.table], op.Key)
	}
	for key := range e.config[b.table] {
		gone = append(gone, statedb.KeyOp{Op: statedb.OpDel, Key: key})
	}
	clear(e.config[b.table])
	return gone
}
