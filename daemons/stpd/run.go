package stpd

import (
	"context"
	"log/slog"
	"strings"
	"time"

	"golang.org/x/sys/unix"

	"github.com/heddle-nos/heddle/daemons/resident"
	"github.com/heddle-nos/heddle/daemons/stpd/frame"
	"github.com/heddle-nos/heddle/internal/kernel"
	"github.com/heddle-nos/heddle/internal/process"
	"github.com/heddle-nos/heddle/internal/statedb"
	"github.com/heddle-nos/heddle/yang/schema"
)

const (
	settle = 3 * time.Millisecond   // configuration that comes together is applied together
	idle   = time.Hour              // how long to wait when the protocol waits for nothing
	stall  = 250 * time.Millisecond // a tick that comes so late was held up
	grace  = 50 * time.Millisecond  // how long what waits may take to be heard then
	frames = 1024                   // frames taken from the kernel ahead of the protocol

	// Every tree's counts are told once in a round of looks.
	look  = 200 * time.Millisecond
	round = 40
)

// Run serves until ctx ends.
func Run(ctx context.Context, cfg Config) error {
	return resident.Run(ctx, cfg.Config, func(ctx context.Context, doors resident.Doors) error {
		return work(ctx, doors, cfg.ShortCosts)
	})
}

func work(ctx context.Context, doors resident.Doors, short bool) error {
	d, err := newDaemon(doors, short)
	if err != nil {
		return err
	}
	return d.run(ctx)
}

// daemon is owned by the goroutine in run.
type daemon struct {
	client *statedb.Client
	kernel *kernel.Kernel
	log    *slog.Logger
	socket *frame.Socket
	tables *publisher

	intent  *intent
	missing map[string]bool // tables whose first snapshot has not come
	listed  bool            // the kernel's devices are known
	applied bool            // a configuration was
	machine *machine
	graced  bool // the last tick was put off
}

func newDaemon(doors resident.Doors, short bool) (*daemon, error) {
	d := &daemon{
		client: doors.Client, kernel: doors.Kernel, log: doors.Log,
		tables: newPublisher(doors), intent: newIntent(short), missing: make(map[string]bool),
	}
	for _, t := range configTables() {
		d.missing[t] = true
	}
	err := doors.Kernel.Inside(func() (err error) {
		d.socket, err = frame.Open()
		return err
	})
	return d, err
}

func (d *daemon) run(ctx context.Context) error {
	defer d.socket.Close()
	past, err := recall(ctx, d.client, d.log)
	if err != nil {
		if ctx.Err() != nil {
			return nil
		}
		return err
	}
	d.machine = newMachine(d.socket, past, d.log)
	clears := statedb.Subscribe(ctx, d.client.DB(statedb.ApplDB), schema.ChannelSTPClear)
	defer clears.Close()
	in := inputs{
		make(chan statedb.TableChange), make(chan kernel.Event, 1024), make(chan frame.Received, frames), clears.C(),
	}
	g := process.NewGroup(ctx)
	g.Go("follow configuration", func(ctx context.Context) error {
		return statedb.Follow(ctx, d.client.DB(statedb.ConfigDB), in.changes, configTables()...)
	})
	g.Go("follow kernel", func(ctx context.Context) error { return d.kernel.Watch(ctx, d.log, kernel.Links, in.events) })
	g.Go("receive", func(ctx context.Context) error { return d.socket.Receive(ctx, in.frames) })
	g.Go("write tables", d.tables.run)
	g.Go("speak spanning tree", func(ctx context.Context) error { return d.loop(ctx, in) })
	return g.Wait()
}

// inputs are what the protocol's goroutine waits for.
type inputs struct {
	changes chan statedb.TableChange
	events  chan kernel.Event
	frames  chan frame.Received
	clears  <-chan statedb.Notification
}

