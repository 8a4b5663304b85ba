package bfd

import (
	"math/rand/v2"
	"time"
)

const (
	slow     = time.Second // the least interval of a session that is not up (RFC 5880 section 6.8.3)
	farewell = 3           // packets that tell the peer of a session's end, if one is lost
)

// session has the variables of RFC 5880 section 6.8.1.
type session struct {
	key    Key
	config Config

	state, remoteState State
	diag               Diag
	local, remote      uint32 // discriminators
	remoteTx, remoteRx time.Duration
	remoteMult         uint8
	remoteDemand       bool

	// What packets say, and what is in force: a slower one of our own only once the peer knows of it (section 6.8.3).
	saidTx, usedTx time.Duration
	saidRx, usedRx time.Duration
	polling        bool
	again          bool          // what is said has changed since the poll began: another one follows
	held           time.Duration // the least MinTx to say before an absence

	heard   time.Time // the last packet; zero: none that counts
	sent    time.Time
	next    time.Time // of the periodic packet; zero: none
	goodbye int       // packets left to say, of a session that ends
	place   int       // in the engine's queue
}

func newSession(now time.Time, key Key, c Config, local uint32, m *Memory) *session {
	s := &session{key: key, config: c, state: Down, remoteState: Down, local: local, remoteRx: time.Microsecond}
	if m != nil && !c.AdminDown {
		s.state, s.remoteState = Up, Up
		s.remote, s.remoteTx, s.remoteRx, s.remoteMult = m.Remote, m.RemoteMinTx, m.RemoteMinRx, m.RemoteMult
		s.heard, s.polling = now, true // nobody knows what the peer was told last
	}
	if c.AdminDown {
		s.state, s.diag = AdminDown, DiagAdminDown
	}
	s.saidTx, s.saidRx = s.wantedTx(), c.MinRx
	s.usedTx, s.usedRx = s.saidTx, s.saidRx
	return s
}

// configure takes a change that leaves the session's addresses alone.
func (s *session) configure(c Config) {
	s.config, s.goodbye, s.held = c, 0, 0
	switch {
	case c.AdminDown && s.state != AdminDown:
		s.enter(AdminDown, DiagAdminDown)
	case !c.AdminDown && s.state == AdminDown:
		s.enter(Down, s.diag)
		s.remoteState = Down
	}
	s.announce()
}

// leave begins the end.
func (s *session) leave() {
	s.goodbye = farewell - 1 // the first is sent now
	s.state, s.diag, s.polling = AdminDown, DiagAdminDown, false
}

func (s *session) enter(state State, diag Diag) {
	s.state, s.diag = state, diag
	if state != Up {
		s.polling, s.again = false, false
	}
	s.announce()
}

// wantedTx is bfd.DesiredMinTxInterval.
func (s *session) wantedTx() time.Duration {
	if s.state != Up {
		return max(s.config.MinTx, slow)
	}
	return max(s.config.MinTx, s.held)
}

// announce takes up changed intervals: what is worse for the other side only after it has answered a poll (section 6.8.3).
func (s *session) announce() {
	tx, rx := s.wantedTx(), s.config.MinRx
	changed := tx != s.saidTx || rx != s.saidRx
	s.saidTx, s.saidRx = tx, rx
	if s.state != Up {
		s.usedTx, s.usedRx = tx, rx
		return
	}
	if !changed {
		return
	}
	s.again, s.polling = s.polling, true
	s.usedTx, s.usedRx = min(s.usedTx, tx), max(s.usedRx, rx)
}

// polled is that the peer knows what it was told.
func (s *session) polled() {
	if s.again { // its answer may be to what was said before
		s.again = false
		return
	}
	s.polling = false
	s.usedTx, s.usedRx = s.saidTx, s.saidRx
}

