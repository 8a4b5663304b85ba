package rstp

import "time"

// topologyState is the state of the topology change machine (IEEE 802.1D-2004 section 17.31).
type topologyState uint8

const (
	inactive topologyState = iota
	learningTC
	active
)

func (p *port) changeTopology(now time.Time) bool {
	part := p.role == Root || p.role == Designated
	switch p.topology {
	case inactive:
		if !p.learn {
			p.clearTC()
			return false
		}
		p.topology = learningTC
		p.clearTC()
	case learningTC:
		switch {
		case part && p.forward && !p.edge: // DETECTED
			p.topology = active
			p.bridge.count(now)
			p.startTC(now)
			p.spread()
			p.newInfo = true
		case !part && p.discards():
			p.topology, p.tcWhile, p.tcAck = inactive, time.Time{}, false
			p.bridge.flush = true
		case p.clearTC():
		default:
			return false
		}
	case active:
		return p.activeTC(now, part)
	}
	return true
}

// clearTC forgets what was heard of changes, and says whether there was something.
func (p *port) clearTC() bool {
	heard := p.rcvdTC || p.rcvdTCN || p.rcvdTCAck || p.tcProp
	p.rcvdTC, p.rcvdTCN, p.rcvdTCAck, p.tcProp = false, false, false, false
	return heard
}

func (p *port) activeTC(now time.Time, part bool) bool {
	switch {
	case !part || p.edge:
		p.topology = learningTC
		p.clearTC()
	case p.rcvdTCN: // NOTIFIED_TCN
		p.startTC(now)
		p.notified(now)
	case p.rcvdTC: // NOTIFIED_TC
		p.notified(now)
	case p.tcProp: // PROPAGATING
		p.startTC(now)
		p.bridge.flush, p.tcProp = true, false
	case p.rcvdTCAck: // ACKNOWLEDGED
		p.tcWhile, p.rcvdTCAck = time.Time{}, false
	default:
		return false
	}
	return true
}

// count counts changes: a neighbour tells of one with several messages.
func (b *Bridge) count(now time.Time) {
	if !running(now, b.changing) {
		b.changes++
	}
	b.lastSeen, b.changing = now, now.Add(b.cfg.Times.Hello.Duration()+time.Second)
}

func (p *port) notified(now time.Time) {
	p.rcvdTCN, p.rcvdTC = false, false
	p.tcAck = p.tcAck || p.role == Designated
	p.bridge.count(now)
	p.spread()
}

// startTC is newTcWhile (section 17.21.7).
func (p *port) startTC(now time.Time) {
	if running(now, p.tcWhile) {
		return
	}
	if p.sendRSTP {
		p.tcWhile, p.newInfo = now.Add(p.designatedTimes.Hello.Duration()+time.Second), true
		return
	}
	p.tcWhile = now.Add(p.bridge.times.MaxAge.Duration() + p.bridge.times.ForwardDelay.Duration())
}

// spread is setTcPropTree: every other port tells its neighbour.
func (p *port) spread() {
	for _, q := range p.bridge.ports {
		q.tcProp = q.tcProp || q != p
	}
}
