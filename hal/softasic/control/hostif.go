package control

import (
	"strings"

	"github.com/heddle-nos/heddle/hal/softasic/dataplane"
	"github.com/heddle-nos/heddle/sai"
	"github.com/heddle-nos/heddle/sai/strict"
)

// maxNetdevName is IFNAMSIZ less the terminating zero.
const maxNetdevName = 15

func (c *Control) createHostif(v strict.View, ch strict.Change) error {
	if sai.HostifType(value(v, ch, sai.HostifAttrType).Enum()) != sai.HostifTypeNetdev {
		return refuse(sai.StatusAttrNotSupported0, ch.Attrs, sai.HostifAttrType)
	}
	if !validName(value(v, ch, sai.HostifAttrName).Text()) {
		return refuse(sai.StatusInvalidAttrValue0, ch.Attrs, sai.HostifAttrName)
	}
	owner := value(v, ch, sai.HostifAttrObjID).OID()
	owners := c.hostifOwners(owner)
	if owners == nil || isA(owner, sai.ObjectTypePort) && isCPU(v, port(owner)) {
		return refuse(sai.StatusAttrNotSupported0, ch.Attrs, sai.HostifAttrObjID)
	}
	if other, taken := owners[owner]; taken && other != ch.Object.OID {
		return sai.StatusItemAlreadyExists
	}
	if err := c.refreshHostif(v, ch.Object); err != nil {
		return err
	}
	put(c.plane, owners, owner, ch.Object.OID)
	return c.refreshOwner(v, owner)
}

// hostifOwners picks the index for what a host interface belongs to.
func (c *Control) hostifOwners(owner sai.ObjectID) map[sai.ObjectID]sai.ObjectID {
	switch {
	case isA(owner, sai.ObjectTypePort), isA(owner, sai.ObjectTypeLAG):
		return c.idx.portHostif
	case isA(owner, sai.ObjectTypeVLAN):
		return c.idx.vlanHostif
	}
	return nil
}

// refreshOwner restates the port, LAG or VLAN that something was attached to.
func (c *Control) refreshOwner(v strict.View, owner sai.ObjectID) error {
	switch {
	case isA(owner, sai.ObjectTypeVLAN):
		return c.refreshVLAN(v, owner)
	case isA(owner, sai.ObjectTypeLAG):
		return c.refreshLAG(v, owner)
	}
	return c.refreshPort(v, owner)
}

func validName(name string) bool {
	return name != "" && name != "." && name != ".." && len(name) <= maxNetdevName &&
		!strings.ContainsFunc(name, func(r rune) bool { return r <= ' ' || r == '/' || r == ':' || r >= 0x7f })
}

func (c *Control) refreshHostif(v strict.View, o sai.Object) error {
	owner := v.Value(o, sai.HostifAttrObjID).OID()
	sw := sai.ObjectOf(sai.ObjectTypeSwitch, v.Switch())
	h := dataplane.Hostif{
		Name:    v.Value(o, sai.HostifAttrName).Text(),
		MAC:     dataplane.MAC(v.Value(sw, sai.SwitchAttrSrcMACAddress).MAC()),
		AdminUp: v.Value(o, sai.HostifAttrOperStatus).Bool(),
	}
	switch {
	case isA(owner, sai.ObjectTypeVLAN):
		h.VLAN = vid(v, owner)
	case isA(owner, sai.ObjectTypeLAG):
		h.Port = portID(owner)
	default:
		h.Port = portID(owner)
		h.MTU = l3MTU(v, port(owner))
	}
	return c.plane.SetHostif(hostifID(o.OID), h)
}

func (c *Control) setHostif(v strict.View, ch strict.Change) error {
	return c.refreshHostif(v, ch.Object)
}

func (c *Control) removeHostif(v strict.View, ch strict.Change) error {
	owner := value(v, ch, sai.HostifAttrObjID).OID()
	cut(c.plane, c.hostifOwners(owner), owner)
	if err := c.refreshOwner(v, owner); err != nil {
		return err
	}
	return c.plane.DeleteHostif(hostifID(ch.Object.OID))
}

// createTableEntry accepts that trapped packets come out of netdevs, which is
// the only way there is.
func (c *Control) createTableEntry(v strict.View, ch strict.Change) error {
	switch sai.HostifTableEntryChannelType(value(v, ch, sai.HostifTableEntryAttrChannelType).Enum()) {
	case sai.HostifTableEntryChannelTypeNetdevPhysicalPort, sai.HostifTableEntryChannelTypeNetdevLogicalPort, sai.HostifTableEntryChannelTypeNetdevL3:
		return nil
	}
	return refuse(sai.StatusAttrNotSupported0, ch.Attrs, sai.HostifTableEntryAttrChannelType)
}

func firstError(errs ...error) error {
	for _, err := range errs {
		if err != nil {
			return err
		}
	}
	return nil
}
