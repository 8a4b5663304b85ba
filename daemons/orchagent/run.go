package orchagent

import (
	"cmp"
	"context"
	"fmt"
	"time"

	"github.com/heddle-nos/heddle/daemons/loglevel"
	"github.com/heddle-nos/heddle/daemons/orchagent/asicdb"
	"github.com/heddle-nos/heddle/daemons/orchagent/counters"
	"github.com/heddle-nos/heddle/daemons/orchagent/crm"
	"github.com/heddle-nos/heddle/daemons/orchagent/engine"
	"github.com/heddle-nos/heddle/daemons/orchagent/feature/nexthopgroup"
	"github.com/heddle-nos/heddle/daemons/orchagent/feature/route"
	"github.com/heddle-nos/heddle/daemons/orchagent/moveguard"
	"github.com/heddle-nos/heddle/daemons/orchagent/watermark"
	"github.com/heddle-nos/heddle/internal/process"
	"github.com/heddle-nos/heddle/internal/statedb"
	"github.com/heddle-nos/heddle/sai"
	"github.com/heddle-nos/heddle/yang/schema"
)

const (
	// notifications is the channel on which syncd tells what the ASIC reports.
	notifications = "NOTIFICATIONS"
	// flushRequests is the channel of APPL_DB on which operators ask for learned
	// addresses to be forgotten.
	flushRequests = "FLUSHFDBREQUEST"
)

// Run serves until ctx ends.
func Run(ctx context.Context, cfg Config) error {
	if err := process.NotReady(cfg.Ready); err != nil {
		return err
	}
	dbs, err := statedb.LoadConfig(cfg.Database)
	if err != nil {
		return err
	}
	client, err := statedb.Open(dbs, cfg.Log)
	if err != nil {
		return err
	}
	defer client.Close()
	defer loglevel.Follow(ctx, client, cfg.Log)()
	mac, err := metadata(ctx, client, cfg)
	if err != nil {
		return err
	}
	return Serve(ctx, cfg, client, mac)
}

// Serve runs the engine of a switch with the given MAC address on its state
// database.
func Serve(ctx context.Context, cfg Config, client *statedb.Client, mac sai.MAC) error {
	flushes := statedb.Subscribe(ctx, client.DB(statedb.ApplDB), flushRequests)
	defer flushes.Close()
	guards, feedbacks := make(chan moveguard.Config), make(chan bool)
	asic := asicdb.New(client.DB(statedb.AsicDB), cfg.Timeout, cfg.Log)
	e := engine.New(engine.Config{
		Client:     client,
		ASIC:       asic,
		Features:   features(mac),
		Switch:     base(mac),
		RouteTable: route.Table,
		Routes:     route.Apply,
		Groups:     nexthopgroup.Render,
		FineGroups: nexthopgroup.RenderFine,
		Flushes:    flushes.C(),
		Guards:     guards,
		Feedback:   cfg.Feedback,
		Feedbacks:  feedbacks,
		Log:        cfg.Log,
		Grace:      cfg.Grace,
		Ready: func() {
			if err := process.Ready(cfg.Ready); err != nil {
				cfg.Log.Error("tell that orchagent is ready", "err", err)
			}
		},
	})
	notes := statedb.Subscribe(ctx, client.DB(statedb.AsicDB), notifications)
	defer notes.Close()
	delay, err := counters.StartDelay()
	if err != nil {
		cfg.Log.Warn("delay counters as after a boot", "err", err)
	}
	g := process.NewGroup(ctx)
	g.Go("answers", asic.Run)
	g.Go("engine", func(ctx context.Context) error { return e.Run(ctx, notes) })
	g.Go("counters", counters.New(client, delay, cfg.Log).Run)
	g.Go("resources", crm.New(client, e, cfg.Log).Run)
	g.Go("watermarks", watermark.New(client, cfg.Log).Run)
	for _, t := range tables(mac) {
		g.Go(t, func(ctx context.Context) error { return consume(ctx, cfg, client, e, t) })
	}
	g.Go("feedback", func(ctx context.Context) error { return feedback(ctx, cfg, client, feedbacks) })
	g.Go("guard", func(ctx context.Context) error { return guard(ctx, cfg, client, guards) })
	for _, t := range configTables(mac) {
		g.Go(t, func(ctx context.Context) error { return follow(ctx, client, e, t) })
	}
	return g.Wait()
}

