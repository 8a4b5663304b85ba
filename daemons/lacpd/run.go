package lacpd

import (
	"context"
	"fmt"
	"log/slog"
	"time"

	"github.com/heddle-nos/heddle/daemons/lacpd/slow"
	"github.com/heddle-nos/heddle/daemons/linkproto"
	"github.com/heddle-nos/heddle/daemons/resident"
	"github.com/heddle-nos/heddle/internal/statedb"
)

const frames = 256 // frames taken from the kernel ahead of the protocol

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
	past, err := linkproto.Recall(ctx, doors.Log, func(ctx context.Context) (past, error) {
		return readMemory(ctx, doors.Client.DB(statedb.StateDB))
	})
	if err != nil {
		return nil // it is time to end
	}
	var socket *linkproto.Socket
	err = doors.Kernel.Inside(func() (err error) {
		socket, err = slow.Open()
		return err
	})
	if err != nil {
		return err
	}
	d := &daemon{log: doors.Log, intent: newIntent(priority), machine: newMachine(socket, past, doors.Log)}
	loop := linkproto.Loop{
		Doors: doors, Socket: socket, Frames: frames, Follow: map[statedb.DBID][]string{statedb.ConfigDB: configTables()},
		Ports: d.machine.ports, Outbox: newOutbox(doors), Speaker: d,
	}
	return loop.Run(ctx)
}

// daemon is owned by the loop.
type daemon struct {
	log     *slog.Logger
	intent  *intent
	machine *machine
	told    linkproto.Tables
}

// Step takes an event of the loop.
func (d *daemon) Step(now time.Time, e any) {
	switch e := e.(type) {
	case linkproto.Row:
		d.intent.take(e.Table, e.Op)
	case linkproto.Received:
		d.machine.receive(now, e.Device, slow.Payload(e.Frame))
	case linkproto.Tick:
		d.machine.tick(now)
	case linkproto.Configured:
		d.machine.configure(now, d.intent.resolve(d.machine.anyMAC(d.intent.members)))
		d.log.Debug("configuration applied", "lags", len(d.intent.lags), "members", len(d.intent.members))
	}
}

// Next is when the protocol wants a Tick.
func (d *daemon) Next() time.Time { return d.machine.lacp.Next() }

// Tell gives what has changed.
func (d *daemon) Tell(time.Time) (linkproto.Update, bool, error) {
	if !d.machine.changed {
		return linkproto.Update{}, false, nil
	}
	d.machine.changed = false
	d.machine.tell()
	fresh, err := d.machine.snapshot(d.intent.lags)
	u := linkproto.Update{Rows: make(linkproto.Tables), Bad: d.machine.plan.bad}
	d.told.Changes(fresh, u.Rows)
	d.told = fresh
	return u, true, err
}
