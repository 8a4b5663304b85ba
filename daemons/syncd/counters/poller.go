package counters

import (
	"context"
	"log/slog"
	"strconv"
	"sync"
	"time"

	"github.com/redis/go-redis/v9"

	"github.com/heddle-nos/heddle/internal/process"
	"github.com/heddle-nos/heddle/internal/statedb"
	"github.com/heddle-nos/heddle/sai"
)

// Stats reads counters, and attributes that are polled like them; it is part of
// sai.Driver.
type Stats interface {
	Get(obj sai.Object, attrs []sai.Attr) sai.Status
	Stats(obj sai.Object, ids []sai.StatID, mode sai.StatsMode) ([]uint64, sai.Status)
}

// Bulk reads the same counters of many objects of a type at once: those of the
// first object, then of the next. The values of an object whose status is not
// success mean nothing.
type Bulk interface {
	StatsBulk(objs []sai.Object, ids []sai.StatID, mode sai.StatsMode) ([]uint64, []sai.Status)
}

// IDs tells the real ids of objects.
type IDs interface {
	RID(vid sai.ObjectID) (sai.ObjectID, bool)
}

// Options make a Poller.
type Options struct {
	Stats    Stats
	Bulk     Bulk // nil: objects are read one by one
	IDs      IDs
	Flex     *statedb.DB // FLEX_COUNTER_DB
	Counters *statedb.DB // COUNTERS_DB
	Log      *slog.Logger
}

// Poller polls counters.
type Poller struct {
	Options

	mu     sync.Mutex // guards groups and paused
	groups map[string]*group
	paused bool
	wake   chan struct{} // one element: the plan changed

	single map[bunchKey]bool // of poll alone: what the ASIC does not read in bulk
}

// NewPoller returns a poller with nothing to do.
func NewPoller(o Options) *Poller {
	return &Poller{Options: o, groups: map[string]*group{}, wake: make(chan struct{}, 1), single: map[bunchKey]bool{}}
}

// Run polls until ctx ends.
func (p *Poller) Run(ctx context.Context) error {
	g := process.NewGroup(ctx)
	for _, table := range []string{tableCounter, tableGroup} {
		g.Go(table+" queue", func(ctx context.Context) error { return p.pump(ctx, table) })
	}
	g.Go(tableGroup, func(ctx context.Context) error {
		return statedb.NewSubscriber(p.Flex, tableGroup).Run(ctx, p.groupRows)
	})
	g.Go(tableCounter, func(ctx context.Context) error {
		return statedb.NewSubscriber(p.Flex, tableCounter).Run(ctx, p.counterRows)
	})
	g.Go("poll", p.poll)
	return g.Wait()
}

// Pause ends all polling: the ASIC is about to be given up.
func (p *Poller) Pause() {
	p.mu.Lock()
	p.paused = true
	p.mu.Unlock()
}

// pump moves what clients queue for a table into its rows.
func (p *Poller) pump(ctx context.Context, table string) error {
	q := statedb.NewQueueConsumer(p.Flex, table, statedb.QueueOptions{})
	defer q.Close()
	for {
		items, err := q.Peek(ctx)
		if err != nil {
			return err
		}
		err = q.Ack(ctx, len(items), func(pipe redis.Pipeliner) {
			for _, item := range items {
				row := p.Flex.RowKey(table, item.Key)
				if item.Op[0] == 'D' || len(item.Values) == 0 {
					pipe.Del(ctx, row)
					continue
				}
				pipe.HSet(ctx, row, item.Values)
			}
		})
		if err != nil && ctx.Err() == nil {
			p.Log.Warn("counter requests", "table", table, "err", err)
		}
	}
}

func (p *Poller) group(name string) *group {
	g, ok := p.groups[name]
	if !ok {
		g = &group{chunk: defaultChunk, targets: map[sai.ObjectID]*target{}}
		p.groups[name] = g
	}
	return g
}

func (p *Poller) groupRows(_ context.Context, ops []statedb.KeyOp) error {
	p.mu.Lock()
	defer p.mu.Unlock()
	for _, op := range ops {
		g := p.group(op.Key)
		if err := g.configure(op.Fields); err != nil {
			p.Log.Warn("counter group", "group", op.Key, "err", err)
		}
		if soon := time.Now().Add(g.interval); soon.Before(g.due) {
			g.due = soon // the interval became shorter
		}
	}
	p.changed()
	return nil
}

func (p *Poller) counterRows(_ context.Context, ops []statedb.KeyOp) error {
	p.mu.Lock()
	defer p.mu.Unlock()
	for _, op := range ops {
		name, id, err := parseKey(op.Key)
		if err != nil {
			p.Log.Warn("counter", "key", op.Key, "err", err)
			continue
		}
		g := p.group(name)
		if op.Op == statedb.OpDel {
			delete(g.targets, id)
			continue
		}
		t, unknown := newTarget(id, op.Fields)
		if len(unknown) > 0 {
			p.Log.Warn("unknown counters", "key", op.Key, "names", unknown)
		}
		if !t.empty() {
			g.targets[id] = t
		}
	}
	p.changed()
	return nil
}

func (p *Poller) changed() {
	select {
	case p.wake <- struct{}{}:
	default:
	}
}

// job is one group at one moment.
type job struct {
	mode     sai.StatsMode
	interval time.Duration
	chunk    int
	plugins  []string
	targets  []*target
}

// poll performs the jobs that are due.
func (p *Poller) poll(ctx context.Context) error {
	for {
		jobs, wait := p.next(time.Now())
		for _, j := range jobs {
			if err := p.do(ctx, j); err != nil && ctx.Err() == nil {
				p.Log.Warn("poll counters", "err", err)
			}
		}
		timer := time.NewTimer(wait)
		select {
		case <-ctx.Done():
			timer.Stop()
			return ctx.Err()
		case <-p.wake:
		case <-timer.C:
		}
		timer.Stop()
	}
}

// next takes the jobs that are due now and says how long to wait for others.
func (p *Poller) next(now time.Time) ([]job, time.Duration) {
	const idle = time.Hour
	p.mu.Lock()
	defer p.mu.Unlock()
	var jobs []job
	wait := idle
	for _, g := range p.groups {
		if p.paused || !g.active() {
			continue
		}
		if !now.Before(g.due) {
			g.due = now.Add(g.interval)
			jobs = append(jobs, job{mode: g.mode, interval: g.interval, chunk: g.chunk, plugins: g.plugins, targets: g.sorted()})
		}
		wait = min(wait, g.due.Sub(now))
	}
	return jobs, wait
}

// do polls one group and runs its scripts (SONiC computes rates in them).
func (p *Poller) do(ctx context.Context, j job) error {
	keys := make([]string, 0, len(j.targets))
	pipe := p.Counters.Redis().Pipeline()
	for i, fields := range p.read(j) {
		if len(fields) == 0 {
			continue
		}
		oid := j.targets[i].obj.OID.String()
		keys = append(keys, oid)
		pipe.HSet(ctx, p.Counters.RowKey(tableValues, oid), fields...)
	}
	if _, err := pipe.Exec(ctx); err != nil {
		return err
	}
	for _, sha := range j.plugins {
		err := p.Counters.Redis().EvalSha(ctx, sha, keys,
			strconv.Itoa(int(statedb.CountersDB)), tableValues, strconv.FormatInt(j.interval.Milliseconds(), 10)).Err()
		if err != nil && err != redis.Nil {
			p.Log.Debug("counter script", "sha", sha, "err", err)
		}
	}
	return nil
}
