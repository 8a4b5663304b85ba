package control

import (
	"errors"
	"log/slog"
	"net/netip"
	"testing"

	"pgregory.net/rapid"

	"github.com/heddle-nos/heddle/hal/softasic/control/planetest"
	"github.com/heddle-nos/heddle/hal/softasic/wire"
	"github.com/heddle-nos/heddle/sai"
	"github.com/heddle-nos/heddle/sai/strict"
)

// walk drives a switch at random.
type walk struct {
	*rapid.T
	store *strict.Store
	plane *planetest.Plane
	sw    sai.ObjectID
}

func build(plane *planetest.Plane) (*strict.Store, *Control) {
	front, ports := frontPanel()
	c := New(Config{Plane: plane, Ports: front, MAC: sai.MAC{2}, Log: slog.New(slog.DiscardHandler), Notify: func(wire.Notification) {}})
	return strict.New(strict.Options{Ports: ports, Queues: Queues, PriorityGroups: PriorityGroups, Limits: Limits(), Backend: c}), c
}

func (w *walk) pick(types ...sai.ObjectType) sai.ObjectID {
	var keys []sai.Object
	for _, t := range types {
		keys = append(keys, w.store.Keys(t)...)
	}
	if len(keys) == 0 {
		return sai.NullObjectID
	}
	return rapid.SampledFrom(keys).Draw(w.T, "object").OID
}

func (w *walk) enum(what string, n int32) sai.Value {
	return sai.Enum(rapid.Int32Range(0, n-1).Draw(w.T, what))
}

func (w *walk) ip() netip.Addr {
	return netip.AddrFrom4([4]byte{10, 0, 0, rapid.Byte().Draw(w.T, "ip")&3 + 1})
}

