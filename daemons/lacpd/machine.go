package lacpd

import (
	"log/slog"
	"maps"
	"net"
	"slices"
	"time"

	"github.com/vishvananda/netlink"
	"golang.org/x/sys/unix"

	"github.com/heddle-nos/heddle/daemons/lacpd/lacp"
	"github.com/heddle-nos/heddle/yang/schema"
)

// sender is how frames get out.
type sender interface {
	Join(device int) error
	Send(device int, payload []byte) error
}

// device is what the kernel knows of a port's or port channel's network device.
type device struct {
	index int
	mac   schema.MAC
	up    bool // it carries packets
}

// machine drives the protocol with what happens. One goroutine owns it; it never waits.
type machine struct {
	log  *slog.Logger
	wire sender
	lacp *lacp.System

	plan    plan
	devices map[string]device
	byIndex map[int]string
	linked  map[schema.PortName]bool // what the protocol was told
	markers map[int]*markerLimit     // by device
	memory  map[schema.PortName]memory
	changed bool                            // there is something to publish
	moved   map[lacp.LAGName]lacp.LAGStatus // and to log: where all that just happened has led
}

// memory is what an earlier life knew of a port.
type memory struct{ actor, partner lacp.Party }

func newMachine(wire sender, past map[schema.PortName]memory, log *slog.Logger) *machine {
	return &machine{
		log: log, wire: wire, lacp: lacp.New(), memory: past,
		devices: make(map[string]device), byIndex: make(map[int]string), linked: make(map[schema.PortName]bool),
		markers: make(map[int]*markerLimit), moved: make(map[lacp.LAGName]lacp.LAGStatus),
	}
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

// setDevice notes what the kernel says.
func (m *machine) setDevice(now time.Time, at *netlink.LinkAttrs) {
	name := at.Name
	if kind := schema.InterfaceName(name).Kind(); kind != schema.InterfacePort && kind != schema.InterfacePortChannel {
		m.dropDevice(now, at.Index) // renamed
		return
	}
	if old, ok := m.byIndex[at.Index]; ok && old != name {
		m.dropDevice(now, at.Index)
	}
	d := device{index: at.Index, up: at.Flags&net.FlagUp != 0 && at.RawFlags&unix.IFF_RUNNING != 0}
	copy(d.mac[:], at.HardwareAddr)
	old, known := m.devices[name]
	if old == d {
		return
	}
	if known && old.index != d.index {
		m.dropDevice(now, old.index)
	}
	m.devices[name], m.byIndex[d.index], m.changed = d, name, true
	if old.index != d.index && schema.InterfaceName(name).Kind() == schema.InterfacePort {
		if err := m.wire.Join(d.index); err != nil {
			m.log.Warn("receive slow protocols", "port", name, "err", err)
		}
	}
	m.link(now, schema.PortName(name))
}

func (m *machine) dropDevice(now time.Time, index int) {
	name, ok := m.byIndex[index]
	if !ok {
		return
	}
	delete(m.byIndex, index)
	delete(m.markers, index)
	delete(m.devices, name)
	m.changed = true
	m.link(now, schema.PortName(name))
}

// listDevices takes a whole listing.
func (m *machine) listDevices(now time.Time, links map[string]netlink.Link) {
	present := make(map[int]bool, len(links))
	for _, l := range links {
		present[l.Attrs().Index] = true
	}
	for index := range m.byIndex {
		if !present[index] {
			m.dropDevice(now, index)
		}
	}
	for _, l := range links {
		m.setDevice(now, l.Attrs())
	}
}

// link tells the protocol whether a member's link works.
func (m *machine) link(now time.Time, port schema.PortName) {
	if _, member := m.plan.ports[port]; !member {
		return
	}
	up := m.devices[port.String()].up
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

// anyMAC is the address of the first member's device: all host interfaces have that of the switch.
func (m *machine) anyMAC(members map[schema.PortChannelMemberKey]bool) schema.MAC {
	var best schema.PortName
	for key := range members {
		if d, ok := m.devices[key.Port.String()]; ok && !d.mac.IsZero() && (best == "" || key.Port < best) {
			best = key.Port
		}
	}
	return m.devices[best.String()].mac
}

// receive takes a frame of a slow protocol.
func (m *machine) receive(now time.Time, index int, payload []byte) {
	port := schema.PortName(m.byIndex[index])
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
			m.send(string(o.Port), o.PDU.Append(nil))
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

func (m *machine) send(port string, payload []byte) {
	d, ok := m.devices[port]
	if !ok {
		return
	}
	if err := m.wire.Send(d.index, payload); err != nil { // the protocol outlives the loss of a frame
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
		m.send(m.byIndex[index], answer)
	}
}

func (m *machine) tick(now time.Time) { m.step(now, lacp.Tick{}) }

// pause is how long the protocol can be left alone.
func (m *machine) pause(now time.Time) time.Duration {
	next := m.lacp.Next()
	if next.IsZero() {
		return idle
	}
	return max(0, next.Sub(now))
}
