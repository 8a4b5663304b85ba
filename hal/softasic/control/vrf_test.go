package control

import (
	"net/netip"
	"testing"

	"github.com/heddle-nos/heddle/hal/softasic/dataplane"
	"github.com/heddle-nos/heddle/sai"
)

func TestVirtualRouters(t *testing.T) {
	r := newRig(t)
	other := r.create(sai.ObjectTypeVirtualRouter)
	rif1 := r.portRIF(0)
	main := r.vr
	r.vr = other
	rif2 := r.portRIF(1)
	ip, dst := netip.MustParseAddr("10.0.0.2"), netip.MustParseAddr("192.0.2.1")
	for _, rif := range []sai.ObjectID{rif1, rif2} {
		r.enter(sai.NeighborEntry{Switch: r.sw, RIF: rif, IP: ip}, attr(sai.NeighborEntryAttrDstMACAddress, sai.MACValue(sai.MAC{2, byte(rif)})))
	}
	r.route("192.0.2.0/24", r.nextHop(rif2, "10.0.0.2"))
	r.vr = main
	mainRoute := r.route("192.0.2.0/24", rif1)
	want := func(vrf dataplane.VRFID, to netip.Addr, action dataplane.AdjAction, rif dataplane.RIFID) {
		t.Helper()
		if a, _ := r.plane.AdjIn(vrf, to); a.Action != action || a.RIF != rif {
			t.Errorf("table %d, to %s: %+v", vrf, to, a)
		}
	}
	want(0, ip, dataplane.AdjForward, 1)
	want(1, ip, dataplane.AdjForward, 2)
	want(0, dst, dataplane.AdjGlean, 1)
	want(1, dst, dataplane.AdjForward, 2)
	r.remove(sai.EntryOf(mainRoute))
	want(0, dst, 0, 0)
	want(1, dst, dataplane.AdjForward, 2)
	if got := r.plane.RIF(2); got.VRF != 1 || !got.AdminV4 {
		t.Errorf("router interface 2: %+v", got)
	}
	o := sai.ObjectOf(sai.ObjectTypeVirtualRouter, other)
	r.set(o, sai.VirtualRouterAttrAdminV4State, sai.Bool(false))
	r.set(o, sai.VirtualRouterAttrSrcMACAddress, sai.MACValue(sai.MAC{2, 7}))
	if got := r.plane.RIF(2); got.AdminV4 || !got.AdminV6 || got.MAC != (dataplane.MAC{2, 7}) {
		t.Errorf("router interface 2: %+v", got)
	}
	if got := r.plane.RIF(1); !got.AdminV4 || got.MAC == (dataplane.MAC{2, 7}) {
		t.Errorf("router interface 1: %+v", got)
	}
	r.want("remove a router in use", r.store.Remove([]sai.Object{o}, false)[0], sai.StatusObjectInUse)
}
