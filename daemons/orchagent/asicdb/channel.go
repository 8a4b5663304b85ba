package asicdb

import (
	"context"
	"fmt"
	"log/slog"
	"time"

	"github.com/heddle-nos/heddle/internal/statedb"
	"github.com/heddle-nos/heddle/sai"
)

const (
	tableState    = "ASIC_STATE"
	tableResponse = "GETRESPONSE"
	queueState    = tableState + "_KEY_VALUE_OP_QUEUE"
	queueResponse = tableResponse + "_KEY_VALUE_OP_QUEUE"

	// answerBuffer bounds the answers read ahead of the engine.
	answerBuffer = 256
)

// Channel carries requests to syncd and answers back. Post, Deliver and Flush
// belong to one goroutine; Run is another.
type Channel struct {
	db      *statedb.DB
	out     *statedb.QueueProducer
	answers chan Response
	waiting []pending
	timeout time.Duration
	log     *slog.Logger
	// check, if set, is asked now and then while an answer is waited for: whoever
	// was to give it may have lost the database.
	check func(context.Context) error
}

// checkPause is the time between two checks.
const checkPause = 2 * time.Second

// pending is a request whose answer is due.
type pending struct {
	what string
	done func(Response) error
}

// NewChannel returns a channel over ASIC_DB. Timeout bounds the wait for one
// answer.
func NewChannel(db *statedb.DB, timeout time.Duration, log *slog.Logger) *Channel {
	return &Channel{
		db:      db,
		out:     statedb.NewQueueProducer(db, tableState),
		answers: make(chan Response, answerBuffer),
		timeout: timeout,
		log:     log,
	}
}

// Run reads answers until ctx ends.
func (c *Channel) Run(ctx context.Context) error {
	in := statedb.NewQueueConsumer(c.db, tableResponse, statedb.QueueOptions{})
	defer in.Close()
	for ctx.Err() == nil {
		items, err := in.Pop(ctx)
		if err != nil {
			if ctx.Err() == nil {
				c.log.Error("read answers of syncd", "err", err)
				pause(ctx, time.Second)
			}
			continue
		}
		for _, it := range items {
			r, err := parseResponse(it)
			if err != nil {
				c.log.Error("skip answer of syncd", "err", err)
				continue
			}
			select {
			case c.answers <- r:
			case <-ctx.Done():
			}
		}
	}
	return ctx.Err()
}

// Answers delivers what Deliver is to be called with.
func (c *Channel) Answers() <-chan Response { return c.answers }

// Outstanding returns how many answers are due.
func (c *Channel) Outstanding() int { return len(c.waiting) }

// Timeout is how long to wait for the next answer before giving up.
func (c *Channel) Timeout() time.Duration { return c.timeout }

// Post queues a request; done gets its answer during a later Deliver.
func (c *Channel) Post(ctx context.Context, r Request, done func(Response) error) error {
	return c.PostAll(ctx, []Request{r}, func(int, Response) error { return nil }, done)
}

// PostAll queues requests in one step; each gets the answer to every one of
// them by its position, and last, if not nil, that to the last one.
func (c *Channel) PostAll(ctx context.Context, rs []Request, each func(int, Response) error, last func(Response) error) error {
	items := make([]statedb.QueueItem, len(rs))
	for i, r := range rs {
		items[i] = statedb.QueueItem{Key: r.Key, Values: r.Values, Op: r.Op}
	}
	if err := c.out.Push(ctx, items...); err != nil {
		return fmt.Errorf("send to syncd: %w: %w", err, ErrOutOfStep)
	}
	for i, r := range rs {
		done := func(resp Response) error { return each(i, resp) }
		if i == len(rs)-1 && last != nil {
			done = last
		}
		c.waiting = append(c.waiting, pending{what: r.Op[1:] + " " + r.Key, done: done})
	}
	return nil
}

