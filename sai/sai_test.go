package sai_test

import (
	"errors"
	"net/netip"
	"testing"

	"github.com/heddle-nos/heddle/sai"
)

func TestMetadata(t *testing.T) {
	m, ok := sai.ObjectTypeInfo(sai.ObjectTypeRouteEntry)
	if !ok || m.HasOID || m.Name != "SAI_OBJECT_TYPE_ROUTE_ENTRY" || m.API != sai.APIRoute {
		t.Fatalf("route entry is %+v", m)
	}
	a := m.Attr(sai.RouteEntryAttrPacketAction)
	if a.Name != "SAI_ROUTE_ENTRY_ATTR_PACKET_ACTION" || !a.Settable || !a.HasDefault || a.Default.Enum() != int32(sai.PacketActionForward) {
		t.Errorf("packet action is %+v", a)
	}
	if m.AttrByName(a.Name) != a || m.AttrByName("SAI_NO") != nil || m.Attr(9999) != nil {
		t.Error("lookup by name or id is wrong")
	}
	acl, _ := sai.ObjectTypeInfo(sai.ObjectTypeACLEntry) // ids have gaps
	if f := acl.Attr(sai.ACLEntryAttrFieldDscp); f.Elem != sai.KindU8 || f.Name != "SAI_ACL_ENTRY_ATTR_FIELD_DSCP" {
		t.Errorf("DSCP field is %+v", f)
	}
	for _, bad := range []sai.ObjectType{-1, 0, sai.ObjectTypeMax, 1 << 28} {
		if _, ok := sai.ObjectTypeInfo(bad); ok {
			t.Errorf("object type %d is known", bad)
		}
	}
}

// Tables are generated sorted; the lookups rely on it.
func TestEveryNameFindsItsNumber(t *testing.T) {
	for n := sai.ObjectType(1); n < sai.ObjectTypeMax; n++ {
		m, ok := sai.ObjectTypeInfo(n)
		if got, found := sai.ObjectTypeByName(n.String()); !ok || !found || got != n || m.Type != n {
			t.Fatalf("object type %d: %v %v", n, got, m)
		}
		for i := range m.Attrs {
			if a := &m.Attrs[i]; m.Attr(a.ID) != a || m.AttrByName(a.Name) != a {
				t.Errorf("%s is not found", a.Name)
			}
			checkEnum(t, m.Attrs[i].Enum)
		}
		checkEnum(t, m.Stats)
	}
}

func checkEnum(t *testing.T, e *sai.EnumMeta) {
	t.Helper()
	if e == nil {
		return
	}
	for _, v := range e.Values() {
		if n, ok := e.Value(v.Name); !ok || n != v.Number {
			t.Errorf("%s is %d %v, want %d", v.Name, n, ok, v.Number)
		}
		if name, ok := e.Text(v.Number); !ok {
			t.Errorf("%s: %d has no name", e.Name, v.Number)
		} else if n, _ := e.Value(name); n != v.Number {
			t.Errorf("%s is %d, want %d", name, n, v.Number)
		}
	}
}

func TestNamesOfValues(t *testing.T) {
	if s := sai.HostifTrapTypeSTP.String(); s != "SAI_HOSTIF_TRAP_TYPE_STP" {
		t.Errorf("STP trap is %s, not the name of the value", s)
	}
	if s := sai.PortOperStatus(77).String(); s != "77" {
		t.Errorf("unknown value is %s", s)
	}
	if s, ok := sai.StatusByName("-196609"); !ok || s != sai.StatusAttrNotImplemented0-1 {
		t.Errorf("-196609 is %v", s)
	}
	if s, ok := sai.StatusByName("SAI_STATUS_TABLE_FULL"); !ok || s != sai.StatusTableFull || s.String() != "SAI_STATUS_TABLE_FULL" {
		t.Errorf("table full is %v", s)
	}
}

func TestStatus(t *testing.T) {
	for _, c := range []struct {
		s     sai.Status
		class error
		text  string
		index int
	}{
		{sai.StatusTableFull, sai.ErrExhausted, "SAI_STATUS_TABLE_FULL", -1},
		{sai.StatusObjectInUse, sai.ErrTransient, "SAI_STATUS_OBJECT_IN_USE", -1},
		{sai.StatusAttrNotSupported0 - 3, sai.ErrUnsupported, "SAI_STATUS_ATTR_NOT_SUPPORTED_0 (attribute 3)", 3},
		{sai.StatusInvalidAttribute0, sai.ErrInvalid, "SAI_STATUS_INVALID_ATTRIBUTE_0 (attribute 0)", 0},
		{-500000, sai.ErrInvalid, "-500000", -1},
	} {
		if !errors.Is(&sai.Error{Op: "create", Object: "vlan 100", Status: c.s}, c.class) || c.s.Error() != c.text {
			t.Errorf("%d: %q is not of class %q", c.s, c.s.Error(), c.class)
		}
		if i, ok := c.s.AttrIndex(); ok != (c.index >= 0) || (ok && i != c.index) {
			t.Errorf("%s: index %d %v, want %d", c.s, i, ok, c.index)
		}
	}
	if sai.StatusSuccess.Err() != nil || sai.StatusFailure.Err() == nil {
		t.Error("Err is wrong")
	}
}

func TestValueEqual(t *testing.T) {
	same := [][2]sai.Value{
		{sai.OIDList(nil), sai.OIDList([]sai.ObjectID{})}, {sai.Other(nil), sai.Other([]sai.QoSMap(nil))},
		{sai.Prefix(netip.MustParsePrefix("10.0.0.0/8")), sai.Prefix(netip.MustParsePrefix("10.0.0.0/8"))},
	}
	for _, p := range same {
		if !p[0].Equal(p[1]) || !p[1].Equal(p[0]) {
			t.Errorf("%v and %v differ", p[0], p[1])
		}
	}
	for v, want := range map[string]string{
		sai.S8(-1).String(): "-1", sai.U64(1 << 63).String(): "9223372036854775808", sai.OID(16).String(): "oid:0x10", sai.Bool(true).String(): "true",
		sai.MACValue(sai.MAC{1}).String(): "01:00:00:00:00:00", sai.U32List([]uint32{1, 2}).String(): "[1 2]", sai.Value{}.String(): "none",
	} {
		if v != want {
			t.Errorf("value reads %s, want %s", v, want)
		}
	}
	if sai.U8(1).Equal(sai.U16(1)) || sai.U8List([]uint8{1}).Equal(sai.U8List(nil)) || sai.Chardata("a").Equal(sai.Chardata("b")) {
		t.Error("different values are equal")
	}
}

func BenchmarkAttrByName(b *testing.B) {
	m, _ := sai.ObjectTypeInfo(sai.ObjectTypePort)
	for b.Loop() {
		if m.AttrByName("SAI_PORT_ATTR_SPEED") == nil {
			b.Fatal("not found")
		}
	}
}
