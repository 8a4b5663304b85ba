package control

import (
	"maps"
	"slices"

	"github.com/heddle-nos/heddle/sai"
)

// Capability tells what works on an attribute.
func (c *Control) Capability(t sai.ObjectType, id sai.AttrID) (create, set, get bool) {
	k, ok := c.kinds[t]
	meta, known := sai.ObjectTypeInfo(t)
	if !ok || !known || meta.Attr(id) == nil {
		return false, false, false
	}
	m := meta.Attr(id)
	supported := k.has(id)
	return supported && !m.ReadOnly, supported && m.Settable, supported || m.ReadOnly || m.HasDefault
}

// trapTypes, in order, for EnumValues.
func trapTypes() []int32 {
	var out []int32
	for t := range trapKinds {
		out = append(out, int32(t))
	}
	slices.Sort(out)
	return out
}

// EnumValues lists the values that an attribute can have, nil if it is no
// supported enum.
func (c *Control) EnumValues(t sai.ObjectType, id sai.AttrID) []int32 {
	k, ok := c.kinds[t]
	meta, known := sai.ObjectTypeInfo(t)
	if !ok || !known || !k.has(id) || meta.Attr(id).Enum == nil {
		return nil
	}
	if t == sai.ObjectTypeDebugCounter {
		return debugValues(id)
	}
	if t == sai.ObjectTypeHostifTrap && id == sai.HostifTrapAttrTrapType {
		return trapTypes()
	}
	if t == sai.ObjectTypeRouterInterface && id == sai.RouterInterfaceAttrType {
		return []int32{int32(sai.RouterInterfaceTypePort), int32(sai.RouterInterfaceTypeVLAN), int32(sai.RouterInterfaceTypeLoopback)}
	}
	if t == sai.ObjectTypeNextHopGroup && id == sai.NextHopGroupAttrType {
		return groupTypes()
	}
	switch {
	case t == sai.ObjectTypeHash:
		return hashFields()
	case t == sai.ObjectTypeSwitch && (id == sai.SwitchAttrEcmpDefaultHashAlgorithm || id == sai.SwitchAttrLAGDefaultHashAlgorithm):
		return hashAlgorithms()
	}
	var out []int32
	for _, v := range meta.Attr(id).Enum.Values() {
		out = append(out, v.Number)
	}
	return slices.Compact(out)
}

// debugValues are the types of debug counters, or the reasons that they know.
func debugValues(id sai.AttrID) []int32 {
	switch id {
	case sai.DebugCounterAttrInDropReasonList:
		return reasonNumbers(inDrops)
	case sai.DebugCounterAttrOutDropReasonList:
		return reasonNumbers(outDrops)
	}
	var out []int32
	for t := range families {
		out = append(out, int32(t))
	}
	slices.Sort(out)
	return out
}

// Counters lists the counters of an object type.
func Counters(t sai.ObjectType) []int32 {
	var out []int32
	switch t {
	case sai.ObjectTypePort:
		for id := range maps.Keys(portStats) {
			out = append(out, int32(id))
		}
	case sai.ObjectTypeRouterInterface:
		for id := range maps.Keys(rifStats) {
			out = append(out, int32(id))
		}
	case sai.ObjectTypeCounter:
		out = []int32{int32(sai.CounterStatPackets), int32(sai.CounterStatBytes)}
	case sai.ObjectTypePolicer:
		for id := range maps.Keys(policerStats) {
			out = append(out, int32(id))
		}
	case sai.ObjectTypeQueue:
		for id := range maps.Keys(queueStats) {
			out = append(out, int32(id))
		}
	case sai.ObjectTypeIngressPriorityGroup:
		for id := range maps.Keys(groupStats) {
			out = append(out, int32(id))
		}
	}
	for _, f := range families {
		for i := range MaxDebugCounters {
			if f.on == t {
				out = append(out, int32(f.base)+int32(i))
			}
		}
	}
	slices.Sort(out)
	return out
}

// Types lists the types of objects that can exist.
func (c *Control) Types() []sai.ObjectType { return slices.Sorted(maps.Keys(c.kinds)) }

// Supports reports whether objects of a type can exist.
func (c *Control) Supports(t sai.ObjectType) bool {
	_, ok := c.kinds[t]
	return ok
}
