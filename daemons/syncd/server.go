package syncd

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"strconv"
	"strings"
	"sync/atomic"
	"time"

	"github.com/redis/go-redis/v9"

	"github.com/heddle-nos/heddle/daemons/syncd/asicstate"
	"github.com/heddle-nos/heddle/daemons/syncd/counters"
	"github.com/heddle-nos/heddle/daemons/syncd/executor"
	"github.com/heddle-nos/heddle/daemons/syncd/recording"
	"github.com/heddle-nos/heddle/daemons/syncd/sairedis"
	"github.com/heddle-nos/heddle/internal/statedb"
	"github.com/heddle-nos/heddle/sai/event"
)

const (
	queueBatch  = 32  // most requests read ahead
	commitAfter = 512 // commands gathered before they are committed
	maxEvents   = 256 // most notifications taken between two commits
	retryPause  = 100 * time.Millisecond
)

// ErrDatabaseLost reports that ASIC_DB no longer holds what syncd wrote: only
// a start from nothing helps, on both sides.
var ErrDatabaseLost = errors.New("ASIC_DB lost its content")

// errEvents reports that the library ended its notifications.
var errEvents = errors.New("asic ended its notifications")

// server moves requests from the queue to the executor and commits what came
// of them.
type server struct {
	exec  *executor.Executor
	store *asicstate.Store
	queue *statedb.QueueConsumer
	raw   *redis.Client
	log   *slog.Logger
	hang  time.Duration
	rec   *recording.Recorder // optional

	state    *statedb.DB // STATE_DB
	restarts <-chan statedb.Notification
	poller   *counters.Poller
	sealed   bool // ready for a restart: no more requests are taken

	batches chan []statedb.QueueItem // unbuffered: one batch is in work at most
	done    chan struct{}            // the batch was acknowledged
	run     string                   // tells the commits of this run from others
	commits uint64
	mark    string // of the last commit
	current atomic.Pointer[call]
}

// call is a request in work.
type call struct {
	op, key string
	since   time.Time
	warned  atomic.Bool
}

func newServer(cfg Config, exec *executor.Executor, store *asicstate.Store, queue *statedb.QueueConsumer, db *statedb.DB) *server {
	return &server{
		exec: exec, store: store, queue: queue, raw: db.Redis(), log: cfg.Log, hang: cfg.Hang,
		batches: make(chan []statedb.QueueItem), done: make(chan struct{}),
		run: strconv.FormatInt(time.Now().UnixNano(), 36),
	}
}

// read feeds the queue to serve, one batch at a time.
func (s *server) read(ctx context.Context) error {
	for {
		items, err := s.queue.Peek(ctx)
		if err != nil {
			return err
		}
		select {
		case s.batches <- items:
		case <-ctx.Done():
			return ctx.Err()
		}
		select {
		case <-s.done:
		case <-ctx.Done():
			return ctx.Err()
		}
	}
}

// serve owns the executor: it performs requests, takes notifications and ends as
// clients announce it, in the order in which they come.
func (s *server) serve(ctx context.Context, events <-chan event.Event) error {
	batches := s.batches
	damped := time.NewTimer(time.Hour)
	defer damped.Stop()
	for {
		if wait, any := s.exec.NextDamping(); any {
			damped.Reset(wait)
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-damped.C:
			s.exec.EndDamping()
			if err := s.commit(ctx, nil); err != nil {
				return err
			}
		case n := <-s.restarts:
			if err := s.restart(ctx, n); err != nil {
				return err
			}
			if s.sealed {
				batches = nil
			}
		case ev, ok := <-events:
			if !ok {
				return errEvents
			}
			s.exec.Event(ev)
			s.drain(events)
			if err := s.commit(ctx, nil); err != nil {
				return err
			}
		case items := <-batches:
			if err := s.take(ctx, items); err != nil {
				return err
			}
		}
	}
}

