package lacpd

import (
	"context"
	"errors"
	"log/slog"
	"sync"
	"time"

	"github.com/heddle-nos/heddle/daemons/badrow"
	"github.com/heddle-nos/heddle/daemons/resident"
	"github.com/heddle-nos/heddle/internal/statedb"
	"github.com/heddle-nos/heddle/yang/schema"
)

// retry is how long after a failure the tables are written again.
const retry = time.Second

// publisher writes the tables in a goroutine of its own: the protocol's timers do not wait for Redis. Of snapshots that come faster than
// Redis takes them, the last one counts.
type publisher struct {
	log                                    *slog.Logger
	lags, members, stateLAGs, stateMembers *statedb.Desired
	bad                                    *badrow.Record
	reported                               map[rowRef]bool
	published                              func() error // called after the first one

	mu     sync.Mutex
	next   *snapshot
	forget bool
	wake   chan struct{} // holds one
}

func newPublisher(doors resident.Doors) *publisher {
	appl, state, log := doors.Client.DB(statedb.ApplDB), doors.Client.DB(statedb.StateDB), doors.Log
	all := statedb.DesiredOptions{}
	return &publisher{
		log:          log,
		lags:         statedb.NewDesiredProduced(appl, schema.AppTableLAG, all),
		members:      statedb.NewDesiredProduced(appl, schema.AppTableLAGMember, all),
		stateLAGs:    statedb.NewDesiredStored(state, schema.StateTableLAG, statedb.DesiredOptions{Owns: notSub}),
		stateMembers: statedb.NewDesiredStored(state, schema.StateTableLAGMember, all),
		bad:          badrow.New(state, log, schema.TablePortChannel, schema.TablePortChannelMember),
		reported:     make(map[rowRef]bool),
		published:    doors.Ready,
		wake:         make(chan struct{}, 1),
	}
}

// post hands a snapshot over. It never waits.
func (p *publisher) post(s snapshot) {
	p.mu.Lock()
	p.next = &s
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
	again := time.NewTimer(0)
	defer again.Stop()
	var last *snapshot
	for {
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-p.wake:
		case <-again.C:
		}
		last = p.take(last)
		if last == nil {
			continue
		}
		if err := p.write(ctx, *last); err != nil {
			if ctx.Err() != nil {
				return ctx.Err()
			}
			p.log.Error("write port channels", "err", err)
			again.Reset(retry)
		}
	}
}

// take gives the newest snapshot, or the last one.
func (p *publisher) take(last *snapshot) *snapshot {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.next != nil {
		last, p.next = p.next, nil
	}
	if p.forget {
		p.forget = false
		for _, d := range []*statedb.Desired{p.lags, p.members, p.stateLAGs, p.stateMembers} {
			d.Forget()
		}
		p.bad.Forget()
	}
	return last
}

// write makes the tables equal to the snapshot; the ASIC's come first.
func (p *publisher) write(ctx context.Context, s snapshot) error {
	p.lags.Replace(s.lags)
	p.members.Replace(s.members)
	p.stateLAGs.Replace(s.stateLAGs)
	p.stateMembers.Replace(s.stateMembers)
	for _, d := range []*statedb.Desired{p.lags, p.members, p.stateLAGs, p.stateMembers} {
		if _, err := d.Flush(ctx); err != nil {
			return err
		}
	}
	for ref, err := range s.bad {
		p.bad.Report(ref.table, ref.key, err)
		p.reported[ref] = true
	}
	for ref := range p.reported {
		if _, still := s.bad[ref]; !still {
			p.bad.Clear(ref.table, ref.key)
			delete(p.reported, ref)
		}
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

// recall reads what an earlier life left, and waits for Redis if need be. A row that cannot be read is forgotten.
func recall(ctx context.Context, state *statedb.DB, log *slog.Logger) (map[schema.PortName]memory, error) {
	for {
		rows, err := state.All(ctx, schema.StateTableLAGMember)
		if err == nil {
			return parseMemory(rows), nil
		}
		if errors.Is(err, context.Canceled) || ctx.Err() != nil {
			return nil, ctx.Err()
		}
		log.Error("read state of port channels", "err", err)
		select {
		case <-ctx.Done():
			return nil, ctx.Err()
		case <-time.After(retry):
		}
	}
}

func parseMemory(rows rows) map[schema.PortName]memory {
	past := make(map[schema.PortName]memory, len(rows))
	for key, fields := range rows {
		k, err := schema.ParsePortChannelMemberKey(key, schema.ConfigSeparator)
		if err != nil {
			continue
		}
		var row schema.StateLAGMember
		if statedb.Decode(fields, &row) == nil {
			past[k.Port] = remember(row)
		}
	}
	return past
}

// notSub leaves the rows of subinterfaces to cfgmgrd.
func notSub(key string, _ statedb.Fields) bool {
	return schema.InterfaceName(key).Kind() != schema.InterfaceSub
}
