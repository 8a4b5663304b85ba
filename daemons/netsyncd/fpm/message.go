package fpm

import (
	"encoding/binary"
	"errors"
	"fmt"
	"net/netip"

	"golang.org/x/sys/unix"
)

// attributeNextHop is RTA_NH_ID (linux/rtnetlink.h).
const attributeNextHop = 30

// Hop is a next hop.
type Hop struct {
	Link   int        // index; 0: not said
	Via    netip.Addr // invalid: directly on the link
	Weight int        // 1 to 256
	Encap  bool       // with a tunnel or labels
}

// Route is a route that zebra selected, or gave up.
type Route struct {
	Gone      bool
	Table     int
	Prefix    netip.Prefix
	Protocol  int // unix.RTPROT_BGP...
	Blackhole bool
	Hops      []Hop
	Group     uint32 // id of a NextHop instead; 0: none
}

// NextHop is a next hop, or a group of some, that routes name by its id.
type NextHop struct {
	Gone      bool
	ID        uint32
	Hop       Hop
	Blackhole bool
	Group     []Member // of a group
}

// Member is a place in a group.
type Member struct {
	ID     uint32
	Weight int // 1 to 256
}

// Message is a Route or a NextHop.
type Message any

var errShort = errors.New("is cut off")

// Parse calls deliver for each route and next hop in a frame; messages of other kinds are passed over. A message that is wrong is reported and
// the ones behind it are read, unless its length is wrong.
func Parse(payload []byte, deliver func(Message), wrong func(error)) {
	for len(payload) > 0 {
		if len(payload) < netlinkHeader {
			wrong(fmt.Errorf("netlink message %w", errShort))
			return
		}
		n := int(binary.NativeEndian.Uint32(payload))
		if n < netlinkHeader || n > len(payload) {
			wrong(fmt.Errorf("netlink message of %d octets in %d: %w", n, len(payload), ErrLength))
			return
		}
		kind, body := binary.NativeEndian.Uint16(payload[4:]), payload[netlinkHeader:n]
		if m, err := parse(kind, body); err != nil {
			wrong(err)
		} else if m != nil {
			deliver(m)
		}
		payload = payload[min(aligned(n), len(payload)):]
	}
}

func parse(kind uint16, body []byte) (Message, error) {
	switch kind {
	case unix.RTM_NEWROUTE, unix.RTM_DELROUTE:
		r, err := parseRoute(body)
		r.Gone = kind == unix.RTM_DELROUTE
		if err != nil {
			return nil, fmt.Errorf("route: %w", err)
		}
		return r, nil
	case unix.RTM_NEWNEXTHOP, unix.RTM_DELNEXTHOP:
		h, err := parseNextHop(body)
		h.Gone = kind == unix.RTM_DELNEXTHOP
		if err != nil {
			return nil, fmt.Errorf("next hop: %w", err)
		}
		return h, nil
	}
	return nil, nil
}

// parseRoute reads a struct rtmsg and its attributes (rtnetlink(7)).
func parseRoute(b []byte) (Route, error) {
	const rtmsg = 12
	if len(b) < rtmsg {
		return Route{}, fmt.Errorf("header %w", errShort)
	}
	family, bits := b[0], int(b[1])
	r := Route{Table: int(b[4]), Protocol: int(b[5])}
	switch b[7] {
	case unix.RTN_UNSPEC, unix.RTN_UNICAST:
	case unix.RTN_BLACKHOLE, unix.RTN_UNREACHABLE, unix.RTN_PROHIBIT:
		r.Blackhole = true
	default:
		return r, fmt.Errorf("type %d is neither unicast nor a blackhole", b[7])
	}
	dst, err := anyOf(family)
	if err != nil {
		return r, err
	}
	single := Hop{Weight: 1}
	err = attributes(b[rtmsg:], func(kind uint16, v []byte) error {
		var err error
		switch kind {
		case unix.RTA_DST:
			dst, err = address(v)
		case unix.RTA_TABLE:
			err = number(v, &r.Table)
		case unix.RTA_MULTIPATH:
			r.Hops, err = multipath(v)
		case attributeNextHop:
			var id int
			err = number(v, &id)
			r.Group = uint32(id)
		default:
			err = single.attribute(kind, v)
		}
		return err
	})
	if err != nil {
		return r, err
	}
	if dst.Is4() != (family == unix.AF_INET) || bits > dst.BitLen() {
		return r, fmt.Errorf("destination %s/%d of family %d", dst, bits, family)
	}
	r.Prefix = netip.PrefixFrom(dst, bits).Masked()
	if len(r.Hops) == 0 && (single.Link != 0 || single.Via.IsValid()) {
		r.Hops = []Hop{single}
	}
	return r, nil
}

