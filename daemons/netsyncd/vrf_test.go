package netsyncd

import (
	"testing"

	"golang.org/x/sys/unix"

	"github.com/heddle-nos/heddle/internal/kernel"
	"github.com/heddle-nos/heddle/internal/kernel/kerneltest"
	"github.com/heddle-nos/heddle/internal/statedb"
)

// TestKernelVRF: routes of a VRF's table are told with its name, those of the management VRF never; and so are neighbours.
func TestKernelVRF(t *testing.T) {
	b := newBench(t)
	kerneltest.NeedVRF(t, b.kernel)
	kerneltest.VRF(t, b.kernel, "Vrf-red", 1001, "Ethernet0")
	kerneltest.VRF(t, b.kernel, "mgmt", 5000, "eth0")
	kerneltest.Address(t, b.kernel, "Ethernet0", "fc00::1/126") // moving the device took it
	in := func(table int, prefix, dev, via string, metric int) {
		t.Helper()
		r := b.route(prefix, unix.RTPROT_BOOT, metric, dev, via)
		r.Table = table
		b.ok(b.kernel.RouteAdd(r))
	}
	in(1001, "10.1.0.0/16", "Ethernet0", "10.0.0.2", 0)
	in(5000, "0.0.0.0/0", "eth0", "172.16.0.2", 0)
	end := b.route("0.0.0.0/0", unix.RTPROT_KERNEL, kernel.UnreachableMetric)
	end.Table, end.Type = 1001, unix.RTN_UNREACHABLE
	b.ok(b.kernel.RouteAdd(end))
	b.start()
	via := statedb.Fields{"nexthop": "10.0.0.2", "ifname": "Ethernet0", "protocol": "kernel"}
	rows := map[string]statedb.Fields{"Vrf-red:10.1.0.0/16": via}
	b.becomes(b.appl(), "ROUTE_TABLE", rows)
	in(1001, "10.2.0.0/16", "Ethernet0", "10.0.0.2", 0)
	rows["Vrf-red:10.2.0.0/16"] = via
	b.becomes(b.appl(), "ROUTE_TABLE", rows)

	kerneltest.VRF(t, b.kernel, "Vrf-blue", 1002)
	in(1002, "10.1.0.0/16", "Ethernet0", "10.0.0.2", 0) // leaks from red
	rows["Vrf-blue:10.1.0.0/16"] = via
	b.becomes(b.appl(), "ROUTE_TABLE", rows)
	b.ok(b.kernel.LinkDel(kerneltest.Link(t, b.kernel, "Vrf-blue")))
	delete(rows, "Vrf-blue:10.1.0.0/16")
	b.becomes(b.appl(), "ROUTE_TABLE", rows)
}
