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
	if t == sai.ObjectTypeHostifTrap && id == sai.HostifTrapAttrTrapType {
		return trapTypes()
	}
	if t == sai.ObjectTypeRouterInterface && id == sai.RouterInterfaceAttrType {
		return []int32{int32(sai.RouterInterfaceTypePort), int32(sai.RouterInterfaceTypeVLAN), int32(sai.RouterInterfaceTypeLoopback)}
	}
	if t == sai.ObjectTypeNextHopGroup && id == sai.NextHopGroupAttrType {
		return []int32{int32(sai.NextHopGroupTypeDynamicUnorderedEcmp), int32(sai.NextHopGroupTypeDynamicOrderedEcmp)}
	}
	var out []int32
	for _, v := range meta.Attr(id).Enum.Values() {
		out = append(out, v.Number)
	}
	return slices.Compact(out)
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
	case sai.ObjectTypeQueue:
		for id := range maps.Keys(queueStats) {
			out = append(out, int32(id))
		}
	case sai.ObjectTypeIngressPriorityGroup:
		for id := range maps.Keys(groupStats) {
			out = append(out, int32(id))
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
