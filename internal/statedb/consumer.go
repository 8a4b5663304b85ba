package statedb

import (
	"context"
	"fmt"
	"log/slog"

	"github.com/redis/go-redis/v9"
)

// popScript takes a batch of changed keys, moves their new fields into the table, and returns the rows as they now stand.
//
// The keys of a batch stay in the set "in flight" until the next call says that they were handled: if the reply is lost or
// the consumer dies, they are delivered again. Foreign producers and consumers neither need nor disturb that set.
//
// KEYS: key set, delete set, in flight. ARGV: batch size, "1" if the last batch was handled, prefix of the rows.
// Result: key, row, key, row, ... where a row is an array of fields and values, 0 = deleted, or a text = why it is skipped.
const popScript = `
if ARGV[2] == '1' then redis.call('UNLINK', KEYS[3]) end
local keys = redis.call('SMEMBERS', KEYS[3])
local again = #keys > 0
if again then
  for i = 1, #keys, 4000 do
    redis.call('SREM', KEYS[1], unpack(keys, i, math.min(i + 3999, #keys)))
  end
else
  keys = redis.call('SPOP', KEYS[1], ARGV[1])
  if #keys == 0 then return '' end
  redis.call('SADD', KEYS[3], unpack(keys))
end
local finals, temps = {}, {}
for i, key in ipairs(keys) do
  local final = ARGV[3] .. key
  finals[i], temps[i] = final, '_' .. final
end
if redis.call('SCARD', KEYS[2]) > 0 then
  local gone, rows = {}, {}
  for i, hit in ipairs(redis.call('SMISMEMBER', KEYS[2], unpack(keys))) do
    if hit == 1 then gone[#gone + 1], rows[#rows + 1] = keys[i], finals[i] end
  end
  if #gone > 0 then
    redis.call('DEL', unpack(rows))
    redis.call('SREM', KEYS[2], unpack(gone))
  end
end
local fresh = redis.call('EXISTS', unpack(finals)) == 0
local silent = redis.call('EXISTS', unpack(temps)) == 0
local none, out = {}, {}
for i, key in ipairs(keys) do
  local result = 0
  local row = silent and none or redis.pcall('HGETALL', temps[i])
  if row.err then
    result = row.err
  elseif #row > 0 then
    local set
    for j = 1, #row, 4000 do
      set = redis.pcall('HSET', finals[i], unpack(row, j, math.min(j + 3999, #row)))
      if type(set) == 'table' then break end
    end
    if type(set) == 'table' then
      result = set.err
    elseif fresh or redis.call('HLEN', finals[i]) * 2 == #row then
      result = row
    else
      result = redis.call('HGETALL', finals[i])
    end
  elseif again then
    row = redis.pcall('HGETALL', finals[i])
    if row.err then result = row.err elseif #row > 0 then result = row end
  end
  out[2 * i - 1], out[2 * i] = key, result
end
if not silent then redis.call('DEL', unpack(temps)) end
return cmsgpack.pack(out)
`

const (
	defaultBatch = 1024
	maxBatch     = 4096 // keys given to one Redis command inside a script; Lua's stack holds some 8000
)

// ConsumerOptions says how a table is consumed.
type ConsumerOptions struct {
	Batch   int  // rows per call of the handler, default 1024, at most 4096
	Initial bool // first deliver all rows that the table already holds, again after Redis was away
}

// Consumer takes the changes of a table that producers write. A table has one consumer at a time.
type Consumer struct {
	db      *DB
	table   string
	keys    []string
	wake    string
	batch   int
	initial bool
	script  *redis.Script
	names   interner
	log     *slog.Logger
	asked   chan chan struct{} // by Sync
}

// NewConsumer consumes table of db.
func NewConsumer(db *DB, table string, o ConsumerOptions) *Consumer {
	if o.Batch <= 0 {
		o.Batch = defaultBatch
	}
	return &Consumer{
		db:      db,
		table:   table,
		keys:    []string{table + "_KEY_SET", table + "_DEL_SET", table + "_IN_FLIGHT_SET"},
		wake:    wakeChannel(db, table),
		batch:   min(o.Batch, maxBatch),
		initial: o.Initial,
		script:  redis.NewScript(popScript),
		names:   make(interner),
		log:     db.log.With("table", table),
		asked:   make(chan chan struct{}),
	}
}

