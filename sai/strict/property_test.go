package strict

import (
	"net/netip"
	"testing"

	"pgregory.net/rapid"

	"github.com/heddle-nos/heddle/sai"
)

// logEntry is one reported change.
type logEntry struct {
	op Op
	c  Change
}

// machine drives a store at random and keeps what it reported.
type machine struct {
	store *Store
	log   []logEntry
	sw    sai.ObjectID
	fail  bool
}

func (m *machine) commit(op Op, cs []Change) {
	for _, c := range cs {
		m.log = append(m.log, logEntry{op, c})
	}
}

// pick draws an existing object of a type, or a wrong one.
func (m *machine) pick(t *rapid.T, typ sai.ObjectType) sai.ObjectID {
	keys := m.store.Keys(typ)
	if len(keys) == 0 || rapid.IntRange(0, 9).Draw(t, "wrong") == 0 {
		return sai.ObjectID(rapid.Uint64().Draw(t, "id"))
	}
	return rapid.SampledFrom(keys).Draw(t, typ.String()).OID
}

func (m *machine) create(t *rapid.T) {
	type maker struct {
		typ   sai.ObjectType
		entry func() sai.Entry
		attrs func() []sai.Attr
	}
	prefix := func() netip.Prefix {
		return netip.PrefixFrom(netip.AddrFrom4([4]byte{10, rapid.Byte().Draw(t, "o") & 3, 0, 0}), 16)
	}
	makers := []maker{
		{sai.ObjectTypeVLAN, nil, func() []sai.Attr { return vlanAttrs(rapid.Uint16Range(0, 6).Draw(t, "vid")) }},
		{sai.ObjectTypeVLANMember, nil, func() []sai.Attr {
			return []sai.Attr{{ID: sai.VLANMemberAttrVLANID, Value: sai.OID(m.pick(t, sai.ObjectTypeVLAN))},
				{ID: sai.VLANMemberAttrBridgePortID, Value: sai.OID(m.pick(t, sai.ObjectTypeBridgePort))}}
		}},
		{sai.ObjectTypeRouterInterface, nil, func() []sai.Attr {
			return []sai.Attr{{ID: sai.RouterInterfaceAttrVirtualRouterID, Value: sai.OID(m.pick(t, sai.ObjectTypeVirtualRouter))},
				{ID: sai.RouterInterfaceAttrType, Value: sai.Enum(sai.RouterInterfaceTypeVLAN)},
				{ID: sai.RouterInterfaceAttrVLANID, Value: sai.OID(m.pick(t, sai.ObjectTypeVLAN))}}
		}},
		{sai.ObjectTypeRouteEntry, func() sai.Entry {
			return sai.RouteEntry{Switch: m.sw, VR: m.pick(t, sai.ObjectTypeVirtualRouter), Destination: prefix()}
		}, func() []sai.Attr {
			return []sai.Attr{{ID: sai.RouteEntryAttrNextHopID, Value: sai.OID(m.pick(t, sai.ObjectTypeRouterInterface))}}
		}},
	}
	k := rapid.SampledFrom(makers).Draw(t, "kind")
	n := sai.NewObject{Attrs: k.attrs()}
	if k.entry != nil {
		n.Object = sai.EntryOf(k.entry())
	}
	m.store.Create(k.typ, m.sw, []sai.NewObject{n}, false)
}

func (m *machine) any(t *rapid.T) sai.Object {
	var objs []sai.Object
	for _, typ := range []sai.ObjectType{sai.ObjectTypeVLAN, sai.ObjectTypeVLANMember, sai.ObjectTypeRouterInterface, sai.ObjectTypeRouteEntry, sai.ObjectTypePort} {
		objs = append(objs, m.store.Keys(typ)...)
	}
	return rapid.SampledFrom(objs).Draw(t, "object")
}

