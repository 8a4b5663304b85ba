package syncd_test

import (
	"fmt"
	"slices"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/heddle-nos/heddle/sai"
	"github.com/heddle-nos/heddle/sai/event"
)

// spy counts what changes the ASIC, and can crash syncd in the middle of it.
type spy struct {
	sai.Driver
	changes atomic.Int64
	// crash says, for the n-th change, whether syncd dies before it or after it.
	crash func(n int64) (before, after bool)
	calm  atomic.Bool // no more crashes
}

func (s *spy) do(change func() []sai.Status) []sai.Status {
	n := s.changes.Add(1)
	var before, after bool
	if s.crash != nil && !s.calm.Load() {
		before, after = s.crash(n)
	}
	if before {
		panic("crash before a change")
	}
	st := change()
	if after {
		panic("crash after a change")
	}
	return st
}

func (s *spy) Create(t sai.ObjectType, sw sai.ObjectID, objs []sai.NewObject, stop bool) []sai.Status {
	if t == sai.ObjectTypeSwitch {
		return s.Driver.Create(t, sw, objs, stop) // every start opens the switch
	}
	return s.do(func() []sai.Status { return s.Driver.Create(t, sw, objs, stop) })
}

func (s *spy) Remove(objs []sai.Object, stop bool) []sai.Status {
	return s.do(func() []sai.Status { return s.Driver.Remove(objs, stop) })
}

func (s *spy) Set(objs []sai.Object, attrs []sai.Attr, stop bool) []sai.Status {
	return s.do(func() []sai.Status { return s.Driver.Set(objs, attrs, stop) })
}

// populate creates a bit of everything that refers to something else. It
// returns the default router.
func (b *bench) populate() string {
	b.t.Helper()
	b.createSwitch()
	vr := b.defaultRouter()
	vlan := b.vid(0x26)
	b.must("Screate", "SAI_OBJECT_TYPE_VLAN:"+vlan, "SAI_VLAN_ATTR_VLAN_ID", "100")
	list := b.get(switchKey, "SAI_SWITCH_ATTR_PORT_LIST", "4:oid:0x0,oid:0x0,oid:0x0,oid:0x0")
	_, ids, _ := strings.Cut(list, ":")
	port := strings.Split(ids, ",")[0]
	b.must("Sset", "SAI_OBJECT_TYPE_PORT:"+port, "SAI_PORT_ATTR_ADMIN_STATE", "true")
	rif := b.vid(6)
	b.must("Screate", "SAI_OBJECT_TYPE_ROUTER_INTERFACE:"+rif, "SAI_ROUTER_INTERFACE_ATTR_VIRTUAL_ROUTER_ID", vr,
		"SAI_ROUTER_INTERFACE_ATTR_TYPE", "SAI_ROUTER_INTERFACE_TYPE_VLAN", "SAI_ROUTER_INTERFACE_ATTR_VLAN_ID", vlan)
	b.must("Screate", `SAI_OBJECT_TYPE_NEIGHBOR_ENTRY:{"ip":"10.0.0.2","rif":"`+rif+`","switch_id":"`+switchID+`"}`,
		"SAI_NEIGHBOR_ENTRY_ATTR_DST_MAC_ADDRESS", "02:00:00:00:00:01")
	hop := b.vid(4)
	b.must("Screate", "SAI_OBJECT_TYPE_NEXT_HOP:"+hop, "SAI_NEXT_HOP_ATTR_TYPE", "SAI_NEXT_HOP_TYPE_IP",
		"SAI_NEXT_HOP_ATTR_IP", "10.0.0.2", "SAI_NEXT_HOP_ATTR_ROUTER_INTERFACE_ID", rif)
	via := "SAI_ROUTE_ENTRY_ATTR_NEXT_HOP_ID=" + hop
	b.must("Sbulkcreate", "SAI_OBJECT_TYPE_ROUTE_ENTRY:2", routeKey("20.0.0.0/24", vr), via, routeKey("2001:db8::/64", vr), via)
	return vr
}

func (b *bench) spied() *spy {
	s := &spy{}
	b.driver = func(d sai.Driver) sai.Driver { s.Driver = d; return s }
	return s
}

func TestWarmRestartChangesNothing(t *testing.T) {
	for _, idsOnly := range []bool{false, true} {
		t.Run(fmt.Sprintf("idsOnly=%v", idsOnly), func(t *testing.T) { warmRestart(t, idsOnly, "") })
	}
	for _, lost := range []string{"VIDTORID", "RIDTOVID"} {
		t.Run(lost, func(t *testing.T) { warmRestart(t, false, lost) })
	}
}

