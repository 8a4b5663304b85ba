package lacp

import (
	"encoding/binary"
	"errors"
	"fmt"
)

// Sizes and types of IEEE 802.1AX-2014 section 6.4.2.3, from the subtype on (the frame's header is the caller's).
const (
	subtypeLACP = 1
	version     = 1

	tlvActor     = 1
	tlvPartner   = 2
	tlvCollector = 3

	partyLen     = 20
	collectorLen = 16

	// PDULen is the length of a LACPDU without the Ethernet header and the check sequence.
	PDULen = 110
	// shortest is up to the end of the collector's TLV; all behind it is padding to us.
	shortest = 2 + partyLen + partyLen + collectorLen
)

// PDU is a LACPDU.
type PDU struct {
	Actor   Party // of the sender
	Partner Party // what the sender believes of the receiver
	// CollectorMaxDelay is how long the sender's collector may hold a frame, in tens of microseconds.
	CollectorMaxDelay uint16
}

// Append writes the LACPDU, beginning with the slow protocols' subtype.
func (p PDU) Append(b []byte) []byte {
	end := len(b) + PDULen
	b = append(b, subtypeLACP, version)
	b = appendParty(b, tlvActor, p.Actor)
	b = appendParty(b, tlvPartner, p.Partner)
	b = append(b, tlvCollector, collectorLen)
	b = binary.BigEndian.AppendUint16(b, p.CollectorMaxDelay)
	return append(b, make([]byte, end-len(b))...) // reserved, the terminator, reserved
}

func appendParty(b []byte, tlv byte, p Party) []byte {
	b = append(b, tlv, partyLen)
	b = binary.BigEndian.AppendUint16(b, p.System.Priority)
	b = append(b, p.System.MAC[:]...)
	b = binary.BigEndian.AppendUint16(b, p.Key)
	b = binary.BigEndian.AppendUint16(b, p.Port.Priority)
	b = binary.BigEndian.AppendUint16(b, p.Port.Number)
	return append(b, byte(p.State), 0, 0, 0)
}

// ErrNotLACP says that the frame is of another slow protocol.
var ErrNotLACP = errors.New("not a LACPDU")

// ParsePDU reads a LACPDU from its subtype on. As the standard asks, a newer version is read as this one, and reserved octets are not
// looked at.
func ParsePDU(b []byte) (PDU, error) {
	var p PDU
	if len(b) == 0 || b[0] != subtypeLACP {
		return p, ErrNotLACP
	}
	if len(b) < shortest {
		return p, fmt.Errorf("LACPDU has %d octets, at least %d are needed", len(b), shortest)
	}
	if b[1] < version {
		return p, fmt.Errorf("LACPDU has version %d", b[1])
	}
	for _, tlv := range []struct{ at, kind, length byte }{
		{2, tlvActor, partyLen}, {2 + partyLen, tlvPartner, partyLen}, {2 + 2*partyLen, tlvCollector, collectorLen},
	} {
		if b[tlv.at] != tlv.kind || b[tlv.at+1] != tlv.length {
			return p, fmt.Errorf("LACPDU has TLV %d of length %d where %d of length %d belongs", b[tlv.at], b[tlv.at+1], tlv.kind, tlv.length)
		}
	}
	p.Actor = party(b[4:])
	p.Partner = party(b[4+partyLen:])
	p.CollectorMaxDelay = binary.BigEndian.Uint16(b[4+2*partyLen:])
	return p, nil
}

func party(b []byte) Party {
	return Party{
		System: SystemID{Priority: binary.BigEndian.Uint16(b), MAC: MAC(b[2:8])},
		Key:    binary.BigEndian.Uint16(b[8:]),
		Port:   PortID{Priority: binary.BigEndian.Uint16(b[10:]), Number: binary.BigEndian.Uint16(b[12:])},
		State:  State(b[14]),
	}
}
