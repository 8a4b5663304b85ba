package rpki

import (
	"bufio"
	"errors"
	"fmt"
	"net"
	"time"
)

// talk is a connection with a cache.
type talk struct {
	*client
	conn   net.Conn
	in     *bufio.Reader
	due    time.Time // when to ask if nothing is asked
	asked  bool      // an answer is to come
	full   bool      // for everything, not for what is new
	since  time.Time // it was asked for
	answer *answer   // that is on its way
}

// answer is what has come of one.
type answer struct {
	session     uint16
	added, gone []VRP
}

// run asks at once, and again when the cache has news or the time has come.
func (t *talk) run() error {
	if err := t.ask(!t.synced); err != nil {
		return err
	}
	for {
		p, err := t.next()
		t.forget()
		switch {
		case errors.Is(err, errDue):
			err = t.ask(!t.synced)
		case err == nil:
			err = t.take(p)
		}
		if err != nil {
			return err
		}
	}
}

// ask asks for everything, or for what is new.
func (t *talk) ask(full bool) error {
	t.asked, t.full, t.answer, t.since = true, full, nil, time.Now()
	if full {
		return t.send(pdu{kind: resetQuery})
	}
	return t.send(pdu{kind: serialQuery, session: t.session, serial: t.serial})
}

func (t *talk) send(p pdu) error {
	p.version = t.version
	if err := t.conn.SetWriteDeadline(time.Now().Add(dialTime)); err != nil {
		return err
	}
	_, err := t.conn.Write(p.append(nil))
	return err
}

// errDue says that there was no news until it was time to ask.
var errDue = errors.New("time to ask")

// errSlow says that an answer does not come, or comes too slowly.
var errSlow = errors.New("no whole answer in time")

// next reads a PDU. It waits for one to begin until it is time to ask again, and else for as long as an answer may take.
func (t *talk) next() (pdu, error) {
	now := time.Now()
	limit, late := t.due, errDue
	if t.asked {
		limit, late = t.since.Add(answerTime), errSlow
	}
	if !now.Before(limit) {
		return pdu{}, late
	}
	if silence := now.Add(pduTime); t.asked && silence.Before(limit) {
		limit = silence
	}
	if err := t.conn.SetReadDeadline(limit); err != nil {
		return pdu{}, err
	}
	if _, err := t.in.Peek(1); err != nil {
		if timedOut(err) {
			err = late
		}
		return pdu{}, err
	}
	if err := t.conn.SetReadDeadline(time.Now().Add(pduTime)); err != nil {
		return pdu{}, err
	}
	p, err := readPDU(t.in)
	if timedOut(err) {
		err = errSlow
	}
	return p, err
}

// take does what a PDU asks for.
func (t *talk) take(p pdu) error {
	if p.kind == errorReport {
		return &refused{p.session, p.text}
	}
	if p.version != t.version {
		if p.version > t.version || t.answer != nil || p.kind != cacheResponse {
			return faulty(codeUnexpectedV, "version %d, want %d", p.version, t.version)
		}
		t.version = p.version // the cache knows the older one only (RFC 8210 section 7)
	}
	switch p.kind {
	case serialNotify:
		if t.asked || t.synced && p.session == t.session && p.serial == t.serial {
			return nil
		}
		return t.ask(!t.synced || p.session != t.session)
	case cacheReset:
		if !t.asked || t.full || t.answer != nil {
			return faulty(codeInvalid, "a reset that answers nothing")
		}
		return t.ask(true)
	case cacheResponse:
		return t.begin(p)
	case prefix4, prefix6:
		return t.prefix(p)
	case routerKey: // of BGPsec
		if t.answer == nil {
			return faulty(codeInvalid, "a key in no answer")
		}
		return nil
	case endOfData:
		return t.end(p)
	}
	return faulty(codeType, "type %d is not for routers", p.kind)
}

// begin takes the first PDU of an answer.
func (t *talk) begin(p pdu) error {
	if !t.asked || t.answer != nil {
		return faulty(codeInvalid, "an answer to nothing")
	}
	if !t.full && p.session != t.session {
		return faulty(codeCorrupt, "session %d, want %d", p.session, t.session)
	}
	t.answer = &answer{session: p.session}
	return nil
}

// prefix takes a prefix.
func (t *talk) prefix(p pdu) error {
	a := t.answer
	switch {
	case a == nil:
		return faulty(codeInvalid, "a prefix in no answer")
	case len(a.added)+len(a.gone) >= maxVRPs:
		return fmt.Errorf("more than %d prefixes", maxVRPs)
	case p.added:
		a.added = append(a.added, p.vrp)
	case t.full:
		return &fault{codeUnknown, errUnknown}
	default:
		a.gone = append(a.gone, p.vrp)
	}
	return nil
}

// end takes the last PDU of an answer: only now it counts.
func (t *talk) end(p pdu) error {
	a := t.answer
	if a == nil || p.session != a.session {
		return faulty(codeCorrupt, "the end of what has not begun")
	}
	have := t.has
	if t.full {
		have = nil
	}
	next, err := have.change(a.added, a.gone)
	switch {
	case errors.Is(err, errUnknown):
		return &fault{codeUnknown, err}
	case err != nil:
		return &fault{codeDuplicate, err}
	case len(next) > maxVRPs:
		return fmt.Errorf("more than %d prefixes", maxVRPs)
	}
	t.asked, t.answer = false, nil
	t.session, t.serial, t.synced = p.session, p.serial, true
	t.timers = t.times(p.timers)
	now := time.Now()
	t.due, t.expires = now.Add(t.refresh), now.Add(t.expire)
	if t.full || len(a.added)+len(a.gone) > 0 {
		t.log.Info("RPKI data", "serial", t.serial, "prefixes", len(next), "added", len(a.added), "withdrawn", len(a.gone))
	}
	t.keep(next, true)
	return nil
}
