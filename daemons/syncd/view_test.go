package syncd_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// fresh repeats populate's objects as a client that starts anew: under new ids.
func (b *bench) fresh() { b.populate() }

func TestViewOfEmptyASIC(t *testing.T) {
	b := newBench(t)
	b.start()
	b.must("Snotify", "INIT_VIEW")
	vr := b.populate()
	hop := "SAI_OBJECT_TYPE_ROUTE_ENTRY:" + routeKey("20.0.0.0/24", vr)
	if got := b.row("ASIC_STATE:" + hop); len(got) != 0 {
		t.Errorf("before the view was applied: got %v", got)
	}
	if got := b.row("TEMP_ASIC_STATE:" + hop); len(got) != 1 {
		t.Errorf("temporary row: got %v", got)
	}
	if strings.Contains(b.store.Dump(), "20.0.0.0/24") {
		t.Error("the ASIC was changed before the view was applied")
	}
	b.must("Snotify", "APPLY_VIEW")
	if got := b.row("ASIC_STATE:" + hop); len(got) != 1 {
		t.Errorf("after the view was applied: got %v", got)
	}
	if keys := b.rdb.Keys(t.Context(), "TEMP_*").Val(); len(keys) != 0 {
		t.Errorf("left over: %q", keys)
	}
	b.must("Snotify", "SYNCD_INSPECT_ASIC")
	b.must("Dbulkremove", "SAI_OBJECT_TYPE_ROUTE_ENTRY:1", routeKey("20.0.0.0/24", vr), "")
}

// TestSameViewChangesNothing applies the view that the ASIC has, under new ids.
func TestSameViewChangesNothing(t *testing.T) {
	b := newBench(t)
	s := b.spied()
	b.start()
	b.populate()
	dump, changes := b.store.Dump(), s.changes.Load()
	old := b.row("VIDTORID")
	b.must("Snotify", "INIT_VIEW")
	b.fresh()
	b.must("Snotify", "APPLY_VIEW")
	if n := s.changes.Load() - changes; n != 0 {
		t.Errorf("the same view changed the ASIC %d times", n)
	}
	if d := cmp.Diff(dump, b.store.Dump()); d != "" {
		t.Errorf("ASIC: %s", d)
	}
	ids := b.row("VIDTORID")
	if len(ids) != len(old) {
		t.Errorf("ids: got %d, want %d", len(ids), len(old))
	}
	for key := range b.rows() {
		if i := strings.Index(key, "SAI_OBJECT_TYPE_NEXT_HOP:"); i >= 0 && ids[key[i+25:]] == "" {
			t.Errorf("%s is not bound", key)
		}
	}
	b.must("Snotify", "SYNCD_INSPECT_ASIC")
}

func TestViewChangesTheDifference(t *testing.T) {
	b := newBench(t)
	b.start()
	vr := b.populate()
	extra := b.vid(0x26)
	b.must("Screate", "SAI_OBJECT_TYPE_VLAN:"+extra, "SAI_VLAN_ATTR_VLAN_ID", "200")
	b.must("Sbulkcreate", "SAI_OBJECT_TYPE_ROUTE_ENTRY:1",
		routeKey("30.0.0.0/8", vr), "SAI_ROUTE_ENTRY_ATTR_PACKET_ACTION=SAI_PACKET_ACTION_DROP")
	b.must("Snotify", "INIT_VIEW")
	b.fresh()
	added := b.vid(0x26)
	b.must("Screate", "SAI_OBJECT_TYPE_VLAN:"+added, "SAI_VLAN_ATTR_VLAN_ID", "300")
	if a := b.do("Sget", "SAI_OBJECT_TYPE_VLAN:"+added, "SAI_VLAN_ATTR_VLAN_ID", "0"); a.status != "SAI_STATUS_INVALID_OBJECT_ID" {
		t.Errorf("get of an object of the view: got %s", a)
	}
	if err := b.stop(); err != nil { // a view outlives syncd
		t.Fatal(err)
	}
	b.start()
	b.must("Snotify", "APPLY_VIEW")
	b.must("Snotify", "SYNCD_INSPECT_ASIC")
	dump := b.store.Dump()
	for text, want := range map[string]bool{"30.0.0.0/8": false, "=200": false, "=300": true, "20.0.0.0/24": true} {
		if strings.Contains(dump, text) != want {
			t.Errorf("%q in the ASIC: got %v", text, !want)
		}
	}
}

