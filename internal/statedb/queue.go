package statedb

import (
	"context"
	"fmt"
	"log/slog"

	"github.com/redis/go-redis/v9"
)

// QueueItem is one operation. In Redis it is three list elements: key, values as a JSON array, op.
type QueueItem struct {
	Key    string
	Values []string // field, value, field, value, ...
	Op     string   // begins with S (set) or D (delete), as in "Screate"
}

// queueElements is how many list elements one item takes.
const queueElements = 3

func queueKey(table string) string { return table + "_KEY_VALUE_OP_QUEUE" }

// QueueProducer appends operations to a queue that keeps every one of them in order.
type QueueProducer struct {
	db   *DB
	list string
	wake string
}

// NewQueueProducer appends to the queue of table.
func NewQueueProducer(db *DB, table string) *QueueProducer {
	return &QueueProducer{db: db, list: queueKey(table), wake: wakeChannel(db, table)}
}

// Push appends items, all or none, and wakes the consumer once. It is never repeated by itself: after an error the items may or may
// not be in the queue.
func (q *QueueProducer) Push(ctx context.Context, items ...QueueItem) error {
	if len(items) == 0 {
		return nil
	}
	args := make([]any, 0, queueElements*len(items))
	for _, it := range items {
		args = append(args, it.Key, appendJSONList(nil, it.Values...), it.Op)
	}
	_, err := q.db.once.TxPipelined(ctx, func(p redis.Pipeliner) error {
		p.LPush(ctx, q.list, args...)
		p.Publish(ctx, q.wake, "G")
		return nil
	})
	if err != nil {
		return fmt.Errorf("queue %d operations in %s: %w", len(items), q.list, err)
	}
	return nil
}

// QueueOptions says how a queue is consumed.
type QueueOptions struct {
	Batch int // most items of one Peek, default 128
}

const defaultQueueBatch = 128

// QueueConsumer takes operations in order. A queue has one consumer, used by one goroutine. Close it after use.
type QueueConsumer struct {
	db    *DB
	list  string
	batch int
	log   *slog.Logger
	wake  signal
	stop  func()
}

// NewQueueConsumer consumes the queue of table; it listens from now on.
func NewQueueConsumer(db *DB, table string, o QueueOptions) *QueueConsumer {
	if o.Batch <= 0 {
		o.Batch = defaultQueueBatch
	}
	q := &QueueConsumer{db: db, list: queueKey(table), batch: o.Batch, wake: newSignal(), log: db.log.With("queue", queueKey(table))}
	channel := wakeChannel(db, table)
	q.stop = listener{
		log:     q.log,
		open:    func(ctx context.Context) *redis.PubSub { return db.rdb.Subscribe(ctx, channel) },
		up:      q.wake.post,
		message: func(*redis.Message) { q.wake.post() },
	}.start(context.Background()) // ended and joined by Close
	return q
}

// Close stops listening.
func (q *QueueConsumer) Close() { q.stop() }

// Peek waits until the queue holds something and gives the oldest items, leaving them there. It fails only when ctx ends: garbage in
// the queue is logged and thrown away, an unreachable Redis is waited for.
func (q *QueueConsumer) Peek(ctx context.Context) ([]QueueItem, error) {
	var b backoff
	for {
		raw, err := q.db.rdb.LRange(ctx, q.list, int64(-queueElements*q.batch), -1).Result()
		if ctx.Err() != nil {
			return nil, ctx.Err()
		}
		if err != nil {
			if b.first() {
				q.log.Error("read queue", "err", err)
			}
			b.sleep(ctx)
			continue
		}
		if items := q.parse(raw); len(items) > 0 {
			return items, nil
		}
		if len(raw) >= queueElements { // the oldest item is none: drop one element, the next ones may be in step again
			q.log.Error("skip garbage in queue", "element", clip(raw[len(raw)-1]))
			if err := q.Drop(ctx, 1); err != nil {
				q.log.Error("skip garbage in queue", "err", err)
				b.sleep(ctx)
			}
			continue
		}
		select {
		case <-ctx.Done():
			return nil, ctx.Err()
		case <-q.wake:
		}
	}
}

// Ack removes the n oldest items together with whatever pipe writes: both happen or neither. After an error neither or both did, and
// the next Peek shows which. The pipe may be nil.
func (q *QueueConsumer) Ack(ctx context.Context, n int, pipe func(redis.Pipeliner)) error {
	_, err := q.db.once.TxPipelined(ctx, func(p redis.Pipeliner) error {
		if n > 0 {
			p.LTrim(ctx, q.list, 0, int64(-queueElements*n-1))
		}
		if pipe != nil {
			pipe(p)
		}
		return nil
	})
	if err != nil {
		return fmt.Errorf("acknowledge %d operations of %s: %w", n, q.list, err)
	}
	return nil
}

// Pop waits for items and removes them: for answers, which nobody asks for twice.
func (q *QueueConsumer) Pop(ctx context.Context) ([]QueueItem, error) {
	items, err := q.Peek(ctx)
	if err != nil {
		return nil, err
	}
	return items, q.Ack(ctx, len(items), nil)
}

// Drop removes the n oldest list elements, whatever they are.
func (q *QueueConsumer) Drop(ctx context.Context, n int) error {
	return q.db.once.LTrim(ctx, q.list, 0, int64(-n-1)).Err()
}

// parse reads items from the tail of the list, oldest first, up to the first that is none.
func (q *QueueConsumer) parse(raw []string) []QueueItem {
	items := make([]QueueItem, 0, len(raw)/queueElements)
	for end := len(raw); end >= queueElements; end -= queueElements {
		item, err := parseItem(raw[end-3], raw[end-2], raw[end-1])
		if err != nil {
			break
		}
		items = append(items, item)
	}
	return items
}

func parseItem(op, values, key string) (QueueItem, error) {
	if op == "" || (op[0] != 'S' && op[0] != 'D') {
		return QueueItem{}, fmt.Errorf("operation %q is neither set nor delete", clip(op))
	}
	if values == "{}" { // some producers write a removal without values so
		return QueueItem{Key: key, Op: op}, nil
	}
	list, err := parseJSONList(values)
	if err != nil {
		return QueueItem{}, fmt.Errorf("values %q: %w", clip(values), err)
	}
	if len(list)%2 != 0 {
		return QueueItem{}, fmt.Errorf("values %q: a field without value", clip(values))
	}
	return QueueItem{Key: key, Values: list, Op: op}, nil
}

// clip shortens a text of unknown size for a log line.
func clip(s string) string {
	const most = 200
	if len(s) > most {
		return s[:most] + "..."
	}
	return s
}
