package strict

import (
	"net/netip"
	"slices"
	"testing"

	"github.com/heddle-nos/heddle/sai"
)

// bench is a store with a switch of two ports and helpers that fail the test.
type bench struct {
	*testing.T
	*Store
	sw sai.ObjectID
}

func newBench(t *testing.T, change ...func(*Options)) *bench {
	t.Helper()
	opt := Options{Ports: []Port{{Lanes: []uint32{1, 2}, Speed: 40000}, {Lanes: []uint32{3, 4}, Speed: 40000}}}
	for _, f := range change {
		f(&opt)
	}
	b := &bench{T: t, Store: New(opt)}
	b.sw = b.create(sai.ObjectTypeSwitch, sai.Attr{ID: sai.SwitchAttrInitSwitch, Value: sai.Bool(true)},
		sai.Attr{ID: sai.SwitchAttrSrcMACAddress, Value: sai.MACValue(sai.MAC{2, 0, 0, 0, 0, 1})})
	return b
}

func (b *bench) try(t sai.ObjectType, attrs ...sai.Attr) (sai.ObjectID, sai.Status) {
	objs := []sai.NewObject{{Attrs: attrs}}
	st := b.Create(t, b.sw, objs, false)
	return objs[0].OID, st[0]
}

func (b *bench) create(t sai.ObjectType, attrs ...sai.Attr) sai.ObjectID {
	b.Helper()
	id, st := b.try(t, attrs...)
	if st != sai.StatusSuccess {
		b.Fatalf("create %s: %s", t, st)
	}
	return id
}

func (b *bench) enter(e sai.Entry, attrs ...sai.Attr) sai.Status {
	return b.Create(e.EntryType(), b.sw, []sai.NewObject{{Object: sai.EntryOf(e), Attrs: attrs}}, false)[0]
}

func (b *bench) get(obj sai.Object, id sai.AttrID) sai.Value {
	b.Helper()
	attrs := []sai.Attr{{ID: id}}
	if st := b.Get(obj, attrs); st != sai.StatusSuccess {
		b.Fatalf("get %v attribute %d: %s", obj, id, st)
	}
	return attrs[0].Value
}

func (b *bench) switchOID(id sai.AttrID) sai.ObjectID {
	b.Helper()
	return b.get(sai.ObjectOf(sai.ObjectTypeSwitch, b.sw), id).OID()
}

func (b *bench) want(what string, got, want sai.Status) {
	b.Helper()
	if got != want {
		b.Errorf("%s: got %s, want %s", what, got, want)
	}
}

func vlanAttrs(vid uint16) []sai.Attr {
	return []sai.Attr{{ID: sai.VLANAttrVLANID, Value: sai.U16(vid)}}
}

func (b *bench) rif() sai.ObjectID {
	b.Helper()
	port := b.Keys(sai.ObjectTypePort)[0].OID
	return b.create(sai.ObjectTypeRouterInterface,
		sai.Attr{ID: sai.RouterInterfaceAttrVirtualRouterID, Value: sai.OID(b.switchOID(sai.SwitchAttrDefaultVirtualRouterID))},
		sai.Attr{ID: sai.RouterInterfaceAttrType, Value: sai.Enum(sai.RouterInterfaceTypePort)},
		sai.Attr{ID: sai.RouterInterfaceAttrPortID, Value: sai.OID(port)})
}

func TestSwitchComesWithItsDefaults(t *testing.T) {
	b := newBench(t)
	sw := sai.ObjectOf(sai.ObjectTypeSwitch, b.sw)
	ports := b.get(sw, sai.SwitchAttrPortList).OIDs()
	if len(ports) != 2 {
		t.Fatalf("ports: %v", ports)
	}
	if lanes := b.get(sai.ObjectOf(sai.ObjectTypePort, ports[1]), sai.PortAttrHwLaneList).Uints(); len(lanes) != 2 || lanes[0] != 3 {
		t.Errorf("lanes of the second port: %v", lanes)
	}
	vlan := sai.ObjectOf(sai.ObjectTypeVLAN, b.switchOID(sai.SwitchAttrDefaultVLANID))
	if m := b.get(vlan, sai.VLANAttrMemberList).OIDs(); len(m) != 2 {
		t.Errorf("members of VLAN 1: %v", m)
	}
	if stp := b.get(vlan, sai.VLANAttrSTPInstance).OID(); stp != b.switchOID(sai.SwitchAttrDefaultSTPInstID) {
		t.Errorf("STP instance of VLAN 1: %s", stp)
	}
	if types := b.get(sw, sai.SwitchAttrSupportedObjectTypeList).Ints(); !slices.Contains(types, int32(sai.ObjectTypePort)) {
		t.Errorf("supported types: %v", types)
	}
	b.get(sw, sai.SwitchAttrACLEntryMaximumPriority)
	rif := sai.ObjectOf(sai.ObjectTypeRouterInterface, b.rif())
	if mac := b.get(rif, sai.RouterInterfaceAttrSrcMACAddress).MAC(); mac != (sai.MAC{2, 0, 0, 0, 0, 1}) {
		t.Errorf("inherited MAC: %s", mac)
	}
	b.want("remove default VLAN", b.Remove([]sai.Object{vlan}, false)[0], sai.StatusObjectInUse)
	if again := b.create(sai.ObjectTypeSwitch, sai.Attr{ID: sai.SwitchAttrInitSwitch, Value: sai.Bool(false)}); again != b.sw {
		t.Errorf("connecting returned another switch: %s", again)
	}
}