// TestViewWithoutDefaults: what came with the switch and a starting client removes
// is gone once the view is applied, even if syncd restarts in between.
func TestViewWithoutDefaults(t *testing.T) {
	b := newBench(t)
	b.start()
	b.must("Snotify", "INIT_VIEW")
	b.createSwitch()
	vlan := b.get(switchKey, "SAI_SWITCH_ATTR_DEFAULT_VLAN_ID", "oid:0x0")
	members := b.get("SAI_OBJECT_TYPE_VLAN:"+vlan, "SAI_VLAN_ATTR_MEMBER_LIST", "4:oid:0x0")
	for i, id := range strings.Split(strings.TrimPrefix(members, "4:"), ",") {
		b.must("Dremove", "SAI_OBJECT_TYPE_VLAN_MEMBER:"+id)
		if i == 0 {
			if err := b.stop(); err != nil {
				t.Fatal(err)
			}
			b.start()
		}
	}
	bridge := b.get(switchKey, "SAI_SWITCH_ATTR_DEFAULT_1Q_BRIDGE_ID", "oid:0x0")
	ports := b.get("SAI_OBJECT_TYPE_BRIDGE:"+bridge, "SAI_BRIDGE_ATTR_PORT_LIST", "4:oid:0x0")
	for id := range strings.SplitSeq(strings.TrimPrefix(ports, "4:"), ",") {
		b.must("Dremove", "SAI_OBJECT_TYPE_BRIDGE_PORT:"+id)
		if a := b.do("Dremove", "SAI_OBJECT_TYPE_BRIDGE_PORT:"+id); a.status != "SAI_STATUS_ITEM_NOT_FOUND" {
			t.Errorf("removed twice: %s", a)
		}
	}
	b.must("Snotify", "APPLY_VIEW")
	for _, typ := range []string{"VLAN_MEMBER", "BRIDGE_PORT"} {
		if strings.Contains(b.store.Dump(), "SAI_OBJECT_TYPE_"+typ+" ") {
			t.Errorf("the ASIC still has a %s:\n%s", typ, b.store.Dump())
		}
		if keys := b.rdb.Keys(t.Context(), "*SAI_OBJECT_TYPE_"+typ+":*").Val(); len(keys) != 0 {
			t.Errorf("rows left: %q", keys)
		}
	}
	b.must("Snotify", "SYNCD_INSPECT_ASIC")
}

func TestCounters(t *testing.T) {
	b := newBench(t)
	b.start()
	b.createSwitch()
	list := b.get(switchKey, "SAI_SWITCH_ATTR_PORT_LIST", "4:oid:0x0,oid:0x0,oid:0x0,oid:0x0")
	port := strings.Split(strings.TrimPrefix(list, "4:"), ",")[0]
	a := b.must("Sget_stats", "SAI_OBJECT_TYPE_PORT:"+port, "SAI_PORT_STAT_IF_IN_OCTETS", "", "SAI_PORT_STAT_IF_OUT_OCTETS", "")
	if strings.Join(a.fields, " ") != "SAI_PORT_STAT_IF_IN_OCTETS 0 SAI_PORT_STAT_IF_OUT_OCTETS 0" {
		t.Errorf("get stats: got %s", a)
	}
	b.must("Sclear_stats", "SAI_OBJECT_TYPE_PORT:"+port, "SAI_PORT_STAT_IF_IN_OCTETS", "")
	b.must("Sset_counter_group", "PORT_STAT_COUNTER", "POLL_INTERVAL", "100", "STATS_MODE", "STATS_MODE_READ", "FLEX_COUNTER_STATUS", "enable")
	b.must("Sstart_poll", "PORT_STAT_COUNTER:"+port, "PORT_COUNTER_ID_LIST", "SAI_PORT_STAT_IF_IN_OCTETS,SAI_PORT_STAT_IF_OUT_OCTETS")
	counters := b.counters()
	b.await("counters", func() bool {
		return counters.HGet(t.Context(), "COUNTERS:"+port, "SAI_PORT_STAT_IF_IN_OCTETS").Val() == "0"
	})
	b.must("Sset_counter_group", "QUEUE_STAT_COUNTER", "POLL_INTERVAL", "100", "FLEX_COUNTER_STATUS", "enable")
	b.must("Sstart_poll", "QUEUE_STAT_COUNTER:"+port, "PORT_ATTR_ID_LIST", "SAI_PORT_ATTR_ADMIN_STATE")
	b.await("attributes", func() bool {
		return counters.HGet(t.Context(), "COUNTERS:"+port, "SAI_PORT_ATTR_ADMIN_STATE").Val() == "false"
	})
	b.must("Sstop_poll", "PORT_STAT_COUNTER:"+port)
	b.must("Sdel_counter_group", "PORT_STAT_COUNTER")
}

// TestCountersByQueue asks for counters over the tables of FLEX_COUNTER_DB.
func TestCountersByQueue(t *testing.T) {
	b := newBench(t)
	b.start()
	vr := b.populate()
	rif := b.routerInterface(vr)
	flex := b.flex()
	push := func(table, key, values string) {
		flex.LPush(t.Context(), table+"_KEY_VALUE_OP_QUEUE", key, values, "SSET")
		flex.Publish(t.Context(), table+"_CHANNEL@5", "G")
	}
	push("FLEX_COUNTER_GROUP_TABLE", "RIF_STAT_COUNTER", `["POLL_INTERVAL","100","FLEX_COUNTER_STATUS","enable"]`)
	push("FLEX_COUNTER_TABLE", "RIF_STAT_COUNTER:"+rif, `["RIF_COUNTER_ID_LIST","SAI_ROUTER_INTERFACE_STAT_IN_PACKETS,SAI_NO_SUCH"]`)
	push("FLEX_COUNTER_TABLE", "nonsense", `["RIF_COUNTER_ID_LIST","x"]`)
	counters := b.counters()
	b.await("counters", func() bool {
		return counters.HGet(t.Context(), "COUNTERS:"+rif, "SAI_ROUTER_INTERFACE_STAT_IN_PACKETS").Val() == "0"
	})
	if got := flex.HGet(t.Context(), "FLEX_COUNTER_GROUP_TABLE:RIF_STAT_COUNTER", "POLL_INTERVAL").Val(); got != "100" {
		t.Errorf("row of the group: got %q", got)
	}
}
