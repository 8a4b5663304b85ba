package rstp

import "time"

// move is the port role transitions machine (IEEE 802.1D-2004 section 17.29). The port state transitions are one with it: what learn and
// forward say, the ASIC is told in the same step.
func (p *port) move(now time.Time) bool {
	if !p.settled() {
		return false
	}
	if p.role != p.selectedRole {
		p.enter(now)
		return true
	}
	switch p.role {
	case Root:
		return p.moveRoot(now)
	case Designated:
		return p.moveDesignated(now)
	case Alternate, Backup:
		return p.moveAlternate()
	}
	return false
}

// enter takes the selected role.
func (p *port) enter(now time.Time) {
	old := p.role
	p.role = p.selectedRole
	if old == Root {
		p.rrWhile = now.Add(p.designatedTimes.ForwardDelay.Duration())
	}
	switch p.role {
	case Disabled, Alternate, Backup: // DISABLE_PORT and DISABLED_PORT, BLOCK_PORT and ALTERNATE_PORT
		p.learn, p.forward = false, false
		p.synced, p.sync, p.reRoot = true, false, false
		p.rrWhile = time.Time{}
		p.hold(now)
	case Root:
		p.rrWhile = now.Add(p.designatedTimes.ForwardDelay.Duration())
	}
}

func (p *port) moveRoot(now time.Time) bool {
	soon := p.reRooted(now) && !running(now, p.rbWhile) && !p.bridge.cfg.Legacy
	may := soon || !running(now, p.fdWhile)
	switch {
	case p.proposed && !p.agree: // ROOT_PROPOSED
		p.bridge.setSync()
		p.proposed = false
	case p.bridge.allSynced() && !p.agree, p.proposed && p.agree: // ROOT_AGREED
		p.proposed, p.sync, p.agree, p.newInfo = false, false, true, true
	case p.agreed && !p.synced, p.sync && p.synced: // ROOT_SYNCED of IEEE 802.1Q-2018 section 13.37
		p.synced, p.sync = true, false
	case !p.forward && !p.reRoot: // REROOT
		for _, q := range p.bridge.ports {
			q.reRoot = true
		}
	case may && !p.learn: // ROOT_LEARN
		p.learn, p.fdWhile = true, now.Add(p.forwardDelay())
	case may && !p.forward: // ROOT_FORWARD
		p.forward, p.fdWhile = true, time.Time{}
	case p.reRoot && p.forward: // REROOTED
		p.reRoot = false
	default:
		return false
	}
	return true
}

// reRooted says that no other port was a root port of late.
func (p *port) reRooted(now time.Time) bool {
	for _, q := range p.bridge.ports {
		if q != p && running(now, q.rrWhile) {
			return false
		}
	}
	return true
}

func (b *Bridge) setSync() {
	for _, p := range b.ports {
		p.sync = true
	}
}

// allSynced says that what was agreed holds behind every port but the root port (section 17.20.3).
func (b *Bridge) allSynced() bool {
	for _, p := range b.ports {
		if !p.selected || p.updtInfo || p.role != p.selectedRole || p.role != Root && !p.synced {
			return false
		}
	}
	return true
}

func (p *port) moveDesignated(now time.Time) bool {
	guarded := p.guarded(now)
	may := (!running(now, p.fdWhile) || p.agreed || p.edge) && (!running(now, p.rrWhile) || !p.reRoot) && !p.sync && !guarded
	// A port in dispute is not agreed with, and an edge is one until a bridge is heard.
	discard := (p.sync && !p.synced || p.reRoot && running(now, p.rrWhile) || p.disputed) && !p.edge || guarded
	switch {
	case !p.forward && !p.agreed && !p.proposing && !p.edge && !guarded: // DESIGNATED_PROPOSE
		p.proposing, p.newInfo = true, true
		p.edgeDelay = now.Add(p.edgeWait())
	case p.discards() && !p.synced, p.agreed && !p.synced, p.edge && !p.synced, p.sync && p.synced: // DESIGNATED_SYNCED
		p.rrWhile, p.synced, p.sync = time.Time{}, true, false
	case !running(now, p.rrWhile) && p.reRoot: // DESIGNATED_RETIRED
		p.reRoot = false
	case discard && !p.discards(): // DESIGNATED_DISCARD
		p.learn, p.forward, p.disputed = false, false, false
		p.fdWhile = now.Add(p.forwardDelay())
	case p.disputed: // keeps it discarding as long as the dispute lasts
		p.disputed, p.fdWhile = false, now.Add(p.forwardDelay())
	case may && !p.learn: // DESIGNATED_LEARN
		p.learn, p.fdWhile = true, now.Add(p.forwardDelay())
	case may && !p.forward: // DESIGNATED_FORWARD
		p.forward, p.fdWhile, p.agreed = true, time.Time{}, p.sendRSTP
	default:
		return false
	}
	return true
}

func (p *port) moveAlternate() bool {
	switch {
	case p.proposed && !p.agree: // ALTERNATE_PROPOSED
		p.bridge.setSync()
		p.proposed = false
	case p.bridge.allSynced() && !p.agree, p.proposed && p.agree: // ALTERNATE_AGREED
		p.proposed, p.agree, p.newInfo = false, true, true
	case p.sync || p.reRoot || !p.synced: // ALTERNATE_PORT
		p.sync, p.reRoot, p.synced = false, false, true
		p.rrWhile = time.Time{}
	default:
		return false
	}
	return true
}
