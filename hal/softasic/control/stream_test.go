package control

import (
	"net/netip"
	"slices"
	"testing"

	"github.com/heddle-nos/heddle/hal/softasic/dataplane"
	"github.com/heddle-nos/heddle/sai"
)

// snooped is VLAN 7 with a bridge port on each port of the front panel.
func (r *rig) snooped() (vlan7 sai.ObjectID, bridgePorts []sai.ObjectID) {
	r.Helper()
	return r.create(sai.ObjectTypeVLAN, attr(sai.VLANAttrVLANID, sai.U16(7))), func() (ids []sai.ObjectID) {
		for _, o := range r.store.Keys(sai.ObjectTypeBridgePort) {
			ids = append(ids, o.OID)
		}
		slices.Sort(ids)
		return ids
	}()
}

func (r *rig) tryOutput(group, bp sai.ObjectID) (sai.Object, sai.Status) {
	id, st := r.try(sai.ObjectTypeL2MCGroupMember, attr(sai.L2MCGroupMemberAttrL2MCGroupID, sai.OID(group)), attr(sai.L2MCGroupMemberAttrL2MCOutputID, sai.OID(bp)))
	return sai.ObjectOf(sai.ObjectTypeL2MCGroupMember, id), st
}

func (r *rig) output(group, bp sai.ObjectID) sai.Object {
	r.Helper()
	o, st := r.tryOutput(group, bp)
	r.want("member", st, sai.StatusSuccess)
	return o
}

// goesTo checks the ports of a stream in VLAN 7; nil: there is no such stream.
func (r *rig) goesTo(group, source string, want []dataplane.PortID) {
	r.Helper()
	s := dataplane.Stream{Group: netip.MustParseAddr(group)}
	if source != "" {
		s.Source = netip.MustParseAddr(source)
	}
	if got, some := r.plane.Stream(7, s); some != (want != nil) || !slices.Equal(got, want) {
		r.Errorf("%s from %q goes to %v, %v; want %v", group, source, got, some, want)
	}
}

func TestStreams(t *testing.T) {
	r := newRig(t)
	vlan7, bps := r.snooped()
	group := r.create(sai.ObjectTypeL2MCGroup)
	entry := sai.L2MCEntry{Switch: r.sw, BV: vlan7, Type: sai.L2MCEntryTypeXg, Destination: netip.MustParseAddr("239.1.1.1"), Source: netip.IPv4Unspecified()}
	r.enter(entry, attr(sai.L2MCEntryAttrPacketAction, sai.Enum(sai.PacketActionForward)), attr(sai.L2MCEntryAttrOutputGroupID, sai.OID(group)))
	r.goesTo("239.1.1.1", "", []dataplane.PortID{})
	second, first := r.output(group, bps[1]), r.output(group, bps[0])
	r.goesTo("239.1.1.1", "", []dataplane.PortID{1, 2})
	_, st := r.tryOutput(group, bps[0])
	r.want("member twice", st, sai.StatusItemAlreadyExists)
	if got := r.get(sai.ObjectOf(sai.ObjectTypeL2MCGroup, group), sai.L2MCGroupAttrL2MCOutputCount).Uint(); got != 2 {
		t.Errorf("group counts %d", got)
	}

	one := sai.L2MCEntry{Switch: r.sw, BV: vlan7, Type: sai.L2MCEntryTypeSg, Destination: netip.MustParseAddr("ff05::1"), Source: netip.MustParseAddr("fe80::1")}
	r.enter(one, attr(sai.L2MCEntryAttrPacketAction, sai.Enum(sai.PacketActionDrop)), attr(sai.L2MCEntryAttrOutputGroupID, sai.OID(group)))
	r.goesTo("ff05::1", "fe80::1", []dataplane.PortID{})
	r.set(sai.EntryOf(one), sai.L2MCEntryAttrPacketAction, sai.Enum(sai.PacketActionForward))
	r.goesTo("ff05::1", "fe80::1", []dataplane.PortID{1, 2})
	r.remove(second)
	r.goesTo("ff05::1", "fe80::1", []dataplane.PortID{1})
	r.goesTo("239.1.1.1", "", []dataplane.PortID{1})
	r.set(sai.EntryOf(one), sai.L2MCEntryAttrOutputGroupID, sai.OID(sai.NullObjectID))
	r.goesTo("ff05::1", "fe80::1", []dataplane.PortID{})

	inUse := func(what string, o sai.Object) {
		t.Helper()
		r.want(what, r.store.Remove([]sai.Object{o}, false)[0], sai.StatusObjectInUse)
	}
	inUse("a group with members", sai.ObjectOf(sai.ObjectTypeL2MCGroup, group))
	inUse("a VLAN with an entry", vlan(vlan7))
	inUse("the bridge port of a member", sai.ObjectOf(sai.ObjectTypeBridgePort, bps[0]))
	r.remove(first)
	inUse("the group of an entry", sai.ObjectOf(sai.ObjectTypeL2MCGroup, group))
	r.remove(sai.EntryOf(entry))
	r.goesTo("239.1.1.1", "", nil)
	r.remove(sai.EntryOf(one))
	r.remove(sai.ObjectOf(sai.ObjectTypeL2MCGroup, group))
	r.remove(vlan(vlan7))
}

