package view

import (
	"fmt"
	"net/netip"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/heddle-nos/heddle/daemons/syncd/vid"
	"github.com/heddle-nos/heddle/sai"
)

const sw = sai.ObjectID(0x21000000000000)

// world draws a consistent view: VLANs, router interfaces, next hops, routes.
// Ids are drawn from base on, so that two worlds may or may not share them.
type world struct {
	t    *rapid.T
	v    *View
	next uint64
}

func drawWorld(t *rapid.T, name string) *View {
	w := &world{t: t, v: New(), next: uint64(rapid.SampledFrom([]int{10, 10, 500}).Draw(t, name+" base"))}
	w.v.Add(sai.ObjectOf(sai.ObjectTypeSwitch, sw), nil, true)
	vr := w.given(sai.ObjectTypeVirtualRouter)
	var vlans, rifs, hops []sai.ObjectID
	for _, n := range rapid.SliceOfNDistinct(rapid.IntRange(2, 6), 0, 4, rapid.ID).Draw(t, name+" vlans") {
		vlans = append(vlans, w.object(sai.ObjectTypeVLAN,
			sai.Attr{ID: sai.VLANAttrVLANID, Value: sai.U16(uint16(n))},
			sai.Attr{ID: sai.VLANAttrLearnDisable, Value: sai.Bool(rapid.Bool().Draw(t, "learn"))}))
	}
	for _, vlan := range vlans {
		rifs = append(rifs, w.object(sai.ObjectTypeRouterInterface,
			sai.Attr{ID: sai.RouterInterfaceAttrVirtualRouterID, Value: sai.OID(vr)},
			sai.Attr{ID: sai.RouterInterfaceAttrType, Value: sai.Enum(sai.RouterInterfaceTypeVLAN)},
			sai.Attr{ID: sai.RouterInterfaceAttrVLANID, Value: sai.OID(vlan)},
			sai.Attr{ID: sai.RouterInterfaceAttrMTU, Value: sai.U32(uint32(rapid.SampledFrom([]int{1500, 9100}).Draw(t, "mtu")))}))
	}
	for i, rif := range rifs {
		ip := netip.AddrFrom4([4]byte{10, 0, byte(i), byte(rapid.IntRange(1, 3).Draw(t, "hop"))})
		hops = append(hops, w.object(sai.ObjectTypeNextHop,
			sai.Attr{ID: sai.NextHopAttrType, Value: sai.Enum(sai.NextHopTypeIP)},
			sai.Attr{ID: sai.NextHopAttrIP, Value: sai.IPAddr(ip)},
			sai.Attr{ID: sai.NextHopAttrRouterInterfaceID, Value: sai.OID(rif)}))
	}
	layouts := [][][]uint32{{{1, 2, 3, 4}}, {{1, 2}, {3, 4}}, {{3}, {1}, {2, 4}}, {}}
	for _, lanes := range rapid.SampledFrom(layouts).Draw(t, name+" ports") {
		port := w.object(sai.ObjectTypePort,
			sai.Attr{ID: sai.PortAttrHwLaneList, Value: sai.U32List(lanes)}, sai.Attr{ID: sai.PortAttrSpeed, Value: sai.U32(25000)})
		w.object(sai.ObjectTypeBridgePort,
			sai.Attr{ID: sai.BridgePortAttrType, Value: sai.Enum(sai.BridgePortTypePort)}, sai.Attr{ID: sai.BridgePortAttrPortID, Value: sai.OID(port)})
	}
	for _, n := range rapid.SliceOfNDistinct(rapid.IntRange(0, 9), 0, 6, rapid.ID).Draw(t, name+" routes") {
		attrs := []sai.Attr{{ID: sai.RouteEntryAttrPacketAction, Value: sai.Enum(sai.PacketActionDrop)}}
		if len(hops) > 0 {
			attrs = []sai.Attr{{ID: sai.RouteEntryAttrNextHopID, Value: sai.OID(rapid.SampledFrom(hops).Draw(t, "via"))}}
		}
		prefix := netip.PrefixFrom(netip.AddrFrom4([4]byte{20, byte(n), 0, 0}), 16)
		w.v.Add(sai.EntryOf(sai.RouteEntry{Switch: sw, VR: vr, Destination: prefix}), attrs, false)
	}
	return w.v
}

func (w *world) given(t sai.ObjectType) sai.ObjectID {
	id := vid.New(0, t, 1)
	w.v.Add(sai.ObjectOf(t, id), nil, true)
	return id
}

func (w *world) object(t sai.ObjectType, attrs ...sai.Attr) sai.ObjectID {
	w.next++
	id := vid.New(0, t, w.next)
	w.v.Add(sai.ObjectOf(t, id), attrs, false)
	return id
}

// dump describes the objects by content alone.
func dump(v *View) string {
	var lines []string
	v.Each(func(o *Object) { lines = append(lines, describe(v, o.ID, 0)) })
	slices.Sort(lines)
	return strings.Join(lines, "\n")
}

