package netsyncd

import (
	"context"
	"fmt"
	"log/slog"
	"net"
	"time"

	"github.com/heddle-nos/heddle/daemons/netsyncd/fpm"
	"github.com/heddle-nos/heddle/daemons/progress"
	"github.com/heddle-nos/heddle/daemons/resident"
	"github.com/heddle-nos/heddle/internal/kernel"
	"github.com/heddle-nos/heddle/internal/process"
	"github.com/heddle-nos/heddle/internal/statedb"
	"github.com/heddle-nos/heddle/yang/schema"
)

const (
	settle    = 2 * time.Millisecond // events that come together are written together
	retry     = time.Second          // after the tables could not be written
	probeTick = 5 * time.Second
	burst     = 4096 // events taken before the tables are written, whatever comes
)

// Name is the daemon's name, in its log lines and its readiness mark.
const Name = "netsyncd"

// Run serves until ctx ends.
func Run(ctx context.Context, cfg resident.Config) error { return resident.Run(ctx, cfg, work) }

func work(ctx context.Context, doors resident.Doors) error { return newDaemon(doors).run(ctx) }

// daemon is owned by the goroutine in run.
type daemon struct {
	client *statedb.Client
	kernel *kernel.Kernel
	log    *slog.Logger
	ready  func() error // called once

	synced kernel.Groups // listed at least once
	resync kernel.Groups // to be listed

	links      *links
	neighbours *neighbours
	routes     *routes
	asked      *asked
	zebra      *zebra
	marks      *progress.Part
}

// configTables say where link-local neighbours are wanted.
func configTables() []string {
	return []string{schema.TableInterface, schema.TableVLANInterface, schema.TablePortChannelInterface, schema.TableVLANSubInterface}
}

// followed are the kernel's groups that netsyncd needs.
const followed = kernel.Links | kernel.Neighbours | kernel.Routes

func newDaemon(doors resident.Doors) *daemon {
	client, k, log := doors.Client, doors.Kernel, doors.Log
	appl, state := client.DB(statedb.ApplDB), client.DB(statedb.StateDB)
	l := newLinks(state)
	d := &daemon{
		client:     client,
		kernel:     k,
		log:        log,
		ready:      doors.Ready,
		links:      l,
		neighbours: newNeighbours(appl, l),
		routes:     newRoutes(appl, l),
		asked:      newAsked(l),
		zebra:      newZebra(appl, l, log),
		marks:      doors.Progress.Part(configTables()...),
	}
	d.routes.claimed = d.zebra.has
	return d
}

func (d *daemon) run(ctx context.Context) error {
	changes := make(chan statedb.TableChange)
	events := make(chan kernel.Event, 1024)
	g := process.NewGroup(ctx)
	g.Go("follow configuration", func(ctx context.Context) error {
		return statedb.Follow(ctx, d.client.DB(statedb.ConfigDB), changes, configTables()...)
	})
	g.Go("follow kernel", func(ctx context.Context) error {
		return d.kernel.Watch(ctx, d.log, followed|kernel.Addrs, events)
	})
	frames := make(chan fpm.Event)
	g.Go("serve FPM", func(ctx context.Context) error {
		return fpm.Server{Listen: func() (net.Listener, error) { return listenFPM(d.kernel) }, Log: d.log}.Run(ctx, frames)
	})
	requests := make(chan []statedb.KeyOp)
	g.Go("follow requests", func(ctx context.Context) error {
		return d.asked.follow(ctx, d.client.DB(statedb.ApplDB), requests)
	})
	g.Go("apply", func(ctx context.Context) error { return d.loop(ctx, inputs{changes, requests, events, frames}) })
	return g.Wait()
}

// inputs are what the goroutine that owns the state waits for.
type inputs struct {
	changes  <-chan statedb.TableChange
	requests <-chan []statedb.KeyOp
	events   <-chan kernel.Event
	frames   <-chan fpm.Event
}

