package asicdb

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/heddle-nos/heddle/daemons/orchagent/object"
	"github.com/heddle-nos/heddle/sai"
)

// discover finds the objects that exist from the switch's creation on and
// binds those with a fixed key.
func (a *ASIC) discover(ctx context.Context) error {
	for _, f := range []struct {
		attr sai.AttrID
		key  object.Key
	}{
		{sai.SwitchAttrDefaultVirtualRouterID, object.DefaultVR},
		{sai.SwitchAttrCPUPort, object.CPUPort},
		{sai.SwitchAttrDefault1QBridgeID, object.DefaultBridge},
		{sai.SwitchAttrDefaultVLANID, object.DefaultVLAN},
		{sai.SwitchAttrDefaultTrapGroup, object.DefaultTrapGroup},
		{sai.SwitchAttrDefaultSTPInstID, object.DefaultSTP},
		{sai.SwitchAttrEcmpHash, object.ECMPHash},
		{sai.SwitchAttrLAGHash, object.LAGHash},
	} {
		v, ok, err := a.get(ctx, sai.ObjectTypeSwitch, SwitchVID, f.attr, 0)
		if err != nil {
			return fmt.Errorf("find %s: %w", f.key, err)
		}
		if !ok || v.OID() == sai.NullObjectID {
			a.log.Warn("the switch does not tell an object of its own", "object", f.key)
			continue
		}
		a.keys.adopt(v.OID())
		a.bindFixed(f.key, v.OID())
	}
	return a.discoverPorts(ctx)
}

func (a *ASIC) bindFixed(k object.Key, vid sai.ObjectID) {
	if a.keys.vid[k] != vid {
		a.keys.bind(k, vid)
	}
}

// discoverPorts lists the front-panel ports with their lanes. Those that no row
// has claimed yet are free for one, and spare until then.
func (a *ASIC) discoverPorts(ctx context.Context) error {
	a.free = make(map[string]sai.ObjectID)
	a.lanes = make(map[sai.ObjectID]sai.Value)
	n, ok, err := a.get(ctx, sai.ObjectTypeSwitch, SwitchVID, sai.SwitchAttrNumberOfActivePorts, 0)
	if err != nil || !ok || n.Uint() == 0 {
		return err
	}
	list, ok, err := a.get(ctx, sai.ObjectTypeSwitch, SwitchVID, sai.SwitchAttrPortList, uint32(n.Uint()))
	if err != nil || !ok {
		return err
	}
	return a.portLanes(ctx, list.OIDs())
}

// lanesRoom is how many lanes a port is asked for at first: an 800G port has 8.
const lanesRoom = 8

func (a *ASIC) portLanes(ctx context.Context, ports []sai.ObjectID) error {
	for _, vid := range ports {
		v, ok, err := a.get(ctx, sai.ObjectTypePort, vid, sai.PortAttrHwLaneList, lanesRoom)
		if err != nil {
			return fmt.Errorf("lanes of %s: %w", vid, err)
		}
		if !ok {
			a.log.Warn("a port does not tell its lanes", "vid", vid.String())
			continue
		}
		a.lanes[vid] = v
		k, named := a.keys.key[vid]
		if !named {
			a.keys.bind(strayKey(vid), vid)
		}
		if !named || Stray(k) {
			a.free[lanesText(v.Uints())] = vid
		}
	}
	return nil
}

// lanesText names a set of lanes whatever their order.
func lanesText(lanes []uint32) string {
	sorted := slices.Clone(lanes)
	slices.Sort(sorted)
	return strings.Trim(fmt.Sprint(sorted), "[]")
}

// Claim gives a discovered port that has the lanes of a wanted one its key. It
// returns the key the port had before, empty if there is no such port.
func (a *ASIC) Claim(ctx context.Context, want *object.Object) (object.Key, error) {
	lanes := want.Attr(sai.PortAttrHwLaneList)
	if want.Type != sai.ObjectTypePort || lanes == nil {
		return "", nil
	}
	name := lanesText(lanes.Value.Uints())
	vid, ok := a.free[name]
	if !ok {
		return "", nil
	}
	before := a.keys.key[vid]
	a.keys.unbind(before)
	delete(a.free, name)
	a.keys.bind(want.Key, vid)
	a.keys.adopt(vid)
	return before, a.keys.save(ctx)
}

// PortStates reads the operational state of every named port.
func (a *ASIC) PortStates(ctx context.Context) (map[object.Key]bool, error) {
	out := make(map[object.Key]bool)
	for k := range a.keys.vid {
		if k.Kind() != portKind || k == object.CPUPort {
			continue
		}
		up, err := a.PortState(ctx, k)
		if err != nil {
			return nil, err
		}
		out[k] = up
	}
	return out, nil
}

const portKind = "port"

// PortState reads the operational state of one port.
func (a *ASIC) PortState(ctx context.Context, k object.Key) (up bool, err error) {
	vid, ok := a.keys.vid[k]
	if !ok {
		return false, nil
	}
	v, ok, err := a.get(ctx, sai.ObjectTypePort, vid, sai.PortAttrOperStatus, 0)
	return ok && sai.PortOperStatus(v.Enum()) == sai.PortOperStatusUp, err
}

// Number reads a number that an object tells of itself, 0 when it does not.
func (a *ASIC) Number(ctx context.Context, k object.Key, id sai.AttrID) (uint64, error) {
	vid, ok := a.keys.vid[k]
	if !ok {
		return 0, nil
	}
	v, _, err := a.get(ctx, TypeOf(vid), vid, id, 0)
	return v.Uint(), err
}

// SwitchNumber reads a number that the switch tells of itself. ok is false
// when it does not.
func (a *ASIC) SwitchNumber(ctx context.Context, id sai.AttrID) (n uint64, ok bool, err error) {
	v, ok, err := a.get(ctx, sai.ObjectTypeSwitch, SwitchVID, id, 0)
	if err != nil || !ok {
		return 0, false, err
	}
	return v.Uint(), true, nil
}
