package snoop

import "time"

// listener is until when a port counts as one of a group's, and until when IGMPv1 is spoken there, which has no word for leaving (RFC 2236
// section 4).
type listener struct{ until, v1 time.Time }

func (s *Snooper) join(now time.Time, m Member, v1 bool) {
	ports := s.groups[m.Group]
	l := ports[m.Port]
	if l == nil {
		if ports == nil && len(s.groups) >= MaxGroups || s.perPort[m.Port] >= MaxPortGroups || s.budget.Left <= 0 {
			s.counts.Refused++
			return
		}
		if ports == nil {
			ports = make(map[string]*listener)
			s.groups[m.Group] = ports
		}
		l = &listener{}
		ports[m.Port] = l
		s.perPort[m.Port]++
		s.budget.Left--
		s.members[m] = true
	}
	l.until = now.Add(s.membership())
	if v1 {
		l.v1 = l.until
	}
	delete(s.asks, m)
	s.sooner(l.until)
}

// leave drops a listener, or asks whether others are left behind the port. A router behind it asks itself, if it needs to know.
func (s *Snooper) leave(now time.Time, m Member, fast bool) {
	l := s.groups[m.Group][m.Port]
	if l == nil || now.Before(l.v1) {
		return
	}
	if fast {
		s.drop(m)
		return
	}
	if _, asked := s.asks[m]; asked || s.Router(m.Port) != Nowhere && !s.active(now) {
		return
	}
	s.askFor(now, m)
	s.asks[m] = now.Add(s.cfg.LastMember)
	s.sooner(s.asks[m])
	s.shorten(l, now.Add(robustness*s.cfg.LastMember))
}

// askFor asks behind one port for one group. Who is not the VLAN's querier has no address in IPv4, so that no router takes it for one (RFC
// 4541 section 2.1.1).
func (s *Snooper) askFor(now time.Time, m Member) {
	a := s.question(now)
	a.Port, a.Routers, a.Group, a.MaxResp = m.Port, true, m.Group, s.cfg.LastMember
	if !s.cfg.IPv6 {
		a.Version = max(a.Version, 2) // version 1 cannot ask for one group
	}
	s.out = append(s.out, a)
}

// repeat asks for the second and last time.
func (s *Snooper) repeat(now time.Time, m Member, at time.Time) {
	switch {
	case s.groups[m.Group][m.Port] == nil:
		delete(s.asks, m)
	case at.IsZero(): // both questions are out
	case now.Before(at):
		s.sooner(at)
	default:
		s.askFor(now, m)
		s.asks[m] = time.Time{}
	}
}

// shorten gives a listener less time, never more.
func (s *Snooper) shorten(l *listener, until time.Time) {
	if l.until.After(until) {
		l.until = until
		s.sooner(until)
	}
}

func (s *Snooper) endListener(now time.Time, m Member, l *listener) {
	if now.Before(l.until) {
		s.sooner(l.until)
		return
	}
	s.drop(m)
}

func (s *Snooper) drop(m Member) {
	ports := s.groups[m.Group]
	delete(ports, m.Port)
	if len(ports) == 0 {
		delete(s.groups, m.Group)
	}
	if s.perPort[m.Port]--; s.perPort[m.Port] == 0 {
		delete(s.perPort, m.Port)
	}
	delete(s.asks, m)
	s.budget.Left++
	s.members[m] = true
}

// Listeners is how many there are by hearing.
func (s *Snooper) Listeners() int {
	n := 0
	for _, count := range s.perPort {
		n += count
	}
	return n
}

// Groups is how many groups somebody was heard to listen to.
func (s *Snooper) Groups() int { return len(s.groups) }

// Close gives the listeners back to the budget. The snooper is of no use afterwards.
func (s *Snooper) Close() { s.budget.Left += s.Listeners() }
