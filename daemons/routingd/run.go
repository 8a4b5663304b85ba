package routingd

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"time"

	"golang.org/x/sys/unix"

	"github.com/heddle-nos/heddle/daemons/badrow"
	"github.com/heddle-nos/heddle/daemons/bgpview"
	"github.com/heddle-nos/heddle/daemons/progress"
	"github.com/heddle-nos/heddle/daemons/resident"
	"github.com/heddle-nos/heddle/daemons/routingd/bgpconf"
	"github.com/heddle-nos/heddle/daemons/routingd/discover"
	"github.com/heddle-nos/heddle/daemons/routingd/liveness"
	"github.com/heddle-nos/heddle/daemons/routingd/metrics"
	"github.com/heddle-nos/heddle/daemons/routingd/offload"
	"github.com/heddle-nos/heddle/daemons/routingd/speaker"
	"github.com/heddle-nos/heddle/internal/kernel"
	"github.com/heddle-nos/heddle/internal/process"
	"github.com/heddle-nos/heddle/internal/statedb"
	"github.com/heddle-nos/heddle/yang/schema"
)

const settle = 5 * time.Millisecond // changes that come together are computed together

// Name is the daemon's name, in its log lines and its readiness mark.
const Name = "routingd"

// Run serves until ctx ends.
func Run(ctx context.Context, cfg Config) error { return resident.Run(ctx, cfg.Config, cfg.work) }

func (c Config) work(ctx context.Context, doors resident.Doors) error {
	return newDaemon(doors, c).run(ctx)
}

// daemon is owned by the goroutine in run.
type daemon struct {
	client *statedb.Client
	kernel *kernel.Kernel
	log    *slog.Logger
	ready  func() error // called once

	missing map[string]bool // tables whose first snapshot has not come
	statics map[string]static
	vrfs    map[schema.InterfaceName]string // of interfaces that are in none but the default one
	routes  *routes                         // APPL_DB ROUTE_TABLE
	status  *statedb.Desired                // STATE_DB, per static route
	bad     *badrow.Record
	marks   *progress.Part
	fib     *fib
	watch   *liveness.Watch
	peers   <-chan struct{} // that are watched: a state has changed

	speaker *speaker.Speaker
	metrics metrics.Address
	view    string // socket for questions about BGP; empty: none
	bgp     *bgp
}

// statusTable tells of each static route whether it is in use, and if not why.
const statusTable = "HEDDLE_STATIC_ROUTE"

func newDaemon(doors resident.Doors, cfg Config) *daemon {
	client, k, log := doors.Client, doors.Kernel, doors.Log
	appl, state := client.DB(statedb.ApplDB), client.DB(statedb.StateDB)
	missing := make(map[string]bool)
	for _, t := range configTables() {
		missing[t] = true
	}
	d := &daemon{}
	links := new(linkLocals)
	routes := newRoutes(appl, k, log, func() map[string]bool { return d.bgp.vrfs }, links.of)
	routes.offload = offload.New(client.DB(statedb.ApplStateDB), log)
	speaking := cfg.speakers(log)
	speaking.Started = routes.feed.Started
	speakers, watch := speaker.New(speaking), liveness.New(client, log, partBGP, partStatic)
	routes.announcer = speakers
	*d = daemon{
		client:  client,
		kernel:  k,
		log:     log,
		ready:   doors.Ready,
		missing: missing,
		statics: make(map[string]static),
		vrfs:    make(map[schema.InterfaceName]string),
		routes:  routes,
		status:  statedb.NewDesiredStored(state, statusTable, statedb.DesiredOptions{}),
		bad:     badrow.New(state, log, schema.TableStaticRoute),
		marks:   doors.Progress.Part(configTables()...),
		fib:     newFIB(k, log),
		watch:   watch,
		peers:   watch.Subscribe(),
		speaker: speakers,
		metrics: cfg.Metrics,
		view:    cfg.viewSocket(),
		bgp:     newBGP(speakers, discover.New(k, log), links, watch, state, badrow.New(state, log, bgpconf.OwnTables()...)),
	}
	d.bgp.errors = &routes.tally.errors
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
		// Routes of BGP are many, and written by nobody but us and the FRR that took our place.
		return d.kernel.WatchBut(ctx, unix.RTPROT_BGP, d.log, kernel.Links|kernel.Addrs|kernel.Routes, events)
	})
	g.Go("watch peers", d.watch.Run)
	g.Go("run BGP", d.speaker.Run)
	g.Go("find BGP peers on links", d.bgp.discover.Run)
	if d.view != "" {
		g.Go("answer questions about BGP", func(ctx context.Context) error { return bgpview.Serve(ctx, d.view, d.speaker, d.log) })
	}
	if !d.metrics.IsZero() {
		gather := meter{d.routes.tally, d.speaker}.gather
		g.Go("serve metrics", func(ctx context.Context) error { return metrics.Serve(ctx, d.metrics, gather, d.log) })
	}
	g.Go("follow the ASIC's routes", d.routes.offload.Run)
	g.Go("write routes", d.routes.writer.run)
	g.Go("write kernel routes", d.routes.kernel.run)
	g.Go("apply", func(ctx context.Context) error { return d.loop(ctx, changes, events) })
	return g.Wait()
}

