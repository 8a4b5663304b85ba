package wire

import (
	"bytes"
	"errors"
	"io"
	"net/netip"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/heddle-nos/heddle/sai"
	"github.com/heddle-nos/heddle/sai/saitest"
)

func sampleAttrs() []sai.Attr {
	v4, v6 := netip.MustParseAddr("192.0.2.1"), netip.MustParseAddr("2001:db8::1")
	values := []sai.Value{
		{}, sai.Bool(true), sai.U8(200), sai.S8(-3), sai.U16(4094), sai.S16(-2), sai.U32(1 << 31), sai.S32(-1), sai.U64(1 << 63), sai.S64(-9),
		sai.Enum(int32(-4)), sai.OID(7), sai.Pointer(0xdead), sai.MACValue(sai.MAC{1, 2, 3, 4, 5, 6}), sai.IP4(v4), sai.IP6(v6), sai.IPAddr(v4), sai.IPAddr(v6),
		sai.Prefix(netip.MustParsePrefix("10.0.0.0/8")), sai.Prefix(netip.MustParsePrefix("2001:db8::/32")), sai.Chardata("Ethernet0"), sai.Chardata(""),
		sai.OIDList([]sai.ObjectID{1, 2}), sai.OIDList(nil), sai.U8List([]uint8{1}), sai.S8List([]int8{-1}), sai.U16List([]uint16{9}), sai.VLANList([]uint16{1, 2}),
		sai.S16List([]int16{-5}), sai.U32List([]uint32{1, 2, 3}), sai.S32List([]int32{-7}), sai.EnumList([]int32{4}), sai.IPList([]netip.Addr{v4, v6}),
		sai.U32Range(1, 2), sai.S32Range(-2, 2),
	}
	attrs := make([]sai.Attr, len(values))
	for i, v := range values {
		attrs[i] = sai.Attr{ID: sai.AttrID(i), Value: v}
	}
	return attrs
}

func TestEveryKindSurvives(t *testing.T) {
	want := sampleAttrs()
	d := NewDecoder(AppendAttrs(nil, sai.ObjectTypePort, want))
	_, got := d.Attrs(nil)
	if err := d.Done(); err != nil {
		t.Fatal(err)
	}
	for i := range want {
		if got[i].ID != want[i].ID || !got[i].Value.Equal(want[i].Value) {
			t.Errorf("kind %d: got %+v, want %+v", want[i].Value.Kind(), got[i], want[i])
		}
	}
}

// TestEveryAttributeSurvives: whatever structure SAI gives an attribute, its
// values cross.
func TestEveryAttributeSurvives(t *testing.T) {
	for typ := sai.ObjectType(1); typ < sai.ObjectTypeMax; typ++ {
		info, ok := sai.ObjectTypeInfo(typ)
		if !ok {
			continue
		}
		for i := range info.Attrs {
			m := &info.Attrs[i]
			want := sai.Attr{ID: m.ID, Value: saitest.Sample(m)}
			d := NewDecoder(AppendAttr(nil, typ, want))
			if got := d.Attr(); d.Done() != nil || !got.Value.Equal(want.Value) {
				t.Errorf("%s: %v became %v %v", m.Name, want.Value, got.Value, d.Done())
			}
		}
	}
}

func TestEveryEntrySurvives(t *testing.T) {
	for _, e := range saitest.Entries() {
		d := NewDecoder(AppendObject(nil, sai.EntryOf(e)))
		if got := d.Object(e.EntryType()); d.Done() != nil || got != sai.EntryOf(e) {
			t.Errorf("%s: %v became %v %v", e.EntryType(), e, got, d.Done())
		}
	}
}

// TestMisfits: what an attribute cannot hold goes without a value, and what does
// not parse arrives without one; the frame stays sound.
func TestMisfits(t *testing.T) {
	for name, a := range map[string]sai.Attr{
		"not an attribute": {ID: 0xfffff, Value: sai.Other(sai.Timespec{})},
		"other structure":  {ID: sai.ACLTableAttrAvailableACLEntry, Value: sai.Other(sai.Timespec{})},
		"field of a kind":  {ID: sai.ACLEntryAttrFieldSrcIP, Value: sai.Other(sai.ACLField{Enable: true, Data: sai.U8(1)})},
	} {
		d := NewDecoder(AppendAttr(nil, sai.ObjectTypeACLEntry, a))
		if got := d.Attr(); d.Done() != nil || got.ID != a.ID || got.Value.Kind() != sai.KindNone {
			t.Errorf("%s: got %+v, %v", name, got, d.Done())
		}
	}
	field := sai.Attr{ID: sai.ACLEntryAttrFieldACLIPType, Value: sai.Other(sai.ACLField{Enable: true, Data: sai.Enum(int32(1)), Mask: sai.Enum(int32(-1))})}
	ports := sai.Attr{ID: sai.ACLEntryAttrFieldInPorts, Value: sai.Other(sai.ACLField{Enable: true, Data: sai.OIDList([]sai.ObjectID{7})})}
	b := AppendAttr(AppendAttr(nil, sai.ObjectTypeACLEntry, ports), sai.ObjectTypeACLEntry, field)
	const list = 4 + 1 + 4 + 4 + 24 // id, kind, type, size, offset of the data
	b[list+8] = 0xff                // the list begins behind the image
	d := NewDecoder(b)
	if got := d.Attr(); got.ID != ports.ID || got.Value.Kind() != sai.KindNone {
		t.Errorf("list outside of its image: %+v", got)
	}
	if got := d.Attr(); d.Done() != nil || !got.Value.Equal(field.Value) {
		t.Errorf("behind it: %+v, %v", got, d.Done())
	}
}

