package kernel

import (
	"errors"
	"fmt"
	"os"
	"syscall"

	"golang.org/x/sys/unix"
)

// AnyProtocol leaves out no route: the kernel gives none the number.
const AnyProtocol = unix.RTPROT_UNSPEC

// routeSocket reads messages about routes without the cost of the general library, which copies and takes apart every one of them: a table
// of BGP is a million.
type routeSocket struct {
	file *os.File
	conn syscall.RawConn
	buf  []byte
}

// openRoutes opens one that is member of multicast groups, given as a bit mask.
func (k *Kernel) openRoutes(groups uint32) (*routeSocket, error) {
	fd := -1
	err := k.Inside(func() (err error) {
		fd, err = unix.Socket(unix.AF_NETLINK, unix.SOCK_RAW|unix.SOCK_CLOEXEC|unix.SOCK_NONBLOCK, unix.NETLINK_ROUTE)
		return err
	})
	if err == nil {
		err = unix.SetsockoptInt(fd, unix.SOL_SOCKET, unix.SO_RCVBUFFORCE, k.buffer)
	}
	if err == nil {
		err = unix.Bind(fd, &unix.SockaddrNetlink{Family: unix.AF_NETLINK, Groups: groups})
	}
	if err != nil {
		if fd >= 0 {
			_ = unix.Close(fd)
		}
		return nil, fmt.Errorf("open netlink: %w", err)
	}
	s := &routeSocket{file: os.NewFile(uintptr(fd), "netlink"), buf: make([]byte, 64<<10)}
	if s.conn, err = s.file.SyscallConn(); err != nil {
		return nil, errors.Join(fmt.Errorf("open netlink: %w", err), s.close())
	}
	return s, nil
}

func (s *routeSocket) close() error { return s.file.Close() }

// leaveOut has the kernel drop what is told of routes of one protocol, before it costs a wake-up.
func (s *routeSocket) leaveOut(protocol uint8) error {
	// A socket of these groups is told of routes alone, one a message, so the protocol is always at the same place.
	code := []unix.SockFilter{
		{Code: unix.BPF_LD | unix.BPF_B | unix.BPF_ABS, K: unix.SizeofNlMsghdr + 5}, // rtm_protocol
		{Code: unix.BPF_JMP | unix.BPF_JEQ | unix.BPF_K, K: uint32(protocol), Jf: 1},
		{Code: unix.BPF_RET | unix.BPF_K, K: 0},
		{Code: unix.BPF_RET | unix.BPF_K, K: 0xffffffff},
	}
	var err error
	controlled := s.conn.Control(func(fd uintptr) {
		err = unix.SetsockoptSockFprog(int(fd), unix.SOL_SOCKET, unix.SO_ATTACH_FILTER, &unix.SockFprog{Len: uint16(len(code)), Filter: &code[0]})
	})
	if err = errors.Join(controlled, err); err != nil {
		return fmt.Errorf("filter netlink: %w", err)
	}
	return nil
}

// receive gives the next messages of the kernel, which are valid until the next call.
func (s *routeSocket) receive() ([]netlinkMessage, error) {
	for {
		var n int
		var from unix.Sockaddr
		var err error
		waited := s.conn.Read(func(fd uintptr) bool {
			n, from, err = unix.Recvfrom(int(fd), s.buf, 0)
			return !errors.Is(err, unix.EAGAIN)
		})
		if err = errors.Join(waited, err); err != nil {
			return nil, fmt.Errorf("read netlink: %w", err)
		}
		if a, ok := from.(*unix.SockaddrNetlink); ok && a.Pid == 0 { // anybody may send to the socket
			return netlinkMessages(s.buf[:n])
		}
	}
}

// request asks for something.
func (s *routeSocket) request(message []byte) error {
	var err error
	controlled := s.conn.Control(func(fd uintptr) {
		err = unix.Sendto(int(fd), message, 0, &unix.SockaddrNetlink{Family: unix.AF_NETLINK})
	})
	if err = errors.Join(controlled, err); err != nil {
		return fmt.Errorf("ask netlink: %w", err)
	}
	return nil
}
