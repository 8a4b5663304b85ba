package control

import (
	"context"
	"errors"
	"log/slog"
	"net/netip"
	"strings"
	"testing"
	"time"

	"github.com/heddle-nos/heddle/hal/softasic/control/planetest"
	"github.com/heddle-nos/heddle/hal/softasic/dataplane"
	"github.com/heddle-nos/heddle/hal/softasic/wire"
	"github.com/heddle-nos/heddle/sai"
	"github.com/heddle-nos/heddle/sai/strict"
)

// rig is a switch of three ports on a fake plane.
type rig struct {
	*testing.T
	store   *strict.Store
	plane   *planetest.Plane
	control *Control
	notes   chan wire.Notification
	sw, vr  sai.ObjectID
	ports   []sai.ObjectID
}

func frontPanel() ([]FrontPort, []strict.Port) {
	front := []FrontPort{{[]uint32{1, 2}, []string{"eth1", "eth1b"}}, {[]uint32{3, 4}, []string{"eth2"}}, {[]uint32{5}, []string{"eth3"}}}
	var ports []strict.Port
	for _, f := range front {
		ports = append(ports, strict.Port{Lanes: f.Lanes, Speed: 40000})
	}
	return front, ports
}

func newRig(t *testing.T) *rig {
	t.Helper()
	r := &rig{T: t, plane: planetest.New(), notes: make(chan wire.Notification, 64)}
	r.build()
	r.sw = r.create(sai.ObjectTypeSwitch, attr(sai.SwitchAttrInitSwitch, sai.Bool(true)))
	r.vr = r.get(sai.ObjectOf(sai.ObjectTypeSwitch, r.sw), sai.SwitchAttrDefaultVirtualRouterID).OID()
	r.ports = r.get(sai.ObjectOf(sai.ObjectTypeSwitch, r.sw), sai.SwitchAttrPortList).OIDs()
	return r
}

func (r *rig) build() {
	front, ports := frontPanel()
	r.control = New(Config{Plane: r.plane, Ports: front, MAC: sai.MAC{2, 0, 0, 0, 0, 1}, Log: slog.New(slog.DiscardHandler), Notify: func(n wire.Notification) { r.notes <- n }})
	r.store = strict.New(strict.Options{Ports: ports, Queues: Queues, PriorityGroups: PriorityGroups, Limits: Limits(), Backend: r.control})
}

func attr(id sai.AttrID, v sai.Value) sai.Attr { return sai.Attr{ID: id, Value: v} }

func (r *rig) try(t sai.ObjectType, attrs ...sai.Attr) (sai.ObjectID, sai.Status) {
	objs := []sai.NewObject{{Attrs: attrs}}
	st := r.store.Create(t, r.sw, objs, false)
	return objs[0].OID, st[0]
}

func (r *rig) create(t sai.ObjectType, attrs ...sai.Attr) sai.ObjectID {
	r.Helper()
	id, st := r.try(t, attrs...)
	r.want("create "+t.String(), st, sai.StatusSuccess)
	return id
}

func (r *rig) enter(e sai.Entry, attrs ...sai.Attr) {
	r.Helper()
	r.want("create entry", r.store.Create(e.EntryType(), r.sw, []sai.NewObject{{Object: sai.EntryOf(e), Attrs: attrs}}, false)[0], sai.StatusSuccess)
}

func (r *rig) set(o sai.Object, id sai.AttrID, v sai.Value) {
	r.Helper()
	r.want("set", r.store.Set([]sai.Object{o}, []sai.Attr{attr(id, v)}, false)[0], sai.StatusSuccess)
}

func (r *rig) remove(o sai.Object) {
	r.Helper()
	r.want("remove "+o.Type.String(), r.store.Remove([]sai.Object{o}, false)[0], sai.StatusSuccess)
}

func (r *rig) get(o sai.Object, id sai.AttrID) sai.Value {
	r.Helper()
	a := []sai.Attr{{ID: id}}
	r.want("get", r.store.Get(o, a), sai.StatusSuccess)
	return a[0].Value
}

func (r *rig) want(what string, got, want sai.Status) {
	r.Helper()
	if got != want {
		r.Errorf("%s: got %s, want %s", what, got, want)
	}
}

