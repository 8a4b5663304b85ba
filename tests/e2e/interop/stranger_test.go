package interop_test

import (
	"bytes"
	"encoding/binary"
	"io"
	"net"
	"net/netip"
	"testing"
	"time"

	"github.com/heddle-nos/heddle/internal/kernel"
)

// Types of messages (RFC 4271 section 4.1).
const (
	msgOpen         = 1
	msgUpdate       = 2
	msgNotification = 3
	msgKeepAlive    = 4
)

// Attributes (RFC 4271 section 5 and those that came later), and their flags.
const (
	attrOrigin        = 1
	attrASPath        = 2
	attrNextHop       = 3
	attrMED           = 4
	attrLocalPref     = 5
	attrAtomic        = 6
	attrAggregator    = 7
	attrCommunities   = 8
	attrOriginator    = 9
	attrClusterList   = 10
	attrMPReach       = 14
	attrMPUnreach     = 15
	attrExtCommunity  = 16
	attrAS4Path       = 17
	attrAS4Aggregator = 18
	attrLargeCommunit = 32

	optional   = 0x80
	transitive = 0x40
	partial    = 0x20
	extended   = 0x10
)

// strangerAS is that of the peer that the test itself is.
const strangerAS = 65003

// stranger is a peer whose messages are put together byte by byte.
type stranger struct {
	t    *testing.T
	conn net.Conn
}

// Capabilities of strangers.
var (
	capIPv4       = []byte{1, 4, 0, 1, 0, 1}
	capIPv6       = []byte{1, 4, 0, 2, 0, 1}
	capFourOctets = []byte{65, 4, 0, 0, strangerAS >> 8, strangerAS & 0xff}
	capExtended   = []byte{6, 0}                            // RFC 8654
	capGraceful   = []byte{64, 6, 0, 120, 0, 1, 1, 0x80}    // RFC 4724: 120 s, and IPv4 is forwarded meanwhile
	capRestarted  = []byte{64, 6, 0x80, 120, 0, 1, 1, 0x80} // the same of one that has restarted
)

// meet brings a session up from an address in a network with one of the switch, with routes of IPv4 and IPv6 and AS of four bytes.
func (d *device) meet(far *kernel.Kernel, from, to string) *stranger {
	d.t.Helper()
	return d.meetWith(far, from, to, strangerAS, capIPv4, capIPv6, capFourOctets)
}

// meetWith is meet with an AS and capabilities.
func (d *device) meetWith(far *kernel.Kernel, from, to string, as uint16, caps ...[]byte) *stranger {
	d.t.Helper()
	t := d.t
	eventually(t, "the switch waits", "Active", d.state(from))
	s := &stranger{t: t}
	dialer := net.Dialer{Timeout: patience, LocalAddr: &net.TCPAddr{IP: net.ParseIP(from)}}
	if err := far.Inside(func() (err error) {
		s.conn, err = dialer.Dial("tcp4", net.JoinHostPort(to, "179"))
		return err
	}); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.conn.Close() })
	if err := s.conn.SetDeadline(time.Now().Add(10 * patience)); err != nil {
		t.Fatal(err)
	}
	s.send(msgOpen, open(as, from, bytes.Join(caps, nil)))
	if kind, _ := s.receive(); kind != msgOpen {
		t.Fatalf("message of type %d, want OPEN", kind)
	}
	s.send(msgKeepAlive, nil)
	if kind, body := s.receive(); kind != msgKeepAlive {
		t.Fatalf("message of type %d, want KEEPALIVE: % x", kind, body)
	}
	d.up(from)
	return s
}

// open is the body of an OPEN.
func open(as uint16, id string, caps []byte) []byte {
	body := append([]byte{4, byte(as >> 8), byte(as), 0, 240}, netip.MustParseAddr(id).AsSlice()...)
	return append(append(body, byte(len(caps)+2), 2, byte(len(caps))), caps...)
}

func (s *stranger) send(kind byte, body []byte) {
	s.t.Helper()
	if _, err := s.conn.Write(message(kind, body)); err != nil {
		s.t.Fatal(err)
	}
}

func message(kind byte, body []byte) []byte {
	m := make([]byte, 16, 19+len(body))
	for i := range m {
		m[i] = 0xff
	}
	m = binary.BigEndian.AppendUint16(m, uint16(19+len(body)))
	return append(append(m, kind), body...)
}

// receive reads the next message; of type 0 when the connection has ended.
func (s *stranger) receive() (kind byte, body []byte) {
	head := make([]byte, 19)
	if _, err := io.ReadFull(s.conn, head); err != nil {
		return 0, nil
	}
	body = make([]byte, max(int(binary.BigEndian.Uint16(head[16:])), 19)-19)
	if _, err := io.ReadFull(s.conn, body); err != nil {
		return 0, nil
	}
	return head[18], body
}

// next skips to the next message of a type.
func (s *stranger) next(want byte) []byte {
	s.t.Helper()
	if err := s.conn.SetReadDeadline(time.Now().Add(patience)); err != nil {
		s.t.Fatal(err)
	}
	for {
		switch kind, body := s.receive(); kind {
		case want:
			return body
		case 0:
			s.t.Fatalf("no message of type %d", want)
		}
	}
}

// attr is a path attribute.
type attr struct {
	flags, kind byte
	value       []byte
}

// good are the attributes of a path that nothing is wrong with.
func good() []attr {
	return []attr{
		{transitive, attrOrigin, []byte{0}},
		{transitive, attrASPath, binary.BigEndian.AppendUint32([]byte{2, 1}, strangerAS)},
		{transitive, attrNextHop, []byte{10, 0, 0, 2}},
	}
}

// with gives attributes with some in place of those of their kind, or after them.
func with(list []attr, more ...attr) []attr {
	for _, m := range more {
		found := false
		for i := range list {
			if list[i].kind == m.kind && !found {
				list[i], found = m, true
			}
		}
		if !found {
			list = append(list, m)
		}
	}
	return list
}

// without gives attributes without those of a kind.
func without(list []attr, kind byte) []attr {
	var out []attr
	for _, a := range list {
		if a.kind != kind {
			out = append(out, a)
		}
	}
	return out
}

// update is the body of an UPDATE.
func update(attrs []attr, nlri ...byte) []byte {
	var raw []byte
	for _, a := range attrs {
		raw = append(raw, a.flags, a.kind)
		if a.flags&extended != 0 {
			raw = append(raw, byte(len(a.value)>>8))
		}
		raw = append(append(raw, byte(len(a.value))), a.value...)
	}
	body := binary.BigEndian.AppendUint16([]byte{0, 0}, uint16(len(raw)))
	return append(append(body, raw...), nlri...)
}

// nlri writes a prefix.
func nlri(prefix string) []byte {
	p := netip.MustParsePrefix(prefix)
	return append([]byte{byte(p.Bits())}, p.Addr().AsSlice()[:(p.Bits()+7)/8]...)
}
