package hostcfgd

import (
	"context"
	"fmt"
	"log/slog"
	"slices"
	"time"

	"github.com/heddle-nos/heddle/daemons/badrow"
	"github.com/heddle-nos/heddle/daemons/hostcfgd/apply"
	"github.com/heddle-nos/heddle/daemons/hostcfgd/feature"
	"github.com/heddle-nos/heddle/daemons/hostcfgd/machine"
	"github.com/heddle-nos/heddle/daemons/hostcfgd/program"
	"github.com/heddle-nos/heddle/daemons/hostcfgd/render"
	"github.com/heddle-nos/heddle/daemons/hostcfgd/row"
	"github.com/heddle-nos/heddle/daemons/progress"
	"github.com/heddle-nos/heddle/daemons/resident"
	"github.com/heddle-nos/heddle/daemons/tacacs/broker"
	"github.com/heddle-nos/heddle/internal/process"
	"github.com/heddle-nos/heddle/internal/statedb"
	"github.com/heddle-nos/heddle/yang/schema"
)

const settle = 50 * time.Millisecond // changes of a reload come together, and services restart once

// Run serves until ctx ends.
func Run(ctx context.Context, cfg Config) error {
	return resident.Run(ctx, cfg.Config, func(ctx context.Context, doors resident.Doors) error { return newDaemon(cfg, doors).run(ctx) })
}

// daemon is owned by the goroutine in loop.
type daemon struct {
	client *statedb.Client
	log    *slog.Logger
	ready  func() error // called once

	services []render.Service
	applier  *apply.Applier
	rows     row.Tables
	missing  map[string]bool // tables whose first snapshot has not come
	bad      *badrow.Record
	reported map[row.Name]bool
	marks    *progress.Part

	broker       broker.Config   // without a socket below a picture of a host
	features     *feature.Keeper // nil where nobody runs services; of the goroutine in keepFeatures
	featureMarks *progress.Part
}

func newDaemon(cfg Config, doors resident.Doors) *daemon {
	d := &daemon{
		client:   doors.Client,
		log:      doors.Log,
		ready:    doors.Ready,
		services: render.Services(),
		applier:  &apply.Applier{Disk: apply.Disk{Root: cfg.Root}, Owed: cfg.Owed, Log: doors.Log},
		rows:     make(row.Tables),
		missing:  make(map[string]bool),
		bad:      badrow.New(doors.Client.DB(statedb.StateDB), doors.Log, render.Records()...),
		reported: make(map[row.Name]bool),
	}
	if cfg.Root == "/" {
		d.applier.System = machine.Here()
		d.broker = broker.Config{Socket: cfg.Broker, Servers: render.TACACSServers, Name: machine.UserName, Log: doors.Log}
		if program.Running() {
			d.applier.Units = program.Systemd{}
			files := *d.applier // features are another goroutine's
			d.featureMarks = doors.Progress.Part(feature.Table)
			d.features = feature.New(doors.Client.DB(statedb.StateDB), manager{files: &files}, time.Now, doors.Log)
		}
	}
	for _, t := range d.tables() {
		d.missing[t] = true
	}
	d.marks = doors.Progress.Part(d.tables()...)
	return d
}

// tables are all those that some service is rendered from.
func (d *daemon) tables() []string {
	var list []string
	for _, s := range d.services {
		list = append(list, s.Tables...)
	}
	slices.Sort(list)
	return slices.Compact(list)
}

func (d *daemon) run(ctx context.Context) error {
	changes := make(chan statedb.TableChange)
	g := process.NewGroup(ctx)
	g.Go("follow configuration", func(ctx context.Context) error {
		return statedb.Follow(ctx, d.client.DB(statedb.ConfigDB), changes, d.tables()...)
	})
	g.Go("apply", func(ctx context.Context) error { return d.loop(ctx, changes) })
	if d.broker.Socket != "" {
		g.Go("ask about commands", func(ctx context.Context) error { return broker.Serve(ctx, d.broker) })
	}
	if d.features != nil {
		features := make(chan statedb.TableChange)
		g.Go("follow features", func(ctx context.Context) error {
			return statedb.Follow(ctx, d.client.DB(statedb.ConfigDB), features, feature.Table)
		})
		g.Go("keep features", func(ctx context.Context) error { return d.keepFeatures(ctx, features) })
	}
	return g.Wait()
}

// slowestPorts is how long services wait for ports that do not come.
const slowestPorts = 3 * time.Minute

