package intf

import (
	"fmt"
	"strconv"

	"github.com/heddle-nos/heddle/daemons/orchagent/object"
	"github.com/heddle-nos/heddle/sai"
	"github.com/heddle-nos/heddle/yang/schema"
)

// renderSub completes the router interface of a VLAN of a port or port channel.
// The parent's host interface has to keep the tag of what it hands to the CPU:
// the kernel tells the VLANs apart by it.
func renderSub(name schema.InterfaceName, row schema.AppInterface, frag *object.Fragment) (object.Fragment, error) {
	var hostif object.Fragment
	parent, vlan, ok := name.Sub()
	if !ok {
		return hostif, fmt.Errorf("interface %s is not a port or port channel, a dot and a number from 1 to %d", name, schema.MaxVLANID)
	}
	if row.VLAN != 0 {
		vlan = row.VLAN
	}
	on := object.Port(parent.String())
	if parent.Kind() == schema.InterfacePortChannel {
		on = object.LAG(parent.String())
	}
	up := row.AdminStatus == "" || row.AdminStatus.Up()
	frag.Attrs = append(frag.Attrs,
		object.Val(sai.RouterInterfaceAttrType, sai.Enum(sai.RouterInterfaceTypeSubPort)),
		object.Ref(sai.RouterInterfaceAttrPortID, on),
		object.Val(sai.RouterInterfaceAttrOuterVLANID, sai.U16(uint16(vlan))),
		object.Val(sai.RouterInterfaceAttrAdminV4State, sai.Bool(up)),
		object.Val(sai.RouterInterfaceAttrAdminV6State, sai.Bool(up)))
	mtu, err := strconv.ParseUint(row.MTU, 10, 16)
	if row.MTU != "" && err != nil {
		return hostif, fmt.Errorf("field mtu: %q is not a number", row.MTU)
	}
	if mtu != 0 {
		frag.Attrs = append(frag.Attrs, object.Val(sai.RouterInterfaceAttrMTU, sai.U32(uint32(mtu))))
	}
	return object.Fragment{
		Key: object.Hostif(parent.String()), Type: sai.ObjectTypeHostif, Partial: true,
		Attrs: []object.Attr{object.Val(sai.HostifAttrVLANTag, sai.Enum(sai.HostifVLANTagKeep))},
	}, nil
}
