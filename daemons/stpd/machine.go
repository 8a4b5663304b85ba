package stpd

import (
	"log/slog"
	"maps"
	"slices"
	"time"

	"github.com/heddle-nos/heddle/daemons/linkproto"
	"github.com/heddle-nos/heddle/daemons/stpd/frame"
	"github.com/heddle-nos/heddle/daemons/stpd/rstp"
	"github.com/heddle-nos/heddle/yang/schema"
)

// sender is how frames get out.
type sender interface {
	Join(device int, groups ...frame.MAC) error
	Send(device int, frame []byte) error
}

// machine drives the trees with what happens. One goroutine owns it; it never waits.
type machine struct {
	log  *slog.Logger
	wire sender

	plan    plan
	trees   map[treeID]*tree
	ports   *linkproto.Ports
	cisco   map[schema.InterfaceName]bool // ports on which frames of PVST were heard without a tag
	shut    map[schema.InterfaceName]bool // by BPDU guard
	tripped []schema.InterfaceName        // shut since it was last told
	drops   map[schema.InterfaceName]int  // frames that could not be read, or belong nowhere
	memory  map[treeID][]rstp.Memory
	kept    map[schema.VLANName]int // instances of an earlier life

	told      map[treeID]linkproto.Tables // what was last rendered of each tree
	toldPorts linkproto.Tables
	refreshed treeID // the last that refreshSome chose
}

// tree is one tree as it runs.
type tree struct {
	id       treeID
	plan     treePlan
	instance int // of the ASIC, for the one VLAN of a tree of mode pvst
	bridge   *rstp.Bridge
	next     time.Time                     // when the protocol wants to be called again
	linked   map[schema.InterfaceName]bool // what the protocol was told
	counts   map[schema.InterfaceName]*counts
	kept     map[schema.InterfaceName]rstp.Memory // what was last rendered
	changed  bool                                 // there is something to publish
	flush    bool                                 // learned addresses are to be forgotten
	flushed  time.Time
}

// counts are what `show spanning-tree statistics` shows of a port.
type counts struct{ sent, received, changesSent, changesReceived, forwards int }

func newMachine(wire sender, past past, log *slog.Logger) *machine {
	m := &machine{
		log: log, wire: wire, trees: make(map[treeID]*tree), cisco: make(map[schema.InterfaceName]bool), shut: past.shut,
		drops: make(map[schema.InterfaceName]int), memory: past.memory, kept: past.instances,
		told: make(map[treeID]linkproto.Tables),
	}
	m.ports = linkproto.NewPorts(m.linkChanged)
	return m
}

// linkChanged hears of a port's device.
func (m *machine) linkChanged(now time.Time, c linkproto.LinkChange) {
	if c.New.Index != 0 && c.New.Index != c.Old.Index {
		if err := m.wire.Join(c.New.Index, frame.Groups()...); err != nil {
			m.log.Warn("receive spanning tree", "port", c.Port, "err", err)
		}
	}
	if c.New.Up && !c.Old.Up && c.Old.Index != 0 {
		m.unshut(c.Port)
	}
	m.link(now, c.Port)
}

// configure makes the trees equal to the plan.
func (m *machine) configure(now time.Time, p plan) {
	for _, id := range slices.Sorted(maps.Keys(m.trees)) {
		if _, ok := p.trees[id]; !ok || p.mode != m.plan.mode {
			delete(m.trees, id)
		}
	}
	m.plan = p
	for _, id := range slices.Sorted(maps.Keys(p.trees)) {
		m.configureTree(now, id, p.trees[id])
	}
	for port := range m.shut {
		if !p.ports[port].guarded {
			m.unshut(port)
		}
	}
	for _, t := range m.trees {
		for port := range t.plan.ports {
			m.linkTree(now, t, port)
		}
	}
	m.memory = nil // of use in the first moment only
}

