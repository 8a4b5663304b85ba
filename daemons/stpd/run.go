package stpd

import (
	"context"
	"log/slog"
	"strings"
	"time"

	"github.com/heddle-nos/heddle/daemons/linkproto"
	"github.com/heddle-nos/heddle/daemons/resident"
	"github.com/heddle-nos/heddle/daemons/stpd/frame"
	"github.com/heddle-nos/heddle/internal/process"
	"github.com/heddle-nos/heddle/internal/statedb"
	"github.com/heddle-nos/heddle/yang/schema"
)

const (
	frames = 1024 // frames taken from the kernel ahead of the protocol

	// Every tree's counts are told once in a round of looks.
	look  = 200 * time.Millisecond
	round = 40
)

// Run serves until ctx ends.
func Run(ctx context.Context, cfg Config) error {
	return resident.Run(ctx, cfg.Config, func(ctx context.Context, doors resident.Doors) error {
		return work(ctx, doors, cfg)
	})
}

func work(ctx context.Context, doors resident.Doors, cfg Config) error {
	past, err := linkproto.Recall(ctx, doors.Log, func(ctx context.Context) (past, error) { return readPast(ctx, doors.Client) })
	if err != nil {
		return nil // it is time to end
	}
	var socket *linkproto.Socket
	err = doors.Kernel.Inside(func() (err error) {
		socket, err = frame.Open()
		return err
	})
	if err != nil {
		return err
	}
	f, calls := newFlushes(doors.Client.DB(statedb.ApplDB)), make(chan func(time.Time))
	d := &daemon{
		log: doors.Log, flushes: f, shut: shutter(cfg, doors), intent: newIntent(cfg.ShortCosts), machine: newMachine(socket, past, doors.Log),
	}
	loop := linkproto.Loop{
		Doors: doors, Socket: socket, Frames: frames, Follow: map[statedb.DBID][]string{statedb.ConfigDB: configTables()},
		Ports: d.machine.ports, Outbox: newOutbox(doors, f), Speaker: d, Calls: calls,
	}
	g := process.NewGroup(ctx)
	g.Go("speak spanning tree", loop.Run)
	g.Go("take requests", func(ctx context.Context) error { return d.call(ctx, doors.Client.DB(statedb.ApplDB), calls) })
	return g.Wait()
}

// daemon is owned by the loop.
type daemon struct {
	log     *slog.Logger
	flushes *flushes
	shut    func(context.Context, schema.InterfaceName) error
	intent  *intent
	machine *machine
	bad     bool // the rows that are bad have changed
}

// call has the counts told from time to time, and begun anew when somebody asks for it.
func (d *daemon) call(ctx context.Context, appl *statedb.DB, calls chan<- func(time.Time)) error {
	clears := statedb.Subscribe(ctx, appl, schema.ChannelSTPClear)
	defer clears.Close()
	refresh := time.NewTicker(look)
	defer refresh.Stop()
	for {
		call := func(time.Time) { d.machine.refreshSome(round) }
		select {
		case <-ctx.Done():
			return ctx.Err()
		case n := <-clears.C():
			call = func(time.Time) { d.clear(n) }
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
		d.intent.take(e.Table, e.Op)
		if (e.Table == schema.TablePort || e.Table == schema.TablePortChannel) && e.Op.Map()["admin_status"] == string(schema.AdminUp) {
			d.machine.reopen(now, schema.InterfaceName(e.Op.Key))
		}
	case linkproto.Received:
		d.machine.receive(now, e)
	case linkproto.Tick:
		d.machine.tick(now)
	case linkproto.Configured:
		mac := d.machine.ports.MAC(func(schema.InterfaceName) bool { return true })
		d.machine.configure(now, d.intent.resolve(mac))
		d.bad = true
		d.log.Debug("configuration applied", "mode", d.machine.plan.mode, "trees", len(d.machine.trees))
	}
}

// Next is when the protocol wants a Tick.
func (d *daemon) Next() time.Time { return d.machine.next() }

// Tell gives what has changed.
func (d *daemon) Tell(now time.Time) (linkproto.Update, bool, error) {
	if !d.bad && !d.machine.due(now) {
		return linkproto.Update{}, false, nil
	}
	t, err := d.machine.render(now)
	u := linkproto.Update{Rows: t.rows}
	if d.bad {
		u.Bad, d.bad = d.machine.plan.bad, false
	}
	if len(t.flush) > 0 {
		u.Do = append(u.Do, d.flushes.ask(t.flush))
	}
	for _, port := range t.tripped {
		u.Do = append(u.Do, d.shutDown(port))
	}
	return u, true, err
}

func (d *daemon) shutDown(port schema.InterfaceName) func(context.Context) error {
	return func(ctx context.Context) error {
		if err := d.shut(ctx, port); err != nil {
			return err
		}
		d.log.Warn("port shut down in the configuration", "port", port)
		return nil
	}
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
