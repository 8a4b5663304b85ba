package mcsnoopd

import (
	"errors"
	"log/slog"
	"maps"
	"slices"
	"time"

	"github.com/heddle-nos/heddle/daemons/linkproto"
	"github.com/heddle-nos/heddle/daemons/mcsnoopd/snoop"
	"github.com/heddle-nos/heddle/yang/schema"
)

// maxListeners bounds what all VLANs keep together.
const maxListeners = 32768

// sender is how frames get out.
type sender interface {
	Join(device int, groups ...[6]byte) error
	Send(device int, frame []byte) error
}

// machine drives the VLANs' snoopers with what happens. One goroutine owns it; it never waits.
type machine struct {
	log    *slog.Logger
	wire   sender
	budget snoop.Budget

	plan    plan
	ports   *linkproto.Ports
	vlans   map[schema.VLANName]*vlan
	memory  past
	soonest time.Time                 // not after the first time that a snooper wants a Tick; zero: none does
	changed map[schema.VLANName]bool  // there may be something to tell
	counted map[schema.VLANName]bool  // counts have changed, and are told with the next refresh
	told    map[schema.VLANName]*told // what was last told; that of a VLAN that is no longer snooped goes
}

// vlan is one VLAN as it runs.
type vlan struct {
	id       schema.VLANID
	plan     vlanPlan
	snoopers [families]*snoop.Snooper // nil: the family is not snooped
	errors   [families]int            // frames that could not be read
	sent     [families]int            // queries
	whole    bool                     // everything is to be told anew
	recount  bool                     // the counts too
}

func newMachine(wire sender, past past, log *slog.Logger) *machine {
	m := &machine{
		log: log, wire: wire, budget: snoop.Budget{Left: maxListeners}, vlans: make(map[schema.VLANName]*vlan), memory: past,
		changed: make(map[schema.VLANName]bool), counted: make(map[schema.VLANName]bool), told: make(map[schema.VLANName]*told),
	}
	m.ports = linkproto.NewPorts(m.linkChanged)
	return m
}

// configure makes the snoopers equal to the plan.
func (m *machine) configure(now time.Time, p plan) {
	m.plan = p
	for name, v := range m.vlans {
		if _, still := p.vlans[name]; !still {
			v.close()
			delete(m.vlans, name)
			m.changed[name] = true
		}
	}
	for name, vp := range p.vlans {
		m.configureVLAN(now, name, vp)
	}
	m.memory = past{} // of use in the first moment only
	m.schedule()
}

func (m *machine) configureVLAN(now time.Time, name schema.VLANName, p vlanPlan) {
	v := m.vlans[name]
	if v == nil {
		v = &vlan{id: name.ID()}
		m.vlans[name] = v
	}
	old := v.plan
	v.plan, v.whole = p, true
	m.changed[name] = true
	for f := range families {
		fp := p.families[f]
		switch s := v.snoopers[f]; {
		case fp == nil && s != nil:
			s.Close()
			v.snoopers[f] = nil
		case fp != nil && s == nil:
			v.snoopers[f] = snoop.New(now, fp.Config, &m.budget)
			m.restore(now, name, f)
		case fp != nil:
			s.Configure(now, fp.Config)
		}
		if s := v.snoopers[f]; s != nil {
			m.portsChanged(now, v, s, old.ports)
			m.send(v, f)
		}
	}
}

// portsChanged forgets what was heard by ports that are no longer in the VLAN, and asks behind those that have come to forward.
func (m *machine) portsChanged(now time.Time, v *vlan, s *snoop.Snooper, old map[schema.InterfaceName]portPlan) {
	for port := range old {
		if _, still := v.plan.ports[port]; !still {
			s.Gone(string(port))
		}
	}
	for port, p := range v.plan.ports {
		if was, known := old[port]; p.forwards && (!known || !was.forwards) && len(old) > 0 && m.ports.Device(port).Up {
			s.Relearn(now, string(port))
		}
	}
}

func (v *vlan) close() {
	for _, s := range v.snoopers {
		if s != nil {
			s.Close()
		}
	}
}

// linkChanged hears of a port's device.
func (m *machine) linkChanged(now time.Time, c linkproto.LinkChange) {
	if c.New.Index != 0 && c.New.Index != c.Old.Index {
		if err := m.wire.Join(c.New.Index); err != nil {
			m.log.Warn("receive group membership", "port", c.Port, "err", err)
		}
	}
	if c.New.Up == c.Old.Up {
		return
	}
	for name, v := range m.vlans {
		if p, member := v.plan.ports[c.Port]; member && (!c.New.Up || p.forwards) {
			m.each(name, v, func(s *snoop.Snooper) {
				if c.New.Up {
					s.Relearn(now, string(c.Port))
				} else {
					s.Gone(string(c.Port))
				}
			})
		}
	}
	m.schedule()
}

