package kernel

import (
	"encoding/binary"
	"net/netip"

	"golang.org/x/sys/unix"
)

// appendRoute writes a message about a route (rtnetlink(7)), whose length is filled in afterwards.
func appendRoute(b []byte, r Route, kind uint16, flags int, seq uint32) []byte {
	b = append(b, 0, 0, 0, 0)
	b = binary.NativeEndian.AppendUint16(b, kind)
	b = binary.NativeEndian.AppendUint16(b, uint16(flags)|unix.NLM_F_REQUEST)
	b = binary.NativeEndian.AppendUint32(b, seq)
	b = append(b, 0, 0, 0, 0) // from whom: the kernel knows
	b = append(b, familyOf(r.Prefix.Addr()), uint8(r.Prefix.Bits()), 0, 0, unix.RT_TABLE_COMPAT, r.Protocol)
	b = append(b, kindOf(r, kind)...)
	b = append(b, 0, 0, 0, 0)
	b = appendAddress(b, unix.RTA_DST, r.Prefix.Addr())
	b = appendNumber(b, unix.RTA_TABLE, uint32(r.Table))
	b = appendNumber(b, unix.RTA_PRIORITY, r.Metric)
	switch {
	case len(r.Hops) == 1:
		b = appendNumber(b, unix.RTA_OIF, uint32(r.Hops[0].Index))
		b = appendGateway(b, r.Prefix, r.Hops[0].Via)
	case len(r.Hops) > 1:
		b = appendHops(b, r)
	}
	return b
}

func familyOf(a netip.Addr) uint8 {
	if a.Is6() {
		return unix.AF_INET6
	}
	return unix.AF_INET
}

// kindOf is scope and type. What is deleted may be of any.
func kindOf(r Route, message uint16) []byte {
	switch {
	case message == unix.RTM_DELROUTE:
		return []byte{unix.RT_SCOPE_NOWHERE, unix.RTN_UNSPEC}
	case r.Blackhole:
		return []byte{unix.RT_SCOPE_UNIVERSE, unix.RTN_BLACKHOLE}
	case len(r.Hops) == 1 && !r.Hops[0].Via.IsValid() && r.Prefix.Addr().Is4():
		return []byte{unix.RT_SCOPE_LINK, unix.RTN_UNICAST}
	}
	return []byte{unix.RT_SCOPE_UNIVERSE, unix.RTN_UNICAST}
}

func appendNumber(b []byte, kind uint16, n uint32) []byte {
	b = binary.NativeEndian.AppendUint16(b, unix.SizeofRtAttr+4)
	return binary.NativeEndian.AppendUint32(binary.NativeEndian.AppendUint16(b, kind), n)
}

func appendAddress(b []byte, kind uint16, a netip.Addr) []byte {
	b = binary.NativeEndian.AppendUint16(b, uint16(unix.SizeofRtAttr+a.BitLen()/8))
	return appendOctets(binary.NativeEndian.AppendUint16(b, kind), a)
}

func appendOctets(b []byte, a netip.Addr) []byte {
	if a.Is4() {
		octets := a.As4()
		return append(b, octets[:]...)
	}
	octets := a.As16()
	return append(b, octets[:]...)
}

// appendGateway writes a next hop; one of another family than the prefix with its family (RTA_VIA). An invalid one is directly on the link.
func appendGateway(b []byte, prefix netip.Prefix, via netip.Addr) []byte {
	if !via.IsValid() {
		return b
	}
	if via.Is4() || prefix.Addr().Is6() {
		return appendAddress(b, unix.RTA_GATEWAY, via)
	}
	at := len(b)
	b = binary.NativeEndian.AppendUint16(b, uint16(unix.SizeofRtAttr+2+via.BitLen()/8))
	b = binary.NativeEndian.AppendUint16(b, unix.RTA_VIA)
	b = appendOctets(binary.NativeEndian.AppendUint16(b, unix.AF_INET6), via)
	return append(b, make([]byte, aligned(len(b)-at)-(len(b)-at))...)
}

// appendHops writes several hops: struct rtnexthop with its attributes, one after the other.
func appendHops(b []byte, r Route) []byte {
	at := len(b)
	b = binary.NativeEndian.AppendUint16(append(b, 0, 0), unix.RTA_MULTIPATH)
	for _, h := range r.Hops {
		hop := len(b)
		b = append(b, 0, 0, 0, uint8(min(max(h.Weight, 1), 256)-1))
		b = binary.NativeEndian.AppendUint32(b, uint32(h.Index))
		b = appendGateway(b, r.Prefix, h.Via)
		binary.NativeEndian.PutUint16(b[hop:], uint16(len(b)-hop))
	}
	binary.NativeEndian.PutUint16(b[at:], uint16(len(b)-at))
	return b
}
