package control

import (
	"slices"

	"github.com/heddle-nos/heddle/hal/softasic/dataplane"
	"github.com/heddle-nos/heddle/hal/softasic/wire"
	"github.com/heddle-nos/heddle/sai"
	"github.com/heddle-nos/heddle/sai/strict"
)

// l2Overhead is what SAI's port MTU counts beyond the L3 packet: Ethernet
// header, one 802.1Q tag, frame check sequence.
const l2Overhead = 14 + 4 + 4

func (c *Control) createPort(v strict.View, ch strict.Change) error {
	if isCPU(v, ch.Object) {
		return nil
	}
	if _, ok := c.netdev(v, ch.Object); !ok {
		return refuse(sai.StatusInvalidAttrValue0, ch.Attrs, sai.PortAttrHwLaneList)
	}
	if err := firstError(linkable(v, ch), checkStorms(v, ch)); err != nil {
		return err
	}
	if err := c.refreshPort(v, ch.Object.OID); err != nil {
		return err
	}
	put(c.plane, c.idx.ports, portID(ch.Object.OID), ch.Object.OID)
	c.recordLink(v, ch.Object, c.cfg.Plane.PortState(portID(ch.Object.OID)))
	return nil
}

func (c *Control) setPort(v strict.View, ch strict.Change) error {
	if isCPU(v, ch.Object) {
		return sai.StatusNotSupported
	}
	if err := firstError(linkable(v, ch), checkStorms(v, ch)); err != nil {
		return err
	}
	if err := c.refreshPort(v, ch.Object.OID); err != nil {
		return err
	}
	switch h, ok := c.idx.portHostif[ch.Object.OID]; {
	case ok && ch.Attrs[0].ID == sai.PortAttrMTU:
		return c.refreshHostif(v, sai.ObjectOf(sai.ObjectTypeHostif, h))
	case ch.Attrs[0].ID == sai.PortAttrLoopbackMode, ch.Attrs[0].ID == sai.PortAttrInternalLoopbackMode:
		c.relink(v, ch.Object)
	}
	return nil
}

// relink tells the state of a link that is another one from now on.
func (c *Control) relink(v strict.View, o sai.Object) {
	up := c.cfg.Plane.PortState(portID(o.OID))
	if !c.recordLink(v, o, up) {
		return
	}
	state := sai.PortOperStatusDown
	if up {
		state = sai.PortOperStatusUp
	}
	c.cfg.Notify(wire.Notification{Ports: []wire.PortEvent{{Port: o.OID, State: state}}})
}

// linkable refuses speeds that no port has, and loopback towards the partner.
// Any other speed is as good as the next: the netdev below carries what it can.
func linkable(v strict.View, ch strict.Change) error {
	can := v.Value(ch.Object, sai.PortAttrSupportedSpeed).Uints()
	for _, a := range ch.Attrs {
		var speeds []uint32
		switch a.ID {
		case sai.PortAttrSpeed:
			speeds = []uint32{uint32(a.Value.Uint())}
		case sai.PortAttrAdvertisedSpeed:
			speeds = a.Value.Uints()
		case sai.PortAttrLoopbackMode:
			if sai.PortLoopbackMode(a.Value.Enum()) > sai.PortLoopbackModeMAC {
				return refuse(sai.StatusAttrNotSupported0, ch.Attrs, a.ID)
			}
		}
		for _, s := range speeds {
			if !slices.Contains(can, s) {
				return refuse(sai.StatusInvalidAttrValue0, ch.Attrs, a.ID)
			}
		}
	}
	return nil
}

// loops tells whether a port is in loopback. Here PHY and MAC are one place.
func loops(v strict.View, o sai.Object) bool {
	return sai.PortLoopbackMode(v.Value(o, sai.PortAttrLoopbackMode).Enum()) != sai.PortLoopbackModeNone ||
		sai.PortInternalLoopbackMode(v.Value(o, sai.PortAttrInternalLoopbackMode).Enum()) != sai.PortInternalLoopbackModeNone
}

