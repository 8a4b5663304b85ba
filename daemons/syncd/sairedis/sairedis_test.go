package sairedis

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/heddle-nos/heddle/sai"
)

const route = `{"dest":"10.0.0.0/24","switch_id":"oid:0x21000000000000","vr":"oid:0x3000000000002"}`

func TestDecodeBulkCreate(t *testing.T) {
	r, err := NewRequest("SAI_OBJECT_TYPE_ROUTE_ENTRY:2", "Sbulkcreate", []string{
		route, "SAI_ROUTE_ENTRY_ATTR_PACKET_ACTION=SAI_PACKET_ACTION_FORWARD|SAI_ROUTE_ENTRY_ATTR_NEXT_HOP_ID=oid:0x4000000000001",
		strings.Replace(route, "10.0.0", "10.0.1", 1), "",
	})
	if err != nil || r.Op != OpBulkCreate {
		t.Fatal(r.Op, err)
	}
	c, err := DecodeBulkCreate(r)
	if err != nil {
		t.Fatal(err)
	}
	if len(c.Objects) != 2 || len(c.Objects[0].Attrs) != 2 || c.Objects[0].Attrs[1].Value.OID() != 0x4000000000001 {
		t.Errorf("objects: %+v", c.Objects)
	}
	want := []Row{
		{Key: "SAI_OBJECT_TYPE_ROUTE_ENTRY:" + route, Fields: []string{
			"SAI_ROUTE_ENTRY_ATTR_PACKET_ACTION", "SAI_PACKET_ACTION_FORWARD", "SAI_ROUTE_ENTRY_ATTR_NEXT_HOP_ID", "oid:0x4000000000001"}},
		{Key: "SAI_OBJECT_TYPE_ROUTE_ENTRY:" + strings.Replace(route, "10.0.0", "10.0.1", 1), Fields: []string{"NULL", "NULL"}},
	}
	if d := cmp.Diff(want, c.Rows); d != "" {
		t.Error(d)
	}
	_ = append(c.Rows[0].Fields, "x", "y")
	if c.Rows[1].Fields[0] != "NULL" {
		t.Error("rows share memory that grows into one another")
	}
}

func TestDecodeGet(t *testing.T) {
	g, err := DecodeGet(Request{Key: "SAI_OBJECT_TYPE_SWITCH:oid:0x21000000000000", Values: []string{
		"SAI_SWITCH_ATTR_PORT_LIST", "3:oid:0x0,oid:0x0,oid:0x0",
		"SAI_SWITCH_ATTR_CPU_PORT", "garbage of memory",
		"SAI_SWITCH_ATTR_SUPPORTED_OBJECT_TYPE_LIST", "0:null",
	}})
	if err != nil {
		t.Fatal(err)
	}
	if d := cmp.Diff([]int{3, NoList, 0}, g.Room); d != "" {
		t.Error(d)
	}
	values := []sai.Attr{
		{ID: g.Attrs[0].ID, Value: sai.OIDList(make([]sai.ObjectID, 4))},
		{ID: g.Attrs[1].ID, Value: sai.OID(1)},
		{ID: g.Attrs[2].ID, Value: sai.EnumList(nil)},
	}
	if g.Fit(values) {
		t.Error("four ports fit into three places")
	}
	fields, err := GetFields(g.Object.Type, values, true)
	if err != nil || fields[1] != "4" || fields[3] != "oid:0x1" || fields[5] != "0" {
		t.Errorf("counts: got %q, %v", fields, err)
	}
}

func TestMalformed(t *testing.T) {
	for op, values := range map[string][]string{
		"":            nil,
		"S":           nil,
		"Xcreate":     nil,
		"create":      nil,
		"Sbulkcreate": {"odd"},
	} {
		if _, err := NewRequest("k", op, values); err == nil {
			t.Errorf("%q %q was accepted", op, values)
		}
	}
	for _, key := range []string{"", "SAI_OBJECT_TYPE_ROUTE_ENTRY", "SAI_OBJECT_TYPE_ROUTE_ENTRY:2", "SAI_OBJECT_TYPE_ROUTE_ENTRY:-1", "NONE:1"} {
		if _, err := DecodeBulkRemove(Request{Key: key, Values: []string{route, ""}}); err == nil {
			t.Errorf("bulk key %q was accepted", key)
		}
	}
}

func TestBulkAnswer(t *testing.T) {
	r := BulkAnswer(OpBulkSet, []sai.Status{sai.StatusSuccess, sai.StatusItemNotFound})
	if r.Status != sai.StatusFailure || r.QueueOp() != "Sgetresponse" ||
		string(r.AppendJSON(nil)) != `["SAI_STATUS_SUCCESS","","SAI_STATUS_ITEM_NOT_FOUND",""]` {
		t.Errorf("got %s %s %s", r.Status, r.QueueOp(), r.AppendJSON(nil))
	}
}

// FuzzDecode feeds every decoder: none may panic, and what one accepts is
// canonical, so that its row decodes to the same.
func FuzzDecode(f *testing.F) {
	f.Add("SAI_OBJECT_TYPE_ROUTE_ENTRY:1", route, "SAI_ROUTE_ENTRY_ATTR_PACKET_ACTION=SAI_PACKET_ACTION_DROP")
	f.Add("SAI_OBJECT_TYPE_VLAN:oid:0x26000000000001", "SAI_VLAN_ATTR_VLAN_ID", "5")
	f.Add("SAI_OBJECT_TYPE_SWITCH:oid:0x21000000000000", "SAI_SWITCH_ATTR_PORT_LIST", "1:oid:0x0")
	f.Add("SAI_OBJECT_TYPE_PORT:1", "oid:0x1000000000001", "SAI_PORT_ATTR_HW_LANE_LIST=2:1,2|SAI_PORT_ATTR_SPEED=10")
	f.Fuzz(func(t *testing.T, key, field, value string) {
		r := Request{Key: key, Values: []string{field, value}}
		if c, err := DecodeBulkCreate(r); err == nil {
			check(t, c)
		}
		if c, err := DecodeCreate(r); err == nil {
			check(t, c)
		}
		_, _ = DecodeRemove(r)
		_, _ = DecodeBulkRemove(r)
		_, _ = DecodeSet(r)
		_, _ = DecodeBulkSet(r)
		_, _ = DecodeGet(r)
		_, _ = DecodeBulkGet(r)
	})
}

func check(t *testing.T, c Create) {
	for i, row := range c.Rows {
		again, err := DecodeCreate(Request{Key: row.Key, Values: row.Fields})
		if err != nil {
			t.Fatalf("row %q %q: %v", row.Key, row.Fields, err)
		}
		if again.Objects[0].Object != c.Objects[i].Object || len(again.Objects[0].Attrs) != len(c.Objects[i].Attrs) {
			t.Fatalf("row %q %q: got %v, want %v", row.Key, row.Fields, again.Objects[0], c.Objects[i])
		}
	}
}

func FuzzAppendString(f *testing.F) {
	f.Add(`a"b\c` + "\n\x00")
	f.Fuzz(func(t *testing.T, s string) {
		var got string
		b := AppendString(nil, s)
		if err := json.Unmarshal(b, &got); err != nil {
			t.Fatalf("%q: %v", b, err)
		}
		if got != strings.ToValidUTF8(got, "\uFFFD") || len(s) > 0 && got == "" {
			t.Fatalf("%q became %q", s, got)
		}
	})
}
