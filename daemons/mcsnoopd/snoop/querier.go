package snoop

import (
	"net/netip"
	"time"
)

// querier is who asks for listeners in the VLAN.
type querier struct {
	other   Querier
	until   time.Time     // when the other is believed to be gone; zero: there is none
	heard   time.Time     // its last general query
	every   time.Duration // how often it asks, as far as is known
	maxResp time.Duration

	general time.Time // our next general query; zero: none
	startup int       // how many are to follow fast
	since   time.Time // since when somebody asks; zero: nobody does
	settled bool      // all had the time to answer since

	relearn map[string]bool // ports to ask on as soon as that is allowed; "": all
	again   time.Time       // when it is
}

// Querier is one that was heard.
type Querier struct {
	Address netip.Addr
	Port    string
	Version int
}

const (
	// relearnPause is the least time between two rounds of questions that link and topology changes set off.
	relearnPause = time.Second
	// relearnResponse is how long listeners may take then: their traffic waits for it.
	relearnResponse = 2 * time.Second
	defaultInterval = 125 * time.Second
	longestInterval = 18000 * time.Second
	// late is how long after the longest time for an answer all answers are there.
	late = time.Second
)

// active says that this switch is the VLAN's querier.
func (s *Snooper) active(now time.Time) bool {
	return s.cfg.Querier && (!now.Before(s.querier.until) || !s.yields(s.querier.other.Address))
}

// yields says that another's address wins the election: the lower one does (RFC 3376 section 6.6.2). Who has none takes no part.
func (s *Snooper) yields(to netip.Addr) bool {
	return to.IsValid() && !to.IsUnspecified() && (s.cfg.Address.IsUnspecified() || to.Less(s.cfg.Address))
}

// interval is how often listeners are asked.
func (s *Snooper) interval() time.Duration { return max(s.cfg.QueryInterval, s.querier.every) }

// membership is how long a listener counts that is not heard again (RFC 3376 section 8.4).
func (s *Snooper) membership() time.Duration {
	return robustness*s.interval() + max(s.cfg.MaxResponse, s.querier.maxResp)
}

// otherQuerier is how long a querier counts that asks no more (RFC 3376 section 8.5).
func (s *Snooper) otherQuerier() time.Duration {
	return robustness*s.interval() + max(s.cfg.MaxResponse, s.querier.maxResp)/2
}

// querierConfigured begins or ends asking.
func (s *Snooper) querierConfigured(now time.Time, old Config) {
	q := &s.querier
	if !s.active(now) {
		q.general = time.Time{}
		if !now.Before(q.until) {
			q.since, q.settled = time.Time{}, false
		}
		return
	}
	c := s.cfg
	if q.general.IsZero() || c.Address != old.Address || c.Version != old.Version || c.QueryInterval != old.QueryInterval || c.MaxResponse != old.MaxResponse {
		s.takeOver(now)
	}
}

// takeOver asks at once, and again soon (RFC 3376 section 8.6 and 8.7).
func (s *Snooper) takeOver(now time.Time) {
	s.querier.general, s.querier.startup = now, robustness
	if s.querier.since.IsZero() {
		s.querier.since = now
	}
}

// query notes a router, and the time that it leaves for an answer.
func (s *Snooper) query(now time.Time, port string, m Message) {
	if m.From == s.cfg.Address && !m.From.IsUnspecified() { // another switch with our address, or our own words
		return
	}
	if m.Group.IsValid() {
		s.askedFor(now, m)
	} else {
		s.elect(now, port, m)
	}
	if !m.From.IsUnspecified() {
		s.router(port, now.Add(s.otherQuerier()), false)
	}
}

// elect notes a querier, unless a better one is known.
func (s *Snooper) elect(now time.Time, port string, m Message) {
	q := &s.querier
	if s.active(now) && !s.yields(m.From) {
		return
	}
	known := now.Before(q.until) && q.other.Address.IsValid() && !q.other.Address.IsUnspecified()
	if known && m.From != q.other.Address && (m.From.IsUnspecified() || q.other.Address.Less(m.From)) {
		return
	}
	q.every, q.maxResp = s.pace(now, m), m.MaxResp
	q.other, q.heard, q.until = Querier{m.From, port, m.Version}, now, now.Add(s.otherQuerier())
	q.general = time.Time{}
	if q.since.IsZero() {
		q.since = now
	}
}

