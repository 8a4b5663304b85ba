package wire

import (
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"net/netip"
	"time"

	"golang.org/x/sys/unix"
)

const (
	// receiveBuffer holds what hundreds of fast sessions send within a second.
	receiveBuffer = 4 << 20
	// largest is more than any control packet may have, so that what is longer is seen to be.
	largest   = 512
	ancillary = 256
)

// Datagram is what came in.
type Datagram struct {
	At        time.Time
	Interface int // index of the one it came in on
	From, To  netip.Addr
	TTL       uint8
	Payload   []byte // good until the next one
}

// Listener receives on one port, of one address family.
type Listener struct {
	*socket
	buf, oob []byte
}

// Listen opens a port in the network namespace of the calling thread: of the default VRF, or of the one whose device is named.
func Listen(v6 bool, vrf string, port int) (*Listener, error) {
	options := []option{
		{unix.SOL_SOCKET, unix.SO_TIMESTAMPNS, 1}, {unix.IPPROTO_IP, unix.IP_PKTINFO, 1}, {unix.IPPROTO_IP, unix.IP_RECVTTL, 1},
	}
	if v6 {
		options = []option{
			{unix.SOL_SOCKET, unix.SO_TIMESTAMPNS, 1}, {unix.IPPROTO_IPV6, unix.IPV6_RECVPKTINFO, 1}, {unix.IPPROTO_IPV6, unix.IPV6_RECVHOPLIMIT, 1},
		}
	}
	s, err := openSocket(v6, vrf, netip.AddrPortFrom(netip.Addr{}, uint16(port)), 0, options)
	if err != nil {
		return nil, fmt.Errorf("listen on UDP port %d: %w", port, err)
	}
	l := &Listener{s, make([]byte, largest), make([]byte, ancillary)}
	_ = s.do(func(fd int) error { // the larger one needs CAP_NET_ADMIN; the smaller one does for a few sessions
		if unix.SetsockoptInt(fd, unix.SOL_SOCKET, unix.SO_RCVBUFFORCE, receiveBuffer) == nil {
			return nil
		}
		return unix.SetsockoptInt(fd, unix.SOL_SOCKET, unix.SO_RCVBUF, receiveBuffer)
	})
	return l, nil
}

// Close ends it, and a Wait with it.
func (l *Listener) Close() error { return l.close() }

// Wait posts to ready whenever something has come, until ctx ends or the listener is closed. It takes nothing: after its end, too, there may be
// something to drain.
func (l *Listener) Wait(ctx context.Context, ready chan<- struct{}) error {
	stop := context.AfterFunc(ctx, func() { _ = l.file.SetReadDeadline(time.Unix(1, 0)) })
	defer stop()
	for {
		asked := false
		err := l.raw.Read(func(uintptr) bool {
			woken := asked
			asked = true
			return woken
		})
		if err != nil {
			return ctx.Err() // nil if closed by hand
		}
		select {
		case ready <- struct{}{}:
		default: // it is known already
		}
	}
}

// Drain hands over all that has come, and never waits. What cannot be read is skipped.
func (l *Listener) Drain(deliver func(Datagram)) error {
	return l.do(func(fd int) error {
		now, offset := time.Now(), time.Duration(0)
		var real unix.Timespec
		if unix.ClockGettime(unix.CLOCK_REALTIME, &real) == nil {
			offset = now.Sub(time.Unix(real.Unix()))
		}
		for {
			n, on, flags, from, err := unix.Recvmsg(fd, l.buf, l.oob, 0)
			switch {
			case errors.Is(err, unix.EAGAIN):
				return nil
			case errors.Is(err, unix.EINTR), errors.Is(err, unix.ECONNREFUSED), errors.Is(err, unix.EHOSTUNREACH), errors.Is(err, unix.ENETUNREACH):
				continue // an ICMP error about something that was sent
			case err != nil:
				return fmt.Errorf("receive: %w", err)
			case flags&(unix.MSG_TRUNC|unix.MSG_CTRUNC) != 0:
				continue
			}
			d := Datagram{At: now, From: addrOf(from), Payload: l.buf[:n]}
			if d.read(l.oob[:on], now, offset) && d.From.IsValid() {
				deliver(d)
			}
		}
	})
}

func addrOf(from unix.Sockaddr) netip.Addr {
	switch a := from.(type) {
	case *unix.SockaddrInet4:
		return netip.AddrFrom4(a.Addr)
	case *unix.SockaddrInet6:
		return netip.AddrFrom16(a.Addr)
	}
	return netip.Addr{}
}

// read takes what the kernel says of a datagram; false if it does not say all that counts.
func (d *Datagram) read(oob []byte, now time.Time, offset time.Duration) bool {
	ttl, where := false, false
	for len(oob) > 0 {
		head, data, rest, err := unix.ParseOneSocketControlMessage(oob)
		if err != nil {
			return false
		}
		oob = rest
		switch {
		case head.Level == unix.SOL_SOCKET && head.Type == unix.SCM_TIMESTAMPNS && len(data) >= 16:
			at := time.Unix(int64(binary.NativeEndian.Uint64(data)), int64(binary.NativeEndian.Uint64(data[8:]))).Add(offset)
			if age := now.Sub(at); age > 0 && age < time.Minute { // else the clock was set meanwhile
				d.At = now.Add(-age)
			}
		case head.Level == unix.IPPROTO_IP && head.Type == unix.IP_TTL && len(data) >= 4,
			head.Level == unix.IPPROTO_IPV6 && head.Type == unix.IPV6_HOPLIMIT && len(data) >= 4:
			d.TTL, ttl = uint8(binary.NativeEndian.Uint32(data)), true
		case head.Level == unix.IPPROTO_IP && head.Type == unix.IP_PKTINFO && len(data) >= 12:
			d.Interface, d.To, where = int(binary.NativeEndian.Uint32(data)), netip.AddrFrom4([4]byte(data[8:12])), true
		case head.Level == unix.IPPROTO_IPV6 && head.Type == unix.IPV6_PKTINFO && len(data) >= 20:
			d.To, d.Interface, where = netip.AddrFrom16([16]byte(data)), int(binary.NativeEndian.Uint32(data[16:])), true
		}
	}
	return ttl && where
}
