package dataplane

import (
	"bytes"
	"encoding/binary"
	"testing"

	"github.com/cilium/ebpf"
)

// xdpContext is the kernel's struct xdp_md.
type xdpContext struct {
	Data, DataEnd, DataMeta uint32
	IngressIfindex          uint32
	RxQueue, EgressIfindex  uint32
}

// Verdicts of XDP.
const (
	xdpDrop     = 1
	xdpPass     = 2
	xdpRedirect = 4
)

// try runs the ingress program on a frame as if it came in by a port, and gives
// the verdict and the frame as it would leave.
func (r *rig) try(port PortID, frame []byte) (verdict uint32, out []byte) {
	r.t.Helper()
	r.must(r.do(func() (err error) {
		o := ebpf.RunOptions{Data: frame, DataOut: make([]byte, len(frame)+256),
			Context: xdpContext{DataEnd: uint32(len(frame)), IngressIfindex: uint32(r.Plane.ports[port].ifindex)}}
		verdict, err = r.Plane.t.PortIngress.Run(&o)
		out = o.DataOut
		return err
	}))
	return verdict, out
}

func checksum(b []byte) uint16 {
	sum := uint32(0)
	for i := 0; i+1 < len(b); i += 2 {
		sum += uint32(binary.BigEndian.Uint16(b[i:]))
	}
	for sum > 0xffff {
		sum = sum>>16 + sum&0xffff
	}
	return uint16(sum)
}

// FuzzFrame throws frames at every kind of port. Nothing may go wrong silently:
// what is routed was a good packet and is one still.
func FuzzFrame(f *testing.F) {
	for _, proto := range []uint16{0x0800, 0x0806, 0x86dd, 0x8100, 0x88cc} {
		for _, dst := range []MAC{router, mac(3), broadcast, {1, 0x80, 0xc2, 0, 0, 2}} {
			f.Add(byte(1), ether(dst, mac(9), 0, proto, udp(f, "10.0.1.9", "10.0.2.2", 64, 30)))
			f.Add(byte(4), ether(dst, mac(9), 100, proto, udp(f, "fc00:3::9", "fc00:2::2", 64, 30)))
		}
	}
	r, _ := newRouter(f)
	f.Fuzz(func(t *testing.T, port byte, frame []byte) {
		if len(frame) < 14 || len(frame) > 2000 {
			return // no driver delivers these
		}
		r.t = t
		verdict, out := r.try(PortID(port%4+1), frame)
		if verdict != xdpDrop && verdict != xdpPass && verdict != xdpRedirect {
			t.Fatalf("verdict %d", verdict)
		}
		if d := len(out) - len(frame); d != 0 && d != 4 && d != -4 {
			t.Fatalf("%d bytes became %d", len(frame), len(out))
		}
		if verdict == xdpRedirect && bytes.Equal(out[6:12], router[:]) && !bytes.Equal(frame[6:12], router[:]) {
			routedWell(t, frame, out)
		}
	})
}

// payload is what is behind the Ethernet header and a tag.
func payload(frame []byte) (proto uint16, b []byte) {
	proto, b = binary.BigEndian.Uint16(frame[12:]), frame[14:]
	if proto == 0x8100 && len(b) >= 4 {
		proto, b = binary.BigEndian.Uint16(b[2:]), b[4:]
	}
	return proto, b
}

func routedWell(t *testing.T, frame, out []byte) {
	t.Helper()
	was, before := payload(frame)
	is, after := payload(out)
	if was != is || len(before) != len(after) {
		t.Fatalf("routed %x into %x", frame, out)
	}
	switch is {
	case 0x0800:
		ihl := int(after[0]&15) * 4
		if after[0]>>4 != 4 || ihl < 20 || checksum(before[:ihl]) != 0xffff || checksum(after[:ihl]) != 0xffff {
			t.Fatalf("bad header routed: %x", frame)
		}
		if before[8] < 2 || after[8] != before[8]-1 {
			t.Fatalf("ttl %d became %d", before[8], after[8])
		}
		if !bytes.Equal(before[12:], after[12:]) {
			t.Fatalf("routed %x into %x", frame, out)
		}
	case 0x86dd:
		if after[0]>>4 != 6 || before[7] < 2 || after[7] != before[7]-1 || !bytes.Equal(before[8:], after[8:]) {
			t.Fatalf("routed %x into %x", frame, out)
		}
	default:
		t.Fatalf("routed type %#x", is)
	}
}
