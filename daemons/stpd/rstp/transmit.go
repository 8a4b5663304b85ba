package rstp

import "time"

// speaksPeriodically says whether the port sends without a cause, as the designated port of its link does, or a root port while the
// topology changes (IEEE 802.1D-2004 section 17.26).
func (p *port) speaksPeriodically() bool {
	return p.role == Designated || p.role == Root && !p.tcWhile.IsZero()
}

// transmit is the port transmit machine.
func (p *port) transmit(now time.Time) []Output {
	for p.sent > 0 && !running(now, p.sentTick) { // one a second is forgotten
		p.sent--
		p.sentTick = p.sentTick.Add(time.Second)
	}
	if !p.enabled() {
		p.sent, p.newInfo = 0, true
		return nil
	}
	if !running(now, p.hello) {
		p.newInfo = p.newInfo || p.role == Designated || p.role == Root && running(now, p.tcWhile)
		p.hello = now.Add(p.designatedTimes.Hello.Duration())
	}
	if !p.newInfo || !p.settled() || p.sent >= p.bridge.cfg.HoldCount {
		return nil
	}
	m, ok := p.message(now)
	if !ok {
		p.newInfo = false
		return nil
	}
	if p.sent == 0 {
		p.sentTick = now.Add(time.Second)
	}
	p.sent++
	p.newInfo, p.tcAck = false, false
	p.hello = now.Add(p.designatedTimes.Hello.Duration())
	return []Output{Transmit{p.name, m}}
}

// message is txRstp, txConfig or txTcn (sections 17.21.19 to 17.21.21). An alternate port has nothing to say in the older protocol.
func (p *port) message(now time.Time) (BPDU, bool) {
	m := BPDU{Kind: Config, Role: Designated, Vector: p.designatedPriority, Times: p.designatedTimes, TopologyChange: running(now, p.tcWhile)}
	switch {
	case p.sendRSTP:
		m.Kind, m.Role = RST, p.role
		m.Proposal, m.Agreement, m.Learning, m.Forwarding = p.proposing, p.agree, p.learn, p.forward
		return m, true
	case p.role == Designated:
		m.TopologyChangeAck = p.tcAck
		return m, true
	case p.role == Root:
		return BPDU{Kind: TCN}, running(now, p.tcWhile)
	}
	return BPDU{}, false
}
