package mcsnoopd

import (
	"context"
	"log/slog"
	"strings"
	"time"

	"github.com/heddle-nos/heddle/daemons/linkproto"
	"github.com/heddle-nos/heddle/daemons/resident"
	"github.com/heddle-nos/heddle/internal/process"
	"github.com/heddle-nos/heddle/internal/statedb"
	"github.com/heddle-nos/heddle/yang/schema"
)

const (
	frames = 4096        // taken from the kernel ahead of the protocol: all of a VLAN's listeners answer a question at once
	look   = time.Second // how often counts are told
)

// Run serves until ctx ends.
func Run(ctx context.Context, cfg Config) error { return resident.Run(ctx, cfg.Config, work) }

func work(ctx context.Context, doors resident.Doors) error {
	past, err := linkproto.Recall(ctx, doors.Log, func(ctx context.Context) (past, error) { return readPast(ctx, doors.Client) })
	if err != nil {
		return nil // it is time to end
	}
	var socket *linkproto.Socket
	err = doors.Kernel.Inside(func() (err error) {
		socket, err = openSocket()
		return err
	})
	if err != nil {
		return err
	}
	d := &daemon{log: doors.Log, intent: newIntent(), machine: newMachine(socket, past, doors.Log)}
	calls := make(chan func(time.Time))
	loop := linkproto.Loop{
		Doors: doors, Socket: socket, Frames: frames, Follow: followed(), Ports: d.machine.ports, Outbox: newOutbox(doors), Speaker: d, Calls: calls,
	}
	g := process.NewGroup(ctx)
	g.Go("snoop", loop.Run)
	g.Go("take requests", func(ctx context.Context) error { return d.call(ctx, doors.Client.DB(statedb.ApplDB), calls) })
	return g.Wait()
}

// daemon is owned by the loop.
type daemon struct {
	log     *slog.Logger
	intent  *intent
	machine *machine
	planned bool // there is a new plan
}

// call has counts told from time to time, and passes on what operators ask for.
func (d *daemon) call(ctx context.Context, appl *statedb.DB, calls chan<- func(time.Time)) error {
	clears := statedb.Subscribe(ctx, appl, schema.ChannelL2MCClear)
	defer clears.Close()
	refresh := time.NewTicker(look)
	defer refresh.Stop()
	for {
		call := func(time.Time) { d.machine.refresh() }
		select {
		case <-ctx.Done():
			return ctx.Err()
		case n := <-clears.C():
			call = func(now time.Time) { d.clear(now, n) }
		case <-refresh.C:
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case calls <- call:
		}
	}
}

// Step takes an event of the loop.
func (d *daemon) Step(now time.Time, e any) {
	switch e := e.(type) {
	case linkproto.Row:
		if e.Table == schema.AppTableSTPFastAgeing {
			if e.Op.Op == statedb.OpSet { // a topology change
				d.machine.relearn(now, schema.VLANName(e.Op.Key))
			}
			return
		}
		d.intent.take(e.Table, e.Op)
	case linkproto.Received:
		d.machine.receive(now, e)
	case linkproto.Tick:
		d.machine.tick(now)
	case linkproto.Configured:
		mac := d.machine.ports.MAC(func(schema.InterfaceName) bool { return true })
		d.machine.configure(now, d.intent.resolve(mac))
		d.planned = true
		d.log.Debug("configuration applied", "vlans", len(d.machine.vlans))
	}
}

// Next is when a snooper wants a Tick.
func (d *daemon) Next() time.Time { return d.machine.soonest }

// Tell gives what has changed.
func (d *daemon) Tell(now time.Time) (linkproto.Update, bool, error) {
	if !d.planned && len(d.machine.changed) == 0 {
		return linkproto.Update{}, false, nil
	}
	rows, err := d.machine.render(now)
	u, told := linkproto.Update{Rows: rows}, d.planned || len(rows) > 0
	if d.planned {
		u.Bad, d.planned = d.machine.plan.bad, false
	}
	return u, told, err
}

// clear begins counts anew, or forgets listeners: "ipv4" or "ipv6|Vlan100".
func (d *daemon) clear(now time.Time, n statedb.Notification) {
	name, vlan, _ := strings.Cut(n.Data, schema.ConfigSeparator)
	f, known := map[string]family{schema.L2MCIPv4: ipv4, schema.L2MCIPv6: ipv6}[name]
	if !known || n.Op != "GROUPS" && n.Op != "STATISTICS" {
		d.log.Warn("skip request to clear", "what", n.Op, "of", n.Data)
		return
	}
	d.machine.clear(now, f, schema.VLANName(vlan), n.Op == "GROUPS")
}
