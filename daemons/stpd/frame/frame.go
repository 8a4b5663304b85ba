package frame

import (
	"encoding/binary"
	"errors"
	"fmt"
)

// MAC is an address.
type MAC = [6]byte

// Kind tells whose protocol a frame is of.
type Kind uint8

// The kinds.
const (
	IEEE Kind = iota // LLC 42-42-03
	PVST             // SNAP 00-00-0C 01-0B
)

// group is the address that a kind is sent to.
func (k Kind) group() MAC {
	if k == PVST {
		return MAC{0x01, 0x00, 0x0c, 0xcc, 0xcc, 0xcd}
	}
	return MAC{0x01, 0x80, 0xc2, 0x00, 0x00, 0x00}
}

// Frame carries a BPDU.
type Frame struct {
	Kind Kind
	VLAN uint16 // of the tag; 0: without a tag
	PVID uint16 // the VLAN that a PVST frame names itself; 0: none, as in a TCN
	BPDU []byte
}

const (
	addresses = 12
	tagLen    = 4
	tpid      = 0x8100
	priority  = 7 << 13 // of a tag: above all traffic
	shortest  = 60      // of a frame, without the check sequence
	llcLen    = 3
	snapLen   = 8
	// pvidAt is where the VLAN follows in a PVST frame, counted from the BPDU on: behind the longest of them.
	pvidAt  = 36
	pvidLen = 6
)

func llc() []byte { return []byte{0x42, 0x42, 0x03} }

func snap() []byte { return []byte{0xaa, 0xaa, 0x03, 0x00, 0x00, 0x0c, 0x01, 0x0b} }

// Append writes the frame as it goes out of a device with that address.
func (f Frame) Append(to []byte, source MAC) []byte {
	group := f.Kind.group()
	start := len(to)
	to = append(append(to, group[:]...), source[:]...)
	if f.VLAN != 0 {
		to = binary.BigEndian.AppendUint16(to, tpid)
		to = binary.BigEndian.AppendUint16(to, priority|f.VLAN)
	}
	payload := append(llc(), f.BPDU...)
	if f.Kind == PVST {
		payload = f.pvst()
	}
	to = binary.BigEndian.AppendUint16(to, uint16(len(payload)))
	to = append(to, payload...)
	for len(to)-start < shortest {
		to = append(to, 0)
	}
	return to
}

// pvst is a PVST frame's content: all have the same length, and those without a VLAN have zeros there.
func (f Frame) pvst() []byte {
	b := make([]byte, snapLen+pvidAt+pvidLen)
	copy(b, snap())
	copy(b[snapLen:snapLen+pvidAt], f.BPDU)
	if f.PVID != 0 { // type 0, length 2
		tlv := b[snapLen+pvidAt:]
		binary.BigEndian.PutUint16(tlv[2:], 2)
		binary.BigEndian.PutUint16(tlv[4:], f.PVID)
	}
	return b
}

// ErrForeign says that a frame to one of our groups is not of spanning tree.
var ErrForeign = errors.New("not a frame of spanning tree")

// Parse reads a frame. The BPDU is a part of b, with what pads the frame cut off.
func Parse(b []byte) (Frame, error) {
	var f Frame
	if len(b) < addresses+2 {
		return f, fmt.Errorf("%w: %d octets", ErrForeign, len(b))
	}
	to := MAC(b[:6])
	rest := b[addresses:]
	if binary.BigEndian.Uint16(rest) == tpid {
		if len(rest) < tagLen+2 {
			return f, fmt.Errorf("%w: tag cut off", ErrForeign)
		}
		f.VLAN, rest = binary.BigEndian.Uint16(rest[2:])&0x0fff, rest[tagLen:]
	}
	length := int(binary.BigEndian.Uint16(rest))
	rest = rest[2:]
	if length > len(rest) {
		return f, fmt.Errorf("%w: length or type %#04x of %d octets", ErrForeign, length, len(rest))
	}
	rest = rest[:length]
	switch {
	case to == IEEE.group() && begins(rest, llc()):
		f.BPDU = rest[llcLen:]
	case to == PVST.group() && begins(rest, snap()):
		f.Kind, f.BPDU = PVST, rest[snapLen:]
		f.PVID = pvidOf(f.BPDU)
	default:
		return f, ErrForeign
	}
	return f, nil
}

func begins(b, with []byte) bool { return len(b) >= len(with) && string(b[:len(with)]) == string(with) }

// pvidOf finds the VLAN behind a BPDU; 0 where there is none.
func pvidOf(b []byte) uint16 {
	if len(b) < pvidAt+pvidLen {
		return 0
	}
	tlv := b[pvidAt:]
	if binary.BigEndian.Uint16(tlv) != 0 || binary.BigEndian.Uint16(tlv[2:]) != 2 {
		return 0
	}
	return binary.BigEndian.Uint16(tlv[4:]) & 0x0fff
}