// warmRestart restarts syncd, without the hash of ids that got lost meanwhile.
func warmRestart(t *testing.T, idsOnly bool, lost string) {
	b := newBench(t)
	b.idsOnly = idsOnly
	b.start()
	vr := b.populate()
	rows, ids, dump := b.rows(), b.row("VIDTORID"), b.store.Dump()
	if err := b.stop(); err != nil {
		t.Fatal(err)
	}
	if lost != "" {
		b.rdb.Del(t.Context(), lost)
	}
	s := b.spied()
	b.start()
	if got := b.defaultRouter(); got != vr {
		t.Errorf("default router: got %s, want %s", got, vr)
	}
	if n := s.changes.Load(); n != 0 {
		t.Errorf("a restart changed the ASIC %d times", n)
	}
	if d := cmp.Diff(dump, b.store.Dump()); d != "" {
		t.Errorf("ASIC: %s", d)
	}
	if d := cmp.Diff(rows, b.rows()); d != "" {
		t.Errorf("rows: %s", d)
	}
	if d := cmp.Diff(ids, b.row("VIDTORID")); d != "" {
		t.Errorf("ids: %s", d)
	}
	if got := len(b.row("RIDTOVID")); got != len(ids) {
		t.Errorf("ids: %d one way, %d the other", len(ids), got)
	}
	b.must("Snotify", "SYNCD_INSPECT_ASIC")
}

func TestColdRestartCreatesAgain(t *testing.T) {
	b := newBench(t)
	b.start()
	b.populate()
	member := b.get(switchKey, "SAI_SWITCH_ATTR_DEFAULT_VLAN_ID", "oid:0x0")
	list := b.get("SAI_OBJECT_TYPE_VLAN:"+member, "SAI_VLAN_ATTR_MEMBER_LIST", "4:oid:0x0,oid:0x0,oid:0x0,oid:0x0")
	_, ids, _ := strings.Cut(list, ":")
	b.must("Dremove", "SAI_OBJECT_TYPE_VLAN_MEMBER:"+strings.Split(ids, ",")[1])
	rows, dump := b.rows(), b.store.Dump()
	if err := b.stop(); err != nil {
		t.Fatal(err)
	}
	b.store = newStore(4)
	b.start()
	b.must("Snotify", "SYNCD_INSPECT_ASIC")
	if d := cmp.Diff(rows, b.rows()); d != "" {
		t.Errorf("rows: %s", d)
	}
	if d := cmp.Diff(strings.Split(dump, "\n"), strings.Split(b.store.Dump(), "\n")); d != "" {
		t.Errorf("ASIC: %s", d)
	}
	for v, r := range b.row("VIDTORID") {
		if got := b.row("RIDTOVID")[r]; got != v {
			t.Errorf("%s stands for %s, which stands for %s", v, r, got)
		}
	}
	b.must("Dbulkremove", "SAI_OBJECT_TYPE_ROUTE_ENTRY:1", routeKey("20.0.0.0/24", b.defaultRouter()), "")
}

func TestAuditRepairsDrift(t *testing.T) {
	b := newBench(t)
	b.start()
	vr := b.populate()
	dump := b.store.Dump()
	if err := b.stop(); err != nil {
		t.Fatal(err)
	}
	var routes []sai.Object
	routes = append(routes, b.store.Keys(sai.ObjectTypeRouteEntry)...)
	b.store.Remove(routes[:1], false)
	b.store.Set(routes[1:], []sai.Attr{{ID: sai.RouteEntryAttrPacketAction, Value: sai.Enum(sai.PacketActionDrop)}}, false)
	extra := []sai.NewObject{{Attrs: []sai.Attr{{ID: sai.VLANAttrVLANID, Value: sai.U16(7)}}}}
	sw := b.store.Keys(sai.ObjectTypeSwitch)[0].OID
	if st := b.store.Create(sai.ObjectTypeVLAN, sw, extra, false)[0]; st != sai.StatusSuccess {
		t.Fatal(st)
	}
	b.start()
	if got := b.defaultRouter(); got != vr {
		t.Errorf("default router: got %s, want %s", got, vr)
	}
	b.must("Snotify", "SYNCD_INSPECT_ASIC")
	if got := b.store.Dump(); strings.Contains(got, "VLAN_ID=7") || strings.Count(got, "\n") != strings.Count(dump, "\n") {
		t.Errorf("ASIC: %s", cmp.Diff(dump, got))
	}
}