func TestStreamsRefused(t *testing.T) {
	r := newRig(t)
	vlan7, _ := r.snooped()
	bridge := r.get(sai.ObjectOf(sai.ObjectTypeSwitch, r.sw), sai.SwitchAttrDefault1QBridgeID).OID()
	a := netip.MustParseAddr
	forward := attr(sai.L2MCEntryAttrPacketAction, sai.Enum(sai.PacketActionForward))
	for name, tt := range map[string]struct {
		entry sai.L2MCEntry
		attrs []sai.Attr
		want  sai.Status
	}{
		"link scope":          {sai.L2MCEntry{BV: vlan7, Type: sai.L2MCEntryTypeXg, Destination: a("224.0.0.251")}, []sai.Attr{forward}, sai.StatusNotSupported},
		"link scope of IPv6":  {sai.L2MCEntry{BV: vlan7, Type: sai.L2MCEntryTypeXg, Destination: a("ff12::1")}, []sai.Attr{forward}, sai.StatusNotSupported},
		"in the bridge":       {sai.L2MCEntry{BV: bridge, Type: sai.L2MCEntryTypeXg, Destination: a("239.1.1.1")}, []sai.Attr{forward}, sai.StatusNotSupported},
		"no VLAN":             {sai.L2MCEntry{BV: r.sw, Type: sai.L2MCEntryTypeXg, Destination: a("239.1.1.1")}, []sai.Attr{forward}, sai.StatusInvalidObjectID},
		"no group":            {sai.L2MCEntry{BV: vlan7, Type: sai.L2MCEntryTypeXg, Destination: a("10.1.1.1")}, []sai.Attr{forward}, sai.StatusInvalidParameter},
		"sender of all":       {sai.L2MCEntry{BV: vlan7, Type: sai.L2MCEntryTypeXg, Destination: a("239.1.1.1"), Source: a("10.0.0.1")}, []sai.Attr{forward}, sai.StatusInvalidParameter},
		"no sender":           {sai.L2MCEntry{BV: vlan7, Type: sai.L2MCEntryTypeSg, Destination: a("239.1.1.1"), Source: a("0.0.0.0")}, []sai.Attr{forward}, sai.StatusInvalidParameter},
		"sender of IPv6":      {sai.L2MCEntry{BV: vlan7, Type: sai.L2MCEntryTypeSg, Destination: a("239.1.1.1"), Source: a("fe80::1")}, []sai.Attr{forward}, sai.StatusInvalidParameter},
		"a group that sends":  {sai.L2MCEntry{BV: vlan7, Type: sai.L2MCEntryTypeSg, Destination: a("239.1.1.1"), Source: a("239.1.1.2")}, []sai.Attr{forward}, sai.StatusInvalidParameter},
		"no type":             {sai.L2MCEntry{BV: vlan7, Type: 9, Destination: a("239.1.1.1")}, []sai.Attr{forward}, sai.StatusInvalidParameter},
		"without an action":   {sai.L2MCEntry{BV: vlan7, Type: sai.L2MCEntryTypeXg, Destination: a("239.1.1.1")}, nil, sai.StatusMandatoryAttributeMissing},
		"another action":      {sai.L2MCEntry{BV: vlan7, Type: sai.L2MCEntryTypeXg, Destination: a("239.1.1.1")}, []sai.Attr{attr(sai.L2MCEntryAttrPacketAction, sai.Enum(sai.PacketActionTrap))}, sai.StatusAttrNotSupported0},
		"a group that is not": {sai.L2MCEntry{BV: vlan7, Type: sai.L2MCEntryTypeXg, Destination: a("239.1.1.1")}, []sai.Attr{forward, attr(sai.L2MCEntryAttrOutputGroupID, sai.OID(vlan7))}, sai.StatusInvalidAttrValue0 - 1},
	} {
		tt.entry.Switch = r.sw
		got := r.store.Create(sai.ObjectTypeL2MCEntry, r.sw, []sai.NewObject{{Object: sai.EntryOf(tt.entry), Attrs: tt.attrs}}, false)[0]
		r.want(name, got, tt.want)
	}
	group := r.create(sai.ObjectTypeL2MCGroup)
	_, st := r.tryOutput(group, r.ports[0])
	r.want("output that is a port", st, sai.StatusInvalidAttrValue0-1)
	for _, id := range []sai.AttrID{sai.VLANAttrUnknownNonIPMcastOutputGroupID, sai.VLANAttrUnknownLinklocalMcastOutputGroupID} {
		r.want("an output that cannot be", r.store.Set([]sai.Object{vlan(vlan7)}, []sai.Attr{attr(id, sai.OID(group))}, false)[0], sai.StatusAttrNotSupported0)
	}
	for name, kind := range map[string]sai.HostifTrapType{"query": sai.HostifTrapTypeIgmpTypeQuery, "PIM message": sai.HostifTrapTypePim} {
		_, st = r.try(sai.ObjectTypeHostifTrap, attr(sai.HostifTrapAttrTrapType, sai.Enum(kind)), attr(sai.HostifTrapAttrPacketAction, sai.Enum(sai.PacketActionCopy)))
		r.want("a copy of a "+name, st, sai.StatusAttrNotSupported0-1)
		_, st = r.try(sai.ObjectTypeHostifTrap, attr(sai.HostifTrapAttrTrapType, sai.Enum(kind)), attr(sai.HostifTrapAttrPacketAction, sai.Enum(sai.PacketActionTrap)))
		r.want("a trap of a "+name, st, sai.StatusSuccess)
	}
}

