package discover

import (
	"encoding/binary"
	"errors"
	"net"
	"time"
)

// ICMPv6 and its options (RFC 4861 sections 4.2 and 4.6.1).
const (
	typeRouterAdvert  = 134
	advertLength      = 16
	optionSourceLink  = 1
	advertisedHops    = 64
	advertisedSeconds = 3 * int(interval/time.Second)
)

// interval is how often routers advertise themselves: FRR's with unnumbered BGP peers.
const interval = 10 * time.Second

// advert writes a router advertisement of a device; the kernel puts the checksum in.
func advert(mac net.HardwareAddr) []byte {
	b := make([]byte, advertLength, advertLength+8)
	b[0], b[4] = typeRouterAdvert, advertisedHops
	binary.BigEndian.PutUint16(b[6:], uint16(advertisedSeconds))
	if len(mac) == 6 {
		b = append(append(b, optionSourceLink, 1), mac...)
	}
	return b
}

var errNoAdvert = errors.New("no router advertisement")

// parseAdvert checks what came (RFC 4861 section 6.1.2) and gives how long the router says that it will be there.
func parseAdvert(b []byte, hops int) (time.Duration, error) {
	if len(b) < advertLength || b[0] != typeRouterAdvert || b[1] != 0 || hops != 255 {
		return 0, errNoAdvert
	}
	for rest := b[advertLength:]; len(rest) > 0; {
		if len(rest) < 2 || rest[1] == 0 || int(rest[1])*8 > len(rest) {
			return 0, errNoAdvert
		}
		rest = rest[int(rest[1])*8:]
	}
	return time.Duration(binary.BigEndian.Uint16(b[6:])) * time.Second, nil
}
