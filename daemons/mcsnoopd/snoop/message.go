package snoop

import (
	"errors"
	"fmt"
	"net/netip"
	"time"
)

// Message is what a packet says.
type Message struct {
	From netip.Addr
	// Query asks who listens: to Group, or to any if that is not valid.
	Query   bool
	Group   netip.Addr
	MaxResp time.Duration // within which listeners answer; 0: IGMPv1's 10 s
	// Joins and Leaves are groups that a listener wants, or wants no more.
	Joins, Leaves []netip.Addr
}

// ErrNotOurs is the error for packets of other protocols, or of other types.
var ErrNotOurs = errors.New("neither IGMP nor MLD")

// maxRecords bounds the groups of a report: more do not fit a frame.
const maxRecords = 1024

// Parse reads an IP packet.
func Parse(packet []byte) (Message, error) {
	if len(packet) == 0 {
		return Message{}, errors.New("empty packet")
	}
	switch packet[0] >> 4 {
	case 4:
		return parseIGMP(packet)
	case 6:
		return parseMLD(packet)
	}
	return Message{}, ErrNotOurs
}

// Tracked reports whether a group is one to keep listeners of. Those of link scope
// are for everybody (RFC 4541 section 2.1.2, section 3).
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

// record notes what a record of an IGMPv3 or MLDv2 report says of a group (RFC 3376
// section 4.2.12, RFC 3810 section 5.2.12).
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
	}
}

func (m *Message) join(group netip.Addr) {
	if Tracked(group) {
		m.Joins = append(m.Joins, group)
	}
}

func (m *Message) leave(group netip.Addr) {
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
