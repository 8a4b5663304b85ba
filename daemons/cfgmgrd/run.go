package cfgmgrd

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"time"

	"github.com/heddle-nos/heddle/daemons/badrow"
	"github.com/heddle-nos/heddle/daemons/progress"
	"github.com/heddle-nos/heddle/daemons/resident"
	"github.com/heddle-nos/heddle/internal/kernel"
	"github.com/heddle-nos/heddle/internal/process"
	"github.com/heddle-nos/heddle/internal/statedb"
	"github.com/heddle-nos/heddle/yang/schema"
)

const settle = 3 * time.Millisecond // changes that come together are applied together

// Name is the daemon's name, in its log lines and its readiness mark.
const Name = "cfgmgrd"

// Run serves until ctx ends.
func Run(ctx context.Context, cfg Config) error {
	return resident.Run(ctx, cfg.Config, func(ctx context.Context, doors resident.Doors) error {
		g := process.NewGroup(ctx)
		g.Go("carry out configuration", func(ctx context.Context) error { return work(ctx, doors) })
		g.Go("keep confirmations", keeper(cfg, doors).Run)
		return g.Wait()
	})
}

func work(ctx context.Context, doors resident.Doors) error { return newDaemon(doors).run(ctx) }

// daemon is owned by the goroutine in run.
type daemon struct {
	client *statedb.Client
	kernel *kernel.Kernel
	log    *slog.Logger
	ready  func() error // called once

	intent  *intent
	missing map[string]bool // tables whose first snapshot has not come
	bad     *badrow.Record
	tables  *tables
	devices *devices
	marks   *progress.Part

	noMgmtVRF bool // and that is recorded
}

func newDaemon(doors resident.Doors) *daemon {
	client, k, log := doors.Client, doors.Kernel, doors.Log
	names := configTables()
	d := &daemon{
		client:  client,
		kernel:  k,
		log:     log,
		ready:   doors.Ready,
		intent:  newIntent(),
		missing: make(map[string]bool),
		bad:     badrow.New(client.DB(statedb.StateDB), log, slices.DeleteFunc(configTables(), foreign)...),
		tables:  newTables(client.DB(statedb.ApplDB), client.DB(statedb.StateDB)),
		devices: newDevices(k, log),
		marks:   doors.Progress.Part(names...),
	}
	for _, t := range names {
		d.missing[t] = true
	}
	return d
}

func (d *daemon) run(ctx context.Context) error {
	changes := make(chan statedb.TableChange)
	events := make(chan kernel.Event, 64)
	g := process.NewGroup(ctx)
	g.Go("follow configuration", func(ctx context.Context) error {
		return statedb.Follow(ctx, d.client.DB(statedb.ConfigDB), changes, configTables()...)
	})
	g.Go("follow kernel", func(ctx context.Context) error {
		return d.kernel.Watch(ctx, d.log, kernel.Links|kernel.Addrs, events)
	})
	g.Go("apply", func(ctx context.Context) error { return d.loop(ctx, changes, events) })
	return g.Wait()
}

// loop gathers changes and applies them a moment later.
func (d *daemon) loop(ctx context.Context, changes <-chan statedb.TableChange, events <-chan kernel.Event) error {
	pace := resident.NewPace(settle)
	defer pace.Stop()
	for {
		select {
		case <-ctx.Done():
			return ctx.Err()
		case c := <-changes:
			d.take(c)
			pace.Soon()
		case <-events:
			pace.Soon()
		case <-pace.C():
			pace.Run(func(audit bool) error {
				if audit {
					d.devices.doubt()
				}
				err := d.apply(ctx)
				if err != nil && !errors.Is(err, errRefused) {
					d.log.Error("apply configuration", "err", err)
				}
				return err
			})
		}
	}
}

// take decodes changed rows. A row that is bad keeps the good state it had before, if any.
func (d *daemon) take(c statedb.TableChange) {
	if c.Mark != "" {
		d.marks.Take(c.Mark)
		return
	}
	delete(d.missing, c.Table)
	if c.Whole { // Redis was away: what we wrote may be gone
		d.tables.forget()
		d.bad.Forget()
	}
	for _, op := range c.Ops {
		err := d.intent.take(c.Table, op)
		switch {
		case foreign(c.Table):
		case err != nil && op.Op == statedb.OpSet: // what is gone is not bad, whatever its key
			d.bad.Report(c.Table, op.Key, err)
		default:
			d.bad.Clear(c.Table, op.Key)
		}
	}
}

// apply makes tables and devices equal to the intent.
func (d *daemon) apply(ctx context.Context) error {
	if len(d.missing) > 0 {
		return nil
	}
	plan := render(d.intent)
	d.report(plan)
	if err := d.tables.write(ctx, plan); err != nil {
		return err
	}
	present, refused := d.devices.reconcile(plan.devices, plan.kernel)
	if err := d.tables.writeState(ctx, plan, present); err != nil {
		return err
	}
	d.reportMgmtVRF()
	if err := d.bad.Flush(ctx); err != nil {
		return err
	}
	if err := d.announce(); err != nil {
		return err
	}
	if err := d.marks.Tell(ctx, refused); err != nil {
		return err
	}
	return refused
}

// reportMgmtVRF records why there is no management VRF although it is configured: the operator is still reached, but not in the VRF.
func (d *daemon) reportMgmtVRF() {
	if err := d.devices.mgmtErr; err != nil {
		d.bad.Report(schema.TableMgmtVRFConfig, schema.KeyMgmtVRFGlobal, err)
	} else if d.noMgmtVRF {
		d.bad.Clear(schema.TableMgmtVRFConfig, schema.KeyMgmtVRFGlobal)
	}
	d.noMgmtVRF = d.devices.mgmtErr != nil
}

func (d *daemon) announce() error {
	if d.ready == nil {
		return nil
	}
	if err := d.ready(); err != nil {
		return fmt.Errorf("announce: %w", err)
	}
	d.ready = nil
	d.log.Info("configuration applied", "ports", len(d.intent.ports), "vlans", len(d.intent.vlans), "interfaces", len(d.intent.interfaces))
	return nil
}

// report records the rows that point to something absent, and forgets those that do no more.
func (d *daemon) report(p plan) {
	now := make(map[rowRef]bool, len(p.dangling))
	for _, w := range p.dangling {
		now[w.row] = true
		d.bad.Report(w.row.table, w.row.key, w.err)
	}
	for row := range d.intent.dangling {
		if !now[row] {
			d.bad.Clear(row.table, row.key)
		}
	}
	d.intent.dangling = now
}