// portsAreThere tells whether delayed services may start: orchagent has said that all ports are made, or had the time for it.
func (d *daemon) portsAreThere(ctx context.Context, began time.Time) bool {
	if time.Since(began) > slowestPorts {
		return true
	}
	_, done, err := d.client.DB(statedb.ApplDB).Get(ctx, schema.AppTablePort, schema.KeyPortInitDone)
	return err == nil && done
}

// look is how often systemd is asked which services run: it tells nobody who is not on its bus.
const look = 10 * time.Second

// keepFeatures applies FEATURE after each change, and tells now and then what runs.
func (d *daemon) keepFeatures(ctx context.Context, changes <-chan statedb.TableChange) error {
	tick := time.NewTicker(look)
	defer tick.Stop()
	began := time.Now()
	for {
		select {
		case <-ctx.Done():
			return ctx.Err()
		case c := <-changes:
			if c.Mark != "" {
				d.featureMarks.Take(c.Mark)
			} else {
				d.features.Take(c)
			}
		case <-tick.C:
		}
		if d.portsAreThere(ctx, began) {
			d.features.PortsAreThere()
		}
		err := d.features.Apply(ctx)
		if err != nil && ctx.Err() == nil {
			d.log.Error("keep features", "err", err)
		}
		if err := d.featureMarks.Tell(ctx, err); err != nil && ctx.Err() == nil {
			d.log.Error("tell progress", "err", err)
		}
	}
}

// loop gathers changes and applies them a moment later.
func (d *daemon) loop(ctx context.Context, changes <-chan statedb.TableChange) error {
	pace := resident.NewPace(settle)
	defer pace.Stop()
	for {
		select {
		case <-ctx.Done():
			return ctx.Err()
		case c := <-changes:
			d.take(c)
			pace.Soon()
		case <-pace.C():
			pace.Run(func(bool) error {
				err := d.apply(ctx)
				if err != nil && ctx.Err() == nil {
					d.log.Error("configure host", "err", err)
				}
				return err
			})
		}
	}
}

func (d *daemon) take(c statedb.TableChange) {
	if c.Mark != "" {
		d.marks.Take(c.Mark)
		return
	}
	delete(d.missing, c.Table)
	if c.Whole { // Redis was away: what we wrote may be gone
		d.bad.Forget()
	}
	if d.rows[c.Table] == nil {
		d.rows[c.Table] = make(map[string]statedb.Fields)
	}
	for _, op := range c.Ops {
		if op.Op == statedb.OpDel {
			delete(d.rows[c.Table], op.Key)
			continue
		}
		d.rows[c.Table][op.Key] = op.Map()
	}
}

// apply makes the host what the configuration says, one service after the other: what is wrong with one keeps no other waiting.
func (d *daemon) apply(ctx context.Context) error {
	if len(d.missing) > 0 {
		return nil
	}
	// Every switch has this row. A database without it is one that nothing has been loaded into yet, not a wish for a host without servers,
	// rules and keys.
	if !d.rows.Has("DEVICE_METADATA", "localhost") {
		return nil
	}
	var problems []row.Problem
	for _, s := range d.services {
		out := s.Render(d.rows)
		if len(out.Problems) == 0 {
			out.Problems = d.applyService(ctx, s, out)
		}
		problems = append(problems, out.Problems...)
	}
	d.report(problems)
	if err := d.bad.Flush(ctx); err != nil {
		return err
	}
	if err := d.marks.Tell(ctx, nil); err != nil {
		return err
	}
	return d.announce()
}

// applyService gives what keeps a service from being as it should. Where that is no row but the host, it is tried again with the next
// change or within a minute: a service that cannot start is not helped by being started every second.
func (d *daemon) applyService(ctx context.Context, s render.Service, out render.Output) []row.Problem {
	refused, err := d.applier.Apply(ctx, s, out)
	if err != nil && ctx.Err() == nil {
		d.log.Error("configure service", "service", s.Name, "err", err)
		refused = append(refused, row.Problem{Row: s.Home, Err: err})
	}
	return refused
}

// report records the rows that cannot be used, and forgets those that can.
func (d *daemon) report(problems []row.Problem) {
	now := make(map[row.Name]bool, len(problems))
	for _, p := range problems {
		if !now[p.Row] { // the first is enough to begin with
			d.bad.Report(p.Row.Table, p.Row.Key, p.Err)
		}
		now[p.Row] = true
	}
	for name := range d.reported {
		if !now[name] {
			d.bad.Clear(name.Table, name.Key)
		}
	}
	d.reported = now
}

func (d *daemon) announce() error {
	if d.ready == nil {
		return nil
	}
	if err := d.ready(); err != nil {
		return fmt.Errorf("announce: %w", err)
	}
	d.ready = nil
	d.log.Info("host configured", "services", len(d.services))
	return nil
}
