package statedb

import (
	"context"
	"fmt"
	"hash/maphash"
	"log/slog"
	"strings"
	"sync"
)

// dirtyLimit bounds the keys remembered as changed; beyond it the whole table is read again.
const dirtyLimit = 1 << 16

// keyspaceEvents is what Redis must publish: keyspace events of all commands (also the generic and expired ones), as SONiC sets it.
const keyspaceEvents = "AKE"

// Subscriber follows a table that others write directly.
type Subscriber struct {
	db     *DB
	table  string
	prefix string // of the names of its rows
	log    *slog.Logger
	known  map[string]uint64 // rows delivered: key to hash, so that only changes are delivered and vanished rows are noticed
	seed   maphash.Seed

	mu    sync.Mutex // between the goroutine that listens and the one that delivers
	dirty map[string]struct{}
	all   bool
	marks []string // set behind what is dirty

	onMark func(ctx context.Context, mark string) error // nil: nobody asks
}

// NewSubscriber follows table of db.
func NewSubscriber(db *DB, table string) *Subscriber {
	return &Subscriber{
		db:     db,
		table:  table,
		prefix: db.RowKey(table, ""),
		log:    db.log.With("table", table),
		known:  make(map[string]uint64),
		seed:   maphash.MakeSeed(),
		dirty:  make(map[string]struct{}),
	}
}

// Table is the name of the table followed.
func (s *Subscriber) Table() string { return s.table }

// Run delivers all rows first, in one call (also when there is none), then changes, until ctx ends or the handler fails.
// A change is the row as it stands, whole; writes that change nothing are not delivered. After Redis was away the table is read again,
// and rows that are gone are delivered as deleted; the handler is then called also when nothing changed.
func (s *Subscriber) Run(ctx context.Context, handle func(context.Context, []KeyOp) error) error {
	return s.run(ctx, func(ctx context.Context, ops []KeyOp, _ bool) error { return handle(ctx, ops) })
}

// run tells the handler also whether the table was read whole.
func (s *Subscriber) run(ctx context.Context, handle func(context.Context, []KeyOp, bool) error) error {
	wake := newSignal()
	defer s.db.join(s, wake)()
	var b backoff
	for {
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-wake:
		}
		ops, whole, marks, err := s.changes(ctx)
		if ctx.Err() != nil {
			return ctx.Err()
		}
		if err != nil {
			s.log.Warn("read table", "err", err)
			s.markAll()
			s.addMarks(marks...)
			wake.post()
			b.sleep(ctx)
			continue
		}
		b = backoff{}
		if len(ops) > 0 || whole {
			if err := handle(ctx, ops, whole); err != nil {
				return fmt.Errorf("handle %d changes of %s: %w", len(ops), s.table, err)
			}
		}
		for _, m := range marks {
			if err := s.onMark(ctx, m); err != nil {
				return fmt.Errorf("handle mark in %s: %w", s.table, err)
			}
		}
	}
}

func (s *Subscriber) mark(key string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.all {
		return
	}
	s.dirty[key] = struct{}{}
	if len(s.dirty) > dirtyLimit {
		s.all = true
	}
}

func (s *Subscriber) markAll() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.all = true
}

// takeDirty empties what the listener gathered.
func (s *Subscriber) takeDirty() (keys []string, all bool, marks []string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	all = s.all
	for k := range s.dirty {
		keys = append(keys, k)
	}
	marks, s.marks = s.marks, nil
	s.all = false
	clear(s.dirty)
	return keys, all, marks
}

// changes reads what may have changed and gives what did, and the marks that were set behind it.
func (s *Subscriber) changes(ctx context.Context) (ops []KeyOp, whole bool, marks []string, err error) {
	keys, whole, marks := s.takeDirty()
	if whole {
		if err := s.ensureEvents(ctx); err != nil {
			return nil, whole, marks, err
		}
		if keys, err = s.allKeys(ctx); err != nil {
			return nil, whole, marks, err
		}
	}
	rows := make(map[string]Fields, len(keys))
	if err := s.db.read(ctx, s.table, keys, func(k string, row Fields) { rows[k] = row }); err != nil {
		return nil, whole, marks, err
	}
	return s.diff(keys, rows), whole, marks, nil
}

// allKeys lists the table's keys and those that it had.
func (s *Subscriber) allKeys(ctx context.Context) ([]string, error) {
	keys, err := s.db.Keys(ctx, s.table)
	if err != nil {
		return nil, err
	}
	listed := make(map[string]struct{}, len(keys))
	for _, k := range keys {
		listed[k] = struct{}{}
	}
	for k := range s.known {
		if _, ok := listed[k]; !ok {
			keys = append(keys, k)
		}
	}
	return keys, nil
}

// diff compares rows read with those delivered, and remembers them.
func (s *Subscriber) diff(keys []string, rows map[string]Fields) []KeyOp {
	var ops []KeyOp
	for _, k := range keys {
		before, had := s.known[k]
		row, has := rows[k]
		if !has {
			if had {
				delete(s.known, k)
				ops = append(ops, KeyOp{Op: OpDel, Key: k})
			}
			continue
		}
		list := FieldList(row)
		now := maphash.Comparable(s.seed, len(list))
		for _, f := range list {
			now = now*1099511628211 ^ maphash.Comparable(s.seed, f)
		}
		if had && now == before {
			continue
		}
		s.known[k] = now
		ops = append(ops, KeyOp{Op: OpSet, Key: k, Fields: list})
	}
	return ops
}

// ensureEvents makes Redis publish keyspace events; a Redis started without our configuration does not.
func (s *Subscriber) ensureEvents(ctx context.Context) error {
	const name = "notify-keyspace-events"
	m, err := s.db.rdb.ConfigGet(ctx, name).Result()
	if err != nil {
		if isReply(err) { // CONFIG forbidden: whoever forbids it has hopefully configured it
			s.log.Warn("cannot see whether keyspace events are on", "err", err)
			return nil
		}
		return fmt.Errorf("read %s: %w", name, err)
	}
	if has := m[name]; strings.Contains(has, "K") && strings.Contains(has, "A") {
		return nil
	}
	if err := s.db.rdb.ConfigSet(ctx, name, keyspaceEvents).Err(); err != nil {
		return fmt.Errorf("switch on keyspace events: %w", err)
	}
	s.markAll() // what changed before they were on was not published
	_, err = s.db.rdb.Ping(ctx).Result()
	return err
}
