package kernel

import (
	"encoding/binary"
	"errors"
	"fmt"
	"net"

	"github.com/vishvananda/netlink"
	"golang.org/x/sys/unix"
)

var errShort = errors.New("a netlink message about a route is too short")

// protocolOf reads who made a route, before the message is taken apart.
func protocolOf(m netlinkMessage) uint8 {
	if len(m.data) < unix.SizeofRtMsg {
		return AnyProtocol
	}
	return m.data[5]
}

// parseRoute reads the fields that decide where packets go (rtnetlink(7)). Nothing of data is kept.
func parseRoute(data []byte) (netlink.Route, error) {
	if len(data) < unix.SizeofRtMsg {
		return netlink.Route{}, errShort
	}
	r := netlink.Route{
		Family: int(data[0]), Tos: int(data[3]), Table: int(data[4]), Protocol: netlink.RouteProtocol(data[5]), Scope: netlink.Scope(data[6]),
		Type: int(data[7]), Flags: int(binary.NativeEndian.Uint32(data[8:])),
	}
	bits := int(data[1])
	err := eachAttribute(data[unix.SizeofRtMsg:], func(kind uint16, value []byte) error {
		var err error
		switch kind {
		case unix.RTA_DST:
			r.Dst = &net.IPNet{IP: append(net.IP(nil), value...), Mask: net.CIDRMask(bits, 8*len(value))}
		case unix.RTA_GATEWAY:
			r.Gw = append(net.IP(nil), value...)
		case unix.RTA_PREFSRC:
			r.Src = append(net.IP(nil), value...)
		case unix.RTA_VIA:
			r.Via, err = parseVia(value)
		case unix.RTA_MULTIPATH:
			r.MultiPath, err = parseHops(value)
		case unix.RTA_OIF:
			r.LinkIndex, err = number(value)
		case unix.RTA_PRIORITY:
			r.Priority, err = number(value)
		case unix.RTA_TABLE:
			r.Table, err = number(value)
		}
		return err
	})
	if r.Dst == nil {
		r.Dst = everything(r.Family)
	}
	return r, err
}

// everything is the prefix of a default route, which no message says; in the form that the library gives.
func everything(family int) *net.IPNet {
	if family == unix.AF_INET6 {
		return &net.IPNet{IP: net.IPv6zero, Mask: net.CIDRMask(0, 128)}
	}
	return &net.IPNet{IP: net.IPv4zero, Mask: net.CIDRMask(0, 32)}
}

func number(value []byte) (int, error) {
	if len(value) < 4 {
		return 0, errShort
	}
	return int(binary.NativeEndian.Uint32(value)), nil
}

func parseVia(value []byte) (netlink.Destination, error) {
	v := &netlink.Via{}
	if err := v.Decode(append([]byte(nil), value...)); err != nil {
		return nil, fmt.Errorf("next hop of another family: %w", err)
	}
	return v, nil
}

// parseHops reads a list of struct rtnexthop with attributes.
func parseHops(b []byte) ([]*netlink.NexthopInfo, error) {
	var list []*netlink.NexthopInfo
	for len(b) > 0 {
		if len(b) < unix.SizeofRtNexthop {
			return nil, errShort
		}
		n := int(binary.NativeEndian.Uint16(b))
		if n < unix.SizeofRtNexthop || n > len(b) {
			return nil, errShort
		}
		h := &netlink.NexthopInfo{Flags: int(b[2]), Hops: int(b[3]), LinkIndex: int(binary.NativeEndian.Uint32(b[4:]))}
		err := eachAttribute(b[unix.SizeofRtNexthop:n], func(kind uint16, value []byte) error {
			var err error
			switch kind {
			case unix.RTA_GATEWAY:
				h.Gw = append(net.IP(nil), value...)
			case unix.RTA_VIA:
				h.Via, err = parseVia(value)
			}
			return err
		})
		if err != nil {
			return nil, err
		}
		list = append(list, h)
		b = b[min(aligned(n), len(b)):]
	}
	return list, nil
}

// eachAttribute walks over struct rtattr.
func eachAttribute(b []byte, f func(kind uint16, value []byte) error) error {
	for len(b) >= unix.SizeofRtAttr {
		n := int(binary.NativeEndian.Uint16(b))
		if n < unix.SizeofRtAttr || n > len(b) {
			return errShort
		}
		const flags = unix.NLA_F_NESTED | unix.NLA_F_NET_BYTEORDER
		if err := f(binary.NativeEndian.Uint16(b[2:])&^flags, b[unix.SizeofRtAttr:n]); err != nil {
			return err
		}
		b = b[min(aligned(n), len(b)):]
	}
	return nil
}

func aligned(n int) int { return (n + 3) &^ 3 }
