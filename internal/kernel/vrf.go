package kernel

import "github.com/vishvananda/netlink"

// UnreachableMetric is that of the routes which end the lookup in a VRF's table, so that what it has no route for is not looked up in the
// main table (Documentation/networking/vrf.rst).
const UnreachableMetric = 4278198272

// VRFs gives the routing table of each VRF device among links, by the device's name.
func VRFs(links map[string]netlink.Link) map[string]uint32 {
	tables := make(map[string]uint32)
	for name, link := range links {
		if v, ok := link.(*netlink.Vrf); ok {
			tables[name] = v.Table
		}
	}
	return tables
}
