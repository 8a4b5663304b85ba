package watermark

import (
	"context"
	"fmt"
	"log/slog"
	"strconv"
	"time"

	"github.com/redis/go-redis/v9"

	"github.com/heddle-nos/heddle/internal/process"
	"github.com/heddle-nos/heddle/internal/statedb"
)

// Where requests and the length of a period come from.
const (
	requests    = "WATERMARK_CLEAR_REQUEST" // channel of APPL_DB
	keyInterval = "TELEMETRY_INTERVAL"

	defaultInterval = 120 * time.Second
)

// Tables of COUNTERS_DB.
const (
	tablePeriodic   = "PERIODIC_WATERMARKS"
	tablePersistent = "PERSISTENT_WATERMARKS"
	tableUser       = "USER_WATERMARKS"
)

// kind is what can be started anew by itself.
type kind struct {
	names string // hash of COUNTERS_DB with the objects
	types string // hash with the type of each, where that matters
	of    string // the type
	stat  string
}

func kinds() map[string]kind {
	const queue, group, pool = "COUNTERS_QUEUE_NAME_MAP", "COUNTERS_PG_NAME_MAP", "COUNTERS_BUFFER_POOL_NAME_MAP"
	const queueStat, groupStat, poolStat = "SAI_QUEUE_STAT_SHARED_WATERMARK_BYTES", "SAI_INGRESS_PRIORITY_GROUP_STAT_", "SAI_BUFFER_POOL_STAT_"
	ofType := func(t string) kind {
		return kind{names: queue, types: "COUNTERS_QUEUE_TYPE_MAP", of: "SAI_QUEUE_TYPE_" + t, stat: queueStat}
	}
	return map[string]kind{
		"PG_HEADROOM":    {names: group, stat: groupStat + "XOFF_ROOM_WATERMARK_BYTES"},
		"PG_SHARED":      {names: group, stat: groupStat + "SHARED_WATERMARK_BYTES"},
		"Q_SHARED_UNI":   ofType("UNICAST"),
		"Q_SHARED_MULTI": ofType("MULTICAST"),
		"Q_SHARED_ALL":   ofType("ALL"),
		"BUFFER_POOL":    {names: pool, stat: poolStat + "WATERMARK_BYTES"},
		"HEADROOM_POOL":  {names: pool, stat: poolStat + "XOFF_ROOM_WATERMARK_BYTES"},
	}
}

// Table of CONFIG_DB says how long a period is.
const Table = "WATERMARK_TABLE"

// Clearer starts watermarks anew.
type Clearer struct {
	client *statedb.Client
	log    *slog.Logger
	news   chan time.Duration // one element: the latest length of a period

	// OnMark is told how far the clearer has come with its table; may be nil.
	OnMark func(ctx context.Context, mark string) error
}

// New returns a Clearer for the databases of client.
func New(client *statedb.Client, log *slog.Logger) *Clearer {
	return &Clearer{client: client, log: log, news: make(chan time.Duration, 1)}
}

// Run serves until ctx ends.
func (c *Clearer) Run(ctx context.Context) error {
	asked := statedb.Subscribe(ctx, c.client.DB(statedb.ApplDB), requests)
	defer asked.Close()
	g := process.NewGroup(ctx)
	g.Go(Table, func(ctx context.Context) error {
		return statedb.NewSubscriber(c.client.DB(statedb.ConfigDB), Table).OnMark(c.OnMark).Run(ctx, c.configured)
	})
	g.Go("watermarks", func(ctx context.Context) error { return c.serve(ctx, asked.C()) })
	return g.Wait()
}

// configured takes the length of a period. Without one, or with one that makes no
// sense, it is the default.
func (c *Clearer) configured(_ context.Context, ops []statedb.KeyOp) error {
	for _, op := range ops {
		if op.Key != keyInterval {
			continue
		}
		length := defaultInterval
		if text, ok := op.Map()["interval"]; ok {
			n, err := strconv.ParseUint(text, 10, 31)
			if err != nil || n == 0 {
				c.log.Warn("skip field", "table", Table, "key", keyInterval, "err", fmt.Errorf("interval %.40q is not a number of seconds", text))
			} else {
				length = time.Duration(n) * time.Second
			}
		}
		select { // only the latest counts
		case <-c.news:
		default:
		}
		c.news <- length
	}
	return nil
}

func (c *Clearer) serve(ctx context.Context, asked <-chan statedb.Notification) error {
	period := time.NewTicker(defaultInterval)
	defer period.Stop()
	for {
		var err error
		select {
		case <-ctx.Done():
			return ctx.Err()
		case length := <-c.news:
			period.Reset(length)
		case <-period.C:
			for _, k := range kinds() {
				if err == nil {
					err = c.clear(ctx, tablePeriodic, k)
				}
			}
		case n := <-asked:
			err = c.requested(ctx, n)
		}
		if err != nil && ctx.Err() == nil {
			c.log.Warn("start watermarks anew", "err", err)
		}
	}
}

// requested does what an operator asked for.
func (c *Clearer) requested(ctx context.Context, n statedb.Notification) error {
	table, ok := map[string]string{"USER": tableUser, "PERSISTENT": tablePersistent}[n.Op]
	k, known := kinds()[n.Data]
	if !ok || !known {
		return fmt.Errorf("request %.40q for %.40q: unknown", n.Op, n.Data)
	}
	c.log.Info("clear watermarks", "table", table, "kind", n.Data)
	return c.clear(ctx, table, k)
}

// clear sets a statistic of all objects of a kind to zero.
func (c *Clearer) clear(ctx context.Context, table string, k kind) error {
	db := c.client.DB(statedb.CountersDB)
	names, err := db.Redis().HGetAll(ctx, k.names).Result()
	if err != nil {
		return fmt.Errorf("read %s: %w", k.names, err)
	}
	types := map[string]string{}
	if k.types != "" && len(names) > 0 {
		if types, err = db.Redis().HGetAll(ctx, k.types).Result(); err != nil {
			return fmt.Errorf("read %s: %w", k.types, err)
		}
	}
	_, err = db.Redis().Pipelined(ctx, func(p redis.Pipeliner) error {
		for _, oid := range names {
			if types[oid] == k.of { // both empty where types do not matter
				p.HSet(ctx, db.RowKey(table, oid), k.stat, "0")
			}
		}
		return nil
	})
	if err != nil {
		return fmt.Errorf("clear %s of %s: %w", k.stat, table, err)
	}
	return nil
}
