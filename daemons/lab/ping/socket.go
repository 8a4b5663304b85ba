package ping

import (
	"encoding/binary"
	"errors"
	"fmt"
	"net"
	"net/netip"
	"os"
	"time"

	"golang.org/x/sys/unix"

	"github.com/heddle-nos/heddle/daemons/lab/namespace"
)

// Message types (RFC 792, RFC 4443).
const (
	echoReply4    = 0
	echoRequest4  = 8
	echoRequest6  = 128
	echoReply6    = 129
	headerLength  = 8
	payloadLength = 48
)

// socket is a raw ICMP socket towards one address.
type socket struct {
	conn *net.IPConn
	to   *net.IPAddr
	id   uint16
	v6   bool
}

// dial opens a socket inside a namespace.
func dial(ns string, to netip.Addr, id uint16) (*socket, error) {
	s := &socket{to: &net.IPAddr{IP: to.AsSlice()}, id: id, v6: to.Is6()}
	err := namespace.Do(ns, func() error {
		domain, protocol := unix.AF_INET, unix.IPPROTO_ICMP
		if s.v6 {
			domain, protocol = unix.AF_INET6, unix.IPPROTO_ICMPV6
		}
		fd, err := unix.Socket(domain, unix.SOCK_RAW|unix.SOCK_CLOEXEC|unix.SOCK_NONBLOCK, protocol)
		if err != nil {
			return err
		}
		// Raw sockets see every message to the host; the buffer must not fill between two reads.
		_ = unix.SetsockoptInt(fd, unix.SOL_SOCKET, unix.SO_RCVBUF, 1<<20)
		s.conn, err = ipConn(fd)
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("ping %s from %s: %w", to, ns, err)
	}
	return s, nil
}

func ipConn(fd int) (*net.IPConn, error) {
	f := os.NewFile(uintptr(fd), "icmp")
	defer f.Close()
	pc, err := net.FilePacketConn(f)
	if err != nil {
		return nil, err
	}
	return pc.(*net.IPConn), nil
}

func (s *socket) close() error { return s.conn.Close() }

// send asks for echo number seq.
func (s *socket) send(seq uint16) error {
	m := make([]byte, headerLength+payloadLength)
	m[0] = echoRequest4
	if s.v6 {
		m[0] = echoRequest6
	}
	binary.BigEndian.PutUint16(m[4:], s.id)
	binary.BigEndian.PutUint16(m[6:], seq)
	if !s.v6 { // the kernel fills in ICMPv6 checksums (RFC 3542 section 3.1)
		binary.BigEndian.PutUint16(m[2:], checksum(m))
	}
	_, err := s.conn.WriteTo(m, s.to)
	return err
}

// receive returns the number of the next echo; done when the socket's time is up or it was closed.
func (s *socket) receive(deadline time.Time) (seq uint16, ok bool, err error) {
	if err := s.conn.SetReadDeadline(deadline); err != nil {
		return 0, false, err
	}
	buffer := make([]byte, 2048)
	for {
		n, from, err := s.conn.ReadFromIP(buffer)
		if errors.Is(err, os.ErrDeadlineExceeded) || errors.Is(err, net.ErrClosed) {
			return 0, false, nil
		}
		if err != nil {
			return 0, false, err
		}
		if seq, ok := s.match(buffer[:n], from); ok {
			return seq, true, nil
		}
	}
}

// match recognises the answer to an own request.
func (s *socket) match(m []byte, from *net.IPAddr) (seq uint16, ok bool) {
	reply := byte(echoReply4)
	if s.v6 {
		reply = echoReply6
	}
	if len(m) < headerLength || m[0] != reply || !from.IP.Equal(s.to.IP) || binary.BigEndian.Uint16(m[4:]) != s.id {
		return 0, false
	}
	return binary.BigEndian.Uint16(m[6:]), true
}

// checksum is the Internet checksum (RFC 1071).
func checksum(b []byte) uint16 {
	var sum uint32
	for ; len(b) >= 2; b = b[2:] {
		sum += uint32(binary.BigEndian.Uint16(b))
	}
	for sum > 0xffff {
		sum = sum>>16 + sum&0xffff
	}
	return ^uint16(sum)
}
