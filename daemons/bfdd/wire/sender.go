package wire

import (
	"errors"
	"fmt"
	"net/netip"

	"golang.org/x/sys/unix"
)

// Route says how a session's packets leave.
type Route struct {
	Device     string     // of the VRF, or the interface; empty: as the main routing table says
	Index      int        // of that device
	Local      netip.Addr // invalid: the kernel chooses
	Peer       netip.Addr
	Port       int // of the peer
	TOS        uint8
	SourcePort int // the first to try
	First      int // the source ports that may be used
	Last       int
}

// Sender sends the packets of one session, from a port that is its own.
type Sender struct {
	*socket
	to unix.Sockaddr
}

// Open takes the first free source port in the network namespace of the calling thread.
func Open(r Route, ttl int) (*Sender, error) {
	v6 := r.Peer.Is6()
	options := []option{{unix.IPPROTO_IP, unix.IP_TTL, ttl}, {unix.IPPROTO_IP, unix.IP_TOS, int(r.TOS)}}
	if v6 {
		options = []option{{unix.IPPROTO_IPV6, unix.IPV6_UNICAST_HOPS, ttl}, {unix.IPPROTO_IPV6, unix.IPV6_TCLASS, int(r.TOS)}}
	}
	options = append(options, option{unix.SOL_SOCKET, unix.SO_PRIORITY, 6}, option{unix.SOL_SOCKET, unix.SO_RCVBUF, 1}) // it receives nothing
	ports := r.Last - r.First + 1
	for i := range ports {
		port := r.First + (r.SourcePort-r.First+i)%ports
		s, err := openSocket(v6, r.Device, netip.AddrPortFrom(r.Local, uint16(port)), r.Index, options)
		switch {
		case err == nil:
			return &Sender{s, sockaddr(netip.AddrPortFrom(r.Peer, uint16(r.Port)), v6, r.Index)}, nil
		case !errors.Is(err, unix.EADDRINUSE):
			return nil, err
		}
	}
	return nil, fmt.Errorf("source ports %d to %d are all in use", r.First, r.Last)
}

// Send sends a payload. It never waits.
func (s *Sender) Send(payload []byte) error {
	return s.do(func(fd int) error { return unix.Sendto(fd, payload, unix.MSG_DONTWAIT, s.to) })
}

// Close frees the port.
func (s *Sender) Close() error { return s.close() }
