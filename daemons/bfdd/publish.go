package bfdd

import (
	"maps"

	"github.com/heddle-nos/heddle/daemons/badrow"
	"github.com/heddle-nos/heddle/daemons/linkproto"
	"github.com/heddle-nos/heddle/daemons/resident"
	"github.com/heddle-nos/heddle/internal/statedb"
	"github.com/heddle-nos/heddle/yang/schema"
)

// publisher gathers what STATE_DB is to say, for an outbox that writes it. Like the protocol it belongs to the goroutine in run, and never waits.
type publisher struct {
	outbox  *linkproto.Outbox
	rows    linkproto.Tables // changed since the last commit
	bad     map[linkproto.RowRef]error
	judged  bool // bad has changed since then
	whole   bool // all requests have been seen once: what an earlier life left may be taken away
	started bool // something has been committed
}

func newPublisher(doors resident.Doors) *publisher {
	state := doors.Client.DB(statedb.StateDB)
	return &publisher{
		outbox: linkproto.NewOutbox(linkproto.OutboxConfig{
			Log: doors.Log, Ready: doors.Ready,
			Rest: []linkproto.Table{{
				Name: schema.StateTableBFDSession, Rows: statedb.NewDesiredStored(state, schema.StateTableBFDSession, statedb.DesiredOptions{}),
			}},
			Bad: badrow.New(state, doors.Log, schema.AppTableBFDSession),
		}),
		rows: make(linkproto.Tables), bad: make(map[linkproto.RowRef]error),
	}
}

// post says how a session is; nil: it is gone.
func (p *publisher) post(key string, row statedb.Fields) {
	p.rows.Set(schema.StateTableBFDSession, key, row)
}

// judge says what is wrong with a row of APPL_DB; nil: nothing.
func (p *publisher) judge(key string, err error) {
	ref := linkproto.RowRef{Table: schema.AppTableBFDSession, Key: key}
	if p.judged = true; err != nil {
		p.bad[ref] = err
	} else {
		delete(p.bad, ref)
	}
}

// reread has the tables compared with what Redis really holds.
func (p *publisher) reread() {
	p.whole = true
	p.outbox.Reread()
}

// commit hands over what has changed.
func (p *publisher) commit() {
	if !p.whole || p.started && len(p.rows) == 0 && !p.judged {
		return
	}
	u := linkproto.Update{Rows: p.rows}
	if p.judged {
		u.Bad = maps.Clone(p.bad)
	}
	p.outbox.Post(u)
	p.rows, p.judged, p.started = make(linkproto.Tables), false, true
}
