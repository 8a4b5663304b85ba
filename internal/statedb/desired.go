package statedb

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"time"

	"github.com/redis/go-redis/v9"
)

// Desired keeps the rows that one writer owns in a table equal to what it wants, writing only what differs: a daemon that starts again
// and wants what it wanted before writes nothing. It is used by one goroutine.
type Desired struct {
	db    *DB
	table string
	owns  func(key string, row Fields) bool
	ours  func(field string) bool
	share bool // our rows have fields of others
	mixed bool // the table has rows of others
	load  func(ctx context.Context, keep rowFilter) (map[string]Fields, error)
	write func(ctx context.Context, diffs []rowDiff) error

	looked time.Time // when Flush last saw that the table still has our rows

	want  map[string]Fields
	have  map[string]Fields   // owned rows, nil before they were read
	dirty map[string]struct{} // keys to look at
}

// DesiredOptions says which rows and fields of a table are ours.
type DesiredOptions struct {
	Owns func(key string, row Fields) bool // which rows found are ours; nil: all
	Ours func(field string) bool           // which fields in our rows are ours; nil: all
}

// rowFilter says whether a row read matters: of a table with a million routes of others, ours are few.
type rowFilter func(key string, row Fields) bool

// rowDiff is what makes one row right.
type rowDiff struct {
	key  string
	set  Fields
	drop []string // fields that must go
	gone bool     // the whole row must go
	new  bool     // we had no such row
}

// NewDesiredProduced writes through the producer's protocol (APPL_DB).
func NewDesiredProduced(db *DB, table string, o DesiredOptions) *Desired {
	d := newDesired(db, table, o)
	p := NewProducer(db, table)
	d.load = func(ctx context.Context, keep rowFilter) (map[string]Fields, error) {
		return db.allProduced(ctx, table, keep)
	}
	d.write = func(ctx context.Context, diffs []rowDiff) error { return d.produce(ctx, p, diffs) }
	return d
}

// NewDesiredStored writes rows directly (STATE_DB).
func NewDesiredStored(db *DB, table string, o DesiredOptions) *Desired {
	d := newDesired(db, table, o)
	d.load = func(ctx context.Context, keep rowFilter) (map[string]Fields, error) {
		return db.filtered(ctx, table, keep)
	}
	d.write = d.store
	return d
}

func newDesired(db *DB, table string, o DesiredOptions) *Desired {
	d := &Desired{
		db: db, table: table, owns: o.Owns, ours: o.Ours, share: o.Ours != nil, mixed: o.Owns != nil,
		want: make(map[string]Fields), dirty: make(map[string]struct{}),
	}
	if d.owns == nil {
		d.owns = func(string, Fields) bool { return true }
	}
	if d.ours == nil {
		d.ours = func(string) bool { return true }
	}
	return d
}

