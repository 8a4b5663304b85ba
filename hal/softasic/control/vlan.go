package control

import (
	"github.com/heddle-nos/heddle/hal/softasic/dataplane"
	"github.com/heddle-nos/heddle/hal/softasic/wire"
	"github.com/heddle-nos/heddle/sai"
	"github.com/heddle-nos/heddle/sai/strict"
)

func (c *Control) createVLAN(v strict.View, ch strict.Change) error {
	if err := c.setVLAN(v, ch); err != nil {
		return err
	}
	put(c.plane, c.idx.vlans, vid(v, ch.Object.OID), ch.Object.OID)
	return c.setUnknown(v, ch.Object.OID)
}

func (c *Control) setVLAN(v strict.View, ch strict.Change) error {
	for _, id := range []sai.AttrID{sai.VLANAttrUnknownUnicastFloodControlType, sai.VLANAttrUnknownMulticastFloodControlType, sai.VLANAttrBroadcastFloodControlType} {
		switch sai.VLANFloodControlType(value(v, ch, id).Enum()) {
		case sai.VLANFloodControlTypeAll, sai.VLANFloodControlTypeNone:
		default:
			return refuse(sai.StatusAttrNotSupported0, ch.Attrs, id)
		}
	}
	return c.refreshVLAN(v, ch.Object.OID)
}

func (c *Control) changeVLAN(v strict.View, ch strict.Change) error {
	if err := c.setVLAN(v, ch); err != nil {
		return err
	}
	return c.setUnknown(v, ch.Object.OID)
}

// refreshVLAN restates a VLAN from its attributes and what refers to it.
func (c *Control) refreshVLAN(v strict.View, id sai.ObjectID) error {
	o := vlan(id)
	return c.plane.SetVLAN(vid(v, id), dataplane.VLAN{
		RIF:              rifID(c.idx.vlanRIF[id]),
		Hostif:           hostifID(c.idx.vlanHostif[id]),
		LearnDisabled:    v.Value(o, sai.VLANAttrLearnDisable).Bool(),
		UnknownUnicast:   floodMode(v, o, sai.VLANAttrUnknownUnicastFloodControlType),
		UnknownMulticast: floodMode(v, o, sai.VLANAttrUnknownMulticastFloodControlType),
		Broadcast:        floodMode(v, o, sai.VLANAttrBroadcastFloodControlType),
		STP:              stpID(v.Value(o, sai.VLANAttrSTPInstance).OID()),
		Snoop4:           snooping(v, o, sai.VLANAttrIPv4McastLookupKeyType),
		Snoop6:           snooping(v, o, sai.VLANAttrIPv6McastLookupKeyType),
	})
}

func floodMode(v strict.View, o sai.Object, id sai.AttrID) dataplane.FloodMode {
	if sai.VLANFloodControlType(v.Value(o, id).Enum()) == sai.VLANFloodControlTypeNone {
		return dataplane.FloodNone
	}
	return dataplane.FloodAll
}

func (c *Control) removeVLAN(v strict.View, ch strict.Change) error {
	n := vid(v, ch.Object.OID)
	if err := c.dropUnknown(n); err != nil {
		return err
	}
	if err := c.plane.DeleteVLAN(n); err != nil {
		return err
	}
	cut(c.plane, c.idx.vlans, n)
	return c.flush(v, strict.Flush{BV: ch.Object.OID, Dynamic: true}, dataplane.FlushFilter{VLAN: n, Dynamic: true})
}

func (c *Control) setMember(v strict.View, ch strict.Change) error {
	tagged := false
	switch sai.VLANTaggingMode(value(v, ch, sai.VLANMemberAttrVLANTaggingMode).Enum()) {
	case sai.VLANTaggingModeUntagged:
	case sai.VLANTaggingModeTagged:
		tagged = true
	default:
		return refuse(sai.StatusAttrNotSupported0, ch.Attrs, sai.VLANMemberAttrVLANTaggingMode)
	}
	n, p := memberOf(v, ch)
	return c.plane.SetVLANMember(n, portID(p), tagged)
}

func (c *Control) removeMember(v strict.View, ch strict.Change) error {
	n, p := memberOf(v, ch)
	return c.plane.DeleteVLANMember(n, portID(p))
}

// memberOf returns the VLAN id and port of a VLAN member.
func memberOf(v strict.View, ch strict.Change) (uint16, sai.ObjectID) {
	bp := value(v, ch, sai.VLANMemberAttrBridgePortID).OID()
	return vid(v, value(v, ch, sai.VLANMemberAttrVLANID).OID()), bridgedPort(v, bp)
}

// bridgedPort returns the port below a bridge port.
func bridgedPort(v strict.View, bp sai.ObjectID) sai.ObjectID {
	return v.Value(sai.ObjectOf(sai.ObjectTypeBridgePort, bp), sai.BridgePortAttrPortID).OID()
}

// flush forgets entries in the pipeline and tells clients, as SAI does, with one
// event that names the scope instead of each entry.
func (c *Control) flush(v strict.View, f strict.Flush, in dataplane.FlushFilter) error {
	if err := c.plane.FlushFDB(in); err != nil {
		return err
	}
	e := wire.FDBEvent{Event: sai.FDBEventFlushed, BridgePort: f.BridgePort, Type: sai.FDBEntryTypeDynamic}
	e.Entry = sai.FDBEntry{Switch: v.Switch(), BV: f.BV}
	if f.Dynamic {
		c.cfg.Notify(wire.Notification{FDB: []wire.FDBEvent{e}})
	}
	if f.Static {
		e.Type = sai.FDBEntryTypeStatic
		c.cfg.Notify(wire.Notification{FDB: []wire.FDBEvent{e}})
	}
	return nil
}

// Flush implements strict.Backend.
func (c *Control) Flush(v strict.View, f strict.Flush) sai.Status {
	in := dataplane.FlushFilter{Dynamic: f.Dynamic, Static: f.Static}
	if f.BridgePort != sai.NullObjectID {
		in.Port = portID(bridgedPort(v, f.BridgePort))
	}
	if isA(f.BV, sai.ObjectTypeVLAN) {
		in.VLAN = vid(v, f.BV)
	}
	return statusOf(c.flush(v, f, in))
}
