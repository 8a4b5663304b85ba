package progress

import (
	"context"
	"log/slog"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/redis/go-redis/v9"

	"github.com/heddle-nos/heddle/internal/statedb"
)

const (
	refresh   = 5 * time.Second // a Redis that was emptied learns of the daemon again
	kept      = 2 * time.Minute // an answer
	leaveTime = time.Second
	maxMarks  = 16 // that wait in a part; who set one that is dropped sets it again
)

// done is the answer of a daemon that nothing troubles.
const done = "done"

// Request asks a daemon by name.
type Request struct {
	Mark   string
	Routes bool // also the routes that follow shall be settled
}

// Teller tells how far a daemon has come. A nil Teller tells nobody.
type Teller struct {
	state  *statedb.DB
	daemon string
	log    *slog.Logger
	wake   chan struct{} // holds one: the tables have changed

	mu     sync.Mutex
	tables []string
	parts  int
	come   map[string]map[*Part]string // what troubles the parts that have come to a mark
	asked  func(context.Context, []Request) error
}

// New makes the teller of a daemon.
func New(c *statedb.Client, daemon string, log *slog.Logger) *Teller {
	return &Teller{state: c.DB(statedb.StateDB), daemon: daemon, log: log, wake: make(chan struct{}, 1), come: make(map[string]map[*Part]string)}
}

// OnRequest has f called with what the daemon is asked by name. It is to be called before Start. What f settles it answers by Tell.
func (t *Teller) OnRequest(f func(context.Context, []Request) error) { t.asked = f }

// Start makes the daemon known until ctx ends or stop is called.
func (t *Teller) Start(ctx context.Context) (stop func()) {
	if t == nil {
		return func() {}
	}
	ctx, cancel := context.WithCancel(ctx)
	ended := make(chan struct{})
	go func() { defer close(ended); t.run(ctx) }()
	return func() { cancel(); <-ended }
}

func (t *Teller) run(ctx context.Context) {
	requests := statedb.Subscribe(ctx, t.state, channel(t.daemon))
	defer requests.Close()
	defer t.leave(ctx)
	again := time.NewTicker(refresh)
	defer again.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case n := <-requests.C():
			t.answer(ctx, gather(n, requests.C()))
		case <-t.wake:
			t.register(ctx)
		case <-again.C:
			t.register(ctx)
		}
	}
}

// gather takes what has been asked meanwhile, too: one look answers all.
func gather(first statedb.Notification, more <-chan statedb.Notification) []Request {
	list := []Request{request(first)}
	for {
		select {
		case n := <-more:
			list = append(list, request(n))
		default:
			return list
		}
	}
}

func (t *Teller) answer(ctx context.Context, list []Request) {
	if t.asked == nil {
		return
	}
	if err := t.asked(ctx, list); err != nil && ctx.Err() == nil {
		t.log.Error("tell progress", "err", err)
	}
}

// register tells which tables the daemon follows.
func (t *Teller) register(ctx context.Context) {
	t.mu.Lock()
	tables := strings.Join(t.tables, ",")
	t.mu.Unlock()
	if err := t.state.Set(ctx, followerTable, t.daemon, statedb.Fields{fieldTables: tables}); err != nil && ctx.Err() == nil {
		t.log.Warn("tell which tables are followed", "err", err)
	}
}

// leave says that the daemon ends in order: nobody need wait for it.
func (t *Teller) leave(ctx context.Context) {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), leaveTime)
	defer cancel()
	if err := t.state.Delete(ctx, followerTable, t.daemon); err != nil {
		t.log.Warn("tell that tables are followed no more", "err", err)
	}
}

// Tell answers a mark for the whole daemon.
func (t *Teller) Tell(ctx context.Context, mark, trouble string) error {
	if t == nil {
		return nil
	}
	if trouble == "" {
		trouble = done
	}
	name := t.state.RowKey(progressTable, mark)
	_, err := t.state.Redis().Pipelined(ctx, func(p redis.Pipeliner) error {
		p.HSet(ctx, name, t.daemon, trouble)
		p.Expire(ctx, name, kept)
		return nil
	})
	return err
}

// Part is a goroutine of a daemon that follows tables. The daemon has come to a mark when all its parts have.
type Part struct {
	teller *Teller
	marks  []string // come to, not answered
}

// Part adds a part. All parts are to be there before the first of them follows its tables.
func (t *Teller) Part(tables ...string) *Part {
	p := &Part{teller: t}
	if t == nil {
		return p
	}
	t.mu.Lock()
	t.parts++
	t.tables = append(t.tables, tables...)
	slices.Sort(t.tables)
	t.tables = slices.Compact(t.tables)
	t.mu.Unlock()
	select {
	case t.wake <- struct{}{}:
	default:
	}
	return p
}

// Take notes that the part has come to a mark.
func (p *Part) Take(mark string) {
	if !slices.Contains(p.marks, mark) {
		p.marks = append(p.marks, mark)
	}
	p.marks = p.marks[max(0, len(p.marks)-maxMarks):]
}

// Waits says whether a mark has not been answered.
func (p *Part) Waits() bool { return len(p.marks) > 0 }

// Tell answers the marks taken: all before them is carried out and handed on, but for what the trouble says, if there is one. After an
// error they wait for the next Tell.
func (p *Part) Tell(ctx context.Context, trouble error) error {
	for len(p.marks) > 0 {
		if err := p.teller.tell(ctx, p, p.marks[0], trouble); err != nil {
			return err
		}
		p.marks = p.marks[1:]
	}
	return nil
}

// Pass answers a mark of a part that has nothing to carry out, as statedb.Subscriber's OnMark wants it.
func (p *Part) Pass(ctx context.Context, mark string) error {
	p.Take(mark)
	if err := p.Tell(ctx, nil); err != nil && ctx.Err() == nil {
		p.teller.log.Warn("tell progress", "err", err)
	}
	return ctx.Err()
}

// tell notes what a part says, and answers once all have come.
func (t *Teller) tell(ctx context.Context, p *Part, mark string, trouble error) error {
	if t == nil {
		return nil
	}
	text := ""
	if trouble != nil {
		text = trouble.Error()
	}
	t.mu.Lock()
	if t.come[mark] == nil {
		if len(t.come) >= maxMarks {
			clear(t.come)
		}
		t.come[mark] = make(map[*Part]string)
	}
	t.come[mark][p] = text
	all := len(t.come[mark]) == t.parts
	for _, said := range t.come[mark] {
		if text == "" {
			text = said
		}
	}
	t.mu.Unlock()
	if !all {
		return nil
	}
	if err := t.Tell(ctx, mark, text); err != nil {
		return err
	}
	t.mu.Lock()
	delete(t.come, mark)
	t.mu.Unlock()
	return nil
}