var attrEqual = cmp.Options{cmp.Comparer(func(a, b sai.Value) bool { return a.Equal(b) }), cmp.Comparer(func(a, b netip.Prefix) bool { return a == b }), cmp.Comparer(func(a, b netip.Addr) bool { return a == b })}

func sampleRequests() []*Request {
	route := sai.EntryOf(sai.RouteEntry{Switch: 1, VR: 2, Destination: netip.MustParsePrefix("10.1.0.0/16")})
	neighbor := sai.EntryOf(sai.NeighborEntry{Switch: 1, RIF: 2, IP: netip.MustParseAddr("fe80::1")})
	fdb := sai.EntryOf(sai.FDBEntry{Switch: 1, MAC: sai.MAC{2}, BV: 3})
	port := sai.ObjectOf(sai.ObjectTypePort, 9)
	attr := sai.Attr{ID: 2, Value: sai.OID(5)}
	return []*Request{
		{Seq: 1, Op: OpCreate, Type: sai.ObjectTypeRouteEntry, Switch: 1, Stop: true, Mode: 1, Create: []sai.NewObject{{Object: route, Attrs: []sai.Attr{attr}}, {Object: route, Attrs: []sai.Attr{}}}},
		{Seq: 2, Op: OpCreate, Type: sai.ObjectTypeVLAN, Switch: 1, Create: []sai.NewObject{{Object: sai.Object{Type: sai.ObjectTypeVLAN}, Attrs: []sai.Attr{attr, attr}}}},
		{Seq: 3, Op: OpRemove, Type: sai.ObjectTypeNeighborEntry, Switch: 1, Objects: []sai.Object{neighbor}},
		{Seq: 4, Op: OpSet, Type: sai.ObjectTypeFDBEntry, Switch: 1, Objects: []sai.Object{fdb}, Attrs: []sai.Attr{attr}},
		{Seq: 5, Op: OpGet, Type: sai.ObjectTypePort, Switch: 1, Objects: []sai.Object{port}, Attrs: []sai.Attr{{ID: 1}, {ID: 2}}},
		{Seq: 6, Op: OpStats, Type: sai.ObjectTypePort, Switch: 1, Mode: sai.StatsModeReadAndClear, Objects: []sai.Object{port}, Stats: []sai.StatID{1, 2}},
		{Seq: 7, Op: OpClearStats, Type: sai.ObjectTypePort, Switch: 1, Objects: []sai.Object{port}, Stats: []sai.StatID{1}},
		{Seq: 8, Op: OpFlushFDB, Type: sai.ObjectTypeFDBFlush, Switch: 1, Attrs: []sai.Attr{attr}},
		{Seq: 9, Op: OpKeys, Type: sai.ObjectTypePort, Switch: 1, Offset: 3, Limit: 4},
		{Seq: 10, Op: OpAttrCapability, Type: sai.ObjectTypePort, Switch: 1, Attrs: []sai.Attr{{ID: 4}}},
		{Seq: 11, Op: OpEnumCapability, Type: sai.ObjectTypePort, Switch: 1, Attrs: []sai.Attr{{ID: 4}}},
		{Seq: 12, Op: OpAvailability, Type: sai.ObjectTypePort, Switch: 1, Attrs: []sai.Attr{attr}},
		{Seq: 13, Op: OpStatCapability, Type: sai.ObjectTypePort, Switch: 1},
		{Seq: 15, Op: OpRemove, Type: sai.ObjectTypeMySidEntry, Switch: 1, Objects: []sai.Object{sai.EntryOf(sai.MySIDEntry{Switch: 1, VR: 2, SID: netip.MustParseAddr("2001:db8::")})}},
		{Seq: 16, Op: OpStatsBulk, Type: sai.ObjectTypePort, Switch: 1, Mode: sai.StatsModeReadAndClear, Objects: []sai.Object{port, port}, Stats: []sai.StatID{1, 2, 3}},
		{Seq: 14, Op: OpGetBulk, Type: sai.ObjectTypeRouteEntry, Switch: 1, Wanted: []sai.NewObject{{Object: route, Attrs: []sai.Attr{{ID: 3}}}, {Object: route, Attrs: []sai.Attr{{ID: 1}, {ID: 2}}}}},
	}
}

