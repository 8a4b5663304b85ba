//go:build cgo

package asicd

import (
	"net/netip"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/heddle-nos/heddle/hal/softasic/dataplane"
	"github.com/heddle-nos/heddle/sai"
	"github.com/heddle-nos/heddle/sai/event"
	"github.com/heddle-nos/heddle/sai/libsai"
)

// buildShim compiles hal/softasic/libsai once for all tests.
var buildShim = sync.OnceValues(func() (string, error) {
	sources, err := filepath.Glob("../../hal/softasic/libsai/*.c")
	if err != nil {
		return "", err
	}
	dir, err := os.MkdirTemp("", "libsai")
	if err != nil {
		return "", err
	}
	so := filepath.Join(dir, "libsai.so")
	args := append([]string{"-std=gnu11", "-O2", "-fPIC", "-shared", "-fvisibility=hidden", "-pthread", "-Wall", "-Wextra", "-Werror", "-o", so}, sources...)
	out, err := exec.Command("gcc", args...).CombinedOutput()
	if err != nil {
		return "", &exec.Error{Name: string(out), Err: err}
	}
	return so, nil
})

func cleanShim() {
	if so, err := buildShim(); err == nil {
		_ = os.RemoveAll(filepath.Dir(so))
	}
}

// shimRig is an asicd reached through the real libsai.so.
type shimRig struct {
	*asicRig
	lib      *libsai.Library
	patience string // seconds; empty: the default
	sw       sai.ObjectID
	vr, cpu  sai.ObjectID
}

func newShimRig(t testing.TB) *shimRig {
	t.Helper()
	r := &shimRig{asicRig: newAsicRig(t)}
	r.attach()
	return r
}

// open loads libsai.so.
func (r *shimRig) open() (*libsai.Library, error) {
	r.Helper()
	if _, err := exec.LookPath("gcc"); err != nil {
		r.Skip("needs gcc to build libsai.so")
	}
	so, err := buildShim()
	if err != nil {
		r.Fatal(err)
	}
	return libsai.Open(so, map[string]string{"HEDDLE_ASIC_SOCKET": r.cfg.Socket, "HEDDLE_ASIC_TIMEOUT": r.patience}, r.cfg.Log)
}

// attach loads libsai.so and creates the switch through it.
func (r *shimRig) attach() {
	r.Helper()
	var err error
	if r.lib, err = r.open(); err != nil {
		r.Fatal(err)
	}
	r.Cleanup(func() { _ = r.lib.Close() })
	r.sw = r.create(sai.ObjectTypeSwitch, sai.Attr{ID: sai.SwitchAttrInitSwitch, Value: sai.Bool(true)},
		sai.Attr{ID: sai.SwitchAttrPortStateChangeNotify, Value: sai.Pointer(1)}, sai.Attr{ID: sai.SwitchAttrFDBEventNotify, Value: sai.Pointer(1)})
	attrs := []sai.Attr{{ID: sai.SwitchAttrDefaultVirtualRouterID}, {ID: sai.SwitchAttrCPUPort}}
	r.want("get switch", r.lib.Get(sai.ObjectOf(sai.ObjectTypeSwitch, r.sw), attrs), sai.StatusSuccess)
	r.vr, r.cpu = attrs[0].Value.OID(), attrs[1].Value.OID()
}

func (r *shimRig) want(what string, got, want sai.Status) {
	r.Helper()
	if got != want {
		r.Errorf("%s: got %s, want %s", what, got, want)
	}
}

func (r *shimRig) create(t sai.ObjectType, attrs ...sai.Attr) sai.ObjectID {
	r.Helper()
	objs := []sai.NewObject{{Attrs: attrs}}
	r.want("create "+t.String(), r.lib.Create(t, r.sw, objs, false)[0], sai.StatusSuccess)
	return objs[0].OID
}

