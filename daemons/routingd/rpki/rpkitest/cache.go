package rpkitest

import (
	"encoding/binary"
	"io"
	"net"
	"net/netip"
	"slices"
	"sync"
	"testing"
)

// Cache answers routers, over one version of the protocol.
type Cache struct {
	Addr    netip.AddrPort
	Version byte
	Timers  [3]uint32 // refresh, retry, expire in seconds, of version 1
	Rude    bool      // a session of before is an error, as to StayRTR, not a reset

	t  *testing.T
	mu sync.Mutex

	listener net.Listener
	conns    map[net.Conn]bool
	session  uint16
	serial   uint32
	vrps     []string
	before   map[uint32][]string // VRPs by serial number
}

// Start serves on a loopback address until the test ends. A VRP is "10.0.0.0/8 24 65001": prefix, greatest length, AS.
func Start(t *testing.T, version byte, vrps ...string) *Cache {
	t.Helper()
	c := &Cache{t: t, Version: version, Timers: [3]uint32{3600, 600, 7200}, conns: make(map[net.Conn]bool), session: 7, before: make(map[uint32][]string)}
	c.Set(vrps...)
	c.listen("127.0.0.1:0")
	t.Cleanup(c.Kill)
	return c
}

func (c *Cache) listen(at string) {
	c.t.Helper()
	l, err := net.Listen("tcp", at)
	if err != nil {
		c.t.Fatal(err)
	}
	c.listener, c.Addr = l, l.Addr().(*net.TCPAddr).AddrPort()
	go func() {
		for {
			conn, err := l.Accept()
			if err != nil {
				return
			}
			c.mu.Lock()
			c.conns[conn] = true
			c.mu.Unlock()
			go c.serve(conn)
		}
	}()
}

// Kill closes everything.
func (c *Cache) Kill() {
	c.listener.Close()
	c.mu.Lock()
	defer c.mu.Unlock()
	for conn := range c.conns {
		conn.Close()
	}
	clear(c.conns)
}

// Revive serves again, at the same address, with a session of its own.
func (c *Cache) Revive(vrps ...string) {
	c.t.Helper()
	c.mu.Lock()
	c.session++
	clear(c.before)
	c.mu.Unlock()
	c.Set(vrps...)
	c.listen(c.Addr.String())
}

// Set changes what is said, and tells those that are connected that there is news.
func (c *Cache) Set(vrps ...string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.serial++
	c.vrps = vrps
	c.before[c.serial] = vrps
	for conn := range c.conns {
		_, _ = conn.Write(c.pdu(0, c.session, binary.BigEndian.AppendUint32(nil, c.serial)))
	}
}

// Send writes raw bytes to those that are connected.
func (c *Cache) Send(raw []byte) {
	c.mu.Lock()
	defer c.mu.Unlock()
	for conn := range c.conns {
		_, _ = conn.Write(raw)
	}
}

func (c *Cache) pdu(kind byte, session uint16, body []byte) []byte {
	out := binary.BigEndian.AppendUint16([]byte{c.Version, kind}, session)
	return append(binary.BigEndian.AppendUint32(out, uint32(8+len(body))), body...)
}

func (c *Cache) serve(conn net.Conn) {
	defer conn.Close()
	for {
		head := make([]byte, 8)
		if _, err := io.ReadFull(conn, head); err != nil {
			return
		}
		body := make([]byte, binary.BigEndian.Uint32(head[4:])-8)
		if _, err := io.ReadFull(conn, body); err != nil {
			return
		}
		c.mu.Lock()
		_, err := conn.Write(c.answer(head, body))
		c.mu.Unlock()
		if err != nil {
			return
		}
	}
}

// answer is what a question of a router gets.
func (c *Cache) answer(head, body []byte) []byte {
	if head[0] > c.Version { // Unsupported Protocol Version
		return c.pdu(10, 4, make([]byte, 8))
	}
	added, gone := c.vrps, []string(nil)
	if head[1] == 1 {
		old, known := c.before[binary.BigEndian.Uint32(body)]
		if !known || binary.BigEndian.Uint16(head[2:]) != c.session {
			if c.Rude {
				return c.pdu(10, 0, make([]byte, 8))
			}
			return c.pdu(8, 0, nil)
		}
		added, gone = without(c.vrps, old), without(old, c.vrps)
	}
	out := c.pdu(3, c.session, nil)
	for _, v := range gone {
		out = append(out, c.prefix(v, 0)...)
	}
	for _, v := range added {
		out = append(out, c.prefix(v, 1)...)
	}
	end := binary.BigEndian.AppendUint32(nil, c.serial)
	if c.Version > 0 {
		for _, n := range c.Timers {
			end = binary.BigEndian.AppendUint32(end, n)
		}
	}
	return append(out, c.pdu(7, c.session, end)...)
}

func without(list, those []string) []string {
	return slices.DeleteFunc(slices.Clone(list), func(v string) bool { return slices.Contains(those, v) })
}

// prefix writes a VRP.
func (c *Cache) prefix(v string, flags byte) []byte {
	p, most, asn := Parse(c.t, v)
	kind := byte(4)
	if p.Addr().Is6() {
		kind = 6
	}
	body := append([]byte{flags, byte(p.Bits()), most, 0}, p.Addr().AsSlice()...)
	return c.pdu(kind, 0, binary.BigEndian.AppendUint32(body, asn))
}