// TestSnoopedVLAN: how a VLAN looks groups up, and where its unknown ones go.
func TestSnoopedVLAN(t *testing.T) {
	r := newRig(t)
	vlan7, bps := r.snooped()
	o, group := vlan(vlan7), r.create(sai.ObjectTypeL2MCGroup)
	check := func(four, six dataplane.Snooping) {
		t.Helper()
		if got := r.plane.VLAN(7); got.Snoop4 != four || got.Snoop6 != six {
			t.Errorf("snooping %+v and %+v", got.Snoop4, got.Snoop6)
		}
	}
	off, groups, both := dataplane.Snooping{}, dataplane.Snooping{Groups: true}, dataplane.Snooping{Groups: true, Sources: true}
	check(off, off)
	r.set(o, sai.VLANAttrIPv4McastLookupKeyType, sai.Enum(sai.VLANMcastLookupKeyTypeXg))
	r.set(o, sai.VLANAttrIPv6McastLookupKeyType, sai.Enum(sai.VLANMcastLookupKeyTypeXgAndSg))
	check(groups, both)
	r.set(o, sai.VLANAttrCustomIgmpSnoopingEnable, sai.Bool(true))
	check(groups, both)
	r.set(o, sai.VLANAttrIPv4McastLookupKeyType, sai.Enum(sai.VLANMcastLookupKeyTypeMACDa))
	r.set(o, sai.VLANAttrIPv6McastLookupKeyType, sai.Enum(sai.VLANMcastLookupKeyTypeSg))
	check(both, dataplane.Snooping{Sources: true})

	r.set(o, sai.VLANAttrUnknownIPv4McastOutputGroupID, sai.OID(group))
	r.goesTo("0.0.0.0", "", []dataplane.PortID{})
	r.goesTo("::", "", nil)
	m := r.output(group, bps[2])
	r.set(o, sai.VLANAttrUnknownIPv6McastOutputGroupID, sai.OID(group))
	r.goesTo("0.0.0.0", "", []dataplane.PortID{3})
	r.goesTo("::", "", []dataplane.PortID{3})
	r.remove(m)
	r.goesTo("::", "", []dataplane.PortID{})
	r.want("the group of a VLAN", r.store.Remove([]sai.Object{sai.ObjectOf(sai.ObjectTypeL2MCGroup, group)}, false)[0], sai.StatusObjectInUse)
	r.set(o, sai.VLANAttrUnknownIPv4McastOutputGroupID, sai.OID(sai.NullObjectID))
	r.goesTo("0.0.0.0", "", nil)
	r.remove(o)
	r.goesTo("::", "", nil)
	if got := r.get(sai.ObjectOf(sai.ObjectTypeSwitch, r.sw), sai.SwitchAttrMcastSnoopingCapability).Enum(); got != int32(sai.SwitchMcastSnoopingCapabilityXgAndSg) {
		t.Errorf("capability %d", got)
	}
}
