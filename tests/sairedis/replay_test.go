package sairedis_test

import (
	"context"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/heddle-nos/heddle/daemons/orchagent"
	"github.com/heddle-nos/heddle/daemons/orchagent/status"
	"github.com/heddle-nos/heddle/daemons/syncd/sairedis"
	"github.com/heddle-nos/heddle/internal/statedb"
	"github.com/heddle-nos/heddle/sai"
)

const ports = 4

// rows make a small switch, in the order in which they are written.
var rows = []string{
	"PORT_TABLE:Ethernet0 lanes=1,2,3,4 speed=40000 admin_status=up mtu=9100",
	"PORT_TABLE:Ethernet4 lanes=5,6,7,8 speed=40000 admin_status=up mtu=9100",
	"PORT_TABLE:Ethernet8 lanes=9,10,11,12 speed=40000 admin_status=up mtu=9100",
	"PORT_TABLE:Ethernet12 lanes=13,14,15,16 speed=40000 admin_status=down mtu=1500",
	"PORT_TABLE:PortConfigDone count=4",
	"VLAN_TABLE:Vlan100 admin_status=up mtu=9100",
	"VLAN_MEMBER_TABLE:Vlan100:Ethernet0 tagging_mode=untagged",
	"VLAN_MEMBER_TABLE:Vlan100:Ethernet4 tagging_mode=tagged",
	"INTF_TABLE:Vlan100 NULL=NULL",
	"INTF_TABLE:Vlan100:192.168.100.1/24 scope=global family=IPv4",
	"INTF_TABLE:Ethernet8 NULL=NULL",
	"INTF_TABLE:Ethernet8:10.0.0.0/31 scope=global family=IPv4",
	"INTF_TABLE:Ethernet8:fc00::1/64 scope=global family=IPv6",
	"NEIGH_TABLE:Ethernet8:10.0.0.1 neigh=52:54:00:aa:00:01 family=IPv4",
	"ROUTE_TABLE:10.1.0.0/16 nexthop=10.0.0.1 ifname=Ethernet8 protocol=static",
	"ROUTE_TABLE:10.2.0.0/16 blackhole=true protocol=static",
	"FDB_TABLE:Vlan100:52:54:00:bb:00:01 port=Ethernet0 type=static",
}

// TestReplay records a life of orchagent - start, configuration, restart,
// removal, configuration - and plays it to another syncd, whose ASIC has to become
// the same.
func TestReplay(t *testing.T) {
	file := filepath.Join(t.TempDir(), "sairedis.rec")
	want := record(t, file)
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	r := newRig(t, ports, "")
	p := newPlayer(r)
	ops := map[sairedis.Op]int{}
	exchanges(t, string(text), func(n int, q sairedis.Request, want expected) {
		ops[q.Op]++
		status, fields := p.play(q)
		same := !want.said || p.same(strings.Join(want.fields, "|"), strings.Join(fields, "|"))
		if status != want.status || !same {
			t.Errorf("line %d: %s %s: %s %q, recorded %s %q", n, q.Op, q.Key, status, fields, want.status, want.fields)
		}
	})
	t.Logf("%v", ops)
	if d := cmp.Diff(strings.Split(want, "\n"), strings.Split(r.store.Dump(), "\n")); d != "" {
		t.Errorf("ASIC: %s", d)
	}
	for _, op := range []sairedis.Op{
		sairedis.OpCreate, sairedis.OpBulkCreate, sairedis.OpRemove, sairedis.OpBulkRemove, sairedis.OpSet, sairedis.OpGet, sairedis.OpFlush,
		sairedis.OpNotify, sairedis.OpAttrCapability, sairedis.OpEnumCapability, sairedis.OpAvailability,
	} {
		if ops[op] == 0 {
			t.Errorf("the recording has no %s", op)
		}
	}
}

// record runs orchagent over a syncd that records, and returns what the ASIC holds
// in the end.
func record(t *testing.T, file string) string {
	r := newRig(t, ports, file)
	mac := sai.MAC{0x52, 0x54, 0, 0, 0, 1}
	cfg := orchagent.Config{Timeout: patience, Grace: 200 * time.Millisecond, Batch: 128, Log: r.log}
	start := func() func() {
		return r.live(func(ctx context.Context) error { return orchagent.Serve(ctx, cfg, r.db, mac) })
	}
	stop := start()
	for _, row := range rows {
		r.write(row, true)
	}
	settled := r.settled()
	stop()
	r.forgetStatus()
	stop = start()
	if again := r.settled(); again != settled {
		t.Errorf("after a restart %d objects, before %d", again, settled)
	}
	for i := len(rows) - 1; i > 4; i-- { // the ports stay
		r.write(rows[i], false)
	}
	r.until("all but the ports is gone", func() bool {
		keys, err := r.db.DB(statedb.AsicDB).Keys(t.Context(), "ASIC_STATE")
		return err == nil && !slices.ContainsFunc(keys, func(k string) bool {
			return strings.Contains(k, "NEIGHBOR_ENTRY") || strings.Contains(k, "VLAN_MEMBER") || strings.Contains(k, "10.2.0.0/16")
		})
	})
	for _, row := range rows[5:] {
		r.write(row, true)
	}
	r.settled()
	stop()
	return r.store.Dump()
}

// settled waits until everything is in the ASIC and returns how much that is.
func (r *rig) settled() int {
	r.t.Helper()
	want := []string{
		"vlanmember/100/Ethernet4", "rif/Vlan100", "rif/Ethernet8", "nexthop/Ethernet8/10.0.0.1", "hostif/Ethernet12", "trap/arp_req",
	}
	db := r.db.DB(statedb.StateDB)
	count := 0
	r.until("everything is applied", func() bool {
		for _, k := range want {
			if f, _, _ := db.Get(r.t.Context(), status.TableObject, k); f["state"] != "applied" {
				return false
			}
		}
		keys, err := r.db.DB(statedb.AsicDB).Keys(r.t.Context(), "ASIC_STATE")
		f, _, _ := db.Get(r.t.Context(), status.TableSummary, status.KeySummary)
		count = len(keys)
		return err == nil && f["routes_applied"] == "12"
	})
	return count
}

// forgetStatus deletes what orchagent said, so that what it says next is new.
func (r *rig) forgetStatus() {
	r.t.Helper()
	db := r.db.DB(statedb.StateDB)
	for _, table := range []string{status.TableObject, status.TableSummary} {
		keys, err := db.Keys(r.t.Context(), table)
		if err != nil {
			r.t.Fatal(err)
		}
		if err := db.Delete(r.t.Context(), table, keys...); err != nil {
			r.t.Fatal(err)
		}
	}
}

// write sets or deletes a row of APPL_DB given as "TABLE:key field=value ...".
func (r *rig) write(row string, set bool) {
	r.t.Helper()
	parts := strings.Fields(row)
	table, key, _ := strings.Cut(parts[0], ":")
	producer := statedb.NewProducer(r.db.DB(statedb.ApplDB), table)
	var fields []statedb.Field
	for _, p := range parts[1:] {
		name, value, _ := strings.Cut(p, "=")
		fields = append(fields, statedb.Field{Name: name, Value: value})
	}
	err := producer.Del(r.t.Context(), key)
	if set {
		err = producer.Set(r.t.Context(), key, fields...)
	}
	if err != nil {
		r.t.Fatal(err)
	}
}