// create makes an object of some kind, or tries to.
func (w *walk) create() {
	n := sai.NewObject{}
	var t sai.ObjectType
	switch rapid.IntRange(0, 25).Draw(w.T, "kind") {
	case 0:
		t, n.Attrs = sai.ObjectTypeVLAN, []sai.Attr{attr(sai.VLANAttrVLANID, sai.U16(rapid.Uint16Range(1, 4).Draw(w.T, "vid")))}
	case 1:
		t, n.Attrs = sai.ObjectTypeBridgePort, []sai.Attr{attr(sai.BridgePortAttrType, sai.Enum(sai.BridgePortTypePort)),
			attr(sai.BridgePortAttrPortID, sai.OID(w.pick(sai.ObjectTypePort, sai.ObjectTypeLAG))), attr(sai.BridgePortAttrAdminState, sai.Bool(true))}
	case 2:
		t, n.Attrs = sai.ObjectTypeVLANMember, []sai.Attr{attr(sai.VLANMemberAttrVLANID, sai.OID(w.pick(sai.ObjectTypeVLAN))),
			attr(sai.VLANMemberAttrBridgePortID, sai.OID(w.pick(sai.ObjectTypeBridgePort))), attr(sai.VLANMemberAttrVLANTaggingMode, w.enum("tag", 3))}
	case 3:
		t, n.Attrs = sai.ObjectTypeRouterInterface, []sai.Attr{attr(sai.RouterInterfaceAttrVirtualRouterID, sai.OID(w.pick(sai.ObjectTypeVirtualRouter))),
			attr(sai.RouterInterfaceAttrType, sai.Enum(sai.RouterInterfaceTypePort)), attr(sai.RouterInterfaceAttrPortID, sai.OID(w.pick(sai.ObjectTypePort, sai.ObjectTypeLAG)))}
	case 4:
		t, n.Attrs = sai.ObjectTypeRouterInterface, []sai.Attr{attr(sai.RouterInterfaceAttrVirtualRouterID, sai.OID(w.pick(sai.ObjectTypeVirtualRouter))),
			attr(sai.RouterInterfaceAttrType, sai.Enum(sai.RouterInterfaceTypeVLAN)), attr(sai.RouterInterfaceAttrVLANID, sai.OID(w.pick(sai.ObjectTypeVLAN)))}
	case 5:
		t = sai.ObjectTypeNeighborEntry
		n.Object = sai.EntryOf(sai.NeighborEntry{Switch: w.sw, RIF: w.pick(sai.ObjectTypeRouterInterface), IP: w.ip()})
		n.Attrs = []sai.Attr{attr(sai.NeighborEntryAttrDstMACAddress, sai.MACValue(sai.MAC{2, rapid.Byte().Draw(w.T, "mac")}))}
	case 6:
		t, n.Attrs = sai.ObjectTypeNextHop, []sai.Attr{attr(sai.NextHopAttrType, sai.Enum(sai.NextHopTypeIP)),
			attr(sai.NextHopAttrIP, sai.IPAddr(w.ip())), attr(sai.NextHopAttrRouterInterfaceID, sai.OID(w.pick(sai.ObjectTypeRouterInterface)))}
	case 7:
		t = sai.ObjectTypeRouteEntry
		p, _ := w.ip().Prefix(rapid.SampledFrom([]int{32, 30, 24}).Draw(w.T, "length"))
		n.Object = sai.EntryOf(sai.RouteEntry{Switch: w.sw, VR: w.pick(sai.ObjectTypeVirtualRouter), Destination: p})
		n.Attrs = []sai.Attr{attr(sai.RouteEntryAttrNextHopID, sai.OID(w.pick(sai.ObjectTypeNextHop, sai.ObjectTypeNextHopGroup, sai.ObjectTypeRouterInterface, sai.ObjectTypePort)))}
	case 8:
		t, n.Attrs = sai.ObjectTypeHostif, []sai.Attr{attr(sai.HostifAttrType, sai.Enum(sai.HostifTypeNetdev)),
			attr(sai.HostifAttrObjID, sai.OID(w.pick(sai.ObjectTypePort, sai.ObjectTypeVLAN, sai.ObjectTypeLAG))),
			attr(sai.HostifAttrName, sai.Chardata(rapid.SampledFrom([]string{"a", "b", "c"}).Draw(w.T, "name")))}
	case 9:
		t, n.Attrs = sai.ObjectTypeLAG, []sai.Attr{attr(sai.LAGAttrDropUntagged, sai.Bool(rapid.Bool().Draw(w.T, "drop")))}
	case 10:
		t, n.Attrs = sai.ObjectTypeLAGMember, []sai.Attr{attr(sai.LAGMemberAttrLAGID, sai.OID(w.pick(sai.ObjectTypeLAG))),
			attr(sai.LAGMemberAttrPortID, sai.OID(w.pick(sai.ObjectTypePort))), attr(sai.LAGMemberAttrEgressDisable, sai.Bool(rapid.Bool().Draw(w.T, "egress")))}
	case 14:
		t, n.Attrs = sai.ObjectTypeRouterInterface, []sai.Attr{attr(sai.RouterInterfaceAttrVirtualRouterID, sai.OID(w.pick(sai.ObjectTypeVirtualRouter))),
			attr(sai.RouterInterfaceAttrType, sai.Enum(sai.RouterInterfaceTypeSubPort)), attr(sai.RouterInterfaceAttrPortID, sai.OID(w.pick(sai.ObjectTypePort, sai.ObjectTypeLAG))),
			attr(sai.RouterInterfaceAttrOuterVLANID, sai.U16(rapid.Uint16Range(1, 3).Draw(w.T, "vid")))}
	case 15:
		t, n.Attrs = sai.ObjectTypePolicer, []sai.Attr{attr(sai.PolicerAttrMeterType, w.enum("meter", 2)), attr(sai.PolicerAttrMode, w.enum("mode", 3)),
			attr(sai.PolicerAttrRedPacketAction, w.enum("red", 2)), attr(sai.PolicerAttrCir, sai.U64(1000))}
	case 18:
		t = sai.ObjectTypeSTP
	case 19:
		t, n.Attrs = sai.ObjectTypeSTPPort, []sai.Attr{attr(sai.STPPortAttrSTP, sai.OID(w.pick(sai.ObjectTypeSTP))),
			attr(sai.STPPortAttrBridgePort, sai.OID(w.pick(sai.ObjectTypeBridgePort))), attr(sai.STPPortAttrState, w.enum("state", 3))}
	case 20:
		t, n.Attrs = sai.ObjectTypeHostifTrapGroup, []sai.Attr{attr(sai.HostifTrapGroupAttrPolicer, sai.OID(w.pick(sai.ObjectTypePolicer)))}
	case 21:
		t, n.Attrs = sai.ObjectTypeHostifTrap, []sai.Attr{attr(sai.HostifTrapAttrTrapType, rapid.SampledFrom([]sai.Value{
			sai.Enum(sai.HostifTrapTypeLLDP), sai.Enum(sai.HostifTrapTypeMldV2Report), sai.Enum(sai.HostifTrapTypeBGP), sai.Enum(sai.HostifTrapTypeIP2ME)}).Draw(w.T, "trap")),
			attr(sai.HostifTrapAttrPacketAction, sai.Enum(sai.PacketActionTrap)), attr(sai.HostifTrapAttrTrapGroup, sai.OID(w.pick(sai.ObjectTypeHostifTrapGroup)))}
	case 13:
		t, n.Attrs = sai.ObjectTypeVirtualRouter, []sai.Attr{attr(sai.VirtualRouterAttrAdminV6State, sai.Bool(rapid.Bool().Draw(w.T, "v6")))}
	case 11:
		t, n.Attrs = sai.ObjectTypeNextHopGroup, []sai.Attr{attr(sai.NextHopGroupAttrType, w.enum("type", 3))}
		if sai.NextHopGroupType(n.Attrs[0].Value.Enum()) == sai.NextHopGroupTypeFineGrainEcmp {
			n.Attrs = append(n.Attrs, attr(sai.NextHopGroupAttrConfiguredSize, sai.U32(rapid.Uint32Range(0, 3).Draw(w.T, "buckets"))))
		}
	case 12:
		t, n.Attrs = sai.ObjectTypeNextHopGroupMember, []sai.Attr{attr(sai.NextHopGroupMemberAttrNextHopGroupID, sai.OID(w.pick(sai.ObjectTypeNextHopGroup))),
			attr(sai.NextHopGroupMemberAttrNextHopID, sai.OID(w.pick(sai.ObjectTypeNextHop))), attr(sai.NextHopGroupMemberAttrWeight, sai.U32(rapid.Uint32Range(0, 3).Draw(w.T, "weight"))),
			attr(sai.NextHopGroupMemberAttrIndex, sai.U32(rapid.Uint32Range(0, 3).Draw(w.T, "index"))),
			attr(sai.NextHopGroupMemberAttrSequenceID, sai.U32(rapid.Uint32Range(0, 2).Draw(w.T, "sequence")))}
	case 22:
		t = sai.ObjectTypeL2MCGroup
	case 23:
		t, n.Attrs = sai.ObjectTypeL2MCGroupMember, []sai.Attr{attr(sai.L2MCGroupMemberAttrL2MCGroupID, sai.OID(w.pick(sai.ObjectTypeL2MCGroup))),
			attr(sai.L2MCGroupMemberAttrL2MCOutputID, sai.OID(w.pick(sai.ObjectTypeBridgePort)))}
	case 24, 25:
		t, n.Object = sai.ObjectTypeL2MCEntry, sai.EntryOf(w.l2mc())
		n.Attrs = []sai.Attr{attr(sai.L2MCEntryAttrPacketAction, w.enum("action", 2)), attr(sai.L2MCEntryAttrOutputGroupID, sai.OID(w.pick(sai.ObjectTypeL2MCGroup)))}
	case 16:
		t, n.Attrs = sai.ObjectTypeHash, []sai.Attr{attr(sai.HashAttrNativeHashFieldList, w.hashFields())}
	}
	w.store.Create(t, w.sw, []sai.NewObject{n}, false)
}

