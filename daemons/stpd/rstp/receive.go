package rstp

import "time"

// hear takes a message in (IEEE 802.1D-2004 section 17.22), unless a guard stands before it.
func (p *port) hear(now time.Time, m BPDU) {
	m.Times = m.Times.within()
	if p.cfg.BPDUGuard {
		p.violate(now, BPDUSeen)
		return
	}
	if p.guard == Silence {
		p.guard, p.guardUntil, p.fdWhile = NoGuard, time.Time{}, now.Add(p.forwardDelay())
	}
	p.edge = false
	p.edgeDelay = now.Add(migrateTime)
	p.rcvdRSTP, p.rcvdSTP = m.Kind == RST, m.Kind != RST // updtBPDUVersion
	if p.cfg.RootGuard && m.Kind != TCN && m.Role == Designated && m.Vector.compare(p.designatedPriority) < 0 {
		p.violate(now, RootSeen)
		return
	}
	p.msg = &m
}

// forever is longer than any switch runs.
const forever = 100 * 365 * 24 * time.Hour

// violate keeps the port out for what it heard, or did not.
func (p *port) violate(now time.Time, g Guard) {
	p.guard = g
	p.learn, p.forward, p.agreed, p.proposing = false, false, false, false
	if p.info == infoReceived { // from before the guard
		p.age()
	}
	switch {
	case g == BPDUSeen && p.cfg.DoDisable:
		p.shut = true
	case g == BPDUSeen:
		p.guardUntil = now.Add(3 * p.bridge.cfg.Times.Hello.Duration())
	case g == Silence:
		p.guardUntil = now.Add(forever)
	default:
		p.guardUntil = now.Add(p.bridge.cfg.GuardTimeout)
	}
}

// detect runs the protocol migration and bridge detection machines (sections 17.24, 17.25) and lets guards go.
func (p *port) detect(now time.Time) bool {
	moved := p.migrateProtocol(now)
	if p.guard != NoGuard && !p.shut && !running(now, p.guardUntil) {
		p.guard, p.fdWhile = NoGuard, now.Add(p.forwardDelay())
		moved = true
	}
	edge := p.edge
	switch {
	case !p.enabled():
		edge = p.cfg.Edge
	case !running(now, p.edgeDelay) && p.cfg.AutoEdge && p.sendRSTP && p.proposing:
		edge = true
	}
	moved = moved || edge != p.edge
	p.edge = edge
	return moved
}

// migrateProtocol goes over to the version that the neighbour speaks; for a while after each change it keeps to it.
func (p *port) migrateProtocol(now time.Time) bool {
	rapid := !p.bridge.cfg.Legacy
	if !p.enabled() || p.mcheck {
		again := p.mcheck && p.enabled()
		p.mcheck, p.sensing, p.sendRSTP = false, false, rapid
		p.rcvdRSTP, p.rcvdSTP = false, false
		if again {
			p.migrate, p.newInfo = now.Add(migrateTime), true
		}
		return again
	}
	if !p.sensing {
		if running(now, p.migrate) {
			return false
		}
		p.sensing, p.rcvdRSTP, p.rcvdSTP = true, false, false
		return true
	}
	switch {
	case p.sendRSTP && p.rcvdSTP:
		p.sendRSTP = false
	case !p.sendRSTP && rapid && p.rcvdRSTP:
		p.sendRSTP = true
	default:
		return false
	}
	p.sensing, p.migrate = false, now.Add(migrateTime)
	return true
}
