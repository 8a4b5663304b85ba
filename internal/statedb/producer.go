package statedb

import (
	"context"
	"fmt"
	"strconv"

	"github.com/redis/go-redis/v9"
)

// producerChunk bounds how many rows one transaction carries, so that Redis never stops for long.
const producerChunk = 1000

// wakeScript adds keys to the key set, and wakes the consumer if that grew. KEYS: key set. ARGV: channel, keys.
const wakeScript = `
local added = redis.call('SADD', KEYS[1], unpack(ARGV, 2))
if added > 0 then redis.call('PUBLISH', ARGV[1], 'G') end
return added
`

// Producer writes a table whose reader only cares for the last state of each key.
type Producer struct {
	db      *DB
	table   string
	keys    string // set of the keys that the consumer has to look at
	deletes string // set of those of them whose rows are deleted first
	temp    string // prefix of the hashes of new fields
	wake    string
}

// NewProducer writes table of db. Any number of producers may write one table.
func NewProducer(db *DB, table string) *Producer {
	return &Producer{
		db:      db,
		table:   table,
		keys:    table + "_KEY_SET",
		deletes: table + "_DEL_SET",
		temp:    "_" + db.RowKey(table, ""),
		wake:    wakeChannel(db, table),
	}
}

// Table is the name of the table written.
func (p *Producer) Table() string { return p.table }

// Set adds fields to the row of key; without any it becomes a row without fields.
func (p *Producer) Set(ctx context.Context, key string, fields ...Field) error {
	return p.Apply(ctx, []KeyOp{{Op: OpSet, Key: key, Fields: fields}})
}

// Del deletes the row of key.
func (p *Producer) Del(ctx context.Context, key string) error {
	return p.Apply(ctx, []KeyOp{{Op: OpDel, Key: key}})
}

// Apply writes a batch, in its order. To drop fields of a row, delete it and set it anew in one batch.
// It may be repeated as a whole when it failed.
func (p *Producer) Apply(ctx context.Context, ops []KeyOp) error {
	for chunk := range chunks(ops, producerChunk) {
		_, err := p.db.rdb.TxPipelined(ctx, func(tx redis.Pipeliner) error {
			p.queue(ctx, tx, chunk)
			return nil
		})
		if err != nil {
			return fmt.Errorf("write %s (%d rows from %s): %w", p.table, len(chunk), chunk[0].Key, err)
		}
	}
	return nil
}

// queue adds a batch to a transaction, which does what a producer does row by row: the key goes into the key set, a deletion also into the
// delete set, the fields into the temporary hash; the consumer is woken if its key set grew. Rows are plain commands: in a script they
// would cost Redis twice as much, and the more so where it keeps an append-only file.
func (p *Producer) queue(ctx context.Context, tx redis.Pipeliner, ops []KeyOp) {
	keys := append(make([]any, 0, 5+len(ops)), "eval", wakeScript, 1, p.keys, p.wake)
	deletes := []any{"sadd", p.deletes}
	temps := make([]string, len(ops))
	var drop []any // temporary hashes, in one command
	for i := range ops {
		op, temp := &ops[i], &temps[i] // as arguments, pointers do not allocate; strings would
		*temp = p.temp + op.Key
		keys = append(keys, &op.Key)
		if op.Op == OpDel {
			deletes = append(deletes, &op.Key)
			drop = append(drop, temp)
			continue
		}
		if len(drop) > 0 {
			tx.Do(ctx, append([]any{"del"}, drop...)...)
			drop = drop[:0]
		}
		tx.Do(ctx, setArgs(temp, op.Fields)...)
	}
	if len(drop) > 0 {
		tx.Do(ctx, append([]any{"del"}, drop...)...)
	}
	if len(deletes) > 2 {
		tx.Do(ctx, deletes...)
	}
	tx.Do(ctx, keys...)
}

// setArgs is the command that adds fields to a row.
func setArgs(name *string, fields []Field) []any {
	if len(fields) == 0 {
		return []any{"hset", name, null, null}
	}
	args := append(make([]any, 0, 2+2*len(fields)), "hset", name)
	for i := range fields {
		args = append(args, &fields[i].Name, &fields[i].Value)
	}
	return args
}

// wakeChannel is where a producer tells the consumer of table that there is work.
func wakeChannel(db *DB, table string) string {
	return table + "_CHANNEL@" + strconv.Itoa(db.num)
}