func TestShimCarriesEverything(t *testing.T) {
	r := newShimRig(t)
	sw := sai.ObjectOf(sai.ObjectTypeSwitch, r.sw)
	list := []sai.Attr{{ID: sai.SwitchAttrPortList}, {ID: sai.SwitchAttrSrcMACAddress}}
	r.want("port list", r.lib.Get(sw, list), sai.StatusSuccess)
	ports := list[0].Value.OIDs()
	if len(ports) != 2 || list[1].Value.MAC() != (sai.MAC{2, 0, 0, 0, 0, 1}) {
		t.Fatalf("switch: %+v", list)
	}
	port := sai.ObjectOf(sai.ObjectTypePort, ports[1])
	lanes := []sai.Attr{{ID: sai.PortAttrHwLaneList}}
	r.want("lanes", r.lib.Get(port, lanes), sai.StatusSuccess)
	if got := lanes[0].Value.Uints(); len(got) != 4 || got[3] != 8 {
		t.Errorf("lanes: %v", got)
	}
	r.want("admin state", r.lib.Set([]sai.Object{port}, []sai.Attr{{ID: sai.PortAttrAdminState, Value: sai.Bool(true)}}, false)[0], sai.StatusSuccess)
	if !r.plane.Port(2).AdminUp {
		t.Error("port 2 is not enabled in the plane")
	}
	rif := r.create(sai.ObjectTypeRouterInterface, sai.Attr{ID: sai.RouterInterfaceAttrVirtualRouterID, Value: sai.OID(r.vr)},
		sai.Attr{ID: sai.RouterInterfaceAttrType, Value: sai.Enum(sai.RouterInterfaceTypePort)}, sai.Attr{ID: sai.RouterInterfaceAttrPortID, Value: sai.OID(ports[0])})
	for _, ip := range []string{"10.0.0.2", "2001:db8::2"} {
		r.neighbor(rif, netip.MustParseAddr(ip))
	}
	vlan := r.create(sai.ObjectTypeVLAN, sai.Attr{ID: sai.VLANAttrVLANID, Value: sai.U16(100)})
	if typ, ok := r.lib.TypeOf(vlan); !ok || typ != sai.ObjectTypeVLAN {
		t.Errorf("type of %s: %s", vlan, typ)
	}
	counters, st := r.lib.Stats(port, []sai.StatID{sai.StatID(sai.PortStatIfInOctets)}, sai.StatsModeRead)
	r.want("stats", st, sai.StatusSuccess)
	if len(counters) != 1 || counters[0] != 1 {
		t.Errorf("counters: %v", counters)
	}
	r.create(sai.ObjectTypeHostif, sai.Attr{ID: sai.HostifAttrType, Value: sai.Enum(sai.HostifTypeNetdev)},
		sai.Attr{ID: sai.HostifAttrObjID, Value: sai.OID(ports[0])}, sai.Attr{ID: sai.HostifAttrName, Value: sai.Chardata("Ethernet0")})
	if !strings.Contains(r.plane.Dump(), "Name:Ethernet0 ") {
		t.Errorf("no hostif:\n%s", r.plane.Dump())
	}
	r.want("flush", r.lib.FlushFDB(r.sw, nil), sai.StatusSuccess)
	r.unsupported()
}