func TestCreateRefuses(t *testing.T) {
	b := newBench(t)
	vlan := b.create(sai.ObjectTypeVLAN, vlanAttrs(100)...)
	bp := b.Keys(sai.ObjectTypeBridgePort)[0].OID
	member := []sai.Attr{{ID: sai.VLANMemberAttrVLANID, Value: sai.OID(vlan)}, {ID: sai.VLANMemberAttrBridgePortID, Value: sai.OID(bp)}}
	b.create(sai.ObjectTypeVLANMember, member...)
	for _, c := range []struct {
		name  string
		typ   sai.ObjectType
		attrs []sai.Attr
		want  sai.Status
	}{
		{"mandatory missing", sai.ObjectTypeVLAN, nil, sai.StatusMandatoryAttributeMissing},
		{"same key", sai.ObjectTypeVLAN, vlanAttrs(100), sai.StatusItemAlreadyExists},
		{"VLAN 4095", sai.ObjectTypeVLAN, vlanAttrs(4095), sai.StatusInvalidAttrValue0},
		{"unknown attribute", sai.ObjectTypeVLAN, append(vlanAttrs(5), sai.Attr{ID: 999, Value: sai.U32(1)}), sai.StatusUnknownAttribute0 - 1},
		{"read-only", sai.ObjectTypeVLAN, append(vlanAttrs(5), sai.Attr{ID: sai.VLANAttrMemberList, Value: sai.OIDList(nil)}), sai.StatusInvalidAttribute0 - 1},
		{"twice the same", sai.ObjectTypeVLAN, append(vlanAttrs(5), vlanAttrs(6)...), sai.StatusInvalidAttribute0 - 1},
		{"wrong kind", sai.ObjectTypeVLAN, []sai.Attr{{ID: sai.VLANAttrVLANID, Value: sai.U32(5)}}, sai.StatusInvalidAttrValue0},
		{"unknown enum", sai.ObjectTypeVLAN, append(vlanAttrs(5), sai.Attr{ID: sai.VLANAttrBroadcastFloodControlType, Value: sai.Enum(sai.VLANFloodControlType(9))}), sai.StatusInvalidAttrValue0 - 1},
		{"null not allowed", sai.ObjectTypeVLANMember, []sai.Attr{member[0], {ID: sai.VLANMemberAttrBridgePortID, Value: sai.OID(0)}}, sai.StatusInvalidAttrValue0 - 1},
		{"wrong type of reference", sai.ObjectTypeVLANMember, []sai.Attr{member[0], {ID: sai.VLANMemberAttrBridgePortID, Value: sai.OID(vlan)}}, sai.StatusInvalidAttrValue0 - 1},
		{"dangling reference", sai.ObjectTypeVLANMember, []sai.Attr{{ID: sai.VLANMemberAttrVLANID, Value: sai.OID(vlan + 7)}, member[1]}, sai.StatusInvalidAttrValue0},
		{"member twice", sai.ObjectTypeVLANMember, member, sai.StatusItemAlreadyExists},
		{"lane in use", sai.ObjectTypePort, []sai.Attr{{ID: sai.PortAttrHwLaneList, Value: sai.U32List([]uint32{9, 4})}, {ID: sai.PortAttrSpeed, Value: sai.U32(1)}}, sai.StatusItemAlreadyExists},
		{"condition makes it mandatory", sai.ObjectTypeBridgePort, []sai.Attr{{ID: sai.BridgePortAttrType, Value: sai.Enum(sai.BridgePortTypePort)}}, sai.StatusMandatoryAttributeMissing},
		{"unknown type", sai.ObjectType(250), nil, sai.StatusInvalidObjectType},
	} {
		before := b.Dump()
		_, st := b.try(c.typ, c.attrs...)
		b.want(c.name, st, c.want)
		if after := b.Dump(); after != before {
			t.Errorf("%s: the store changed", c.name)
		}
	}
}

