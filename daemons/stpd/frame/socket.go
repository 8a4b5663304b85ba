package frame

import (
	"encoding/binary"

	"golang.org/x/sys/unix"

	"github.com/heddle-nos/heddle/daemons/linkproto"
)

// largest is far more than a frame of spanning tree has.
const largest = 1600

// Open makes a socket that hears frames to the two groups. It must hear all types: PVST's come with a tag.
func Open() (*linkproto.Socket, error) {
	return linkproto.OpenSocket(linkproto.SocketOptions{Name: "spanning tree", Filter: groupsOnly(), Largest: largest})
}

// Groups are the addresses that the frames go to.
func Groups() []MAC { return []MAC{IEEE.group(), PVST.group()} }

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
