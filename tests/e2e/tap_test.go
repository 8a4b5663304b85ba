package e2e_test

import (
	"encoding/binary"
	"errors"
	"fmt"
	"net"
	"testing"
	"time"

	"golang.org/x/sys/unix"

	"github.com/heddle-nos/heddle/daemons/lab"
	"github.com/heddle-nos/heddle/daemons/lab/namespace"
)

// tap sends and receives whole frames on a host's device, tags included.
type tap struct {
	fd    int
	index int
	mac   net.HardwareAddr
}

// openTap opens eth0 of a host.
func openTap(t *testing.T, l *lab.Lab, host string) *tap { return openDevice(t, l, host, "eth0") }

// openDevice opens a device of a host, or of a switch's CPU.
func openDevice(t *testing.T, l *lab.Lab, host, device string) *tap {
	t.Helper()
	p := new(tap)
	err := namespace.Do(l.Namespace(host), func() error {
		ifc, err := net.InterfaceByName(device)
		if err != nil {
			return err
		}
		p.index, p.mac = ifc.Index, ifc.HardwareAddr
		p.fd, err = packetSocket(ifc.Index)
		return err
	})
	if err != nil {
		t.Fatalf("tap %s: %v", host, err)
	}
	t.Cleanup(func() { unix.Close(p.fd) })
	return p
}

func packetSocket(index int) (int, error) {
	fd, err := unix.Socket(unix.AF_PACKET, unix.SOCK_RAW|unix.SOCK_CLOEXEC, 0)
	if err != nil {
		return 0, err
	}
	// Auxiliary data carries the tag that the kernel has taken out of the frame.
	err = errors.Join(
		unix.SetsockoptInt(fd, unix.SOL_PACKET, unix.PACKET_AUXDATA, 1),
		unix.SetsockoptInt(fd, unix.SOL_PACKET, unix.PACKET_IGNORE_OUTGOING, 1),
		unix.Bind(fd, &unix.SockaddrLinklayer{Protocol: binary.NativeEndian.Uint16([]byte{0, unix.ETH_P_ALL}), Ifindex: index}),
	)
	if err != nil {
		return 0, errors.Join(err, unix.Close(fd))
	}
	return fd, nil
}

func (p *tap) send(t *testing.T, frame []byte) {
	t.Helper()
	if err := p.trySend(frame); err != nil {
		t.Fatalf("send frame: %v", err)
	}
}

func (p *tap) trySend(frame []byte) error {
	return unix.Sendto(p.fd, frame, 0, &unix.SockaddrLinklayer{Ifindex: p.index})
}

// receive returns the first frame that matches, with its tag, or nil when the time is over.
func (p *tap) receive(t *testing.T, limit time.Duration, match func(frame []byte) bool) []byte {
	t.Helper()
	deadline := time.Now().Add(limit)
	for {
		left := time.Until(deadline)
		if left <= 0 {
			return nil
		}
		frame, err := p.next(left)
		if err != nil {
			t.Fatalf("receive frame: %v", err)
		}
		if frame != nil && match(frame) {
			return frame
		}
	}
}

// drain forgets the frames that have come so far.
func (p *tap) drain(t *testing.T) {
	t.Helper()
	for {
		if frame, err := p.next(0); err != nil || frame == nil {
			return
		}
	}
}

// next returns one frame, nil when none came.
func (p *tap) next(limit time.Duration) ([]byte, error) {
	poll := []unix.PollFd{{Fd: int32(p.fd), Events: unix.POLLIN}}
	n, err := unix.Poll(poll, int(limit.Milliseconds())+1)
	if err != nil && !errors.Is(err, unix.EINTR) {
		return nil, err
	}
	if n <= 0 {
		return nil, nil
	}
	buffer, control := make([]byte, 10000), make([]byte, 256)
	n, cn, _, _, err := unix.Recvmsg(p.fd, buffer, control, unix.MSG_DONTWAIT)
	if errors.Is(err, unix.EAGAIN) || errors.Is(err, unix.ENETDOWN) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	return withTag(buffer[:n], control[:cn])
}

// Layout of struct tpacket_auxdata (linux/if_packet.h).
const (
	auxStatus, auxTCI, auxTPID, auxLength = 0, 16, 18, 20
	statusVLANValid                       = 1 << 4
)

// withTag puts the tag back where it was on the wire.
func withTag(frame, control []byte) ([]byte, error) {
	messages, err := unix.ParseSocketControlMessage(control)
	if err != nil {
		return nil, fmt.Errorf("parse auxiliary data: %w", err)
	}
	for _, m := range messages {
		if m.Header.Level != unix.SOL_PACKET || m.Header.Type != unix.PACKET_AUXDATA || len(m.Data) < auxLength || len(frame) < 12 {
			continue
		}
		if binary.NativeEndian.Uint32(m.Data[auxStatus:])&statusVLANValid == 0 {
			continue
		}
		tagged := append([]byte{}, frame[:12]...)
		tagged = binary.BigEndian.AppendUint16(tagged, binary.NativeEndian.Uint16(m.Data[auxTPID:]))
		tagged = binary.BigEndian.AppendUint16(tagged, binary.NativeEndian.Uint16(m.Data[auxTCI:]))
		return append(tagged, frame[12:]...), nil
	}
	return frame, nil
}