// take performs a batch of requests and lets the next one be read.
func (s *server) take(ctx context.Context, items []statedb.QueueItem) error {
	if err := s.batch(ctx, items); err != nil {
		return err
	}
	select {
	case s.done <- struct{}{}:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// drain takes the notifications that are waiting.
func (s *server) drain(events <-chan event.Event) {
	for range maxEvents {
		select {
		case ev, ok := <-events:
			if !ok {
				return // serve will see it again
			}
			s.exec.Event(ev)
		default:
			return
		}
	}
}

// batch performs requests in order. What came of them is committed together
// with their acknowledgement, so that after a crash every request was either
// performed and answered or is still in the queue.
func (s *server) batch(ctx context.Context, items []statedb.QueueItem) error {
	first := 0
	for i, item := range items {
		req, err := sairedis.NewRequest(item.Key, item.Op, item.Values)
		if err != nil {
			s.log.Warn("malformed request", "err", err)
			continue
		}
		if beginsAnew(req) {
			if err := s.commit(ctx, items[first:i]); err != nil {
				return err
			}
			if err := s.checkMark(ctx); err != nil {
				return err
			}
			first = i
		}
		s.perform(ctx, req)
		if s.exec.Writes().Len() >= commitAfter {
			if err := s.commit(ctx, items[first:i+1]); err != nil {
				return err
			}
			first = i + 1
		}
	}
	return s.commit(ctx, items[first:])
}

// beginsAnew tells the requests of a client that starts. They are performed on
// a database that is up to date, and the one that syncd knows: a client that
// starts because the database was emptied must find a syncd that does too.
func beginsAnew(req sairedis.Request) bool {
	return req.Op == sairedis.OpNotify || req.Op == sairedis.OpCreate && strings.HasPrefix(req.Key, "SAI_OBJECT_TYPE_SWITCH:")
}

// checkMark compares the mark in the database with that of the last commit.
func (s *server) checkMark(ctx context.Context) error {
	found, err := s.store.Marked(ctx)
	if err != nil {
		return nil // the commit will tell
	}
	return lost(s.mark, found)
}

func (s *server) perform(ctx context.Context, req sairedis.Request) {
	c := &call{op: string(req.Op), key: req.Key, since: time.Now()}
	s.current.Store(c)
	s.rec.Request(req)
	s.rec.Answer(req, s.exec.Do(ctx, req))
	s.current.Store(nil)
	if c.warned.Load() {
		s.log.Warn("slow request ended", "op", c.op, "key", c.key, "took", time.Since(c.since))
	}
}

// watch reports requests that hang in the library.
func (s *server) watch(ctx context.Context) error {
	tick := time.NewTicker(max(s.hang/4, time.Millisecond))
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-tick.C:
		}
		c := s.current.Load()
		if c != nil && time.Since(c.since) > s.hang && c.warned.CompareAndSwap(false, true) {
			s.log.Error("request hangs in the sai library", "op", c.op, "key", c.key, "since", c.since)
		}
	}
}

// commit writes what was gathered and acknowledges the requests it came from.
func (s *server) commit(ctx context.Context, items []statedb.QueueItem) error {
	w := s.exec.Writes()
	s.tellDamping(ctx)
	if len(items) == 0 && w.Empty() {
		return nil
	}
	w.EachNotification(s.rec.Notification)
	s.rec.Flush()
	s.commits++
	last, mark := s.mark, s.run+"-"+strconv.FormatUint(s.commits, 10)
	s.mark = mark
	for {
		var before *redis.StatusCmd
		err := s.queue.Ack(ctx, len(items), func(p redis.Pipeliner) {
			w.Pipe(ctx, p)
			before = asicstate.Mark(ctx, p, mark)
		})
		if err == nil || errors.Is(err, redis.Nil) { // Nil: there was no mark before
			w.Reset()
			return lost(last, before.Val())
		}
		s.log.Warn("commit", "err", err)
		effective, err := s.effective(ctx, mark, items)
		if err != nil {
			return err
		}
		if effective {
			w.Reset()
			return nil
		}
	}
}

// lost compares the mark that the database had with the one that it was given
// last: Redis may have come back with an older content, or with none.
func lost(last, found string) error {
	if last != "" && last != found {
		return fmt.Errorf("%w: last commit is %q instead of %q", ErrDatabaseLost, found, last)
	}
	return nil
}

// effective finds out, once the database answers again, whether a commit took
// effect although its reply was lost. A commit happens at most once: answers
// must not be sent twice, nor later requests be acknowledged unperformed.
func (s *server) effective(ctx context.Context, mark string, items []statedb.QueueItem) (bool, error) {
	for {
		if ctx.Err() != nil {
			return false, ctx.Err()
		}
		last, err := s.store.Marked(ctx)
		if err == nil {
			switch {
			case last == mark:
				return true, nil
			case last == "" && s.commits > 1:
				return false, ErrDatabaseLost
			}
			return false, s.oldest(ctx, items)
		}
		select {
		case <-ctx.Done():
			return false, ctx.Err()
		case <-time.After(retryPause):
		}
	}
}

// oldest checks that the queue still begins with the requests in work.
func (s *server) oldest(ctx context.Context, items []statedb.QueueItem) error {
	const elements = 3
	list, err := s.raw.LRange(ctx, asicstate.Queue, int64(-elements*len(items)), -1).Result()
	if err != nil || len(items) == 0 {
		return nil // the next attempt will tell
	}
	for i, item := range items {
		at := len(list) - 1 - elements*i
		if at < 0 || list[at] != item.Key {
			return fmt.Errorf("%w: the queue no longer holds %s %.80s", ErrDatabaseLost, item.Op, item.Key)
		}
	}
	return nil
}
