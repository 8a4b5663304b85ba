package control

import (
	"github.com/heddle-nos/heddle/hal/softasic/dataplane"
	"github.com/heddle-nos/heddle/sai"
	"github.com/heddle-nos/heddle/sai/strict"
)

func (c *Control) createLAG(v strict.View, ch strict.Change) error {
	if err := c.refreshLAG(v, ch.Object.OID); err != nil {
		return err
	}
	put(c.plane, c.idx.lags, portID(ch.Object.OID), ch.Object.OID)
	return nil
}

func (c *Control) setLAG(v strict.View, ch strict.Change) error {
	return c.refreshLAG(v, ch.Object.OID)
}

func (c *Control) removeLAG(_ strict.View, ch strict.Change) error {
	id := portID(ch.Object.OID)
	if err := c.plane.DeleteLAG(id); err != nil {
		return err
	}
	cut(c.plane, c.idx.lags, id)
	return nil
}

// refreshLAG restates a LAG from its attributes and what refers to it.
func (c *Control) refreshLAG(v strict.View, id sai.ObjectID) error {
	o := sai.ObjectOf(sai.ObjectTypeLAG, id)
	l := dataplane.LAG{
		PVID:         uint16(v.Value(o, sai.LAGAttrPortVLANID).Uint()),
		DropUntagged: v.Value(o, sai.LAGAttrDropUntagged).Bool(),
		DropTagged:   v.Value(o, sai.LAGAttrDropTagged).Bool(),
		RIF:          rifID(c.idx.portRIF[id]),
		Hostif:       hostifID(c.idx.portHostif[id]),
	}
	l.BridgePort, l.LearnDisabled, l.KnownOnly = c.bridging(v, id)
	return c.plane.SetLAG(portID(id), l)
}

// createLAGMember takes a port into a LAG. What the port did by itself would be
// lost: it must have stopped to.
func (c *Control) createLAGMember(v strict.View, ch strict.Change) error {
	p := value(v, ch, sai.LAGMemberAttrPortID).OID()
	if !isA(p, sai.ObjectTypePort) || isCPU(v, port(p)) {
		return refuse(sai.StatusAttrNotSupported0, ch.Attrs, sai.LAGMemberAttrPortID)
	}
	_, bridged := c.idx.portBridge[p]
	routed := c.routes(p)
	if other, member := c.idx.portLAG[p]; bridged || routed || member && other != ch.Object.OID {
		return sai.StatusObjectInUse
	}
	if err := c.setLAGMember(v, ch); err != nil {
		return err
	}
	put(c.plane, c.idx.portLAG, p, ch.Object.OID)
	return nil
}

func (c *Control) setLAGMember(v strict.View, ch strict.Change) error {
	return c.plane.SetLAGMember(portID(value(v, ch, sai.LAGMemberAttrPortID).OID()), dataplane.LAGMember{
		LAG:        portID(value(v, ch, sai.LAGMemberAttrLAGID).OID()),
		Collect:    !value(v, ch, sai.LAGMemberAttrIngressDisable).Bool(),
		Distribute: !value(v, ch, sai.LAGMemberAttrEgressDisable).Bool(),
	})
}

func (c *Control) removeLAGMember(v strict.View, ch strict.Change) error {
	p := value(v, ch, sai.LAGMemberAttrPortID).OID()
	if err := c.plane.DeleteLAGMember(portID(p)); err != nil {
		return err
	}
	cut(c.plane, c.idx.portLAG, p)
	return nil
}