func (w *walk) l2mc() sai.L2MCEntry {
	e := sai.L2MCEntry{Switch: w.sw, BV: w.pick(sai.ObjectTypeVLAN), Type: sai.L2MCEntryTypeXg, Destination: netip.AddrFrom4([4]byte{239, 1, 1, w.ip().As4()[3]})}
	if rapid.Bool().Draw(w.T, "sender") {
		e.Type, e.Source = sai.L2MCEntryTypeSg, w.ip()
	}
	return e
}

func (w *walk) hashFields() sai.Value {
	all := []int32{int32(sai.NativeHashFieldSrcIP), int32(sai.NativeHashFieldVLANID), int32(sai.NativeHashFieldL4DstPort), int32(sai.NativeHashFieldInnerSrcIP)}
	return sai.EnumList(rapid.SliceOfNDistinct(rapid.SampledFrom(all), 0, 3, rapid.ID[int32]).Draw(w.T, "fields"))
}

// setSwitch sets an attribute of the switch.
func (w *walk) setSwitch() {
	a := rapid.SampledFrom([]sai.Attr{
		attr(sai.SwitchAttrEcmpDefaultHashAlgorithm, w.enum("algorithm", 9)), attr(sai.SwitchAttrLAGDefaultHashSeed, sai.U32(5)),
		attr(sai.SwitchAttrLAGDefaultHashOffset, sai.U8(rapid.Uint8Range(60, 70).Draw(w.T, "offset"))),
		attr(sai.SwitchAttrEcmpDefaultSymmetricHash, sai.Bool(true)), attr(sai.SwitchAttrFDBAgingTime, sai.U32(9)),
		attr(sai.SwitchAttrEcmpHashIPv4, sai.OID(w.pick(sai.ObjectTypeHash))), attr(sai.SwitchAttrLAGHashIPv6, sai.OID(w.pick(sai.ObjectTypeHash))),
	}).Draw(w.T, "attr")
	w.store.Set([]sai.Object{sai.ObjectOf(sai.ObjectTypeSwitch, w.sw)}, []sai.Attr{a}, false)
}