func (m *machine) set(t *rapid.T) {
	obj := m.any(t)
	attr := sai.Attr{ID: sai.RouteEntryAttrNextHopID, Value: sai.OID(m.pick(t, sai.ObjectTypeRouterInterface))}
	if obj.Type != sai.ObjectTypeRouteEntry {
		attr = sai.Attr{ID: sai.RouterInterfaceAttrMTU, Value: sai.U32(rapid.Uint32().Draw(t, "mtu"))}
	}
	m.store.Set([]sai.Object{obj}, []sai.Attr{attr}, false)
}

// danglers lists references to objects that do not exist.
func (m *machine) danglers() (bad []sai.ObjectID) {
	m.store.Read(func(v View) {
		for typ, tab := range m.store.tables {
			sc := m.store.schemaOf(typ)
			tab.each(func(o sai.Object, attrs []sai.Attr) {
				for _, a := range attrs {
					if !m.store.refsValid(sc.meta.Attr(a.ID), a.Value) {
						bad = append(bad, a.Value.OID())
					}
				}
			})
		}
	})
	return bad
}

// TestAnyHistory: whatever clients do and hardware refuses, no reference
// dangles, and a store rebuilt from the reported changes equals the original
// and goes on like it.
func TestAnyHistory(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		m := &machine{}
		opt := Options{Ports: []Port{{Lanes: []uint32{1}}, {Lanes: []uint32{2}}}, Commit: m.commit, Backend: (*moody)(m)}
		m.store = New(opt)
		objs := []sai.NewObject{{Attrs: []sai.Attr{{ID: sai.SwitchAttrInitSwitch, Value: sai.Bool(true)}}}}
		m.store.Create(sai.ObjectTypeSwitch, 0, objs, false)
		m.sw = objs[0].OID
		for range rapid.IntRange(1, 60).Draw(t, "steps") {
			before := m.store.Dump()
			m.fail = rapid.IntRange(0, 4).Draw(t, "refuse") == 0
			switch rapid.IntRange(0, 3).Draw(t, "op") {
			case 0, 1:
				m.create(t)
			case 2:
				m.set(t)
			case 3:
				m.store.Remove([]sai.Object{m.any(t)}, false)
			}
			if after := m.store.Dump(); m.fail && after != before {
				t.Fatalf("refused, yet changed:\n%s\n%s", before, after)
			}
			if bad := m.danglers(); len(bad) > 0 {
				t.Fatalf("dangling: %v", bad)
			}
		}
		checkRestore(t, m)
	})
}

func checkRestore(t *rapid.T, m *machine) {
	twin := New(Options{Ports: m.store.opt.Ports})
	err := twin.Restore(func(r *Restorer) error {
		for _, e := range m.log {
			switch e.op {
			case OpCreate:
				r.Put(e.c.Object, e.c.Attrs)
			case OpSet:
				r.Set(e.c.Object, e.c.Attrs[0])
			case OpRemove:
				r.Remove(e.c.Object)
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if got, want := twin.Dump(), m.store.Dump(); got != want {
		t.Fatalf("restored:\n%s\nwant:\n%s", got, want)
	}
	for typ, tab := range m.store.tables {
		for id, r := range tab.byOID {
			if got := twin.tables[typ].byOID[id]; got.refs != r.refs || got.permanent != r.permanent {
				t.Fatalf("%s: restored %+v, want %+v", id, got, r)
			}
		}
	}
}

// moody is hardware that refuses everything while machine.fail is set.
type moody machine

func (m *moody) Apply(_ View, _ Op, changes []Change, _ bool) []sai.Status {
	out := make([]sai.Status, len(changes))
	for i := range out {
		if m.fail {
			out[i] = sai.StatusTableFull
		}
	}
	return out
}

func (m *moody) Stats(View, sai.Object, []sai.StatID, sai.StatsMode) ([]uint64, sai.Status) {
	return nil, sai.StatusNotSupported
}
func (m *moody) ClearStats(View, sai.Object, []sai.StatID) sai.Status {
	return sai.StatusNotSupported
}
func (m *moody) Flush(View, Flush) sai.Status { return sai.StatusSuccess }
