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
	"github.com/heddle-nos/heddle/sai/text"
)

// Stats reads counters, and attributes that are polled like them; it is part of
// sai.Driver.
type Stats interface {
	Get(obj sai.Object, attrs []sai.Attr) sai.Status
	Stats(obj sai.Object, ids []sai.StatID, mode sai.StatsMode) ([]uint64, sai.Status)
}

// IDs tells the real ids of objects.
type IDs interface {
	RID(vid sai.ObjectID) (sai.ObjectID, bool)
}

// Options make a Poller.
type Options struct {
	Stats    Stats
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
}

// NewPoller returns a poller with nothing to do.
func NewPoller(o Options) *Poller {
	return &Poller{Options: o, groups: map[string]*group{}, wake: make(chan struct{}, 1)}
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
		g = &group{targets: map[sai.ObjectID]*target{}}
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
			jobs = append(jobs, job{mode: g.mode, interval: g.interval, plugins: g.plugins, targets: g.sorted()})
		}
		wait = min(wait, g.due.Sub(now))
	}
	return jobs, wait
}

// do polls one group and runs its scripts (SONiC computes rates in them).
func (p *Poller) do(ctx context.Context, j job) error {
	keys := make([]string, 0, len(j.targets))
	pipe := p.Counters.Redis().Pipeline()
	for _, t := range j.targets {
		fields := p.read(t, j.mode)
		if len(fields) == 0 {
			continue
		}
		keys = append(keys, t.obj.OID.String())
		pipe.HSet(ctx, p.Counters.RowKey(tableValues, t.obj.OID.String()), fields...)
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

// read returns names and values of what is polled of an object.
func (p *Poller) read(t *target, mode sai.StatsMode) []any {
	rid, ok := p.IDs.RID(t.obj.OID)
	if !ok {
		return nil
	}
	if t.mode != nil {
		mode = *t.mode
	}
	obj := sai.ObjectOf(t.obj.Type, rid)
	return append(p.counters(t, obj, mode), p.attrs(t, obj)...)
}

// attrs reads attributes one by one, as any of them may be unsupported.
func (p *Poller) attrs(t *target, obj sai.Object) []any {
	var fields []any
	for _, m := range t.attrs {
		attr := []sai.Attr{{ID: m.ID}}
		if p.Stats.Get(obj, attr) != sai.StatusSuccess {
			continue
		}
		value, err := text.AppendValue(nil, m, attr[0].Value)
		if err != nil {
			p.Log.Debug("polled attribute", "attr", m.Name, "err", err)
			continue
		}
		fields = append(fields, m.Name, string(value))
	}
	return fields
}

// counters returns names and values of an object's counters.
func (p *Poller) counters(t *target, obj sai.Object, mode sai.StatsMode) []any {
	if len(t.ids) == 0 {
		return nil
	}
	values, s := p.Stats.Stats(obj, t.ids, mode)
	if s != sai.StatusSuccess && !t.checked {
		t.checked = true
		if p.sortOut(t, obj); len(t.ids) == 0 {
			return nil
		}
		values, s = p.Stats.Stats(obj, t.ids, mode)
	}
	if s != sai.StatusSuccess || len(values) != len(t.names) {
		return nil
	}
	fields := make([]any, 0, 2*len(values))
	for i, v := range values {
		fields = append(fields, t.names[i], strconv.FormatUint(v, 10))
	}
	return fields
}

// sortOut keeps the counters that the ASIC has: one that is missing fails a
// read of them all. An object of which it counts nothing is not polled any more.
func (p *Poller) sortOut(t *target, obj sai.Object) {
	ids, names := t.ids[:0:0], t.names[:0:0]
	refused := 0
	for i, id := range t.ids {
		switch _, s := p.Stats.Stats(obj, []sai.StatID{id}, sai.StatsModeRead); {
		case s == sai.StatusSuccess:
			ids, names = append(ids, id), append(names, t.names[i])
		case s == sai.StatusNotSupported || s == sai.StatusNotImplemented:
			refused++
		}
	}
	if len(ids) == 0 && refused < len(t.ids) { // the object is not there, or not yet
		t.checked = false
		return
	}
	p.Log.Debug("counters sorted out", "object", t.obj.OID, "asked", len(t.ids), "counted", len(ids))
	t.ids, t.names = ids, names
}
