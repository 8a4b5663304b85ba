package control

import (
	"github.com/heddle-nos/heddle/hal/softasic/dataplane"
	"github.com/heddle-nos/heddle/sai"
	"github.com/heddle-nos/heddle/sai/strict"
)

// createBridge accepts the one 802.1Q bridge that comes with the switch.
func (c *Control) createBridge(v strict.View, ch strict.Change) error {
	if sai.BridgeType(value(v, ch, sai.BridgeAttrType).Enum()) != sai.BridgeType1Q || v.Count(sai.ObjectTypeBridge) > 1 {
		return sai.StatusNotSupported
	}
	return nil
}

func (c *Control) createBridgePort(v strict.View, ch strict.Change) error {
	if sai.BridgePortType(value(v, ch, sai.BridgePortAttrType).Enum()) != sai.BridgePortTypePort {
		return refuse(sai.StatusAttrNotSupported0, ch.Attrs, sai.BridgePortAttrType)
	}
	p := value(v, ch, sai.BridgePortAttrPortID).OID()
	if !c.canOwn(v, p) {
		return refuse(sai.StatusAttrNotSupported0, ch.Attrs, sai.BridgePortAttrPortID)
	}
	if _, member := c.idx.portLAG[p]; member {
		return sai.StatusObjectInUse
	}
	if err := checkLearning(v, ch); err != nil {
		return err
	}
	put(c.plane, c.idx.portBridge, p, ch.Object.OID)
	return c.refreshOwner(v, p)
}

func checkLearning(v strict.View, ch strict.Change) error {
	switch sai.BridgePortFDBLearningMode(value(v, ch, sai.BridgePortAttrFDBLearningMode).Enum()) {
	case sai.BridgePortFDBLearningModeHw, sai.BridgePortFDBLearningModeDisable, sai.BridgePortFDBLearningModeDrop:
		return nil
	}
	return refuse(sai.StatusAttrNotSupported0, ch.Attrs, sai.BridgePortAttrFDBLearningMode)
}

func (c *Control) setBridgePort(v strict.View, ch strict.Change) error {
	if err := checkLearning(v, ch); err != nil {
		return err
	}
	return c.refreshOwner(v, bridgedPort(v, ch.Object.OID))
}

func (c *Control) removeBridgePort(v strict.View, ch strict.Change) error {
	p := value(v, ch, sai.BridgePortAttrPortID).OID()
	cut(c.plane, c.idx.portBridge, p)
	if err := c.refreshOwner(v, p); err != nil {
		return err
	}
	return c.flush(v, strict.Flush{BridgePort: ch.Object.OID, Dynamic: true}, dataplane.FlushFilter{Port: portID(p), Dynamic: true})
}

func (c *Control) setSTPPort(v strict.View, ch strict.Change) error {
	state := dataplane.STPForwarding
	switch sai.STPPortState(value(v, ch, sai.STPPortAttrState).Enum()) {
	case sai.STPPortStateLearning:
		state = dataplane.STPLearning
	case sai.STPPortStateBlocking:
		state = dataplane.STPBlocking
	}
	i, p := stpPortOf(v, ch)
	return c.plane.SetSTPState(i, p, state)
}

func (c *Control) removeSTPPort(v strict.View, ch strict.Change) error {
	i, p := stpPortOf(v, ch)
	return c.plane.DeleteSTPState(i, p)
}

// stpPortOf returns the instance and the port of a port's state.
func stpPortOf(v strict.View, ch strict.Change) (dataplane.STPID, dataplane.PortID) {
	p := bridgedPort(v, value(v, ch, sai.STPPortAttrBridgePort).OID())
	return stpID(value(v, ch, sai.STPPortAttrSTP).OID()), portID(p)
}

func (c *Control) setFDB(v strict.View, ch strict.Change) error {
	e := ch.Object.Entry.(sai.FDBEntry)
	if !isA(e.BV, sai.ObjectTypeVLAN) {
		return sai.StatusNotSupported
	}
	f := dataplane.FDB{Static: sai.FDBEntryType(value(v, ch, sai.FDBEntryAttrType).Enum()) == sai.FDBEntryTypeStatic}
	switch sai.PacketAction(value(v, ch, sai.FDBEntryAttrPacketAction).Enum()) {
	case sai.PacketActionForward:
		bp := value(v, ch, sai.FDBEntryAttrBridgePortID).OID()
		if bp == sai.NullObjectID {
			return sai.StatusMandatoryAttributeMissing
		}
		f.Port = portID(bridgedPort(v, bp))
	case sai.PacketActionDrop, sai.PacketActionDeny:
		f.Action = dataplane.FDBDrop
	default:
		return refuse(sai.StatusAttrNotSupported0, ch.Attrs, sai.FDBEntryAttrPacketAction)
	}
	return c.plane.SetFDB(vid(v, e.BV), dataplane.MAC(e.MAC), f)
}

func (c *Control) removeFDB(v strict.View, ch strict.Change) error {
	e := ch.Object.Entry.(sai.FDBEntry)
	err := c.plane.DeleteFDB(vid(v, e.BV), dataplane.MAC(e.MAC))
	if statusOf(err) == sai.StatusItemNotFound {
		return nil // aged out on its own meanwhile
	}
	return err
}