// pace is how often a querier asks: as it says, or as it did; one of an old version that was heard once is taken to ask as most do.
func (s *Snooper) pace(now time.Time, m Message) time.Duration {
	q := s.querier
	switch {
	case m.Interval > 0:
		return m.Interval
	case m.From != q.other.Address || q.heard.IsZero():
		return defaultInterval
	}
	return min(max(q.every, now.Sub(q.heard)), longestInterval)
}

// askedFor gives the listeners of a group the time of an answer, twice, since a question may be lost (RFC 3376 section 6.6.1).
func (s *Snooper) askedFor(now time.Time, m Message) {
	if m.Suppress || m.Sources > 0 {
		return
	}
	for _, l := range s.groups[m.Group] {
		if !now.Before(l.v1) {
			s.shorten(l, now.Add(robustness*m.MaxResp))
		}
	}
}

// ask sends what is due.
func (s *Snooper) ask(now time.Time) {
	q := &s.querier
	if !q.until.IsZero() && !now.Before(q.until) { // the other querier is gone
		q.until, q.other, q.every, q.maxResp, q.heard = time.Time{}, Querier{}, 0, 0, time.Time{}
		if s.cfg.Querier {
			s.takeOver(now) // its listeners are known
		} else {
			q.since, q.settled = time.Time{}, false
		}
	}
	if at := s.settles(); !at.IsZero() && !now.Before(at) {
		q.settled = true
	}
	if !q.general.IsZero() && !now.Before(q.general) {
		a := s.question(now)
		a.Routers = true
		s.out = append(s.out, a)
		q.general = now.Add(s.cfg.QueryInterval)
		if q.startup--; q.startup > 0 {
			q.general = now.Add(s.cfg.QueryInterval / 4)
		}
	}
	if len(q.relearn) > 0 && !now.Before(q.again) {
		s.askAnew(now)
	}
}

// question is a general query as we would ask it now.
func (s *Snooper) question(now time.Time) Ask {
	a := Ask{Version: s.cfg.Version, From: s.cfg.Address, MaxResp: s.cfg.MaxResponse, Interval: s.cfg.QueryInterval}
	if !s.cfg.IPv6 && !s.active(now) {
		a.From = netip.IPv4Unspecified()
	}
	return a
}

// Relearn asks for listeners because links have changed; by one port, or "" for all. It must be done soon, and not often.
func (s *Snooper) Relearn(now time.Time, port string) {
	s.querier.relearn[port] = true
	if !now.Before(s.querier.again) {
		s.askAnew(now)
	}
}

func (s *Snooper) askAnew(now time.Time) {
	q := &s.querier
	q.again = now.Add(relearnPause)
	if q.relearn[""] {
		q.relearn = map[string]bool{"": true}
	}
	for port := range q.relearn {
		a := s.question(now)
		a.Port, a.Routers, a.MaxResp = port, s.active(now), min(a.MaxResp, relearnResponse)
		if !s.cfg.IPv6 || !a.From.IsUnspecified() { // MLD from nobody is not heard
			s.out = append(s.out, a)
		}
	}
	clear(q.relearn)
}

// nextAsk is when ask has something to do.
func (s *Snooper) nextAsk() time.Time {
	q := s.querier
	times := []time.Time{q.until, q.general, s.settles()}
	if len(q.relearn) > 0 {
		times = append(times, q.again)
	}
	var next time.Time
	for _, at := range times {
		if !at.IsZero() && (next.IsZero() || at.Before(next)) {
			next = at
		}
	}
	return next
}

// settles is when all will have had the time to answer; zero: they had, or nobody asks.
func (s *Snooper) settles() time.Time {
	if q := s.querier; !q.since.IsZero() && !q.settled {
		return q.since.Add(max(s.cfg.MaxResponse, q.maxResp) + late)
	}
	return time.Time{}
}

// InForce says that somebody asks for listeners, and that all had the time to answer: only then does a group that nobody was heard to listen
// to have no listeners.
func (s *Snooper) InForce() bool { return s.querier.settled }

// Querier tells who asks: own is this switch. The zero value: nobody does.
func (s *Snooper) Querier(now time.Time) (q Querier, own bool) {
	switch {
	case s.active(now):
		return Querier{Address: s.cfg.Address, Version: s.cfg.Version}, true
	case now.Before(s.querier.until):
		return s.querier.other, false
	}
	return Querier{}, false
}
