package netsyncd

import (
	"fmt"
	"net"
	"testing"

	"github.com/vishvananda/netlink"
	"golang.org/x/sys/unix"

	"github.com/heddle-nos/heddle/internal/kernel/kerneltest"
	"github.com/heddle-nos/heddle/internal/statedb"
)

func TestPorts(t *testing.T) {
	b := newBench(t)
	b.ok(b.state().Set(t.Context(), "PORT_TABLE", "Ethernet0", statedb.Fields{"speed": "40000"})) // orchagent's
	b.ok(b.state().Set(t.Context(), "PORT_TABLE", "Ethernet99", statedb.Fields{"netdev_oper_status": "up", "state": "ok"}))
	b.start()
	row := statedb.Fields{"speed": "40000", "state": "ok", "admin_status": "up", "netdev_oper_status": "up", "mtu": "1500"}
	b.becomes(b.state(), "PORT_TABLE", map[string]statedb.Fields{"Ethernet0": row})
	b.ok(b.host.LinkSetDown(kerneltest.Link(t, b.host, "eth0")))
	row["netdev_oper_status"] = "down"
	b.becomes(b.state(), "PORT_TABLE", map[string]statedb.Fields{"Ethernet0": row})
	b.ok(b.kernel.LinkDel(kerneltest.Link(t, b.kernel, "Ethernet0")))
	b.becomes(b.state(), "PORT_TABLE", map[string]statedb.Fields{"Ethernet0": {"speed": "40000"}})
	kerneltest.Cable(t, b.kernel, "Ethernet0", b.host, "eth0") // with another index
	b.becomes(b.state(), "PORT_TABLE", map[string]statedb.Fields{
		"Ethernet0": {"speed": "40000", "state": "ok", "admin_status": "down", "netdev_oper_status": "down", "mtu": "1500"},
	})
}

func TestNeighbours(t *testing.T) {
	b := newBench(t)
	ctx := t.Context()
	b.resolve("Ethernet0", "10.0.0.2")
	b.resolve("eth0", "172.16.0.2") // of the management port: never told
	stop := b.start()
	mac := kerneltest.Link(t, b.host, "eth0").Attrs().HardwareAddr.String()
	v4 := map[string]statedb.Fields{"Ethernet0:10.0.0.2": {"neigh": mac, "family": "IPv4"}}
	b.becomes(b.appl(), "NEIGH_TABLE", v4)
	b.resolve("Ethernet0", "fc00::2")
	b.resolve("Ethernet0", "10.0.0.77") // nobody answers
	both := map[string]statedb.Fields{"Ethernet0:10.0.0.2": v4["Ethernet0:10.0.0.2"], "Ethernet0:fc00::2": {"neigh": mac, "family": "IPv6"}}
	b.becomes(b.appl(), "NEIGH_TABLE", both)

	set := func(state int) {
		t.Helper()
		b.ok(b.kernel.NeighSet(&netlink.Neigh{
			LinkIndex: b.index("Ethernet0"), Family: netlink.FAMILY_V4, IP: net.ParseIP("10.0.0.2"), State: state,
			HardwareAddr: kerneltest.Link(t, b.host, "eth0").Attrs().HardwareAddr,
		}))
	}
	before := b.count()
	for _, state := range []int{netlink.NUD_STALE, netlink.NUD_DELAY, netlink.NUD_PROBE, netlink.NUD_PERMANENT, netlink.NUD_STALE} {
		set(state)
	}
	b.ok(b.kernel.NeighDel(&netlink.Neigh{LinkIndex: b.index("Ethernet0"), IP: net.ParseIP("fc00::2")}))
	b.becomes(b.appl(), "NEIGH_TABLE", v4) // staleness removed nothing
	if wrote := b.count() - before; wrote != 1 {
		t.Errorf("%d rows written, want 1: the states of a neighbour are no changes", wrote)
	}

	stop()
	before = b.count()
	b.start()
	if wrote := b.count() - before; wrote != 0 {
		t.Errorf("a restart wrote %d rows", wrote)
	}
	set(netlink.NUD_FAILED)
	b.becomes(b.appl(), "NEIGH_TABLE", map[string]statedb.Fields{})
	b.resolve("Ethernet0", "10.0.0.2")
	b.becomes(b.appl(), "NEIGH_TABLE", v4)

	b.srv.RestartEmpty(t)
	b.becomes(b.appl(), "NEIGH_TABLE", v4)
	b.ok(b.client.DB(statedb.ConfigDB).Set(ctx, "INTERFACE", "Ethernet0", statedb.Fields{"ipv6_use_link_local_only": "enable"}))
	far := "fe80::2"
	kerneltest.Address(t, b.host, "eth0", far+"/64")
	b.resolve("Ethernet0", far)
	v4["Ethernet0:"+far] = statedb.Fields{"neigh": mac, "family": "IPv6"}
	b.becomes(b.appl(), "NEIGH_TABLE", v4)
}

