package cabi_test

import (
	"errors"
	"net/netip"
	"reflect"
	"testing"

	"github.com/heddle-nos/heddle/sai"
	"github.com/heddle-nos/heddle/sai/cabi"
	"github.com/heddle-nos/heddle/sai/spec"
)

var addr, prefix = netip.MustParseAddr, netip.MustParsePrefix

// heap is a Memory in Go: addresses are offsets into it.
type heap struct{ b []byte }

func (h *heap) Alloc(size int) (uint64, []byte) {
	at := (len(h.b) + 15) &^ 7
	grown := make([]byte, at+size, max(cap(h.b), 1<<16))
	copy(grown, h.b)
	h.b = grown
	return uint64(at), h.b[at:]
}

func (h *heap) View(at uint64, size int) ([]byte, error) {
	if at > uint64(len(h.b)) || uint64(size) > uint64(len(h.b))-at {
		return nil, errors.New("outside of the heap")
	}
	return h.b[at:][:size], nil
}

// arena gives every allocation a block of its own, so that slices stay valid.
type arena struct{ blocks map[uint64][]byte }

func (a *arena) Alloc(size int) (uint64, []byte) {
	at := uint64(len(a.blocks)+1) << 32
	a.blocks[at] = make([]byte, size)
	return at, a.blocks[at]
}

func (a *arena) View(at uint64, size int) ([]byte, error) {
	b, ok := a.blocks[at]
	if !ok || len(b) < size {
		return nil, errors.New("no such block")
	}
	return b[:size], nil
}

// sample makes a value for an attribute, as different from zero as its kind allows.
func sample(m *sai.AttrMeta, k sai.Kind) sai.Value {
	switch k {
	case sai.KindBool:
		return sai.Bool(true)
	case sai.KindU8:
		return sai.U8(200)
	case sai.KindU16:
		return sai.U16(60000)
	case sai.KindU32:
		return sai.U32(4e9)
	case sai.KindU64:
		return sai.U64(1 << 63)
	case sai.KindS8:
		return sai.S8(-5)
	case sai.KindS16:
		return sai.S16(-500)
	case sai.KindS32:
		return sai.S32(-5e8)
	case sai.KindS64:
		return sai.S64(-5e18)
	case sai.KindEnum:
		return sai.Enum(int32(-7))
	case sai.KindOID:
		return sai.OID(0x1000000000034)
	case sai.KindPointer:
		return sai.Pointer(0x55ad)
	case sai.KindMAC:
		return sai.MACValue(sai.MAC{1, 2, 3, 4, 5, 6})
	case sai.KindIP4:
		return sai.IP4(addr("192.0.2.1"))
	case sai.KindIP6:
		return sai.IP6(addr("2001:db8::1"))
	case sai.KindIPAddr:
		return sai.IPAddr(addr("2001:db8::2"))
	case sai.KindPrefix:
		return sai.Prefix(prefix("10.0.0.0/9"))
	case sai.KindChardata:
		return sai.Chardata("Ethernet0")
	case sai.KindOIDList:
		return sai.OIDList([]sai.ObjectID{1, 2})
	case sai.KindU8List:
		return sai.U8List([]uint8{1, 255})
	case sai.KindS8List:
		return sai.S8List([]int8{1, -1})
	case sai.KindU16List:
		return sai.U16List([]uint16{1, 65535})
	case sai.KindS16List:
		return sai.S16List([]int16{1, -1})
	case sai.KindU32List:
		return sai.U32List([]uint32{1, 4e9})
	case sai.KindS32List:
		return sai.S32List([]int32{1, -1})
	case sai.KindEnumList:
		return sai.EnumList([]int32{1, 3, 2})
	case sai.KindVLANList:
		return sai.VLANList([]uint16{1, 4094})
	case sai.KindIPList:
		return sai.IPList([]netip.Addr{addr("10.0.0.1"), addr("fe80::1")})
	case sai.KindU32Range:
		return sai.U32Range(1, 4e9)
	case sai.KindS32Range:
		return sai.S32Range(-3, 9)
	}
	return sampleOther(m)
}

