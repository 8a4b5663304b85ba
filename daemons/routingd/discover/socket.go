package discover

import (
	"context"
	"errors"
	"fmt"
	"net/netip"
	"os"
	"time"

	"golang.org/x/sys/unix"

	"github.com/heddle-nos/heddle/internal/kernel"
)

// socket speaks ICMPv6 router advertisements on all links of a namespace.
type socket struct{ file *os.File }

// heard is an advertisement that came.
type heard struct {
	link     int // index
	from     netip.Addr
	lifetime time.Duration
}

func openSocket(k *kernel.Kernel) (*socket, error) {
	var s *socket
	err := k.Inside(func() error {
		fd, err := unix.Socket(unix.AF_INET6, unix.SOCK_RAW|unix.SOCK_NONBLOCK|unix.SOCK_CLOEXEC, unix.IPPROTO_ICMPV6)
		if err != nil {
			return fmt.Errorf("open ICMPv6 socket: %w", err)
		}
		if err := prepare(fd); err != nil {
			_ = unix.Close(fd)
			return fmt.Errorf("prepare ICMPv6 socket: %w", err)
		}
		s = &socket{os.NewFile(uintptr(fd), "icmpv6")}
		return nil
	})
	return s, err
}

func prepare(fd int) error {
	filter := unix.ICMPv6Filter{}
	for i := range filter.Data {
		filter.Data[i] = ^uint32(0) // a set bit keeps a type out
	}
	filter.Data[typeRouterAdvert/32] &^= 1 << (typeRouterAdvert % 32)
	return errors.Join(
		unix.SetsockoptICMPv6Filter(fd, unix.IPPROTO_ICMPV6, unix.ICMPV6_FILTER, &filter),
		unix.SetsockoptInt(fd, unix.IPPROTO_IPV6, unix.IPV6_MULTICAST_HOPS, 255),
		unix.SetsockoptInt(fd, unix.IPPROTO_IPV6, unix.IPV6_MULTICAST_LOOP, 0),
		unix.SetsockoptInt(fd, unix.IPPROTO_IPV6, unix.IPV6_RECVHOPLIMIT, 1),
	)
}

// allNodes is the multicast address of all nodes on a link (RFC 4291 section 2.7.1).
var allNodes = netip.MustParseAddr("ff02::1")

// send advertises this router on a link, from its link-local address there.
func (s *socket) send(link int, message []byte) error {
	conn, err := s.file.SyscallConn()
	if err != nil {
		return err
	}
	to := &unix.SockaddrInet6{Addr: allNodes.As16(), ZoneId: uint32(link)}
	var sent error
	if err := conn.Control(func(fd uintptr) { sent = unix.Sendto(int(fd), message, 0, to) }); err != nil {
		return err
	}
	return sent
}

// listen passes on what comes until the socket is closed.
func (s *socket) listen(ctx context.Context, to chan<- heard) error {
	conn, err := s.file.SyscallConn()
	if err != nil {
		return err
	}
	buf, control := make([]byte, 1500), make([]byte, 256)
	for {
		var n, cn int
		var from unix.Sockaddr
		var got error
		err := conn.Read(func(fd uintptr) bool {
			n, cn, _, from, got = unix.Recvmsg(int(fd), buf, control, 0)
			return !errors.Is(got, unix.EAGAIN)
		})
		if err := errors.Join(err, got); err != nil {
			if ctx.Err() != nil {
				return ctx.Err()
			}
			return fmt.Errorf("receive router advertisements: %w", err)
		}
		h, ok := hear(buf[:n], control[:cn], from)
		if !ok {
			continue
		}
		select {
		case to <- h:
		case <-ctx.Done():
			return ctx.Err()
		}
	}
}

func hear(message, control []byte, from unix.Sockaddr) (heard, bool) {
	in6, ok := from.(*unix.SockaddrInet6)
	if !ok {
		return heard{}, false
	}
	lifetime, err := parseAdvert(message, hopLimit(control))
	addr := netip.AddrFrom16(in6.Addr)
	if err != nil || !addr.IsLinkLocalUnicast() || in6.ZoneId == 0 {
		return heard{}, false
	}
	return heard{link: int(in6.ZoneId), from: addr, lifetime: lifetime}, true
}

// hopLimit is that of a received packet; -1: the kernel did not say.
func hopLimit(control []byte) int {
	list, err := unix.ParseSocketControlMessage(control)
	if err != nil {
		return -1
	}
	for _, m := range list {
		if m.Header.Level == unix.IPPROTO_IPV6 && m.Header.Type == unix.IPV6_HOPLIMIT && len(m.Data) >= 1 {
			return int(m.Data[0]) // little-endian int, at most 255
		}
	}
	return -1
}
