package statedb

import (
	"context"
	"fmt"
	"strconv"

	"github.com/redis/go-redis/v9"
)

// producerChunk bounds how many rows one script call carries, so that Redis never stops for long.
const producerChunk = 1000

// applyScript writes a batch of rows as a producer does one by one: the key goes into the key set, a deletion also into the delete set, the
// fields into the temporary hash; the consumer is woken if its key set grew. A row is an array: key, field, value, ...; only a key = delete.
//
// KEYS: key set, delete set. ARGV: prefix of the temporary hashes, channel, rows.
const applyScript = `
local keys, deletes = {}, {}
for _, row in ipairs(cmsgpack.unpack(ARGV[3])) do
  local key = row[1]
  keys[#keys + 1] = key
  local temp = ARGV[1] .. key
  if #row == 1 then
    deletes[#deletes + 1] = key
    redis.call('DEL', temp)
  else
    row[1] = temp
    if #row < 4000 then
      redis.call('HSET', unpack(row))
    else
      for i = 2, #row, 4000 do
        redis.call('HSET', temp, unpack(row, i, math.min(i + 3999, #row)))
      end
    end
  end
end
local added = redis.call('SADD', KEYS[1], unpack(keys))
if #deletes > 0 then redis.call('SADD', KEYS[2], unpack(deletes)) end
if added > 0 then redis.call('PUBLISH', ARGV[2], 'G') end
return added
`

// Producer writes a table whose reader only cares for the last state of each key.
type Producer struct {
	db     *DB
	table  string
	keys   []string
	temp   string
	wake   string
	script *redis.Script
}

// NewProducer writes table of db. Any number of producers may write one table.
func NewProducer(db *DB, table string) *Producer {
	return &Producer{
		db:     db,
		table:  table,
		keys:   []string{table + "_KEY_SET", table + "_DEL_SET"},
		temp:   "_" + table + db.sep,
		wake:   wakeChannel(db, table),
		script: redis.NewScript(applyScript),
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
	var buf []byte
	for chunk := range chunks(ops, producerChunk) {
		buf = packOps(buf[:0], chunk)
		if err := p.script.Run(ctx, p.db.rdb, p.keys, p.temp, p.wake, buf).Err(); err != nil {
			return fmt.Errorf("write %s (%d rows from %s): %w", p.table, len(chunk), chunk[0].Key, err)
		}
	}
	return nil
}

func packOps(dst []byte, ops []KeyOp) []byte {
	dst = packArray(dst, len(ops))
	for _, op := range ops {
		switch {
		case op.Op == OpDel:
			dst = packArray(dst, 1)
			dst = packString(dst, op.Key)
		case len(op.Fields) == 0:
			dst = packArray(dst, 3)
			dst = packString(dst, op.Key)
			dst = packString(packString(dst, null), null)
		default:
			dst = packArray(dst, 1+2*len(op.Fields))
			dst = packString(dst, op.Key)
			for _, f := range op.Fields {
				dst = packString(packString(dst, f.Name), f.Value)
			}
		}
	}
	return dst
}

// wakeChannel is where a producer tells the consumer of table that there is work.
func wakeChannel(db *DB, table string) string {
	return table + "_CHANNEL@" + strconv.Itoa(db.num)
}
