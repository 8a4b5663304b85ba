package linkproto

import (
	"context"
	"log/slog"
	"maps"
	"sync"
	"time"

	"github.com/heddle-nos/heddle/daemons/badrow"
	"github.com/heddle-nos/heddle/internal/statedb"
)

// retry is how long after a failure what failed is tried again, and how often the tables are looked at anyway.
const retry = time.Second

// Table is one that an outbox writes.
type Table struct {
	Name string
	Rows *statedb.Desired
}

// OutboxConfig says what an outbox writes.
type OutboxConfig struct {
	Log   *slog.Logger
	First []Table                     // those of the ASIC, in their order
	Rest  []Table                     // written after them
	Each  func(context.Context) error // done between the two at every write, if there is one
	Bad   *badrow.Record
	Ready func() error // called once, after the first update is written
}

// Outbox writes tables in a goroutine of its own: the protocol's timers do not wait for Redis. Of changes that come faster than Redis takes
// them, the last one of each row counts.
type Outbox struct {
	cfg      OutboxConfig
	wanted   bool // the first update has come
	reported map[RowRef]bool

	mu     sync.Mutex
	next   *Update
	forget bool
	wake   chan struct{} // holds one
}

// NewOutbox makes one that Run works for.
func NewOutbox(cfg OutboxConfig) *Outbox {
	return &Outbox{cfg: cfg, reported: make(map[RowRef]bool), wake: make(chan struct{}, 1)}
}

// Post hands an update over. It never waits. The first one is all that there is to be: rows of an earlier life that it does not name go.
func (o *Outbox) Post(u Update) {
	o.mu.Lock()
	o.merge(u)
	o.mu.Unlock()
	o.nudge()
}

// merge adds what is newer than what waits.
func (o *Outbox) merge(u Update) {
	if o.next == nil {
		o.next = &Update{Rows: make(Tables)}
	}
	for table, rows := range u.Rows {
		for key, row := range rows {
			o.next.Rows.Set(table, key, row)
		}
	}
	o.next.Do = append(o.next.Do, u.Do...)
	o.next.Done = append(o.next.Done, u.Done...)
	if u.Bad != nil {
		o.next.Bad = maps.Clone(u.Bad)
	}
}

// Reread has the tables compared with what Redis really holds: it was away.
func (o *Outbox) Reread() {
	o.mu.Lock()
	o.forget = true
	o.mu.Unlock()
	o.nudge()
}

func (o *Outbox) nudge() {
	select {
	case o.wake <- struct{}{}:
	default:
	}
}

// Run writes what is posted until ctx ends.
func (o *Outbox) Run(ctx context.Context) error {
	again := time.NewTimer(retry)
	defer again.Stop()
	for {
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-o.wake:
		case <-again.C:
		}
		u, known := o.take()
		if !known {
			continue
		}
		if err := o.write(ctx, &u); err != nil {
			if ctx.Err() != nil {
				return ctx.Err()
			}
			o.cfg.Log.Error("write tables", "err", err)
			o.postpone(u)
		}
		again.Reset(retry)
	}
}

// take gives what is to be written. Before the first update nothing is known.
func (o *Outbox) take() (Update, bool) {
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.forget {
		o.forget = false
		for _, list := range [][]Table{o.cfg.First, o.cfg.Rest} {
			for _, t := range list {
				t.Rows.Forget()
			}
		}
		o.cfg.Bad.Forget()
	}
	if o.next == nil {
		return Update{}, o.wanted
	}
	u := *o.next
	o.next = nil
	return u, true
}

// postpone keeps what was not done. The rows are wanted by now; the next write finds them.
func (o *Outbox) postpone(u Update) {
	o.mu.Lock()
	defer o.mu.Unlock()
	newer := o.next
	o.next = &Update{Rows: make(Tables), Do: u.Do, Bad: u.Bad, Done: u.Done}
	if newer != nil {
		o.merge(*newer)
	}
}

// write makes the tables as the update says, and leaves in it what is not done.
func (o *Outbox) write(ctx context.Context, u *Update) error {
	o.want(u.Rows)
	if err := flush(ctx, o.cfg.First); err != nil {
		return err
	}
	if err := doAll(ctx, &u.Do); err != nil {
		return err
	}
	if o.cfg.Each != nil {
		if err := o.cfg.Each(ctx); err != nil {
			return err
		}
	}
	if err := flush(ctx, o.cfg.Rest); err != nil {
		return err
	}
	if err := o.report(ctx, u.Bad); err != nil {
		return err
	}
	if err := doAll(ctx, &u.Done); err != nil {
		return err
	}
	if o.cfg.Ready == nil {
		return nil
	}
	if err := o.cfg.Ready(); err != nil {
		return err
	}
	o.cfg.Ready = nil
	return nil
}

// doAll does what a list says, and leaves in it what is not done.
func doAll(ctx context.Context, list *[]func(context.Context) error) error {
	for len(*list) > 0 {
		if err := (*list)[0](ctx); err != nil {
			return err
		}
		*list = (*list)[1:]
	}
	return nil
}

func flush(ctx context.Context, tables []Table) error {
	for _, t := range tables {
		if _, err := t.Rows.Flush(ctx); err != nil {
			return err
		}
	}
	return nil
}

// want notes what changed. The first time it is all that there is to be.
func (o *Outbox) want(rows Tables) {
	for _, list := range [][]Table{o.cfg.First, o.cfg.Rest} {
		for _, t := range list {
			if !o.wanted {
				t.Rows.Replace(rows[t.Name])
				continue
			}
			for key, row := range rows[t.Name] {
				if row == nil {
					t.Rows.Remove(key)
				} else {
					t.Rows.Put(key, row)
				}
			}
		}
	}
	o.wanted = true
}

func (o *Outbox) report(ctx context.Context, bad map[RowRef]error) error {
	for ref, err := range bad {
		o.cfg.Bad.Report(ref.Table, ref.Key, err)
		o.reported[ref] = true
	}
	for ref := range o.reported {
		if _, still := bad[ref]; bad != nil && !still {
			o.cfg.Bad.Clear(ref.Table, ref.Key)
			delete(o.reported, ref)
		}
	}
	return o.cfg.Bad.Flush(ctx)
}

// Recall reads what an earlier life left, and waits for Redis if need be. It fails only when ctx ends.
func Recall[T any](ctx context.Context, log *slog.Logger, read func(context.Context) (T, error)) (T, error) {
	for {
		past, err := read(ctx)
		if err == nil || ctx.Err() != nil {
			return past, ctx.Err()
		}
		log.Error("read what an earlier life left", "err", err)
		select {
		case <-ctx.Done():
			return past, ctx.Err()
		case <-time.After(retry):
		}
	}
}