func sampleOther(m *sai.AttrMeta) sai.Value {
	switch m.Other {
	case "sai_acl_field_data_t":
		f := sai.ACLField{Enable: true, Data: sample(m, m.Elem)}
		if m.Elem != sai.KindBool && m.Elem != sai.KindOID && m.Elem != sai.KindOIDList {
			f.Mask = sample(m, m.Elem)
		}
		return sai.Other(f)
	case "sai_acl_action_data_t":
		return sai.Other(sai.ACLAction{Enable: true, Param: sample(m, m.Elem)})
	case "sai_acl_field_data_mask_t":
		return sai.Other(sample(m, m.Elem))
	case "sai_tlv_list_t":
		return sai.Other([]sai.TLV{{Type: sai.TlvTypeEgress, EgressNode: addr("::1")}, {Type: sai.TlvTypeOpaque, Opaque: [4]uint32{1, 2, 3, 4}},
			{Type: sai.TlvTypeHmac, HMAC: sai.HMAC{KeyID: 9, Hash: [8]uint32{7: 3}}}})
	}
	v := reflect.New(sai.OtherType(m.Other)).Elem()
	fill(v)
	return sai.Other(v.Interface())
}

func fill(v reflect.Value) {
	switch v.Interface().(type) {
	case netip.Addr:
		v.Set(reflect.ValueOf(addr("2001:db8::3")))
		return
	case netip.Prefix:
		v.Set(reflect.ValueOf(prefix("2001:db8::/33")))
		return
	}
	switch v.Kind() {
	case reflect.Struct:
		for i := range v.NumField() {
			fill(v.Field(i))
		}
	case reflect.Slice:
		v.Set(reflect.MakeSlice(v.Type(), 2, 2))
		fallthrough
	case reflect.Array:
		for i := range v.Len() {
			fill(v.Index(i))
		}
	case reflect.Bool:
		v.SetBool(true)
	case reflect.String:
		v.SetString("{}")
	default:
		if v.CanUint() {
			v.SetUint(uint64(1)<<v.Type().Bits() - 2)
		} else {
			v.SetInt(-9)
		}
	}
}

func TestEveryAttributeRoundTrips(t *testing.T) {
	for n := sai.ObjectType(1); n < sai.ObjectTypeMax; n++ {
		o, _ := sai.ObjectTypeInfo(n)
		for i := range o.Attrs {
			m, mem := &o.Attrs[i], &arena{map[uint64][]byte{}}
			v := sample(m, m.Kind)
			b := make([]byte, cabi.ValueSize)
			if err := cabi.EncodeValue(b, m, v, mem); err != nil {
				t.Error(err)
				continue
			}
			if w, err := cabi.DecodeValue(b, m, mem); err != nil || !w.Equal(v) {
				t.Errorf("%s: %v became %v %v", m.Name, v, w, err)
			}
		}
	}
}

func TestRoomForEveryList(t *testing.T) {
	for n := sai.ObjectType(1); n < sai.ObjectTypeMax; n++ {
		o, _ := sai.ObjectTypeInfo(n)
		for i := range o.Attrs {
			m, mem, b := &o.Attrs[i], &arena{map[uint64][]byte{}}, make([]byte, cabi.ValueSize)
			cabi.Room(b, m, 5, mem)
			if want := map[bool]int{true: 5}[cabi.Lists(m)]; cabi.Needed(b, m) != want {
				t.Errorf("%s: room for %d, want %d", m.Name, cabi.Needed(b, m), want)
			}
		}
	}
}

var entries = []sai.Entry{
	sai.RouteEntry{Switch: 1, VR: 2, Destination: prefix("10.1.2.0/23")},
	sai.RouteEntry{Switch: 1, VR: 2, Destination: prefix("0.0.0.0/0")},
	sai.RouteEntry{Switch: 1, VR: 2, Destination: prefix("2001:db8::/127")},
	sai.NeighborEntry{Switch: 1, RIF: 2, IP: addr("fe80::1")},
	sai.FDBEntry{Switch: 1, MAC: sai.MAC{1, 2, 3, 4, 5, 6}, BV: 3},
	sai.MCastFDBEntry{Switch: 1, MAC: sai.MAC{1, 2, 3, 4, 5, 6}, BV: 3},
	sai.InsegEntry{Switch: 1, Label: 1 << 19},
	sai.L2MCEntry{Switch: 1, BV: 2, Type: sai.L2MCEntryTypeXg, Destination: addr("239.1.1.1"), Source: addr("10.0.0.1")},
	sai.IPMCEntry{Switch: 1, VR: 2, Destination: addr("ff05::1"), Source: addr("fe80::1")},
	sai.NATEntry{Switch: 1, VR: 2, Type: sai.NATTypeDestinationNAT, Key: sai.NATTuple{SrcIP: addr("10.0.0.1"), DstIP: addr("10.0.0.2"), Proto: 6, L4SrcPort: 1, L4DstPort: 2},
		Mask: sai.NATTuple{SrcIP: addr("255.0.0.0"), DstIP: addr("0.0.0.0")}},
	sai.MySIDEntry{Switch: 1, VR: 2, LocatorBlockLen: 3, LocatorNodeLen: 4, FunctionLen: 5, ArgumentsLen: 6, SID: addr("fc00::1")},
	sai.PrefixCompressionEntry{Switch: 1, Table: 2, Prefix: prefix("10.0.0.0/8")},
}

