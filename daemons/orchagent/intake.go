package orchagent

import (
	"context"
	"time"

	"github.com/heddle-nos/heddle/daemons/orchagent/engine"
	"github.com/heddle-nos/heddle/daemons/orchagent/feature/route"
	"github.com/heddle-nos/heddle/daemons/progress"
	"github.com/heddle-nos/heddle/internal/statedb"
	"github.com/heddle-nos/heddle/yang/schema"
)

// settleTime bounds one wait: who asked asks again, and a table of routes that never comes to rest holds up nobody else.
const settleTime = 2 * time.Second

// intake takes the rows of APPL_DB for the engine, which reads what the tables
// hold at the start by itself.
type intake struct {
	engine    *engine.Engine
	consumers map[string]*statedb.Consumer // by table
}

func newIntake(cfg Config, client *statedb.Client, e *engine.Engine, tables []string) intake {
	in := intake{engine: e, consumers: make(map[string]*statedb.Consumer, len(tables))}
	for _, t := range tables {
		o := statedb.ConsumerOptions{}
		if t == route.Table {
			o.Batch = cfg.Batch
		}
		in.consumers[t] = statedb.NewConsumer(client.DB(statedb.ApplDB), t, o)
	}
	return in
}

// consume hands the changes of one table over.
func (in intake) consume(ctx context.Context, table string, c *statedb.Consumer) error {
	return c.Run(ctx, func(ctx context.Context, ops []statedb.KeyOp) error { return in.engine.Post(ctx, table, ops) })
}

// config are the tables of CONFIG_DB that orchagent follows itself. All are
// there before the first is followed: it has come to a mark when all have.
type config struct {
	device, guard *statedb.Subscriber
	rows          []*statedb.Subscriber // for the engine
}

func newConfig(client *statedb.Client, told *progress.Teller, tables []string) config {
	follow := func(table string) *statedb.Subscriber {
		return statedb.NewSubscriber(client.DB(statedb.ConfigDB), table).OnMark(told.Part(table).Pass)
	}
	c := config{device: follow(schema.TableDeviceMetadata), guard: follow(schema.TableMACMoveGuard)}
	for _, t := range tables {
		c.rows = append(c.rows, follow(t))
	}
	return c
}

// settle answers requests once all rows that were there when they came are
// planned and the ASIC has answered. Only for those that ask for it routes
// are waited for: a full table takes its time.
func (in intake) settle(ctx context.Context, told *progress.Teller, asked []progress.Request) error {
	for _, routes := range []bool{false, true} {
		var marks []string
		for _, r := range asked {
			if r.Routes == routes {
				marks = append(marks, r.Mark)
			}
		}
		if len(marks) == 0 {
			continue
		}
		settled, err := in.wait(ctx, routes)
		if err != nil {
			return err
		}
		if !settled {
			continue
		}
		for _, m := range marks {
			if err := told.Tell(ctx, m, ""); err != nil {
				return err
			}
		}
	}
	return nil
}

// wait says whether all was settled in time.
func (in intake) wait(ctx context.Context, routes bool) (bool, error) {
	short, cancel := context.WithTimeout(ctx, settleTime)
	defer cancel()
	err := in.sync(short, routes)
	if short.Err() != nil {
		return false, ctx.Err()
	}
	return err == nil, err
}

func (in intake) sync(ctx context.Context, routes bool) error {
	for t, c := range in.consumers {
		if t == route.Table && !routes {
			continue
		}
		if err := c.Sync(ctx); err != nil {
			return err
		}
	}
	return in.engine.Settle(ctx, routes)
}