func (r *rig) adj(addr string, want dataplane.Adj) {
	r.Helper()
	if got, _ := r.plane.Adj(netip.MustParseAddr(addr)); got != want {
		r.Errorf("to %s: got %+v, want %+v", addr, got, want)
	}
}

func (r *rig) portRIF(i int) sai.ObjectID {
	r.Helper()
	return r.create(sai.ObjectTypeRouterInterface, attr(sai.RouterInterfaceAttrVirtualRouterID, sai.OID(r.vr)),
		attr(sai.RouterInterfaceAttrType, sai.Enum(sai.RouterInterfaceTypePort)), attr(sai.RouterInterfaceAttrPortID, sai.OID(r.ports[i])))
}

func (r *rig) route(prefix string, target sai.ObjectID) sai.RouteEntry {
	r.Helper()
	e := sai.RouteEntry{Switch: r.sw, VR: r.vr, Destination: netip.MustParsePrefix(prefix)}
	r.enter(e, attr(sai.RouteEntryAttrNextHopID, sai.OID(target)))
	return e
}

func TestSwitchStart(t *testing.T) {
	r := newRig(t)
	p := r.plane.Port(1)
	if p.Netdev != "eth1" || p.AdminUp || !p.BridgePort || p.PVID != 1 {
		t.Errorf("port 1: %+v", p)
	}
	if dump := r.plane.Dump(); !strings.Contains(dump, "member {1 3}: false") {
		t.Errorf("port 3 is no untagged member of VLAN 1:\n%s", dump)
	}
	sw := sai.ObjectOf(sai.ObjectTypeSwitch, r.sw)
	if mac := r.get(sw, sai.SwitchAttrSrcMACAddress).MAC(); mac != (sai.MAC{2, 0, 0, 0, 0, 1}) {
		t.Errorf("base MAC: %s", mac)
	}
	r.set(sw, sai.SwitchAttrFDBAgingTime, sai.U32(600))
	if dump := r.plane.Dump(); !strings.Contains(dump, "ageing 10m0s") {
		t.Error("ageing time did not arrive")
	}
}

func TestPortAttributes(t *testing.T) {
	r := newRig(t)
	o := port(r.ports[0])
	r.set(o, sai.PortAttrAdminState, sai.Bool(true))
	r.set(o, sai.PortAttrMTU, sai.U32(9122))
	r.set(o, sai.PortAttrPortVLANID, sai.U16(100))
	if p := r.plane.Port(1); !p.AdminUp || p.MTU != 9100 || p.PVID != 100 {
		t.Errorf("port: %+v", p)
	}
	r.want("ACL on a port", r.store.Set([]sai.Object{o}, []sai.Attr{attr(sai.PortAttrUpdateDscp, sai.Bool(true))}, false)[0], sai.StatusAttrNotSupported0)
	_, st := r.try(sai.ObjectTypePort, attr(sai.PortAttrSpeed, sai.U32(1000)), attr(sai.PortAttrHwLaneList, sai.U32List([]uint32{77})))
	r.want("port that the board has not", st, sai.StatusInvalidAttrValue0-1)
}

func TestPortRemovedAndBack(t *testing.T) {
	r := newRig(t)
	for _, m := range r.store.Keys(sai.ObjectTypeVLANMember) {
		r.remove(m)
	}
	for _, bp := range r.store.Keys(sai.ObjectTypeBridgePort) {
		r.remove(bp)
	}
	r.remove(port(r.ports[2]))
	r.create(sai.ObjectTypePort, attr(sai.PortAttrHwLaneList, sai.U32List([]uint32{5})), attr(sai.PortAttrSpeed, sai.U32(10000)))
	if p := r.plane.Port(3); p.Netdev != "eth3" || p.BridgePort {
		t.Errorf("port 3: %+v", p)
	}
}

// bare removes what the switch makes at first on its ports.
func (r *rig) bare() {
	r.Helper()
	for _, t := range []sai.ObjectType{sai.ObjectTypeVLANMember, sai.ObjectTypeBridgePort} {
		for _, o := range r.store.Keys(t) {
			r.remove(o)
		}
	}
}