// loop gathers changes and computes a moment later.
func (d *daemon) loop(ctx context.Context, changes <-chan statedb.TableChange, events <-chan kernel.Event) error {
	pace := resident.NewPace(settle)
	defer pace.Stop()
	restart := time.NewTicker(syncPause)
	defer restart.Stop()
	for {
		select {
		case <-ctx.Done():
			return ctx.Err()
		case c := <-changes:
			d.take(c)
			pace.Soon()
		case e := <-events:
			if d.fib.concerns(e) {
				pace.Soon()
			}
		case <-d.peers:
			pace.Soon()
		case <-d.bgp.watch.due.C:
			pace.Soon()
		case found := <-d.bgp.discover.Found():
			d.bgp.find(found)
			pace.Soon()
		case r := <-d.speaker.Reports():
			d.bgp.hear(r)
			pace.Soon()
		case <-d.routes.feed.Wake():
			if err := d.routes.take(ctx); err != nil {
				return err
			}
			if d.routes.hopsChanged() {
				pace.Soon()
			}
		case <-d.routes.offload.Wake():
			if d.routes.takeOffload(); !d.routes.suppresses {
				pace.Soon() // somebody waits for the first word
			}
		case <-restart.C:
			waits, err := d.routes.sweep(ctx, d.bgp.heard)
			if err != nil {
				return err
			}
			if !waits {
				restart.Stop()
			}
		case <-pace.C():
			pace.Run(func(audit bool) error {
				if audit {
					d.fib.stale = true
				}
				err := d.apply(ctx)
				if err != nil && !errors.Is(err, errRefused) {
					d.log.Error("write routes", "err", err)
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
		d.routes.reload = true
		d.status.Forget()
		d.bad.Forget()
		d.bgp.bad.Forget()
		d.bgp.states.Forget()
	}
	if d.bgp.concerns(c.Table) {
		d.bgp.take(c)
	}
	if slices.Contains(routeTables(), c.Table) {
		d.takeRoutes(c)
	}
}

// takeRoutes decodes the rows that static and connected routes depend on.
func (d *daemon) takeRoutes(c statedb.TableChange) {
	if c.Table != schema.TableStaticRoute {
		d.takeInterfaces(c.Ops)
		return
	}
	for _, op := range c.Ops {
		if op.Op == statedb.OpDel {
			delete(d.statics, op.Key)
			d.bad.Clear(c.Table, op.Key)
			continue
		}
		s, err := parseStatic(op)
		if err != nil {
			d.bad.Report(c.Table, op.Key, err)
			continue
		}
		d.statics[op.Key] = s
		d.bad.Clear(c.Table, op.Key)
	}
}

// apply computes all routes and writes what differs. APPL_DB comes before the kernel: when a static route goes and another kernel route of the
// prefix comes forward, netsyncd hears of that after our row is gone, and its row stays.
func (d *daemon) apply(ctx context.Context) error {
	if len(d.missing) > 0 || !d.watch.Known() {
		return nil
	}
	subnets, err := d.fib.subnets(d.vrfs)
	if err != nil {
		return err
	}
	if err := d.fib.list(); err != nil {
		return err
	}
	r := compute(d.statics, subnets, d.watch.State)
	d.watch.Want(partStatic, r.watch)
	d.bgp.offer(offers(subnets, r.kernel))
	d.bgp.reach(subnets)
	d.bgp.apply(d.routes.suppress)
	d.routes.rib.SetDistances(d.bgp.distances)
	d.routes.rib.SetLimits(d.bgp.limits)
	if err := d.bgp.report(ctx); err != nil {
		return err
	}
	d.routes.setTables(d.fib.tables)
	if err := d.routes.setLocals(ctx, localsOf(r, subnets, d.fib.ahead)); err != nil {
		return err
	}
	refused := d.fib.install(r.kernel, append(r.hold, d.routes.hops()...))
	d.status.Replace(r.status)
	if _, err := d.status.Flush(ctx); err != nil {
		return err
	}
	if err := d.bad.Flush(ctx); err != nil {
		return err
	}
	if err := d.marks.Tell(ctx, refused); err != nil {
		return err
	}
	if d.ready != nil {
		if err := d.ready(); err != nil {
			return fmt.Errorf("announce: %w", err)
		}
		d.ready = nil
		d.log.Info("routes written", "static", len(d.statics), "subnets", len(subnets))
	}
	return refused
}
