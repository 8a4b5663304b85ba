package stpd

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"time"

	"github.com/heddle-nos/heddle/daemons/linkproto"
	"github.com/heddle-nos/heddle/daemons/stpd/rstp"
	"github.com/heddle-nos/heddle/yang/schema"
)

// told is what has changed, with what is no row.
type told struct {
	rows    linkproto.Tables
	flush   []schema.VLANName      // whose learned addresses are to be forgotten
	tripped []schema.InterfaceName // ports that BPDU guard shuts down
}

// render tells what has changed since it was last called. With many trees few of them change at a time.
func (m *machine) render(now time.Time) (told, error) {
	u := told{rows: make(linkproto.Tables), tripped: m.tripped}
	m.tripped = nil
	for id, old := range m.told {
		if m.trees[id] == nil {
			old.Changes(nil, u.rows)
			delete(m.told, id)
		}
	}
	for _, id := range slices.Sorted(maps.Keys(m.trees)) {
		t := m.trees[id]
		u.flush = append(u.flush, t.takeFlush(now)...)
		if !t.changed {
			continue
		}
		t.changed = false
		fresh := make(linkproto.Tables)
		if err := m.renderTree(fresh, now, t); err != nil {
			return u, err
		}
		m.told[id].Changes(fresh, u.rows)
		m.told[id] = fresh
	}
	ports, err := m.renderPorts()
	m.toldPorts.Changes(ports, u.rows)
	m.toldPorts = ports
	return u, err
}

// renderPorts tells what holds for ports in all trees.
func (m *machine) renderPorts() (linkproto.Tables, error) {
	out := make(linkproto.Tables)
	if m.plan.mode == "" {
		return out, nil
	}
	for port, p := range m.plan.ports {
		row := schema.AppSTPPort{GuardShutdown: yes(m.shut[port]), PortFast: yes(p.fast && m.isEdge(port)), Dropped: m.drops[port]}
		if err := out.Put(schema.AppTableSTPPort, string(port), row); err != nil {
			return out, err
		}
	}
	return out, nil
}

// isEdge says whether no tree has heard a bridge on the port.
func (m *machine) isEdge(port schema.InterfaceName) bool {
	for _, t := range m.trees {
		if st, ok := t.bridge.Port(rstp.PortName(port)); ok && !st.Edge {
			return false
		}
	}
	return true
}

func yes(b bool) string {
	if b {
		return "yes"
	}
	return "no"
}

func (m *machine) renderTree(out linkproto.Tables, now time.Time, t *tree) error {
	for n, vlans := range t.plan.instances {
		if n < 0 {
			n = t.instance
		}
		if err := m.renderInstance(out, t, schema.STPInstance(n), vlans); err != nil {
			return err
		}
	}
	if m.plan.mode == schema.STPModeMST {
		return m.renderMST(out, now, t)
	}
	vlan := fmt.Sprintf("Vlan%d", t.id)
	if err := out.Put(schema.AppTableSTPVLAN, vlan, t.vlanRow(now)); err != nil {
		return err
	}
	for port := range t.plan.ports {
		row := m.portRow(now, t, port)
		row.PortNum, row.PortNumber = row.PortNumber, 0
		if err := out.Put(schema.AppTableSTPVLANPort, vlan+":"+string(port), row); err != nil {
			return err
		}
	}
	return m.renderMemory(out, t, vlan)
}

// renderInstance tells the ASIC what the ports do in an instance, and which VLANs are in it.
func (m *machine) renderInstance(out linkproto.Tables, t *tree, n schema.STPInstance, vlans []schema.VLANName) error {
	for _, vlan := range vlans {
		if err := out.Put(schema.AppTableSTPVLANInstance, string(vlan), schema.AppSTPVLANInstance{Instance: n}); err != nil {
			return err
		}
	}
	state := func(port schema.InterfaceName, s schema.STPState) error {
		return out.Put(schema.AppTableSTPPortState, schema.STPPortStateKey{Port: port, Instance: n}.String(), schema.AppSTPPortState{State: s})
	}
	for port := range t.plan.ports {
		st, _ := t.bridge.Port(rstp.PortName(port))
		if err := state(port, schema.STPState(st.State)); err != nil {
			return err
		}
	}
	for _, port := range t.plan.free {
		if err := state(port, schema.STPForwarding); err != nil {
			return err
		}
	}
	return nil
}