// neighbor makes a neighbour with a next hop and a route through it, and checks
// that packets take them.
func (r *shimRig) neighbor(rif sai.ObjectID, ip netip.Addr) {
	r.Helper()
	n := sai.EntryOf(sai.NeighborEntry{Switch: r.sw, RIF: rif, IP: ip})
	mac := sai.Attr{ID: sai.NeighborEntryAttrDstMACAddress, Value: sai.MACValue(sai.MAC{2, 2, 2, 2, 2, 2})}
	r.want("neighbour", r.lib.Create(sai.ObjectTypeNeighborEntry, r.sw, []sai.NewObject{{Object: n, Attrs: []sai.Attr{mac}}}, false)[0], sai.StatusSuccess)
	nh := r.create(sai.ObjectTypeNextHop, sai.Attr{ID: sai.NextHopAttrType, Value: sai.Enum(sai.NextHopTypeIP)},
		sai.Attr{ID: sai.NextHopAttrIP, Value: sai.IPAddr(ip)}, sai.Attr{ID: sai.NextHopAttrRouterInterfaceID, Value: sai.OID(rif)})
	prefix := netip.MustParsePrefix("198.51.0.0/16")
	if ip.Is6() {
		prefix = netip.MustParsePrefix("2001:db8:5::/48")
	}
	route := sai.EntryOf(sai.RouteEntry{Switch: r.sw, VR: r.vr, Destination: prefix})
	via := sai.Attr{ID: sai.RouteEntryAttrNextHopID, Value: sai.OID(nh)}
	r.want("route", r.lib.Create(sai.ObjectTypeRouteEntry, r.sw, []sai.NewObject{{Object: route, Attrs: []sai.Attr{via}}}, false)[0], sai.StatusSuccess)
	if adj, _ := r.plane.Adj(prefix.Addr().Next()); adj.Action != dataplane.AdjForward || adj.MAC != (dataplane.MAC{2, 2, 2, 2, 2, 2}) {
		r.Errorf("to %s: %+v", prefix, adj)
	}
	back := []sai.Attr{{ID: sai.NextHopAttrIP}}
	r.want("get next hop", r.lib.Get(sai.ObjectOf(sai.ObjectTypeNextHop, nh), back), sai.StatusSuccess)
	if back[0].Value.Addr() != ip {
		r.Errorf("next hop: %s", back[0].Value.Addr())
	}
}

func (r *shimRig) unsupported() {
	r.Helper()
	objs := make([]sai.NewObject, 1)
	r.want("multicast group", r.lib.Create(sai.ObjectTypeIpmcGroup, r.sw, objs, false)[0], sai.StatusNotSupported)
	objs = []sai.NewObject{{Attrs: []sai.Attr{{ID: sai.VLANAttrVLANID, Value: sai.U16(4095)}}}}
	r.want("VLAN 4095", r.lib.Create(sai.ObjectTypeVLAN, r.sw, objs, false)[0], sai.StatusInvalidAttrValue0)
}

func TestShimBulkAcrossPieces(t *testing.T) {
	r := newShimRig(t)
	const n = 70000 // more than one request for routes, or for keys, holds
	req := routesRequest(r.sw, r.vr, r.cpu, 0, n)
	for i, st := range r.lib.Create(sai.ObjectTypeRouteEntry, r.sw, req.Create, true) {
		if st != sai.StatusSuccess {
			t.Fatalf("route %d: %s", i, st)
		}
	}
	if got := r.plane.Routes(); got != n {
		t.Errorf("%d routes in the plane", got)
	}
	st := r.lib.Create(sai.ObjectTypeRouteEntry, r.sw, req.Create[n-2:], true)
	if st[0] != sai.StatusItemAlreadyExists || st[1] != sai.StatusNotExecuted {
		t.Errorf("again: %v", st)
	}
	objs, got := r.lib.Objects(r.sw, sai.ObjectTypeRouteEntry)
	r.want("list routes", got, sai.StatusSuccess)
	want := map[sai.Object]bool{}
	for i := range req.Create {
		want[req.Create[i].Object] = true
	}
	for _, o := range objs {
		delete(want, o)
	}
	if len(objs) != n || len(want) != 0 {
		t.Fatalf("listed %d routes, %d are missing", len(objs), len(want))
	}
	for i, st := range r.lib.Remove(objs, false) {
		if st != sai.StatusSuccess {
			t.Fatalf("remove route %d: %s", i, st)
		}
	}
}

// next waits for a notification.
func (r *shimRig) next() event.Event {
	r.Helper()
	select {
	case n := <-r.lib.Notifications():
		return n
	case <-time.After(10 * time.Second):
		r.Fatal("no notification")
		return event.Event{}
	}
}

func TestShimNotifications(t *testing.T) {
	r := newShimRig(t)
	r.plane.Emit(dataplane.Event{Kind: dataplane.LinkChanged, Port: 1, Up: true})
	if n := r.next(); len(n.Port) != 1 || n.Port[0].Status != sai.PortOperStatusUp {
		t.Errorf("link: %+v", n)
	}
	r.plane.Emit(dataplane.Event{Kind: dataplane.FDBLearned, VLAN: 1, MAC: dataplane.MAC{2, 4}, Port: 2})
	if n := r.next(); len(n.FDB) != 1 || n.FDB[0].Event != sai.FDBEventLearned || n.FDB[0].Entry.MAC != (sai.MAC{2, 4}) || len(n.FDB[0].Attrs) != 2 {
		t.Errorf("fdb: %+v", n)
	}
}

