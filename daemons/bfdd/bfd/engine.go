package bfd

import (
	"cmp"
	"errors"
	"fmt"
	"maps"
	"math/rand/v2"
	"slices"
	"time"
)

// Reasons for which a packet finds no session.
var (
	ErrTTL       = errors.New("came over more than one hop")
	ErrNoSession = errors.New("no session for it")
)

// Engine holds the sessions of one system. It belongs to one goroutine.
type Engine struct {
	random   *rand.Rand
	sessions map[Key]*session
	ours     map[uint32]*session // by local discriminator
	queue    queue
	out      []Output
}

// New makes an engine without sessions. random gives discriminators and jitter.
func New(random *rand.Rand) *Engine {
	return &Engine{random: random, sessions: make(map[Key]*session), ours: make(map[uint32]*session)}
}

// Next is when a Tick is due; zero: only after another event.
func (e *Engine) Next() time.Time { return e.queue.first() }

// Session is a session's status.
func (e *Engine) Session(key Key) (Status, bool) {
	s, ok := e.sessions[key]
	if !ok || s.goodbye > 0 {
		return Status{}, false
	}
	return s.status(), true
}

// Keys are the sessions there are, in order.
func (e *Engine) Keys() []Key {
	return slices.SortedFunc(maps.Keys(e.sessions), func(a, b Key) int {
		return cmp.Or(cmp.Compare(a.VRF, b.VRF), cmp.Compare(a.Interface, b.Interface), a.Peer.Compare(b.Peer))
	})
}

// Settled says that no session waits for a peer to agree to its intervals.
func (e *Engine) Settled() bool {
	for _, s := range e.sessions {
		if s.polling {
			return false
		}
	}
	return true
}

// Step takes what happens and gives what follows. The result is good until the next call.
func (e *Engine) Step(now time.Time, event Event) []Output {
	e.out = e.out[:0]
	switch event := event.(type) {
	case Configure:
		e.configure(now, event)
	case Remove:
		if s, ok := e.sessions[event.Key]; ok && s.goodbye == 0 {
			e.end(now, s)
		}
	case Receive:
		if err := e.receive(now, event); err != nil {
			e.out = append(e.out, Refused{From: event.From, Err: err})
		}
	case Hold:
		for _, key := range e.Keys() {
			e.change(now, e.sessions[key], func(s *session) { s.held = event.MinTx; s.announce() })
		}
	}
	e.tick(now)
	return e.out
}

func (e *Engine) configure(now time.Time, c Configure) {
	if s, ok := e.sessions[c.Key]; ok && s.config.Local == c.Config.Local && s.config.Multihop == c.Config.Multihop {
		if s.goodbye == 0 {
			e.change(now, s, func(s *session) { s.configure(c.Config) })
			return
		}
		e.drop(s) // its peer was told that it ends: it begins anew
	} else if ok {
		e.drop(s)
	}
	local := c.Local
	if c.Memory != nil {
		local = c.Memory.Local
	}
	for local == 0 || e.ours[local] != nil {
		local = e.random.Uint32()
	}
	s := newSession(now, c.Key, c.Config, local, c.Memory)
	e.sessions[c.Key], e.ours[local] = s, s
	e.queue.add(s)
	e.out = append(e.out, Changed{c.Key, s.status()})
	e.sendChange(now, s)
	e.settle(now, s)
}

// end tells the peer, if there is one, that the session goes.
func (e *Engine) end(now time.Time, s *session) {
	if s.remote == 0 {
		e.drop(s)
		e.out = append(e.out, Gone{s.key})
		return
	}
	s.leave()
	e.send(now, s, s.packet())
	e.settle(now, s)
}

func (e *Engine) drop(s *session) {
	delete(e.sessions, s.key)
	delete(e.ours, s.local)
	e.queue.remove(s)
}

func (e *Engine) receive(now time.Time, r Receive) error {
	if !r.Multihop && r.TTL != TTL {
		return fmt.Errorf("TTL %d: %w", r.TTL, ErrTTL)
	}
	p, err := Parse(r.Payload)
	if err != nil {
		return err
	}
	s := e.find(r, p)
	if s == nil {
		return ErrNoSession
	}
	answer := false
	e.change(now, s, func(s *session) { answer = s.hear(r.At, p) })
	if answer {
		final := s.packet()
		final.Poll, final.Final = false, true
		e.out = append(e.out, Transmit{s.key, final})
	}
	return nil
}

// find gives the session of a packet: by our discriminator, else by addresses and interface (RFC 5881 section 3, RFC 5883 section 4). In
// both cases the packet must have come from the session's peer.
func (e *Engine) find(r Receive, p Packet) *session {
	if p.Your != 0 {
		if s := e.ours[p.Your]; s != nil && s.accepts(r) {
			return s
		}
		return nil
	}
	for _, link := range []string{r.Interface, ""} {
		if s := e.sessions[Key{r.VRF, link, r.From}]; s != nil && s.accepts(r) {
			return s
		}
	}
	return nil
}

func (s *session) accepts(r Receive) bool {
	return s.goodbye == 0 && s.key.Peer == r.From && s.key.VRF == r.VRF && s.config.Multihop == r.Multihop &&
		(s.key.Interface == "" || s.key.Interface == r.Interface) && (!s.config.Local.IsValid() || s.config.Local == r.To)
}

// change lets something happen to a session, and tells what became of it.
func (e *Engine) change(now time.Time, s *session, do func(*session)) {
	before, tx, rx := s.status(), s.saidTx, s.saidRx
	do(s)
	after := s.status()
	if before == after {
		e.queue.fix(s) // it may have been heard
		return
	}
	e.out = append(e.out, Changed{s.key, after})
	if before.State != after.State || before.Diag != after.Diag || tx != s.saidTx || rx != s.saidRx {
		e.sendChange(now, s)
	}
	e.settle(now, s)
}

// sendChange tells the peer at once what is new (RFC 5880 section 6.8.7), if it may be spoken to.
func (e *Engine) sendChange(now time.Time, s *session) {
	if !s.silent() {
		e.send(now, s, s.packet())
	}
}

func (e *Engine) send(now time.Time, s *session, p Packet) {
	s.sent = now
	e.out = append(e.out, Transmit{s.key, p})
}

// settle plans what is next for a session.
func (e *Engine) settle(now time.Time, s *session) {
	s.schedule(now, e.random)
	e.queue.fix(s)
}

// tick does what is due.
func (e *Engine) tick(now time.Time) {
	for {
		due := e.queue.first()
		if due.IsZero() || due.After(now) {
			return
		}
		s := e.queue[0]
		if expiry := s.expiry(); !expiry.IsZero() && !expiry.After(now) {
			e.change(now, s, (*session).expire)
		}
		if s.next.IsZero() || s.next.After(now) {
			continue
		}
		e.send(now, s, s.packet())
		if s.goodbye > 0 {
			if s.goodbye--; s.goodbye == 0 {
				e.drop(s)
				e.out = append(e.out, Gone{s.key})
				continue
			}
		}
		e.settle(now, s)
	}
}