func (m *machine) configureTree(now time.Time, id treeID, p treePlan) {
	t := m.trees[id]
	if t == nil {
		t = &tree{
			id: id, bridge: rstp.New(p.bridge), linked: make(map[schema.InterfaceName]bool), counts: make(map[schema.InterfaceName]*counts),
			kept: make(map[schema.InterfaceName]rstp.Memory),
		}
		t.plan.bridge = p.bridge
		m.trees[id] = t
		if m.plan.mode == schema.STPModePVST {
			t.instance = m.freeInstance(p.instances[-1][0], t)
		}
	}
	old := t.plan
	t.plan, t.changed = p, true
	for port := range old.ports {
		if _, ok := p.ports[port]; !ok {
			m.step(now, t, rstp.DeletePort{Port: rstp.PortName(port)})
			delete(t.linked, port)
			delete(t.counts, port)
			delete(t.kept, port)
		}
	}
	if old.bridge != p.bridge {
		m.step(now, t, rstp.SetBridge{Config: p.bridge})
	}
	for _, port := range slices.Sorted(maps.Keys(p.ports)) {
		if had, ok := old.ports[port]; !ok || had != p.ports[port] {
			m.step(now, t, rstp.SetPort{Port: rstp.PortName(port), Config: p.ports[port]})
		}
	}
	m.restore(now, t)
}

// restore brings those links up that were and are, where an earlier life left them.
func (m *machine) restore(now time.Time, t *tree) {
	var known []rstp.Memory
	for _, r := range m.memory[t.id] {
		port := schema.InterfaceName(r.Port)
		if _, ok := t.plan.ports[port]; ok && m.ports.Device(port).Up && !m.shut[port] && !t.linked[port] {
			known = append(known, r)
			t.linked[port] = true
		}
	}
	if len(known) > 0 {
		m.step(now, t, rstp.Restore{Ports: known})
	}
}

// freeInstance is the one that the VLAN had in an earlier life, or the first that no tree has.
func (m *machine) freeInstance(vlan schema.VLANName, own *tree) int {
	taken := make(map[int]bool)
	for _, t := range m.trees {
		if t != own {
			taken[t.instance] = true
		}
	}
	for other, n := range m.kept { // those that are still to be configured come back for theirs
		if _, wanted := m.plan.trees[treeID(other.ID())]; wanted && other != vlan {
			taken[n] = true
		}
	}
	if n, ok := m.kept[vlan]; ok && !taken[n] {
		return n
	}
	n := 0
	for taken[n] {
		n++
	}
	return n
}

// link tells all trees whether a port's link works.
func (m *machine) link(now time.Time, port schema.InterfaceName) {
	if !m.ports.Device(port).Up {
		delete(m.cisco, port)
	}
	for _, t := range m.trees {
		if _, ok := t.plan.ports[port]; ok {
			m.linkTree(now, t, port)
		}
	}
}

func (m *machine) linkTree(now time.Time, t *tree, port schema.InterfaceName) {
	up := m.ports.Device(port).Up && !m.shut[port]
	if t.linked[port] != up {
		t.linked[port] = up
		m.step(now, t, rstp.Link{Port: rstp.PortName(port), Up: up})
	}
}

// step lets a tree have an event, and does what it says.
func (m *machine) step(now time.Time, t *tree, e rstp.Event) {
	for _, o := range t.bridge.Step(now, e) {
		switch o := o.(type) {
		case rstp.Transmit:
			m.send(t, schema.InterfaceName(o.Port), o.BPDU)
		case rstp.Flush:
			t.flush, t.changed = true, true
		case rstp.PortChanged:
			t.changed = true
			m.portChanged(t, schema.InterfaceName(o.Port), o.Status)
		case rstp.BridgeChanged:
			t.changed = true
			m.log.Debug("spanning tree changed", "tree", t.id, "root", o.Status.Vector.Root, "root_port", o.Status.RootPort)
		}
	}
	t.next = t.bridge.Next()
	for _, port := range m.newlyShut(t) {
		m.shut[port] = true
		m.tripped = append(m.tripped, port)
		m.log.Warn("port is shut down: BPDU guard heard a bridge", "port", port, "tree", t.id)
		m.link(now, port)
	}
}

func (m *machine) portChanged(t *tree, port schema.InterfaceName, st rstp.PortStatus) {
	if st.State == rstp.Forwarding {
		t.count(port).forwards++
	}
	m.log.Debug("spanning tree port", "tree", t.id, "port", port, "role", st.Role, "state", st.State, "guard", st.Guard)
}

// newlyShut lists the ports that BPDU guard took out of a tree, and that are not yet out of the others.
func (m *machine) newlyShut(t *tree) []schema.InterfaceName {
	var out []schema.InterfaceName
	for port, cfg := range t.plan.ports {
		if !cfg.BPDUGuard || !cfg.DoDisable || m.shut[port] {
			continue
		}
		if st, ok := t.bridge.Port(rstp.PortName(port)); ok && st.Guard == rstp.Shut {
			out = append(out, port)
		}
	}
	return out
}

