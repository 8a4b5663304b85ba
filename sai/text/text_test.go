package text_test

import (
	"net/netip"
	"os"
	"strings"
	"testing"

	"github.com/heddle-nos/heddle/sai"
	"github.com/heddle-nos/heddle/sai/saitest"
	"github.com/heddle-nos/heddle/sai/text"
)

var addr, prefix = netip.MustParseAddr, netip.MustParsePrefix

func field(data, mask sai.Value) sai.Value {
	return sai.Other(sai.ACLField{Enable: true, Data: data, Mask: mask})
}

var attrs = []struct {
	t     sai.ObjectType
	attr  sai.Attr
	name  string
	value string
}{
	{sai.ObjectTypePort, sai.Attr{ID: sai.PortAttrAdminState, Value: sai.Bool(true)}, "SAI_PORT_ATTR_ADMIN_STATE", "true"},
	{sai.ObjectTypePort, sai.Attr{ID: sai.PortAttrSpeed, Value: sai.U32(40000)}, "SAI_PORT_ATTR_SPEED", "40000"},
	{sai.ObjectTypePort, sai.Attr{ID: sai.PortAttrHwLaneList, Value: sai.U32List([]uint32{1, 2})}, "SAI_PORT_ATTR_HW_LANE_LIST", "2:1,2"},
	{sai.ObjectTypePort, sai.Attr{ID: sai.PortAttrIngressMirrorSession, Value: sai.OIDList(nil)}, "SAI_PORT_ATTR_INGRESS_MIRROR_SESSION", "0:null"},
	{sai.ObjectTypePort, sai.Attr{ID: sai.PortAttrSupportedFecMode, Value: sai.EnumList([]int32{0, 1})},
		"SAI_PORT_ATTR_SUPPORTED_FEC_MODE", "2:SAI_PORT_FEC_MODE_NONE,SAI_PORT_FEC_MODE_RS"},
	{sai.ObjectTypeHostif, sai.Attr{ID: sai.HostifAttrName, Value: sai.Chardata("sonic_x\xff")}, "SAI_HOSTIF_ATTR_NAME", `sonic\x5Fx\xFF`},
	{sai.ObjectTypeSwitch, sai.Attr{ID: sai.SwitchAttrSrcMACAddress, Value: sai.MACValue(sai.MAC{0, 0x11, 0x22, 0xaa, 0xbb, 0xcc})},
		"SAI_SWITCH_ATTR_SRC_MAC_ADDRESS", "00:11:22:AA:BB:CC"},
	{sai.ObjectTypeSwitch, sai.Attr{ID: sai.SwitchAttrFDBEventNotify, Value: sai.Pointer(0x55ad)}, "SAI_SWITCH_ATTR_FDB_EVENT_NOTIFY", "0x55ad"},
	{sai.ObjectTypeSwitch, sai.Attr{ID: sai.SwitchAttrPfcTcDldIntervalRange, Value: sai.U32Range(1, 9)},
		"SAI_SWITCH_ATTR_PFC_TC_DLD_INTERVAL_RANGE", "1,9"},
	{sai.ObjectTypeNextHop, sai.Attr{ID: sai.NextHopAttrIP, Value: sai.IPAddr(addr("fc00::1"))}, "SAI_NEXT_HOP_ATTR_IP", "fc00::1"},
	{sai.ObjectTypeRouterInterface, sai.Attr{ID: sai.RouterInterfaceAttrType, Value: sai.Enum(sai.RouterInterfaceTypeVLAN)},
		"SAI_ROUTER_INTERFACE_ATTR_TYPE", "SAI_ROUTER_INTERFACE_TYPE_VLAN"},
	{sai.ObjectTypeACLEntry, sai.Attr{ID: sai.ACLEntryAttrFieldIPProtocol, Value: field(sai.U8(6), sai.U8(255))},
		"SAI_ACL_ENTRY_ATTR_FIELD_IP_PROTOCOL", "6&mask:0xff"},
	{sai.ObjectTypeACLEntry, sai.Attr{ID: sai.ACLEntryAttrFieldACLIPType, Value: field(sai.Enum(sai.ACLIPTypeIPV4ANY), sai.Enum(int32(-1)))},
		"SAI_ACL_ENTRY_ATTR_FIELD_ACL_IP_TYPE", "SAI_ACL_IP_TYPE_IPV4ANY&mask:0xffffffffffffffff"},
	{sai.ObjectTypeACLEntry, sai.Attr{ID: sai.ACLEntryAttrFieldSrcIP, Value: field(sai.IP4(addr("10.0.0.0")), sai.IP4(addr("255.0.0.0")))},
		"SAI_ACL_ENTRY_ATTR_FIELD_SRC_IP", "10.0.0.0&mask:255.0.0.0"},
	{sai.ObjectTypeACLEntry, sai.Attr{ID: sai.ACLEntryAttrFieldInPorts, Value: field(sai.OIDList([]sai.ObjectID{1, 2}), sai.Value{})},
		"SAI_ACL_ENTRY_ATTR_FIELD_IN_PORTS", "2:oid:0x1,oid:0x2"},
	{sai.ObjectTypeACLEntry, sai.Attr{ID: sai.ACLEntryAttrFieldDscp, Value: sai.Other(sai.ACLField{})}, "SAI_ACL_ENTRY_ATTR_FIELD_DSCP", "disabled"},
	{sai.ObjectTypeACLEntry, sai.Attr{ID: sai.ACLEntryAttrActionPacketAction,
		Value: sai.Other(sai.ACLAction{Enable: true, Param: sai.Enum(sai.PacketActionDrop)})},
		"SAI_ACL_ENTRY_ATTR_ACTION_PACKET_ACTION", "SAI_PACKET_ACTION_DROP"},
	{sai.ObjectTypeQoSMap, sai.Attr{ID: sai.QoSMapAttrMapToValueList, Value: sai.Other([]sai.QoSMap{{Key: sai.QoSMapParams{Dscp: 8}, Value: sai.QoSMapParams{Tc: 1}}})},
		"SAI_QOS_MAP_ATTR_MAP_TO_VALUE_LIST",
		`{"count":1,"list":[{"key":{"color":"SAI_PACKET_COLOR_GREEN","dot1p":0,"dscp":8,"fc":0,"mpls_exp":0,"pg":0,"prio":0,"qidx":0,"tc":0},` +
			`"value":{"color":"SAI_PACKET_COLOR_GREEN","dot1p":0,"dscp":0,"fc":0,"mpls_exp":0,"pg":0,"prio":0,"qidx":0,"tc":1}}]}`},
	{sai.ObjectTypeSwitch, sai.Attr{ID: sai.SwitchAttrAvailableACLTable, Value: sai.Other([]sai.ACLResource{{AvailNum: 3}})},
		"SAI_SWITCH_ATTR_AVAILABLE_ACL_TABLE",
		`{"count":1,"list":[{"avail_num":"3","bind_point":"SAI_ACL_BIND_POINT_TYPE_PORT","stage":"SAI_ACL_STAGE_INGRESS"}]}`},
	{sai.ObjectTypeSwitch, sai.Attr{ID: sai.SwitchAttrACLStageIngress, Value: sai.Other(sai.ACLCapability{IsActionListMandatory: true, ActionList: []int32{0}})},
		"SAI_SWITCH_ATTR_ACL_STAGE_INGRESS", "true:1:SAI_ACL_ACTION_TYPE_REDIRECT"},
}

