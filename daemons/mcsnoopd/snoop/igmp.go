package snoop

import (
	"encoding/binary"
	"errors"
	"fmt"
	"net/netip"
	"time"
)

const (
	protocolIGMP = 2
	protocolPIM  = 103

	igmpQuery    = 0x11
	igmpReportV1 = 0x12
	igmpReportV2 = 0x16
	igmpLeave    = 0x17
	igmpReportV3 = 0x22

	ipv4Length   = 20
	igmpLength   = 8
	igmpV3Length = 12 // of a query
)

func parseIPv4(packet []byte) (Message, error) {
	if len(packet) < ipv4Length {
		return Message{}, short("IPv4 header", len(packet), ipv4Length)
	}
	header, total := int(packet[0]&15)*4, int(binary.BigEndian.Uint16(packet[2:]))
	if protocol := packet[9]; protocol != protocolIGMP && protocol != protocolPIM || binary.BigEndian.Uint16(packet[6:])&0x1fff != 0 {
		return Message{}, ErrNotOurs
	}
	if header < ipv4Length || total < header || total > len(packet) {
		return Message{}, fmt.Errorf("IPv4 header of %d bytes, packet of %d, frame with %d", header, total, len(packet))
	}
	m, body := Message{From: netip.AddrFrom4([4]byte(packet[12:]))}, packet[header:total]
	if packet[9] == protocolPIM {
		return m.pim(body, 0)
	}
	return m.igmp(body)
}

func (m Message) igmp(body []byte) (Message, error) {
	if len(body) < igmpLength {
		return m, short("IGMP message", len(body), igmpLength)
	}
	if sum(0, body) != 0xffff {
		return m, errors.New("IGMP checksum is wrong")
	}
	group := netip.AddrFrom4([4]byte(body[4:]))
	switch body[0] {
	case igmpQuery:
		return m.igmpQuery(body, group)
	case igmpReportV1:
		m.Version = 1
		m.join(group)
	case igmpReportV2:
		m.Version = 2
		m.join(group)
	case igmpLeave:
		m.Version = 2
		m.leave(group)
	case igmpReportV3:
		return m.igmpReport(body)
	default:
		return m, ErrNotOurs
	}
	return m, nil
}

// igmpQuery tells the versions apart by RFC 3376 section 7.1.
func (m Message) igmpQuery(body []byte, group netip.Addr) (Message, error) {
	if group.IsMulticast() {
		m.Group = group
	} else if !group.IsUnspecified() {
		return m, fmt.Errorf("IGMP query for %s, which is no group", group)
	}
	switch {
	case len(body) >= igmpV3Length:
		m.Version = 3
		m.Suppress, m.Interval = body[8]&8 != 0, time.Duration(code8(body[9], true))*time.Second
		m.Sources = int(binary.BigEndian.Uint16(body[10:]))
	case body[1] == 0:
		m.Version = 1
	default:
		m.Version = 2
	}
	m.MaxResp = time.Duration(code8(body[1], m.Version == 3)) * 100 * time.Millisecond
	return m, nil
}

// code8 is the time of a query: in version 3 it is a float from 128 on (RFC 3376 section 4.1.1).
func code8(c byte, float bool) int {
	if !float || c < 128 {
		return int(c)
	}
	return (int(c&15) | 16) << (c>>4&7 + 3)
}

// code8Of is the code of the greatest time that is not above n.
func code8Of(n int) byte {
	if n < 128 {
		return byte(n)
	}
	for exp := range 8 {
		if mant := n >> (exp + 3); mant < 32 {
			return 0x80 | byte(exp)<<4 | byte(mant&15)
		}
	}
	return 0xff
}

// igmpReport reads the records of a version 3 report (RFC 3376 section 4.2).
func (m Message) igmpReport(body []byte) (Message, error) {
	m.Kind, m.Version = Report, 3
	n, rest := int(binary.BigEndian.Uint16(body[6:])), body[igmpLength:]
	if n > maxRecords {
		return m, fmt.Errorf("IGMP report of %d groups", n)
	}
	for i := range n {
		if len(rest) < 8 {
			return m, short(fmt.Sprintf("record %d of %d", i+1, n), len(rest), 8)
		}
		sources := int(binary.BigEndian.Uint16(rest[2:]))
		size := 8 + 4*sources + 4*int(rest[1])
		if len(rest) < size {
			return m, short(fmt.Sprintf("record %d of %d", i+1, n), len(rest), size)
		}
		m.record(rest[0], netip.AddrFrom4([4]byte(rest[4:])), sources)
		rest = rest[size:]
	}
	return m, nil
}