func (w *walk) objects() []sai.Object {
	var all []sai.Object
	for _, t := range order[1:] {
		all = append(all, w.store.Keys(t)...)
	}
	return all
}

func (w *walk) set() {
	o := rapid.SampledFrom(w.objects()).Draw(w.T, "object")
	a := attr(sai.PortAttrAdminState, sai.Bool(rapid.Bool().Draw(w.T, "up")))
	switch o.Type {
	case sai.ObjectTypePort:
		a = rapid.SampledFrom([]sai.Attr{a, attr(rapid.SampledFrom(stormAttrs()).Draw(w.T, "storm"), sai.OID(w.pick(sai.ObjectTypePolicer)))}).Draw(w.T, "attr")
	case sai.ObjectTypeHostifTrapGroup:
		a = rapid.SampledFrom([]sai.Attr{attr(sai.HostifTrapGroupAttrAdminState, sai.Bool(rapid.Bool().Draw(w.T, "on"))),
			attr(sai.HostifTrapGroupAttrPolicer, sai.OID(w.pick(sai.ObjectTypePolicer))), attr(sai.HostifTrapGroupAttrPolicer, sai.OID(0))}).Draw(w.T, "attr")
	case sai.ObjectTypeHostifTrap:
		a = attr(sai.HostifTrapAttrTrapGroup, sai.OID(w.pick(sai.ObjectTypeHostifTrapGroup)))
	case sai.ObjectTypePolicer:
		a = rapid.SampledFrom([]sai.Attr{attr(sai.PolicerAttrCir, sai.U64(2000)), attr(sai.PolicerAttrRedPacketAction, w.enum("red", 2))}).Draw(w.T, "attr")
	case sai.ObjectTypeRouteEntry:
		a = attr(sai.RouteEntryAttrPacketAction, w.enum("action", 9))
	case sai.ObjectTypeNeighborEntry:
		a = rapid.SampledFrom([]sai.Attr{attr(sai.NeighborEntryAttrDstMACAddress, sai.MACValue(sai.MAC{2, 99})),
			attr(sai.NeighborEntryAttrNoHostRoute, sai.Bool(true)), attr(sai.NeighborEntryAttrNoHostRoute, sai.Bool(false)),
			attr(sai.NeighborEntryAttrPacketAction, sai.Enum(sai.PacketActionDrop))}).Draw(w.T, "attr")
	case sai.ObjectTypeRouterInterface:
		a = rapid.SampledFrom([]sai.Attr{attr(sai.RouterInterfaceAttrMTU, sai.U32(9000)),
			attr(sai.RouterInterfaceAttrLoopbackPacketAction, w.enum("loopback", 9)),
			attr(sai.RouterInterfaceAttrNeighborMissPacketAction, sai.Enum(sai.PacketActionDrop))}).Draw(w.T, "attr")
	case sai.ObjectTypeSTPPort:
		a = attr(sai.STPPortAttrState, w.enum("state", 3))
	case sai.ObjectTypeVLAN:
		a = rapid.SampledFrom([]sai.Attr{attr(sai.VLANAttrSTPInstance, sai.OID(w.pick(sai.ObjectTypeSTP))),
			attr(sai.VLANAttrIPv4McastLookupKeyType, w.enum("lookup", 4)), attr(sai.VLANAttrCustomIgmpSnoopingEnable, sai.Bool(true)),
			attr(sai.VLANAttrUnknownIPv4McastOutputGroupID, sai.OID(w.pick(sai.ObjectTypeL2MCGroup))),
			attr(sai.VLANAttrUnknownIPv6McastOutputGroupID, sai.OID(w.pick(sai.ObjectTypeL2MCGroup))),
			attr(sai.VLANAttrUnknownIPv4McastOutputGroupID, sai.OID(0))}).Draw(w.T, "attr")
	case sai.ObjectTypeL2MCEntry:
		a = rapid.SampledFrom([]sai.Attr{attr(sai.L2MCEntryAttrPacketAction, w.enum("action", 3)),
			attr(sai.L2MCEntryAttrOutputGroupID, sai.OID(w.pick(sai.ObjectTypeL2MCGroup))), attr(sai.L2MCEntryAttrOutputGroupID, sai.OID(0))}).Draw(w.T, "attr")
	case sai.ObjectTypeVLANMember:
		a = attr(sai.VLANMemberAttrVLANTaggingMode, w.enum("tag", 3))
	case sai.ObjectTypeVirtualRouter:
		a = rapid.SampledFrom([]sai.Attr{attr(sai.VirtualRouterAttrAdminV4State, sai.Bool(false)),
			attr(sai.VirtualRouterAttrSrcMACAddress, sai.MACValue(sai.MAC{2, 5}))}).Draw(w.T, "attr")
	case sai.ObjectTypeNextHopGroupMember:
		a = rapid.SampledFrom([]sai.Attr{attr(sai.NextHopGroupMemberAttrWeight, sai.U32(5)), attr(sai.NextHopGroupMemberAttrSequenceID, sai.U32(1)),
			attr(sai.NextHopGroupMemberAttrNextHopID, sai.OID(w.pick(sai.ObjectTypeNextHop)))}).Draw(w.T, "attr")
	case sai.ObjectTypeHash:
		a = attr(sai.HashAttrNativeHashFieldList, w.hashFields())
	case sai.ObjectTypeLAG:
		a = attr(sai.LAGAttrPortVLANID, sai.U16(7))
	case sai.ObjectTypeLAGMember:
		a = attr(sai.LAGMemberAttrIngressDisable, sai.Bool(rapid.Bool().Draw(w.T, "ingress")))
	case sai.ObjectTypeBridgePort:
		a = rapid.SampledFrom([]sai.Attr{attr(sai.BridgePortAttrAdminState, sai.Bool(false)), attr(sai.BridgePortAttrFDBLearningMode, w.enum("learn", 4))}).Draw(w.T, "attr")
	}
	w.store.Set([]sai.Object{o}, []sai.Attr{a}, false)
}

