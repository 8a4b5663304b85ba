package wire

import (
	"fmt"
	"net"
	"net/netip"
	"os"
	"path/filepath"

	"github.com/vishvananda/netlink"
	"golang.org/x/sys/unix"

	"github.com/heddle-nos/heddle/daemons/lab/namespace"
	"github.com/heddle-nos/heddle/daemons/lab/topology"
)

// Up sets the loopback device up, as every namespace needs.
func Up(ns string) error {
	return namespace.Do(ns, func() error { return setUp("lo") })
}

// Attach configures a host whose cables are laid: tags, addresses, routes.
func Attach(ns string, host topology.Host) error {
	err := namespace.Do(ns, func() error { return attachHost(host) })
	if err != nil {
		return fmt.Errorf("attach host %s: %w", host.Name, err)
	}
	return nil
}

func attachHost(host topology.Host) error {
	if err := writeSettings(host); err != nil {
		return err
	}
	for _, i := range host.Interfaces {
		if err := attachInterface(i); err != nil {
			return fmt.Errorf("interface %s: %w", i.Name, err)
		}
	}
	for _, r := range host.Routes {
		route := &netlink.Route{Dst: ipNet(r.To), Gw: r.Via.AsSlice()}
		if err := netlink.RouteAdd(route); err != nil {
			return fmt.Errorf("route %s via %s: %w", r.To, r.Via, err)
		}
	}
	return nil
}

// writeSettings makes the host answer at once and forward if it shall.
func writeSettings(host topology.Host) error {
	forward := "0"
	if host.Forward {
		forward = "1"
	}
	for name, value := range map[string]string{
		"ipv4/ip_forward":              forward,
		"ipv6/conf/all/forwarding":     forward,
		"ipv6/conf/default/forwarding": forward,
		"ipv6/conf/all/accept_ra":      "0",
		"ipv6/conf/default/accept_ra":  "0",
		"ipv6/conf/all/disable_ipv6":   "0",
	} {
		if err := Setting(name, value); err != nil {
			return err
		}
	}
	return nil
}

// Setting writes a network setting (below /proc/sys/net) of the calling thread's namespace.
func Setting(name, value string) error {
	if err := os.WriteFile(filepath.Join("/proc/sys/net", name), []byte(value), 0o644); err != nil {
		return fmt.Errorf("set %s: %w", name, err)
	}
	return nil
}

func attachInterface(i topology.Interface) error {
	link, err := netlink.LinkByName(i.Name)
	if err != nil {
		return err
	}
	if i.VLAN != 0 {
		if err := Tag(link, i.VLAN); err != nil {
			return err
		}
	}
	// Before the device is up: no duplicate address detection for its link-local address either.
	if err := Setting("ipv6/conf/"+i.Name+"/accept_dad", "0"); err != nil {
		return err
	}
	for _, p := range i.Addresses {
		addr := &netlink.Addr{IPNet: ipNet(p)}
		if p.Addr().Is6() {
			addr.Flags = unix.IFA_F_NODAD
		}
		if err := netlink.AddrAdd(link, addr); err != nil {
			return fmt.Errorf("address %s: %w", p, err)
		}
	}
	return netlink.LinkSetUp(link)
}

func setUp(name string) error {
	link, err := netlink.LinkByName(name)
	if err != nil {
		return err
	}
	return netlink.LinkSetUp(link)
}

func ipNet(p netip.Prefix) *net.IPNet {
	return &net.IPNet{IP: p.Addr().AsSlice(), Mask: net.CIDRMask(p.Bits(), p.Addr().BitLen())}
}
