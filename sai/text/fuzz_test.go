package text_test

import (
	"testing"

	"github.com/heddle-nos/heddle/sai"
	"github.com/heddle-nos/heddle/sai/text"
)

// What decodes must encode, and the text of it must decode to the same value.
func FuzzAttr(f *testing.F) {
	for _, c := range attrs {
		f.Add(int32(c.t), uint32(c.attr.ID), c.value)
	}
	f.Fuzz(func(t *testing.T, ot int32, id uint32, value string) {
		m, ok := sai.ObjectTypeInfo(sai.ObjectType(ot))
		if !ok || m.Attr(sai.AttrID(id)) == nil {
			return
		}
		a := m.Attr(sai.AttrID(id))
		_, _, _ = text.DecodePlaceholder(m.Type, a.Name, value)
		v, err := text.ParseValue(a, value)
		if err != nil {
			return
		}
		b, err := text.AppendValue(nil, a, v)
		if err != nil {
			t.Fatalf("%s: %q decodes to %v but does not encode: %v", a.Name, value, v, err)
		}
		w, err := text.ParseValue(a, string(b))
		if err != nil || !w.Equal(v) {
			t.Fatalf("%s: %q became %q, which decodes to %v %v", a.Name, value, b, w, err)
		}
	})
}

func FuzzObject(f *testing.F) {
	for _, c := range objects {
		f.Add(c.key)
	}
	f.Fuzz(func(t *testing.T, key string) {
		o, err := text.DecodeObject(key)
		if err != nil {
			return
		}
		again, err := text.DecodeObject(text.EncodeObject(o))
		if err != nil || again != o {
			t.Fatalf("%q became %q: %v", key, text.EncodeObject(o), err)
		}
	})
}

func BenchmarkDecodeRoute(b *testing.B) {
	key := objects[1].key
	for b.Loop() {
		if _, err := text.DecodeObject(key); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkEncodeRoute(b *testing.B) {
	var buf []byte
	e := objects[1].object.Entry
	for b.Loop() {
		buf, _ = text.AppendEntry(buf[:0], e)
	}
}

func BenchmarkDecodeRouteAttr(b *testing.B) {
	for b.Loop() {
		if _, err := text.DecodeAttr(sai.ObjectTypeRouteEntry, "SAI_ROUTE_ENTRY_ATTR_NEXT_HOP_ID", "oid:0x40000000005b5"); err != nil {
			b.Fatal(err)
		}
	}
}