// consume hands the changes of one table to the engine. The engine reads what
// the table holds at the start by itself.
func consume(ctx context.Context, cfg Config, client *statedb.Client, e *engine.Engine, table string) error {
	o := statedb.ConsumerOptions{}
	if table == route.Table {
		o.Batch = cfg.Batch
	}
	c := statedb.NewConsumer(client.DB(statedb.ApplDB), table, o)
	return c.Run(ctx, func(ctx context.Context, ops []statedb.KeyOp) error { return e.Post(ctx, table, ops) })
}

// follow hands the rows of one table of CONFIG_DB to the engine: all of them
// first, then changes.
func follow(ctx context.Context, client *statedb.Client, e *engine.Engine, table string) error {
	post := e.PostWhole
	return statedb.NewSubscriber(client.DB(statedb.ConfigDB), table).Run(ctx, func(ctx context.Context, ops []statedb.KeyOp) error {
		defer func() { post = e.Post }()
		return post(ctx, table, ops)
	})
}

// guard tells the engine how MAC_MOVE_GUARD is configured. A bad row changes
// nothing.
func guard(ctx context.Context, cfg Config, client *statedb.Client, to chan<- moveguard.Config) error {
	sub := statedb.NewSubscriber(client.DB(statedb.ConfigDB), schema.TableMACMoveGuard)
	return sub.Run(ctx, func(ctx context.Context, ops []statedb.KeyOp) error {
		for _, op := range ops {
			if op.Key != schema.KeyGlobal {
				continue
			}
			c, err := moveguard.Decode(op.Map())
			if err != nil {
				cfg.Log.Warn("skip row", "row", schema.TableMACMoveGuard+"|"+op.Key, "err", err)
				continue
			}
			select {
			case to <- c:
			case <-ctx.Done():
				return ctx.Err()
			}
		}
		return nil
	})
}

// feedback tells the engine whether routing daemons wait for the ASIC (DEVICE_METADATA suppress-fib-pending).
func feedback(ctx context.Context, cfg Config, client *statedb.Client, to chan<- bool) error {
	sub := statedb.NewSubscriber(client.DB(statedb.ConfigDB), schema.TableDeviceMetadata)
	return sub.Run(ctx, func(ctx context.Context, ops []statedb.KeyOp) error {
		for _, op := range ops {
			if op.Key != schema.KeyLocalhost {
				continue
			}
			select {
			case to <- cfg.Feedback || op.Map()["suppress-fib-pending"] == "enabled":
			case <-ctx.Done():
				return ctx.Err()
			}
		}
		return nil
	})
}

// metadata waits until DEVICE_METADATA tells the address of the switch, if the command line does not.
func metadata(ctx context.Context, client *statedb.Client, cfg Config) (sai.MAC, error) {
	for n := 0; ; n++ {
		fields, _, err := client.DB(statedb.ConfigDB).Get(ctx, schema.TableDeviceMetadata, schema.KeyLocalhost)
		text := cmp.Or(cfg.MAC, fields["mac"])
		if err == nil && text != "" {
			var mac schema.MAC
			if err := mac.UnmarshalText([]byte(text)); err != nil {
				return sai.MAC{}, fmt.Errorf("mac of the switch: %w", err)
			}
			return sai.MAC(mac), nil
		}
		if n%100 == 0 {
			cfg.Log.Info("waiting for the MAC address of the switch", "row", schema.TableDeviceMetadata+"|"+schema.KeyLocalhost, "err", err)
		}
		if err := pause(ctx, 100*time.Millisecond); err != nil {
			return sai.MAC{}, err
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
