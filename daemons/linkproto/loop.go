package linkproto

import (
	"context"
	"time"

	"github.com/heddle-nos/heddle/daemons/progress"
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
	events = 1024                   // of the kernel, taken ahead of the protocol
)

// Speaker is a protocol as the loop drives it. One goroutine calls it, and it never waits.
type Speaker interface {
	// Step takes an event: Row, Received, Configured or Tick.
	Step(now time.Time, e any)
	// Next is when it wants a Tick; the zero time: never.
	Next() time.Time
	// Tell gives what has changed since it was last called, if something has. It is not called before the first Configured: half a
	// configuration must not be told.
	Tell(now time.Time) (Update, bool, error)
}

// Row is a changed row of a table that is followed.
type Row struct {
	DB    statedb.DBID
	Table string
	Op    statedb.KeyOp
}

// Configured says that rows or devices have changed, for now, and that all tables and devices are known.
type Configured struct{}

// Tick says that Next has come.
type Tick struct{}

// Loop lets a protocol have what happens, in the order in which it comes.
type Loop struct {
	Doors   resident.Doors
	Socket  *Socket
	Frames  int                       // taken from the kernel ahead of the protocol
	Follow  map[statedb.DBID][]string // tables, by database
	Ports   *Ports
	Outbox  *Outbox
	Speaker Speaker
	// Calls are done in the protocol's turn; nil: there are none.
	Calls <-chan func(now time.Time)

	marks   *progress.Part    // the outbox's
	come    []string          // marks that the next configuration comes to
	passed  []string          // marks that the last one has come to
	missing map[tableRef]bool // tables whose first snapshot has not come
	listed  bool              // the kernel's devices are known
	applied bool              // a configuration was
	graced  bool              // the last tick was put off
}

// tableRef names a table of a database.
type tableRef struct {
	db    statedb.DBID
	table string
}

// tableChange is a change with its database.
type tableChange struct {
	db statedb.DBID
	statedb.TableChange
}

// inputs are what the protocol's goroutine waits for.
type inputs struct {
	changes chan tableChange
	events  chan kernel.Event
	frames  chan Received
}

// Run serves until ctx ends. It closes the socket.
func (l *Loop) Run(ctx context.Context) error {
	defer l.Socket.Close()
	l.missing = make(map[tableRef]bool)
	l.marks = l.Doors.Progress.Part(l.Follow[statedb.ConfigDB]...)
	in := inputs{make(chan tableChange), make(chan kernel.Event, events), make(chan Received, l.Frames)}
	g := process.NewGroup(ctx)
	for db, tables := range l.Follow {
		for _, t := range tables {
			l.missing[tableRef{db, t}] = true
		}
		g.Go("follow tables", func(ctx context.Context) error { return follow(ctx, l.Doors.Client.DB(db), db, in.changes, tables) })
	}
	g.Go("follow kernel", func(ctx context.Context) error {
		return l.Doors.Kernel.Watch(ctx, l.Doors.Log, kernel.Links, in.events)
	})
	g.Go("receive", func(ctx context.Context) error { return l.Socket.Receive(ctx, in.frames) })
	g.Go("write tables", l.Outbox.Run)
	g.Go("speak", func(ctx context.Context) error { return l.loop(ctx, in) })
	return g.Wait()
}

// follow marks changes with their database.
func follow(ctx context.Context, db *statedb.DB, id statedb.DBID, to chan<- tableChange, tables []string) error {
	from, ended := make(chan statedb.TableChange), make(chan error, 1)
	go func() { ended <- statedb.Follow(ctx, db, from, tables...) }()
	for {
		select {
		case err := <-ended:
			return err
		case c := <-from:
			select {
			case to <- tableChange{id, c}:
			case err := <-ended:
				return err
			}
		}
	}
}

func (l *Loop) loop(ctx context.Context, in inputs) error {
	tick, apply := time.NewTimer(idle), time.NewTimer(idle)
	defer tick.Stop()
	defer apply.Stop()
	for {
		select {
		case <-ctx.Done():
			return ctx.Err()
		case c := <-in.changes:
			l.takeChange(c)
			apply.Reset(settle)
		case e := <-in.events:
			before := l.Ports.Len()
			if err := l.Ports.Take(time.Now(), l.Doors.Kernel, e); err != nil {
				return err
			}
			l.listed = l.listed || e.Resync
			if e.Resync || l.Ports.Len() > before { // a device may bring the switch's address
				apply.Reset(settle)
			}
		case r := <-in.frames:
			l.Speaker.Step(time.Now(), r)
		case call := <-l.Calls:
			call(time.Now())
		case <-tick.C:
			if l.stalled(time.Now(), l.Speaker.Next()) {
				tick.Reset(grace)
				continue
			}
			l.Speaker.Step(time.Now(), Tick{})
		case <-apply.C:
			if len(l.missing) == 0 && l.listed {
				l.Speaker.Step(time.Now(), Configured{})
				l.applied = true
				l.passed, l.come = append(l.passed, l.come...), nil
			}
		}
		if err := l.tell(time.Now()); err != nil {
			return err
		}
		l.tellMarks()
		tick.Reset(pause(time.Now(), l.Speaker.Next()))
	}
}

func (l *Loop) takeChange(c tableChange) {
	if c.Mark != "" {
		l.come = append(l.come, c.Mark)
		return
	}
	delete(l.missing, tableRef{c.db, c.Table})
	if c.Whole { // Redis was away: what was written may be gone
		l.Outbox.Reread()
	}
	for _, op := range c.Ops {
		l.Speaker.Step(time.Now(), Row{c.db, c.Table, op})
	}
}

// tell posts what has changed.
func (l *Loop) tell(now time.Time) error {
	if !l.applied {
		return nil
	}
	u, changed, err := l.Speaker.Tell(now)
	if err == nil && changed {
		l.Outbox.Post(u)
	}
	return err
}

// tellMarks has the marks answered once what was posted so far is written.
func (l *Loop) tellMarks() {
	for _, mark := range l.passed {
		l.Outbox.Post(Update{Done: []func(context.Context) error{func(ctx context.Context) error {
			l.marks.Take(mark)
			return l.marks.Tell(ctx, nil)
		}}})
	}
	l.passed = nil
}

// stalled says that the machine did not let this process run in time: frames may wait that came in time, and are to be heard before any
// time-out is believed. That is said once in a row.
func (l *Loop) stalled(now, next time.Time) bool {
	late := !next.IsZero() && now.Sub(next) > stall
	l.graced = late && !l.graced
	if l.graced {
		l.Doors.Log.Warn("protocol was held up", "for", now.Sub(next))
	}
	return l.graced
}

// pause is how long the protocol can be left alone.
func pause(now, next time.Time) time.Duration {
	if next.IsZero() {
		return idle
	}
	return max(0, next.Sub(now))
}
