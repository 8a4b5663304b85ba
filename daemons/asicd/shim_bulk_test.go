//go:build cgo

package asicd

import (
	"slices"
	"testing"

	"github.com/heddle-nos/heddle/sai"
)

// TestShimReadsInBulk asks for more routes than one request carries, and for
// one that is not there.
func TestShimReadsInBulk(t *testing.T) {
	r := newShimRig(t)
	const n = 9000
	routes := routesRequest(r.sw, r.vr, r.cpu, 0, n).Create
	for i, st := range r.lib.Create(sai.ObjectTypeRouteEntry, r.sw, routes, false) {
		if st != sai.StatusSuccess {
			t.Fatalf("create route %d: %s", i, st)
		}
	}
	const missing = 4711
	r.want("remove", r.lib.Remove([]sai.Object{routes[missing].Object}, false)[0], sai.StatusSuccess)
	gets := make([]sai.NewObject, n)
	for i := range gets {
		gets[i] = sai.NewObject{Object: routes[i].Object, Attrs: []sai.Attr{{ID: sai.RouteEntryAttrNextHopID}, {ID: sai.RouteEntryAttrPacketAction}}}
	}
	for i, st := range r.lib.GetBulk(gets) {
		if i == missing {
			r.want("missing route", st, sai.StatusItemNotFound)
		} else if got := gets[i].Attrs[0].Value; st != sai.StatusSuccess || !got.Equal(sai.OID(r.cpu)) {
			t.Fatalf("route %d: %s, next hop %s", i, st, got)
		}
	}
}

// TestShimReadsWithoutBulk reads a type that SAI has no bulk get for.
func TestShimReadsWithoutBulk(t *testing.T) {
	r := newShimRig(t)
	gets := make([]sai.NewObject, 3)
	for i := range gets {
		gets[i] = sai.NewObject{Object: sai.ObjectOf(sai.ObjectTypeSwitch, r.sw), Attrs: []sai.Attr{{ID: sai.SwitchAttrPortList}}}
	}
	for i, st := range r.lib.GetBulk(gets) {
		if st != sai.StatusSuccess || len(gets[i].Attrs[0].Value.OIDs()) != 2 {
			t.Errorf("get %d: %s %s", i, st, gets[i].Attrs[0].Value)
		}
	}
}

// TestShimCountsInBulk reads counters of more ports than one request carries;
// the echo knows all but one.
func TestShimCountsInBulk(t *testing.T) {
	lib := newEcho(t)
	objs := make([]sai.Object, 9000)
	for i := range objs {
		objs[i] = sai.ObjectOf(sai.ObjectTypePort, sai.ObjectID(i))
	}
	ids := []sai.StatID{1, 7, 4}
	values, statuses := lib.StatsBulk(objs, ids, sai.StatsModeRead)
	for i, st := range statuses {
		if i == echoMissing {
			if st != sai.StatusItemNotFound {
				t.Errorf("missing port: %s", st)
			}
			continue
		}
		want := []uint64{uint64(i)*10 + 1, uint64(i)*10 + 7, uint64(i)*10 + 4}
		if got := values[3*i : 3*i+3]; st != sai.StatusSuccess || !slices.Equal(got, want) {
			t.Fatalf("port %d: %s, %d, want %d", i, st, got, want)
		}
	}
	route := []sai.Object{routesRequest(1, 2, 3, 0, 1).Create[0].Object}
	if _, st := lib.StatsBulk(route, ids, sai.StatsModeRead); st[0] != sai.StatusInvalidParameter {
		t.Errorf("counters of a route: %s", st[0])
	}
}

// TestASICCountsInBulk: each port answers for itself.
func TestASICCountsInBulk(t *testing.T) {
	r := newShimRig(t)
	gets := []sai.Attr{{ID: sai.SwitchAttrPortList}}
	r.want("get ports", r.lib.Get(sai.ObjectOf(sai.ObjectTypeSwitch, r.sw), gets), sai.StatusSuccess)
	var objs []sai.Object
	for _, id := range append(gets[0].Value.OIDs(), r.vr) {
		objs = append(objs, sai.ObjectOf(sai.ObjectTypePort, id))
	}
	_, st := r.lib.StatsBulk(objs, []sai.StatID{sai.StatID(sai.PortStatIfInOctets)}, sai.StatsModeReadAndClear)
	if want := []sai.Status{sai.StatusSuccess, sai.StatusSuccess, sai.StatusInvalidObjectType}; !slices.Equal(st, want) {
		t.Errorf("got %v, want %v", st, want)
	}
	_, st = r.lib.StatsBulk(objs[:2], []sai.StatID{sai.StatID(sai.PortStatPfc0RxPkts)}, sai.StatsModeRead)
	r.want("a counter that it has not", st[1], sai.StatusNotSupported)
}