// Deliver hands an answer to the request it belongs to.
func (c *Channel) Deliver(r Response) error {
	if len(c.waiting) == 0 {
		return fmt.Errorf("answer %s to no request: %w", r.Status, ErrOutOfStep)
	}
	p := c.waiting[0]
	c.waiting = c.waiting[1:]
	if len(c.waiting) == 0 {
		c.waiting = nil
	}
	if err := p.done(r); err != nil {
		return fmt.Errorf("%.120s: %w", p.what, err)
	}
	return nil
}

// Flush waits until at most left answers are due.
func (c *Channel) Flush(ctx context.Context, left int) error {
	if len(c.waiting) <= left {
		return nil
	}
	t := time.NewTimer(c.timeout)
	defer t.Stop()
	look := time.NewTicker(checkPause)
	defer look.Stop()
	for len(c.waiting) > left {
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-look.C:
			if c.check == nil {
				continue
			}
			if err := c.check(ctx); err != nil {
				return err
			}
		case r := <-c.answers:
			if err := c.Deliver(r); err != nil {
				return err
			}
			t.Reset(c.timeout)
		case <-t.C:
			return fmt.Errorf("no answer to %.120s within %s: %w", c.waiting[0].what, c.timeout, ErrOutOfStep)
		}
	}
	return nil
}

// Do sends requests and waits for all answers, those to earlier requests
// included.
func (c *Channel) Do(ctx context.Context, rs ...Request) ([]Response, error) {
	out := make([]Response, len(rs))
	err := c.PostAll(ctx, rs, func(i int, r Response) error { out[i] = r; return nil }, nil)
	if err != nil {
		return nil, err
	}
	return out, c.Flush(ctx, 0)
}

// queueElements is how many elements of the queue are one request.
const queueElements = 3

// syncMarker is an attribute that nobody else asks for, so that the answer to
// it can be told from those to requests of a former life.
const syncMarker = "SAI_SWITCH_ATTR_NUMBER_OF_SYSTEM_PORTS"

// Sync brings requests and answers back into step: it waits until syncd has
// taken everything that was queued before, throws answers away, and returns
// once the answer to a question of its own is back. Without a switch there is
// nothing to ask; then an empty queue must do.
func (c *Channel) Sync(ctx context.Context, sw sai.ObjectID) error {
	c.waiting = nil
	if err := c.drainQueue(ctx); err != nil {
		return err
	}
	if err := c.db.Redis().Del(ctx, queueResponse).Err(); err != nil {
		return fmt.Errorf("clear answers: %w", err)
	}
	c.discard()
	if sw == sai.NullObjectID {
		return nil
	}
	ask := statedb.QueueItem{Op: opGet, Key: objectKey(sai.ObjectTypeSwitch, sw), Values: []string{syncMarker, "0"}}
	if err := c.out.Push(ctx, ask); err != nil {
		return err
	}
	t := time.NewTimer(c.timeout)
	defer t.Stop()
	for {
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-t.C:
			return fmt.Errorf("syncd does not answer within %s: %w", c.timeout, ErrOutOfStep)
		case r := <-c.answers:
			if len(r.Values) == 2 && r.Values[0] == syncMarker || r.Status != sai.StatusSuccess && len(r.Values) == 0 {
				return nil
			}
		}
	}
}

// drainQueue waits, logging, until syncd has taken all requests. One or two
// elements are none: the rest of somebody's garbage, which syncd skips with the
// next request.
func (c *Channel) drainQueue(ctx context.Context) error {
	for n := 0; ; n++ {
		left, err := c.db.Redis().LLen(ctx, queueState).Result()
		if err != nil {
			return fmt.Errorf("length of %s: %w", queueState, err)
		}
		if left/queueElements == 0 {
			return nil
		}
		if n%100 == 50 {
			c.log.Warn("waiting for syncd to take earlier requests", "requests", left/queueElements)
		}
		if err := pause(ctx, 100*time.Millisecond); err != nil {
			return err
		}
	}
}

func (c *Channel) discard() {
	for {
		select {
		case <-c.answers:
		default:
			return
		}
	}
}

func pause(ctx context.Context, d time.Duration) error {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-t.C:
		return nil
	}
}
