package rstp

import "time"

// restore brings a port's link up as it was, so that neither the ASIC nor the neighbours see a break. What was heard is believed for its
// usual time only, and what has changed meanwhile is found as any change is.
func (p *port) restore(now time.Time, m Memory) {
	fresh := !p.up && p.role == Disabled
	p.setLink(true)
	if !fresh || m.State == Down || m.Role == Disabled || m.Role == Unknown {
		return
	}
	p.role, p.selectedRole = m.Role, m.Role
	p.learn, p.forward = m.State >= Learning, m.State == Forwarding
	p.edge, p.sendRSTP = m.Edge, m.RSTP && !p.bridge.cfg.Legacy
	p.synced, p.agree = true, m.Heard
	p.agreed = p.forward && !m.Heard && p.sendRSTP
	p.portPriority, p.portTimes = m.Vector, m.Times
	p.designatedTimes = p.bridge.cfg.Times
	p.edgeDelay, p.migrate = now.Add(migrateTime), now.Add(migrateTime)
	p.info, p.updtInfo = infoMine, false
	if m.Heard {
		p.info = infoReceived
		p.infoWhile = now.Add(3 * m.Times.Hello.Duration())
	}
	if p.forward {
		p.topology = active
	} else {
		p.fdWhile = now.Add(p.designatedTimes.ForwardDelay.Duration())
	}
	if m.Silent && p.cfg.LoopGuard {
		p.violate(now, Silence)
	}
	p.reselect, p.selected = true, false
}
