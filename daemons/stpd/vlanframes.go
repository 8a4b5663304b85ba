package stpd

import (
	"github.com/heddle-nos/heddle/daemons/stpd/frame"
	"github.com/heddle-nos/heddle/daemons/stpd/rstp"
	"github.com/heddle-nos/heddle/yang/schema"
)

// The trees of VLANs share links, and their frames tell them apart, as Cisco has them do it:
//   - A VLAN with a tag has PVST frames with that tag.
//   - A VLAN without a tag has IEEE frames, which every bridge understands, and on a trunk PVST frames without a tag too.
//   - On a trunk IEEE frames are those of VLAN 1, whatever VLAN has no tag there.
// SONiC's stpd speaks PVST also on a port that has nothing but a VLAN without a tag, where Cisco's switches would take that for a mistake: it is
// answered in kind, and not spoken to first.

// treeOf finds the tree that a frame is for.
func (m *machine) treeOf(port schema.InterfaceName, f frame.Frame) *tree {
	p, ok := m.plan.ports[port]
	if !ok {
		return nil
	}
	if m.plan.mode == schema.STPModeMST {
		if f.Kind != frame.IEEE || f.VLAN != 0 {
			return nil
		}
		return m.member(0, port)
	}
	if f.Kind == frame.IEEE {
		switch {
		case f.VLAN != 0:
			return nil
		case p.vlan1 && p.trunk:
			return m.member(1, port)
		case m.cisco[port] && p.untagged != 1:
			return nil // what is meant for the VLAN without a tag comes as PVST
		}
		return m.member(treeID(p.untagged), port)
	}
	vlan := f.VLAN
	if vlan == 0 {
		vlan = uint16(p.untagged)
		m.cisco[port] = true
	}
	if f.PVID != 0 && f.PVID != vlan { // the two ends disagree on the VLAN without a tag
		m.log.Debug("frame of another VLAN", "port", port, "vlan", vlan, "pvid", f.PVID)
		return nil
	}
	return m.member(treeID(vlan), port)
}

// member gives a tree, if the port is in it.
func (m *machine) member(id treeID, port schema.InterfaceName) *tree {
	t := m.trees[id]
	if t == nil {
		return nil
	}
	if _, ok := t.plan.ports[port]; !ok {
		return nil
	}
	return t
}

// frames are those that carry a tree's BPDU on a port.
func (m *machine) frames(id treeID, port schema.InterfaceName, bpdu []byte) []frame.Frame {
	p, vlan := m.plan.ports[port], uint16(id)
	ieee := frame.Frame{Kind: frame.IEEE, BPDU: bpdu}
	pvst := frame.Frame{Kind: frame.PVST, PVID: vlan, BPDU: bpdu}
	switch {
	case m.plan.mode == schema.STPModeMST:
		return []frame.Frame{ieee}
	case uint16(p.untagged) != vlan && vlan != 1:
		pvst.VLAN = vlan
		return []frame.Frame{pvst}
	case uint16(p.untagged) != vlan:
		pvst.VLAN = vlan
		return []frame.Frame{pvst, ieee}
	}
	var out []frame.Frame
	if vlan == 1 || !m.cisco[port] && !p.vlan1 {
		out = append(out, ieee)
	}
	if p.trunk || m.cisco[port] {
		out = append(out, pvst)
	}
	return out
}

func (m *machine) send(t *tree, port schema.InterfaceName, b rstp.BPDU) {
	d := m.ports.Device(port)
	if d.Index == 0 {
		return
	}
	c := t.count(port)
	c.sent++
	if b.Kind == rstp.TCN || b.TopologyChange {
		c.changesSent++
	}
	for _, f := range m.frames(t.id, port, b.Append(nil)) {
		if b.Kind == rstp.TCN {
			f.PVID = 0
		}
		if err := m.wire.Send(d.Index, f.Append(nil, frame.MAC(d.MAC))); err != nil { // the protocol outlives the loss of a frame
			m.log.Debug("send BPDU", "port", port, "tree", t.id, "err", err)
		}
	}
}