func TestBreakout(t *testing.T) {
	r := newRig(t)
	r.bare()
	lanes := func(speed uint32, list ...uint32) (sai.ObjectID, sai.Status) {
		return r.try(sai.ObjectTypePort, attr(sai.PortAttrSpeed, sai.U32(speed)), attr(sai.PortAttrHwLaneList, sai.U32List(list)))
	}
	_, st := lanes(25000, 2)
	r.want("lanes of another port", st, sai.StatusItemAlreadyExists)
	r.remove(port(r.ports[0]))
	for _, bad := range [][]uint32{{}, {2, 1}, {2, 3}, {1, 1}, {6}} {
		_, st := lanes(25000, bad...)
		if st == sai.StatusSuccess {
			t.Errorf("lanes %d are taken", bad)
		}
	}
	_, st = lanes(123, 1)
	r.want("speed", st, sai.StatusInvalidAttrValue0)
	second, st := lanes(25000, 2)
	r.want("lane 2", st, sai.StatusSuccess)
	first, st := lanes(25000, 1)
	r.want("lane 1", st, sai.StatusSuccess)
	for id, want := range map[sai.ObjectID]string{first: "eth1", second: "eth1b"} {
		if p := r.plane.Port(portID(id)); p.Netdev != want {
			t.Errorf("behind port %s is %q, want %q", id, p.Netdev, want)
		}
	}
	r.remove(port(r.ports[1]))
	unwired, st := lanes(25000, 4)
	r.want("lane 4", st, sai.StatusSuccess)
	if p := r.plane.Port(portID(unwired)); p.Netdev != "" {
		t.Errorf("behind lane 4 is %q", p.Netdev)
	}
}

func TestLoopbackMode(t *testing.T) {
	r := newRig(t)
	o := port(r.ports[0])
	for _, mode := range []sai.PortLoopbackMode{sai.PortLoopbackModePhy, sai.PortLoopbackModeMAC, sai.PortLoopbackModeNone} {
		r.set(o, sai.PortAttrLoopbackMode, sai.Enum(mode))
		if got := r.plane.Port(1).Loopback; got != (mode != sai.PortLoopbackModeNone) {
			t.Errorf("%s: loopback is %t", mode, got)
		}
	}
	st := r.store.Set([]sai.Object{o}, []sai.Attr{attr(sai.PortAttrLoopbackMode, sai.Enum(sai.PortLoopbackModePhyRemote))}, false)
	r.want("remote loopback", st[0], sai.StatusAttrNotSupported0)
	r.set(o, sai.PortAttrInternalLoopbackMode, sai.Enum(sai.PortInternalLoopbackModeMAC))
	if !r.plane.Port(1).Loopback {
		t.Error("internal loopback has no effect")
	}
}

func TestHostInterfaces(t *testing.T) {
	r := newRig(t)
	hostif := func(owner sai.ObjectID, name string) (sai.ObjectID, sai.Status) {
		return r.try(sai.ObjectTypeHostif, attr(sai.HostifAttrType, sai.Enum(sai.HostifTypeNetdev)), attr(sai.HostifAttrObjID, sai.OID(owner)), attr(sai.HostifAttrName, sai.Chardata(name)))
	}
	id, st := hostif(r.ports[0], "Ethernet0")
	r.want("hostif", st, sai.StatusSuccess)
	if p := r.plane.Port(1); p.Hostif != 1 {
		t.Errorf("port 1: %+v", p)
	}
	_, st = hostif(r.ports[0], "Ethernet00")
	r.want("second of a port", st, sai.StatusItemAlreadyExists)
	_, st = hostif(r.ports[1], "no/name")
	r.want("bad name", st, sai.StatusInvalidAttrValue0-2)
	vlan100 := r.create(sai.ObjectTypeVLAN, attr(sai.VLANAttrVLANID, sai.U16(100)))
	_, st = hostif(vlan100, "Vlan100")
	r.want("hostif of a VLAN", st, sai.StatusSuccess)
	if dump := r.plane.Dump(); !strings.Contains(dump, "vlan 100: {RIF:0 Hostif:2") {
		t.Errorf("VLAN 100 without hostif:\n%s", dump)
	}
	r.remove(sai.ObjectOf(sai.ObjectTypeHostif, id))
	if p := r.plane.Port(1); p.Hostif != 0 {
		t.Errorf("port 1 keeps its hostif: %+v", p)
	}
}

