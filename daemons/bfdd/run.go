package bfdd

import (
	"context"
	"log/slog"
	"math/rand/v2"
	"time"

	"golang.org/x/sys/unix"

	"github.com/heddle-nos/heddle/daemons/bfdd/bfd"
	"github.com/heddle-nos/heddle/daemons/bfdd/wire"
	"github.com/heddle-nos/heddle/daemons/resident"
	"github.com/heddle-nos/heddle/internal/kernel"
	"github.com/heddle-nos/heddle/internal/process"
	"github.com/heddle-nos/heddle/internal/statedb"
	"github.com/heddle-nos/heddle/yang/schema"
)

// Name is the daemon's name, in its log lines and its readiness mark.
const Name = "bfdd"

const (
	idle     = time.Hour              // how long to wait when the protocol waits for nothing
	reopen   = 250 * time.Millisecond // after a socket could not be opened
	absence  = time.Second            // the interval that peers are told before a stop
	farewell = 300 * time.Millisecond // how long they may take to agree
)

// Run serves until ctx ends.
func Run(ctx context.Context, cfg resident.Config) error {
	if err := hurry(); err != nil {
		cfg.Log.Warn("no priority before other programs", "err", err)
	}
	return resident.Run(ctx, cfg, work)
}

func work(ctx context.Context, doors resident.Doors) error { return newDaemon(doors).run(ctx) }

// daemon is owned by the goroutine in run.
type daemon struct {
	client *statedb.Client
	kernel *kernel.Kernel
	log    *slog.Logger
	tables *publisher

	engine   *bfd.Engine
	sockets  *sockets
	sessions map[bfd.Key]wanted
	asked    map[string]bfd.Key // by key of the row
	bad      map[string]bool    // rows that cannot be read
	unseen   map[string]bool    // rows that were not there when the table was last looked at as a whole
	problems map[bfd.Key]string
	told     map[bfd.Key]bfd.State     // as logged
	memory   map[string]statedb.Fields // STATE_DB of an earlier life
	listed   bool                      // the kernel's devices are known
	waiting  []request                 // until they are
}

func newDaemon(doors resident.Doors) *daemon {
	return &daemon{
		client: doors.Client, kernel: doors.Kernel, log: doors.Log, tables: newPublisher(doors),
		engine:   bfd.New(rand.New(rand.NewPCG(rand.Uint64(), rand.Uint64()))),
		sessions: make(map[bfd.Key]wanted), asked: make(map[string]bfd.Key), bad: make(map[string]bool), unseen: make(map[string]bool),
		problems: make(map[bfd.Key]string), told: make(map[bfd.Key]bfd.State),
	}
}

func (d *daemon) run(ctx context.Context) error {
	var err error
	if d.memory, err = readAll(ctx, d.client.DB(statedb.StateDB), schema.StateTableBFDSession, d.log); err != nil {
		return nil // ctx has ended
	}
	in := inputs{make(chan request), make(chan kernel.Event, 1024), make(chan struct{}, 1)}
	g := process.NewGroup(ctx)
	d.sockets = newSockets(d.kernel, d.log, func(l *wire.Listener) { g.Go("receive", watch(l, in.arrived)) })
	g.Go("follow requests", func(ctx context.Context) error { return follow(ctx, d.client.DB(statedb.ApplDB), d.log, in.requests) })
	g.Go("follow kernel", func(ctx context.Context) error { return d.kernel.Watch(ctx, d.log, kernel.Links, in.events) })
	g.Go("write tables", d.tables.outbox.Run)
	g.Go("speak BFD", func(ctx context.Context) error { return d.loop(ctx, in) })
	return g.Wait()
}

// inputs are what the protocol's goroutine waits for.
type inputs struct {
	requests chan request
	events   chan kernel.Event
	arrived  chan struct{}
}

// loop lets the protocol have what happens. Before any time-out it has what has come.
func (d *daemon) loop(ctx context.Context, in inputs) error {
	defer d.sockets.closeAll()
	tick, open := time.NewTimer(idle), time.NewTimer(idle)
	defer tick.Stop()
	defer open.Stop()
	for {
		select {
		case <-ctx.Done():
			d.leave()
			return ctx.Err()
		case r := <-in.requests:
			d.takeRequest(r)
			open.Reset(0)
		case e := <-in.events:
			if err := d.takeEvent(e); err != nil {
				return err
			}
			open.Reset(0)
		case <-in.arrived:
			d.drain()
		case <-tick.C:
			d.drain()
			d.step(bfd.Tick{})
		case <-open.C:
			if !d.openSockets() {
				open.Reset(reopen)
			}
		}
		d.tables.commit()
		tick.Reset(pause(d.engine.Next()))
	}
}

// pause is how long the protocol can be left alone.
func pause(next time.Time) time.Duration {
	if next.IsZero() {
		return idle
	}
	return max(0, time.Until(next))
}

func (d *daemon) drain() { d.sockets.drain(func(r bfd.Receive) { d.step(r) }) }

// leave asks the peers for patience until the next life, and waits for their answers for a moment.
func (d *daemon) leave() {
	d.step(bfd.Hold{MinTx: absence})
	for end := time.Now().Add(farewell); !d.engine.Settled() && time.Now().Before(end); time.Sleep(5 * time.Millisecond) {
		d.drain()
		d.step(bfd.Tick{})
	}
}

// takeEvent learns which devices there are.
func (d *daemon) takeEvent(e kernel.Event) error {
	switch {
	case e.Resync:
		links, err := d.kernel.Links()
		if err != nil {
			return err
		}
		for name := range d.sockets.devices {
			if links[name] == nil {
				d.sockets.setDevice(name, 0)
			}
		}
		for name, l := range links {
			d.sockets.setDevice(name, l.Attrs().Index)
		}
		d.listed = true
		for _, r := range d.waiting {
			d.takeRequest(r)
		}
		d.waiting = nil
	case e.Link != nil && e.Link.Header.Type == unix.RTM_DELLINK:
		if name := e.Link.Attrs().Name; d.sockets.devices[name] == e.Link.Attrs().Index {
			d.sockets.setDevice(name, 0)
		}
	case e.Link != nil:
		d.sockets.setDevice(e.Link.Attrs().Name, e.Link.Attrs().Index)
	}
	return nil
}
