package strict

import (
	"slices"
	"strings"

	"github.com/heddle-nos/heddle/sai"
)

// value returns an attribute's value: explicit, computed, or default. The
// status is of index 0.
func (s *Store) value(obj sai.Object, id sai.AttrID) (sai.Value, sai.Status) {
	sc := s.schemaOf(obj.Type)
	if sc == nil {
		return sai.Value{}, sai.StatusInvalidObjectType
	}
	a := sc.meta.Attr(id)
	if a == nil {
		return sai.Value{}, sai.StatusUnknownAttribute0
	}
	attrs, ok := s.lookup(obj)
	if !ok {
		return sai.Value{}, sai.StatusItemNotFound
	}
	if v, ok := find(attrs, id); ok {
		return v, sai.StatusSuccess
	}
	if v, ok := s.computed(obj, id); ok {
		return v, sai.StatusSuccess
	}
	if v, ok := s.defaultOf(obj, a); ok {
		return v, sai.StatusSuccess
	}
	return sai.Value{}, sai.StatusAttrNotImplemented0
}

func (s *Store) defaultOf(obj sai.Object, a *sai.AttrMeta) (sai.Value, bool) {
	if a.HasDefault {
		return a.Default, true
	}
	if name, ok := strings.CutPrefix(a.DefaultText, "attrvalue "); ok {
		return s.inherited(obj, name)
	}
	switch a.Kind {
	case sai.KindOID:
		return sai.OID(sai.NullObjectID), a.AllowNull || a.DefaultText == "internal"
	case sai.KindOIDList:
		return sai.OIDList(nil), a.ReadOnly
	case sai.KindU32List:
		return sai.U32List(nil), a.ReadOnly
	case sai.KindEnumList:
		return sai.EnumList(nil), a.ReadOnly
	}
	return sai.Value{}, false
}

// inherited resolves a default that is another object's attribute: a virtual
// router's for router interfaces, otherwise the switch's.
func (s *Store) inherited(obj sai.Object, name string) (sai.Value, bool) {
	from := sai.ObjectOf(sai.ObjectTypeSwitch, s.sw)
	if strings.HasPrefix(name, "SAI_VIRTUAL_ROUTER_ATTR_") && obj.Type == sai.ObjectTypeRouterInterface {
		vr, _ := s.value(obj, sai.RouterInterfaceAttrVirtualRouterID)
		from = sai.ObjectOf(sai.ObjectTypeVirtualRouter, vr.OID())
	}
	a := s.schemaOf(from.Type).meta.AttrByName(name)
	if a == nil {
		return sai.Value{}, false
	}
	v, st := s.value(from, a.ID)
	return v, st == sai.StatusSuccess
}

// computed returns values that follow from other objects.
func (s *Store) computed(obj sai.Object, id sai.AttrID) (sai.Value, bool) {
	if m, ok := memberLists[member{obj.Type, id}]; ok {
		return s.members(obj.OID, m), true
	}
	switch obj.Type {
	case sai.ObjectTypeSwitch:
		return s.switchValue(id)
	case sai.ObjectTypePort:
		return s.portValue(obj, id)
	case sai.ObjectTypeBridge:
		if id == sai.BridgeAttrPortList {
			return s.bridgePorts(obj.OID), true
		}
	case sai.ObjectTypeNextHopGroup:
		if id == sai.NextHopGroupAttrNextHopCount {
			list, _ := s.computed(obj, sai.NextHopGroupAttrNextHopMemberList)
			return sai.U32(uint32(len(list.OIDs()))), true
		}
	case sai.ObjectTypeL2MCGroup:
		if id == sai.L2MCGroupAttrL2MCOutputCount {
			list, _ := s.computed(obj, sai.L2MCGroupAttrL2MCMemberList)
			return sai.U32(uint32(len(list.OIDs()))), true
		}
	case sai.ObjectTypeRouteEntry:
		if e, ok := obj.Entry.(sai.RouteEntry); ok && id == sai.RouteEntryAttrIPAddrFamily {
			return family(e.Destination.Addr().Is6()), true
		}
	case sai.ObjectTypeNeighborEntry:
		if e, ok := obj.Entry.(sai.NeighborEntry); ok && id == sai.NeighborEntryAttrIPAddrFamily {
			return family(e.IP.Is6()), true
		}
	}
	return sai.Value{}, false
}

func family(v6 bool) sai.Value {
	if v6 {
		return sai.Enum(sai.IPAddrFamilyIPv6)
	}
	return sai.Enum(sai.IPAddrFamilyIPv4)
}

// member names an attribute of an object type.
type member struct {
	typ  sai.ObjectType
	attr sai.AttrID
}

// memberLists tells which objects a read-only list names: those of the given
// type whose given attribute refers back.
var memberLists = map[member]member{
	{sai.ObjectTypeVLAN, sai.VLANAttrMemberList}:                        {sai.ObjectTypeVLANMember, sai.VLANMemberAttrVLANID},
	{sai.ObjectTypeSTP, sai.STPAttrPortList}:                            {sai.ObjectTypeSTPPort, sai.STPPortAttrSTP},
	{sai.ObjectTypeLAG, sai.LAGAttrPortList}:                            {sai.ObjectTypeLAGMember, sai.LAGMemberAttrLAGID},
	{sai.ObjectTypeNextHopGroup, sai.NextHopGroupAttrNextHopMemberList}: {sai.ObjectTypeNextHopGroupMember, sai.NextHopGroupMemberAttrNextHopGroupID},
	{sai.ObjectTypeL2MCGroup, sai.L2MCGroupAttrL2MCMemberList}:          {sai.ObjectTypeL2MCGroupMember, sai.L2MCGroupMemberAttrL2MCGroupID},
}

// bridgePorts lists the ports of a bridge: those that name it, and for the 802.1Q
// bridge those that name none.
func (s *Store) bridgePorts(bridge sai.ObjectID) sai.Value {
	var ids []sai.ObjectID
	if tab := s.tables[sai.ObjectTypeBridgePort]; tab != nil {
		for id, r := range tab.byOID {
			of, named := find(r.attrs, sai.BridgePortAttrBridgeID)
			if !named || of.OID() == sai.NullObjectID {
				of = sai.OID(s.def.bridge)
			}
			if of.OID() == bridge {
				ids = append(ids, id)
			}
		}
	}
	slices.Sort(ids)
	return sai.OIDList(ids)
}

func (s *Store) members(owner sai.ObjectID, m member) sai.Value {
	var ids []sai.ObjectID
	if tab := s.tables[m.typ]; tab != nil {
		for id, r := range tab.byOID {
			if v, ok := find(r.attrs, m.attr); ok && v.OID() == owner {
				ids = append(ids, id)
			}
		}
	}
	slices.Sort(ids)
	return sai.OIDList(ids)
}

// recordState stores values without validation.
func (s *Store) recordState(obj sai.Object, attrs []sai.Attr) {
	if _, ok := s.lookup(obj); !ok {
		return
	}
	for _, a := range attrs {
		s.replace(obj, a)
	}
}

// SetState stores values that hardware would determine, such as a port's
// operational status. It reports whether the object exists.
func (s *Store) SetState(obj sai.Object, attrs ...sai.Attr) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	_, ok := s.lookup(obj)
	s.recordState(obj, attrs)
	return ok
}
