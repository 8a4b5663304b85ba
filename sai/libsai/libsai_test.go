//go:build cgo

package libsai_test

import (
	"errors"
	"log/slog"
	"net/netip"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/heddle-nos/heddle/sai"
	"github.com/heddle-nos/heddle/sai/event"
	"github.com/heddle-nos/heddle/sai/libsai"
)

const theSwitch = sai.ObjectID(33 << 48)

// build compiles the fake library with some macros defined.
func build(t testing.TB, defines ...string) string {
	t.Helper()
	gcc, err := exec.LookPath("gcc")
	if err != nil {
		t.Skip("needs gcc")
	}
	out := filepath.Join(t.TempDir(), "libsai.so")
	args := append([]string{"-shared", "-fPIC", "-O2", "-Wall", "-Werror", "-Wno-unused", "-Iinclude", "-o", out, "testdata/fake.c"}, defines...)
	if msg, err := exec.Command(gcc, args...).CombinedOutput(); err != nil {
		t.Fatalf("build fake library: %v\n%s", err, msg)
	}
	return out
}

func open(t testing.TB, defines ...string) *libsai.Library {
	t.Helper()
	l, err := libsai.Open(build(t, defines...), map[string]string{"SAI_KEY_INIT_CONFIG_FILE": "/etc/board", "OTHER": "x"}, slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := l.Close(); err != nil {
			t.Error(err)
		}
	})
	return l
}

func TestOpenNamesWhatIsWrong(t *testing.T) {
	for _, c := range []struct {
		define, text string
		is           error
	}{
		{"-DFAKE_VERSION=20000", "library has SAI 2.0.0, this program 1.16.4", libsai.ErrVersion},
		{"-DFAKE_NO_UNINITIALIZE", "sai_api_uninitialize", libsai.ErrNoSymbol},
		{"-DFAKE_NO_SWITCH", "SAI_API_SWITCH: status SAI_STATUS_NOT_IMPLEMENTED", libsai.ErrNoAPI},
	} {
		_, err := libsai.Open(build(t, c.define), nil, slog.New(slog.DiscardHandler))
		if !errors.Is(err, c.is) || !strings.Contains(err.Error(), c.text) {
			t.Errorf("Open with %s: %v, want %q", c.define, err, c.text)
		}
	}
	if _, err := libsai.Open("/no/such/libsai.so", nil, slog.New(slog.DiscardHandler)); !errors.Is(err, libsai.ErrNoLibrary) {
		t.Errorf("Open of a missing file: %v", err)
	}
}

func vlan(id uint16) sai.NewObject {
	return sai.NewObject{Attrs: []sai.Attr{{ID: sai.VLANAttrVLANID, Value: sai.U16(id)}}}
}

func TestObjectsWithIDs(t *testing.T) {
	l := open(t)
	objs := []sai.NewObject{vlan(10), vlan(10), vlan(20)}
	got := l.Create(sai.ObjectTypeVLAN, theSwitch, objs, false)
	want := []sai.Status{sai.StatusSuccess, sai.StatusItemAlreadyExists, sai.StatusSuccess}
	if !cmp.Equal(got, want) || objs[2].OID != 38<<48|20 || objs[2].Type != sai.ObjectTypeVLAN {
		t.Errorf("Create = %v %v, want %v", got, objs[2], want)
	}
	got = l.Create(sai.ObjectTypeVLAN, theSwitch, []sai.NewObject{vlan(30), vlan(10), vlan(40)}, true)
	if want = []sai.Status{sai.StatusSuccess, sai.StatusItemAlreadyExists, sai.StatusNotExecuted}; !cmp.Equal(got, want) {
		t.Errorf("Create with stop = %v, want %v", got, want)
	}
	list, s := l.Objects(theSwitch, sai.ObjectTypeVLAN)
	if s != sai.StatusSuccess || len(list) != 3 {
		t.Errorf("Objects = %v %v", list, s)
	}
	if ot, ok := l.TypeOf(objs[0].OID); !ok || ot != sai.ObjectTypeVLAN {
		t.Errorf("TypeOf = %v %v", ot, ok)
	}
	got = l.Remove([]sai.Object{objs[0].Object, objs[0].Object}, false)
	if want = []sai.Status{sai.StatusSuccess, sai.StatusItemNotFound}; !cmp.Equal(got, want) {
		t.Errorf("Remove = %v, want %v", got, want)
	}
}

