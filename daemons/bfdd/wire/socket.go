package wire

import (
	"errors"
	"fmt"
	"net/netip"
	"os"
	"syscall"

	"golang.org/x/sys/unix"
)

// socket is a UDP socket that Go's poller watches.
type socket struct {
	file *os.File
	raw  syscall.RawConn
	v6   bool
}

// option is one socket option that is a number.
type option struct{ level, name, value int }

func openSocket(v6 bool, device string, at netip.AddrPort, zone int, options []option) (*socket, error) {
	family := unix.AF_INET
	if v6 {
		family = unix.AF_INET6
		options = append(options, option{unix.IPPROTO_IPV6, unix.IPV6_V6ONLY, 1})
	}
	fd, err := unix.Socket(family, unix.SOCK_DGRAM|unix.SOCK_NONBLOCK|unix.SOCK_CLOEXEC, unix.IPPROTO_UDP)
	if err != nil {
		return nil, fmt.Errorf("open socket: %w", err)
	}
	if err := prepare(fd, v6, device, at, zone, options); err != nil {
		_ = unix.Close(fd)
		return nil, err
	}
	s := &socket{file: os.NewFile(uintptr(fd), "bfd"), v6: v6}
	if s.raw, err = s.file.SyscallConn(); err != nil {
		_ = s.file.Close()
		return nil, fmt.Errorf("open socket: %w", err)
	}
	return s, nil
}

func prepare(fd int, v6 bool, device string, at netip.AddrPort, zone int, options []option) error {
	for _, o := range options {
		if err := unix.SetsockoptInt(fd, o.level, o.name, o.value); err != nil {
			return fmt.Errorf("set socket option %d of level %d: %w", o.name, o.level, err)
		}
	}
	if device != "" {
		if err := unix.BindToDevice(fd, device); err != nil {
			return fmt.Errorf("bind to %s: %w", device, err)
		}
	}
	if err := unix.Bind(fd, sockaddr(at, v6, zone)); err != nil {
		return fmt.Errorf("bind to %s: %w", at, err)
	}
	return nil
}

func (s *socket) close() error { return s.file.Close() }

// do runs f on the descriptor.
func (s *socket) do(f func(fd int) error) error {
	var failed error
	err := s.raw.Control(func(fd uintptr) { failed = f(int(fd)) })
	return errors.Join(err, failed)
}

// sockaddr is an address as the kernel takes it; an invalid one is any.
func sockaddr(at netip.AddrPort, v6 bool, zone int) unix.Sockaddr {
	if v6 {
		a := &unix.SockaddrInet6{Port: int(at.Port())}
		if at.Addr().IsValid() {
			a.Addr = at.Addr().As16()
		}
		if at.Addr().IsLinkLocalUnicast() {
			a.ZoneId = uint32(zone)
		}
		return a
	}
	a := &unix.SockaddrInet4{Port: int(at.Port())}
	if at.Addr().IsValid() {
		a.Addr = at.Addr().As4()
	}
	return a
}
