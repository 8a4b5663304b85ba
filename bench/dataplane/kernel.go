package main

import (
	"fmt"
	"net"
	"net/netip"
	"os"

	"github.com/vishvananda/netlink"
)

// newBridge is the kernel's bridge.
func (t *tournament) newBridge() (*lane, error) {
	l, err := newLane(t.wire, "bridge")
	if err != nil {
		return nil, err
	}
	return l, within(l.dut, func() error {
		for _, f := range []string{"iptables", "ip6tables", "arptables"} {
			_ = os.WriteFile("/proc/sys/net/bridge/bridge-nf-call-"+f, []byte("0"), 0)
		}
		br := &netlink.Bridge{LinkAttrs: netlink.LinkAttrs{Name: "br0"}}
		if err := netlink.LinkAdd(br); err != nil {
			return fmt.Errorf("make bridge: %w", err)
		}
		for _, n := range []string{"e1", "e2"} {
			dev, err := netlink.LinkByName(n)
			if err != nil {
				return err
			}
			if err := netlink.LinkSetMaster(dev, br); err != nil {
				return fmt.Errorf("bridge %s: %w", n, err)
			}
		}
		return netlink.LinkSetUp(br)
	})
}

// newRouting is the kernel's IPv4 routing.
func (t *tournament) newRouting(routes []netip.Prefix) (*lane, error) {
	l, err := newLane(t.wire, "route")
	if err != nil {
		return nil, err
	}
	return l, within(l.dut, func() error { return routeOver(routes, 1) })
}

// newMultipath is the kernel's IPv4 routing over several next hops. It hashes the
// addresses alone, its default and least work.
func (t *tournament) newMultipath(routes []netip.Prefix) (*lane, error) {
	l, err := newLane(t.wire, "multi")
	if err == nil {
		err = l.widen(paths)
	}
	if err != nil {
		return l, err
	}
	return l, within(l.dut, func() error { return routeOver(routes, paths) })
}

// routeOver makes the kernel of this namespace route from e1 to e2 and the
// devices that follow.
func routeOver(routes []netip.Prefix, n int) error {
	if err := os.WriteFile("/proc/sys/net/ipv4/ip_forward", []byte("1"), 0); err != nil {
		return fmt.Errorf("turn routing on: %w", err)
	}
	if _, err := routedDevice(1); err != nil {
		return err
	}
	var hops []*netlink.NexthopInfo
	for i := range n {
		out, err := routedDevice(i + 2)
		if err != nil {
			return err
		}
		next := net.IPv4(10, 0, byte(i+2), 2)
		neigh := &netlink.Neigh{LinkIndex: out, IP: next, HardwareAddr: otherMAC[:], State: netlink.NUD_PERMANENT}
		if err := netlink.NeighSet(neigh); err != nil {
			return fmt.Errorf("set neighbour: %w", err)
		}
		hops = append(hops, &netlink.NexthopInfo{LinkIndex: out, Gw: next})
	}
	for _, p := range routes {
		r := &netlink.Route{Dst: &net.IPNet{IP: p.Addr().AsSlice(), Mask: net.CIDRMask(p.Bits(), 32)}}
		if r.MultiPath = hops; n == 1 {
			r.MultiPath, r.Gw, r.LinkIndex = nil, hops[0].Gw, hops[0].LinkIndex
		}
		if err := netlink.RouteReplace(r); err != nil {
			return fmt.Errorf("route %s: %w", p, err)
		}
	}
	return nil
}

// routedDevice gives device e<i> the address 10.0.<i>.1 and tells its index.
func routedDevice(i int) (int, error) {
	name := fmt.Sprintf("e%d", i)
	dev, err := netlink.LinkByName(name)
	if err != nil {
		return 0, err
	}
	_ = os.WriteFile("/proc/sys/net/ipv4/conf/"+name+"/rp_filter", []byte("0"), 0)
	addr, _ := netlink.ParseAddr(fmt.Sprintf("10.0.%d.1/24", i))
	if err := netlink.AddrAdd(dev, addr); err != nil {
		return 0, fmt.Errorf("address %s: %w", addr, err)
	}
	return dev.Attrs().Index, nil
}
