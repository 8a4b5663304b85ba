package ping

import (
	"encoding/binary"
	"net"
	"testing"
)

func TestChecksum(t *testing.T) {
	// The example of RFC 1071 section 3: the sum of these words is ddf2.
	if got := checksum([]byte{0x00, 0x01, 0xf2, 0x03, 0xf4, 0xf5, 0xf6, 0xf7}); got != ^uint16(0xddf2) {
		t.Errorf("got %04x", got)
	}
}

func TestMatch(t *testing.T) {
	s := &socket{to: &net.IPAddr{IP: net.IPv4(10, 0, 0, 1)}, id: 7}
	reply := func(kind byte, id uint16, length int) []byte {
		m := make([]byte, max(length, 8))
		m[0] = kind
		binary.BigEndian.PutUint16(m[4:], id)
		binary.BigEndian.PutUint16(m[6:], 99)
		return m[:length]
	}
	peer, stranger := &net.IPAddr{IP: net.IPv4(10, 0, 0, 1)}, &net.IPAddr{IP: net.IPv4(10, 0, 0, 2)}
	for _, c := range []struct {
		name    string
		message []byte
		from    *net.IPAddr
		want    bool
	}{
		{"own reply", reply(echoReply4, 7, 56), peer, true},
		{"a request", reply(echoRequest4, 7, 56), peer, false},
		{"of another program", reply(echoReply4, 8, 56), peer, false},
		{"from another host", reply(echoReply4, 7, 56), stranger, false},
		{"too short", reply(echoReply4, 7, 7), peer, false},
		{"empty", nil, peer, false},
	} {
		seq, ok := s.match(c.message, c.from)
		if ok != c.want || ok && seq != 99 {
			t.Errorf("%s: %d, %v", c.name, seq, ok)
		}
	}
}
