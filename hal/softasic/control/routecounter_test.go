package control

import (
	"net/netip"
	"testing"

	"github.com/heddle-nos/heddle/hal/softasic/dataplane"
	"github.com/heddle-nos/heddle/sai"
	"github.com/heddle-nos/heddle/sai/strict"
)

// counter makes a counter, and counts reads its packets.
func (r *rig) counter() sai.ObjectID {
	return r.create(sai.ObjectTypeCounter, attr(sai.CounterAttrType, sai.Enum(sai.CounterTypeRegular)))
}

func (r *rig) counts(counter sai.ObjectID, want uint64) {
	r.Helper()
	got, st := r.store.Stats(sai.ObjectOf(sai.ObjectTypeCounter, counter), []sai.StatID{sai.StatID(sai.CounterStatPackets)}, sai.StatsModeRead)
	if st != sai.StatusSuccess || got[0] != want {
		r.Errorf("counter has %v packets (%s), want %d", got, st, want)
	}
}

// TestRouteCounter: a route that gets a counter, goes elsewhere and loses the
// counter forwards all along, and its packets are counted while it has it.
func TestRouteCounter(t *testing.T) {
	r := newRig(t)
	rif1, rif2 := r.portRIF(1), r.portRIF(2)
	route := sai.EntryOf(r.route("20.0.0.0/8", rif1))
	dst := netip.MustParseAddr("20.1.1.1")
	goes := func(rif sai.ObjectID) {
		t.Helper()
		if adj, ok := r.plane.Routed(dst, 100); !ok || adj != (dataplane.Adj{Action: dataplane.AdjGlean, RIF: rifID(rif)}) {
			t.Errorf("packets go to %+v", adj)
		}
	}
	counter := r.counter()
	goes(rif1)
	r.counts(counter, 0)
	r.set(route, sai.RouteEntryAttrCounterID, sai.OID(counter))
	goes(rif1)
	r.counts(counter, 1)
	r.set(route, sai.RouteEntryAttrNextHopID, sai.OID(rif2))
	goes(rif2)
	r.counts(counter, 2)

	other := sai.RouteEntry{Switch: r.sw, VR: r.vr, Destination: netip.MustParsePrefix("30.0.0.0/8")}
	mine := []sai.Attr{attr(sai.RouteEntryAttrNextHopID, sai.OID(rif1)), attr(sai.RouteEntryAttrCounterID, sai.OID(counter))}
	st := r.store.Create(sai.ObjectTypeRouteEntry, r.sw, []sai.NewObject{{Object: sai.EntryOf(other), Attrs: mine}}, false)
	r.want("the counter of another route", st[0], sai.StatusObjectInUse)
	goes(rif2)
	r.counts(counter, 3)

	second := r.counter()
	r.set(route, sai.RouteEntryAttrCounterID, sai.OID(second))
	goes(rif2)
	r.counts(counter, 3)
	r.counts(second, 1)
	r.enter(other, mine...)
	r.remove(sai.EntryOf(other))
	r.remove(sai.ObjectOf(sai.ObjectTypeCounter, counter))
	r.counts(r.counter(), 0) // it has the index of the one before
	r.set(route, sai.RouteEntryAttrCounterID, sai.OID(sai.NullObjectID))
	goes(rif2)
	r.counts(second, 1)
	r.remove(sai.ObjectOf(sai.ObjectTypeCounter, second))
	r.remove(route)
}

// TestRouteCounterRefused: a change that the pipeline refuses, or that a bulk takes
// back, leaves route and counter as they were.
func TestRouteCounterRefused(t *testing.T) {
	r := newRig(t)
	rif1, rif2 := r.portRIF(1), r.portRIF(2)
	counter, second := r.counter(), r.counter()
	dst := netip.MustParseAddr("20.1.1.1")
	route := r.route("20.0.0.0/8", rif1)
	r.set(sai.EntryOf(route), sai.RouteEntryAttrCounterID, sai.OID(counter))
	missing := sai.EntryOf(sai.RouteEntry{Switch: r.sw, VR: r.vr, Destination: netip.MustParsePrefix("40.0.0.0/8")})
	for _, a := range []sai.Attr{attr(sai.RouteEntryAttrNextHopID, sai.OID(rif2)), attr(sai.RouteEntryAttrCounterID, sai.OID(second)), attr(sai.RouteEntryAttrCounterID, sai.OID(sai.NullObjectID))} {
		st := r.store.Set([]sai.Object{missing, sai.EntryOf(route)}, []sai.Attr{a, a}, true)
		r.want("behind a failure", st[1], sai.StatusNotExecuted)
		if adj, ok := r.plane.Routed(dst, 1); !ok || adj.RIF != rifID(rif1) {
			t.Errorf("packets go to %+v", adj)
		}
	}
	r.counts(counter, 3)
	r.counts(second, 0)
	r.plane.MaxRoutes = r.plane.Routes()
	full := sai.NewObject{Object: missing, Attrs: []sai.Attr{attr(sai.RouteEntryAttrNextHopID, sai.OID(rif1)), attr(sai.RouteEntryAttrCounterID, sai.OID(second))}}
	r.want("create in a full table", r.store.Create(sai.ObjectTypeRouteEntry, r.sw, []sai.NewObject{full}, false)[0], sai.StatusTableFull)
	r.remove(sai.ObjectOf(sai.ObjectTypeCounter, second))
}

// TestRouteCounterRestart: after a restart of the control plane the route has its
// counter, with all that it counted.
func TestRouteCounterRestart(t *testing.T) {
	r := newRig(t)
	counter := r.counter()
	route := r.route("20.0.0.0/8", r.portRIF(1))
	r.set(sai.EntryOf(route), sai.RouteEntryAttrCounterID, sai.OID(counter))
	r.plane.Routed(netip.MustParseAddr("20.1.1.1"), 1)
	old := r.store
	r.build()
	if err := r.store.Restore(func(re *strict.Restorer) error {
		old.Save(re.Generation, func(o sai.Object, a []sai.Attr) { re.Put(o, a) })
		return nil
	}); err != nil {
		t.Fatal(err)
	}
	if err := r.control.Sync(r.store); err != nil {
		t.Fatal(err)
	}
	r.plane.Routed(netip.MustParseAddr("20.1.1.1"), 1)
	r.counts(counter, 2)
	r.remove(sai.EntryOf(route))
	r.remove(sai.ObjectOf(sai.ObjectTypeCounter, counter))
}
