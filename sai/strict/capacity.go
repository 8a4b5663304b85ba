package strict

import (
	"slices"

	"github.com/heddle-nos/heddle/sai"
)

// maxMTU is the largest frame payload a port takes, in bytes.
const maxMTU = 9216

// switchValue computes the read-only attributes of the switch.
func (s *Store) switchValue(id sai.AttrID) (sai.Value, bool) {
	switch id {
	case sai.SwitchAttrPortList:
		return sai.OIDList(s.frontPorts()), true
	case sai.SwitchAttrNumberOfActivePorts:
		return sai.U32(uint32(len(s.frontPorts()))), true
	case sai.SwitchAttrMaxNumberOfSupportedPorts:
		return sai.U32(s.lanes()), true
	case sai.SwitchAttrPortMaxMTU:
		return sai.U32(maxMTU), true
	case sai.SwitchAttrCPUPort:
		return sai.OID(s.def.cpu), true
	case sai.SwitchAttrDefaultVLANID:
		return sai.OID(s.def.vlan), true
	case sai.SwitchAttrDefaultVirtualRouterID:
		return sai.OID(s.def.router), true
	case sai.SwitchAttrDefaultSTPInstID:
		return sai.OID(s.def.stp), true
	case sai.SwitchAttrDefault1QBridgeID:
		return sai.OID(s.def.bridge), true
	case sai.SwitchAttrDefaultTrapGroup:
		return sai.OID(s.def.trapGroup), true
	case sai.SwitchAttrEcmpHash:
		return sai.OID(s.def.ecmpHash), true
	case sai.SwitchAttrLAGHash:
		return sai.OID(s.def.lagHash), true
	case sai.SwitchAttrOperStatus:
		return sai.Enum(sai.SwitchOperStatusUp), true
	case sai.SwitchAttrSupportedObjectTypeList:
		return sai.EnumList(s.supported()), true
	case sai.SwitchAttrACLEntryMinimumPriority, sai.SwitchAttrACLTableMinimumPriority,
		sai.SwitchAttrACLEntryMaximumPriority, sai.SwitchAttrACLTableMaximumPriority, // SONiC's orchagent does not start without
		sai.SwitchAttrNumberOfMulticastQueues, sai.SwitchAttrNumberOfCPUQueues:
		return sai.U32(0), true
	case sai.SwitchAttrNumberOfUnicastQueues, sai.SwitchAttrNumberOfQueues:
		return sai.U32(uint32(s.opt.Queues)), true
	case sai.SwitchAttrQoSMaxNumberOfTrafficClasses:
		return sai.U8(8), true // IEEE 802.1Q section 8.6.6
	}
	return s.capacity(id)
}

// supported lists the types of objects that can exist.
func (s *Store) supported() []int32 {
	var list []int32
	for _, t := range s.opt.Types {
		list = append(list, int32(t))
	}
	for t := sai.ObjectTypeNull + 1; len(s.opt.Types) == 0 && t < beyondTypes; t++ {
		if _, ok := sai.ObjectTypeInfo(t); ok {
			list = append(list, int32(t))
		}
	}
	return list
}

// beyondTypes is more than any object type, but for extensions.
const beyondTypes = 256

// capacity computes table sizes and what is left of them.
func (s *Store) capacity(id sai.AttrID) (sai.Value, bool) {
	if t, ok := tableSizes[id]; ok {
		return sai.U32(uint32(s.limit(t))), true
	}
	t, ok := availabilities[id]
	if !ok {
		return sai.Value{}, false
	}
	return sai.U32(uint32(s.available(t))), true
}

var tableSizes = map[sai.AttrID]sai.ObjectType{
	sai.SwitchAttrMaxVirtualRouters:   sai.ObjectTypeVirtualRouter,
	sai.SwitchAttrFDBTableSize:        sai.ObjectTypeFDBEntry,
	sai.SwitchAttrL3NeighborTableSize: sai.ObjectTypeNeighborEntry,
	sai.SwitchAttrL3RouteTableSize:    sai.ObjectTypeRouteEntry,
	sai.SwitchAttrNumberOfLags:        sai.ObjectTypeLAG,
	sai.SwitchAttrNumberOfEcmpGroups:  sai.ObjectTypeNextHopGroup,
	sai.SwitchAttrMaxSTPInstance:      sai.ObjectTypeSTP,
}

var availabilities = map[sai.AttrID]sai.ObjectType{
	sai.SwitchAttrAvailableIPv4RouteEntry:          sai.ObjectTypeRouteEntry,
	sai.SwitchAttrAvailableIPv6RouteEntry:          sai.ObjectTypeRouteEntry,
	sai.SwitchAttrAvailableIPv4NexthopEntry:        sai.ObjectTypeNextHop,
	sai.SwitchAttrAvailableIPv6NexthopEntry:        sai.ObjectTypeNextHop,
	sai.SwitchAttrAvailableIPv4NeighborEntry:       sai.ObjectTypeNeighborEntry,
	sai.SwitchAttrAvailableIPv6NeighborEntry:       sai.ObjectTypeNeighborEntry,
	sai.SwitchAttrAvailableNextHopGroupEntry:       sai.ObjectTypeNextHopGroup,
	sai.SwitchAttrAvailableNextHopGroupMemberEntry: sai.ObjectTypeNextHopGroupMember,
	sai.SwitchAttrAvailableFDBEntry:                sai.ObjectTypeFDBEntry,
	sai.SwitchAttrAvailableL2MCEntry:               sai.ObjectTypeL2MCEntry,
	sai.SwitchAttrAvailableIpmcEntry:               sai.ObjectTypeIpmcEntry,
	sai.SwitchAttrAvailableMySidEntry:              sai.ObjectTypeMySidEntry,
}