func TestRoutes(t *testing.T) {
	b := newBench(t)
	ctx := t.Context()
	b.ok(b.appl().Set(ctx, "ROUTE_TABLE", "10.50.0.0/16", statedb.Fields{"protocol": "bgp", "nexthop": "10.0.0.9"}))
	b.ok(b.appl().Set(ctx, "ROUTE_TABLE", "10.51.0.0/16", statedb.Fields{"protocol": "kernel", "nexthop": "10.0.0.9"})) // gone meanwhile
	rows := map[string]statedb.Fields{"10.50.0.0/16": {"protocol": "bgp", "nexthop": "10.0.0.9"}}
	via := func(nh string) statedb.Fields {
		return statedb.Fields{"nexthop": nh, "ifname": "Ethernet0", "protocol": "kernel"}
	}
	b.ok(b.kernel.RouteAdd(b.route("10.1.0.0/16", unix.RTPROT_BOOT, 0, "Ethernet0", "10.0.0.2")))
	b.ok(b.kernel.RouteAdd(b.route("10.2.0.0/16", unix.RTPROT_BOOT, 0, "eth0", "172.16.0.2"))) // management
	b.ok(b.kernel.RouteAdd(b.route("10.3.0.0/16", 186, 20, "Ethernet0", "10.0.0.2")))          // BGP's own
	stop := b.start()
	rows["10.1.0.0/16"] = via("10.0.0.2")
	b.becomes(b.appl(), "ROUTE_TABLE", rows)

	b.ok(b.kernel.RouteAdd(b.route("0.0.0.0/0", unix.RTPROT_STATIC, 5, "Ethernet0", "10.0.0.3")))
	b.ok(b.kernel.RouteAdd(b.route("10.4.0.0/16", unix.RTPROT_BOOT, 0, "Ethernet0", "")))
	b.ok(b.kernel.RouteAdd(b.route("fc01::/64", unix.RTPROT_BOOT, 0, "Ethernet0", "fc00::2", "Ethernet0", "fc00::3")))
	b.ok(b.kernel.RouteAdd(&netlink.Route{Dst: b.route("10.5.0.0/16", 0, 0).Dst, Type: unix.RTN_BLACKHOLE, Protocol: unix.RTPROT_BOOT}))
	rows["0.0.0.0/0"], rows["10.4.0.0/16"] = via("10.0.0.3"), via("0.0.0.0")
	rows["fc01::/64"] = statedb.Fields{"nexthop": "fc00::2,fc00::3", "ifname": "Ethernet0,Ethernet0", "protocol": "kernel"}
	rows["10.5.0.0/16"] = statedb.Fields{"blackhole": "true", "protocol": "kernel"}
	b.becomes(b.appl(), "ROUTE_TABLE", rows)

	b.ok(b.kernel.RouteReplace(b.route("10.1.0.0/16", unix.RTPROT_BOOT, 0, "Ethernet0", "10.0.0.4")))
	b.ok(b.kernel.RouteAdd(b.route("10.1.0.0/16", unix.RTPROT_BOOT, 10, "Ethernet0", "10.0.0.5"))) // behind it
	b.ok(b.kernel.RouteDel(b.route("fc01::/64", unix.RTPROT_BOOT, 0, "Ethernet0", "fc00::2")))     // one of two next hops
	rows["10.1.0.0/16"], rows["fc01::/64"] = via("10.0.0.4"), via("fc00::3")
	b.becomes(b.appl(), "ROUTE_TABLE", rows)
	b.ok(b.kernel.RouteDel(b.route("10.1.0.0/16", unix.RTPROT_BOOT, 0, "Ethernet0", "10.0.0.4")))
	rows["10.1.0.0/16"] = via("10.0.0.5")
	b.becomes(b.appl(), "ROUTE_TABLE", rows)

	stop()
	before := b.count()
	b.start()
	if wrote := b.count() - before; wrote != 0 {
		t.Errorf("a restart wrote %d rows", wrote)
	}
	b.ok(b.kernel.LinkSetDown(kerneltest.Link(t, b.kernel, "Ethernet0"))) // takes its routes with it
	b.becomes(b.appl(), "ROUTE_TABLE", map[string]statedb.Fields{"10.50.0.0/16": rows["10.50.0.0/16"], "10.5.0.0/16": rows["10.5.0.0/16"]})
}

