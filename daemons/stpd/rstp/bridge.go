package rstp

import (
	"cmp"
	"slices"
	"time"
)

// Bridge is one bridge in one tree. It is used by one goroutine.
type Bridge struct {
	cfg      BridgeConfig
	ports    []*port   // by name: what happens is a function of the events alone
	vector   Vector    // rootPriority
	rootPort *port     // nil: the bridge is the root
	times    Times     // rootTimes
	reselect bool      // the root is to be chosen anew
	changes  int       // of the topology
	lastSeen time.Time // of a change
	changing time.Time // until when another word of a change is of the same one
	flush    bool
	ran      time.Time // when the last event was
	told     *BridgeStatus
}

// New makes a bridge without ports.
func New(cfg BridgeConfig) *Bridge {
	b := &Bridge{}
	b.configure(cfg)
	return b
}

func (b *Bridge) configure(cfg BridgeConfig) {
	cfg.Times = cfg.Times.within()
	cfg.HoldCount = cmp.Or(cfg.HoldCount, DefaultHoldCount)
	b.cfg, b.reselect = cfg, true
	b.selectRoles()
}

// Step lets an event happen, and everything that follows from it until only time can change more.
func (b *Bridge) Step(now time.Time, e Event) []Output {
	b.ran = now
	for _, p := range b.ports {
		p.hold(now)
	}
	b.take(now, e)
	out := b.settle(now)
	return append(out, b.tell()...)
}

func (b *Bridge) take(now time.Time, e Event) {
	switch e := e.(type) {
	case SetBridge:
		legacy := b.cfg.Legacy != e.Config.Legacy
		b.configure(e.Config)
		for _, p := range b.ports {
			p.mcheck = p.mcheck || legacy
		}
	case SetPort:
		b.setPort(now, e)
	case DeletePort:
		if i, ok := b.find(e.Port); ok {
			b.ports = slices.Delete(b.ports, i, i+1)
			b.reselect = true
		}
	case Link:
		if p := b.port(e.Port); p != nil {
			p.setLink(e.Up)
		}
	case Receive:
		if p := b.port(e.Port); p != nil && p.enabled() {
			p.hear(now, e.BPDU)
		}
	case Migrate:
		if p := b.port(e.Port); p != nil {
			p.mcheck = true
		}
	case Restore:
		for _, m := range e.Ports {
			if p := b.port(m.Port); p != nil {
				p.restore(now, m)
			}
		}
	}
}

func (b *Bridge) setPort(now time.Time, e SetPort) {
	i, found := b.find(e.Port)
	if !found {
		p := newPort(b, e.Port, e.Config)
		b.ports = slices.Insert(b.ports, i, p)
		p.hold(now)
		return
	}
	p := b.ports[i]
	old := p.cfg
	p.cfg = e.Config
	if old.Edge != p.cfg.Edge {
		p.edge = p.cfg.Edge && (p.edge || !p.enabled())
	}
	if old.BPDUGuard != p.cfg.BPDUGuard || old.DoDisable != p.cfg.DoDisable || old.RootGuard != p.cfg.RootGuard ||
		old.LoopGuard && !p.cfg.LoopGuard && p.guard == Silence {
		p.shut, p.guard, p.guardUntil = false, NoGuard, time.Time{}
	}
	p.reselect, p.selected = true, false
}

// maxPasses bounds settle: a mistake in the machines must not hang the daemon. Each pass moves every port by several transitions, and
// what one port does to another takes a few passes.
const maxPasses = 64

// settle runs the machines until they rest.
func (b *Bridge) settle(now time.Time) []Output {
	var out []Output
	for range maxPasses {
		moved := false
		for _, p := range b.ports {
			moved = p.detect(now) || moved
			moved = p.inform(now) || moved
		}
		moved = b.selectRoles() || moved
		for _, p := range b.ports {
			moved = p.move(now) || moved
			moved = p.changeTopology(now) || moved
		}
		if !moved {
			break
		}
	}
	for _, p := range b.ports {
		out = append(out, p.transmit(now)...)
	}
	return out
}

// tell gathers what has changed.
func (b *Bridge) tell() []Output {
	var out []Output
	for _, p := range b.ports {
		if st := p.status(); p.told == nil || *p.told != st {
			p.told = &st
			out = append(out, PortChanged{p.name, st})
		}
	}
	if b.flush {
		b.flush = false
		out = append(out, Flush{})
	}
	if st := b.Status(); b.told == nil || *b.told != st {
		b.told = &st
		out = append(out, BridgeChanged{st})
	}
	return out
}

// Status tells how the bridge is.
func (b *Bridge) Status() BridgeStatus {
	st := BridgeStatus{ID: b.cfg.ID, Vector: b.vector, Times: b.times, Changes: b.changes, LastChange: b.lastSeen}
	if b.rootPort != nil {
		st.RootPort = b.rootPort.name
	}
	return st
}

// Port tells the status of a port.
func (b *Bridge) Port(name PortName) (PortStatus, bool) {
	p := b.port(name)
	if p == nil {
		return PortStatus{}, false
	}
	return p.status(), true
}

// GuardLeft is how long a guard will keep a port out if nothing more is heard.
func (b *Bridge) GuardLeft(now time.Time, name PortName) time.Duration {
	p := b.port(name)
	if p == nil {
		return 0
	}
	return max(0, p.guardUntil.Sub(now))
}

// Memory is what a later life needs to go on.
func (b *Bridge) Memory(name PortName) Memory {
	p := b.port(name)
	if p == nil {
		return Memory{}
	}
	st := p.status()
	return Memory{
		Port: name, Vector: p.portPriority, Times: p.portTimes, Heard: p.info == infoReceived,
		Role: st.Role, State: st.State, Edge: p.edge, RSTP: p.sendRSTP, Silent: p.guard == Silence,
	}
}

// Next is when the bridge wants its next Tick; the zero time when it waits for nothing.
func (b *Bridge) Next() time.Time {
	var next time.Time
	for _, p := range b.ports {
		for _, t := range p.deadlines() {
			if b.ran.Before(t) && (next.IsZero() || t.Before(next)) {
				next = t
			}
		}
	}
	return next
}

func (b *Bridge) port(name PortName) *port {
	if i, ok := b.find(name); ok {
		return b.ports[i]
	}
	return nil
}

func (b *Bridge) find(name PortName) (int, bool) {
	return slices.BinarySearchFunc(b.ports, name, func(p *port, name PortName) int { return cmp.Compare(p.name, name) })
}