// Available returns how many more objects of a type fit.
func (s *Store) Available(t sai.ObjectType) int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.available(t)
}

func (s *Store) available(t sai.ObjectType) int {
	used := 0
	if tab := s.tables[t]; tab != nil {
		used = tab.len()
	}
	return max(s.limit(t)-used, 0)
}

// lanes counts the lanes of the front panel: a port needs at least one.
func (s *Store) lanes() (n uint32) {
	for _, p := range s.opt.Ports {
		n += uint32(len(p.Lanes))
	}
	return n
}

func (s *Store) limit(t sai.ObjectType) int {
	if n, ok := s.opt.Limits[t]; ok {
		return n
	}
	return DefaultLimit
}

func (s *Store) frontPorts() []sai.ObjectID {
	var ids []sai.ObjectID
	if tab := s.tables[sai.ObjectTypePort]; tab != nil {
		for id := range tab.byOID {
			if id != s.def.cpu {
				ids = append(ids, id)
			}
		}
	}
	slices.Sort(ids)
	return ids
}

// portValue computes the read-only attributes of a port. Without hardware a
// port is up when it is enabled.
func (s *Store) portValue(obj sai.Object, id sai.AttrID) (sai.Value, bool) {
	if v, ok := s.partValue(obj.OID, id); ok {
		return v, true
	}
	switch id {
	case sai.PortAttrOperStatus:
		if admin, _ := s.value(obj, sai.PortAttrAdminState); admin.Bool() || obj.OID == s.def.cpu {
			return sai.Enum(sai.PortOperStatusUp), true
		}
		return sai.Enum(sai.PortOperStatusDown), true
	case sai.PortAttrType:
		return sai.Enum(sai.PortTypeLogical), true
	case sai.PortAttrOperSpeed:
		v, st := s.value(obj, sai.PortAttrSpeed)
		return v, st == sai.StatusSuccess
	case sai.PortAttrSupportedSpeed:
		lanes, _ := s.value(obj, sai.PortAttrHwLaneList)
		return sai.U32List(speeds(len(lanes.Uints()))), true
	case sai.PortAttrSupportedFecMode:
		lanes, _ := s.value(obj, sai.PortAttrHwLaneList)
		return sai.EnumList(fecModes(len(lanes.Uints()))), true
	case sai.PortAttrOperPortFecMode:
		v, st := s.value(obj, sai.PortAttrFecMode)
		return v, st == sai.StatusSuccess
	case sai.PortAttrSupportedAutoNegMode, sai.PortAttrSupportedLinkTrainingMode:
		return sai.Bool(false), true
	case sai.PortAttrQoSNumberOfSchedulerGroups:
		return sai.U32(0), true
	}
	return sai.Value{}, false
}

// laneSpeed is what one lane carries at most, in Mbit/s: 100 Gbit/s (IEEE 802.3ck).
const laneSpeed = 100000

// speeds lists what a port of some lanes can run at, in Mbit/s. Slower speeds use fewer lanes of it.
func speeds(lanes int) (can []uint32) {
	for _, speed := range []uint32{1000, 10000, 25000, 40000, 50000, 100000, 200000, 400000, 800000} {
		if int(speed) <= lanes*laneSpeed {
			can = append(can, speed)
		}
	}
	return can
}

// fecModes lists the FEC modes that a port of some lanes can have, at one or another of its speeds: which speed comes next is not known, and what is
// configured at once must not depend on the order.
func fecModes(lanes int) []int32 {
	var can []int32
	for _, mode := range []int32{int32(sai.PortFecModeNone), int32(sai.PortFecModeRs), int32(sai.PortFecModeFc)} {
		if slices.ContainsFunc(speeds(lanes), func(speed uint32) bool { return slices.Contains(fecModesAt(lanes, speed), mode) }) {
			can = append(can, mode)
		}
	}
	return can
}

// fecModesAt lists those of a speed in Mbit/s. BASE-R (IEEE 802.3 clause 74) is there for lanes of 10 and 25 Gbit/s, up to 50 Gbit/s in all and at 40;
// Reed-Solomon (clauses 91, 108 and 134) from lanes of 25 Gbit/s on, which those of 50 and more cannot do without.
func fecModesAt(lanes int, speed uint32) []int32 {
	const none, rs, fc = int32(sai.PortFecModeNone), int32(sai.PortFecModeRs), int32(sai.PortFecModeFc)
	switch {
	case speed < 10000:
		return []int32{none}
	case speed == 10000, speed == 40000:
		return []int32{none, fc}
	case speed == 25000, speed == 50000 && lanes > 1:
		return []int32{none, rs, fc}
	case speed == 100000 && lanes >= 4:
		return []int32{none, rs}
	}
	return []int32{rs}
}