func TestAttr(t *testing.T) {
	for _, c := range attrs {
		name, value, err := text.EncodeAttr(c.t, c.attr)
		if err != nil || name != c.name || value != c.value {
			t.Errorf("EncodeAttr(%v) = %s %s %v, want %s %s", c.attr, name, value, err, c.name, c.value)
		}
		got, err := text.DecodeAttr(c.t, c.name, c.value)
		if err != nil || got.ID != c.attr.ID || !got.Value.Equal(c.attr.Value) {
			t.Errorf("DecodeAttr(%s, %s) = %v %v, want %v", c.name, c.value, got, err, c.attr)
		}
	}
}

func TestDecodeRefuses(t *testing.T) {
	for _, c := range []struct{ attr, value string }{
		{"SAI_PORT_ATTR_SPEED", "-1"}, {"SAI_PORT_ATTR_SPEED", "4294967296"}, {"SAI_PORT_ATTR_SPEED", ""}, {"SAI_PORT_ATTR_SPEED", "+1"},
		{"SAI_PORT_ATTR_ADMIN_STATE", "1"}, {"SAI_PORT_ATTR_HW_LANE_LIST", "3:1,2"}, {"SAI_PORT_ATTR_HW_LANE_LIST", "4000000000:1"},
		{"SAI_PORT_ATTR_HW_LANE_LIST", "2"}, {"SAI_PORT_ATTR_NO_SUCH", "2"}, {"SAI_PORT_ATTR_TYPE", "SAI_NO_SUCH"},
		{"SAI_PORT_ATTR_QOS_QUEUE_LIST", "1:oid:0x"}, {"SAI_PORT_ATTR_QOS_QUEUE_LIST", "1:oid:0x11112222333344445"},
	} {
		if a, err := text.DecodeAttr(sai.ObjectTypePort, c.attr, c.value); err == nil {
			t.Errorf("DecodeAttr(%s, %q) = %v, want an error", c.attr, c.value, a)
		}
	}
}

