package rstp

import "time"

// inform is the port information machine (IEEE 802.1D-2004 section 17.27).
func (p *port) inform(now time.Time) bool {
	switch {
	case !p.enabled():
		return p.disableInfo()
	case p.info == infoDisabled:
		p.age()
	case p.selected && p.updtInfo:
		p.update()
	case p.updtInfo:
		return false
	case p.msg != nil:
		m := *p.msg
		p.msg = nil
		p.receive(now, m)
	case p.info == infoReceived && !running(now, p.infoWhile) && p.cfg.LoopGuard:
		p.violate(now, Silence)
	case p.info == infoReceived && !running(now, p.infoWhile):
		p.age()
	default:
		return false
	}
	return true
}

func (p *port) disableInfo() bool {
	p.msg = nil
	if p.info == infoDisabled {
		return false
	}
	p.proposing, p.proposed, p.agree, p.agreed = false, false, false, false
	p.infoWhile, p.info = time.Time{}, infoDisabled
	p.reselect, p.selected = true, false
	return true
}

func (p *port) age() { p.info, p.reselect, p.selected = infoAged, true, false }

// update makes the port's information the bridge's own.
func (p *port) update() {
	p.proposing, p.proposed = false, false
	p.agreed = p.agreed && p.info == infoMine && p.designatedPriority.compare(p.portPriority) <= 0 // betterorsameInfo
	p.synced = p.synced && p.agreed
	p.portPriority, p.portTimes = p.designatedPriority, p.designatedTimes
	p.updtInfo, p.info, p.newInfo = false, infoMine, true
	if p.sent >= p.bridge.cfg.HoldCount {
		// Beyond the standard: a port that may not yet tell what it knows must not rely on what was agreed to before. Without this,
		// a loop can last for as long as the limit on BPDUs holds it back.
		p.agreed, p.synced, p.disputed = false, false, true
	}
}

// receive tells what kind of information a message is (rcvInfo, section 17.21.8) and takes it.
func (p *port) receive(now time.Time, m BPDU) {
	if m.Kind == TCN {
		p.rcvdTCN = true
		return
	}
	if m.Vector.sender(Vector{Bridge: p.bridge.cfg.ID, Port: p.cfg.ID}) { // a loop on the link itself
		p.disputed, p.agreed = true, false
		return
	}
	if own := p.bridge.cfg.ID; m.Vector.Root.MAC == own.MAC && m.Vector.Root != own {
		return // of this bridge as it was; believing it would keep it alive
	}
	order := m.Vector.compare(p.portPriority)
	switch same := order == 0 && m.Times == p.portTimes; {
	case m.Role == Designated && same && p.info == infoReceived:
		p.recordDesignated(m)
		p.restartInfo(now)
	case m.Role == Designated && (m.Vector.supersedes(p.portPriority) || order == 0 && !same):
		p.recordSuperior(now, m)
	case m.Role == Designated && order > 0:
		if m.Kind == RST && m.Learning { // recordDispute: two ends of the link believe to be designated
			p.disputed, p.agreed = true, false
		}
	case (m.Role == Root || m.Role == Alternate) && order >= 0:
		p.recordAgreement(m)
		p.setTCFlags(m)
	}
}

func (p *port) recordDesignated(m BPDU) {
	p.proposed = p.proposed || m.Proposal
	p.setTCFlags(m)
}

func (p *port) recordSuperior(now time.Time, m BPDU) {
	p.agreed, p.proposing = false, false
	p.recordDesignated(m)
	p.agree = p.agree && p.info == infoReceived && m.Vector.compare(p.portPriority) <= 0 // betterorsameInfo
	p.portPriority, p.portTimes = m.Vector, m.Times
	p.restartInfo(now)
	p.info, p.reselect, p.selected = infoReceived, true, false
}

// recordAgreement is section 17.21.9. Without an agreement of two ends alone a port waits out its delays. Beyond the standard, who agrees
// must have the same root: while word of a root that is gone still goes round, an agreement that was given for another one may arrive, and
// both ends of a link would believe that the other is blocked.
func (p *port) recordAgreement(m BPDU) {
	p.agreed = m.Kind == RST && !p.bridge.cfg.Legacy && !p.cfg.Shared && m.Agreement &&
		m.Vector.Root == p.portPriority.Root && p.bridge.honest(m.Vector)
	if p.agreed {
		p.proposing = false
	}
}

// honest says of an agreement that another port of this very bridge sent, whether it still holds.
func (b *Bridge) honest(v Vector) bool {
	if v.Bridge.MAC != b.cfg.ID.MAC {
		return true
	}
	for _, p := range b.ports {
		if p.cfg.ID.Number() == v.Port.Number() {
			return p.role != Designated && p.discards()
		}
	}
	return false
}

func (p *port) setTCFlags(m BPDU) {
	p.rcvdTC = p.rcvdTC || m.TopologyChange
	p.rcvdTCAck = p.rcvdTCAck || m.TopologyChangeAck
}

// restartInfo is updtRcvdInfoWhile (section 17.21.23).
func (p *port) restartInfo(now time.Time) {
	const second = 1 << 8
	t := p.portTimes
	p.infoWhile = time.Time{}
	if age := (uint32(t.MessageAge) + second + second/2) / second * second; age <= uint32(t.MaxAge) {
		p.infoWhile = now.Add(3 * t.Hello.Duration())
	}
}
