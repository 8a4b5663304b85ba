package control

import (
	"maps"
	"slices"

	"github.com/heddle-nos/heddle/hal/softasic/dataplane"
	"github.com/heddle-nos/heddle/sai"
	"github.com/heddle-nos/heddle/sai/strict"
)

func (c *Control) createRIF(v strict.View, ch strict.Change) error {
	if err := checkLoop(v, ch); err != nil {
		return err
	}
	owner, owners, err := c.rifOwner(v, ch)
	if err != nil {
		return err
	}
	if err := c.putRIF(v, ch.Object); err != nil {
		return err
	}
	if isSubport(v, ch) {
		put(c.plane, c.idx.subports, ch.Object.OID, owner)
	}
	if owners == nil {
		return nil
	}
	put(c.plane, owners, owner, ch.Object.OID)
	return c.refreshOwner(v, owner)
}

func isSubport(v strict.View, ch strict.Change) bool {
	return sai.RouterInterfaceType(value(v, ch, sai.RouterInterfaceAttrType).Enum()) == sai.RouterInterfaceTypeSubPort
}

// routes tells whether a port has a router interface of any kind.
func (c *Control) routes(p sai.ObjectID) bool {
	_, untagged := c.idx.portRIF[p]
	return untagged || slices.Contains(slices.Collect(maps.Values(c.idx.subports)), p)
}

// rifOwner returns the port, LAG or VLAN of a router interface and the index that
// holds it: none for a loopback, which has no owner, and for a VLAN of a port, which
// has several.
func (c *Control) rifOwner(v strict.View, ch strict.Change) (sai.ObjectID, map[sai.ObjectID]sai.ObjectID, error) {
	switch sai.RouterInterfaceType(value(v, ch, sai.RouterInterfaceAttrType).Enum()) {
	case sai.RouterInterfaceTypeLoopback:
		return sai.NullObjectID, nil, nil
	case sai.RouterInterfaceTypeVLAN:
		return value(v, ch, sai.RouterInterfaceAttrVLANID).OID(), c.idx.vlanRIF, nil
	case sai.RouterInterfaceTypePort, sai.RouterInterfaceTypeSubPort:
		p := value(v, ch, sai.RouterInterfaceAttrPortID).OID()
		if _, member := c.idx.portLAG[p]; member {
			return p, nil, sai.StatusObjectInUse
		}
		switch {
		case c.canOwn(v, p) && isSubport(v, ch):
			return p, nil, nil
		case c.canOwn(v, p):
			return p, c.idx.portRIF, nil
		}
		return p, nil, refuse(sai.StatusAttrNotSupported0, ch.Attrs, sai.RouterInterfaceAttrPortID)
	}
	return 0, nil, refuse(sai.StatusAttrNotSupported0, ch.Attrs, sai.RouterInterfaceAttrType)
}

// putRIF restates a router interface and its glean adjacency.
func (c *Control) putRIF(v strict.View, o sai.Object) error {
	vr := v.Value(o, sai.RouterInterfaceAttrVirtualRouterID).OID()
	router := sai.ObjectOf(sai.ObjectTypeVirtualRouter, vr)
	r := dataplane.RIF{
		Kind:    dataplane.RIFLoopback,
		VRF:     vrfID(vr),
		MAC:     dataplane.MAC(v.Value(o, sai.RouterInterfaceAttrSrcMACAddress).MAC()),
		MTU:     uint32(v.Value(o, sai.RouterInterfaceAttrMTU).Uint()),
		AdminV4: v.Value(router, sai.VirtualRouterAttrAdminV4State).Bool() && v.Value(o, sai.RouterInterfaceAttrAdminV4State).Bool(),
		AdminV6: v.Value(router, sai.VirtualRouterAttrAdminV6State).Bool() && v.Value(o, sai.RouterInterfaceAttrAdminV6State).Bool(),
		NoLoop:  sai.PacketAction(v.Value(o, sai.RouterInterfaceAttrLoopbackPacketAction).Enum()) == sai.PacketActionDrop,
	}
	switch sai.RouterInterfaceType(v.Value(o, sai.RouterInterfaceAttrType).Enum()) {
	case sai.RouterInterfaceTypePort:
		r.Kind, r.Port = dataplane.RIFPort, portID(v.Value(o, sai.RouterInterfaceAttrPortID).OID())
	case sai.RouterInterfaceTypeSubPort:
		r.Kind, r.Port = dataplane.RIFSub, portID(v.Value(o, sai.RouterInterfaceAttrPortID).OID())
		r.VLAN = uint16(v.Value(o, sai.RouterInterfaceAttrOuterVLANID).Uint())
	case sai.RouterInterfaceTypeVLAN:
		r.Kind, r.VLAN = dataplane.RIFVLAN, vid(v, v.Value(o, sai.RouterInterfaceAttrVLANID).OID())
	}
	if err := c.plane.SetRIF(rifID(o.OID), r); err != nil {
		return err
	}
	return c.plane.SetAdj(rifAdj(o.OID), dataplane.Adj{Action: dataplane.AdjGlean, RIF: rifID(o.OID)})
}

// checkLoop refuses what could be done with a packet that would leave by the
// interface it came in by, but is not: it is dropped or forwarded.
func checkLoop(v strict.View, ch strict.Change) error {
	switch sai.PacketAction(value(v, ch, sai.RouterInterfaceAttrLoopbackPacketAction).Enum()) {
	case sai.PacketActionForward, sai.PacketActionDrop:
		return nil
	}
	return refuse(sai.StatusInvalidAttrValue0, ch.Attrs, sai.RouterInterfaceAttrLoopbackPacketAction)
}

func (c *Control) setRIF(v strict.View, ch strict.Change) error {
	if err := checkLoop(v, ch); err != nil {
		return err
	}
	if err := c.putRIF(v, ch.Object); err != nil {
		return err
	}
	if ch.Attrs[0].ID != sai.RouterInterfaceAttrNeighborMissPacketAction {
		return nil
	}
	for h := range c.idx.nextHops {
		if h.rif == ch.Object.OID {
			if err := c.refreshHop(v, h); err != nil {
				return err
			}
		}
	}
	return nil
}

func (c *Control) removeRIF(v strict.View, ch strict.Change) error {
	owner, owners, err := c.rifOwner(v, ch)
	if err != nil {
		return err
	}
	if isSubport(v, ch) {
		cut(c.plane, c.idx.subports, ch.Object.OID)
	}
	if owners != nil {
		cut(c.plane, owners, owner)
		if err := c.refreshOwner(v, owner); err != nil {
			return err
		}
	}
	if err := c.plane.DeleteAdj(rifAdj(ch.Object.OID)); err != nil {
		return err
	}
	return c.plane.DeleteRIF(rifID(ch.Object.OID))
}