func (t *tree) vlanRow(now time.Time) schema.AppSTPVLAN {
	st, cfg := t.bridge.Status(), t.plan.bridge
	row := schema.AppSTPVLAN{
		BridgeID: st.ID.String(), RootBridgeID: st.Vector.Root.String(), DesignatedBridgeID: st.Vector.Bridge.String(),
		MaxAge: cfg.Times.MaxAge.Whole(), HelloTime: cfg.Times.Hello.Whole(), ForwardDelay: cfg.Times.ForwardDelay.Whole(),
		HoldTime: cmp.Or(cfg.HoldCount, rstp.DefaultHoldCount), TopologyChangeCount: st.Changes, RootPathCost: st.Vector.Cost,
		RootPort:   string(cmp.Or(st.RootPort, "Root")),
		RootMaxAge: st.Times.MaxAge.Whole(), RootHelloTime: st.Times.Hello.Whole(), RootForwardDelay: st.Times.ForwardDelay.Whole(),
		Instance: schema.STPInstance(t.instance),
	}
	if !st.LastChange.IsZero() {
		row.LastTopologyChange = int(now.Sub(st.LastChange) / time.Second)
	}
	return row
}

func (m *machine) portRow(now time.Time, t *tree, port schema.InterfaceName) schema.AppSTPVLANPort {
	st, _ := t.bridge.Port(rstp.PortName(port))
	c := *t.count(port)
	row := schema.AppSTPVLANPort{
		PortNumber: st.ID.Number(), Priority: st.ID.Priority(), PathCost: st.Cost, State: m.stateName(port, st), Role: st.Role.String(),
		DesignatedCost: st.Designated.Cost, DesignatedRoot: st.Designated.Root.String(), DesignatedBridge: st.Designated.Bridge.String(),
		DesignatedPort: uint16(st.Designated.Port), ForwardTransitions: c.forwards,
		Sent: c.sent, Received: c.received, ChangesSent: c.changesSent, ChangesReceived: c.changesReceived,
	}
	if st.State == rstp.Down {
		none := rstp.BridgeID{}.String()
		row.DesignatedCost, row.DesignatedRoot, row.DesignatedBridge, row.DesignatedPort = 0, none, none, 0
	}
	if st.Guard == rstp.RootSeen {
		left := t.bridge.GuardLeft(now, rstp.PortName(port))
		row.RootGuardTimer = int((left + time.Second - 1) / time.Second)
	}
	return row
}

// stateName is the state as SONiC's stpd writes it.
func (m *machine) stateName(port schema.InterfaceName, st rstp.PortStatus) string {
	switch {
	case m.shut[port] || st.Guard == rstp.BPDUSeen:
		return "BPDU-DIS"
	case st.Guard == rstp.RootSeen:
		return "ROOT-INC"
	case st.Guard == rstp.Silence:
		return "LOOP-INC"
	}
	return st.State.String()
}

func (m *machine) renderMST(out linkproto.Tables, now time.Time, t *tree) error {
	st, v := t.bridge.Status(), t.vlanRow(now)
	for n, vlans := range t.plan.instances {
		row := schema.AppSTPMSTInstance{
			BridgeAddress: v.BridgeID, RootAddress: v.RootBridgeID, RegionalRoot: v.BridgeID, RootPathCost: v.RootPathCost,
			RootPort: string(st.RootPort), RootMaxAge: v.RootMaxAge, RootHelloTime: v.RootHelloTime, RootForwardDelay: v.RootForwardDelay,
			HoldTime: v.HoldTime, RemainingHops: maxHops, BridgePriority: st.ID.Priority & 0xf000,
			LastChange: v.LastTopologyChange, Changes: v.TopologyChangeCount,
		}
		for _, vlan := range vlans {
			row.VLANs = append(row.VLANs, strconv.Itoa(int(vlan.ID())))
		}
		if err := out.Put(schema.AppTableSTPMSTInst, strconv.Itoa(n), row); err != nil {
			return err
		}
		for port := range t.plan.ports {
			if err := out.Put(schema.AppTableSTPMSTPort, strconv.Itoa(n)+":"+string(port), m.portRow(now, t, port)); err != nil {
				return err
			}
		}
	}
	return m.renderMemory(out, t, "MST0")
}

// maxHops is what is left of a message's way where a region begins, which is here (IEEE 802.1Q-2018 section 13.27.40).
const maxHops = 20
