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
	"github.com/heddle-nos/heddle/daemons/progress"
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
	in, told := newIntake(cfg, client, e, tables(mac)), progress.New(client, Name, cfg.Log)
	told.OnRequest(func(ctx context.Context, asked []progress.Request) error { return in.settle(ctx, told, asked) })
	config := newConfig(client, told, configTables(mac))
	groups, resources, marks := counters.New(client, delay, cfg.Log), crm.New(client, e, cfg.Log), watermark.New(client, cfg.Log)
	groups.OnMark, resources.OnMark, marks.OnMark = told.Part(schema.TableFlexCounter).Pass, told.Part(schema.TableCRM).Pass, told.Part(watermark.Table).Pass
	g := process.NewGroup(ctx)
	g.Go("answers", asic.Run)
	g.Go("engine", func(ctx context.Context) error { return e.Run(ctx, notes) })
	g.Go("counters", groups.Run)
	g.Go("resources", resources.Run)
	g.Go("watermarks", marks.Run)
	for t, c := range in.consumers {
		g.Go(t, func(ctx context.Context) error { return in.consume(ctx, t, c) })
	}
	g.Go("feedback", func(ctx context.Context) error { return feedback(ctx, cfg, config.device, feedbacks) })
	g.Go("guard", func(ctx context.Context) error { return guard(ctx, cfg, config.guard, guards) })
	for _, s := range config.rows {
		g.Go(s.Table(), func(ctx context.Context) error { return follow(ctx, s, e) })
	}
	defer told.Start(ctx)()
	return g.Wait()
}

// follow hands the rows of one table of CONFIG_DB to the engine: all of them
// first, then changes.
func follow(ctx context.Context, s *statedb.Subscriber, e *engine.Engine) error {
	post := e.PostWhole
	return s.Run(ctx, func(ctx context.Context, ops []statedb.KeyOp) error {
		defer func() { post = e.Post }()
		return post(ctx, s.Table(), ops)
	})
}

// guard tells the engine how MAC_MOVE_GUARD is configured. A bad row changes
// nothing.
func guard(ctx context.Context, cfg Config, sub *statedb.Subscriber, to chan<- moveguard.Config) error {
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
func feedback(ctx context.Context, cfg Config, sub *statedb.Subscriber, to chan<- bool) error {
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
