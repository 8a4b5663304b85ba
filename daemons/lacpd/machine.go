package lacpd

import (
	"log/slog"
	"maps"
	"slices"
	"time"

	"github.com/heddle-nos/heddle/daemons/lacpd/lacp"
	"github.com/heddle-nos/heddle/daemons/lacpd/slow"
	"github.com/heddle-nos/heddle/daemons/linkproto"
	"github.com/heddle-nos/heddle/yang/schema"
)

// sender is how frames get out.
type sender interface {
	Join(device int, groups ...slow.MAC) error
	Send(device int, frame []byte) error
}

// machine drives the protocol with what happens. One goroutine owns it; it never waits.
type machine struct {
	log  *slog.Logger
	wire sender
	lacp *lacp.System

	plan    plan
	ports   *linkproto.Ports
	linked  map[schema.PortName]bool // what the protocol was told
	markers map[int]*markerLimit     // by device
	memory  past
	changed bool                            // there is something to publish
	moved   map[lacp.LAGName]lacp.LAGStatus // and to log: where all that just happened has led
}

// memory is what an earlier life knew of a port.
type memory struct{ actor, partner lacp.Party }

// past is what an earlier life knew.
type past map[schema.PortName]memory

func newMachine(wire sender, past past, log *slog.Logger) *machine {
	m := &machine{
		log: log, wire: wire, lacp: lacp.New(), memory: past, linked: make(map[schema.PortName]bool),
		markers: make(map[int]*markerLimit), moved: make(map[lacp.LAGName]lacp.LAGStatus),
	}
	m.ports = linkproto.NewPorts(m.linkChanged)
	return m
}

// configure makes the protocol's configuration equal to the plan.
func (m *machine) configure(now time.Time, p plan) {
	for _, port := range slices.Sorted(maps.Keys(m.plan.ports)) {
		if _, ok := p.ports[port]; !ok {
			m.step(now, lacp.DeletePort{Port: lacp.PortName(port)})
			delete(m.linked, port)
		}
	}
	for _, name := range slices.Sorted(maps.Keys(m.plan.lags)) {
		if _, ok := p.lags[name]; !ok {
			m.step(now, lacp.DeleteLAG{LAG: lacp.LAGName(name)})
		}
	}
	for _, name := range slices.Sorted(maps.Keys(p.lags)) {
		if old, ok := m.plan.lags[name]; !ok || old != p.lags[name] {
			m.step(now, lacp.SetLAG{LAG: lacp.LAGName(name), Config: p.lags[name]})
		}
	}
	for _, port := range slices.Sorted(maps.Keys(p.ports)) {
		if old, ok := m.plan.ports[port]; !ok || old != p.ports[port] {
			m.step(now, lacp.SetPort{Port: lacp.PortName(port), Config: p.ports[port]})
		}
	}
	m.plan, m.changed = p, true
	for port := range p.ports {
		m.link(now, port)
	}
	m.memory = nil // of use in the first moment only
}

// linkChanged hears of a port's device.
func (m *machine) linkChanged(now time.Time, c linkproto.LinkChange) {
	m.changed = true
	if c.New.Index != c.Old.Index {
		delete(m.markers, c.Old.Index)
		if c.New.Index != 0 && c.Port.Kind() == schema.InterfacePort {
			if err := m.wire.Join(c.New.Index, slow.Group()); err != nil {
				m.log.Warn("receive slow protocols", "port", c.Port, "err", err)
			}
		}
	}
	m.link(now, schema.PortName(c.Port))
}

// link tells the protocol whether a member's link works.
func (m *machine) link(now time.Time, port schema.PortName) {
	if _, member := m.plan.ports[port]; !member {
		return
	}
	up := m.ports.Device(port.Interface()).Up
	if m.linked[port] == up {
		return
	}
	m.linked[port] = up
	if past, ok := m.memory[port]; ok && up {
		m.step(now, lacp.Restore{Port: lacp.PortName(port), Actor: past.actor, Partner: past.partner})
		return
	}
	m.step(now, lacp.Link{Port: lacp.PortName(port), Up: up})
}

// anyMAC is the address of the first member's device.
func (m *machine) anyMAC(members map[schema.PortChannelMemberKey]bool) schema.MAC {
	counts := make(map[schema.InterfaceName]bool, len(members))
	for key := range members {
		counts[key.Port.Interface()] = true
	}
	return m.ports.MAC(func(port schema.InterfaceName) bool { return counts[port] })
}

// receive takes a frame of a slow protocol.
func (m *machine) receive(now time.Time, index int, payload []byte) {
	port := schema.PortName(m.ports.Name(index))
	if _, member := m.plan.ports[port]; !member {
		return
	}
	if answer, ok := lacp.MarkerResponse(payload); ok {
		m.answer(now, index, answer)
		return
	}
	pdu, err := lacp.ParsePDU(payload)
	if err != nil {
		m.log.Debug("drop slow protocol frame", "port", port, "err", err)
		return
	}
	m.step(now, lacp.Receive{Port: lacp.PortName(port), PDU: pdu})
}

// step lets the protocol have an event, and does what it says.
func (m *machine) step(now time.Time, e lacp.Event) {
	for _, o := range m.lacp.Step(now, e) {
		switch o := o.(type) {
		case lacp.Transmit:
			m.send(schema.InterfaceName(o.Port), o.PDU.Append(nil))
		case lacp.PortChanged:
			m.changed = true
			m.log.Debug("link changed", "port", o.Port, "lag", o.Status.LAG, "receive", o.Status.Receive, "mux", o.Status.Mux,
				"partner", o.Status.Partner.System.MAC, "enabled", o.Status.Enabled, "problem", o.Status.Problem)
		case lacp.LAGChanged:
			m.changed = true
			m.moved[o.LAG] = o.Status
		}
	}
}

// tell logs what became of the port channels.
func (m *machine) tell() {
	for _, name := range slices.Sorted(maps.Keys(m.moved)) {
		st := m.moved[name]
		m.log.Info("port channel changed", "lag", name, "up", st.Up, "links", st.Links, "partner", st.Partner.MAC)
	}
	clear(m.moved)
}

func (m *machine) send(port schema.InterfaceName, payload []byte) {
	d := m.ports.Device(port)
	if d.Index == 0 {
		return
	}
	if err := m.wire.Send(d.Index, slow.Frame(slow.MAC(d.MAC), payload)); err != nil { // the protocol outlives the loss of a frame
		m.log.Debug("send LACPDU", "port", port, "err", err)
	}
}

// markerLimit bounds the answers on one device.
type markerLimit struct {
	since time.Time
	sent  int
}

func (m *machine) answer(now time.Time, index int, answer []byte) {
	limit := m.markers[index]
	if limit == nil || now.Sub(limit.since) >= time.Second {
		limit = &markerLimit{since: now}
		m.markers[index] = limit
	}
	if limit.sent++; limit.sent <= lacp.MarkersPerSecond {
		m.send(m.ports.Name(index), answer)
	}
}

func (m *machine) tick(now time.Time) { m.step(now, lacp.Tick{}) }
