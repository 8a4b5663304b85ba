//go:build cgo

package asicd

import (
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
