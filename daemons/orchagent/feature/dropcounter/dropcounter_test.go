package dropcounter_test

import (
	"flag"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/heddle-nos/heddle/daemons/orchagent/feature/dropcounter"
	"github.com/heddle-nos/heddle/daemons/orchagent/object"
	"github.com/heddle-nos/heddle/daemons/orchagent/object/objecttest"
	"github.com/heddle-nos/heddle/daemons/orchagent/publish"
	"github.com/heddle-nos/heddle/sai"
)

var update = flag.Bool("update", false, "write the goldens")

func TestRender(t *testing.T) { objecttest.Run(t, *update, dropcounter.Render) }

// Rows of a counter and of its reasons make one object, whatever their order.
func TestRowsMerge(t *testing.T) {
	frags := map[object.Owner]object.Fragment{}
	key := object.DropCounter(false, "D")
	for _, row := range []object.Row{
		{Table: "DEBUG_COUNTER_DROP_REASON", Key: "D|TTL"}, {Table: "DEBUG_COUNTER_DROP_REASON", Key: "D|L2_ANY"},
		{Table: "DEBUG_COUNTER", Key: "D", Fields: map[string]string{"type": "PORT_INGRESS_DROPS"}},
	} {
		r, err := dropcounter.Render(row)
		if err != nil {
			t.Fatal(err)
		}
		for _, f := range r.Fragments {
			if f.Key == key {
				frags[row.Owner()] = f
			}
		}
	}
	o, err := object.Merge(key, frags)
	if err != nil {
		t.Fatal(err)
	}
	want := sai.EnumList([]int32{int32(sai.InDropReasonL2Any), int32(sai.InDropReasonTTL)})
	if at := o.Attr(sai.DebugCounterAttrInDropReasonList); at == nil || !at.Value.Equal(want) {
		t.Errorf("reasons are %v", at)
	}
}

func counter(name string, t sai.DebugCounterType, index uint64) publish.Event {
	o := &object.Object{Key: object.DropCounter(false, name), Type: sai.ObjectTypeDebugCounter}
	o.SetAttr(object.Val(sai.DebugCounterAttrType, sai.Enum(t)))
	return publish.Event{Object: o, VID: "oid:0xd" + name, Facts: publish.Facts{Index: index}}
}

func TestPublish(t *testing.T) {
	p := dropcounter.NewPublisher()
	rows := map[string]map[string]string{}
	tell := func(ev publish.Event) {
		for _, w := range p.Publish(ev) {
			key := w.Table + ":" + w.Key
			if w.Delete {
				delete(rows, key)
				continue
			}
			if rows[key] == nil {
				rows[key] = map[string]string{}
			}
			for f, v := range w.Fields {
				if rows[key][f] = v; v == "" {
					delete(rows[key], f)
				}
			}
		}
	}
	port := publish.Event{Object: &object.Object{Key: object.Port("Ethernet0"), Type: sai.ObjectTypePort}, VID: "oid:0x1"}
	tell(counter("B", sai.DebugCounterTypePortInDropReasons, 1))
	tell(publish.Event{Object: &object.Object{Key: object.Switch, Type: sai.ObjectTypeSwitch}, VID: "oid:0x21"})
	tell(port)
	first := counter("A", sai.DebugCounterTypePortInDropReasons, 0)
	tell(first)
	tell(counter("S", sai.DebugCounterTypeSwitchInDropReasons, 0))
	want := map[string]map[string]string{
		"COUNTERS_DEBUG_NAME_PORT_STAT_MAP:": {
			"A": "SAI_PORT_STAT_IN_CONFIGURED_DROP_REASONS_0_DROPPED_PKTS", "B": "SAI_PORT_STAT_IN_CONFIGURED_DROP_REASONS_1_DROPPED_PKTS",
		},
		"COUNTERS_DEBUG_NAME_SWITCH_STAT_MAP:": {"S": "SAI_SWITCH_STAT_IN_CONFIGURED_DROP_REASONS_0_DROPPED_PKTS"},
		"FLEX_COUNTER_TABLE:DEBUG_STAT_COUNTER:oid:0x1": {
			"PORT_DEBUG_COUNTER_ID_LIST": "SAI_PORT_STAT_IN_CONFIGURED_DROP_REASONS_0_DROPPED_PKTS,SAI_PORT_STAT_IN_CONFIGURED_DROP_REASONS_1_DROPPED_PKTS",
		},
		"FLEX_COUNTER_TABLE:DEBUG_STAT_COUNTER:oid:0x21": {"SWITCH_DEBUG_COUNTER_ID_LIST": "SAI_SWITCH_STAT_IN_CONFIGURED_DROP_REASONS_0_DROPPED_PKTS"},
	}
	if d := cmp.Diff(want, rows); d != "" {
		t.Error(d)
	}
	first.Gone = true
	tell(first)
	if got := rows["FLEX_COUNTER_TABLE:DEBUG_STAT_COUNTER:oid:0x1"]["PORT_DEBUG_COUNTER_ID_LIST"]; got != "SAI_PORT_STAT_IN_CONFIGURED_DROP_REASONS_1_DROPPED_PKTS" {
		t.Errorf("the port is polled for %q", got)
	}
	port.Gone = true
	tell(port)
	if _, left := rows["FLEX_COUNTER_TABLE:DEBUG_STAT_COUNTER:oid:0x1"]; left {
		t.Error("a port that is gone is polled")
	}
}
