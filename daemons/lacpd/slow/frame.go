package slow

import (
	"encoding/binary"

	"github.com/heddle-nos/heddle/daemons/linkproto"
)

// MAC is an address.
type MAC = [6]byte

const (
	etherType = 0x8809
	header    = 14
	// largest is more than any slow protocol's frame may have (IEEE 802.3 section 57A.3.1: 128 octets).
	largest = 1518
)

// Group is the Slow_Protocols_Multicast address.
func Group() MAC { return MAC{0x01, 0x80, 0xc2, 0x00, 0x00, 0x02} }

// Open makes a socket that hears the slow protocols.
func Open() (*linkproto.Socket, error) {
	return linkproto.OpenSocket(linkproto.SocketOptions{Name: "slow protocols", EtherType: etherType, Largest: largest})
}

// Frame is a payload, from the subtype on, as it goes out of a device with that address.
func Frame(source MAC, payload []byte) []byte {
	group := Group()
	out := append(append(make([]byte, 0, header+len(payload)), group[:]...), source[:]...)
	return append(binary.BigEndian.AppendUint16(out, etherType), payload...)
}

// Payload is what a frame holds, from the subtype on; none if it is not of a slow protocol. It is a part of the frame.
func Payload(frame []byte) []byte {
	if len(frame) < header || binary.BigEndian.Uint16(frame[header-2:]) != etherType {
		return nil
	}
	return frame[header:]
}