// TestPlaneFollowsStore: whatever clients do, and whichever single call to the
// data plane fails, the plane ends up as a fresh plane would that was told the
// store's content from scratch.
func TestPlaneFollowsStore(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		w := &walk{T: t, plane: planetest.New()}
		w.store, _ = build(w.plane)
		objs := []sai.NewObject{{Attrs: []sai.Attr{attr(sai.SwitchAttrInitSwitch, sai.Bool(true))}}}
		w.store.Create(sai.ObjectTypeSwitch, 0, objs, false)
		w.sw = objs[0].OID
		for range rapid.IntRange(1, 50).Draw(t, "steps") {
			fail := rapid.IntRange(0, 6).Draw(t, "failing call") // 0: none
			w.plane.Fail = func(string) error {
				if fail--; fail == 0 {
					return errors.New("broken")
				}
				return nil
			}
			switch rapid.IntRange(0, 4).Draw(t, "op") {
			case 4:
				w.setSwitch()
			case 0, 1:
				w.create()
			case 2:
				w.set()
			case 3:
				w.store.Remove([]sai.Object{rapid.SampledFrom(w.objects()).Draw(t, "object")}, false)
			}
			w.plane.Fail = nil
			w.compare()
		}
	})
}

func (w *walk) compare() {
	plane := planetest.New()
	twin, c := build(plane)
	err := twin.Restore(func(r *strict.Restorer) error {
		w.store.Save(r.Generation, func(o sai.Object, a []sai.Attr) { r.Put(o, a) })
		return nil
	})
	if err == nil {
		err = c.Sync(twin)
	}
	if err != nil {
		w.Fatal(err)
	}
	if got, want := w.plane.Dump(), plane.Dump(); got != want {
		w.Fatalf("plane:\n%s\nfrom scratch:\n%s", got, want)
	}
}