func route(i int, nextHop sai.ObjectID) sai.NewObject {
	p := netip.PrefixFrom(netip.AddrFrom4([4]byte{byte(i >> 24), byte(i >> 16), byte(i >> 8), byte(i)}), 32)
	return sai.NewObject{
		Object: sai.EntryOf(sai.RouteEntry{Switch: theSwitch, VR: 3, Destination: p}),
		Attrs:  []sai.Attr{{ID: sai.RouteEntryAttrNextHopID, Value: sai.OID(nextHop)}},
	}
}

func TestEntries(t *testing.T) {
	for _, defines := range [][]string{nil, {"-DFAKE_NO_BULK"}} {
		l := open(t, defines...)
		objs := []sai.NewObject{route(1, 7), route(2, 8), route(1, 9), {Object: sai.EntryOf(sai.RouteEntry{})}, route(3, 9)}
		got := l.Create(sai.ObjectTypeRouteEntry, theSwitch, objs, false)
		want := []sai.Status{sai.StatusSuccess, sai.StatusSuccess, sai.StatusItemAlreadyExists, sai.StatusInvalidParameter, sai.StatusSuccess}
		if !cmp.Equal(got, want) {
			t.Errorf("%v: Create = %v, want %v", defines, got, want)
		}
		set := sai.Attr{ID: sai.RouteEntryAttrNextHopID, Value: sai.OID(99)}
		got = l.Set([]sai.Object{objs[0].Object, route(77, 0).Object}, []sai.Attr{set, set}, false)
		if want = []sai.Status{sai.StatusSuccess, sai.StatusItemNotFound}; !cmp.Equal(got, want) {
			t.Errorf("%v: Set = %v, want %v", defines, got, want)
		}
		attrs := []sai.Attr{{ID: sai.RouteEntryAttrNextHopID}}
		if s := l.Get(objs[0].Object, attrs); s != sai.StatusSuccess || attrs[0].Value.OID() != 99 {
			t.Errorf("%v: Get = %v %v", defines, s, attrs)
		}
		list, s := l.Objects(theSwitch, sai.ObjectTypeRouteEntry)
		if s != sai.StatusSuccess || len(list) != 3 || list[1] != objs[1].Object {
			t.Errorf("%v: Objects = %v %v", defines, list, s)
		}
		got = l.Remove([]sai.Object{route(77, 0).Object, objs[0].Object}, true)
		if want = []sai.Status{sai.StatusItemNotFound, sai.StatusNotExecuted}; !cmp.Equal(got, want) {
			t.Errorf("%v: Remove = %v, want %v", defines, got, want)
		}
	}
}

func TestManyRoutesInBatches(t *testing.T) {
	l := open(t)
	const n = 20000
	objs := make([]sai.NewObject, n)
	for i := range objs {
		objs[i] = route(i, sai.ObjectID(i))
	}
	for i, s := range l.Create(sai.ObjectTypeRouteEntry, theSwitch, objs, true) {
		if s != sai.StatusSuccess {
			t.Fatalf("route %d: %s", i, s)
		}
	}
	if list, _ := l.Objects(theSwitch, sai.ObjectTypeRouteEntry); len(list) != n || list[n-1] != objs[n-1].Object {
		t.Errorf("library has %d routes", len(list))
	}
}

