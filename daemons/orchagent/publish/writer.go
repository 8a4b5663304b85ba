package publish

import (
	"context"
	"fmt"

	"github.com/redis/go-redis/v9"

	"github.com/heddle-nos/heddle/internal/statedb"
)

// Write is one change of a row.
type Write struct {
	DB    statedb.DBID
	Table string
	Key   string // empty: the row is named by the table alone (name maps)
	// Fields are set; the row's other fields stay. An empty value deletes the
	// field.
	Fields map[string]string
	Delete bool // delete the whole row
}

// Set is a write that sets fields of a row.
func Set(db statedb.DBID, table, key string, fields map[string]string) Write {
	return Write{DB: db, Table: table, Key: key, Fields: fields}
}

// Delete is a write that deletes a row.
func Delete(db statedb.DBID, table, key string) Write {
	return Write{DB: db, Table: table, Key: key, Delete: true}
}

type row struct {
	db         statedb.DBID
	table, key string
}

// state is what a row is to become: deleted first, then fields set.
type state struct {
	deleted bool
	fields  map[string]string
}

// Writer holds writes until Flush. It belongs to one goroutine.
type Writer struct {
	client  *statedb.Client
	pending map[row]*state
	told    []Message
}

// NewWriter writes to the databases of client.
func NewWriter(client *statedb.Client) *Writer {
	return &Writer{client: client, pending: make(map[row]*state)}
}

// Add takes writes, which replace or extend earlier ones to the same row.
func (w *Writer) Add(writes ...Write) {
	for _, x := range writes {
		r := row{x.DB, x.Table, x.Key}
		s := w.pending[r]
		if s == nil || x.Delete {
			s = &state{deleted: x.Delete, fields: make(map[string]string, len(x.Fields))}
			w.pending[r] = s
		}
		for f, v := range x.Fields {
			s.fields[f] = v
		}
	}
}

// Pending returns how many rows are to be written.
func (w *Writer) Pending() int { return len(w.pending) }

// Flush writes everything. After an error all of it is kept for the next time:
// writing a state twice does no harm.
func (w *Writer) Flush(ctx context.Context) error {
	if err := w.flushRows(ctx); err != nil {
		return err
	}
	return w.flushMessages(ctx)
}

func (w *Writer) flushRows(ctx context.Context) error {
	if len(w.pending) == 0 {
		return nil
	}
	byDB := make(map[statedb.DBID][]row)
	for r := range w.pending {
		byDB[r.db] = append(byDB[r.db], r)
	}
	for id, rows := range byDB {
		db := w.client.DB(id)
		if id == statedb.FlexCounterDB {
			if err := w.request(ctx, db, rows); err != nil {
				return err
			}
			continue
		}
		_, err := db.Redis().Pipelined(ctx, func(p redis.Pipeliner) error {
			for _, r := range rows {
				w.queue(ctx, p, db, r)
			}
			return nil
		})
		if err != nil {
			return fmt.Errorf("publish to %s: %w", id, err)
		}
	}
	clear(w.pending)
	return nil
}

// request asks syncd for counters. It owns the rows of FLEX_COUNTER_DB, and
// SONiC's hears of them by their queue alone.
func (w *Writer) request(ctx context.Context, db *statedb.DB, rows []row) error {
	items := make(map[string][]statedb.QueueItem)
	for _, r := range rows {
		s := w.pending[r]
		if s.deleted {
			items[r.table] = append(items[r.table], statedb.QueueItem{Key: r.key, Op: "DDEL"})
		}
		if len(s.fields) == 0 {
			continue
		}
		it := statedb.QueueItem{Key: r.key, Op: "SSET"}
		for _, f := range statedb.FieldList(s.fields) {
			it.Values = append(it.Values, f.Name, f.Value)
		}
		items[r.table] = append(items[r.table], it)
	}
	for table, list := range items {
		if err := statedb.NewQueueProducer(db, table).Push(ctx, list...); err != nil {
			return err
		}
	}
	return nil
}

func (w *Writer) queue(ctx context.Context, p redis.Pipeliner, db *statedb.DB, r row) {
	name := r.table
	if r.key != "" {
		name = db.RowKey(r.table, r.key)
	}
	s := w.pending[r]
	if s.deleted {
		p.Del(ctx, name)
	}
	var set []any
	var gone []string
	for f, v := range s.fields {
		if v == "" {
			gone = append(gone, f)
		} else {
			set = append(set, f, v)
		}
	}
	if len(set) > 0 {
		p.HSet(ctx, name, set...)
	}
	if len(gone) > 0 && !s.deleted {
		p.HDel(ctx, name, gone...)
	}
}
