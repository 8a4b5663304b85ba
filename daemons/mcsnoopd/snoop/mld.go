package snoop

import (
	"encoding/binary"
	"errors"
	"fmt"
	"net/netip"
	"time"
)

const (
	nextHopByHop = 0
	nextICMPv6   = 58

	mldQuery    = 130
	mldReportV1 = 131
	mldDone     = 132
	mldReportV2 = 143

	ipv6Length  = 40
	mldV1Length = 24
	mldV2Length = 28 // of a query
)

func parseIPv6(packet []byte) (Message, error) {
	if len(packet) < ipv6Length {
		return Message{}, short("IPv6 header", len(packet), ipv6Length)
	}
	next, body := packet[6], packet[ipv6Length:]
	if n := int(binary.BigEndian.Uint16(packet[4:])); n > len(body) {
		return Message{}, short("IPv6 packet", len(body), n)
	} else {
		body = body[:n]
	}
	if next == nextHopByHop { // the router alert of every MLD message (RFC 3810 section 5)
		if len(body) < 8 || len(body) < 8*(int(body[1])+1) {
			return Message{}, short("hop-by-hop options", len(body), 8)
		}
		next, body = body[0], body[8*(int(body[1])+1):]
	}
	m := Message{From: netip.AddrFrom16([16]byte(packet[8:]))}
	pseudo := sum(uint32(len(body))+uint32(next), packet[8:40])
	if next == protocolPIM {
		return m.pim(body, pseudo)
	}
	if next != nextICMPv6 || len(body) < 8 {
		return Message{}, ErrNotOurs
	}
	switch body[0] {
	case mldQuery, mldReportV1, mldDone, mldReportV2:
	default:
		return Message{}, ErrNotOurs
	}
	// RFC 3810 section 5: nobody beyond the link can have sent it.
	if packet[7] != 1 || !m.From.IsLinkLocalUnicast() && !m.From.IsUnspecified() {
		return m, fmt.Errorf("MLD message from %s with hop limit %d", m.From, packet[7])
	}
	if sum(pseudo, body) != 0xffff {
		return m, errors.New("MLD checksum is wrong")
	}
	return m.mld(body)
}

func (m Message) mld(body []byte) (Message, error) {
	if body[0] == mldReportV2 {
		return m.mldReport(body)
	}
	if len(body) < mldV1Length {
		return m, short("MLD message", len(body), mldV1Length)
	}
	m.Version = 1
	group := netip.AddrFrom16([16]byte(body[8:]))
	switch body[0] {
	case mldReportV1:
		m.join(group)
		return m, nil
	case mldDone:
		m.leave(group)
		return m, nil
	}
	if group.IsMulticast() {
		m.Group = group
	} else if !group.IsUnspecified() {
		return m, fmt.Errorf("MLD query for %s, which is no group", group)
	}
	if len(body) >= mldV2Length {
		m.Version = 2
		m.Suppress, m.Interval = body[24]&8 != 0, time.Duration(code8(body[25], true))*time.Second
		m.Sources = int(binary.BigEndian.Uint16(body[26:]))
	}
	m.MaxResp = time.Duration(code16(binary.BigEndian.Uint16(body[4:]), m.Version == 2)) * time.Millisecond
	return m, nil
}

// code16 is the time of a query: in version 2 it is a float from 32768 on (RFC 3810 section 5.1.3).
func code16(c uint16, float bool) int {
	if !float || c < 1<<15 {
		return int(c)
	}
	return (int(c&0x0fff) | 0x1000) << (c>>12&7 + 3)
}

// mldReport reads the records of a version 2 report (RFC 3810 section 5.2).
func (m Message) mldReport(body []byte) (Message, error) {
	m.Kind, m.Version = Report, 2
	n, rest := int(binary.BigEndian.Uint16(body[6:])), body[8:]
	if n > maxRecords {
		return m, fmt.Errorf("MLD report of %d groups", n)
	}
	for i := range n {
		if len(rest) < 20 {
			return m, short(fmt.Sprintf("record %d of %d", i+1, n), len(rest), 20)
		}
		sources := int(binary.BigEndian.Uint16(rest[2:]))
		size := 20 + 16*sources + 4*int(rest[1])
		if len(rest) < size {
			return m, short(fmt.Sprintf("record %d of %d", i+1, n), len(rest), size)
		}
		m.record(rest[0], netip.AddrFrom16([16]byte(rest[4:])), sources)
		rest = rest[size:]
	}
	return m, nil
}
