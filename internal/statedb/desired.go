package statedb

import (
	"context"
	"fmt"
	"maps"
	"slices"

	"github.com/redis/go-redis/v9"
)

// Desired keeps the rows that one writer owns in a table equal to what it wants, writing only what differs: a daemon that starts again
// and wants what it wanted before writes nothing. It is used by one goroutine.
type Desired struct {
	db    *DB
	table string
	owns  func(key string, row Fields) bool
	keep  map[string]bool // fields of others inside our rows
	load  func(ctx context.Context) (map[string]Fields, error)
	write func(ctx context.Context, ops []KeyOp) error

	want  map[string]Fields
	have  map[string]Fields   // owned rows, nil before they were read
	dirty map[string]struct{} // keys to look at; unused while have is nil
}

// DesiredOptions says which rows and fields of a table are ours.
type DesiredOptions struct {
	Owns func(key string, row Fields) bool // nil: all rows
	Keep []string                          // fields that another writer puts into our rows
}

// NewDesiredProduced writes through the producer's protocol (APPL_DB).
func NewDesiredProduced(db *DB, table string, o DesiredOptions) *Desired {
	d := newDesired(db, table, o)
	p := NewProducer(db, table)
	d.load = func(ctx context.Context) (map[string]Fields, error) { return db.allProduced(ctx, table) }
	d.write = p.Apply
	return d
}

// NewDesiredStored writes rows directly (STATE_DB).
func NewDesiredStored(db *DB, table string, o DesiredOptions) *Desired {
	d := newDesired(db, table, o)
	d.load = func(ctx context.Context) (map[string]Fields, error) { return db.All(ctx, table) }
	d.write = d.store
	return d
}

func newDesired(db *DB, table string, o DesiredOptions) *Desired {
	d := &Desired{db: db, table: table, owns: o.Owns, keep: make(map[string]bool), want: make(map[string]Fields), dirty: make(map[string]struct{})}
	if d.owns == nil {
		d.owns = func(string, Fields) bool { return true }
	}
	for _, f := range o.Keep {
		d.keep[f] = true
	}
	return d
}

// Put wants this row. The map must not be changed afterwards.
func (d *Desired) Put(key string, row Fields) {
	d.want[key] = row
	d.dirty[key] = struct{}{}
}

// Remove wants no row.
func (d *Desired) Remove(key string) {
	delete(d.want, key)
	d.dirty[key] = struct{}{}
}

// Release leaves the row to another writer: it is neither wanted nor deleted.
func (d *Desired) Release(key string) {
	delete(d.want, key)
	delete(d.dirty, key)
	delete(d.have, key)
}

// Replace wants exactly these rows.
func (d *Desired) Replace(rows map[string]Fields) {
	for key := range d.want {
		if _, ok := rows[key]; !ok {
			d.Remove(key)
		}
	}
	for key, row := range rows {
		d.Put(key, row)
	}
}

// Forget makes the next Flush read the table again: after Redis was away, or at any time to repair what others changed.
func (d *Desired) Forget() { d.have = nil }

// Flush writes the differences and tells how many rows it wrote. After an error the next Flush starts over.
func (d *Desired) Flush(ctx context.Context) (int, error) {
	if err := d.read(ctx); err != nil {
		return 0, err
	}
	var ops []KeyOp
	rows := 0
	for _, key := range slices.Sorted(maps.Keys(d.dirty)) {
		if diff := d.diff(key); len(diff) > 0 {
			ops = append(ops, diff...)
			rows++
		}
	}
	if err := d.write(ctx, ops); err != nil {
		d.have = nil
		return 0, fmt.Errorf("write %d rows of %s: %w", rows, d.table, err)
	}
	for key := range d.dirty {
		if row, ok := d.want[key]; ok {
			d.have[key] = row
		} else {
			delete(d.have, key)
		}
	}
	clear(d.dirty)
	return rows, nil
}

// read learns what the table holds, if that is not known.
func (d *Desired) read(ctx context.Context) error {
	if d.have != nil {
		return nil
	}
	rows, err := d.load(ctx)
	if err != nil {
		return err
	}
	d.have = make(map[string]Fields, len(rows))
	for key, row := range rows {
		if _, wanted := d.want[key]; wanted || d.owns(key, row) {
			d.have[key] = row
			d.dirty[key] = struct{}{}
		}
	}
	for key := range d.want {
		d.dirty[key] = struct{}{}
	}
	return nil
}

// diff is what makes one row right. A field that must go costs a deletion and a new row, in which the fields of others are kept.
func (d *Desired) diff(key string) []KeyOp {
	want, wanted := d.want[key]
	have, exists := d.have[key]
	if !wanted {
		if !exists {
			return nil
		}
		return []KeyOp{{Op: OpDel, Key: key}}
	}
	changed, extra, kept := !exists, false, Fields{}
	for name, value := range want {
		if old, ok := have[name]; !ok || old != value {
			changed = true
		}
	}
	for name, value := range have {
		if _, ok := want[name]; ok {
			continue
		}
		if d.keep[name] {
			kept[name] = value
		} else {
			extra = true
		}
	}
	switch {
	case extra:
		maps.Copy(kept, want)
		return []KeyOp{{Op: OpDel, Key: key}, {Op: OpSet, Key: key, Fields: FieldList(kept)}}
	case changed:
		return []KeyOp{{Op: OpSet, Key: key, Fields: FieldList(want)}}
	}
	return nil
}

// store writes rows directly; a deletion and a set of one row come in one transaction, so that no reader sees it missing.
func (d *Desired) store(ctx context.Context, ops []KeyOp) error {
	for chunk := range chunks(ops, pipelineOf) {
		_, err := d.db.rdb.TxPipelined(ctx, func(p redis.Pipeliner) error {
			for _, op := range chunk {
				full := d.db.RowKey(d.table, op.Key)
				if op.Op == OpDel {
					p.Del(ctx, full)
				} else {
					p.HSet(ctx, full, stored(op.Map())...)
				}
			}
			return nil
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// allProduced reads a table as it will be once its consumer has taken what waits. What waits is read first: a row that the consumer moves
// in between is then seen twice, not missed.
func (d *DB) allProduced(ctx context.Context, table string) (map[string]Fields, error) {
	changed, err := d.rdb.SMembers(ctx, table+"_KEY_SET").Result()
	if err != nil {
		return nil, fmt.Errorf("read key set of %s: %w", table, err)
	}
	deleted, err := d.rdb.SMembersMap(ctx, table+"_DEL_SET").Result()
	if err != nil {
		return nil, fmt.Errorf("read delete set of %s: %w", table, err)
	}
	waiting := make(map[string]Fields)
	if err := d.read(ctx, "_"+table, changed, func(key string, row Fields) { waiting[key] = row }); err != nil {
		return nil, err
	}
	rows, err := d.All(ctx, table)
	if err != nil {
		return nil, err
	}
	for _, key := range changed {
		if _, gone := deleted[key]; gone {
			delete(rows, key)
		}
		if row, ok := waiting[key]; ok {
			merged := maps.Clone(rows[key])
			if merged == nil {
				merged = make(Fields)
			}
			maps.Copy(merged, row)
			rows[key] = merged
		}
	}
	return rows, nil
}
