package counters

import (
	"context"
	"fmt"
	"log/slog"
	"maps"
	"slices"
	"time"

	"github.com/redis/go-redis/v9"

	"github.com/heddle-nos/heddle/internal/process"
	"github.com/heddle-nos/heddle/internal/statedb"
	"github.com/heddle-nos/heddle/yang/schema"
)

const (
	tableGroup = "FLEX_COUNTER_GROUP_TABLE"
	tableRates = "RATES"
)

// refresh is how often the scripts are loaded: a Redis that was restarted has
// forgotten them. Loading a script that is there changes nothing.
const refresh = 10 * time.Second

// Groups keeps the groups of FLEX_COUNTER_DB.
type Groups struct {
	client *statedb.Client
	log    *slog.Logger
	queue  *statedb.QueueProducer
	delay  time.Duration

	// OnMark is told how far the groups have come with their table; may be nil.
	OnMark func(ctx context.Context, mark string) error

	// keep alone uses these.
	config  map[string]*schema.FlexCounter
	sha     map[string]string // by kind
	due     map[string]bool   // kinds whose group is to be written
	started bool              // the delay is over
}

// New keeps the groups in the databases of client. Those with
// FLEX_COUNTER_DELAY_STATUS are polled when Run has run for delay.
func New(client *statedb.Client, delay time.Duration, log *slog.Logger) *Groups {
	return &Groups{
		client: client, log: log, delay: delay,
		queue:  statedb.NewQueueProducer(client.DB(statedb.FlexCounterDB), tableGroup),
		config: make(map[string]*schema.FlexCounter),
		sha:    make(map[string]string),
		due:    make(map[string]bool),
	}
}

// Run follows FLEX_COUNTER_TABLE until ctx ends.
func (g *Groups) Run(ctx context.Context) error {
	if err := g.start(ctx); err != nil {
		return err
	}
	changes := make(chan []statedb.KeyOp)
	group := process.NewGroup(ctx)
	group.Go("scripts", g.keepScripts)
	group.Go("groups", func(ctx context.Context) error { return g.keep(ctx, changes) })
	group.Go(schema.TableFlexCounter, func(ctx context.Context) error {
		return statedb.NewSubscriber(g.client.DB(statedb.ConfigDB), schema.TableFlexCounter).OnMark(g.OnMark).Run(ctx, func(ctx context.Context, ops []statedb.KeyOp) error {
			select {
			case changes <- ops:
				return nil
			case <-ctx.Done():
				return ctx.Err()
			}
		})
	})
	return group.Wait()
}

// keep writes the groups as FLEX_COUNTER_TABLE changes, and those that were
// delayed once the delay is over.
func (g *Groups) keep(ctx context.Context, changes <-chan []statedb.KeyOp) error {
	over := time.NewTimer(g.delay)
	defer over.Stop()
	for {
		select {
		case <-ctx.Done():
			return ctx.Err()
		case ops := <-changes:
			g.changed(ops)
		case <-over.C:
			g.started = true
			for name := range g.config {
				if _, ok := kinds()[name]; ok {
					g.due[name] = true
				}
			}
		}
		if err := g.write(ctx); err != nil && ctx.Err() == nil {
			g.log.Warn("write groups of counters", "err", err) // due until Redis is back
		}
	}
}

// start loads the scripts: a group that names one must not come first.
func (g *Groups) start(ctx context.Context) error {
	for k, s := range scripts() {
		g.sha[k] = redis.NewScript(s.text()).Hash()
	}
	for {
		err := g.loadScripts(ctx)
		if err == nil || ctx.Err() != nil {
			return err
		}
		g.log.Warn("load the scripts of counters", "err", err)
		if err := pause(ctx, time.Second); err != nil {
			return err
		}
	}
}

func (g *Groups) keepScripts(ctx context.Context) error {
	for {
		if err := pause(ctx, refresh); err != nil {
			return err
		}
		if err := g.loadScripts(ctx); err != nil && ctx.Err() == nil {
			g.log.Warn("load the scripts of counters", "err", err)
		}
	}
}

// loadScripts makes Redis know the scripts and their smoothing.
func (g *Groups) loadScripts(ctx context.Context) error {
	db := g.client.DB(statedb.CountersDB)
	_, err := db.Redis().Pipelined(ctx, func(p redis.Pipeliner) error {
		for _, s := range scripts() {
			p.ScriptLoad(ctx, s.text())
			if s.name == "" {
				continue
			}
			row := db.RowKey(tableRates, s.name)
			p.HSetNX(ctx, row, s.name+"_SMOOTH_INTERVAL", defaultSmoothing)
			p.HSetNX(ctx, row, s.name+"_ALPHA", defaultAlpha)
		}
		return nil
	})
	if err != nil {
		return fmt.Errorf("load scripts: %w", err)
	}
	return nil
}

// changed takes changed rows of FLEX_COUNTER_TABLE. It is called without any at
// the start and after Redis was away: then all groups are due.
func (g *Groups) changed(ops []statedb.KeyOp) {
	all := len(g.config) == 0 || len(ops) == 0
	for _, op := range ops {
		g.take(op)
	}
	for name := range kinds() {
		if all || slices.ContainsFunc(ops, func(op statedb.KeyOp) bool { return op.Key == name || op.Key == scripts()[name].off }) {
			g.due[name] = true
		}
	}
}

func (g *Groups) take(op statedb.KeyOp) {
	if op.Op == statedb.OpDel {
		delete(g.config, op.Key)
		return
	}
	var row schema.FlexCounter
	if err := statedb.Decode(op.Map(), &row); err != nil {
		g.log.Warn("skip row", "table", schema.TableFlexCounter, "key", op.Key, "err", err)
		return
	}
	g.config[op.Key] = &row
}

// write queues the groups that are due for syncd.
func (g *Groups) write(ctx context.Context) error {
	var items []statedb.QueueItem
	for _, name := range slices.Sorted(maps.Keys(g.due)) {
		k := kinds()[name]
		fields, err := k.row(g.config[name], g.started)
		if err != nil {
			g.log.Warn("counters as without configuration", "table", schema.TableFlexCounter, "key", name, "err", err)
		}
		if s, ok := scripts()[name]; ok {
			fields[s.plugins] = g.plugin(name, s)
		}
		items = append(items, item(k.group, fields))
	}
	if err := g.queue.Push(ctx, items...); err != nil {
		return err
	}
	clear(g.due)
	return nil
}

// plugin names the script of a kind, nothing if its rates are turned off.
func (g *Groups) plugin(kind string, s script) string {
	if c := g.config[s.off]; c != nil && c.Status == disabled {
		return ""
	}
	return g.sha[kind]
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
