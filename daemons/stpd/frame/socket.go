package frame

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
	largest       = 1600    // a frame of spanning tree is far shorter
	receiveBuffer = 1 << 20 // for a burst of all ports of a large switch at once
)

// Received is a frame that came in, from its addresses on.
type Received struct {
	Device int // index
	Frame  []byte
}

// Socket is one packet socket for all devices.
type Socket struct {
	file *os.File
	raw  syscall.RawConn
}

// Open makes a socket in the namespace of the calling thread. It needs CAP_NET_RAW.
func Open() (*Socket, error) {
	fd, err := unix.Socket(unix.AF_PACKET, unix.SOCK_RAW|unix.SOCK_NONBLOCK|unix.SOCK_CLOEXEC, 0) // 0: hears nothing yet
	if err != nil {
		return nil, fmt.Errorf("open packet socket: %w", err)
	}
	if err := prepare(fd); err != nil {
		_ = unix.Close(fd)
		return nil, fmt.Errorf("prepare packet socket: %w", err)
	}
	file := os.NewFile(uintptr(fd), "spanning-tree")
	raw, err := file.SyscallConn()
	if err != nil {
		_ = file.Close()
		return nil, fmt.Errorf("open packet socket: %w", err)
	}
	return &Socket{file, raw}, nil
}

// prepare has the socket hear every frame that the filter lets through. It must be all protocols: the kernel takes a tag out, and hands
// the frame to the sockets of one protocol without it.
func prepare(fd int) error {
	filter := groupsOnly()
	program := unix.SockFprog{Len: uint16(len(filter)), Filter: &filter[0]}
	return errors.Join(
		unix.SetsockoptSockFprog(fd, unix.SOL_SOCKET, unix.SO_ATTACH_FILTER, &program),
		unix.SetsockoptInt(fd, unix.SOL_SOCKET, unix.SO_RCVBUF, receiveBuffer),
		unix.SetsockoptInt(fd, unix.SOL_PACKET, unix.PACKET_AUXDATA, 1),
		unix.SetsockoptInt(fd, unix.SOL_PACKET, unix.PACKET_IGNORE_OUTGOING, 1),
		unix.Bind(fd, &unix.SockaddrLinklayer{Protocol: bigEndian(unix.ETH_P_ALL)}),
	)
}

// groupsOnly is a classic BPF program that lets frames to the two groups through. It looks at the first four octets of the address, then
// at the last two.
func groupsOnly() []unix.SockFilter {
	const (
		word  = unix.BPF_LD | unix.BPF_W | unix.BPF_ABS
		half  = unix.BPF_LD | unix.BPF_H | unix.BPF_ABS
		equal = unix.BPF_JMP | unix.BPF_JEQ | unix.BPF_K
		ret   = unix.BPF_RET | unix.BPF_K
	)
	high := func(m MAC) uint32 { return binary.BigEndian.Uint32(m[:]) }
	low := func(m MAC) uint32 { return uint32(binary.BigEndian.Uint16(m[4:])) }
	return []unix.SockFilter{
		{Code: word, K: 0},
		{Code: equal, K: high(IEEE.group()), Jt: 2},
		{Code: equal, K: high(PVST.group()), Jt: 3},
		{Code: ret, K: 0},
		{Code: half, K: 4},
		{Code: equal, K: low(IEEE.group()), Jt: 3, Jf: 2},
		{Code: half, K: 4},
		{Code: equal, K: low(PVST.group()), Jt: 1},
		{Code: ret, K: 0},
		{Code: ret, K: largest},
	}
}

// Close ends the socket.
func (s *Socket) Close() error { return s.file.Close() }

// Join has a device receive both groups. It holds until the device is gone.
func (s *Socket) Join(device int) error {
	var failed error
	err := s.raw.Control(func(fd uintptr) {
		for _, k := range []Kind{IEEE, PVST} {
			m := unix.PacketMreq{Ifindex: int32(device), Type: unix.PACKET_MR_MULTICAST, Alen: 6}
			group := k.group()
			copy(m.Address[:], group[:])
			failed = errors.Join(failed, unix.SetsockoptPacketMreq(int(fd), unix.SOL_PACKET, unix.PACKET_ADD_MEMBERSHIP, &m))
		}
	})
	if err := errors.Join(err, failed); err != nil {
		return fmt.Errorf("receive spanning tree: %w", err)
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
	buf, extra := make([]byte, largest), make([]byte, 128)
	for {
		r, err := s.read(buf, extra)
		if ctx.Err() != nil {
			return ctx.Err()
		}
		switch {
		case errors.Is(err, unix.ENETDOWN), errors.Is(err, unix.EINTR), errors.Is(err, unix.ENOBUFS): // of one device
			continue
		case err != nil:
			return fmt.Errorf("receive spanning tree: %w", err)
		}
		if r.Frame == nil {
			continue
		}
		select {
		case deliver <- r:
		case <-ctx.Done():
			return ctx.Err()
		}
	}
}

func (s *Socket) read(buf, extra []byte) (Received, error) {
	var n, more int
	var from unix.Sockaddr
	var failed error
	err := s.raw.Read(func(fd uintptr) bool {
		n, more, _, from, failed = unix.Recvmsg(int(fd), buf, extra, 0)
		return failed != unix.EAGAIN
	})
	link, ok := from.(*unix.SockaddrLinklayer)
	if err := errors.Join(err, failed); err != nil || !ok || link.Pkttype == unix.PACKET_OUTGOING || n < addresses {
		return Received{}, err
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
