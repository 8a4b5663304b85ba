package lacp

import "time"

// MuxState is the state of the mux machine with coupled control (IEEE 802.1AX-2014 section 6.4.15, figure 6-22).
type MuxState uint8

// The states.
const (
	Detached MuxState = iota
	Waiting
	Attached
	CollectingDistributing
)

// String names the state.
func (s MuxState) String() string {
	return [...]string{"detached", "waiting", "attached", "collecting_distributing"}[s]
}

// multiplex makes one transition, if one is due.
func (p *port) multiplex(now time.Time) bool {
	next := p.mux
	switch {
	case p.mux == Detached && p.selected:
		next = Waiting
	case p.mux == Waiting && !p.selected, p.mux == Attached && !p.selected:
		next = Detached
	case p.mux == Waiting && !now.Before(p.wait):
		next = Attached
	case p.mux == Attached && p.synchronized():
		next = CollectingDistributing
	case p.mux == CollectingDistributing && (!p.selected || !p.synchronized()):
		next = Attached
	}
	if next == p.mux {
		return false
	}
	p.enter(now, next)
	return true
}

// enter does what a state does on entry.
func (p *port) enter(now time.Time, to MuxState) {
	p.mux, p.wait = to, time.Time{}
	p.state.put(Synchronization, to >= Attached)
	p.state.put(Collecting|Distributing, to == CollectingDistributing)
	if to == Waiting {
		p.wait = now.Add(AggregateWait)
		return
	}
	p.ntt = true
}