func TestGetBulk(t *testing.T) {
	for _, defines := range [][]string{nil, {"-DFAKE_NO_BULK"}} {
		l := open(t, defines...)
		objs := []sai.NewObject{route(1, 7), route(2, 8)}
		l.Create(sai.ObjectTypeRouteEntry, theSwitch, objs, false)
		want := []sai.Attr{{ID: sai.RouteEntryAttrNextHopID}}
		gets := []sai.NewObject{
			{Object: objs[1].Object, Attrs: slices.Clone(want)}, {Object: route(3, 0).Object, Attrs: slices.Clone(want)},
			{Object: sai.EntryOf(sai.RouteEntry{}), Attrs: slices.Clone(want)},
			{Object: objs[0].Object, Attrs: []sai.Attr{{ID: 60000}}}, {Object: objs[0].Object, Attrs: slices.Clone(want)},
		}
		got := l.GetBulk(gets)
		wanted := []sai.Status{0, sai.StatusItemNotFound, sai.StatusInvalidParameter, sai.StatusUnknownAttribute0, 0}
		if !slices.Equal(got, wanted) {
			t.Errorf("%v: got %v, want %v", defines, got, wanted)
		}
		if a, b := gets[0].Attrs[0].Value, gets[4].Attrs[0].Value; !a.Equal(sai.OID(8)) || !b.Equal(sai.OID(7)) {
			t.Errorf("%v: read %v and %v", defines, a, b)
		}
	}
}

func TestGetGrowsLists(t *testing.T) {
	l := open(t)
	attrs := []sai.Attr{{ID: sai.SwitchAttrPortList}, {ID: sai.SwitchAttrNumberOfActivePorts}, {ID: sai.SwitchAttrSwitchHardwareInfo}}
	if s := l.Get(sai.ObjectOf(sai.ObjectTypeSwitch, theSwitch), attrs); s != sai.StatusSuccess {
		t.Fatal(s)
	}
	if ports := attrs[0].Value.OIDs(); len(ports) != 300 || ports[299] != 1<<48|299 {
		t.Errorf("port list %v", ports)
	}
	if attrs[1].Value.Uint() != 300 {
		t.Errorf("number of ports %v", attrs[1].Value)
	}
	info, _ := attrs[2].Value.Ref().([]int8)
	text := make([]byte, len(info))
	for i, c := range info {
		text[i] = byte(c)
	}
	if string(text) != "/etc/board" {
		t.Errorf("profile gave %q", text)
	}
	bad := []sai.Attr{{ID: sai.SwitchAttrNumberOfActivePorts}, {ID: sai.SwitchAttrCPUPort}}
	if s := l.Get(sai.ObjectOf(sai.ObjectTypeSwitch, theSwitch), bad); s != sai.StatusAttrNotSupported0-1 {
		t.Errorf("Get of an unsupported attribute = %v", s)
	}
}

