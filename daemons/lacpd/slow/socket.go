package slow

import (
	"context"
	"errors"
	"fmt"
	"os"
	"slices"
	"syscall"

	"golang.org/x/sys/unix"
)

const (
	etherType = 0x8809
	// largest is more than any slow protocol's frame may have (IEEE 802.3 section 57A.3.1: 128 octets).
	largest = 1518
	// receiveBuffer is for a burst of all ports of a large switch at once.
	receiveBuffer = 1 << 20
)

// group is the Slow_Protocols_Multicast address.
func group() []byte { return []byte{0x01, 0x80, 0xc2, 0x00, 0x00, 0x02} }

// Frame is what came in, from the subtype on.
type Frame struct {
	Device  int // index
	Payload []byte
}

// Socket is one packet socket for all devices.
type Socket struct {
	file *os.File
	raw  syscall.RawConn
}

// Open makes a socket in the namespace of the calling thread. It needs CAP_NET_RAW.
func Open() (*Socket, error) {
	fd, err := unix.Socket(unix.AF_PACKET, unix.SOCK_DGRAM|unix.SOCK_NONBLOCK|unix.SOCK_CLOEXEC, int(bigEndian(etherType)))
	if err != nil {
		return nil, fmt.Errorf("open packet socket: %w", err)
	}
	if err := unix.SetsockoptInt(fd, unix.SOL_SOCKET, unix.SO_RCVBUF, receiveBuffer); err != nil {
		_ = unix.Close(fd)
		return nil, fmt.Errorf("size packet socket: %w", err)
	}
	file := os.NewFile(uintptr(fd), "slow-protocols")
	raw, err := file.SyscallConn()
	if err != nil {
		_ = file.Close()
		return nil, fmt.Errorf("open packet socket: %w", err)
	}
	return &Socket{file, raw}, nil
}

// Close ends the socket.
func (s *Socket) Close() error { return s.file.Close() }

// Join has a device receive the group. It holds until the device is gone.
func (s *Socket) Join(device int) error {
	m := unix.PacketMreq{Ifindex: int32(device), Type: unix.PACKET_MR_MULTICAST, Alen: 6}
	copy(m.Address[:], group())
	var failed error
	err := s.raw.Control(func(fd uintptr) {
		failed = unix.SetsockoptPacketMreq(int(fd), unix.SOL_PACKET, unix.PACKET_ADD_MEMBERSHIP, &m)
	})
	if err := errors.Join(err, failed); err != nil {
		return fmt.Errorf("receive slow protocols: %w", err)
	}
	return nil
}

// Send sends a payload, from the subtype on, with the device's own address as the source. It never waits.
func (s *Socket) Send(device int, payload []byte) error {
	to := &unix.SockaddrLinklayer{Protocol: bigEndian(etherType), Ifindex: device, Halen: 6}
	copy(to.Addr[:], group())
	var failed error
	err := s.raw.Control(func(fd uintptr) { failed = unix.Sendto(int(fd), payload, unix.MSG_DONTWAIT, to) })
	return errors.Join(err, failed)
}

// Receive hands every frame to deliver until ctx ends.
func (s *Socket) Receive(ctx context.Context, deliver chan<- Frame) error {
	stop := context.AfterFunc(ctx, func() { _ = s.file.Close() }) // ends a read that waits
	defer stop()
	buf := make([]byte, largest)
	for {
		n, from, err := s.read(buf)
		if ctx.Err() != nil {
			return ctx.Err()
		}
		switch {
		case errors.Is(err, unix.ENETDOWN), errors.Is(err, unix.EINTR), errors.Is(err, unix.ENOBUFS): // of one device
			continue
		case err != nil:
			return fmt.Errorf("receive slow protocols: %w", err)
		}
		if !ours(from) {
			continue
		}
		select {
		case deliver <- Frame{Device: from.Ifindex, Payload: slices.Clone(buf[:n])}:
		case <-ctx.Done():
			return ctx.Err()
		}
	}
}

func (s *Socket) read(buf []byte) (int, *unix.SockaddrLinklayer, error) {
	var n int
	var from unix.Sockaddr
	var failed error
	err := s.raw.Read(func(fd uintptr) bool {
		n, from, failed = unix.Recvfrom(int(fd), buf, 0)
		return failed != unix.EAGAIN
	})
	link, _ := from.(*unix.SockaddrLinklayer)
	return n, link, errors.Join(err, failed)
}

// ours leaves out what this system sends itself, and what is for others.
func ours(from *unix.SockaddrLinklayer) bool {
	return from != nil && (from.Pkttype == unix.PACKET_MULTICAST || from.Pkttype == unix.PACKET_HOST)
}

// bigEndian is a number in the octet order that packet sockets want.
func bigEndian(n uint16) uint16 { return n<<8 | n>>8 }
