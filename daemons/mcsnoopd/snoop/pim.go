package snoop

import (
	"encoding/binary"
	"errors"
	"time"
)

const (
	pimLength    = 4
	pimVersion   = 2
	pimHello     = 0
	pimHoldTime  = 1                 // the option
	pimForever   = 0xffff            // of a neighbour that never times out
	helloDefault = 105 * time.Second // RFC 7761 section 4.11: Default_Hello_Holdtime
)

// pim reads a hello (RFC 7761 section 4.9.2); of other messages only that they are there. pseudo is the sum of IPv6's pseudo header; 0 for IPv4.
func (m Message) pim(body []byte, pseudo uint32) (Message, error) {
	if len(body) < pimLength {
		return m, short("PIM message", len(body), pimLength)
	}
	if body[0] != pimVersion<<4|pimHello {
		m.Kind = Routing
		return m, nil
	}
	if sum(pseudo, body) != 0xffff {
		return m, errors.New("PIM checksum is wrong")
	}
	m.Kind, m.Version, m.Hold = Hello, pimVersion, helloDefault
	for rest := body[pimLength:]; len(rest) > 0; {
		if len(rest) < 4 {
			return m, short("PIM option", len(rest), 4)
		}
		option, n := binary.BigEndian.Uint16(rest), int(binary.BigEndian.Uint16(rest[2:]))
		if len(rest) < 4+n {
			return m, short("PIM option", len(rest), 4+n)
		}
		if option == pimHoldTime && n == 2 {
			m.Hold = time.Duration(binary.BigEndian.Uint16(rest[4:])) * time.Second
		}
		rest = rest[4+n:]
	}
	return m, nil
}