// loop lets the protocol have what happens, in the order in which it comes.
func (d *daemon) loop(ctx context.Context, in inputs) error {
	tick, apply, refresh := time.NewTimer(idle), time.NewTimer(idle), time.NewTicker(look)
	defer tick.Stop()
	defer apply.Stop()
	defer refresh.Stop()
	for {
		select {
		case <-ctx.Done():
			return ctx.Err()
		case c := <-in.changes:
			d.takeChange(c)
			apply.Reset(settle)
		case e := <-in.events:
			if err := d.takeEvent(e); err != nil {
				return err
			}
			if e.Resync || d.intent.mac.IsZero() { // a device may bring the switch's address
				apply.Reset(settle)
			}
		case r := <-in.frames:
			d.machine.receive(time.Now(), r)
		case n := <-in.clears:
			d.clear(n)
		case <-refresh.C:
			d.machine.refreshSome(round)
		case <-tick.C:
			if d.stalled(time.Now()) {
				tick.Reset(grace)
				continue
			}
			d.machine.tick(time.Now())
		case <-apply.C:
			if err := d.apply(); err != nil {
				return err
			}
		}
		if err := d.publish(time.Now()); err != nil {
			return err
		}
		tick.Reset(d.machine.pause(time.Now()))
	}
}

// stalled says that the machine did not let this process run in time: BPDUs may wait that came in time, and are to be heard before any
// time-out is believed. That is said once in a row.
func (d *daemon) stalled(now time.Time) bool {
	next := d.machine.next()
	late := !next.IsZero() && now.Sub(next) > stall
	d.graced = late && !d.graced
	if d.graced {
		d.log.Warn("protocol was held up", "for", now.Sub(next))
	}
	return d.graced
}

func (d *daemon) takeChange(c statedb.TableChange) {
	delete(d.missing, c.Table)
	if c.Whole { // Redis was away: what we wrote may be gone
		d.tables.reread()
	}
	for _, op := range c.Ops {
		d.intent.take(c.Table, op)
		if (c.Table == schema.TablePort || c.Table == schema.TablePortChannel) && op.Map()["admin_status"] == string(schema.AdminUp) {
			d.machine.reopen(time.Now(), schema.InterfaceName(op.Key))
		}
	}
}

func (d *daemon) takeEvent(e kernel.Event) error {
	now := time.Now()
	switch {
	case e.Resync:
		links, err := d.kernel.Links()
		if err != nil {
			return err
		}
		d.machine.listDevices(now, links)
		d.listed = true
	case e.Link != nil && e.Link.Header.Type == unix.RTM_DELLINK:
		d.machine.dropDevice(now, e.Link.Attrs().Index)
	case e.Link != nil:
		d.machine.setDevice(now, e.Link.Attrs())
	}
	return nil
}

// apply waits until everything is known: half a configuration would open loops.
func (d *daemon) apply() error {
	if len(d.missing) > 0 || !d.listed {
		return nil
	}
	d.machine.configure(time.Now(), d.intent.resolve(d.machine.anyMAC()))
	d.applied = true
	d.log.Debug("configuration applied", "mode", d.machine.plan.mode, "trees", len(d.machine.trees))
	d.machine.refresh()
	return d.tell(time.Now())
}

// publish tells what has changed.
func (d *daemon) publish(now time.Time) error {
	if !d.applied || !d.machine.due(now) {
		return nil
	}
	return d.tell(now)
}

func (d *daemon) tell(now time.Time) error {
	u, err := d.machine.render(now)
	if err != nil {
		return err
	}
	d.tables.post(u)
	return nil
}

// clear begins the counts anew that somebody names.
func (d *daemon) clear(n statedb.Notification) {
	vlan, port := "", ""
	switch n.Op {
	case "ALL":
	case "INTERFACE":
		port = n.Data
	case "VLAN":
		vlan = n.Data
	case "VLAN-INTERFACE":
		vlan, port, _ = strings.Cut(n.Data, "|")
	default:
		d.log.Warn("skip request to clear counts", "scope", n.Op)
		return
	}
	if vlan == "" {
		d.machine.clear(nil, schema.InterfaceName(port))
		return
	}
	if id, ok := treeName("Vlan" + strings.TrimPrefix(vlan, "Vlan")); ok {
		d.machine.clear(&id, schema.InterfaceName(port))
	}
}
