package stpd

import (
	"context"
	"log/slog"
	"maps"
	"slices"
	"sync"
	"time"

	"github.com/heddle-nos/heddle/daemons/badrow"
	"github.com/heddle-nos/heddle/daemons/resident"
	"github.com/heddle-nos/heddle/internal/statedb"
	"github.com/heddle-nos/heddle/yang/schema"
)

const (
	retry     = time.Second     // after something could not be written
	flushLife = 3 * time.Second // how long a request to forget addresses stays to be seen
)

// written are the tables in the order in which they are written: the ASIC's come first.
func written() []string {
	return []string{
		schema.AppTableSTPPortState, schema.AppTableSTPVLANInstance, schema.StateTableSTPMemory, schema.AppTableSTPVLAN,
		schema.AppTableSTPVLANPort, schema.AppTableSTPPort, schema.AppTableSTPMSTInst, schema.AppTableSTPMSTPort,
	}
}

// publisher writes the tables in a goroutine of its own: the protocol's timers do not wait for Redis. Of changes that come faster than
// Redis takes them, the last one of each row counts.
type publisher struct {
	log       *slog.Logger
	tables    map[string]*statedb.Desired
	flushes   *statedb.Producer
	flushed   map[schema.VLANName]time.Time // requests that are there to be seen
	bad       *badrow.Record
	reported  map[rowRef]bool
	shut      func(context.Context, schema.InterfaceName) error
	wanted    bool         // the first update has come
	published func() error // called after the first one

	mu     sync.Mutex
	next   *update
	forget bool
	wake   chan struct{} // holds one
}

func newPublisher(doors resident.Doors) *publisher {
	appl, state, log := doors.Client.DB(statedb.ApplDB), doors.Client.DB(statedb.StateDB), doors.Log
	p := &publisher{
		log: log, tables: make(map[string]*statedb.Desired), flushes: statedb.NewProducer(appl, schema.AppTableSTPFastAgeing),
		flushed: make(map[schema.VLANName]time.Time), bad: badrow.New(state, log, ownTables()...), reported: make(map[rowRef]bool),
		shut: shutter(doors.Client), published: doors.Ready, wake: make(chan struct{}, 1),
	}
	for _, table := range written() {
		switch table {
		case schema.AppTableSTPPortState, schema.AppTableSTPVLANInstance:
			p.tables[table] = statedb.NewDesiredProduced(appl, table, statedb.DesiredOptions{})
		case schema.StateTableSTPMemory:
			p.tables[table] = statedb.NewDesiredStored(state, table, statedb.DesiredOptions{})
		default:
			p.tables[table] = statedb.NewDesiredStored(appl, table, statedb.DesiredOptions{})
		}
	}
	return p
}

// post hands an update over. It never waits.
func (p *publisher) post(u update) {
	p.mu.Lock()
	if p.next == nil {
		p.next = &update{rows: make(tables)}
	}
	for table, rows := range u.rows {
		for key, row := range rows {
			p.next.rows.set(table, key, row)
		}
	}
	for _, vlan := range u.flush {
		if !slices.Contains(p.next.flush, vlan) {
			p.next.flush = append(p.next.flush, vlan)
		}
	}
	p.next.tripped = append(p.next.tripped, u.tripped...)
	p.next.bad = maps.Clone(u.bad)
	p.mu.Unlock()
	p.nudge()
}

// reread has the tables compared with what Redis really holds: it was away.
func (p *publisher) reread() {
	p.mu.Lock()
	p.forget = true
	p.mu.Unlock()
	p.nudge()
}

func (p *publisher) nudge() {
	select {
	case p.wake <- struct{}{}:
	default:
	}
}

// run writes what is posted until ctx ends.
func (p *publisher) run(ctx context.Context) error {
	again := time.NewTimer(retry)
	defer again.Stop()
	for {
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-p.wake:
		case <-again.C:
		}
		u, known := p.take()
		if !known {
			continue
		}
		if err := p.write(ctx, u); err != nil {
			if ctx.Err() != nil {
				return ctx.Err()
			}
			p.log.Error("write spanning tree", "err", err)
			p.postpone(u)
		}
		again.Reset(retry)
	}
}

// take gives what is to be written. Before the first update nothing is known.
func (p *publisher) take() (update, bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.forget {
		p.forget = false
		for _, d := range p.tables {
			d.Forget()
		}
		p.bad.Forget()
	}
	if p.next == nil {
		return update{}, p.wanted
	}
	u := *p.next
	p.next = &update{rows: make(tables), bad: u.bad}
	return u, true
}

// postpone keeps what was not written and cannot be found in the tables.
func (p *publisher) postpone(u update) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.next == nil {
		p.next = &update{rows: make(tables), bad: u.bad}
	}
	p.next.flush, p.next.tripped = append(u.flush, p.next.flush...), append(u.tripped, p.next.tripped...)
}

// write makes the tables as the update says.
func (p *publisher) write(ctx context.Context, u update) error {
	p.want(u.rows)
	for _, table := range written() {
		if table == schema.StateTableSTPMemory { // the ASIC's are written
			if err := p.flush(ctx, u.flush); err != nil {
				return err
			}
		}
		if _, err := p.tables[table].Flush(ctx); err != nil {
			return err
		}
	}
	if err := p.shutDown(ctx, u.tripped); err != nil {
		return err
	}
	if err := p.report(ctx, u.bad); err != nil {
		return err
	}
	if p.published != nil {
		if err := p.published(); err != nil {
			return err
		}
		p.published = nil
	}
	return nil
}

// want notes what changed. The first time it is all that there is to be.
func (p *publisher) want(rows tables) {
	for table, d := range p.tables {
		if !p.wanted {
			d.Replace(rows[table])
			continue
		}
		for key, row := range rows[table] {
			if row == nil {
				d.Remove(key)
			} else {
				d.Put(key, row)
			}
		}
	}
	p.wanted = true
}

// flush asks for learned addresses to be forgotten. Each request is a row that is set; it stays for a while, since a consumer that comes late
// sees the last state only.
func (p *publisher) flush(ctx context.Context, vlans []schema.VLANName) error {
	now := time.Now()
	for vlan, at := range p.flushed {
		if now.Sub(at) > flushLife && !slices.Contains(vlans, vlan) {
			if err := p.flushes.Del(ctx, string(vlan)); err != nil {
				return err
			}
			delete(p.flushed, vlan)
		}
	}
	for _, vlan := range vlans {
		if err := p.flushes.Set(ctx, string(vlan), statedb.Field{Name: "state", Value: "true"}); err != nil {
			return err
		}
		p.flushed[vlan] = now
	}
	return nil
}

func (p *publisher) shutDown(ctx context.Context, ports []schema.InterfaceName) error {
	for _, port := range ports {
		if err := p.shut(ctx, port); err != nil {
			return err
		}
		p.log.Warn("port shut down in the configuration", "port", port)
	}
	return nil
}

func (p *publisher) report(ctx context.Context, bad map[rowRef]error) error {
	for ref, err := range bad {
		p.bad.Report(ref.table, ref.key, err)
		p.reported[ref] = true
	}
	for ref := range p.reported {
		if _, still := bad[ref]; !still {
			p.bad.Clear(ref.table, ref.key)
			delete(p.reported, ref)
		}
	}
	return p.bad.Flush(ctx)
}
