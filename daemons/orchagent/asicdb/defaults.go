package asicdb

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/heddle-nos/heddle/daemons/orchagent/object"
	"github.com/heddle-nos/heddle/sai"
	"github.com/heddle-nos/heddle/sai/text"
)

// unwanted begins the keys of objects that no row can want: the bridge ports
// and VLAN members that SAI gives every port at first, and what another
// program left in ASIC_DB. They are removed like anything else not wanted, but
// for ports: those stay, for a row to claim, while nobody needs their lanes.
const unwanted = "default/"

// Stray tells the key of an object that no row can want.
func Stray(k object.Key) bool { return strings.HasPrefix(string(k), unwanted) }

// owned tells the types of which orchagent makes every object there is.
func owned(t sai.ObjectType) bool {
	switch t {
	case sai.ObjectTypeBridgePort, sai.ObjectTypeVLANMember, sai.ObjectTypeVLAN, sai.ObjectTypeRouterInterface,
		sai.ObjectTypeNextHop, sai.ObjectTypeHostif, sai.ObjectTypeHostifTrap, sai.ObjectTypeHostifTrapGroup,
		sai.ObjectTypeHostifTableEntry, sai.ObjectTypeLAG, sai.ObjectTypeLAGMember,
		sai.ObjectTypeDebugCounter, sai.ObjectTypeCounter, sai.ObjectTypeNextHopGroup, sai.ObjectTypeNextHopGroupMember,
		sai.ObjectTypeSTP, sai.ObjectTypeSTPPort, sai.ObjectTypeL2MCGroup, sai.ObjectTypeL2MCGroupMember:
		return true
	}
	return false
}

// nameStrays gives every object of an owned type that has no key one.
func (a *ASIC) nameStrays(ctx context.Context) error {
	strays, err := a.listOf(ctx, object.DefaultBridge, sai.ObjectTypeBridge, sai.BridgeAttrPortList)
	if err != nil {
		return err
	}
	members, err := a.listOf(ctx, object.DefaultVLAN, sai.ObjectTypeVLAN, sai.VLANAttrMemberList)
	if err != nil {
		return err
	}
	stored, err := a.storedIDs(ctx)
	if err != nil {
		return err
	}
	strays = append(append(strays, members...), stored...)
	slices.Sort(strays)
	for _, vid := range slices.Compact(strays) {
		if err := a.nameStray(ctx, vid); err != nil {
			return err
		}
	}
	return nil
}

func (a *ASIC) nameStray(ctx context.Context, vid sai.ObjectID) error {
	if _, known := a.keys.key[vid]; known || !owned(TypeOf(vid)) {
		return nil
	}
	if TypeOf(vid) == sai.ObjectTypeBridgePort {
		v, ok, err := a.get(ctx, sai.ObjectTypeBridgePort, vid, sai.BridgePortAttrType, 0)
		if err != nil {
			return err
		}
		if ok && sai.BridgePortType(v.Enum()) != sai.BridgePortTypePort {
			return nil // the bridge's port to the router stays
		}
	}
	a.keys.bind(strayKey(vid), vid)
	return nil
}

func strayKey(vid sai.ObjectID) object.Key { return object.Key(unwanted + vid.String()) }

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

// storedIDs lists the objects with an id in ASIC_STATE. Entries, of which
// there may be a million, do not match the pattern and are not sent.
func (a *ASIC) storedIDs(ctx context.Context) ([]sai.ObjectID, error) {
	var ids []sai.ObjectID
	iter := uint64(0)
	for {
		rows, next, err := a.db.Redis().Scan(ctx, iter, tableState+":*:oid:0x*", scanCount).Result()
		if err != nil {
			return nil, fmt.Errorf("scan %s: %w", tableState, err)
		}
		for _, row := range rows {
			obj, err := text.DecodeObject(strings.TrimPrefix(row, tableState+":"))
			if err == nil && obj.Entry == nil {
				ids = append(ids, obj.OID)
			}
		}
		if iter = next; iter == 0 {
			return ids, nil
		}
	}
}
