package counters

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/heddle-nos/heddle/internal/statedb"
	"github.com/heddle-nos/heddle/sai"
)

func TestConfigure(t *testing.T) {
	g := group{targets: map[sai.ObjectID]*target{1: {}}}
	err := g.configure([]statedb.Field{
		{Name: "POLL_INTERVAL", Value: "1000"}, {Name: "FLEX_COUNTER_STATUS", Value: "enable"},
		{Name: "STATS_MODE", Value: "STATS_MODE_READ_AND_CLEAR"}, {Name: "PORT_PLUGIN_LIST", Value: "a,b"},
	})
	if err != nil || g.interval != time.Second || !g.active() || g.mode != sai.StatsModeReadAndClear || len(g.plugins) != 2 {
		t.Errorf("got %+v, %v", g, err)
	}
	if err := g.configure([]statedb.Field{{Name: "POLL_INTERVAL", Value: "soon"}}); err == nil || g.active() {
		t.Errorf("bad interval: got %v", err)
	}
	if _ = g.configure([]statedb.Field{{Name: "POLL_INTERVAL", Value: "0"}}); g.interval != minInterval {
		t.Errorf("interval without a pause: got %s", g.interval)
	}
}

func TestNewTarget(t *testing.T) {
	tgt, unknown := newTarget(0x1000000000002, []statedb.Field{
		{Name: "PORT_COUNTER_ID_LIST", Value: "SAI_PORT_STAT_IF_IN_OCTETS,SAI_PORT_STAT_NO_SUCH,"}, {Name: "OTHER", Value: "x"},
	})
	if d := cmp.Diff([]string{"SAI_PORT_STAT_IF_IN_OCTETS"}, tgt.names); d != "" {
		t.Error(d)
	}
	if d := cmp.Diff([]string{"SAI_PORT_STAT_NO_SUCH"}, unknown); d != "" {
		t.Error(d)
	}
}

func TestNewTargetAttrs(t *testing.T) {
	tgt, unknown := newTarget(0x1000000000002, []statedb.Field{
		{Name: "STATS_MODE", Value: "STATS_MODE_READ_AND_CLEAR"},
		{Name: "PORT_ATTR_ID_LIST", Value: "SAI_PORT_ATTR_OPER_STATUS,SAI_PORT_ATTR_INGRESS_ACL,SAI_PORT_ATTR_NO_SUCH"},
	})
	if len(tgt.attrs) != 1 || tgt.attrs[0].ID != sai.PortAttrOperStatus || tgt.empty() || tgt.mode == nil || *tgt.mode != sai.StatsModeReadAndClear {
		t.Errorf("got %+v", tgt)
	}
	if d := cmp.Diff([]string{"SAI_PORT_ATTR_INGRESS_ACL", "SAI_PORT_ATTR_NO_SUCH"}, unknown); d != "" {
		t.Error(d)
	}
}

func TestSplit(t *testing.T) {
	got, err := split("G:oid:0x1,oid:0x2")
	if err != nil {
		t.Fatal(err)
	}
	if d := cmp.Diff([]string{"G:oid:0x1", "G:oid:0x2"}, got); d != "" {
		t.Error(d)
	}
	for _, bad := range []string{"", "G", "G:", ":x"} {
		if _, err := split(bad); err == nil {
			t.Errorf("%q was accepted", bad)
		}
	}
}