// attribute takes what says where a next hop is.
func (h *Hop) attribute(kind uint16, v []byte) (err error) {
	switch kind {
	case unix.RTA_OIF:
		err = number(v, &h.Link)
	case unix.RTA_GATEWAY:
		h.Via, err = address(v)
	case unix.RTA_VIA: // family and address
		if len(v) < 2 {
			return fmt.Errorf("gateway %w", errShort)
		}
		h.Via, err = address(v[2:])
	case unix.RTA_ENCAP, unix.RTA_ENCAP_TYPE:
		h.Encap = true
	}
	return err
}

// multipath reads the struct rtnexthops of a route.
func multipath(b []byte) ([]Hop, error) {
	const rtnexthop = 8
	var hops []Hop
	for len(b) > 0 {
		if len(b) < rtnexthop {
			return nil, fmt.Errorf("next hop %w", errShort)
		}
		n := int(binary.NativeEndian.Uint16(b))
		if n < rtnexthop || n > len(b) {
			return nil, fmt.Errorf("next hop of %d octets in %d: %w", n, len(b), ErrLength)
		}
		h := Hop{Weight: int(b[3]) + 1, Link: int(int32(binary.NativeEndian.Uint32(b[4:])))}
		if err := attributes(b[rtnexthop:n], h.attribute); err != nil {
			return nil, err
		}
		hops = append(hops, h)
		b = b[min(aligned(n), len(b)):]
	}
	return hops, nil
}

// parseNextHop reads a struct nhmsg and its attributes (linux/nexthop.h).
func parseNextHop(b []byte) (NextHop, error) {
	const nhmsg = 8
	if len(b) < nhmsg {
		return NextHop{}, fmt.Errorf("header %w", errShort)
	}
	h := NextHop{Hop: Hop{Weight: 1}}
	err := attributes(b[nhmsg:], func(kind uint16, v []byte) (err error) {
		switch kind {
		case unix.NHA_ID:
			var id int
			err = number(v, &id)
			h.ID = uint32(id)
		case unix.NHA_GROUP:
			h.Group, err = members(v)
		case unix.NHA_BLACKHOLE:
			h.Blackhole = true
		case unix.NHA_OIF:
			err = number(v, &h.Hop.Link)
		case unix.NHA_GATEWAY:
			h.Hop.Via, err = address(v)
		case unix.NHA_ENCAP, unix.NHA_ENCAP_TYPE:
			h.Hop.Encap = true
		}
		return err
	})
	if err == nil && h.ID == 0 {
		err = errors.New("has no id")
	}
	return h, err
}

// members reads the struct nexthop_grps of a group.
func members(b []byte) ([]Member, error) {
	const group = 8
	if len(b)%group != 0 {
		return nil, fmt.Errorf("group of %d octets: %w", len(b), ErrLength)
	}
	list := make([]Member, 0, len(b)/group)
	for ; len(b) > 0; b = b[group:] {
		list = append(list, Member{ID: binary.NativeEndian.Uint32(b), Weight: int(b[4]) + 1})
	}
	return list, nil
}

// attributes walks over the attributes of a message.
func attributes(b []byte, take func(kind uint16, value []byte) error) error {
	for len(b) > 0 {
		if len(b) < unix.SizeofRtAttr {
			return fmt.Errorf("attribute %w", errShort)
		}
		n, kind := int(binary.NativeEndian.Uint16(b)), binary.NativeEndian.Uint16(b[2:])&^(unix.NLA_F_NESTED|unix.NLA_F_NET_BYTEORDER)
		if n < unix.SizeofRtAttr || n > len(b) {
			return fmt.Errorf("attribute %d of %d octets in %d: %w", kind, n, len(b), ErrLength)
		}
		if err := take(kind, b[unix.SizeofRtAttr:n]); err != nil {
			return fmt.Errorf("attribute %d: %w", kind, err)
		}
		b = b[min(aligned(n), len(b)):]
	}
	return nil
}

func number(v []byte, to *int) error {
	if len(v) < 4 {
		return errShort
	}
	*to = int(binary.NativeEndian.Uint32(v))
	return nil
}

func address(v []byte) (netip.Addr, error) {
	a, ok := netip.AddrFromSlice(v)
	if !ok {
		return a, fmt.Errorf("address of %d octets: %w", len(v), ErrLength)
	}
	return a, nil
}

func anyOf(family byte) (netip.Addr, error) {
	switch family {
	case unix.AF_INET:
		return netip.IPv4Unspecified(), nil
	case unix.AF_INET6:
		return netip.IPv6Unspecified(), nil
	}
	return netip.Addr{}, fmt.Errorf("family %d is neither IPv4 nor IPv6", family)
}

func aligned(n int) int { return (n + netlinkLengths - 1) &^ (netlinkLengths - 1) }