// Sync returns once all changes that were in the table when it was called have been handled by Run, which it waits for.
func (c *Consumer) Sync(ctx context.Context) error {
	done := make(chan struct{})
	select {
	case c.asked <- done:
	case <-ctx.Done():
		return ctx.Err()
	}
	select {
	case <-done:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// Run delivers changes until ctx ends or the handler fails; its error is returned and the batch is delivered again by the next Run.
// A change is the row as it stands, whole. The order between keys means nothing; a key occurs at most once in a batch.
// No update is lost over a broken connection or a restart of either side; one may be delivered twice.
func (c *Consumer) Run(ctx context.Context, handle func(context.Context, []KeyOp) error) error {
	wake, up := newSignal(), newSignal()
	stop := listener{
		log:     c.log,
		open:    func(ctx context.Context) *redis.PubSub { return c.db.rdb.Subscribe(ctx, c.wake) },
		up:      func() { up.post(); wake.post() },
		message: func(*redis.Message) { wake.post() },
	}.start(ctx)
	defer stop()
	for {
		var asked chan struct{}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case asked = <-c.asked:
		case <-wake:
		}
		select {
		case <-up:
			if err := c.deliverAll(ctx, handle); err != nil {
				return err
			}
		default:
		}
		if err := c.drain(ctx, handle); err != nil {
			return err
		}
		if asked != nil {
			close(asked)
		}
	}
}

// deliverAll hands over what the table holds.
func (c *Consumer) deliverAll(ctx context.Context, handle func(context.Context, []KeyOp) error) error {
	if !c.initial {
		return nil
	}
	var rows map[string]Fields
	for b := (backoff{}); ; b.sleep(ctx) {
		var err error
		if rows, err = c.db.All(ctx, c.table); err == nil {
			break
		}
		if ctx.Err() != nil {
			return ctx.Err()
		}
		c.log.Warn("read table", "err", err)
	}
	ops := make([]KeyOp, 0, min(len(rows), c.batch))
	for key, row := range rows {
		ops = append(ops, KeyOp{Op: OpSet, Key: key, Fields: FieldList(row)})
		if len(ops) == c.batch {
			if err := c.call(ctx, handle, ops); err != nil {
				return err
			}
			ops = make([]KeyOp, 0, c.batch)
		}
	}
	return c.call(ctx, handle, ops)
}

// drain delivers until the key set is empty and the last batch is acknowledged.
func (c *Consumer) drain(ctx context.Context, handle func(context.Context, []KeyOp) error) error {
	handled := false // of an earlier Run nothing is known
	var b backoff
	for {
		ops, n, err := c.pop(ctx, handled)
		if ctx.Err() != nil {
			return ctx.Err()
		}
		if err != nil {
			if b.first() {
				c.log.Error("take changes", "err", err)
			}
			handled = false // whether the script ran is unknown: let it deliver the batch in flight again
			b.sleep(ctx)
			continue
		}
		b = backoff{}
		if n == 0 {
			return nil
		}
		if err := c.call(ctx, handle, ops); err != nil {
			return err
		}
		handled = true
	}
}

func (c *Consumer) call(ctx context.Context, handle func(context.Context, []KeyOp) error, ops []KeyOp) error {
	if len(ops) == 0 {
		return nil
	}
	if err := handle(ctx, ops); err != nil {
		return fmt.Errorf("handle %d changes of %s: %w", len(ops), c.table, err)
	}
	return nil
}

// pop takes a batch; n counts its keys, also those skipped as unreadable.
func (c *Consumer) pop(ctx context.Context, handled bool) (ops []KeyOp, n int, err error) {
	ack := "0"
	if handled {
		ack = "1"
	}
	reply, err := c.script.Run(ctx, c.db.once, c.keys, c.batch, ack, c.table+c.db.sep).Text()
	if err != nil || reply == "" {
		return nil, 0, err
	}
	return c.decode(reply)
}
