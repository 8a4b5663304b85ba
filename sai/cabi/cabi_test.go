package cabi_test

import (
	"errors"
	"net/netip"
	"reflect"
	"testing"

	"github.com/heddle-nos/heddle/sai"
	"github.com/heddle-nos/heddle/sai/cabi"
	"github.com/heddle-nos/heddle/sai/saitest"
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

func TestEveryAttributeRoundTrips(t *testing.T) {
	for n := sai.ObjectType(1); n < sai.ObjectTypeMax; n++ {
		o, _ := sai.ObjectTypeInfo(n)
		for i := range o.Attrs {
			m, mem := &o.Attrs[i], &arena{map[uint64][]byte{}}
			v := saitest.Sample(m)
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

func TestEveryImageRoundTrips(t *testing.T) {
	for n := sai.ObjectType(1); n < sai.ObjectTypeMax; n++ {
		o, _ := sai.ObjectTypeInfo(n)
		for i := range o.Attrs {
			m := &o.Attrs[i]
			v := saitest.Sample(m)
			b, err := cabi.AppendImage([]byte("before"), m, v)
			if err != nil || string(b[:6]) != "before" {
				t.Error(err)
				continue
			}
			if w, err := cabi.ParseImage(b[6:], m); err != nil || !w.Equal(v) {
				t.Errorf("%s: %v became %v %v", m.Name, v, w, err)
			}
		}
	}
}

// TestImagesDoNotExplode: lists in an image may not share bytes, or a few of
// them would stand for many.
func TestImagesDoNotExplode(t *testing.T) {
	serdes, _ := sai.ObjectTypeInfo(sai.ObjectTypePortSerdes)
	m := serdes.Attr(sai.PortSerdesAttrTxFirTapsList)
	b, err := cabi.AppendImage(nil, m, sai.Other([][]int32{{1, 2, 3, 4}, {5, 6, 7, 8}}))
	if err != nil {
		t.Fatal(err)
	}
	first, second := b[cabi.ValueSize:], b[cabi.ValueSize+16:]
	copy(second[:16], first[:16])
	if v, err := cabi.ParseImage(b, m); err != nil || len(v.Ref().([][]int32)) != 2 {
		t.Fatalf("within what was given: %v %v", v, err)
	}
	b = b[:cabi.ValueSize+32+16]
	if v, err := cabi.ParseImage(b, m); err == nil {
		t.Errorf("more elements than bytes: %v", v)
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

var entries = saitest.Entries()

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

func FuzzImage(f *testing.F) {
	f.Add(int32(1), uint32(8), make([]byte, 64))
	f.Add(int32(sai.ObjectTypeQoSMap), uint32(sai.QoSMapAttrMapToValueList), make([]byte, 128))
	f.Fuzz(func(t *testing.T, ot int32, id uint32, image []byte) {
		info, ok := sai.ObjectTypeInfo(sai.ObjectType(ot))
		if !ok || info.Attr(sai.AttrID(id)) == nil {
			return
		}
		m := info.Attr(sai.AttrID(id))
		v, err := cabi.ParseImage(image, m)
		if err != nil {
			return
		}
		again, err := cabi.AppendImage(nil, m, v)
		if err != nil {
			return // an address of a union that the element's type does not have
		}
		if w, err := cabi.ParseImage(again, m); err != nil || !w.Equal(v) {
			t.Fatalf("%s: %v became %v %v", m.Name, v, w, err)
		}
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