// each does something with all of a VLAN's snoopers, and sends what they ask.
func (m *machine) each(name schema.VLANName, v *vlan, do func(*snoop.Snooper)) {
	for f, s := range v.snoopers {
		if s != nil {
			do(s)
			m.send(v, family(f))
		}
	}
	m.changed[name] = true
}

// relearn asks for listeners in a VLAN because spanning tree has changed links.
func (m *machine) relearn(now time.Time, name schema.VLANName) {
	if v := m.vlans[name]; v != nil {
		m.each(name, v, func(s *snoop.Snooper) { s.Relearn(now, "") })
		m.schedule()
	}
}

// receive takes a frame.
func (m *machine) receive(now time.Time, r linkproto.Received) {
	port := m.ports.Name(r.Device)
	if lag, member := m.plan.lags[schema.PortName(port)]; member {
		port = lag.Interface()
	}
	f, err := parseFrame(r.Frame)
	if err != nil || port == "" {
		return
	}
	name := m.plan.untagged[port]
	if f.vlan != 0 {
		name = f.vlan.Name()
	}
	v := m.vlans[name]
	if v == nil || !v.plan.ports[port].forwards {
		return
	}
	fam := f.family()
	s := v.snoopers[fam]
	if s == nil {
		return
	}
	msg, err := snoop.Parse(f.packet)
	switch {
	case errors.Is(err, snoop.ErrNotOurs):
		return
	case err != nil:
		v.errors[fam]++
		m.counted[name] = true
		m.log.Debug("drop frame of group membership", "vlan", name, "port", port, "err", err)
		return
	}
	way := s.Receive(now, string(port), msg)
	m.changed[name], m.counted[name] = true, true
	m.relay(v, s, f, port, way)
	m.send(v, fam)
	m.sooner(s.Next())
}

// relay sends a frame on.
func (m *machine) relay(v *vlan, s *snoop.Snooper, f frame, from schema.InterfaceName, way snoop.Forward) {
	for port := range v.plan.ports {
		if port != from && (way == snoop.ToOthers || s.Router(string(port)) != snoop.Nowhere) {
			m.sendFrame(v, port, f)
		}
	}
}

// send sends what a snooper asks.
func (m *machine) send(v *vlan, f family) {
	s := v.snoopers[f]
	for _, a := range s.Asks() {
		v.sent[f]++
		out := frame{to: snoop.MAC(a.Destination()), from: m.plan.mac, packet: a.Append(nil)}
		for port := range v.plan.ports {
			if (a.Port == "" || a.Port == string(port)) && (a.Routers || s.Router(string(port)) == snoop.Nowhere) {
				m.sendFrame(v, port, out)
			}
		}
	}
}

// sendFrame sends a frame by a port of the VLAN, if it forwards.
func (m *machine) sendFrame(v *vlan, port schema.InterfaceName, f frame) {
	p, d := v.plan.ports[port], m.ports.Device(port)
	if !p.forwards || !d.Up {
		return
	}
	f.vlan = 0
	if p.tagged {
		f.vlan = v.id
	}
	if err := m.wire.Send(d.Index, f.bytes()); err != nil { // the protocols outlive the loss of a frame
		m.log.Debug("send group membership", "port", port, "vlan", v.id, "err", err)
	}
}

func (m *machine) tick(now time.Time) {
	for _, name := range slices.Sorted(maps.Keys(m.vlans)) {
		v := m.vlans[name]
		for f, s := range v.snoopers {
			if s == nil || s.Next().IsZero() || now.Before(s.Next()) {
				continue
			}
			s.Tick(now)
			m.send(v, family(f))
			m.changed[name] = true
		}
	}
	m.schedule()
}

// schedule finds out when a snooper wants a Tick.
func (m *machine) schedule() {
	m.soonest = time.Time{}
	for _, v := range m.vlans {
		for _, s := range v.snoopers {
			if s != nil {
				m.sooner(s.Next())
			}
		}
	}
}

// sooner sees to it that tick is called in time.
func (m *machine) sooner(at time.Time) {
	if !at.IsZero() && (m.soonest.IsZero() || at.Before(m.soonest)) {
		m.soonest = at
	}
}

// refresh has the counts told that have changed.
func (m *machine) refresh() {
	for name := range m.counted {
		if v := m.vlans[name]; v != nil {
			v.recount = true
			m.changed[name] = true
		}
	}
	clear(m.counted)
}

// clear has a family, or one VLAN of it, begin its counts anew or forget the listeners that were heard.
func (m *machine) clear(now time.Time, f family, only schema.VLANName, groups bool) {
	for name, v := range m.vlans {
		s := v.snoopers[f]
		if s == nil || only != "" && only != name {
			continue
		}
		if groups {
			s.Forget()
			s.Relearn(now, "")
			m.send(v, f)
		} else {
			s.ClearCounts()
			v.errors[f], v.sent[f] = 0, 0
		}
		m.changed[name], m.counted[name] = true, true
	}
	m.schedule()
}
