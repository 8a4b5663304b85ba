package vlan

import (
	"fmt"
	"strings"

	"github.com/heddle-nos/heddle/daemons/orchagent/object"
	"github.com/heddle-nos/heddle/daemons/orchagent/publish"
	"github.com/heddle-nos/heddle/internal/statedb"
	"github.com/heddle-nos/heddle/sai"
	"github.com/heddle-nos/heddle/yang/schema"
)

// Tables returns the tables whose rows Render takes.
func Tables() []string { return []string{schema.AppTableVLAN, schema.AppTableVLANMember} }

// Render renders a row of VLAN_TABLE or VLAN_MEMBER_TABLE.
func Render(row object.Row) (object.Rendering, error) {
	if row.Table == schema.AppTableVLANMember {
		return renderMember(row)
	}
	return renderVLAN(row)
}

func renderVLAN(row object.Row) (object.Rendering, error) {
	var r object.Rendering
	var name schema.VLANName
	if err := name.UnmarshalText([]byte(row.Key)); err != nil {
		return r, err
	}
	var v schema.AppVLAN
	if err := statedb.Decode(row.Fields, &v); err != nil {
		return r, err
	}
	id := uint16(name.ID())
	netdev := v.HostIfName
	if netdev == "" {
		netdev = row.Key
	}
	r.Add(object.Fragment{
		Key: object.VLAN(id), Type: sai.ObjectTypeVLAN,
		Attrs: []object.Attr{object.Val(sai.VLANAttrVLANID, sai.U16(id))},
	})
	r.Add(object.Fragment{
		Key: object.Hostif(row.Key), Type: sai.ObjectTypeHostif,
		Attrs: []object.Attr{
			object.Val(sai.HostifAttrType, sai.Enum(sai.HostifTypeNetdev)),
			object.Ref(sai.HostifAttrObjID, object.VLAN(id)),
			object.Val(sai.HostifAttrName, sai.Chardata(netdev)),
			object.Val(sai.HostifAttrOperStatus, sai.Bool(true)),
		},
	})
	if v.MTU != 0 {
		r.Add(object.Fragment{
			Key: object.RIF(row.Key), Type: sai.ObjectTypeRouterInterface, Partial: true,
			Attrs: []object.Attr{object.Val(sai.RouterInterfaceAttrMTU, sai.U32(uint32(v.MTU)))},
		})
	}
	return r, nil
}

func renderMember(row object.Row) (object.Rendering, error) {
	var r object.Rendering
	key, err := schema.ParseVLANMemberKey(row.Key, schema.AppSeparator)
	if err != nil {
		return r, err
	}
	var m schema.AppVLANMember
	if err := statedb.Decode(row.Fields, &m); err != nil {
		return r, err
	}
	id, port := uint16(key.VLAN.ID()), key.Port.String()
	link, ok := linkOf(key.Port, id)
	if !ok {
		return r, fmt.Errorf("member %s: only ports and port channels can be VLAN members", key.Port)
	}
	r.Add(object.Fragment{
		Key: object.BridgePort(port), Type: sai.ObjectTypeBridgePort,
		Attrs: []object.Attr{
			object.Val(sai.BridgePortAttrType, sai.Enum(sai.BridgePortTypePort)),
			object.Ref(sai.BridgePortAttrPortID, link.Key),
			object.Val(sai.BridgePortAttrFDBLearningMode, sai.Enum(sai.BridgePortFDBLearningModeHw)),
			object.Val(sai.BridgePortAttrAdminState, sai.Bool(true)),
		},
	})
	r.Add(object.Fragment{
		Key: object.VLANMember(id, port), Type: sai.ObjectTypeVLANMember,
		Attrs: []object.Attr{
			object.Ref(sai.VLANMemberAttrVLANID, object.VLAN(id)),
			object.Ref(sai.VLANMemberAttrBridgePortID, object.BridgePort(port)),
			object.Val(sai.VLANMemberAttrVLANTaggingMode, sai.Enum(taggingMode(m.TaggingMode))),
		},
	})
	if m.TaggingMode != schema.Tagged {
		r.Add(link)
	}
	return r, nil
}

// linkOf gives what bears a member, with the VLAN of its untagged frames.
func linkOf(name schema.InterfaceName, pvid uint16) (object.Fragment, bool) {
	switch name.Kind() {
	case schema.InterfacePort:
		return object.Fragment{
			Key: object.Port(name.String()), Type: sai.ObjectTypePort, Partial: true,
			Attrs: []object.Attr{object.Val(sai.PortAttrPortVLANID, sai.U16(pvid))},
		}, true
	case schema.InterfacePortChannel:
		return object.Fragment{
			Key: object.LAG(name.String()), Type: sai.ObjectTypeLAG, Partial: true,
			Attrs: []object.Attr{object.Val(sai.LAGAttrPortVLANID, sai.U16(pvid))},
		}, true
	}
	return object.Fragment{}, false
}

func taggingMode(m schema.TaggingMode) sai.VLANTaggingMode {
	switch m {
	case schema.Untagged:
		return sai.VLANTaggingModeUntagged
	case schema.PriorityTagged:
		return sai.VLANTaggingModePriorityTagged
	}
	return sai.VLANTaggingModeTagged
}

// Publish tells which VLANs and members the ASIC has.
func Publish(ev publish.Event) []publish.Write {
	table, key := "", ""
	switch ev.Object.Key.Kind() {
	case "vlan":
		table, key = schema.StateTableVLAN, "Vlan"+ev.Object.Key.Name()
	case "vlanmember":
		id, port, _ := cutMember(ev.Object)
		table, key = schema.StateTableVLANMember, "Vlan"+id+schema.ConfigSeparator+port
	default:
		return nil
	}
	if ev.Gone {
		return []publish.Write{publish.Delete(statedb.StateDB, table, key)}
	}
	return []publish.Write{publish.Set(statedb.StateDB, table, key, map[string]string{"state": schema.StateOK})}
}

// cutMember splits the name of a member's key, "100/Ethernet0".
func cutMember(o *object.Object) (id, port string, ok bool) {
	return strings.Cut(o.Key.Name(), "/")
}