// reopen gives a port back that an operator has started up. Its link may have had no time to go down.
func (m *machine) reopen(now time.Time, port schema.InterfaceName) {
	if m.shut[port] {
		m.unshut(port)
		m.link(now, port)
	}
}

// unshut gives a port back: its link went down and came up again, it was started up, or the guard is gone.
func (m *machine) unshut(port schema.InterfaceName) {
	if !m.shut[port] {
		return
	}
	delete(m.shut, port)
	for _, t := range m.trees {
		t.changed = true
	}
}

func (t *tree) count(port schema.InterfaceName) *counts {
	c := t.counts[port]
	if c == nil {
		c = &counts{}
		t.counts[port] = c
	}
	return c
}

// receive takes a frame.
func (m *machine) receive(now time.Time, r linkproto.Received) {
	port := m.ports.Name(r.Device)
	if lag, member := m.plan.lags[schema.PortName(port)]; member { // the ASIC hands such frames to the link that they came by
		port = lag.Interface()
	}
	f, err := frame.Parse(r.Frame)
	var b rstp.BPDU
	if err == nil {
		b, err = rstp.ParseBPDU(f.BPDU)
	}
	if err != nil {
		m.drops[port]++
		m.log.Debug("drop frame of spanning tree", "port", port, "err", err)
		return
	}
	t := m.treeOf(port, f)
	if t == nil {
		m.drops[port]++
		return
	}
	c := t.count(port)
	c.received++
	if b.Kind == rstp.TCN || b.TopologyChange {
		c.changesReceived++
	}
	m.step(now, t, rstp.Receive{Port: rstp.PortName(port), BPDU: b})
}

func (m *machine) tick(now time.Time) {
	for _, id := range slices.Sorted(maps.Keys(m.trees)) {
		t := m.trees[id]
		if !t.next.IsZero() && !now.Before(t.next) {
			m.step(now, t, rstp.Tick{})
		}
	}
}

// next is when a tree wants to be called again; the zero time when none does.
func (m *machine) next() time.Time {
	var next time.Time
	for _, t := range m.trees {
		for _, at := range [...]time.Time{t.next, t.flushAt()} {
			if !at.IsZero() && (next.IsZero() || at.Before(next)) {
				next = at
			}
		}
	}
	return next
}

// flushPause is the least time between two flushes of a tree's addresses: a station that makes up topology changes must not keep the switch
// from learning.
const flushPause = 250 * time.Millisecond

// flushAt is when a flush that is due may be told; the zero time: none is due.
func (t *tree) flushAt() time.Time {
	if !t.flush {
		return time.Time{}
	}
	return t.flushed.Add(flushPause)
}

// takeFlush lists the VLANs whose addresses are to be forgotten now.
func (t *tree) takeFlush(now time.Time) (vlans []schema.VLANName) {
	if at := t.flushAt(); at.IsZero() || now.Before(at) {
		return nil
	}
	t.flush, t.flushed = false, now
	for _, list := range t.plan.instances {
		vlans = append(vlans, list...)
	}
	return vlans
}

// refreshSome has the counts of some trees told, so that within a number of calls all had their turn: what many trees count is not worth a
// delay of the protocol.
func (m *machine) refreshSome(calls int) {
	ids := slices.Sorted(maps.Keys(m.trees))
	for range (len(ids) + calls - 1) / calls {
		at, _ := slices.BinarySearch(ids, m.refreshed+1)
		if at == len(ids) {
			at = 0
		}
		m.refreshed = ids[at]
		m.trees[ids[at]].changed = true
	}
}

// due says that there is something to render.
func (m *machine) due(now time.Time) bool {
	for _, t := range m.trees {
		if at := t.flushAt(); t.changed || !at.IsZero() && !now.Before(at) {
			return true
		}
	}
	return len(m.trees) != len(m.told)
}

// clear starts the counts anew: all of them, those of a tree, of a port, or of the one in the other.
func (m *machine) clear(id *treeID, port schema.InterfaceName) {
	for _, t := range m.trees {
		if id != nil && *id != t.id {
			continue
		}
		for name := range t.counts {
			if port == "" || port == name {
				delete(t.counts, name)
			}
		}
		t.changed = true
	}
}