func TestNotifications(t *testing.T) {
	l := open(t)
	sw := []sai.NewObject{{Attrs: []sai.Attr{
		{ID: sai.SwitchAttrInitSwitch, Value: sai.Bool(true)},
		{ID: sai.SwitchAttrPortStateChangeNotify, Value: sai.Pointer(0x1234)}, // an address in another process
		{ID: sai.SwitchAttrFDBEventNotify, Value: sai.Pointer(0x1234)},
	}}}
	if s := l.Create(sai.ObjectTypeSwitch, 0, sw, false); s[0] != sai.StatusSuccess || sw[0].OID != theSwitch {
		t.Fatal(s, sw[0])
	}
	health := sai.Attr{ID: sai.SwitchAttrSwitchAsicSdkHealthEventNotify, Value: sai.Pointer(1)}
	fire := sai.Attr{ID: sai.SwitchAttrSwitchShellEnable, Value: sai.Bool(true)}
	if s := l.Set([]sai.Object{sw[0].Object, sw[0].Object}, []sai.Attr{health, fire}, false); s[0] != sai.StatusSuccess || s[1] != sai.StatusSuccess {
		t.Fatal(s)
	}
	flush := []sai.Attr{{ID: sai.FDBFlushAttrBridgePortID, Value: sai.OID(5)}}
	if s := l.FlushFDB(theSwitch, flush); s != sai.StatusSuccess {
		t.Fatal(s)
	}
	want := []event.Event{
		{Port: []event.Port{{Port: 1<<48 | 1, Status: sai.PortOperStatusUp}, {Port: 1<<48 | 2, Status: sai.PortOperStatusDown}}},
		{Health: &event.Health{Switch: theSwitch, Severity: sai.SwitchAsicSdkHealthSeverityWarning, Time: sai.Timespec{TvSec: 7, TvNsec: 8},
			Category: sai.SwitchAsicSdkHealthCategoryAsicHw, Text: "hot"}},
		{FDB: []event.FDB{{Event: sai.FDBEventFlushed, Entry: sai.FDBEntry{Switch: theSwitch, MAC: sai.MAC{1, 2, 3, 4, 5, 6}},
			Attrs: []sai.Attr{{ID: sai.FDBEntryAttrType, Value: sai.Enum(sai.FDBEntryTypeStatic)}, {ID: sai.FDBEntryAttrBridgePortID, Value: sai.OID(5)}}}}},
	}
	for _, w := range want {
		if diff := cmp.Diff(w, receive(t, l)); diff != "" {
			t.Error(diff)
		}
	}
	unsupported := sai.Attr{ID: sai.SwitchAttrPacketEventNotify, Value: sai.Pointer(1)}
	if s := l.Set([]sai.Object{sw[0].Object}, []sai.Attr{unsupported}, false); s[0] != sai.StatusAttrNotImplemented0 {
		t.Errorf("Set of a notification without a callback = %v", s)
	}
}

func receive(t *testing.T, l *libsai.Library) event.Event {
	t.Helper()
	select {
	case n := <-l.Notifications():
		return n
	case <-time.After(5 * time.Second):
		t.Fatal("no notification")
		return event.Event{}
	}
}

func TestStats(t *testing.T) {
	l := open(t)
	port := sai.ObjectOf(sai.ObjectTypePort, 1<<48)
	got, s := l.Stats(port, []sai.StatID{1, 5}, sai.StatsModeReadAndClear)
	if s != sai.StatusSuccess || !cmp.Equal(got, []uint64{10, 50}) {
		t.Errorf("Stats = %v %v", got, s)
	}
	if s := l.ClearStats(port, []sai.StatID{1}); s != sai.StatusSuccess {
		t.Error(s)
	}
	if got, _ := l.Stats(port, []sai.StatID{1}, sai.StatsModeRead); !cmp.Equal(got, []uint64{8}) {
		t.Errorf("after two clears: %v", got)
	}
	if _, s := l.Stats(sai.ObjectOf(sai.ObjectTypeQueue, 1), []sai.StatID{1}, sai.StatsModeRead); s != sai.StatusNotImplemented {
		t.Errorf("Stats of an api that is missing = %v", s)
	}
}

func TestStatsBulk(t *testing.T) {
	l := open(t)
	objs := []sai.Object{sai.ObjectOf(sai.ObjectTypePort, 1<<48), sai.ObjectOf(sai.ObjectTypePort, 1<<48|7), sai.ObjectOf(sai.ObjectTypePort, 1<<48|2)}
	got, s := l.StatsBulk(objs, []sai.StatID{1, 5}, sai.StatsModeReadAndClear)
	if d := cmp.Diff([]sai.Status{sai.StatusSuccess, sai.StatusItemNotFound, sai.StatusSuccess}, s); d != "" {
		t.Error(d)
	}
	if len(got) != 6 || !cmp.Equal(got[:2], []uint64{11, 51}) || !cmp.Equal(got[4:], []uint64{2011, 2051}) {
		t.Errorf("StatsBulk = %v", got)
	}
	queue := []sai.Object{sai.ObjectOf(sai.ObjectTypeQueue, 1)}
	if _, s := l.StatsBulk(queue, []sai.StatID{1}, sai.StatsModeRead); s[0] != sai.StatusNotSupported {
		t.Errorf("of a type that it refuses: %v", s)
	}
	if _, s := l.StatsBulk(append(queue, objs[0]), []sai.StatID{1}, sai.StatsModeRead); s[1] != sai.StatusInvalidParameter {
		t.Errorf("of several types: %v", s)
	}
}

