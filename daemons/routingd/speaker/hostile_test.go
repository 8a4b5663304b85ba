package speaker_test

import (
	"fmt"
	"io"
	"math/rand/v2"
	"net"
	"testing"
	"time"

	"github.com/osrg/gobgp/v3/pkg/packet/bgp"
)

// stranger is a peer in AS 65003 that writes what it likes.
type stranger struct {
	t    *testing.T
	conn net.Conn
}

// meetStranger brings a session up from an address to the router at 127.0.0.1.
func meetStranger(t *testing.T, from string, port int) *stranger {
	t.Helper()
	d := net.Dialer{Timeout: patience, LocalAddr: &net.TCPAddr{IP: net.ParseIP(from)}}
	conn, err := d.DialContext(t.Context(), "tcp4", fmt.Sprintf("127.0.0.1:%d", port))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { conn.Close() })
	if err := conn.SetDeadline(time.Now().Add(patience)); err != nil {
		t.Fatal(err)
	}
	s := &stranger{t, conn}
	s.write(bgp.NewBGPOpenMessage(65003, 90, "3.3.3.3", nil))
	s.read(bgp.BGP_MSG_OPEN)
	s.write(bgp.NewBGPKeepAliveMessage())
	s.read(bgp.BGP_MSG_KEEPALIVE)
	return s
}

func (s *stranger) write(m *bgp.BGPMessage) {
	s.t.Helper()
	raw, err := m.Serialize()
	if err != nil {
		s.t.Fatal(err)
	}
	if _, err := s.conn.Write(raw); err != nil {
		s.t.Fatal(err)
	}
}

// read skips to the next message of a type.
func (s *stranger) read(want uint8) {
	s.t.Helper()
	for {
		head := make([]byte, bgp.BGP_HEADER_LENGTH)
		if _, err := io.ReadFull(s.conn, head); err != nil {
			s.t.Fatalf("waiting for a message of type %d: %v", want, err)
		}
		body := make([]byte, int(head[16])<<8|int(head[17])-bgp.BGP_HEADER_LENGTH)
		if _, err := io.ReadFull(s.conn, body); err != nil {
			s.t.Fatal(err)
		}
		if head[18] == want {
			return
		}
	}
}

// update is an UPDATE with one route, whose ORIGIN is as given.
func update(prefix string, origin uint8) *bgp.BGPMessage {
	return bgp.NewBGPUpdateMessage(nil, []bgp.PathAttributeInterface{
		bgp.NewPathAttributeOrigin(origin),
		bgp.NewPathAttributeAsPath([]bgp.AsPathParamInterface{bgp.NewAsPathParam(bgp.BGP_ASPATH_ATTR_TYPE_SEQ, []uint16{65003})}),
		bgp.NewPathAttributeNextHop("127.0.0.3"),
	}, []*bgp.IPAddrPrefix{bgp.NewIPAddrPrefix(24, prefix)})
}

// acceptStrangers lets a router take anybody from 127.1.0.0/16.
func acceptStrangers(t *testing.T) (a, b *router, port int) {
	a, b = pair(t)
	a.clean(a.set("BGP_PEER_RANGE|ANYBODY ip_range@=127.1.0.0/16 peer_asn=65003"))
	return a, b, int(a.peer("127.0.0.2").Transport.RemotePort)
}

// TestMalformedAttributeIsTreatedAsWithdraw: RFC 7606 section 2. A route with an ORIGIN that does not exist is gone, and the session is not.
func TestMalformedAttributeIsTreatedAsWithdraw(t *testing.T) {
	a, _, port := acceptStrangers(t)
	s := meetStranger(t, "127.1.0.1", port)
	s.write(update("192.0.2.0", 0))
	s.write(update("198.51.100.0", 0))
	a.expect("two routes", map[string]string{"192.0.2.0/24": "65003", "198.51.100.0/24": "65003"})
	s.write(update("192.0.2.0", 9))
	a.expect("one is taken for withdrawn", map[string]string{"198.51.100.0/24": "65003"})
	if !a.established("127.1.0.1") {
		t.Error("the session was reset")
	}
}

// TestHostileUpdates sends broken UPDATEs over many sessions. What is in them is of no consequence for the router's other session.
func TestHostileUpdates(t *testing.T) {
	a, b, port := acceptStrangers(t)
	good, err := update("192.0.2.0", 0).Serialize()
	if err != nil {
		t.Fatal(err)
	}
	for i := range 60 {
		random := rand.New(rand.NewPCG(1, uint64(i)))
		s := meetStranger(t, fmt.Sprintf("127.1.1.%d", i+1), port)
		for range 20 {
			bad := append([]byte(nil), good...)
			for range 1 + random.IntN(4) {
				bad[bgp.BGP_HEADER_LENGTH+random.IntN(len(bad)-bgp.BGP_HEADER_LENGTH)] = byte(random.Uint32())
			}
			if _, err := s.conn.Write(bad); err != nil {
				break // the router has had enough of it
			}
		}
	}
	b.clean(b.set("BGP_GLOBALS_AF_NETWORK|default|ipv4_unicast|203.0.113.0/24"))
	wait(t, "a route of the other session", func() bool { return a.hasRoute("203.0.113.0/24", "65002") })
	if n := a.opens("127.0.0.2"); n != 1 || !a.established("127.0.0.2") {
		t.Errorf("the other session was opened %d times, want once", n)
	}
}
