package routingd

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/heddle-nos/heddle/internal/kernel/kerneltest"
	"github.com/heddle-nos/heddle/internal/statedb"
)

// TestVRFs: the same subnets in two VRFs, and a route that leaks from one into the other.
func TestVRFs(t *testing.T) {
	red := onLink("Ethernet4", 2, "10.0.0.1/24")
	red[0].vrf = "Vrf-red"
	r := compute(configure(t,
		"default|20.0.0.0/8 nexthop=10.0.0.2",
		"Vrf-red|20.0.0.0/8 nexthop=10.0.0.3",
		"Vrf-red|30.0.0.0/8 nexthop=10.0.0.2 nexthop-vrf=default",
		"Vrf-blue|30.0.0.0/8 nexthop=10.0.0.2",
		"Vrf-red|10.0.0.0/24 nexthop=10.0.0.3",
	), append(onLink("Ethernet0", 1, "10.0.0.1/24"), red...), nobody)
	route := func(via, ifname, protocol string) statedb.Fields {
		return statedb.Fields{"nexthop": via, "ifname": ifname, "protocol": protocol}
	}
	want := map[string]statedb.Fields{
		"10.0.0.0/24":         route("0.0.0.0", "Ethernet0", "connected"),
		"Vrf-red:10.0.0.0/24": route("0.0.0.0", "Ethernet4", "connected"),
		"20.0.0.0/8":          route("10.0.0.2", "Ethernet0", "static"),
		"Vrf-red:20.0.0.0/8":  route("10.0.0.3", "Ethernet4", "static"),
		"Vrf-red:30.0.0.0/8":  route("10.0.0.2", "Ethernet0", "static"),
	}
	if d := cmp.Diff(want, rowsOf(r)); d != "" {
		t.Error(d)
	}
	if len(r.kernel) != 3 || len(r.hold) != 3 {
		t.Errorf("kernel %v, resolved %v", r.kernel, r.hold)
	}
	if got := r.status["Vrf-blue|30.0.0.0/8"]["reason"]; got != "next hop 10.0.0.2 is not connected" {
		t.Errorf("waits because %q", got)
	}
}

// TestKernelVRF: routes of a VRF are in the kernel's table of it, as soon as there is one.
func TestKernelVRF(t *testing.T) {
	b := newBench(t)
	kerneltest.NeedVRF(t, b.kernel)
	b.ok(b.client.DB(statedb.ConfigDB).Set(t.Context(), "INTERFACE", "Ethernet1", statedb.Fields{"vrf_name": "Vrf-red"}))
	b.configure("10.9.0.0/16 nexthop=10.0.0.2")
	b.configure("Vrf-red|10.9.0.0/16 nexthop=10.0.1.2")
	b.configure("Vrf-red|10.8.0.0/16 nexthop=10.0.0.2 nexthop-vrf=default")
	stop := b.start()
	alone := map[string]string{"10.9.0.0/16": "1 10.0.0.2"}
	eventually(t, "kernel routes without the VRF", alone, b.kernelRoutes)
	kerneltest.VRF(t, b.kernel, "Vrf-red", 1001, "Ethernet1")
	all := map[string]string{"10.9.0.0/16": "1 10.0.0.2", "Vrf-red:10.9.0.0/16": "1 10.0.1.2", "Vrf-red:10.8.0.0/16": "1 10.0.0.2"}
	eventually(t, "kernel routes", all, b.kernelRoutes)
	eventually(t, "the number of subnets after the move", 3, func() int { return len(b.rows("connected")()) })
	stop()
	before := b.count()
	b.start()
	eventually(t, "kernel routes after a restart", all, b.kernelRoutes)
	if wrote := b.count() - before; wrote != 0 {
		t.Errorf("a restart wrote %d rows", wrote)
	}
	b.ok(b.client.DB(statedb.ConfigDB).Delete(t.Context(), "STATIC_ROUTE", "Vrf-red|10.9.0.0/16"))
	delete(all, "Vrf-red:10.9.0.0/16")
	eventually(t, "kernel routes after one has gone", all, b.kernelRoutes)
}
