package lacp

import (
	"cmp"
	"slices"
	"time"
)

// The times of IEEE 802.1AX-2014 section 6.4.4.
const (
	FastPeriodic  = time.Second
	SlowPeriodic  = 30 * time.Second
	ShortTimeOut  = 3 * FastPeriodic
	LongTimeOut   = 3 * SlowPeriodic
	AggregateWait = 2 * time.Second
)

// System is all LAGs and ports of one system. It is used by one goroutine.
type System struct {
	lags  map[LAGName]*lag
	ports []*port // by name: what happens is a function of the events alone
}

// New makes a system without LAGs.
func New() *System { return &System{lags: make(map[LAGName]*lag)} }

// lag is one aggregator.
type lag struct {
	name  LAGName
	cfg   LAGConfig
	group group // whom its links lead to, as far as they are used
	told  *LAGStatus
}

// Step lets an event happen, and everything that follows from it until only time can change more.
func (s *System) Step(now time.Time, e Event) []Output {
	var out []Output
	switch e := e.(type) {
	case SetLAG:
		s.setLAG(e)
	case DeleteLAG:
		out = s.deleteLAG(e.LAG)
	case SetPort:
		s.setPort(now, e)
	case DeletePort:
		out = s.deletePort(e.Port)
	case Link:
		if p := s.port(e.Port); p != nil {
			p.setLink(now, e.Up)
		}
	case Receive:
		if p := s.port(e.Port); p != nil && p.up && p.lag != nil {
			s.receive(now, p, e.PDU)
		}
	case Restore:
		if p := s.port(e.Port); p != nil {
			s.restore(now, p, e)
		}
	}
	s.settle(now)
	return append(out, s.tell(now)...)
}

// settle runs the machines until they rest. Each pass can only move a port forward once; a bound keeps a mistake here from hanging.
func (s *System) settle(now time.Time) {
	for range 8 {
		moved := false
		for _, p := range s.ports {
			moved = p.expire(now) || moved
			moved = p.multiplex(now) || moved
		}
		moved = s.choose() || moved
		if !moved {
			break
		}
	}
	for _, p := range s.ports {
		p.schedule(now)
	}
}

// tell gathers what is to be sent and what has changed.
func (s *System) tell(now time.Time) []Output {
	var out []Output
	for _, p := range s.ports {
		if pdu, ok := p.transmit(now); ok {
			out = append(out, Transmit{p.name, pdu})
		}
	}
	for _, p := range s.ports {
		if st := p.status(); p.told == nil || *p.told != st {
			p.told = &st
			out = append(out, PortChanged{p.name, st})
		}
	}
	for _, name := range s.lagNames() {
		l := s.lags[name]
		if st := s.lagStatus(l); l.told == nil || *l.told != st {
			l.told = &st
			out = append(out, LAGChanged{name, st})
		}
	}
	return out
}

// Next is when the system wants its next Tick; the zero time when it waits for nothing.
func (s *System) Next() time.Time {
	var next time.Time
	for _, p := range s.ports {
		for _, t := range p.deadlines() {
			if !t.IsZero() && (next.IsZero() || t.Before(next)) {
				next = t
			}
		}
	}
	return next
}

// LAG tells the status of a LAG.
func (s *System) LAG(name LAGName) (LAGStatus, bool) {
	l, ok := s.lags[name]
	if !ok {
		return LAGStatus{}, false
	}
	return s.lagStatus(l), true
}

// Port tells the status of a port.
func (s *System) Port(name PortName) (PortStatus, bool) {
	p := s.port(name)
	if p == nil {
		return PortStatus{}, false
	}
	return p.status(), true
}

func (s *System) lagStatus(l *lag) LAGStatus {
	st := LAGStatus{Partner: l.group.system, Key: l.group.key}
	for _, p := range s.ports {
		if p.lag == l && p.mux == CollectingDistributing {
			st.Links++
		}
	}
	st.Up = st.Links >= max(1, l.cfg.MinLinks)
	return st
}

func (s *System) lagNames() []LAGName {
	names := make([]LAGName, 0, len(s.lags))
	for name := range s.lags {
		names = append(names, name)
	}
	slices.Sort(names)
	return names
}

func (s *System) port(name PortName) *port {
	if i, ok := s.find(name); ok {
		return s.ports[i]
	}
	return nil
}

func (s *System) find(name PortName) (int, bool) {
	return slices.BinarySearchFunc(s.ports, name, func(p *port, name PortName) int { return cmp.Compare(p.name, name) })
}