// TestShimIsToldAgain: what happened while asicd was away reaches the client.
func TestShimIsToldAgain(t *testing.T) {
	r := newShimRig(t)
	r.plane.Emit(dataplane.Event{Kind: dataplane.FDBLearned, VLAN: 1, MAC: dataplane.MAC{2, 4}, Port: 2})
	r.next()
	r.stop()
	r.plane.Emit(dataplane.Event{Kind: dataplane.FDBLearned, VLAN: 1, MAC: dataplane.MAC{2, 5}, Port: 1})
	<-r.plane.Events() // nobody was there to see it
	r.start()
	macs := map[sai.MAC]bool{}
	flushed, states := false, 0
	for len(macs) < 2 || !flushed || states < 2 {
		n := r.next()
		states += len(n.Port)
		for _, e := range n.FDB {
			flushed = flushed || e.Event == sai.FDBEventFlushed
			if e.Event == sai.FDBEventLearned {
				macs[e.Entry.MAC] = true
			}
		}
	}
	if !macs[sai.MAC{2, 4}] || !macs[sai.MAC{2, 5}] {
		t.Errorf("learned: %v", macs)
	}
}

// TestShimGivesUp: without asicd every call ends, with a failure, and the
// library can be closed and opened again.
func TestShimGivesUp(t *testing.T) {
	r := &shimRig{asicRig: newAsicRig(t), patience: "1"}
	r.attach()
	r.stop()
	attrs := []sai.Attr{{ID: sai.SwitchAttrPortList}}
	r.want("get without asicd", r.lib.Get(sai.ObjectOf(sai.ObjectTypeSwitch, r.sw), attrs), sai.StatusFailure)
	if err := r.lib.Close(); err != nil {
		t.Error(err)
	}
	if lib, err := r.open(); err == nil {
		t.Error("opened without asicd")
		_ = lib.Close()
	}
	r.start()
	r.attach()
}

// TestShimSurvivesRestarts calls without pause while asicd comes and goes: no
// call fails and none takes effect twice.
func TestShimSurvivesRestarts(t *testing.T) {
	r := newShimRig(t)
	done := make(chan int)
	quit := make(chan struct{})
	go func() {
		made := 0
		defer func() { done <- made }()
		for vid := uint16(2); vid < 4000; vid++ {
			select {
			case <-quit:
				return
			default:
			}
			objs := []sai.NewObject{{Attrs: []sai.Attr{{ID: sai.VLANAttrVLANID, Value: sai.U16(vid)}}}}
			if st := r.lib.Create(sai.ObjectTypeVLAN, r.sw, objs, false)[0]; st != sai.StatusSuccess {
				t.Errorf("create VLAN %d: %s", vid, st)
				return
			}
			made++
		}
	}()
	for range 5 {
		time.Sleep(30 * time.Millisecond)
		r.restart()
	}
	close(quit)
	made := <-done
	r.stop()
	if n := len(r.load().store.Keys(sai.ObjectTypeVLAN)); n != made+1 || made == 0 {
		t.Errorf("%d VLANs, made %d besides the default one", n, made)
	}
}

// BenchmarkShimRoutes is BenchmarkRoutes with libsai.so on the client's side.
func BenchmarkShimRoutes(b *testing.B) {
	r := newShimRig(b)
	const bulk = 1000
	req := routesRequest(r.sw, r.vr, r.cpu, 0, bulk)
	objs := make([]sai.Object, bulk)
	for i := range req.Create {
		objs[i] = req.Create[i].Object
	}
	b.ResetTimer()
	for range b.N {
		r.lib.Create(sai.ObjectTypeRouteEntry, r.sw, req.Create, false)
		b.StopTimer()
		r.lib.Remove(objs, false)
		b.StartTimer()
	}
	b.ReportMetric(float64(b.N)*bulk/b.Elapsed().Seconds(), "routes/s")
}
