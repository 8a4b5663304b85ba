package orchagent_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/heddle-nos/heddle/daemons/orchagent/asicdb"
	"github.com/heddle-nos/heddle/daemons/syncd"
	"github.com/heddle-nos/heddle/internal/statedb"
	"github.com/heddle-nos/heddle/sai"
	"github.com/heddle-nos/heddle/sai/strict"
)

func up(t *testing.T) *rig {
	t.Helper()
	r := newRig(t, 4)
	r.startSyncd()
	r.startOrch()
	r.small()
	r.smallApplied()
	return r
}

// TestFailureIsToldAndRetried: a refused object has its reason, does not keep
// others from being applied, and is applied once SAI accepts it.
func TestFailureIsToldAndRetried(t *testing.T) {
	r := newRig(t, 4)
	refuse := true
	r.fault = func(op strict.Op, o sai.Object, _ []sai.Attr) sai.Status {
		if refuse && op == strict.OpCreate && o.Type == sai.ObjectTypeNextHop {
			return sai.StatusInsufficientResources
		}
		return sai.StatusSuccess
	}
	r.startSyncd()
	r.startOrch()
	r.small()
	r.until("the next hop failed", func() bool {
		st := r.status("nexthop/Ethernet8/10.0.0.1")
		return st["state"] == "failed" && st["sai_status"] == "SAI_STATUS_INSUFFICIENT_RESOURCES" &&
			st["reason"] == "create nexthop Ethernet8/10.0.0.1: SAI_STATUS_INSUFFICIENT_RESOURCES" &&
			st["owner"] == "NEIGH_TABLE:Ethernet8:10.0.0.1"
	})
	r.applied("neighbor/Ethernet8/10.0.0.1", "vlanmember/100/Ethernet4")
	r.until("the route waits", func() bool {
		return r.status("route/default/10.1.0.0/16")["reason"] == "waiting for nexthop Ethernet8/10.0.0.1"
	})
	r.store.Read(func(strict.View) { refuse = false })
	r.applied("nexthop/Ethernet8/10.0.0.1")
	r.gone("route/default/10.1.0.0/16")
	r.smallApplied()
}

// TestConflictNamesBothRows: two rows that want different things of one object
// leave it as it is, and both are named.
func TestConflictNamesBothRows(t *testing.T) {
	r := up(t)
	r.set("VLAN_TABLE:Vlan200", "admin_status", "up")
	r.set("VLAN_MEMBER_TABLE:Vlan200:Ethernet0", "tagging_mode", "untagged")
	r.until("the conflict is told", func() bool {
		return r.status("port/Ethernet0")["reason"] == "merge port Ethernet0: VLAN_MEMBER_TABLE:Vlan100:Ethernet0 and "+
			"VLAN_MEMBER_TABLE:Vlan200:Ethernet0 disagree on SAI_PORT_ATTR_PORT_VLAN_ID"
	})
	r.del("VLAN_MEMBER_TABLE:Vlan100:Ethernet0")
	r.applied("port/Ethernet0")
	r.until("the PVID moves", func() bool { return strings.Contains(r.asic(), "SAI_PORT_ATTR_PORT_VLAN_ID=200") })
}

// TestBadRows: a row that makes no sense is named, and everything else works.
func TestBadRows(t *testing.T) {
	r := up(t)
	for row, fv := range map[string][]string{
		"VLAN_TABLE:Vlan5000":                 {"admin_status", "up"},
		"VLAN_MEMBER_TABLE:Vlan100":           {"tagging_mode", "tagged"},
		"VLAN_MEMBER_TABLE:Vlan100:Ethernet8": {"tagging_mode", "purple"},
		"PORT_TABLE:Ethernet16":               {"speed", "40000"},
		"INTF_TABLE:Ethernet0:10.0.0.1/99":    {"family", "IPv4"},
		"NEIGH_TABLE:Ethernet0:nowhere":       {"neigh", "52:54:00:00:00:09"},
		"NEIGH_TABLE:Ethernet8:10.0.0.9":      {"neigh", "not a MAC"},
		"FDB_TABLE:Vlan100:xyz":               {"port", "Ethernet0", "type", "static"},
		"ROUTE_TABLE:10.0.0.0/40":             {"nexthop", "10.0.0.1", "ifname", "Ethernet8"},
		"ROUTE_TABLE:10.9.0.0/16":             {"nexthop", "10.0.0.1,10.0.0.2", "ifname", "Ethernet8"},
		"SWITCH_TABLE:switch":                 {"fdb_aging_time", "soon"},
		"COPP_TABLE:x":                        {"trap_ids", "ip2you"},
	} {
		r.set(row, fv...)
		r.until(row+" is told", func() bool { return r.status("row/" + row)["state"] == "failed" })
		if reason := r.status("row/" + row)["reason"]; reason == "" {
			t.Errorf("%s: no reason", row)
		}
		r.del(row)
		r.gone("row/" + row)
	}
	r.smallApplied()
}

