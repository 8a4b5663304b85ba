package control

import (
	"github.com/heddle-nos/heddle/hal/softasic/dataplane"
	"github.com/heddle-nos/heddle/sai"
	"github.com/heddle-nos/heddle/sai/strict"
)

func (c *Control) createRIF(v strict.View, ch strict.Change) error {
	owner, owners, err := c.rifOwner(v, ch)
	if err != nil {
		return err
	}
	if err := c.putRIF(v, ch.Object); err != nil {
		return err
	}
	if owners == nil {
		return nil
	}
	put(c.plane, owners, owner, ch.Object.OID)
	return c.refreshOwner(v, owner)
}

// rifOwner returns the port, LAG or VLAN of a router interface and the index that
// holds it; a loopback has none.
func (c *Control) rifOwner(v strict.View, ch strict.Change) (sai.ObjectID, map[sai.ObjectID]sai.ObjectID, error) {
	switch sai.RouterInterfaceType(value(v, ch, sai.RouterInterfaceAttrType).Enum()) {
	case sai.RouterInterfaceTypeLoopback:
		return sai.NullObjectID, nil, nil
	case sai.RouterInterfaceTypeVLAN:
		return value(v, ch, sai.RouterInterfaceAttrVLANID).OID(), c.idx.vlanRIF, nil
	case sai.RouterInterfaceTypePort:
		p := value(v, ch, sai.RouterInterfaceAttrPortID).OID()
		if _, member := c.idx.portLAG[p]; member {
			return p, nil, sai.StatusObjectInUse
		}
		if c.canOwn(v, p) {
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
	}
	switch sai.RouterInterfaceType(v.Value(o, sai.RouterInterfaceAttrType).Enum()) {
	case sai.RouterInterfaceTypePort:
		r.Kind, r.Port = dataplane.RIFPort, portID(v.Value(o, sai.RouterInterfaceAttrPortID).OID())
	case sai.RouterInterfaceTypeVLAN:
		r.Kind, r.VLAN = dataplane.RIFVLAN, vid(v, v.Value(o, sai.RouterInterfaceAttrVLANID).OID())
	}
	if err := c.plane.SetRIF(rifID(o.OID), r); err != nil {
		return err
	}
	return c.plane.SetAdj(rifAdj(o.OID), dataplane.Adj{Action: dataplane.AdjGlean, RIF: rifID(o.OID)})
}

func (c *Control) setRIF(v strict.View, ch strict.Change) error {
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