var objects = []struct {
	object sai.Object
	key    string
}{
	{sai.ObjectOf(sai.ObjectTypePort, 0x1000000000034), "SAI_OBJECT_TYPE_PORT:oid:0x1000000000034"},
	{sai.EntryOf(sai.RouteEntry{Switch: 0x21, VR: 3, Destination: prefix("10.0.0.0/24")}),
		`SAI_OBJECT_TYPE_ROUTE_ENTRY:{"dest":"10.0.0.0/24","switch_id":"oid:0x21","vr":"oid:0x3"}`},
	{sai.EntryOf(sai.NeighborEntry{Switch: 0x21, RIF: 6, IP: addr("fe80::1")}),
		`SAI_OBJECT_TYPE_NEIGHBOR_ENTRY:{"ip":"fe80::1","rif":"oid:0x6","switch_id":"oid:0x21"}`},
	{sai.EntryOf(sai.FDBEntry{Switch: 0x21, MAC: sai.MAC{1, 2, 3, 4, 5, 0xaf}, BV: 0x26}),
		`SAI_OBJECT_TYPE_FDB_ENTRY:{"bvid":"oid:0x26","mac":"01:02:03:04:05:AF","switch_id":"oid:0x21"}`},
	{sai.EntryOf(sai.InsegEntry{Switch: 0x21, Label: 1000}), `SAI_OBJECT_TYPE_INSEG_ENTRY:{"label":"1000","switch_id":"oid:0x21"}`},
	{sai.EntryOf(sai.MySIDEntry{Switch: 0x21, VR: 3, LocatorBlockLen: 32, LocatorNodeLen: 16, FunctionLen: 16, SID: addr("fc00::")}),
		`SAI_OBJECT_TYPE_MY_SID_ENTRY:{"args_len":"0","function_len":"16","locator_block_len":"32","locator_node_len":"16","sid":"fc00::","switch_id":"oid:0x21","vr_id":"oid:0x3"}`},
	{sai.EntryOf(sai.NATEntry{Switch: 0x21, VR: 3, Type: sai.NATTypeSourceNAT,
		Key:  sai.NATTuple{SrcIP: addr("10.0.0.1"), DstIP: addr("0.0.0.0"), Proto: 6, L4SrcPort: 80},
		Mask: sai.NATTuple{SrcIP: addr("255.255.255.255"), DstIP: addr("0.0.0.0"), Proto: 255, L4SrcPort: 65535}}),
		`SAI_OBJECT_TYPE_NAT_ENTRY:{"nat_data":{"key":{"dst_ip":"0.0.0.0","l4_dst_port":"0","l4_src_port":"80","proto":"6","src_ip":"10.0.0.1"},` +
			`"mask":{"dst_ip":"0.0.0.0","l4_dst_port":"0","l4_src_port":"65535","proto":"255","src_ip":"255.255.255.255"}},` +
			`"nat_type":"SAI_NAT_TYPE_SOURCE_NAT","switch_id":"oid:0x21","vr":"oid:0x3"}`},
	{sai.EntryOf(sai.L2MCEntry{Switch: 0x21, BV: 1, Type: sai.L2MCEntryTypeXg, Destination: addr("239.1.1.1"), Source: addr("0.0.0.0")}),
		`SAI_OBJECT_TYPE_L2MC_ENTRY:{"bv_id":"oid:0x1","destination":"239.1.1.1","source":"0.0.0.0","switch_id":"oid:0x21","type":"SAI_L2MC_ENTRY_TYPE_XG"}`},
}

func TestObject(t *testing.T) {
	for _, c := range objects {
		if got := text.EncodeObject(c.object); got != c.key {
			t.Errorf("EncodeObject = %s, want %s", got, c.key)
		}
		got, err := text.DecodeObject(c.key)
		if err != nil || got != c.object {
			t.Errorf("DecodeObject(%s) = %v %v, want %v", c.key, got, err, c.object)
		}
	}
}

func TestEntryInAnyOrderAndSpacing(t *testing.T) {
	got, err := text.DecodeObject(`SAI_OBJECT_TYPE_ROUTE_ENTRY:{ "vr":"oid:0x3", "switch_id":"oid:0x21", "dest":"10.0.0.0/24" }`)
	if want := objects[1].object; err != nil || got != want {
		t.Errorf("got %v %v, want %v", got, err, want)
	}
	for _, bad := range []string{
		`{"dest":"10.0.0.0/24","switch_id":"oid:0x21","vr":"oid:0x3"}x`, `{"dest":"10.0.0.0/33","switch_id":"oid:0x21","vr":"oid:0x3"}`,
		`{"dest":"10.0.0.0/24","switch_id":"oid:0x21"}`, `{"dest":"10.0.0.0/24","switch_id":"oid:0x21","vr":"oid:0x3","more":"1"}`, `null`, `[]`, ``,
	} {
		if e, err := text.DecodeEntry(sai.ObjectTypeRouteEntry, bad); err == nil {
			t.Errorf("DecodeEntry(%s) = %v, want an error", bad, e)
		}
	}
}