func describe(v *View, id sai.Object, depth int) string {
	o, ok := v.Get(id)
	if !ok || depth > 5 {
		return "?"
	}
	var b strings.Builder
	fmt.Fprintf(&b, "%d(", id.Type)
	if e, ok := id.Entry.(sai.RouteEntry); ok {
		b.WriteString(e.Destination.String())
	}
	info, _ := sai.ObjectTypeInfo(id.Type)
	for _, a := range o.Attrs {
		if m := info.Attr(a.ID); m.HasDefault && a.Value.Equal(m.Default) {
			continue
		}
		fmt.Fprintf(&b, " %d=", a.ID)
		if ref := a.Value.OID(); ref != 0 {
			b.WriteString(describe(v, sai.ObjectOf(vid.TypeOf(ref), ref), depth+1))
			continue
		}
		fmt.Fprint(&b, a.Value.Kind(), a.Value.Uint(), a.Value.Ref())
	}
	return b.String() + ")"
}

// apply carries a plan out on the view it was made for, as an ASIC would.
func apply(t *rapid.T, cur *View, p Plan) *View {
	alias := map[sai.ObjectID]sai.ObjectID{} // current id to wanted id
	for _, r := range p.Renames {            // whoever has the new id now has to leave it
		alias[r.To] = r.To | 1<<38
	}
	for _, r := range p.Renames {
		alias[r.From] = r.To
	}
	lookup := func(id sai.ObjectID) (sai.ObjectID, bool) {
		if to, ok := alias[id]; ok {
			return to, true
		}
		return id, true
	}
	out := New()
	cur.Each(func(o *Object) {
		id, _ := vid.Object(o.ID, lookup)
		attrs := slices.Clone(o.Attrs)
		_ = vid.Attrs(attrs, lookup)
		if _, dup := out.Get(id); dup {
			t.Fatalf("two objects are renamed to %v", id)
		}
		out.Add(id, attrs, o.Given)
	})
	remove := func(o sai.Object) {
		id, _ := vid.Object(o, lookup)
		out.Each(func(other *Object) {
			vid.References(other.ID, other.Attrs, func(ref sai.ObjectID) {
				if id.Entry == nil && ref == id.OID {
					t.Fatalf("%v is removed while %v refers to it", id, other.ID)
				}
			})
		})
		if !out.Remove(id) {
			t.Fatalf("%v is removed but not there", id)
		}
	}
	exists := func(o sai.Object, attrs []sai.Attr) {
		vid.References(o, attrs, func(ref sai.ObjectID) {
			if _, ok := out.Get(sai.ObjectOf(vid.TypeOf(ref), ref)); !ok {
				t.Fatalf("%v refers to %s, which is not there", o, ref)
			}
		})
	}
	for _, o := range p.Replaced {
		remove(o)
	}
	for _, n := range p.Creates {
		if _, dup := out.Get(n.Object); dup {
			t.Fatalf("%v is created twice", n.Object)
		}
		all := claims([]*Object{{ID: n.Object, Attrs: n.Attrs}})
		out.Each(func(o *Object) {
			if all.any(o) {
				t.Fatalf("%v is created while %v has its lanes", n.Object, o.ID)
			}
		})
		exists(n.Object, n.Attrs)
		out.Add(n.Object, n.Attrs, false)
	}
	for _, s := range p.Sets {
		o, ok := out.Get(s.Object)
		if !ok {
			t.Fatalf("%v is set but not there", s.Object)
		}
		exists(s.Object, []sai.Attr{s.Attr})
		o.Set(s.Attr)
	}
	for _, o := range p.Removes {
		remove(o)
	}
	return out
}

// TestAnyViewToAny: a plan leads from any view to any other, never leaving a
// dangling reference, and from there nothing is left to do.
func TestAnyViewToAny(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		cur, want := drawWorld(rt, "cur"), drawWorld(rt, "want")
		got := apply(rt, cur, Diff(cur, want))
		if d := cmp.Diff(dump(want), dump(got)); d != "" {
			rt.Fatal(d)
		}
		if again := Diff(got, want); !again.Empty() || len(again.Renames) > 0 {
			rt.Fatalf("not settled: %+v", again)
		}
	})
}

// TestSameContentNeedsNothing: the same objects under other ids are found.
func TestSameContentNeedsNothing(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		cur := drawWorld(rt, "cur")
		lookup := func(id sai.ObjectID) (sai.ObjectID, bool) {
			if o, ok := cur.Get(sai.ObjectOf(vid.TypeOf(id), id)); ok && o.Given {
				return id, true
			}
			return id + 0x1000, true
		}
		want := New()
		cur.Each(func(o *Object) {
			id, _ := vid.Object(o.ID, lookup)
			attrs := slices.Clone(o.Attrs)
			_ = vid.Attrs(attrs, lookup)
			want.Add(id, attrs, o.Given)
		})
		if p := Diff(cur, want); !p.Empty() {
			rt.Fatalf("got %+v", p)
		}
	})
}

func TestDefaultsReturn(t *testing.T) {
	cur, want := New(), New()
	id := sai.ObjectOf(sai.ObjectTypeVLAN, vid.New(0, sai.ObjectTypeVLAN, 5))
	number := sai.Attr{ID: sai.VLANAttrVLANID, Value: sai.U16(5)}
	cur.Add(id, []sai.Attr{number, {ID: sai.VLANAttrLearnDisable, Value: sai.Bool(true)}}, false)
	want.Add(id, []sai.Attr{number}, false)
	p := Diff(cur, want)
	if len(p.Sets) != 1 || p.Sets[0].Attr.ID != sai.VLANAttrLearnDisable || p.Sets[0].Attr.Value.Bool() {
		t.Errorf("got %+v", p)
	}
}