func TestReferencesKeepObjects(t *testing.T) {
	b := newBench(t)
	rif := sai.ObjectOf(sai.ObjectTypeRouterInterface, b.rif())
	nh := sai.ObjectOf(sai.ObjectTypeNextHop, b.create(sai.ObjectTypeNextHop,
		sai.Attr{ID: sai.NextHopAttrType, Value: sai.Enum(sai.NextHopTypeIP)},
		sai.Attr{ID: sai.NextHopAttrIP, Value: sai.IPAddr(netip.MustParseAddr("10.0.0.1"))},
		sai.Attr{ID: sai.NextHopAttrRouterInterfaceID, Value: sai.OID(rif.OID)}))
	route := sai.RouteEntry{Switch: b.sw, VR: b.switchOID(sai.SwitchAttrDefaultVirtualRouterID), Destination: netip.MustParsePrefix("192.0.2.0/24")}
	via := sai.Attr{ID: sai.RouteEntryAttrNextHopID, Value: sai.OID(nh.OID)}
	b.want("route", b.enter(route, via), sai.StatusSuccess)
	b.want("route again", b.enter(route, via), sai.StatusItemAlreadyExists)
	remove := func(o sai.Object) sai.Status { return b.Remove([]sai.Object{o}, false)[0] }
	b.want("used next hop", remove(nh), sai.StatusObjectInUse)
	b.want("used interface", remove(rif), sai.StatusObjectInUse)
	set := b.Set([]sai.Object{sai.EntryOf(route)}, []sai.Attr{{ID: sai.RouteEntryAttrNextHopID, Value: sai.OID(rif.OID)}}, false)
	b.want("point the route elsewhere", set[0], sai.StatusSuccess)
	b.want("unused next hop", remove(nh), sai.StatusSuccess)
	b.want("removed next hop", remove(nh), sai.StatusItemNotFound)
	b.want("interface of a route", remove(rif), sai.StatusObjectInUse)
	b.want("route", remove(sai.EntryOf(route)), sai.StatusSuccess)
	b.want("unused interface", remove(rif), sai.StatusSuccess)
}

func TestBulkStopsOrGoesOn(t *testing.T) {
	b := newBench(t)
	bulk := func(stop bool) []sai.Status {
		objs := []sai.NewObject{{Attrs: vlanAttrs(10)}, {Attrs: vlanAttrs(10)}, {Attrs: vlanAttrs(11)}}
		return b.Create(sai.ObjectTypeVLAN, b.sw, objs, stop)
	}
	if st := bulk(true); st[0] != sai.StatusSuccess || st[1] != sai.StatusItemAlreadyExists || st[2] != sai.StatusNotExecuted {
		t.Errorf("stop on error: %v", st)
	}
	if st := bulk(false); st[0] != sai.StatusItemAlreadyExists || st[2] != sai.StatusSuccess {
		t.Errorf("ignore error: %v", st)
	}
}

func TestRemovedIDsStayDead(t *testing.T) {
	b := newBench(t)
	id := b.create(sai.ObjectTypeVLAN, vlanAttrs(10)...)
	b.want("remove", b.Remove([]sai.Object{sai.ObjectOf(sai.ObjectTypeVLAN, id)}, false)[0], sai.StatusSuccess)
	next := b.create(sai.ObjectTypeVLAN, vlanAttrs(10)...)
	if next == id || Index(next) != Index(id) {
		t.Errorf("first %s, then %s: want the same index under another id", id, next)
	}
}

func TestLimits(t *testing.T) {
	b := newBench(t, func(o *Options) { o.Limits = map[sai.ObjectType]int{sai.ObjectTypeVLAN: 2} })
	b.create(sai.ObjectTypeVLAN, vlanAttrs(10)...)
	_, st := b.try(sai.ObjectTypeVLAN, vlanAttrs(11)...)
	b.want("third VLAN", st, sai.StatusInsufficientResources)
}

func TestFaultInjection(t *testing.T) {
	fail := false
	b := newBench(t, func(o *Options) {
		o.Fault = func(op Op, _ sai.Object, _ []sai.Attr) sai.Status {
			if fail && op == OpCreate {
				return sai.StatusFailure
			}
			return sai.StatusSuccess
		}
	})
	fail = true
	_, st := b.try(sai.ObjectTypeVLAN, vlanAttrs(10)...)
	b.want("create", st, sai.StatusFailure)
	fail = false
	b.create(sai.ObjectTypeVLAN, vlanAttrs(10)...)
}
