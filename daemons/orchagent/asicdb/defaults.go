package asicdb

import (
	"context"
	"fmt"

	"github.com/heddle-nos/heddle/daemons/orchagent/object"
	"github.com/heddle-nos/heddle/sai"
)

// Prefix of the keys of objects that the switch made and nobody wants: members
// of the default VLAN and bridge ports. They are removed like anything else
// that is not wanted.
const unwanted = "default/"

// loadDefaults reports the members of the default VLAN and the bridge ports
// that the switch made by itself. SAI gives every port one of each.
func (a *ASIC) loadDefaults(ctx context.Context, to Loaded, seen map[sai.ObjectID]bool) error {
	ports, err := a.listOf(ctx, object.DefaultBridge, sai.ObjectTypeBridge, sai.BridgeAttrPortList)
	if err != nil {
		return err
	}
	members, err := a.listOf(ctx, object.DefaultVLAN, sai.ObjectTypeVLAN, sai.VLANAttrMemberList)
	if err != nil {
		return err
	}
	for _, vid := range ports {
		if err := a.defaultBridgePort(ctx, vid, to); err != nil {
			return err
		}
	}
	for _, vid := range members {
		if err := a.defaultMember(ctx, vid, to); err != nil {
			return err
		}
	}
	return nil
}

func (a *ASIC) listOf(ctx context.Context, k object.Key, t sai.ObjectType, id sai.AttrID) ([]sai.ObjectID, error) {
	vid, ok := a.keys.vid[k]
	if !ok {
		return nil, nil
	}
	v, _, err := a.get(ctx, t, vid, id, uint32(len(a.lanes)+1))
	if err != nil {
		return nil, fmt.Errorf("parts of %s: %w", k, err)
	}
	return v.OIDs(), nil
}

func (a *ASIC) defaultBridgePort(ctx context.Context, vid sai.ObjectID, to Loaded) error {
	if _, known := a.keys.key[vid]; known || vid == sai.NullObjectID {
		return nil
	}
	v, ok, err := a.get(ctx, sai.ObjectTypeBridgePort, vid, sai.BridgePortAttrType, 0)
	if err != nil {
		return err
	}
	if ok && sai.BridgePortType(v.Enum()) != sai.BridgePortTypePort {
		return nil // the bridge's port to the router stays
	}
	k := object.Key(unwanted + "bridgeport/" + vid.String())
	a.keys.bind(k, vid)
	to.Object(&object.Object{Key: k, Type: sai.ObjectTypeBridgePort})
	return nil
}

func (a *ASIC) defaultMember(ctx context.Context, vid sai.ObjectID, to Loaded) error {
	if _, known := a.keys.key[vid]; known || vid == sai.NullObjectID {
		return nil
	}
	v, ok, err := a.get(ctx, sai.ObjectTypeVLANMember, vid, sai.VLANMemberAttrBridgePortID, 0)
	if err != nil {
		return err
	}
	k := object.Key(unwanted + "vlanmember/" + vid.String())
	a.keys.bind(k, vid)
	o := &object.Object{Key: k, Type: sai.ObjectTypeVLANMember}
	o.SetAttr(object.Ref(sai.VLANMemberAttrVLANID, object.DefaultVLAN))
	if ok {
		o.SetAttr(a.keys.attr(sai.Attr{ID: sai.VLANMemberAttrBridgePortID, Value: v}))
	}
	to.Object(o)
	return nil
}