// notify publishes what a foreign syncd would.
func (r *rig) notify(op, data string) {
	r.t.Helper()
	if err := statedb.Publish(context.Background(), r.db.DB(statedb.AsicDB), "NOTIFICATIONS", op, data, nil); err != nil {
		r.t.Fatal(err)
	}
}

func (r *rig) vid(key string) string {
	return r.db.DB(statedb.AsicDB).Redis().HGet(context.Background(), "HEDDLE_KEYTOVID", key).Val()
}

func TestPortDownAndFDB(t *testing.T) {
	r := up(t)
	learned := func(event string) string {
		return fmt.Sprintf(`[{"fdb_entry":"{\"bvid\":\"%s\",\"mac\":\"52:54:00:AB:00:01\",\"switch_id\":\"oid:0x21000000000000\"}",`+
			`"fdb_event":"%s","list":[{"id":"SAI_FDB_ENTRY_ATTR_TYPE","value":"SAI_FDB_ENTRY_TYPE_DYNAMIC"},`+
			`{"id":"SAI_FDB_ENTRY_ATTR_BRIDGE_PORT_ID","value":"%s"}]}]`, r.vid("vlan/100"), event, r.vid("bridgeport/Ethernet0"))
	}
	entry := func() map[string]string { return r.row(statedb.StateDB, "FDB_TABLE", "Vlan100:52:54:00:ab:00:01") }
	r.notify("fdb_event", learned("SAI_FDB_EVENT_LEARNED"))
	r.until("the address is listed", func() bool { return entry()["port"] == "Ethernet0" && entry()["type"] == "dynamic" })
	r.notify("fdb_event", learned("SAI_FDB_EVENT_AGED"))
	r.until("the address is gone", func() bool { return len(entry()) == 0 })
	r.notify("fdb_event", "[{garbage")
	r.notify("port_state_change", `[{"port_id":"nonsense"}]`)

	r.notify("fdb_event", learned("SAI_FDB_EVENT_LEARNED"))
	r.until("the address is listed", func() bool { return len(entry()) > 0 })
	state := func(s string) string {
		return fmt.Sprintf(`[{"port_id":"%s","port_state":"SAI_PORT_OPER_STATUS_%s","port_error_status":"SAI_PORT_ERROR_STATUS_CLEAR"}]`, r.vid("port/Ethernet0"), s)
	}
	r.notify("port_state_change", state("UP"))
	r.until("the port is up", func() bool { return r.row(statedb.ApplDB, "PORT_TABLE", "Ethernet0")["oper_status"] == "up" })
	r.until("the netdev knows", func() bool {
		return strings.Contains(r.asic(), "NAME=Ethernet0 SAI_HOSTIF_ATTR_OBJ_ID=<port/Ethernet0> SAI_HOSTIF_ATTR_OPER_STATUS=true")
	})
	r.notify("port_state_change", state("DOWN"))
	r.until("the port is down", func() bool {
		p := r.row(statedb.ApplDB, "PORT_TABLE", "Ethernet0")
		return p["oper_status"] == "down" && p["flap_count"] != ""
	})
	// What a flush leaves of the address is told as one event for the port.
	r.notify("fdb_event", fmt.Sprintf(`[{"fdb_entry":"{\"bvid\":\"oid:0x0\",\"mac\":\"00:00:00:00:00:00\",\"switch_id\":\"oid:0x21000000000000\"}",`+
		`"fdb_event":"SAI_FDB_EVENT_FLUSHED","list":[{"id":"SAI_FDB_ENTRY_ATTR_BRIDGE_PORT_ID","value":"%s"}]}]`, r.vid("bridgeport/Ethernet0")))
	r.until("the address is flushed", func() bool { return len(entry()) == 0 })
}