func (c *Control) removePort(_ strict.View, ch strict.Change) error {
	id := portID(ch.Object.OID)
	if err := c.plane.DeletePort(id); err != nil {
		return err
	}
	cut(c.plane, c.idx.ports, id)
	return nil
}

// canOwn tells whether bridge ports and router interfaces can be on a port: on
// those of the front panel and on LAGs.
func (c *Control) canOwn(v strict.View, id sai.ObjectID) bool {
	return isA(id, sai.ObjectTypeLAG) || isA(id, sai.ObjectTypePort) && !isCPU(v, port(id))
}

func isCPU(v strict.View, o sai.Object) bool {
	return sai.PortType(v.Value(o, sai.PortAttrType).Enum()) == sai.PortTypeCPU
}

// netdev finds the device behind a port; ok is false when no socket has its
// lanes, one after the other.
func (c *Control) netdev(v strict.View, o sai.Object) (name string, ok bool) {
	lanes := v.Value(o, sai.PortAttrHwLaneList).Uints()
	if len(lanes) == 0 {
		return "", false
	}
	for _, p := range c.cfg.Ports {
		first := slices.Index(p.Lanes, lanes[0])
		if first < 0 || first+len(lanes) > len(p.Lanes) || !slices.Equal(p.Lanes[first:first+len(lanes)], lanes) {
			continue
		}
		if first < len(p.Netdevs) {
			name = p.Netdevs[first]
		}
		return name, true
	}
	return "", false
}

// refreshPort restates a port from its attributes and what refers to it.
func (c *Control) refreshPort(v strict.View, id sai.ObjectID) error {
	o := port(id)
	netdev, _ := c.netdev(v, o)
	p := dataplane.Port{
		Netdev:       netdev,
		Loopback:     loops(v, o),
		AdminUp:      v.Value(o, sai.PortAttrAdminState).Bool(),
		MTU:          l3MTU(v, o),
		PVID:         uint16(v.Value(o, sai.PortAttrPortVLANID).Uint()),
		DropUntagged: v.Value(o, sai.PortAttrDropUntagged).Bool(),
		DropTagged:   v.Value(o, sai.PortAttrDropTagged).Bool(),
		RIF:          rifID(c.idx.portRIF[id]),
		Hostif:       hostifID(c.idx.portHostif[id]),
		Storm:        storms(v, o),
	}
	p.BridgePort, p.LearnDisabled, p.KnownOnly = c.bridging(v, id)
	return c.plane.SetPort(portID(id), p)
}

// bridging tells whether a port or LAG bridges, whether without learning, and
// then whether for known sources only.
func (c *Control) bridging(v strict.View, id sai.ObjectID) (bridges, unlearned, known bool) {
	bp, ok := c.idx.portBridge[id]
	if !ok {
		return false, false, false
	}
	b := sai.ObjectOf(sai.ObjectTypeBridgePort, bp)
	mode := sai.BridgePortFDBLearningMode(v.Value(b, sai.BridgePortAttrFDBLearningMode).Enum())
	return v.Value(b, sai.BridgePortAttrAdminState).Bool(), mode != sai.BridgePortFDBLearningModeHw, mode == sai.BridgePortFDBLearningModeDrop
}

// l3MTU converts an explicit port MTU; without one the device keeps its own.
func l3MTU(v strict.View, o sai.Object) uint32 {
	attrs, _ := v.Attrs(o)
	for _, a := range attrs {
		if a.ID == sai.PortAttrMTU && a.Value.Uint() > l2Overhead {
			return uint32(a.Value.Uint()) - l2Overhead
		}
	}
	return 0
}

// recordLink stores a port's operational status and reports whether it changed.
func (c *Control) recordLink(v strict.View, o sai.Object, up bool) bool {
	state := sai.PortOperStatusDown
	if up {
		state = sai.PortOperStatusUp
	}
	old := sai.PortOperStatus(v.Value(o, sai.PortAttrOperStatus).Enum())
	v.Record(o, sai.Attr{ID: sai.PortAttrOperStatus, Value: sai.Enum(state)})
	return old != state
}