func TestQueries(t *testing.T) {
	l := open(t)
	if c, s := l.AttrCapability(theSwitch, sai.ObjectTypeVLAN, 0); s != sai.StatusSuccess || c != (sai.AttrCapability{Create: true, Get: true}) {
		t.Errorf("AttrCapability = %v %v", c, s)
	}
	if v, s := l.EnumValues(theSwitch, sai.ObjectTypeVLAN, 0); s != sai.StatusSuccess || len(v) != 500 || v[499] != -499 {
		t.Errorf("EnumValues = %d values, %v", len(v), s)
	}
	if c, s := l.StatsCapability(theSwitch, sai.ObjectTypePort); s != sai.StatusSuccess || !cmp.Equal(c, []sai.StatCapability{{ID: 3, Modes: 3}}) {
		t.Errorf("StatsCapability = %v %v", c, s)
	}
	attrs := []sai.Attr{{ID: sai.DebugCounterAttrType, Value: sai.Enum(sai.DebugCounterTypeSwitchInDropReasons)}}
	if n, s := l.Availability(theSwitch, sai.ObjectTypeDebugCounter, attrs); s != sai.StatusSuccess || n != 103 {
		t.Errorf("Availability = %d %v", n, s)
	}
	if s := l.SetLog(sai.APIVLAN, sai.LogLevelWarn); s != sai.StatusNotImplemented {
		t.Errorf("SetLog of a library without it = %v", s)
	}
}

func TestACLFieldReachesC(t *testing.T) {
	l := open(t)
	v := sai.Other(sai.ACLField{Enable: true, Data: sai.MACValue(sai.MAC{1, 2, 3}), Mask: sai.MACValue(sai.MAC{255})})
	objs := []sai.NewObject{{Attrs: []sai.Attr{{ID: sai.ACLEntryAttrFieldSrcMAC, Value: v}}}}
	if s := l.Create(sai.ObjectTypeACLEntry, theSwitch, objs, false); s[0] != sai.StatusSuccess {
		t.Fatal(s)
	}
	attrs := []sai.Attr{{ID: sai.ACLEntryAttrFieldSrcMAC}}
	if s := l.Get(objs[0].Object, attrs); s != sai.StatusSuccess || !attrs[0].Value.Equal(v) {
		t.Errorf("Get = %v %v, want %v", s, attrs[0].Value, v)
	}
	bad := []sai.NewObject{{Attrs: []sai.Attr{{ID: sai.ACLEntryAttrFieldSrcMAC, Value: v}, {ID: 60000}}}}
	if s := l.Create(sai.ObjectTypeACLEntry, theSwitch, bad, false); s[0] != sai.StatusUnknownAttribute0-1 {
		t.Errorf("Create with an unknown attribute = %v", s)
	}
}

func TestAfterClose(t *testing.T) {
	l := open(t)
	if err := l.Close(); err != nil {
		t.Fatal(err)
	}
	if _, ok := <-l.Notifications(); ok {
		t.Error("notifications still open")
	}
	if s := l.Create(sai.ObjectTypeVLAN, theSwitch, []sai.NewObject{vlan(1)}, false); s[0] == sai.StatusSuccess {
		t.Error("Create after Close succeeded")
	}
}

func BenchmarkCreateRoutes(b *testing.B) {
	l := open(b, "-DFAKE_NO_SEARCH")
	const n = 8000
	objs := make([]sai.NewObject, n)
	keys := make([]sai.Object, n)
	for i := range objs {
		objs[i] = route(i, 7)
		keys[n-1-i] = objs[i].Object
	}
	b.ReportAllocs()
	for b.Loop() {
		l.Create(sai.ObjectTypeRouteEntry, theSwitch, objs, false)
		b.StopTimer()
		l.Remove(keys, false)
		b.StartTimer()
	}
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/n, "ns/route")
}
