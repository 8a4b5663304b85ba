package display

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/vishvananda/netlink"
	"golang.org/x/sys/unix"
)

func utoa(n uint32) string { return strconv.FormatUint(uint64(n), 10) }

// linkFlags are the names that ip-link gives to a device's flags, in its order.
func linkFlags(raw uint32) string {
	var names []string
	if raw&unix.IFF_UP != 0 && raw&unix.IFF_RUNNING == 0 {
		names = append(names, "NO-CARRIER")
	}
	for _, f := range []struct {
		bit  uint32
		name string
	}{
		{unix.IFF_LOOPBACK, "LOOPBACK"}, {unix.IFF_BROADCAST, "BROADCAST"}, {unix.IFF_POINTOPOINT, "POINTOPOINT"}, {unix.IFF_MULTICAST, "MULTICAST"},
		{unix.IFF_NOARP, "NOARP"}, {unix.IFF_ALLMULTI, "ALLMULTI"}, {unix.IFF_PROMISC, "PROMISC"}, {unix.IFF_MASTER, "MASTER"},
		{unix.IFF_SLAVE, "SLAVE"}, {unix.IFF_UP, "UP"}, {unix.IFF_LOWER_UP, "LOWER_UP"}, {unix.IFF_DORMANT, "DORMANT"},
	} {
		if raw&f.bit != 0 {
			names = append(names, f.name)
		}
	}
	return strings.Join(names, ",")
}

// linkText describes a device in two lines.
func linkText(l netlink.Link, master string) []string {
	a := l.Attrs()
	if master != "" {
		master = " master " + master
	}
	kind := "ether"
	if a.EncapType == "none" {
		kind = "none"
	}
	return []string{
		fmt.Sprintf("%d: %s: <%s> mtu %d qdisc noqueue%s state %s mode DEFAULT group default qlen %d",
			a.Index, a.Name, linkFlags(a.RawFlags), a.MTU, master, strings.ToUpper(a.OperState.String()), max(a.TxQLen, 0)),
		fmt.Sprintf("    link/%s %s brd ff:ff:ff:ff:ff:ff", kind, a.HardwareAddr),
	}
}

// routeKind is the type that ip-route writes in front of a route.
func routeKind(kind int) string {
	switch kind {
	case unix.RTN_LOCAL:
		return "local "
	case unix.RTN_BROADCAST:
		return "broadcast "
	case unix.RTN_ANYCAST:
		return "anycast "
	case unix.RTN_MULTICAST:
		return "multicast "
	case unix.RTN_BLACKHOLE:
		return "blackhole "
	case unix.RTN_UNREACHABLE:
		return "unreachable "
	case unix.RTN_PROHIBIT:
		return "prohibit "
	}
	return ""
}

// configured6 tells the IPv6 routes that somebody set from those that every device has.
func configured6(r netlink.Route) bool {
	return r.Type == unix.RTN_UNICAST && (r.Dst == nil || !r.Dst.IP.IsLinkLocalUnicast() && !r.Dst.IP.IsMulticast())
}

// routeText describes a route in a line.
func routeText(r netlink.Route, names map[int]string) string {
	var b strings.Builder
	b.WriteString(routeKind(r.Type))
	ones := 0
	if r.Dst != nil {
		ones, _ = r.Dst.Mask.Size()
	}
	switch {
	case r.Dst == nil || ones == 0:
		b.WriteString("default")
	case ones == len(r.Dst.Mask)*8:
		b.WriteString(r.Dst.IP.String())
	default:
		b.WriteString(r.Dst.String())
	}
	if r.Gw != nil {
		fmt.Fprintf(&b, " via %s", r.Gw)
	}
	if name := names[r.LinkIndex]; name != "" {
		fmt.Fprintf(&b, " dev %s", name)
	}
	if r.Protocol != unix.RTPROT_BOOT {
		fmt.Fprintf(&b, " proto %s", r.Protocol)
	}
	if r.Scope == netlink.SCOPE_LINK || r.Scope == netlink.SCOPE_HOST {
		fmt.Fprintf(&b, " scope %s", r.Scope)
	}
	if r.Src != nil {
		fmt.Fprintf(&b, " src %s", r.Src)
	}
	if r.Priority != 0 {
		fmt.Fprintf(&b, " metric %d", uint32(r.Priority))
	}
	return b.String()
}