// A routing program's route before ours takes the row over; ours comes back after it.
func TestRouteHandedOver(t *testing.T) {
	b := newBench(t)
	b.start()
	p := statedb.NewProducer(b.appl(), "ROUTE_TABLE")
	ours := statedb.Fields{"nexthop": "10.0.0.2", "ifname": "Ethernet0", "protocol": "kernel"}
	b.ok(b.kernel.RouteAdd(b.route("10.1.0.0/16", unix.RTPROT_BOOT, 30, "Ethernet0", "10.0.0.2")))
	b.becomes(b.appl(), "ROUTE_TABLE", map[string]statedb.Fields{"10.1.0.0/16": ours})
	theirs := statedb.Fields{"nexthop": "10.0.0.3", "ifname": "Ethernet0", "protocol": "static"}
	b.ok(b.kernel.RouteAdd(b.route("10.1.0.0/16", 196, 20, "Ethernet0", "10.0.0.3")))
	b.ok(p.Set(t.Context(), "10.1.0.0/16", statedb.FieldList(theirs)...))
	b.becomes(b.appl(), "ROUTE_TABLE", map[string]statedb.Fields{"10.1.0.0/16": theirs})
	b.ok(p.Del(t.Context(), "10.1.0.0/16"))
	b.ok(b.kernel.RouteDel(b.route("10.1.0.0/16", 196, 20, "Ethernet0", "10.0.0.3")))
	b.becomes(b.appl(), "ROUTE_TABLE", map[string]statedb.Fields{"10.1.0.0/16": ours})
}

// Many routes at once, more than the kernel's buffer holds at times: the end is right all the same.
func TestManyRoutes(t *testing.T) {
	b := newBench(t)
	b.start()
	want := map[string]statedb.Fields{}
	for i := range 5000 {
		prefix := fmt.Sprintf("20.%d.%d.0/24", i>>8, i&255)
		b.ok(b.kernel.RouteAdd(b.route(prefix, unix.RTPROT_BOOT, 0, "Ethernet0", "10.0.0.2")))
		want[prefix] = statedb.Fields{"nexthop": "10.0.0.2", "ifname": "Ethernet0", "protocol": "kernel"}
	}
	b.becomes(b.appl(), "ROUTE_TABLE", want)
}

// RFC 8950: an operator's IPv4 route over an IPv6 next hop.
func TestIPv4OverIPv6(t *testing.T) {
	b := newBench(t)
	b.start()
	r := b.route("198.18.0.0/16", unix.RTPROT_BOOT, 0, "Ethernet0", "10.0.0.2")
	r.Gw, r.Via = nil, &netlink.Via{AddrFamily: netlink.FAMILY_V6, Addr: net.ParseIP("fc00::2")}
	b.ok(b.kernel.RouteAdd(r))
	b.becomes(b.appl(), "ROUTE_TABLE", map[string]statedb.Fields{
		"198.18.0.0/16": {"nexthop": "fc00::2", "ifname": "Ethernet0", "protocol": "kernel"},
	})
}