// TestCrashAnywhere crashes syncd before and after every single change of the
// ASIC. Whatever the moment, each request is answered exactly once and takes
// effect.
func TestCrashAnywhere(t *testing.T) {
	reference := newBench(t)
	reference.start()
	reference.populate()
	want := reference.store.Dump()
	for _, after := range []bool{false, true} {
		b := newBench(t)
		s := b.spied()
		crashed := int64(0)
		s.crash = func(n int64) (bool, bool) {
			if n <= crashed+2 { // let a start repair what the crash left, and repeat one request
				return false, false
			}
			crashed = n
			return !after, after
		}
		b.start()
		stop := b.supervise()
		b.populate()
		s.calm.Store(true)
		stop()
		b.must("Snotify", "SYNCD_INSPECT_ASIC")
		if got := strings.Count(b.store.Dump(), "\n"); got != strings.Count(want, "\n") {
			t.Errorf("after %v: %s", after, cmp.Diff(want, b.store.Dump()))
		}
		if crashed == 0 {
			t.Error("nothing crashed")
		}
		if n := b.rdb.LLen(t.Context(), responseQueue).Val(); n != 0 {
			t.Errorf("after %v: %d answers too many", after, n/3)
		}
	}
}

func TestEvents(t *testing.T) {
	b := newBench(t)
	b.start()
	b.createSwitch()
	vlan := b.store.Keys(sai.ObjectTypeVLAN)[0].OID
	ports := b.store.Keys(sai.ObjectTypePort)
	bp := b.store.Keys(sai.ObjectTypeBridgePort)[0].OID
	sw := b.store.Keys(sai.ObjectTypeSwitch)[0].OID
	entry := sai.FDBEntry{Switch: sw, MAC: sai.MAC{2, 0, 0, 0, 0, 9}, BV: vlan}
	if !b.store.Learn(entry, bp) {
		t.Fatal("not learned")
	}
	attrs := []sai.Attr{{ID: sai.FDBEntryAttrBridgePortID, Value: sai.OID(bp)}}
	b.events <- event.Event{FDB: []event.FDB{{Event: sai.FDBEventLearned, Entry: entry, Attrs: attrs}}}
	data := b.notification("fdb_event")
	vid := b.row("RIDTOVID")[vlan.String()]
	key := `{"bvid":"` + vid + `","mac":"02:00:00:00:00:09","switch_id":"` + switchID + `"}`
	wantData := `[{"fdb_entry":"` + strings.ReplaceAll(key, `"`, `\"`) + `","fdb_event":"SAI_FDB_EVENT_LEARNED",` +
		`"list":[{"id":"SAI_FDB_ENTRY_ATTR_BRIDGE_PORT_ID","value":"` + b.row("RIDTOVID")[bp.String()] + `"}]}]`
	if data != wantData {
		t.Errorf("fdb event:\n got %s\nwant %s", data, wantData)
	}
	row := "ASIC_STATE:SAI_OBJECT_TYPE_FDB_ENTRY:" + key
	if got := b.row(row)["SAI_FDB_ENTRY_ATTR_TYPE"]; got != "SAI_FDB_ENTRY_TYPE_DYNAMIC" {
		t.Errorf("row: got %q", got)
	}
	b.must("Sflush", "SAI_OBJECT_TYPE_FDB_FLUSH:"+switchID, "SAI_FDB_FLUSH_ATTR_BV_ID", vid)
	if got := b.row(row); len(got) != 0 {
		t.Errorf("row after flush: got %v", got)
	}
	b.events <- event.Event{Port: []event.Port{{Port: ports[0].OID, Status: sai.PortOperStatusUp}, {Port: 99}}}
	want := `[{"port_error_status":"SAI_PORT_ERROR_STATUS_CLEAR","port_id":"` + b.row("RIDTOVID")[ports[0].OID.String()] +
		`","port_state":"SAI_PORT_OPER_STATUS_UP"}]`
	if got := b.notification("port_state_change"); got != want {
		t.Errorf("port event: got %s, want %s", got, want)
	}
	b.events <- event.Event{Switch: &event.Switch{Switch: sw, Status: sai.SwitchOperStatusUp}}
	if got := b.notification("switch_state_change"); got != `{"status":"SAI_SWITCH_OPER_STATUS_UP","switch_id":"`+switchID+`"}` {
		t.Errorf("switch event: got %s", got)
	}
	b.events <- event.Event{Shutdown: &event.Shutdown{Switch: sw}}
	if got := b.notification("switch_shutdown_request"); got != `{"switch_id":"`+switchID+`"}` {
		t.Errorf("shutdown request: got %s", got)
	}
}