// TestReloadTouchesNothing: when the tables are emptied and filled with the
// same rows while orchagent is away, the ASIC does not notice.
func TestReloadTouchesNothing(t *testing.T) {
	r := up(t)
	r.restartOrch()
	r.smallApplied()
	r.stopOrch()
	changes := r.changes()
	if err := r.db.DB(statedb.ApplDB).Redis().FlushDB(t.Context()).Err(); err != nil {
		t.Fatal(err)
	}
	if err := r.db.DB(statedb.StateDB).Redis().FlushDB(t.Context()).Err(); err != nil {
		t.Fatal(err)
	}
	r.startOrch()
	r.small()
	r.smallApplied()
	if r.changes() != changes {
		t.Errorf("%d changes", r.changes()-changes)
	}
}

// TestPortRemoved: a port that leaves the configuration leaves the ASIC, and
// comes again when it returns.
func TestPortRemoved(t *testing.T) {
	r := up(t)
	r.del("PORT_TABLE:Ethernet12")
	r.gone("port/Ethernet12", "hostif/Ethernet12")
	if s := r.row(statedb.StateDB, "PORT_TABLE", "Ethernet12"); len(s) > 0 {
		t.Errorf("still told as ready: %v", s)
	}
	if got := r.lanes(); got != "1,2,3,4 5,6,7,8 9,10,11,12" {
		t.Errorf("the ASIC has ports with lanes %s", got)
	}
	r.set("PORT_TABLE:Ethernet12", "lanes", "13,14,15,16", "speed", "40000", "admin_status", "up")
	r.applied("port/Ethernet12", "hostif/Ethernet12")
	r.del("PORT_TABLE:Ethernet0") // a VLAN member hangs on it
	r.until("the member waits", func() bool { return r.status("vlanmember/100/Ethernet0")["state"] == "waiting" })
	r.set("PORT_TABLE:Ethernet0", "lanes", "1,2,3,4", "speed", "40000", "admin_status", "up")
	r.applied("vlanmember/100/Ethernet0")
}

// TestRedisAway: requests and rows survive a restart of Redis that keeps its data.
func TestRedisAway(t *testing.T) {
	r := up(t)
	r.redis.Restart(t)
	r.set("VLAN_TABLE:Vlan300", "admin_status", "up")
	r.applied("vlan/300", "hostif/Vlan300")
	r.smallApplied()
}

// TestSyncdComesLate: requests that nobody answered do not confuse the ones
// that follow.
func TestSyncdComesLate(t *testing.T) {
	r := newRig(t, 4)
	r.timeout = 300 * time.Millisecond
	r.startOrch()
	r.small()
	time.Sleep(2 * r.timeout) // longer than orchagent waits
	r.startSyncd()
	r.smallApplied()
	r.stopSyncd()
	r.set("VLAN_TABLE:Vlan300", "admin_status", "up")
	time.Sleep(2 * r.timeout)
	r.startSyncd()
	r.applied("vlan/300", "hostif/Vlan300")
	r.smallApplied()
}