func (d *daemon) loop(ctx context.Context, in inputs) error {
	probe := time.NewTicker(probeTick)
	defer probe.Stop()
	flush := time.NewTimer(settle)
	defer flush.Stop()
	ask := time.NewTimer(askTick)
	defer ask.Stop()
	taken := 0
	for {
		if taken >= burst {
			flush.Reset(0)
			taken = 0
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case c := <-in.changes:
			d.takeChange(c)
			flush.Reset(settle)
		case ops := <-in.requests:
			if d.asked.take(ops) {
				ask.Reset(askDelay)
			}
		case <-ask.C:
			if err := d.asked.ask(d.kernel, d.log); err != nil {
				d.log.Warn("ask for neighbours", "err", err)
			}
			ask.Reset(askTick)
		case e := <-in.frames:
			d.zebra.take(e, time.Now())
			if taken++; taken == 1 {
				flush.Reset(settle)
			}
		case e := <-in.events:
			d.takeEvent(e)
			if taken++; taken == 1 {
				flush.Reset(settle)
			}
		case <-probe.C:
			d.neighbours.probe(d.kernel, d.log, time.Now())
			if d.zebra.look(time.Now()) {
				flush.Reset(settle)
			}
		case <-flush.C:
			taken = 0
			if err := d.flush(ctx); err != nil {
				d.log.Error("write kernel state", "err", err)
				flush.Reset(retry)
			}
		}
	}
}

// takeChange learns where link-local neighbours are wanted; and that Redis was away.
func (d *daemon) takeChange(c statedb.TableChange) {
	if c.Mark != "" {
		d.marks.Take(c.Mark)
		return
	}
	if c.Whole {
		d.links.rows.Forget()
		d.neighbours.rows.Forget()
		d.routes.rows.Forget()
		d.zebra.rows.Forget()
	}
	for _, op := range c.Ops {
		if d.neighbours.allowLinkLocal(op) {
			d.resync |= kernel.Neighbours
		}
	}
}

func (d *daemon) takeEvent(e kernel.Event) {
	switch {
	case e.Group == kernel.Addrs: // the last IPv4 address of a device takes routes with it, without an event for each
		d.resync |= kernel.Routes
	case e.Resync:
		d.resync |= e.Group
	case d.resync&e.Group != 0:
		// the listing to come is newer
	case e.Link != nil:
		if d.links.take(e.Link) {
			d.resync |= kernel.Neighbours | kernel.Routes
		}
	case e.Neigh != nil:
		d.neighbours.take(e.Neigh, time.Now())
	case e.Route != nil:
		d.resync |= d.routes.take(e.Route)
	}
}

// flush lists what must be listed and writes the tables.
func (d *daemon) flush(ctx context.Context) error {
	if err := d.list(); err != nil {
		return err
	}
	if d.synced != followed {
		return nil // a table written from a half-known kernel would lose rows
	}
	if _, err := d.links.rows.Flush(ctx); err != nil {
		return err
	}
	if _, err := d.neighbours.rows.Flush(ctx); err != nil {
		return err
	}
	if err := d.zebra.flush(ctx, d.routes.publish); err != nil {
		return err
	}
	if _, err := d.routes.rows.Flush(ctx); err != nil {
		return err
	}
	if err := d.marks.Tell(ctx, nil); err != nil {
		return err
	}
	if d.ready == nil {
		return nil
	}
	if err := d.ready(); err != nil {
		return fmt.Errorf("announce: %w", err)
	}
	d.ready = nil
	d.log.Info("kernel state written")
	return nil
}

// list reads groups whole; the subscription stands already, so that nothing falls between.
func (d *daemon) list() error {
	if d.resync&kernel.Links != 0 {
		links, err := d.kernel.Links()
		if err != nil {
			return err
		}
		d.links.replace(links)
		d.resync |= kernel.Neighbours | kernel.Routes
		d.done(kernel.Links)
	}
	if d.resync&kernel.Neighbours != 0 {
		list, err := d.kernel.Neighbours()
		if err != nil {
			return err
		}
		d.neighbours.replace(list, time.Now())
		d.done(kernel.Neighbours)
	}
	if d.resync&kernel.Routes != 0 {
		if err := d.routes.list(d.kernel); err != nil {
			return err
		}
		d.zebra.all() // names and VRFs may have changed
		d.done(kernel.Routes)
	}
	return nil
}

func (d *daemon) done(g kernel.Groups) {
	d.resync &^= g
	d.synced |= g
}
