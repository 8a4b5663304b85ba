package snoop

import (
	"encoding/binary"
	"net/netip"
	"time"
)

// Ask is a query to be sent.
type Ask struct {
	Port     string     // "": by all ports of the VLAN
	Routers  bool       // also by those to routers
	Version  int        // of IGMP or MLD
	From     netip.Addr // its family is the query's
	Group    netip.Addr // not valid: all groups are asked for
	MaxResp  time.Duration
	Interval time.Duration // how often it is asked
}

const (
	robustness = 2 // RFC 3376 section 8.1
	ttl        = 1
)

// Destination is the address of IP that the query goes to.
func (a Ask) Destination() netip.Addr {
	switch {
	case a.Group.IsValid():
		return a.Group
	case a.From.Is4():
		return netip.AddrFrom4([4]byte{224, 0, 0, 1})
	}
	return netip.IPv6LinkLocalAllNodes()
}

// MAC is the address of Ethernet for a group (RFC 1112 section 6.4, RFC 2464 section 7).
func MAC(group netip.Addr) [6]byte {
	b := group.AsSlice()
	tail := b[len(b)-4:]
	if group.Is4() {
		return [6]byte{0x01, 0x00, 0x5e, tail[1] & 0x7f, tail[2], tail[3]}
	}
	return [6]byte{0x33, 0x33, tail[0], tail[1], tail[2], tail[3]}
}

// Append writes the packet, from the IP header on, with the router alert that snooping switches and routers look for.
func (a Ask) Append(to []byte) []byte {
	if a.From.Is4() {
		return a.appendIGMP(to)
	}
	return a.appendMLD(to)
}

func (a Ask) appendIGMP(to []byte) []byte {
	body := make([]byte, igmpLength, igmpV3Length)
	body[0] = igmpQuery
	if a.Group.IsValid() {
		copy(body[4:], a.Group.AsSlice())
	}
	tenths := int(a.MaxResp / (100 * time.Millisecond))
	switch a.Version {
	case 1:
	case 2:
		body[1] = byte(min(tenths, 255))
	default:
		body[1] = code8Of(tenths)
		body = append(body, robustness, code8Of(int(a.Interval/time.Second)), 0, 0)
	}
	binary.BigEndian.PutUint16(body[2:], ^uint16(sum(0, body)))

	const header = ipv4Length + 4
	p := make([]byte, header, header+igmpV3Length)
	p[0], p[1] = 4<<4|header/4, 0xc0 // internetwork control (RFC 3376 section 4)
	binary.BigEndian.PutUint16(p[2:], uint16(header+len(body)))
	p[8], p[9] = ttl, protocolIGMP
	copy(p[12:], a.From.AsSlice())
	copy(p[16:], a.Destination().AsSlice())
	p[20], p[21] = 0x94, 4 // router alert (RFC 2113)
	binary.BigEndian.PutUint16(p[10:], ^uint16(sum(0, p)))
	return append(append(to, p...), body...)
}

func (a Ask) appendMLD(to []byte) []byte {
	body := make([]byte, mldV1Length, mldV2Length)
	body[0] = mldQuery
	binary.BigEndian.PutUint16(body[4:], uint16(min(a.MaxResp/time.Millisecond, 1<<15-1)))
	if a.Group.IsValid() {
		copy(body[8:], a.Group.AsSlice())
	}
	if a.Version >= 2 {
		body = append(body, robustness, code8Of(int(a.Interval/time.Second)), 0, 0)
	}

	const alert = 8
	p := make([]byte, ipv6Length+alert, ipv6Length+alert+mldV2Length)
	p[0] = 6 << 4
	binary.BigEndian.PutUint16(p[4:], uint16(alert+len(body)))
	p[6], p[7] = nextHopByHop, ttl
	copy(p[8:], a.From.AsSlice())
	copy(p[24:], a.Destination().AsSlice())
	copy(p[ipv6Length:], []byte{nextICMPv6, 0, 5, 2, 0, 0, 1, 0}) // router alert for MLD (RFC 2711), padding
	pseudo := sum(uint32(len(body))+nextICMPv6, p[8:40])
	binary.BigEndian.PutUint16(body[2:], ^uint16(sum(pseudo, body)))
	return append(append(to, p...), body...)
}
