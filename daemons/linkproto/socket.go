package linkproto

import (
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"os"
	"slices"
	"syscall"
	"unsafe"

	"golang.org/x/sys/unix"
)

const (
	addresses = 12
	tagLen    = 4
	tpid      = 0x8100

	receiveBuffer = 1 << 20 // for a burst of all ports of a large switch at once
)

// Received is a frame that came in, from its addresses on, with its tag.
type Received struct {
	Device int // index
	Frame  []byte
}

// SocketOptions say which frames a socket hears.
type SocketOptions struct {
	Name string // in errors
	// EtherType is that of the frames; 0: all. Frames with a tag come only to sockets that hear all: the kernel takes a tag out, and then
	// hands the frame to the sockets of one type without it.
	EtherType uint16
	// Filter is a classic BPF program that looks at a frame without its tag; none: everything passes.
	Filter []unix.SockFilter
	// Largest is how many octets of a frame are taken.
	Largest int
}

// Socket is one packet socket for all devices.
type Socket struct {
	name    string
	largest int
	file    *os.File
	raw     syscall.RawConn
}

// OpenSocket makes a socket in the namespace of the calling thread. It needs CAP_NET_RAW.
func OpenSocket(o SocketOptions) (*Socket, error) {
	fd, err := unix.Socket(unix.AF_PACKET, unix.SOCK_RAW|unix.SOCK_NONBLOCK|unix.SOCK_CLOEXEC, 0) // 0: hears nothing yet
	if err != nil {
		return nil, fmt.Errorf("open packet socket: %w", err)
	}
	if err := o.prepare(fd); err != nil {
		_ = unix.Close(fd)
		return nil, fmt.Errorf("prepare packet socket: %w", err)
	}
	file := os.NewFile(uintptr(fd), o.Name)
	raw, err := file.SyscallConn()
	if err != nil {
		_ = file.Close()
		return nil, fmt.Errorf("open packet socket: %w", err)
	}
	return &Socket{o.Name, o.Largest, file, raw}, nil
}

func (o SocketOptions) prepare(fd int) error {
	protocol := o.EtherType
	if protocol == 0 {
		protocol = unix.ETH_P_ALL
	}
	var filtered error
	if len(o.Filter) > 0 {
		program := unix.SockFprog{Len: uint16(len(o.Filter)), Filter: &o.Filter[0]}
		filtered = unix.SetsockoptSockFprog(fd, unix.SOL_SOCKET, unix.SO_ATTACH_FILTER, &program)
	}
	return errors.Join(
		filtered,
		unix.SetsockoptInt(fd, unix.SOL_SOCKET, unix.SO_RCVBUF, receiveBuffer),
		unix.SetsockoptInt(fd, unix.SOL_PACKET, unix.PACKET_AUXDATA, 1),
		unix.SetsockoptInt(fd, unix.SOL_PACKET, unix.PACKET_IGNORE_OUTGOING, 1),
		unix.Bind(fd, &unix.SockaddrLinklayer{Protocol: bigEndian(protocol)}),
	)
}

// Close ends the socket.
func (s *Socket) Close() error { return s.file.Close() }

// Join has a device receive groups, or every group if none is named. It holds until the device is gone.
func (s *Socket) Join(device int, groups ...[6]byte) error {
	if len(groups) == 0 {
		return s.join(unix.PacketMreq{Ifindex: int32(device), Type: unix.PACKET_MR_ALLMULTI})
	}
	for _, g := range groups {
		m := unix.PacketMreq{Ifindex: int32(device), Type: unix.PACKET_MR_MULTICAST, Alen: 6}
		copy(m.Address[:], g[:])
		if err := s.join(m); err != nil {
			return err
		}
	}
	return nil
}

func (s *Socket) join(m unix.PacketMreq) error {
	var failed error
	err := s.raw.Control(func(fd uintptr) {
		failed = unix.SetsockoptPacketMreq(int(fd), unix.SOL_PACKET, unix.PACKET_ADD_MEMBERSHIP, &m)
	})
	if err := errors.Join(err, failed); err != nil {
		return fmt.Errorf("receive %s: %w", s.name, err)
	}
	return nil
}

// Send sends a frame as it is. It never waits.
func (s *Socket) Send(device int, frame []byte) error {
	to := &unix.SockaddrLinklayer{Ifindex: device, Halen: 6}
	copy(to.Addr[:], frame)
	var failed error
	err := s.raw.Control(func(fd uintptr) { failed = unix.Sendto(int(fd), frame, unix.MSG_DONTWAIT, to) })
	return errors.Join(err, failed)
}

// Receive hands every frame to deliver until ctx ends.
func (s *Socket) Receive(ctx context.Context, deliver chan<- Received) error {
	stop := context.AfterFunc(ctx, func() { _ = s.file.Close() }) // ends a read that waits
	defer stop()
	buf, extra := make([]byte, s.largest), make([]byte, 64)
	for {
		r, err := s.read(buf, extra)
		if ctx.Err() != nil {
			return ctx.Err()
		}
		switch {
		case errors.Is(err, unix.ENETDOWN), errors.Is(err, unix.EINTR), errors.Is(err, unix.ENOBUFS): // of one device
			continue
		case err != nil:
			return fmt.Errorf("receive %s: %w", s.name, err)
		case r.Frame == nil:
			continue
		}
		select {
		case deliver <- r:
		case <-ctx.Done():
			return ctx.Err()
		}
	}
}

// read gives the next frame; none if it is not for a group or for us.
func (s *Socket) read(buf, extra []byte) (Received, error) {
	var n, more int
	var from unix.Sockaddr
	var failed error
	err := s.raw.Read(func(fd uintptr) bool {
		n, more, _, from, failed = unix.Recvmsg(int(fd), buf, extra, 0)
		return failed != unix.EAGAIN
	})
	link, ok := from.(*unix.SockaddrLinklayer)
	if err := errors.Join(err, failed); err != nil || !ok || n < addresses {
		return Received{}, err
	}
	if link.Pkttype != unix.PACKET_MULTICAST && link.Pkttype != unix.PACKET_HOST {
		return Received{}, nil
	}
	return Received{Device: link.Ifindex, Frame: withTag(buf[:n], tagOf(extra[:more]))}, nil
}

// tagOf finds the tag that the kernel took out of the frame; 0: none.
func tagOf(control []byte) uint16 {
	messages, err := unix.ParseSocketControlMessage(control)
	if err != nil {
		return 0
	}
	for _, m := range messages {
		if m.Header.Level != unix.SOL_PACKET || m.Header.Type != unix.PACKET_AUXDATA || len(m.Data) < int(unsafe.Sizeof(unix.TpacketAuxdata{})) {
			continue
		}
		aux := (*unix.TpacketAuxdata)(unsafe.Pointer(&m.Data[0]))
		if aux.Status&unix.TP_STATUS_VLAN_VALID != 0 {
			return aux.Vlan_tci
		}
	}
	return 0
}

// withTag is a copy of the frame, with the tag back in its place.
func withTag(b []byte, tci uint16) []byte {
	if tci&0x0fff == 0 {
		return slices.Clone(b)
	}
	out := make([]byte, 0, len(b)+tagLen)
	out = append(out, b[:addresses]...)
	out = binary.BigEndian.AppendUint16(out, tpid)
	out = binary.BigEndian.AppendUint16(out, tci)
	return append(out, b[addresses:]...)
}

// bigEndian is a number in the octet order that packet sockets want.
func bigEndian(n uint16) uint16 { return n<<8 | n>>8 }
