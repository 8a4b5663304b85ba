package intf

import (
	"fmt"
	"net/netip"

	"github.com/heddle-nos/heddle/daemons/orchagent/object"
	"github.com/heddle-nos/heddle/internal/statedb"
	"github.com/heddle-nos/heddle/sai"
	"github.com/heddle-nos/heddle/yang/schema"
)

// Feature renders interfaces of a switch with a given MAC address.
type Feature struct {
	MAC sai.MAC
}

// Tables returns the tables whose rows Render takes.
func (Feature) Tables() []string { return []string{schema.AppTableIntf} }

// Render renders a row of INTF_TABLE: an interface, or one of its addresses.
func (f Feature) Render(row object.Row) (object.Rendering, error) {
	key, err := schema.ParseInterfaceKey(row.Key, schema.AppSeparator)
	if err != nil {
		return object.Rendering{}, err
	}
	if key.HasPrefix() {
		return renderAddress(key)
	}
	return f.renderInterface(key.Name, row)
}

// What an interface does with packets that would leave by the way they came.
const (
	loopDrop    = "drop"
	loopForward = "forward"
)

func (f Feature) renderInterface(name schema.InterfaceName, row object.Row) (object.Rendering, error) {
	var r object.Rendering
	var i schema.AppInterface
	if err := statedb.Decode(row.Fields, &i); err != nil {
		return r, err
	}
	r.Places = []object.Place{{Interface: name.String(), VRF: vrfName(i.VRFName)}}
	mac := f.MAC
	if !i.MAC.IsZero() {
		mac = sai.MAC(i.MAC)
	}
	frag := object.Fragment{
		Key: object.RIF(name.String()), Type: sai.ObjectTypeRouterInterface,
		Attrs: []object.Attr{
			object.Ref(sai.RouterInterfaceAttrVirtualRouterID, object.VR(i.VRFName)),
			object.Val(sai.RouterInterfaceAttrSrcMACAddress, sai.MACValue(mac)),
		},
	}
	switch action := i.LoopbackAction; action {
	case "", loopForward:
	case loopDrop:
		frag.Attrs = append(frag.Attrs, object.Val(sai.RouterInterfaceAttrLoopbackPacketAction, sai.Enum(sai.PacketActionDrop)))
	default:
		return r, fmt.Errorf("field loopback_action: %q is neither %s nor %s", action, loopDrop, loopForward)
	}
	switch name.Kind() {
	case schema.InterfacePort:
		frag.Attrs = append(frag.Attrs,
			object.Val(sai.RouterInterfaceAttrType, sai.Enum(sai.RouterInterfaceTypePort)),
			object.Ref(sai.RouterInterfaceAttrPortID, object.Port(name.String())))
	case schema.InterfacePortChannel:
		frag.Attrs = append(frag.Attrs,
			object.Val(sai.RouterInterfaceAttrType, sai.Enum(sai.RouterInterfaceTypePort)),
			object.Ref(sai.RouterInterfaceAttrPortID, object.LAG(name.String())))
	case schema.InterfaceVLAN:
		frag.Attrs = append(frag.Attrs,
			object.Val(sai.RouterInterfaceAttrType, sai.Enum(sai.RouterInterfaceTypeVLAN)),
			object.Ref(sai.RouterInterfaceAttrVLANID, object.VLAN(uint16(name.VLAN().ID()))))
	case schema.InterfaceSub:
		hostif, err := renderSub(name, i, &frag)
		if err != nil {
			return r, err
		}
		r.Add(hostif)
	case schema.InterfaceLoopback, schema.InterfaceMgmt:
		return r, nil // has addresses, but no part in the ASIC's forwarding
	default:
		return r, fmt.Errorf("interface %s: only ports, port channels, VLANs, their subinterfaces and loopbacks can be router interfaces", name)
	}
	r.Add(frag)
	return r, nil
}

// vrfName gives the default VRF its empty name.
func vrfName(s string) string {
	if object.VR(s) == object.DefaultVR {
		return ""
	}
	return s
}

// renderAddress renders what an address means for routing.
func renderAddress(key schema.InterfaceKey) (object.Rendering, error) {
	var r object.Rendering
	p := key.Prefix
	if key.Name.Kind() == schema.InterfaceMgmt || isLinkLocal(p) {
		return r, nil // fe80::/10 goes to the CPU as a whole
	}
	of := key.Name.String()
	own := object.Route{Of: of, Prefix: netip.PrefixFrom(p.Addr(), p.Addr().BitLen()), Action: object.ActionCPU}
	r.Routes = append(r.Routes, own)
	// A loopback's subnet is nowhere else: only its own address counts.
	if key.Name.Kind() == schema.InterfaceLoopback || p.IsSingleIP() {
		return r, nil
	}
	r.Routes = append(r.Routes, object.Route{Of: of, Prefix: p.Masked(), Via: object.RIF(of)})
	return r, nil
}

func isLinkLocal(p netip.Prefix) bool { return p.Addr().Is6() && p.Addr().IsLinkLocalUnicast() }