// TestManyMembers: thousands of objects that hang on few.
func TestManyMembers(t *testing.T) {
	r := newRig(t, 4)
	r.startSyncd()
	r.startOrch()
	r.ports(4)
	const vlans = 1000
	var list, members []statedb.KeyOp
	for v := 2; v < 2+vlans; v++ {
		list = append(list, statedb.KeyOp{Op: statedb.OpSet, Key: fmt.Sprintf("Vlan%d", v), Fields: []statedb.Field{{Name: "admin_status", Value: "up"}}})
		for p := range 4 {
			members = append(members, statedb.KeyOp{Op: statedb.OpSet, Key: fmt.Sprintf("Vlan%d:Ethernet%d", v, 4*p), Fields: []statedb.Field{{Name: "tagging_mode", Value: "tagged"}}})
		}
	}
	apply := func(table string, ops []statedb.KeyOp) {
		if err := statedb.NewProducer(r.db.DB(statedb.ApplDB), table).Apply(t.Context(), ops); err != nil {
			t.Fatal(err)
		}
	}
	start := time.Now()
	apply("VLAN_MEMBER_TABLE", members)
	apply("VLAN_TABLE", list)
	r.until("all members are there", func() bool { return r.kinds()["vlanmember"] == 4*vlans && r.kinds()["hostif"] == 4+vlans })
	t.Logf("%d objects in %s", 6*vlans, time.Since(start))
	apply("VLAN_TABLE", withdrawn(list))
	apply("VLAN_MEMBER_TABLE", withdrawn(members))
	r.until("all members are gone", func() bool { return r.kinds()["vlanmember"]+r.kinds()["vlan"] == 0 })
	r.until("the bridge ports are gone", func() bool { return !strings.Contains(r.asic(), "BRIDGE_PORT:") })
	t.Logf("and away again in %s", time.Since(start))
}

// TestRemovedWhileAway: rows that went while orchagent was away are noticed.
func TestRemovedWhileAway(t *testing.T) {
	r := up(t)
	r.stopOrch()
	r.del("VLAN_MEMBER_TABLE:Vlan100:Ethernet0")
	r.del("ROUTE_TABLE:10.1.0.0/16")
	r.del("NEIGH_TABLE:Ethernet8:10.0.0.1")
	r.set("VLAN_TABLE:Vlan200", "admin_status", "up")
	r.startOrch()
	r.applied("vlan/200")
	r.until("what nobody wants is gone", func() bool {
		a := r.asic()
		return !strings.Contains(a, "vlanmember/100/Ethernet0") && !strings.Contains(a, "10.1.0.0/16") &&
			!strings.Contains(a, "NEXT_HOP:") && !strings.Contains(a, "PORT_VLAN_ID=100")
	})
}

// TestRouteFeedback: who waits for a route to be forwarded is told.
func TestRouteFeedback(t *testing.T) {
	r := newRig(t, 4)
	r.feedback = true
	heard := statedb.Subscribe(t.Context(), r.db.DB(statedb.ApplStateDB), "APPL_DB_ROUTE_TABLE_RESPONSE_CHANNEL")
	defer heard.Close()
	r.startSyncd()
	r.startOrch()
	r.small()
	r.smallApplied()
	r.until("the route is told", func() bool {
		return r.row(statedb.ApplStateDB, "ROUTE_TABLE", "10.1.0.0/16")["protocol"] == "static"
	})
	select {
	case n := <-heard.C():
		if n.Op != "SWSS_RC_SUCCESS" || n.Data != "10.1.0.0/16" || len(n.Fields) != 2 || n.Fields[1].Value != "static" {
			t.Errorf("heard %+v", n)
		}
	case <-time.After(patience):
		t.Error("heard nothing")
	}
	r.del("ROUTE_TABLE:10.1.0.0/16")
	r.until("the route is gone", func() bool { return len(r.row(statedb.ApplStateDB, "ROUTE_TABLE", "10.1.0.0/16")) == 0 })
}

