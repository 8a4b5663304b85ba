package bfdd

import (
	"context"
	"log/slog"
	"sync"
	"time"

	"github.com/heddle-nos/heddle/daemons/badrow"
	"github.com/heddle-nos/heddle/daemons/resident"
	"github.com/heddle-nos/heddle/internal/statedb"
	"github.com/heddle-nos/heddle/yang/schema"
)

const (
	retry = time.Second      // after a failure
	look  = 2 * time.Second  // between two looks whether Redis was emptied
	audit = 15 * time.Second // between two comparisons with all that Redis holds
)

// publisher writes STATE_DB in a goroutine of its own: the protocol's timers do not wait for Redis. Of what changes faster than Redis takes it,
// the last counts.
type publisher struct {
	log       *slog.Logger
	sessions  *statedb.Desired
	bad       *badrow.Record
	published func() error // called after the first time

	mu      sync.Mutex
	rows    map[string]statedb.Fields // not written yet; nil: gone
	badRows map[string]error          // nil: good again
	forget  bool
	wake    chan struct{} // holds one
}

func newPublisher(doors resident.Doors) *publisher {
	state := doors.Client.DB(statedb.StateDB)
	return &publisher{
		log:       doors.Log,
		sessions:  statedb.NewDesiredStored(state, schema.StateTableBFDSession, statedb.DesiredOptions{}),
		bad:       badrow.New(state, doors.Log, schema.AppTableBFDSession),
		published: doors.Ready,
		rows:      make(map[string]statedb.Fields),
		badRows:   make(map[string]error),
		wake:      make(chan struct{}, 1),
	}
}

// post says how a session is; nil: it is gone. It never waits.
func (p *publisher) post(key string, row statedb.Fields) {
	p.mu.Lock()
	p.rows[key] = row
	p.mu.Unlock()
	p.nudge()
}

// judge says what is wrong with a row of APPL_DB; nil: nothing.
func (p *publisher) judge(key string, err error) {
	p.mu.Lock()
	p.badRows[key] = err
	p.mu.Unlock()
	p.nudge()
}

// reread has the tables compared with what Redis really holds.
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
	again := time.NewTimer(look)
	defer again.Stop()
	for {
		pause := look
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-p.wake:
		case <-again.C:
			if p.published != nil {
				continue // what an earlier life left is not to be taken away yet
			}
		}
		p.take()
		if err := p.write(ctx); err != nil {
			if ctx.Err() != nil {
				return ctx.Err()
			}
			p.log.Error("write BFD sessions", "err", err)
			pause = retry
		}
		again.Reset(pause)
	}
}

func (p *publisher) take() {
	p.mu.Lock()
	defer p.mu.Unlock()
	for key, row := range p.rows {
		if row == nil {
			p.sessions.Remove(key)
		} else {
			p.sessions.Put(key, row)
		}
	}
	for key, err := range p.badRows {
		if err == nil {
			p.bad.Clear(schema.AppTableBFDSession, key)
		} else {
			p.bad.Report(schema.AppTableBFDSession, key, err)
		}
	}
	if p.forget {
		p.forget = false
		p.sessions.Forget()
		p.bad.Forget()
	}
	clear(p.rows)
	clear(p.badRows)
}

func (p *publisher) write(ctx context.Context) error {
	if _, err := p.sessions.Flush(ctx); err != nil {
		return err
	}
	if err := p.bad.Flush(ctx); err != nil {
		return err
	}
	if p.published == nil {
		return nil
	}
	if err := p.published(); err != nil {
		return err
	}
	p.published = nil
	return nil
}
