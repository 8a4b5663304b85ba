package dataplane

import (
	"bytes"
	"testing"
)

// stateVRF moves ports 1 and 2 of a router into table 7, where the prefixes of
// table 0 go elsewhere.
func (r *rig) stateVRF() {
	r.t.Helper()
	for id := RIFID(1); id <= 2; id++ {
		r.must(r.SetRIF(id, RIF{Kind: RIFPort, Port: PortID(id), VRF: 7, MAC: router, MTU: 1500, AdminV4: true, AdminV6: true}))
	}
	r.must(r.SetAdj(50, Adj{Action: AdjForward, RIF: 2, MAC: mac(50)}))
	for _, err := range r.UpdateRoutes(7, []RouteUpdate{
		route("0.0.0.0/0", adjDrop), route("10.0.3.0/24", 50), route("10.0.2.1/32", adjLocal), route("fc00:3::/64", 50),
	}) {
		r.must(err)
	}
}

func (r *rig) inVRF() {
	r.t.Helper()
	for proto, a := range map[uint16][2]string{0x0800: {"10.0.1.9", "10.0.3.4"}, 0x86dd: {"fc00:1::9", "fc00:3::4"}} {
		r.expect(1, ether(router, mac(9), 0, proto, udp(r.t, a[0], a[1], 64, 40)),
			map[PortID][]byte{2: ether(mac(50), router, 0, proto, udp(r.t, a[0], a[1], 63, 40))})
		// Table 0 has its own route there.
		r.expect(3, ether(router, mac(9), 0, proto, udp(r.t, a[0], a[1], 64, 40)),
			map[PortID][]byte{4: ether(mac(4), router, 100, proto, udp(r.t, a[0], a[1], 63, 40))})
	}
}

func TestVRF(t *testing.T) {
	r, cpu := newRouter(t)
	r.stateVRF()
	r.inVRF()
	r.expectDrop(1, ether(router, mac(9), 0, 0x0800, udp(t, "10.0.1.9", "20.1.1.1", 64, 40)), "drop route")
	toUs := ether(router, mac(9), 0, 0x0800, udp(t, "10.0.1.9", "10.0.2.1", 64, 40))
	r.wires[1].send(toUs)
	if got := cpu["Ethernet1"].receive(patience); !bytes.Equal(got, toUs) {
		t.Fatalf("the CPU got %x", got)
	}
	for _, u := range []RouteUpdate{{Prefix: route("10.0.3.0/24", 0).Prefix, Delete: true}, {Prefix: route("fc00:3::/64", 0).Prefix, Delete: true}} {
		if errs := r.UpdateRoutes(7, []RouteUpdate{u}); errs != nil {
			t.Fatal(errs)
		}
	}
	r.expectDrop(1, ether(router, mac(9), 0, 0x0800, udp(t, "10.0.1.9", "10.0.3.4", 64, 40)), "drop route")
	r.expectDrop(1, ether(router, mac(9), 0, 0x86dd, udp(t, "fc00:1::9", "fc00:3::4", 64, 40)), "no ipv6 route")
	if errs := r.UpdateRoutes(8, []RouteUpdate{{Prefix: route("10.0.3.0/24", 0).Prefix, Delete: true}}); errs == nil {
		t.Error("deleted a route that is not there")
	}
}

func TestVRFRestart(t *testing.T) {
	r, _ := newRouter(t)
	r.stateVRF()
	r.restart()
	r.inVRF()
	r.must(r.BeginSync())
	r.stateRouter()
	r.stateVRF()
	r.must(r.EndSync())
	r.inVRF()
	r.must(r.BeginSync())
	r.stateRouter()
	r.must(r.EndSync())
	for id, err := range map[string]error{"v4": r.UpdateRoutes(7, []RouteUpdate{{Prefix: route("10.0.3.0/24", 0).Prefix, Delete: true}})[0],
		"v6": r.UpdateRoutes(7, []RouteUpdate{{Prefix: route("fc00:3::/64", 0).Prefix, Delete: true}})[0]} {
		if err == nil {
			t.Errorf("%s route survived a sync without it", id)
		}
	}
}