// Put wants this row. The map must not be changed afterwards.
func (d *Desired) Put(key string, row Fields) {
	if row == nil {
		row = Fields{}
	}
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

// Adopt wants the rows that are ours in the table as they are: those of an earlier life, until it is known what is wanted instead. It gives their
// keys.
func (d *Desired) Adopt(ctx context.Context) ([]string, error) {
	if err := d.read(ctx); err != nil {
		return nil, err
	}
	var keys []string
	for key, row := range d.have {
		if _, wanted := d.want[key]; !wanted {
			d.want[key] = row
			keys = append(keys, key)
		}
	}
	return keys, nil
}

// Forget makes the next Flush read the table again: after Redis was away, or at any time to repair what others changed.
func (d *Desired) Forget() { d.have = nil }

// Flush writes the differences and tells how many rows it wrote. After an error the next Flush starts over. It also notices, at most once
// a second, that the database was emptied, and then writes everything.
func (d *Desired) Flush(ctx context.Context) (int, error) {
	if err := d.look(ctx); err != nil {
		return 0, err
	}
	if err := d.read(ctx); err != nil {
		return 0, err
	}
	var diffs []rowDiff
	for _, key := range slices.Sorted(maps.Keys(d.dirty)) {
		if diff, differs := d.diff(key); differs {
			diffs = append(diffs, diff)
		}
	}
	if err := d.write(ctx, diffs); err != nil {
		d.have = nil
		return 0, fmt.Errorf("write %d rows of %s: %w", len(diffs), d.table, err)
	}
	for key := range d.dirty {
		if row, ok := d.want[key]; ok {
			d.have[key] = row
		} else {
			delete(d.have, key)
		}
	}
	clear(d.dirty)
	return len(diffs), nil
}

// lookPause is the least time between two looks at one of our rows.
const lookPause = time.Second

// look forgets what the table held if one of our rows, any, is gone: Redis tells nobody that it was emptied.
func (d *Desired) look(ctx context.Context) error {
	if d.have == nil || time.Since(d.looked) < lookPause {
		return nil
	}
	for key := range d.have {
		found, err := d.db.HasProduced(ctx, d.table, key)
		if err != nil {
			return err
		}
		if !found {
			d.Forget()
		}
		break
	}
	d.looked = time.Now()
	return nil
}

// HasProduced says whether a row is there, taken by its consumer or not yet.
func (d *DB) HasProduced(ctx context.Context, table, key string) (bool, error) {
	full := d.RowKey(table, key)
	n, err := d.rdb.Exists(ctx, full, "_"+full).Result()
	if err != nil {
		return false, fmt.Errorf("look for %s: %w", full, err)
	}
	return n > 0, nil
}

// read learns what the table holds, if that is not known.
func (d *Desired) read(ctx context.Context) error {
	if d.have != nil {
		return nil
	}
	rows, err := d.load(ctx, func(key string, row Fields) bool {
		_, wanted := d.want[key]
		return wanted || d.owns(key, row)
	})
	if err != nil {
		return err
	}
	d.have = rows
	for key := range rows {
		d.dirty[key] = struct{}{}
	}
	for key := range d.want {
		d.dirty[key] = struct{}{}
	}
	return nil
}

// diff compares one row.
func (d *Desired) diff(key string) (rowDiff, bool) {
	want, wanted := d.want[key]
	have, exists := d.have[key]
	diff := rowDiff{key: key, gone: !wanted, new: !exists}
	for name := range have {
		if _, ok := want[name]; !ok && d.ours(name) {
			diff.drop = append(diff.drop, name)
		}
	}
	if !wanted {
		return diff, exists
	}
	changed := !exists || len(diff.drop) > 0
	for name, value := range want {
		if old, ok := have[name]; !ok || old != value {
			changed = true
		}
	}
	diff.set = want
	return diff, changed
}

// produce writes through the producer. The protocol cannot drop a field: the row is deleted and set anew, with the fields of others as
// they are now. A row that is not wanted goes with all its fields: others only add to what we say exists.
func (d *Desired) produce(ctx context.Context, p *Producer, diffs []rowDiff) error {
	var ops []KeyOp
	for _, diff := range diffs {
		set := diff.set
		if diff.new && d.mixed && !d.share { // the key may have been another writer's, with fields that ours does not have
			ops = append(ops, KeyOp{Op: OpDel, Key: diff.key})
		}
		if len(diff.drop) > 0 || diff.gone {
			ops = append(ops, KeyOp{Op: OpDel, Key: diff.key})
			if diff.gone {
				continue
			}
			now, _, err := d.db.Get(ctx, d.table, diff.key)
			if err != nil {
				return err
			}
			maps.DeleteFunc(now, func(name, _ string) bool { return d.ours(name) })
			if len(now) > 0 {
				maps.Copy(now, set)
				set = now
			}
		}
		ops = append(ops, KeyOp{Op: OpSet, Key: diff.key, Fields: FieldList(set)})
	}
	return p.Apply(ctx, ops)
}

// store writes rows directly, each in one step for every reader. Of a shared row that is not wanted only our fields go; Redis removes it
// with its last field.
func (d *Desired) store(ctx context.Context, diffs []rowDiff) error {
	for chunk := range chunks(diffs, pipelineOf) {
		_, err := d.db.rdb.TxPipelined(ctx, func(p redis.Pipeliner) error {
			for _, diff := range chunk {
				full := d.db.RowKey(d.table, diff.key)
				if diff.gone && !d.share {
					p.Del(ctx, full)
					continue
				}
				if len(diff.drop) > 0 {
					p.HDel(ctx, full, diff.drop...)
				}
				if diff.set != nil {
					p.HDel(ctx, full, null)
					p.HSet(ctx, full, stored(diff.set)...)
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

// filtered reads the rows of a table that matter.
func (d *DB) filtered(ctx context.Context, table string, keep rowFilter) (map[string]Fields, error) {
	keys, err := d.Keys(ctx, table)
	if err != nil {
		return nil, err
	}
	rows := make(map[string]Fields)
	err = d.read(ctx, table, keys, func(key string, row Fields) {
		if keep(key, row) {
			rows[key] = row
		}
	})
	return rows, err
}

// AllProduced reads a table as it will be once its consumer has taken what waits.
func (d *DB) AllProduced(ctx context.Context, table string) (map[string]Fields, error) {
	return d.allProduced(ctx, table, func(string, Fields) bool { return true })
}

// allProduced is AllProduced for the rows that matter.
func (d *DB) allProduced(ctx context.Context, table string, keep rowFilter) (map[string]Fields, error) {
	rows := make(map[string]Fields)
	err := d.EachProduced(ctx, table, func(key string, row Fields) {
		if keep(key, row) {
			rows[key] = row
		}
	})
	return rows, err
}

// EachProduced calls f for each row of a table as it will be once its consumer has taken what waits. What waits is read first: a row that
// the consumer moves in between is then seen twice, not missed.
func (d *DB) EachProduced(ctx context.Context, table string, f func(key string, row Fields)) error {
	waiting, deleted, err := d.waiting(ctx, table)
	if err != nil {
		return err
	}
	keys, err := d.Keys(ctx, table)
	if err != nil {
		return err
	}
	changing := make(map[string]Fields)
	err = d.read(ctx, table, keys, func(key string, row Fields) {
		if _, changes := waiting[key]; changes {
			changing[key] = row
		} else {
			f(key, row)
		}
	})
	if err != nil {
		return err
	}
	for key, fields := range waiting {
		row, exists := changing[key]
		if _, gone := deleted[key]; gone || !exists {
			row, exists = make(Fields, len(fields)), fields != nil
		}
		maps.Copy(row, fields)
		if exists {
			f(key, row)
		}
	}
	return nil
}

// waiting reads what producers wrote and the consumer has not taken: fields by key, and the keys that are deleted before. A key whose
// fields are nil has none, as opposed to the row without fields.
func (d *DB) waiting(ctx context.Context, table string) (fields map[string]Fields, deleted map[string]struct{}, err error) {
	changed, err := d.rdb.SMembers(ctx, table+"_KEY_SET").Result()
	if err != nil {
		return nil, nil, fmt.Errorf("read key set of %s: %w", table, err)
	}
	if deleted, err = d.rdb.SMembersMap(ctx, table+"_DEL_SET").Result(); err != nil {
		return nil, nil, fmt.Errorf("read delete set of %s: %w", table, err)
	}
	fields = make(map[string]Fields, len(changed))
	for _, key := range changed {
		fields[key] = nil
	}
	err = d.read(ctx, "_"+table, changed, func(key string, row Fields) { fields[key] = row })
	return fields, deleted, err
}
