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

	igmpQuery    = 0x11
	igmpReportV1 = 0x12
	igmpReportV2 = 0x16
	igmpLeave    = 0x17
	igmpReportV3 = 0x22

	igmpLength = 8
)

func parseIGMP(packet []byte) (Message, error) {
	if len(packet) < 20 {
		return Message{}, short("IPv4 header", len(packet), 20)
	}
	header, total := int(packet[0]&15)*4, int(binary.BigEndian.Uint16(packet[2:]))
	if packet[9] != protocolIGMP || binary.BigEndian.Uint16(packet[6:])&0x1fff != 0 {
		return Message{}, ErrNotOurs
	}
	if header < 20 || total < header || total > len(packet) {
		return Message{}, fmt.Errorf("IPv4 header of %d bytes, packet of %d, frame with %d", header, total, len(packet))
	}
	body := packet[header:total]
	if len(body) < igmpLength {
		return Message{}, short("IGMP message", len(body), igmpLength)
	}
	if sum(0, body) != 0xffff {
		return Message{}, errors.New("IGMP checksum is wrong")
	}
	m := Message{From: netip.AddrFrom4([4]byte(packet[12:]))}
	group := netip.AddrFrom4([4]byte(body[4:]))
	switch body[0] {
	case igmpQuery:
		return m.igmpQuery(body, group)
	case igmpReportV1, igmpReportV2:
		m.join(group)
	case igmpLeave:
		m.leave(group)
	case igmpReportV3:
		return m.igmpReport(body)
	default:
		return m, ErrNotOurs
	}
	return m, nil
}

func (m Message) igmpQuery(body []byte, group netip.Addr) (Message, error) {
	m.Query = true
	if group.IsMulticast() {
		m.Group = group
	} else if !group.IsUnspecified() {
		return m, fmt.Errorf("IGMP query for %s, which is no group", group)
	}
	m.MaxResp = time.Duration(code8(body[1], len(body) > igmpLength)) * 100 * time.Millisecond
	return m, nil
}

// code8 is the time of a query: in version 3 it is a float from 128 on (RFC 3376
// section 4.1.1).
func code8(c byte, float bool) int {
	if !float || c < 128 {
		return int(c)
	}
	return (int(c&15) | 16) << (c>>4&7 + 3)
}

// igmpReport reads the records of a version 3 report (RFC 3376 section 4.2).
func (m Message) igmpReport(body []byte) (Message, error) {
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