// hear takes a packet that is for this session (section 6.8.6), and says whether it must be answered at once.
func (s *session) hear(at time.Time, p Packet) (answer bool) {
	s.remote, s.remoteState, s.remoteDemand = p.My, p.State, p.Demand
	s.remoteTx, s.remoteRx, s.remoteMult = p.MinTx, p.MinRx, p.Multiplier
	if s.polling && p.Final {
		s.polled()
	}
	if at.After(s.heard) {
		s.heard = at
	}
	if s.state == AdminDown {
		return false
	}
	s.transition(p.State)
	return p.Poll
}

// transition is the state machine of section 6.2.
func (s *session) transition(remote State) {
	switch {
	case remote == AdminDown:
		if s.state != Down {
			s.enter(Down, DiagNeighborDown)
		}
	case s.state == Down && remote == Down:
		s.enter(Init, s.diag)
	case s.state == Down && remote == Init, s.state == Init && remote >= Init:
		s.enter(Up, DiagNone)
	case s.state == Up && remote == Down:
		s.enter(Down, DiagNeighborDown)
	}
}

// detection is the time without a packet that the peer may have (section 6.8.4); 0: it need not send.
func (s *session) detection() time.Duration {
	if s.heard.IsZero() || s.usedRx == 0 {
		return 0
	}
	return time.Duration(s.remoteMult) * max(s.usedRx, s.remoteTx)
}

// expiry is when the peer's silence lasts too long; zero: never.
func (s *session) expiry() time.Time {
	d := s.detection()
	if d == 0 || s.goodbye > 0 {
		return time.Time{}
	}
	return s.heard.Add(d)
}

// expire is that the detection time has passed: the peer is forgotten (sections 6.8.1 and 6.8.4).
func (s *session) expire() {
	s.heard, s.remote, s.remoteDemand, s.remoteRx = time.Time{}, 0, false, time.Microsecond
	if s.state == Init || s.state == Up {
		s.enter(Down, DiagExpired)
	}
}

// silent says that the peer has to speak first.
func (s *session) silent() bool { return s.remote == 0 && s.config.Passive }

// interval is the time between two packets; 0: none are sent (section 6.8.7).
func (s *session) interval() time.Duration {
	switch {
	case s.goodbye > 0:
		return max(min(s.usedTx, slow), s.remoteRx)
	case s.silent():
		return 0
	case s.remoteRx == 0 && !s.polling:
		return 0
	case s.remoteDemand && s.state == Up && s.remoteState == Up && !s.polling:
		return 0
	}
	return max(s.usedTx, s.remoteRx)
}

// schedule says when the next periodic packet is due. A quarter at most is taken off at random, so that sessions do not fall into step; of
// a multiplier of 1, which forgives no late packet, at least a tenth.
func (s *session) schedule(now time.Time, random *rand.Rand) {
	every := s.interval()
	if every == 0 {
		s.next = time.Time{}
		return
	}
	least, most := 0.0, 0.25
	if s.config.Multiplier == 1 {
		least = 0.10
	}
	jitter := time.Duration(float64(every) * (least + random.Float64()*(most-least)))
	s.next = s.sent.Add(every - jitter)
	if s.next.Before(now) {
		s.next = now
	}
}

func (s *session) packet() Packet {
	return Packet{
		Diag: s.diag, State: s.state, Poll: s.polling, Multiplier: s.config.Multiplier,
		My: s.local, Your: s.remote, MinTx: s.saidTx, MinRx: s.saidRx,
	}
}

func (s *session) status() Status {
	return Status{
		State: s.state, Diag: s.diag, RemoteState: s.remoteState, Local: s.local, Remote: s.remote,
		RemoteMinTx: s.remoteTx, RemoteMinRx: s.remoteRx, RemoteMult: s.remoteMult,
		TxInterval: s.interval(), Detection: s.detection(), Polling: s.polling,
	}
}

// due is when the session has something to do; zero: never.
func (s *session) due() time.Time {
	expiry := s.expiry()
	if s.next.IsZero() || (!expiry.IsZero() && expiry.Before(s.next)) {
		return expiry
	}
	return s.next
}