func TestRoutingFollowsNeighbours(t *testing.T) {
	r := newRig(t)
	rif1 := r.portRIF(0)
	if p := r.plane.Port(1); p.RIF != 1 {
		t.Errorf("port 1: %+v", p)
	}
	ip := netip.MustParseAddr("10.0.0.2")
	nh := r.create(sai.ObjectTypeNextHop, attr(sai.NextHopAttrType, sai.Enum(sai.NextHopTypeIP)), attr(sai.NextHopAttrIP, sai.IPAddr(ip)), attr(sai.NextHopAttrRouterInterfaceID, sai.OID(rif1)))
	r.route("10.0.0.0/31", rif1)
	r.route("192.0.2.0/24", nh)
	cpu := r.get(sai.ObjectOf(sai.ObjectTypeSwitch, r.sw), sai.SwitchAttrCPUPort).OID()
	me := r.route("10.0.0.1/32", cpu)
	glean := dataplane.Adj{Action: dataplane.AdjGlean, RIF: 1}
	r.adj("192.0.2.1", glean)
	r.adj("10.0.0.0", glean)
	r.adj("10.0.0.1", dataplane.Adj{Action: dataplane.AdjLocal})

	n := sai.NeighborEntry{Switch: r.sw, RIF: rif1, IP: ip}
	r.enter(n, attr(sai.NeighborEntryAttrDstMACAddress, sai.MACValue(sai.MAC{2, 1})))
	there := dataplane.Adj{Action: dataplane.AdjForward, RIF: 1, MAC: dataplane.MAC{2, 1}}
	r.adj("192.0.2.1", there)
	r.adj("10.0.0.2", there)
	r.set(sai.EntryOf(n), sai.NeighborEntryAttrDstMACAddress, sai.MACValue(sai.MAC{2, 9}))
	there.MAC = dataplane.MAC{2, 9}
	r.adj("192.0.2.1", there)

	over := r.route("10.0.0.2/32", sai.NullObjectID)
	r.adj("10.0.0.2", dataplane.Adj{Action: dataplane.AdjDrop})
	r.remove(sai.EntryOf(over))
	r.adj("10.0.0.2", there)

	r.remove(sai.EntryOf(n))
	r.adj("192.0.2.1", glean)
	r.set(sai.EntryOf(me), sai.RouteEntryAttrPacketAction, sai.Enum(sai.PacketActionDrop))
	r.adj("10.0.0.1", dataplane.Adj{Action: dataplane.AdjDrop})
}

func TestRouteBulkStopsOnError(t *testing.T) {
	r := newRig(t)
	r.plane.MaxRoutes = 2
	rif1 := r.portRIF(0)
	bulk := func(stop bool) []sai.Status {
		var objs []sai.NewObject
		for _, p := range []string{"10.1.0.0/16", "10.2.0.0/16", "10.3.0.0/16", "10.4.0.0/16"} {
			objs = append(objs, sai.NewObject{Object: sai.EntryOf(sai.RouteEntry{Switch: r.sw, VR: r.vr, Destination: netip.MustParsePrefix(p)}), Attrs: []sai.Attr{attr(sai.RouteEntryAttrNextHopID, sai.OID(rif1))}})
		}
		return r.store.Create(sai.ObjectTypeRouteEntry, r.sw, objs, stop)
	}
	st := bulk(true)
	if st[1] != sai.StatusSuccess || st[2] != sai.StatusTableFull || st[3] != sai.StatusNotExecuted {
		t.Errorf("statuses: %v", st)
	}
	if n := len(r.store.Keys(sai.ObjectTypeRouteEntry)); n != 2 || r.plane.Routes() != 2 {
		t.Errorf("%d routes in the store, %d in the plane", n, r.plane.Routes())
	}
}

func TestWhatIsNotThereIsRefused(t *testing.T) {
	r := newRig(t)
	_, st := r.try(sai.ObjectTypeWred)
	r.want("wred profile", st, sai.StatusNotSupported)
	_, st = r.try(sai.ObjectTypeHostifTrap, attr(sai.HostifTrapAttrPacketAction, sai.Enum(sai.PacketActionTrap)), attr(sai.HostifTrapAttrTrapType, sai.Enum(sai.HostifTrapTypeUdld)))
	r.want("trap", st, sai.StatusAttrNotSupported0-1)
}

