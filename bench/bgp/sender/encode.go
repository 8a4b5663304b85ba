package sender

import (
	"encoding/binary"
	"fmt"
	"net/netip"

	"github.com/heddle-nos/heddle/bench/bgp/table"
)

// RFC 4271 section 4.
const (
	headerLen  = 19
	messageLen = 4096

	typeOpen      = 1
	typeUpdate    = 2
	typeNotify    = 3
	typeKeepalive = 4

	flagOptional   = 0x80
	flagTransitive = 0x40
	flagExtended   = 0x10

	attrOrigin      = 1
	attrPath        = 2
	attrNextHop     = 3
	attrMED         = 4
	attrAtomic      = 6
	attrAggregator  = 7
	attrCommunities = 8
)

// Updates encodes a table as UPDATEs for peers with four-octet AS numbers: as many prefixes to a message as have the same attributes and fit,
// and End-of-RIB (RFC 4724 section 2) at the end. as goes before every path.
func Updates(sets []table.Set, as uint32, nextHop netip.Addr) ([]byte, error) {
	if !nextHop.Is4() {
		return nil, fmt.Errorf("next hop %s is not IPv4", nextHop)
	}
	var out []byte
	for _, s := range sets {
		attrs := attributes(s.Attributes, as, nextHop)
		for rest := s.Prefixes; len(rest) > 0; {
			at := len(out)
			out = begin(out, typeUpdate)
			out = append(out, 0, 0) // nothing is withdrawn
			out = binary.BigEndian.AppendUint16(out, uint16(len(attrs)))
			out = append(out, attrs...)
			for len(rest) > 0 && len(out)-at+5 <= messageLen {
				out = appendPrefix(out, rest[0])
				rest = rest[1:]
			}
			finish(out[at:])
		}
	}
	at := len(out)
	out = append(begin(out, typeUpdate), 0, 0, 0, 0)
	finish(out[at:])
	return out, nil
}

// begin starts a message whose length is not known yet.
func begin(out []byte, kind byte) []byte {
	for range 16 {
		out = append(out, 0xff)
	}
	return append(out, 0, 0, kind)
}

func finish(message []byte) { binary.BigEndian.PutUint16(message[16:], uint16(len(message))) }

func appendPrefix(out []byte, p netip.Prefix) []byte {
	a := p.Addr().As4()
	return append(append(out, byte(p.Bits())), a[:(p.Bits()+7)/8]...)
}

// attributes encodes them in the order of their numbers.
func attributes(a table.Attributes, as uint32, nextHop netip.Addr) []byte {
	out := appendAttribute(nil, flagTransitive, attrOrigin, []byte{a.Origin})
	const sequence = 2
	path := []byte{sequence, byte(1 + len(a.Path))}
	path = appendNumbers(binary.BigEndian.AppendUint32(path, as), a.Path)
	out = appendAttribute(out, flagTransitive, attrPath, path)
	out = appendAttribute(out, flagTransitive, attrNextHop, nextHop.AsSlice())
	if a.MED != 0 {
		out = appendAttribute(out, flagOptional, attrMED, binary.BigEndian.AppendUint32(nil, a.MED))
	}
	if a.Atomic {
		out = appendAttribute(out, flagTransitive, attrAtomic, nil)
	}
	if a.Aggregator != 0 {
		value := append(binary.BigEndian.AppendUint32(nil, a.Aggregator), nextHop.AsSlice()...)
		out = appendAttribute(out, flagOptional|flagTransitive, attrAggregator, value)
	}
	if len(a.Communities) > 0 {
		out = appendAttribute(out, flagOptional|flagTransitive, attrCommunities, appendNumbers(nil, a.Communities))
	}
	return out
}

func appendAttribute(out []byte, flags, kind byte, value []byte) []byte {
	if len(value) > 255 {
		out = append(out, flags|flagExtended, kind)
		return append(binary.BigEndian.AppendUint16(out, uint16(len(value))), value...)
	}
	return append(append(out, flags, kind, byte(len(value))), value...)
}

func appendNumbers(out []byte, numbers []uint32) []byte {
	for _, n := range numbers {
		out = binary.BigEndian.AppendUint32(out, n)
	}
	return out
}