func TestPlaceholder(t *testing.T) {
	for _, c := range []struct {
		name, value string
		want        uint32
	}{
		{"SAI_SWITCH_ATTR_PORT_LIST", "32:oid:0x0", 32}, {"SAI_SWITCH_ATTR_PORT_LIST", "0:null", 0}, {"SAI_SWITCH_ATTR_PORT_LIST", "19", 19},
		{"SAI_SWITCH_ATTR_CPU_PORT", "oid:0x0", 0}, {"SAI_SWITCH_ATTR_AVAILABLE_ACL_TABLE", `{"count":7,"list":null}`, 7},
		{"SAI_SWITCH_ATTR_ACL_STAGE_INGRESS", "false:5:null", 5},
	} {
		_, n, err := text.DecodePlaceholder(sai.ObjectTypeSwitch, c.name, c.value)
		if err != nil || n != c.want {
			t.Errorf("DecodePlaceholder(%s, %s) = %d %v, want %d", c.name, c.value, n, err, c.want)
		}
	}
	if _, v, err := text.EncodeCount(sai.ObjectTypeSwitch, sai.SwitchAttrPortList, 12); v != "12" || err != nil {
		t.Errorf("EncodeCount = %q %v", v, err)
	}
}

func TestStat(t *testing.T) {
	name, ok := text.StatName(sai.ObjectTypePort, sai.StatID(sai.PortStatIfInOctets))
	id, ok2 := text.StatByName(sai.ObjectTypePort, name)
	if !ok || !ok2 || name != "SAI_PORT_STAT_IF_IN_OCTETS" || id != sai.StatID(sai.PortStatIfInOctets) {
		t.Errorf("got %q %v, %d %v", name, ok, id, ok2)
	}
	if _, ok := text.StatByName(sai.ObjectTypeHash, "SAI_PORT_STAT_IF_IN_OCTETS"); ok {
		t.Error("hash has counters")
	}
}

// Every line of testdata is "object|attr=value|..." and must survive a round trip.
func TestRecordedLines(t *testing.T) {
	data, err := os.ReadFile("testdata/lines.txt")
	if err != nil {
		t.Fatal(err)
	}
	for _, line := range strings.Split(strings.TrimSpace(string(data)), "\n") {
		checkLine(t, line)
	}
}

func checkLine(t *testing.T, line string) {
	words := strings.Split(line, "|")
	o, err := text.DecodeObject(words[0])
	if err != nil {
		t.Errorf("%s: %v", line, err)
		return
	}
	if got := text.EncodeObject(o); got != words[0] {
		t.Errorf("object %s became %s", words[0], got)
	}
	for _, f := range words[1:] {
		name, value, _ := strings.Cut(f, "=")
		a, err := text.DecodeAttr(o.Type, name, value)
		if err != nil {
			t.Error(err)
			continue
		}
		if _, got, err := text.EncodeAttr(o.Type, a); err != nil || got != value {
			t.Errorf("%s: %s became %s %v", name, value, got, err)
		}
	}
}

// Every attribute of the interface has a text form.
func TestEveryAttributeRoundTrips(t *testing.T) {
	for n := sai.ObjectType(1); n < sai.ObjectTypeMax; n++ {
		o, _ := sai.ObjectTypeInfo(n)
		for i := range o.Attrs {
			m := &o.Attrs[i]
			v := saitest.Sample(m)
			if m.Other == "sai_segment_list_t" || m.Other == "sai_acl_capability_t" {
				continue // carry less in text than in C
			}
			b, err := text.AppendValue(nil, m, v)
			if err != nil {
				t.Error(err)
				continue
			}
			if w, err := text.ParseValue(m, string(b)); err != nil || !w.Equal(v) {
				t.Errorf("%s: %s became %v %v", m.Name, b, w, err)
			}
		}
	}
}

// Every default in the metadata has a text that gives the same value again.
func TestDefaultsRoundTrip(t *testing.T) {
	for n := sai.ObjectType(1); n < sai.ObjectTypeMax; n++ {
		m, ok := sai.ObjectTypeInfo(n)
		if !ok {
			t.Fatalf("object type %d unknown", n)
		}
		for i := range m.Attrs {
			a := &m.Attrs[i]
			if !a.HasDefault {
				continue
			}
			b, err := text.AppendValue(nil, a, a.Default)
			if err != nil {
				t.Error(err)
				continue
			}
			if v, err := text.ParseValue(a, string(b)); err != nil || !v.Equal(a.Default) {
				t.Errorf("%s: default %s became %v %v", a.Name, b, v, err)
			}
		}
	}
}