// TestRareEvents sends what is few on a switch; of an object that no client knows,
// nothing is told.
func TestRareEvents(t *testing.T) {
	b := newBench(t)
	b.start()
	b.createSwitch()
	sw := b.store.Keys(sai.ObjectTypeSwitch)[0].OID
	port := b.store.Keys(sai.ObjectTypePort)[0].OID
	router := b.store.Keys(sai.ObjectTypeVirtualRouter)[0].OID
	const unknown = sai.ObjectID(99)
	for _, c := range []struct{ unknown, known event.Event }{
		{event.Event{Deadlock: []event.Deadlock{{Queue: unknown}}}, event.Event{Deadlock: []event.Deadlock{{Queue: port}, {Queue: unknown}}}},
		{event.Event{BFD: []event.BFD{{Session: unknown}}}, event.Event{BFD: []event.BFD{{Session: port}}}},
		{event.Event{ICMPEcho: []event.ICMPEcho{{Session: unknown}}}, event.Event{ICMPEcho: []event.ICMPEcho{{Session: port}}}},
		{event.Event{NAT: []event.NAT{{Entry: sai.NATEntry{Switch: sw, VR: unknown}}}}, event.Event{NAT: []event.NAT{{Entry: sai.NATEntry{Switch: sw, VR: router}}}}},
		{event.Event{TxReady: &event.TxReady{Switch: sw, Port: unknown}}, event.Event{TxReady: &event.TxReady{Switch: sw, Port: port}}},
		{event.Event{Health: &event.Health{Switch: unknown}}, event.Event{Health: &event.Health{Switch: sw}}},
	} {
		b.events <- c.unknown
		b.events <- c.known
		data := b.notification(c.known.Kind())
		if strings.Contains(data, "oid:0x63") || !strings.Contains(data, "oid:0x") {
			t.Errorf("%s: %s", c.known.Kind(), data)
		}
		if c.known.Health != nil && !strings.Contains(data, switchID) {
			t.Errorf("health: %s", data)
		}
	}
}

// TestFDBFollowsWhileAway learns, moves and forgets entries while syncd is down.
func TestFDBFollowsWhileAway(t *testing.T) {
	b := newBench(t)
	b.start()
	b.createSwitch()
	vlan := b.store.Keys(sai.ObjectTypeVLAN)[0].OID
	bridgePorts := b.store.Keys(sai.ObjectTypeBridgePort)
	bp, other := bridgePorts[0].OID, bridgePorts[1].OID
	sw := b.store.Keys(sai.ObjectTypeSwitch)[0].OID
	mac := func(n byte) sai.FDBEntry { return sai.FDBEntry{Switch: sw, MAC: sai.MAC{2, 0, 0, 0, 0, n}, BV: vlan} }
	for _, n := range []byte{1, 3, 4} {
		b.store.Learn(mac(n), bp)
		b.events <- event.Event{FDB: []event.FDB{{Event: sai.FDBEventLearned, Entry: mac(n),
			Attrs: []sai.Attr{{ID: sai.FDBEntryAttrBridgePortID, Value: sai.OID(bp)}}}}}
		b.notification("fdb_event")
	}
	if err := b.stop(); err != nil {
		t.Fatal(err)
	}
	b.store.Forget(mac(1))
	b.store.Learn(mac(2), bp)
	b.store.Learn(mac(3), other)
	b.start()
	events := b.notification("fdb_event") + b.notification("fdb_event") + b.notification("fdb_event")
	for _, kind := range []string{"AGED", "LEARNED", "MOVE"} {
		if strings.Count(events, kind) != 1 {
			t.Errorf("events: got %s", events)
		}
	}
	var macs []string
	for key := range b.rows() {
		if strings.Contains(key, "FDB_ENTRY") {
			macs = append(macs, key[strings.Index(key, `"mac":"`)+7:][:17])
		}
	}
	slices.Sort(macs)
	if d := cmp.Diff([]string{"02:00:00:00:00:02", "02:00:00:00:00:03", "02:00:00:00:00:04"}, macs); d != "" {
		t.Error(d)
	}
}