func readOne(t *testing.T, frame []byte) (Header, []byte) {
	t.Helper()
	h, body, err := ReadFrame(bytes.NewReader(frame), nil)
	if err != nil {
		t.Fatal(err)
	}
	return h, body
}

func TestRequestsSurvive(t *testing.T) {
	for _, want := range sampleRequests() {
		h, body := readOne(t, AppendRequest(nil, want))
		got, err := DecodeRequest(h, body)
		if err != nil {
			t.Errorf("op %d: %v", want.Op, err)
			continue
		}
		if !want.Stop {
			got.Stop = want.Stop || got.Stop && want.Mode != 1
		}
		if diff := cmp.Diff(want, got, attrEqual); diff != "" {
			t.Errorf("op %d: -want +got\n%s", want.Op, diff)
		}
	}
}

func TestRepliesSurvive(t *testing.T) {
	for _, want := range []*Reply{
		{Seq: 1, Op: OpCreate, Statuses: []sai.Status{0, -5}, OIDs: []sai.ObjectID{4, 0}},
		{Seq: 2, Op: OpRemove, Status: sai.StatusFailure, Statuses: []sai.Status{-5}},
		{Seq: 3, Op: OpGet, Attrs: []sai.Attr{{ID: 1, Value: sai.U32(1)}, {ID: 2}}},
		{Seq: 4, Op: OpStats, Counters: []uint64{1, 2}},
		{Seq: 5, Op: OpKeys, Type: sai.ObjectTypePort, Objects: []sai.Object{sai.ObjectOf(sai.ObjectTypePort, 1)}, Number: 1},
		{Seq: 6, Op: OpAttrCapability, Flags: [3]bool{true, false, true}},
		{Seq: 7, Op: OpEnumCapability, Enums: []int32{1, 2}},
		{Seq: 8, Op: OpAvailability, Number: 12},
		{Seq: 9, Op: OpFlushFDB, Status: sai.StatusNotSupported},
		{Seq: 10, Op: OpGetBulk, Statuses: []sai.Status{0, -7}, Got: [][]sai.Attr{{{ID: 1, Value: sai.U32(1)}}, {{ID: 2}}}},
		{Seq: 11, Op: OpStatsBulk, Statuses: []sai.Status{0, -7}, Counters: []uint64{1, 2, 0, 0}},
	} {
		h, body := readOne(t, AppendReply(nil, want))
		got, err := DecodeReply(h, body)
		if err != nil {
			t.Errorf("op %d: %v", want.Op, err)
		} else if diff := cmp.Diff(want, got, attrEqual); diff != "" {
			t.Errorf("op %d: -want +got\n%s", want.Op, diff)
		}
	}
}

func TestGreetings(t *testing.T) {
	hello := Hello{Session: [16]byte{1, 2, 3}}
	h, body := readOne(t, AppendHello(nil, hello))
	if got, err := DecodeHello(body); h.Kind != KindHello || err != nil || got != hello {
		t.Errorf("hello: %v %v", got, err)
	}
	body[4]++
	if _, err := DecodeHello(body); err == nil {
		t.Error("a client of another version was welcome")
	}
	h, body = readOne(t, AppendWelcome(nil, Welcome{LastSeq: 9}))
	if got, err := DecodeWelcome(body); h.Kind != KindWelcome || err != nil || got.LastSeq != 9 {
		t.Errorf("welcome: %v %v", got, err)
	}
}

func TestNotificationsSurvive(t *testing.T) {
	for _, want := range []*Notification{
		{FDB: []FDBEvent{{Event: sai.FDBEventLearned, Type: sai.FDBEntryTypeDynamic, BridgePort: 4, Entry: sai.FDBEntry{Switch: 1, MAC: sai.MAC{2}, BV: 3}}}},
		{Ports: []PortEvent{{Port: 1, State: sai.PortOperStatusUp}, {Port: 2, State: sai.PortOperStatusDown}}},
	} {
		h, body := readOne(t, AppendNotification(nil, want))
		if got, err := DecodeNotification(h, body); err != nil || !cmp.Equal(want, got) {
			t.Errorf("got %+v, %v", got, err)
		}
	}
}

