package rstp

import "time"

// infoIs says where a port's priority vector comes from (IEEE 802.1D-2004 section 17.19.10).
type infoIs uint8

const (
	infoDisabled infoIs = iota
	infoAged
	infoMine
	infoReceived
)

// port is one port, with the variables of section 17.19 under their names. Timers are the time at which they run out.
type port struct {
	bridge *Bridge
	name   PortName
	cfg    PortConfig
	up     bool // the link works
	shut   bool // BPDU guard took it out

	guard      Guard
	guardUntil time.Time

	info               infoIs
	portPriority       Vector
	portTimes          Times
	designatedPriority Vector
	designatedTimes    Times
	msg                *BPDU // rcvdMsg, and the message

	role, selectedRole           Role
	selected, reselect, updtInfo bool
	proposing, proposed          bool
	agree, agreed                bool
	sync, synced                 bool
	reRoot, disputed             bool
	learn, forward               bool

	edge     bool // operEdge
	sendRSTP bool
	mcheck   bool
	sensing  bool // of protocol migration: neither CHECKING_RSTP nor SELECTING_STP
	rcvdRSTP bool
	rcvdSTP  bool

	topology                    topologyState
	rcvdTC, rcvdTCN, rcvdTCAck  bool
	tcProp, tcAck               bool
	newInfo                     bool
	sent                        int // txCount
	sentTick                    time.Time
	edgeDelay, fdWhile, hello   time.Time
	migrate, rbWhile, infoWhile time.Time
	rrWhile, tcWhile            time.Time
	told                        *PortStatus
}

func newPort(b *Bridge, name PortName, cfg PortConfig) *port {
	return &port{
		bridge: b, name: name, cfg: cfg, role: Disabled, selectedRole: Disabled, reselect: true, synced: true,
		edge: cfg.Edge, sendRSTP: !b.cfg.Legacy, newInfo: true,
	}
}

// running says whether a timer has not yet run out.
func running(now, timer time.Time) bool { return now.Before(timer) }

// enabled is portEnabled.
func (p *port) enabled() bool { return p.up && !p.shut }

// discards says that nothing passes: neither learned from nor forwarded.
func (p *port) discards() bool { return !p.learn && !p.forward }

// guarded says that the port may not forward whatever its role.
func (p *port) guarded(now time.Time) bool { return running(now, p.guardUntil) }

func (p *port) setLink(up bool) {
	p.up = up
	if !up {
		p.shut, p.guard, p.guardUntil = false, NoGuard, time.Time{}
	}
}

// hold restarts the timers that the standard's machines keep at their first value as long as a port is in some state. It is called
// before time goes on for the machines.
func (p *port) hold(now time.Time) {
	if !p.enabled() {
		p.edgeDelay, p.migrate = now.Add(migrateTime), now.Add(migrateTime)
	}
	switch p.role {
	case Disabled:
		p.fdWhile = now.Add(p.designatedTimes.MaxAge.Duration())
	case Root:
		p.rrWhile = now.Add(p.designatedTimes.ForwardDelay.Duration())
	case Alternate, Backup:
		if p.discards() {
			p.fdWhile = now.Add(p.forwardDelay())
		}
		if p.role == Backup {
			p.rbWhile = now.Add(2 * p.designatedTimes.Hello.Duration())
		}
	}
}

// forwardDelay is short where the neighbour speaks RSTP (section 17.20.5).
func (p *port) forwardDelay() time.Duration {
	if p.sendRSTP {
		return p.designatedTimes.Hello.Duration()
	}
	return p.designatedTimes.ForwardDelay.Duration()
}

// edgeWait is EdgeDelay (section 17.20.4).
func (p *port) edgeWait() time.Duration {
	if p.cfg.Shared {
		return p.designatedTimes.MaxAge.Duration()
	}
	return migrateTime
}

// settled says that roles are chosen and told: what most transitions wait for.
func (p *port) settled() bool { return p.selected && !p.updtInfo }

// deadlines are the times at which something will happen that is not to be missed. Some may be over.
func (p *port) deadlines() []time.Time {
	if !p.enabled() {
		return nil
	}
	d := make([]time.Time, 0, 9)
	add := func(want bool, t time.Time) {
		if want {
			d = append(d, t)
		}
	}
	active := p.role == Designated || p.role == Root
	add(!p.sensing, p.migrate)
	add(p.cfg.AutoEdge && !p.edge && p.proposing && p.sendRSTP, p.edgeDelay)
	add(active && !p.forward, p.fdWhile)
	add(p.info == infoReceived, p.infoWhile)
	add(p.role != Root, p.rrWhile)
	add(p.role != Backup, p.rbWhile)
	add(p.speaksPeriodically(), p.hello)
	add(p.newInfo, p.sentTick)
	add(true, p.guardUntil)
	return d
}

func (p *port) status() PortStatus {
	st := PortStatus{
		Up: p.enabled(), Role: p.role, Edge: p.edge, RSTP: p.sendRSTP, Guard: p.guard, Cost: p.cfg.Cost, ID: p.cfg.ID,
		Designated: p.portPriority, Times: p.portTimes,
	}
	switch {
	case p.shut:
		st.Guard = Shut
	case !p.enabled():
	case p.forward:
		st.State = Forwarding
	case p.learn:
		st.State = Learning
	case p.role == Root || p.role == Designated && p.guard == NoGuard:
		st.State = Listening
	default:
		st.State = Blocking
	}
	return st
}