func TestEveryEntryRoundTrips(t *testing.T) {
	for _, e := range entries {
		b := make([]byte, cabi.EntrySize(e.EntryType()))
		if err := cabi.EncodeEntry(b, e); err != nil {
			t.Error(err)
		}
		if got, err := cabi.DecodeEntry(b, e.EntryType()); err != nil || got != e {
			t.Errorf("%v became %v %v", e, got, err)
		}
	}
}

func TestRefuses(t *testing.T) {
	b := make([]byte, 64)
	if cabi.EncodeEntry(b, sai.RouteEntry{}) == nil || cabi.EncodeEntry(b, sai.NeighborEntry{}) == nil || cabi.EncodeEntry(b[:8], entries[0]) == nil {
		t.Error("entry without an address accepted")
	}
	if err := cabi.EncodeEntry(b, entries[0]); err != nil {
		t.Fatal(err)
	}
	b[36], b[38] = 0x0f, 0xf0
	if e, err := cabi.DecodeEntry(b, sai.ObjectTypeRouteEntry); err == nil {
		t.Errorf("mask with holes gave %v", e)
	}
	b[16] = 7
	if e, err := cabi.DecodeEntry(b, sai.ObjectTypeRouteEntry); err == nil {
		t.Errorf("address family 7 gave %v", e)
	}
	port, _ := sai.ObjectTypeInfo(sai.ObjectTypePort)
	if err := cabi.EncodeValue(b, port.Attr(sai.PortAttrSpeed), sai.U64(1), &heap{}); err == nil {
		t.Error("wrong kind accepted")
	}
}

// The Go types of structured values and the entry sizes must have the layout
// that the specification gives.
func TestLayouts(t *testing.T) {
	s, err := spec.Load()
	if err != nil {
		t.Fatal(err)
	}
	for _, o := range s.Objects {
		if o.Entry != "" && s.Struct(o.Entry).Size != cabi.EntrySize(sai.ObjectType(o.Number)) {
			t.Errorf("%s has %d bytes, not %d", o.Entry, s.Struct(o.Entry).Size, cabi.EntrySize(sai.ObjectType(o.Number)))
		}
	}
	for _, f := range s.Struct("sai_attribute_value_t").Fields {
		if goType := sai.OtherType(f.Type); goType != nil {
			checkLayout(t, s, f.Type, goType)
		}
	}
}

func checkLayout(t *testing.T, s *spec.Spec, c string, goType reflect.Type) {
	st := s.Struct(c)
	if st == nil {
		return
	}
	if goType.Kind() == reflect.Slice && len(st.Fields) == 2 && st.Fields[1].Name == "list" {
		elem := st.Fields[1].Type
		checkLayout(t, s, elem[:len(elem)-1], goType.Elem())
		return
	}
	for _, f := range st.Fields {
		if goType.Kind() != reflect.Struct {
			return
		}
		for i := range goType.NumField() {
			g := goType.Field(i)
			if g.Tag.Get("sai") == f.Name && g.Type.Kind() != reflect.Slice && goType.Name() != "TLV" && int(g.Offset) != f.Offset && goType.Name() != "ACLCapability" {
				t.Errorf("%s.%s is at %d, not %d", goType, g.Name, g.Offset, f.Offset)
			}
		}
	}
}

func FuzzDecodeValue(f *testing.F) {
	f.Add(int32(1), uint32(8), make([]byte, 40), make([]byte, 64))
	f.Fuzz(func(t *testing.T, ot int32, id uint32, value, memory []byte) {
		m, ok := sai.ObjectTypeInfo(sai.ObjectType(ot))
		if !ok || m.Attr(sai.AttrID(id)) == nil {
			return
		}
		_, _ = cabi.DecodeValue(value, m.Attr(sai.AttrID(id)), &heap{memory})
		_, _ = cabi.DecodeEntry(value, m.Type)
	})
}

func BenchmarkEncodeRoute(b *testing.B) {
	m, _ := sai.ObjectTypeInfo(sai.ObjectTypeRouteEntry)
	a := m.Attr(sai.RouteEntryAttrNextHopID)
	entry, attr := make([]byte, 56), make([]byte, cabi.AttrSize)
	v, mem := sai.OID(7), &heap{}
	for b.Loop() {
		if cabi.EncodeEntry(entry, entries[0]) != nil || cabi.EncodeAttr(attr, a, v, mem) != nil {
			b.Fatal("failed")
		}
	}
}
