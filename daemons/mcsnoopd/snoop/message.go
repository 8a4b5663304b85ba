package snoop

import (
	"errors"
	"fmt"
	"net/netip"
	"time"
)

// Kind is what a packet is for.
type Kind uint8

// The kinds.
const (
	Query   Kind = iota // asks who listens
	Report              // says who listens
	Leave               // of IGMPv2 or MLDv1: says who does no more
	Hello               // of a PIM router
	Routing             // between PIM routers, and nothing else
)

// Message is what a packet says.
type Message struct {
	Kind    Kind
	Version int // of IGMP or MLD
	From    netip.Addr

	// Of a query: which group is asked for, if not all; which sources are; how long listeners may take, and how often the querier asks
	// (0: it does not say). Suppress says that routers must not shorten their time (RFC 3376 section 4.1.5).
	Group    netip.Addr
	Sources  int
	MaxResp  time.Duration // 0: IGMPv1's 10 s
	Interval time.Duration
	Suppress bool

	// Of a report or leave: groups that a listener wants, wants no more, or of which it no longer wants some sources.
	Joins, Leaves, Blocks []netip.Addr

	Hold time.Duration // of a hello: for how long it counts
}

// ErrNotOurs is the error for packets of other protocols, or of other types.
var ErrNotOurs = errors.New("neither IGMP, MLD nor PIM")

// maxRecords bounds the groups of a report: more do not fit a frame.
const maxRecords = 1024

// Parse reads an IP packet.
func Parse(packet []byte) (Message, error) {
	if len(packet) == 0 {
		return Message{}, errors.New("empty packet")
	}
	switch packet[0] >> 4 {
	case 4:
		return parseIPv4(packet)
	case 6:
		return parseIPv6(packet)
	}
	return Message{}, ErrNotOurs
}

// Tracked reports whether a group is one to keep listeners of. Those of link scope are for everybody (RFC 4541 section 2.1.2, section 3).
func Tracked(group netip.Addr) bool {
	switch {
	case !group.IsMulticast():
		return false
	case group.Is4():
		a := group.As4()
		return !(a[0] == 224 && a[1] == 0 && a[2] == 0)
	}
	return group.As16()[1]&0x0f > 2
}

// record notes what a record of an IGMPv3 or MLDv2 report says of a group (RFC 3376 section 4.2.12, RFC 3810 section 5.2.12).
func (m *Message) record(kind byte, group netip.Addr, sources int) {
	if !Tracked(group) {
		return
	}
	switch kind {
	case 2, 4, 5: // EXCLUDE in two words, ALLOW_NEW_SOURCES
		m.Joins = append(m.Joins, group)
	case 1, 3: // INCLUDE in two words
		if sources > 0 {
			m.Joins = append(m.Joins, group)
		} else if kind == 3 {
			m.Leaves = append(m.Leaves, group)
		}
	case 6: // BLOCK_OLD_SOURCES
		m.Blocks = append(m.Blocks, group)
	}
}

func (m *Message) join(group netip.Addr) {
	m.Kind = Report
	if Tracked(group) {
		m.Joins = append(m.Joins, group)
	}
}

func (m *Message) leave(group netip.Addr) {
	m.Kind = Leave
	if Tracked(group) {
		m.Leaves = append(m.Leaves, group)
	}
}

// sum is the Internet checksum of some words, which start with a sum so far.
func sum(start uint32, b []byte) uint32 {
	for i := 0; i+1 < len(b); i += 2 {
		start += uint32(b[i])<<8 | uint32(b[i+1])
	}
	if len(b)%2 == 1 {
		start += uint32(b[len(b)-1]) << 8
	}
	for start > 0xffff {
		start = start>>16 + start&0xffff
	}
	return start
}

// short is the error for a packet that ends too early.
func short(what string, have, want int) error {
	return fmt.Errorf("%s: %d bytes, at least %d are needed", what, have, want)
}