func TestBadFrames(t *testing.T) {
	good := AppendRequest(nil, sampleRequests()[0])
	for name, frame := range map[string][]byte{
		"too long":    {0, 0, 0, 0x7f, 3, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0},
		"kind":        {0, 0, 0, 0, 9, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0},
		"reserved":    {0, 0, 0, 0, 3, 1, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0},
		"short body":  good[:len(good)-1],
		"text":        []byte("GET / HTTP/1.1\r\nHost: x\r\n\r\n"),
		"half header": good[:7],
	} {
		if _, _, err := ReadFrame(bytes.NewReader(frame), nil); !errors.Is(err, ErrFrame) && !errors.Is(err, io.ErrUnexpectedEOF) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// TestTruncation cuts every request short at every byte: always an error.
func TestTruncation(t *testing.T) {
	for _, r := range sampleRequests() {
		h, body := readOne(t, AppendRequest(nil, r))
		for n := range body {
			if _, err := DecodeRequest(h, body[:n]); err == nil {
				t.Fatalf("op %d cut to %d of %d bytes was accepted", r.Op, n, len(body))
			}
		}
	}
}

func FuzzRequest(f *testing.F) {
	for _, r := range sampleRequests() {
		frame := AppendRequest(nil, r)
		f.Add(byte(r.Op), frame[headerSize:])
	}
	f.Fuzz(func(t *testing.T, op byte, body []byte) {
		r, err := DecodeRequest(Header{Op: Op(op), Seq: 1}, body)
		if err != nil {
			return
		}
		h, again, err := ReadFrame(bytes.NewReader(AppendRequest(nil, r)), nil)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := DecodeRequest(h, again); err != nil {
			t.Fatalf("%+v does not survive: %v", r, err)
		}
	})
}

func FuzzReply(f *testing.F) {
	f.Add(byte(OpGet), AppendReply(nil, &Reply{Op: OpGet, Attrs: sampleAttrs()})[headerSize:])
	map1 := sai.Attr{ID: sai.QoSMapAttrMapToValueList, Value: sai.Other([]sai.QoSMap{{Key: sai.QoSMapParams{Dscp: 46}, Value: sai.QoSMapParams{Tc: 5}}})}
	f.Add(byte(OpGet), AppendReply(nil, &Reply{Op: OpGet, Type: sai.ObjectTypeQoSMap, Attrs: []sai.Attr{map1}})[headerSize:])
	f.Fuzz(func(t *testing.T, op byte, body []byte) {
		_, _ = DecodeReply(Header{Op: Op(op)}, body)
		_, _ = DecodeNotification(Header{Op: Op(op)}, body)
		_, _ = DecodeHello(body)
		_, _ = DecodeWelcome(body)
	})
}

func FuzzFrame(f *testing.F) {
	f.Add(AppendHello(nil, Hello{}))
	f.Fuzz(func(t *testing.T, b []byte) { _, _, _ = ReadFrame(bytes.NewReader(b), nil) })
}

func TestAnyRoute(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		raw := [16]byte(rapid.SliceOfN(rapid.Byte(), 16, 16).Draw(t, "addr"))
		p := netip.PrefixFrom(netip.AddrFrom16(raw), rapid.IntRange(0, 128).Draw(t, "bits"))
		if rapid.Bool().Draw(t, "v4") {
			p = netip.PrefixFrom(netip.AddrFrom4([4]byte(raw[:4])), rapid.IntRange(0, 32).Draw(t, "bits4"))
		}
		want := sai.EntryOf(sai.RouteEntry{Switch: 1, VR: 2, Destination: p})
		d := NewDecoder(AppendObject(nil, want))
		if got := d.Object(sai.ObjectTypeRouteEntry); d.Done() != nil || got != want {
			t.Fatalf("got %v, want %v (%v)", got, want, d.Done())
		}
	})
}

func BenchmarkDecodeRoutes(b *testing.B) {
	r := &Request{Seq: 1, Op: OpCreate, Type: sai.ObjectTypeRouteEntry, Switch: 1}
	for i := range 1000 {
		p := netip.PrefixFrom(netip.AddrFrom4([4]byte{10, byte(i >> 8), byte(i), 0}), 24)
		r.Create = append(r.Create, sai.NewObject{Object: sai.EntryOf(sai.RouteEntry{Switch: 1, VR: 2, Destination: p}), Attrs: []sai.Attr{{ID: 2, Value: sai.OID(5)}}})
	}
	frame := AppendRequest(nil, r)
	b.ReportAllocs()
	for b.Loop() {
		if _, err := DecodeRequest(Header{Op: OpCreate, Seq: 1}, frame[headerSize:]); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(float64(b.N)*1000/b.Elapsed().Seconds(), "routes/s")
}
