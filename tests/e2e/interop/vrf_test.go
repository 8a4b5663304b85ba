package interop_test

import (
	"testing"

	"github.com/vishvananda/netlink"
	"golang.org/x/sys/unix"

	"github.com/heddle-nos/heddle/internal/kernel/kerneltest"
	"github.com/heddle-nos/heddle/internal/statedb"
)

// TestVRF learns one prefix from a neighbour in a VRF and from one in none. Each way is where it belongs, in APPL_DB and in the kernel, and goes
// with its neighbour.
func TestVRF(t *testing.T) {
	const table = 1001
	d := newSwitch(t, device65001, "BGP_NEIGHBOR|default|10.0.1.2 asn=65003 passive_mode=true", "VRF|Vrf-red", "INTERFACE|Ethernet0 vrf_name=Vrf-red",
		"BGP_GLOBALS|Vrf-red local_asn=65001 router_id=10.255.0.9", "BGP_NEIGHBOR|Vrf-red|10.0.0.2 asn=65003 passive_mode=true")
	kerneltest.NeedVRF(t, d.kernel)
	inside, outside := d.cable(0), d.cable(1)
	kerneltest.VRF(t, d.kernel, "Vrf-red", table, "Ethernet0")
	d.start("routingd")
	red := *d
	red.vrf = "Vrf-red"
	one := red.meet(inside, "10.0.0.2", "10.0.0.1")
	two := d.meet(outside, "10.0.1.2", "10.0.1.1")
	one.send(msgUpdate, update(with(good(), attr{transitive, attrNextHop, []byte{10, 0, 0, 2}}), nlri(victim)...))
	two.send(msgUpdate, update(with(good(), attr{transitive, attrNextHop, []byte{10, 0, 1, 2}}), nlri(victim)...))
	both := map[string]string{"main": "10.0.1.2", "Vrf-red": "10.0.0.2"}
	gateways := func() map[string]string {
		out := make(map[string]string)
		for name, number := range map[string]int{"main": unix.RT_TABLE_MAIN, "Vrf-red": table} {
			filter := &netlink.Route{Protocol: unix.RTPROT_BGP, Table: number}
			list, err := d.kernel.RouteListFiltered(netlink.FAMILY_V4, filter, netlink.RT_FILTER_PROTOCOL|netlink.RT_FILTER_TABLE)
			if err != nil {
				t.Fatal(err)
			}
			for _, r := range list {
				out[name] = r.Gw.String()
			}
		}
		return out
	}
	rows := func() map[string]string {
		all, err := d.client.DB(statedb.ApplDB).All(t.Context(), "_ROUTE_TABLE") // nobody takes them
		if err != nil {
			t.Fatal(err)
		}
		out := make(map[string]string)
		for name, key := range map[string]string{"main": victim, "Vrf-red": "Vrf-red:" + victim} {
			if row, there := all[key]; there {
				out[name] = row["nexthop"]
			}
		}
		return out
	}
	eventually(t, "routes in the kernel", both, gateways)
	eventually(t, "rows of APPL_DB", both, rows)
	_ = one.conn.Close()
	delete(both, "Vrf-red")
	eventually(t, "routes without the neighbour in the VRF", both, gateways)
	eventually(t, "rows without the neighbour in the VRF", both, rows)
}
