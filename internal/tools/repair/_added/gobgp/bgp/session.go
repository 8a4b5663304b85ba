package bgp

import (
	"encoding/binary"
	"fmt"
	"net"
)

// BGP_CAP_EXTENDED_MESSAGE is the capability of messages of up to 65535 bytes (RFC 8654).
const BGP_CAP_EXTENDED_MESSAGE BGPCapabilityCode = 6

// Session is what the reading and writing of messages depends on.
type Session struct {
	External        bool // the neighbour is of another AS, out of the own confederation
	Confederation   bool // the neighbour is of another AS of the own confederation
	FourOctetAS     bool // RFC 6793
	Extended        bool // RFC 8654
	LoopbackNextHop bool // both ends are on loopback
	Local           net.IP
	Families        map[RouteFamily]BGPAddPathMode // that both ends speak
}

// Agree makes the options those of a session.
func (o *MarshallingOption) Agree(external, confederation, fourOctetAS bool, families map[RouteFamily]BGPAddPathMode) {
	o.Session = &Session{External: external, Confederation: confederation, FourOctetAS: fourOctetAS, Families: families}
}

// sessionOf is the session that options belong to; nil: they belong to none.
func sessionOf(options []*MarshallingOption) *Session {
	for _, o := range options {
		if o != nil && o.Session != nil {
			return o.Session
		}
	}
	return nil
}

// maxMessageLength is the length that a message may have.
func maxMessageLength(options []*MarshallingOption) int {
	if s := sessionOf(options); s != nil {
		return s.MaxLength(BGP_MSG_UPDATE)
	}
	return BGP_MAX_MESSAGE_LENGTH
}

// MaxLength is the length that a message of a type may have (RFC 4271 section 4.1, RFC 8654 section 4).
func (s *Session) MaxLength(kind uint8) int {
	if s != nil && s.Extended && kind != BGP_MSG_OPEN && kind != BGP_MSG_KEEPALIVE {
		return 65535
	}
	return BGP_MAX_MESSAGE_LENGTH
}

// minLength is the least length that messages have, by type (RFC 4271 section 6.1, RFC 2918).
var minLength = map[uint8]int{BGP_MSG_OPEN: 29, BGP_MSG_UPDATE: 23, BGP_MSG_NOTIFICATION: 21, BGP_MSG_KEEPALIVE: 19, BGP_MSG_ROUTE_REFRESH: 23}

// ReadHeader reads the header of a message. The session is nil before both OPEN are known.
func (s *Session) ReadHeader(h *BGPHeader, data []byte) error {
	fail := func(subcode uint8, field []byte, format string, args ...any) error {
		return NewMessageError(BGP_ERROR_MESSAGE_HEADER_ERROR, subcode, field, fmt.Sprintf(format, args...))
	}
	for _, b := range data[:16] {
		if b != 0xff {
			return fail(BGP_ERROR_SUB_CONNECTION_NOT_SYNCHRONIZED, nil, "marker is %x", data[:16])
		}
	}
	h.Len, h.Type = binary.BigEndian.Uint16(data[16:]), data[18]
	least, known := minLength[h.Type]
	switch n := int(h.Len); {
	case !known:
		return fail(BGP_ERROR_SUB_BAD_MESSAGE_TYPE, data[18:19], "message of type %d", h.Type)
	case n < least, n > s.MaxLength(h.Type), h.Type == BGP_MSG_KEEPALIVE && n != least:
		return fail(BGP_ERROR_SUB_BAD_MESSAGE_LENGTH, data[16:18], "message of type %d has length %d", h.Type, n)
	}
	return nil
}
