package control

import (
	"time"

	"github.com/heddle-nos/heddle/hal/softasic/dataplane"
	"github.com/heddle-nos/heddle/sai"
	"github.com/heddle-nos/heddle/sai/strict"
)

func (c *Control) createSwitch(v strict.View, ch strict.Change) error {
	if err := checkHashAttrs(ch); err != nil {
		return err
	}
	if !c.syncing {
		c.idx = newIndex()
	}
	if v.Value(ch.Object, sai.SwitchAttrSrcMACAddress).Kind() == sai.KindNone {
		v.Record(ch.Object, sai.Attr{ID: sai.SwitchAttrSrcMACAddress, Value: sai.MACValue(c.cfg.MAC)})
	}
	v.Record(ch.Object, sai.Attr{ID: sai.SwitchAttrMcastSnoopingCapability, Value: sai.Enum(sai.SwitchMcastSnoopingCapabilityXgAndSg)})
	v.Record(ch.Object, sai.Attr{ID: sai.SwitchAttrLAGMembers, Value: sai.U32(dataplane.MaxMember)},
		sai.Attr{ID: sai.SwitchAttrEcmpMembers, Value: sai.U32(dataplane.MaxPaths)},
		sai.Attr{ID: sai.SwitchAttrMaxEcmpMemberCount, Value: sai.U32(dataplane.MaxPaths)})
	for id, adj := range map[dataplane.AdjID]dataplane.Adj{
		adjDrop:  {Action: dataplane.AdjDrop},
		adjLocal: {Action: dataplane.AdjLocal},
	} {
		if err := c.plane.SetAdj(id, adj); err != nil {
			return err
		}
	}
	if err := c.setHashes(v, ch.Object); err != nil {
		return err
	}
	return c.setAgeing(v, ch.Object)
}

// setAgeing passes on the FDB ageing time, given in seconds.
func (c *Control) setAgeing(v strict.View, sw sai.Object) error {
	seconds := v.Value(sw, sai.SwitchAttrFDBAgingTime).Uint()
	return c.plane.SetAgeing(time.Duration(seconds) * time.Second)
}

func (c *Control) setSwitch(v strict.View, ch strict.Change) error {
	switch id := ch.Attrs[0].ID; {
	case id == sai.SwitchAttrFDBAgingTime:
		return c.setAgeing(v, ch.Object)
	case id == sai.SwitchAttrSrcMACAddress:
		return c.refreshMACs(v)
	case isHashAttr(id):
		if err := checkHashAttrs(ch); err != nil {
			return err
		}
		return c.setHashes(v, ch.Object)
	}
	return nil
}

// refreshMACs restates everything that may carry an inherited address.
func (c *Control) refreshMACs(v strict.View) error {
	var first error
	keep := func(err error) {
		if first == nil {
			first = err
		}
	}
	v.Each(sai.ObjectTypeHostif, func(o sai.Object) { keep(c.refreshHostif(v, o)) })
	v.Each(sai.ObjectTypeRouterInterface, func(o sai.Object) { keep(c.putRIF(v, o)) })
	return first
}

// refreshRouter restates the router interfaces of a virtual router.
func (c *Control) refreshRouter(v strict.View, vr sai.ObjectID) error {
	var first error
	v.Each(sai.ObjectTypeRouterInterface, func(o sai.Object) {
		if first == nil && v.Value(o, sai.RouterInterfaceAttrVirtualRouterID).OID() == vr {
			first = c.putRIF(v, o)
		}
	})
	return first
}

func (c *Control) setRouter(v strict.View, ch strict.Change) error {
	if ch.Attrs[0].ID == sai.VirtualRouterAttrLabel {
		return nil
	}
	return c.refreshRouter(v, ch.Object.OID)
}

// removeSwitch restates a switch without any objects.
func (c *Control) removeSwitch(strict.View, strict.Change) error {
	c.idx, c.plane = newIndex(), newLedger(c.cfg.Plane)
	if err := c.cfg.Plane.BeginSync(); err != nil {
		return err
	}
	if err := c.cfg.Plane.EndSync(); err != nil {
		return err
	}
	_, err := c.cfg.Plane.FlushFDB(dataplane.FlushFilter{Dynamic: true, Static: true})
	return err
}
