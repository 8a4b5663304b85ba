package lacp

import (
	"slices"
	"time"
)

func (s *System) setLAG(e SetLAG) {
	l := s.lags[e.LAG]
	if l == nil {
		l = &lag{name: e.LAG}
		s.lags[e.LAG] = l
	}
	old := l.cfg
	l.cfg = e.Config
	for _, p := range s.ports {
		if p.cfg.LAG != e.LAG {
			continue
		}
		p.lag = l
		if old.System != l.cfg.System || old.Key != l.cfg.Key {
			p.selected = false
			p.ntt = true
		}
		if old.Fast != l.cfg.Fast || old.Passive != l.cfg.Passive {
			p.ntt = true
		}
	}
}

func (s *System) deleteLAG(name LAGName) []Output {
	var out []Output
	delete(s.lags, name)
	for _, p := range s.ports {
		if p.cfg.LAG == name {
			out = append(out, p.leave()...)
			p.lag = nil
			p.initialize()
		}
	}
	return out
}

func (s *System) setPort(now time.Time, e SetPort) {
	i, found := s.find(e.Port)
	if !found {
		p := &port{name: e.Port}
		p.initialize()
		s.ports = slices.Insert(s.ports, i, p)
	}
	p := s.ports[i]
	if found && p.cfg == e.Config {
		return
	}
	p.cfg, p.lag = e.Config, s.lags[e.Config.LAG]
	p.initialize()
	p.setLink(now, p.up)
}

func (s *System) deletePort(name PortName) []Output {
	i, ok := s.find(name)
	if !ok {
		return nil
	}
	p := s.ports[i]
	s.ports = slices.Delete(s.ports, i, i+1)
	return p.leave()
}

// leave says good-bye: the partner takes the link out at once instead of after its time-out.
func (p *port) leave() []Output {
	if !p.speaks() {
		return nil
	}
	bye := PDU{Actor: p.actor(), Partner: p.partner}
	bye.Actor.State &^= Synchronization | Collecting | Distributing
	return []Output{Transmit{p.name, bye}}
}

// restore trusts the memory of an earlier life for one time-out.
func (s *System) restore(now time.Time, p *port, e Restore) {
	if !p.up {
		p.setLink(now, true)
	}
	heard := p.receive != Expiring || p.known()
	if p.lag == nil || p.lag.cfg.Down || heard || !p.actor().identified(e.Actor) {
		return
	}
	switch {
	case !e.Actor.State.Has(Defaulted) && e.Partner.System.MAC != (MAC{}):
		p.receive, p.partner, p.unconfirmed = Current, e.Partner, true
		p.timeOut = now.Add(p.lag.timeOut())
		p.selected = e.Actor.State.Has(Synchronization)
	case p.lag.cfg.Fallback && e.Actor.State.Has(Defaulted|Distributing):
		p.recordDefault()
		p.receive, p.timeOut = Defaulting, time.Time{}
		p.selected, p.fallback = true, true
	default:
		return
	}
	p.state.put(Expired, false)
	p.state.put(Defaulted, p.fallback)
	if p.selected {
		p.lag.group = p.group()
		p.enter(now, Attached)
	}
	if p.selected && p.synchronized() {
		p.enter(now, CollectingDistributing)
	}
	p.ntt = true
}
