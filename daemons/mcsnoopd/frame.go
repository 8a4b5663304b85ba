package mcsnoopd

import (
	"encoding/binary"
	"errors"

	"golang.org/x/sys/unix"

	"github.com/heddle-nos/heddle/daemons/linkproto"
	"github.com/heddle-nos/heddle/yang/schema"
)

const (
	typeIPv4 = 0x0800
	typeIPv6 = 0x86dd
	typeVLAN = 0x8100

	macs       = 12
	tag        = 4
	header     = macs + 2
	largest    = 9216 + header + tag
	tagControl = 6 << 13 // the priority of internetwork control
)

// frame is an Ethernet frame that carries IP.
type frame struct {
	to, from [6]byte
	vlan     schema.VLANID // of the tag; 0: without one
	packet   []byte
}

var errForeign = errors.New("not an Ethernet frame with IP")

// parseFrame reads a frame. The packet is a part of b.
func parseFrame(b []byte) (frame, error) {
	if len(b) < header {
		return frame{}, errForeign
	}
	f := frame{to: [6]byte(b), from: [6]byte(b[6:])}
	rest := b[macs:]
	if binary.BigEndian.Uint16(rest) == typeVLAN {
		if len(rest) < tag+2 {
			return frame{}, errForeign
		}
		f.vlan, rest = schema.VLANID(binary.BigEndian.Uint16(rest[2:])&0x0fff), rest[tag:]
	}
	if kind := binary.BigEndian.Uint16(rest); kind != typeIPv4 && kind != typeIPv6 {
		return frame{}, errForeign
	}
	f.packet = rest[2:]
	return f, nil
}

// family is that of the packet.
func (f frame) family() family {
	if len(f.packet) > 0 && f.packet[0]>>4 == 6 {
		return ipv6
	}
	return ipv4
}

// bytes is the frame as it goes out.
func (f frame) bytes() []byte {
	out := make([]byte, 0, header+tag+len(f.packet))
	out = append(append(out, f.to[:]...), f.from[:]...)
	if f.vlan != 0 {
		out = binary.BigEndian.AppendUint16(out, typeVLAN)
		out = binary.BigEndian.AppendUint16(out, tagControl|uint16(f.vlan))
	}
	kind := uint16(typeIPv4)
	if f.family() == ipv6 {
		kind = typeIPv6
	}
	return append(binary.BigEndian.AppendUint16(out, kind), f.packet...)
}

// openSocket makes a socket that hears IGMP, PIM, and ICMPv6 with options, in which MLD is. It must hear all types: frames come with tags.
func openSocket() (*linkproto.Socket, error) {
	return linkproto.OpenSocket(linkproto.SocketOptions{Name: "group membership", Filter: membershipOnly(), Largest: largest})
}

// membershipOnly is a classic BPF program that looks at frames to groups, by their protocol. The ends of its jumps are counted from the
// instruction that follows.
func membershipOnly() []unix.SockFilter {
	const (
		octet = unix.BPF_LD | unix.BPF_B | unix.BPF_ABS
		half  = unix.BPF_LD | unix.BPF_H | unix.BPF_ABS
		equal = unix.BPF_JMP | unix.BPF_JEQ | unix.BPF_K
		set   = unix.BPF_JMP | unix.BPF_JSET | unix.BPF_K
		ret   = unix.BPF_RET | unix.BPF_K

		protocol4 = header + 9
		next6     = header + 6
		option6   = header + 40 // what follows the hop-by-hop options

		igmp, pim, hopByHop, icmp6 = 2, 103, 0, 58
	)
	return []unix.SockFilter{
		{Code: octet, K: 0},
		{Code: set, K: 1, Jf: 11}, // to one station
		{Code: half, K: macs},
		{Code: equal, K: typeIPv4, Jf: 3},
		{Code: octet, K: protocol4},
		{Code: equal, K: igmp, Jt: 8},
		{Code: equal, K: pim, Jt: 7, Jf: 6},
		{Code: equal, K: typeIPv6, Jf: 5},
		{Code: octet, K: next6},
		{Code: equal, K: pim, Jt: 4},
		{Code: equal, K: hopByHop, Jf: 2},
		{Code: octet, K: option6},
		{Code: equal, K: icmp6, Jt: 1},
		{Code: ret, K: 0},
		{Code: ret, K: largest},
	}
}