func TestHardwareFailureChangesNothing(t *testing.T) {
	r := newRig(t)
	before, plane := r.store.Dump(), r.plane.Dump()
	for n := range 4 {
		calls := 0
		r.plane.Fail = func(string) error {
			if calls++; calls > n {
				return errors.New("broken")
			}
			return nil
		}
		_, st := r.try(sai.ObjectTypeRouterInterface, attr(sai.RouterInterfaceAttrVirtualRouterID, sai.OID(r.vr)),
			attr(sai.RouterInterfaceAttrType, sai.Enum(sai.RouterInterfaceTypePort)), attr(sai.RouterInterfaceAttrPortID, sai.OID(r.ports[0])))
		r.plane.Fail = nil
		if st == sai.StatusSuccess {
			break
		}
		if after := r.store.Dump(); after != before {
			t.Errorf("store changed after %d calls:\n%s", n, after)
		}
	}
	_ = plane
}

func TestTraps(t *testing.T) {
	r := newRig(t)
	group := r.create(sai.ObjectTypeHostifTrapGroup, attr(sai.HostifTrapGroupAttrQueue, sai.U32(4)))
	trap := r.create(sai.ObjectTypeHostifTrap, attr(sai.HostifTrapAttrTrapType, sai.Enum(sai.HostifTrapTypeLLDP)), attr(sai.HostifTrapAttrPacketAction, sai.Enum(sai.PacketActionTrap)), attr(sai.HostifTrapAttrTrapGroup, sai.OID(group)))
	has := func(s string) bool { return strings.Contains(r.plane.Dump(), s) }
	if !has("trap 3: {Action:2 ") {
		t.Error("LLDP is not trapped")
	}
	r.set(sai.ObjectOf(sai.ObjectTypeHostifTrapGroup, group), sai.HostifTrapGroupAttrAdminState, sai.Bool(false))
	if has("trap 3") {
		t.Error("a group that is off traps")
	}
	r.set(sai.ObjectOf(sai.ObjectTypeHostifTrapGroup, group), sai.HostifTrapGroupAttrAdminState, sai.Bool(true))
	r.remove(sai.ObjectOf(sai.ObjectTypeHostifTrap, trap))
	if has("trap 3") {
		t.Error("a removed trap traps")
	}
}

func TestEvents(t *testing.T) {
	r := newRig(t)
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan error, 1)
	go func() { done <- r.control.Run(ctx, r.store) }()
	next := func() wire.Notification {
		t.Helper()
		select {
		case n := <-r.notes:
			return n
		case <-time.After(10 * time.Second):
			t.Fatal("no notification")
			return wire.Notification{}
		}
	}
	mac := dataplane.MAC{2, 0, 0, 0, 0, 7}
	r.plane.Emit(dataplane.Event{Kind: dataplane.FDBLearned, VLAN: 1, MAC: mac, Port: 2})
	n := next()
	if len(n.FDB) != 1 || n.FDB[0].Event != sai.FDBEventLearned || n.FDB[0].Entry.MAC != sai.MAC(mac) {
		t.Fatalf("learned: %+v", n)
	}
	bp := r.get(sai.EntryOf(n.FDB[0].Entry), sai.FDBEntryAttrBridgePortID).OID()
	if bp != n.FDB[0].BridgePort || bridged(r, bp) != r.ports[1] {
		t.Errorf("learned on %s", bp)
	}
	r.plane.Emit(dataplane.Event{Kind: dataplane.FDBMoved, VLAN: 1, MAC: mac, Port: 3, OldPort: 2})
	if n := next(); n.FDB[0].Event != sai.FDBEventMove || bridged(r, n.FDB[0].BridgePort) != r.ports[2] {
		t.Errorf("moved: %+v", n)
	}
	r.plane.Emit(dataplane.Event{Kind: dataplane.LinkChanged, Port: 1, Up: true})
	if n := next(); len(n.Ports) != 1 || n.Ports[0].State != sai.PortOperStatusUp {
		t.Errorf("link: %+v", n)
	}
	if st := sai.PortOperStatus(r.get(port(r.ports[0]), sai.PortAttrOperStatus).Enum()); st != sai.PortOperStatusUp {
		t.Errorf("oper status: %s", st)
	}
	r.want("flush", r.store.FlushFDB(r.sw, nil), sai.StatusSuccess)
	if n := next(); n.FDB[0].Event != sai.FDBEventFlushed {
		t.Errorf("flushed: %+v", n)
	}
	if strings.Contains(r.plane.Dump(), "fdb") {
		t.Error("the plane was not flushed")
	}
	cancel()
	<-done
}

