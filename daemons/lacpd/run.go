package lacpd

import (
	"context"
	"fmt"
	"log/slog"
	"time"

	"golang.org/x/sys/unix"

	"github.com/heddle-nos/heddle/daemons/lacpd/slow"
	"github.com/heddle-nos/heddle/daemons/resident"
	"github.com/heddle-nos/heddle/internal/kernel"
	"github.com/heddle-nos/heddle/internal/process"
	"github.com/heddle-nos/heddle/internal/statedb"
)

const (
	settle = 3 * time.Millisecond   // configuration that comes together is applied together
	idle   = time.Hour              // how long to wait when the protocol waits for nothing
	stall  = 250 * time.Millisecond // a tick that comes so late was held up
	grace  = 50 * time.Millisecond  // how long what waits may take to be heard then
	frames = 256                    // frames taken from the kernel ahead of the protocol
)

// Run serves until ctx ends.
func Run(ctx context.Context, cfg Config) error {
	if cfg.SystemPriority > 65535 {
		return fmt.Errorf("system priority %d is not from 0 to 65535", cfg.SystemPriority)
	}
	return resident.Run(ctx, cfg.Config, func(ctx context.Context, doors resident.Doors) error {
		return work(ctx, doors, uint16(cfg.SystemPriority))
	})
}

func work(ctx context.Context, doors resident.Doors, priority uint16) error {
	d, err := newDaemon(doors, priority)
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
	socket *slow.Socket
	tables *publisher

	intent  *intent
	missing map[string]bool // tables whose first snapshot has not come
	listed  bool            // the kernel's devices are known
	machine *machine
	graced  bool // the last tick was put off
}

func newDaemon(doors resident.Doors, priority uint16) (*daemon, error) {
	d := &daemon{
		client: doors.Client, kernel: doors.Kernel, log: doors.Log,
		tables: newPublisher(doors), intent: newIntent(priority), missing: make(map[string]bool),
	}
	for _, t := range configTables() {
		d.missing[t] = true
	}
	err := doors.Kernel.Inside(func() (err error) {
		d.socket, err = slow.Open()
		return err
	})
	return d, err
}

func (d *daemon) run(ctx context.Context) error {
	defer d.socket.Close()
	past, err := recall(ctx, d.client.DB(statedb.StateDB), d.log)
	if err != nil {
		if ctx.Err() != nil {
			return nil
		}
		return err
	}
	d.machine = newMachine(d.socket, past, d.log)
	in := inputs{make(chan statedb.TableChange), make(chan kernel.Event, 1024), make(chan slow.Frame, frames)}
	g := process.NewGroup(ctx)
	g.Go("follow configuration", func(ctx context.Context) error {
		return statedb.Follow(ctx, d.client.DB(statedb.ConfigDB), in.changes, configTables()...)
	})
	g.Go("follow kernel", func(ctx context.Context) error { return d.kernel.Watch(ctx, d.log, kernel.Links, in.events) })
	g.Go("receive", func(ctx context.Context) error { return d.socket.Receive(ctx, in.frames) })
	g.Go("write tables", d.tables.run)
	g.Go("speak LACP", func(ctx context.Context) error { return d.loop(ctx, in) })
	return g.Wait()
}

// inputs are what the protocol's goroutine waits for.
type inputs struct {
	changes chan statedb.TableChange
	events  chan kernel.Event
	frames  chan slow.Frame
}

// loop lets the protocol have what happens, in the order in which it comes.
func (d *daemon) loop(ctx context.Context, in inputs) error {
	tick, apply := time.NewTimer(idle), time.NewTimer(idle)
	defer tick.Stop()
	defer apply.Stop()
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
		case f := <-in.frames:
			d.machine.receive(time.Now(), f.Device, f.Payload)
		case <-tick.C:
			if d.stalled(time.Now()) {
				tick.Reset(grace)
				continue
			}
			d.machine.tick(time.Now())
		case <-apply.C:
			d.apply()
		}
		if err := d.publish(); err != nil {
			return err
		}
		tick.Reset(d.machine.pause(time.Now()))
	}
}

// stalled says that the machine did not let this process run in time: LACPDUs may wait that came in time, and are to be heard before any
// time-out is believed. That is said once in a row.
func (d *daemon) stalled(now time.Time) bool {
	next := d.machine.lacp.Next()
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

// apply waits until everything is known: half a configuration would take links out.
func (d *daemon) apply() {
	if len(d.missing) > 0 || !d.listed {
		return
	}
	d.machine.configure(time.Now(), d.intent.resolve(d.machine.anyMAC(d.intent.members)))
	d.log.Debug("configuration applied", "lags", len(d.intent.lags), "members", len(d.intent.members))
}

// publish tells what has changed.
func (d *daemon) publish() error {
	if !d.machine.changed || d.machine.plan.lags == nil {
		return nil
	}
	d.machine.changed = false
	d.machine.tell()
	s, err := d.machine.snapshot(d.intent.lags)
	if err != nil {
		return err
	}
	d.tables.post(s)
	return nil
}