// TestRouteFeedbackAtRuntime: switched on, the feedback tells what is in the ASIC already; switched off, it leaves no row that nobody keeps true; and a
// restart tells what went meanwhile.
func TestRouteFeedbackAtRuntime(t *testing.T) {
	r := newRig(t, 4)
	r.startSyncd()
	r.startOrch()
	r.small()
	r.smallApplied()
	suppress := func(state string) {
		t.Helper()
		if err := r.db.DB(statedb.ConfigDB).Set(t.Context(), "DEVICE_METADATA", "localhost", statedb.Fields{"suppress-fib-pending": state}); err != nil {
			t.Fatal(err)
		}
	}
	told := func() string { return r.row(statedb.ApplStateDB, "ROUTE_TABLE", "10.1.0.0/16")["protocol"] }
	r.until("the route is in the ASIC", func() bool { return strings.Contains(r.asic(), "10.1.0.0/16") })
	if told() != "" {
		t.Error("told without being asked")
	}
	suppress("enabled")
	r.until("the route is told", func() bool { return told() == "static" })
	suppress("disabled")
	r.until("nothing is told", func() bool { return told() == "" })
	suppress("enabled")
	r.until("the route is told again", func() bool { return told() == "static" })
	heard := statedb.Subscribe(t.Context(), r.db.DB(statedb.ApplStateDB), "APPL_DB_ROUTE_TABLE_RESPONSE_CHANNEL")
	defer heard.Close()
	r.until("we listen", func() bool { return heard.Gaps() > 0 })
	r.stopOrch()
	r.del("ROUTE_TABLE:10.1.0.0/16")
	r.startOrch()
	r.until("the route is gone", func() bool { return told() == "" })
	select {
	case n := <-heard.C():
		if n.Op != "SWSS_RC_SUCCESS" || n.Data != "10.1.0.0/16" || len(n.Fields) != 1 {
			t.Errorf("heard %+v", n)
		}
	case <-time.After(patience):
		t.Error("heard nothing")
	}
}

// TestCounters follows a counter through syncd into COUNTERS_DB.
func TestCounters(t *testing.T) {
	r := newRig(t, 4)
	r.startSyncd()
	r.startOrch()
	r.ports(4)
	r.applied("port/Ethernet12")
	vid := ""
	r.until("the port has a name", func() bool {
		vid = r.hash(statedb.CountersDB, "COUNTERS_PORT_NAME_MAP")["Ethernet12"]
		return vid != ""
	})
	r.until("the port is polled", func() bool {
		return r.row(statedb.CountersDB, "COUNTERS", vid)["SAI_PORT_STAT_IF_IN_OCTETS"] != ""
	})
	r.until("its rate is known", func() bool { return r.row(statedb.CountersDB, "RATES", vid)["RX_BPS"] == "0" })
	err := r.db.DB(statedb.ConfigDB).Set(context.Background(), "FLEX_COUNTER_TABLE", "PORT", statedb.Fields{"FLEX_COUNTER_STATUS": "disable"})
	if err != nil {
		t.Fatal(err)
	}
	r.until("the group is off", func() bool {
		return r.row(statedb.FlexCounterDB, "FLEX_COUNTER_GROUP_TABLE", "PORT_STAT_COUNTER")["FLEX_COUNTER_STATUS"] == "disable"
	})
}

// hash reads a key that is no row of a table.
func (r *rig) hash(id statedb.DBID, key string) map[string]string {
	r.t.Helper()
	m, err := r.db.DB(id).Redis().HGetAll(context.Background(), key).Result()
	if err != nil {
		r.t.Fatal(err)
	}
	return m
}

// TestEmptiedDatabases: someone empties Redis under a running switch, which
// tells nobody. orchagent notices by itself and ends; its next life makes
// everything again, and syncd's with it.
func TestEmptiedDatabases(t *testing.T) {
	r := up(t)
	before := r.picture()
	if err := r.db.DB(statedb.AsicDB).Redis().FlushAll(t.Context()).Err(); err != nil {
		t.Fatal(err)
	}
	r.ended(r.orch, asicdb.ErrEmptied)
	r.startOrch()
	r.ended(r.syncd, syncd.ErrDatabaseLost)
	r.startSyncd()
	r.small() // the writers of these rows notice too
	r.smallApplied()
	if diff := cmp.Diff(before, r.picture()); diff != "" {
		t.Errorf("before (-) and after (+) differ:\n%s", diff)
	}
	if got := r.row(statedb.StateDB, "PORT_TABLE", "Ethernet0")["state"]; got != "ok" {
		t.Errorf("state of Ethernet0 is %q", got)
	}
}

// ended waits for a daemon that gives up.
func (r *rig) ended(l *life, want error) {
	r.t.Helper()
	select {
	case err := <-l.ended:
		if !errors.Is(err, want) {
			r.t.Fatalf("ended with %v, want %v", err, want)
		}
	case <-time.After(patience):
		r.t.Fatalf("nobody noticed %v", want)
	}
}
