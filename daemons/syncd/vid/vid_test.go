package vid

import (
	"errors"
	"net/netip"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"pgregory.net/rapid"

	"github.com/heddle-nos/heddle/sai"
)

func TestLayout(t *testing.T) {
	for _, c := range []struct {
		sw    uint8
		typ   sai.ObjectType
		index uint64
		want  string
	}{
		{0, sai.ObjectTypeSwitch, 0, "oid:0x21000000000000"},
		{0, sai.ObjectTypePort, 0x34, "oid:0x1000000000034"},
		{0, sai.ObjectTypeVirtualRouter, 2, "oid:0x3000000000002"},
		{2, sai.ObjectTypeVLAN, 0x27, "oid:0x226000000000027"},
		{0, extensionBase + 1, 5, "oid:0x1008000000005"},
	} {
		id := New(c.sw, c.typ, c.index)
		if id.String() != c.want {
			t.Errorf("%v: got %s, want %s", c, id, c.want)
		}
		if TypeOf(id) != c.typ || SwitchIndex(id) != c.sw || Index(id) != c.index {
			t.Errorf("%s: got type %d of switch %d, index %d", id, TypeOf(id), SwitchIndex(id), Index(id))
		}
	}
	if got := SwitchOf(New(3, sai.ObjectTypePort, 9)); got != 0x0321000000000003 {
		t.Errorf("switch of a port: got %s", got)
	}
}

// journal replays what the bindings report.
type journal map[sai.ObjectID]sai.ObjectID

func (j journal) Bound(vid, rid sai.ObjectID) { j[vid] = rid }
func (j journal) Unbound(vid, _ sai.ObjectID) { delete(j, vid) }

// TestBindings: whatever is bound and unbound, the mapping is one to one and
// its log leads to the same mapping.
func TestBindings(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		log := journal{}
		b := NewBindings(log)
		for range rapid.IntRange(1, 60).Draw(rt, "steps") {
			vid := sai.ObjectID(rapid.IntRange(1, 8).Draw(rt, "vid"))
			if rapid.Bool().Draw(rt, "bind") {
				b.Bind(vid, sai.ObjectID(rapid.IntRange(100, 108).Draw(rt, "rid")))
			} else {
				b.Unbind(vid)
			}
			for v, r := range b.All() {
				if got, ok := b.VID(r); !ok || got != v {
					rt.Fatalf("%s stands for %s, which stands for %s", v, r, got)
				}
			}
			if d := cmp.Diff(map[sai.ObjectID]sai.ObjectID(log), b.All(), cmpopts.EquateEmpty()); d != "" {
				rt.Fatal(d)
			}
		}
	})
	b := NewBindings(journal{})
	if r, ok := b.RID(sai.NullObjectID); !ok || r != sai.NullObjectID {
		t.Error("null does not stand for itself")
	}
}

func plusOne(id sai.ObjectID) (sai.ObjectID, bool) {
	if id == sai.NullObjectID {
		return id, true
	}
	return id + 1, id < 1000
}

func TestTranslate(t *testing.T) {
	addr := netip.MustParseAddr("10.0.0.1")
	for _, c := range []struct{ in, want sai.Entry }{
		{sai.RouteEntry{Switch: 1, VR: 2}, sai.RouteEntry{Switch: 2, VR: 3}},
		{sai.NeighborEntry{Switch: 1, RIF: 2, IP: addr}, sai.NeighborEntry{Switch: 2, RIF: 3, IP: addr}},
		{sai.FDBEntry{Switch: 1, BV: 2}, sai.FDBEntry{Switch: 2, BV: 3}},
		{sai.InsegEntry{Switch: 1, Label: 7}, sai.InsegEntry{Switch: 2, Label: 7}},
		{sai.NATEntry{Switch: 1, VR: 0}, sai.NATEntry{Switch: 2, VR: 0}},
		{sai.MySIDEntry{Switch: 1, VR: 2}, sai.MySIDEntry{Switch: 2, VR: 3}},
		{sai.L2MCEntry{Switch: 1, BV: 2}, sai.L2MCEntry{Switch: 2, BV: 3}},
	} {
		got, err := Object(sai.EntryOf(c.in), plusOne)
		if err != nil || got != sai.EntryOf(c.want) {
			t.Errorf("%#v: got %#v, %v", c.in, got.Entry, err)
		}
	}
	for _, c := range []struct{ in, want sai.Value }{
		{sai.OID(5), sai.OID(6)},
		{sai.OID(0), sai.OID(0)},
		{sai.U32(5), sai.U32(5)},
		{sai.OIDList([]sai.ObjectID{1, 2}), sai.OIDList([]sai.ObjectID{2, 3})},
		{sai.Other(sai.ACLField{Enable: true, Data: sai.OID(1)}), sai.Other(sai.ACLField{Enable: true, Data: sai.OID(2)})},
		{sai.Other(sai.ACLAction{Enable: true, Param: sai.OIDList([]sai.ObjectID{1})}),
			sai.Other(sai.ACLAction{Enable: true, Param: sai.OIDList([]sai.ObjectID{2})})},
	} {
		if got, err := Value(c.in, plusOne); err != nil || !got.Equal(c.want) {
			t.Errorf("%v: got %v, %v", c.in, got, err)
		}
	}
	var unknown UnknownError
	if _, err := Value(sai.OIDList([]sai.ObjectID{1, 4000}), plusOne); !errors.As(err, &unknown) || unknown.ID != 4000 {
		t.Errorf("unknown id: got %v", err)
	}
	if _, err := Object(sai.EntryOf(sai.RouteEntry{Switch: 1, VR: 4000}), plusOne); !errors.As(err, &unknown) {
		t.Errorf("unknown id in an entry: got %v", err)
	}
}

func TestReferences(t *testing.T) {
	var got []sai.ObjectID
	o := sai.EntryOf(sai.RouteEntry{Switch: 1, VR: 2})
	References(o, []sai.Attr{{Value: sai.OID(3)}, {Value: sai.OID(0)}, {Value: sai.U8(9)}}, func(id sai.ObjectID) { got = append(got, id) })
	if d := cmp.Diff([]sai.ObjectID{1, 2, 3}, got); d != "" {
		t.Error(d)
	}
}