func bridged(r *rig, bp sai.ObjectID) sai.ObjectID {
	r.Helper()
	return r.get(sai.ObjectOf(sai.ObjectTypeBridgePort, bp), sai.BridgePortAttrPortID).OID()
}

func TestCounters(t *testing.T) {
	r := newRig(t)
	ids := []sai.StatID{sai.StatID(sai.PortStatIfInOctets), sai.StatID(sai.PortStatIfInNonUcastPkts)}
	read := func(mode sai.StatsMode) []uint64 {
		t.Helper()
		got, st := r.store.Stats(port(r.ports[0]), ids, mode)
		r.want("stats", st, sai.StatusSuccess)
		return got
	}
	if got := read(sai.StatsModeReadAndClear); got[0] != 1 || got[1] != 3+4 {
		t.Errorf("got %v", got)
	}
	if got := read(sai.StatsModeRead); got[0] != 0 || got[1] != 0 {
		t.Errorf("after clearing: %v", got)
	}
	_, st := r.store.Stats(port(r.ports[0]), []sai.StatID{sai.StatID(sai.PortStatIfOutQlen)}, sai.StatsModeRead)
	r.want("counter that is not counted", st, sai.StatusNotSupported)
}

// TestRestart: a restored store restates to the plane exactly what it held, and
// takes learned entries back.
func TestRestart(t *testing.T) {
	r := newRig(t)
	rif1 := r.portRIF(0)
	for i, last := range []byte{5, 6, 7} {
		ip := netip.AddrFrom4([4]byte{10, 0, 0, last})
		r.enter(sai.NeighborEntry{Switch: r.sw, RIF: rif1, IP: ip}, attr(sai.NeighborEntryAttrDstMACAddress, sai.MACValue(sai.MAC{2, byte(i)})))
	}
	r.remove(sai.EntryOf(sai.NeighborEntry{Switch: r.sw, RIF: rif1, IP: netip.MustParseAddr("10.0.0.5")}))
	r.route("10.0.0.0/24", rif1)
	r.route("10.0.0.7/32", sai.NullObjectID)
	r.create(sai.ObjectTypeHostif, attr(sai.HostifAttrType, sai.Enum(sai.HostifTypeNetdev)), attr(sai.HostifAttrObjID, sai.OID(r.ports[0])), attr(sai.HostifAttrName, sai.Chardata("Ethernet0")))
	r.plane.Emit(dataplane.Event{Kind: dataplane.FDBLearned, VLAN: 1, MAC: dataplane.MAC{2}, Port: 2})
	want, objects := r.plane.Dump(), r.store.Dump()

	old := r.store
	r.build()
	r.plane.History = nil
	if err := r.store.Restore(func(re *strict.Restorer) error {
		old.Save(re.Generation, func(o sai.Object, a []sai.Attr) { re.Put(o, a) })
		return nil
	}); err != nil {
		t.Fatal(err)
	}
	if err := r.control.Sync(r.store); err != nil {
		t.Fatal(err)
	}
	if got := r.plane.Dump(); got != want {
		t.Errorf("plane after restart:\n%s\nbefore:\n%s", got, want)
	}
	for _, p := range r.plane.History {
		if p.Netdev == "eth1" && (p.RIF == 0 || p.Hostif == 0) {
			t.Errorf("port 1 was incomplete for a while: %+v", p)
		}
	}
	if n := len(r.store.Keys(sai.ObjectTypeFDBEntry)); n != 1 {
		t.Errorf("%d learned entries came back", n)
	}
	learned := r.store.Keys(sai.ObjectTypeFDBEntry)[0]
	r.store.Forget(learned.Entry.(sai.FDBEntry))
	if got := r.store.Dump(); got != objects {
		t.Errorf("store after restart:\n%s\nbefore:\n%s", got, objects)
	}
}

func TestSwitchRemoved(t *testing.T) {
	r := newRig(t)
	r.portRIF(0)
	r.remove(sai.ObjectOf(sai.ObjectTypeSwitch, r.sw))
	if dump := r.plane.Dump(); strings.Contains(dump, "port") || strings.Contains(dump, "rif") {
		t.Errorf("left behind:\n%s", dump)
	}
	r.create(sai.ObjectTypeSwitch, attr(sai.SwitchAttrInitSwitch, sai.Bool(true)))
}
