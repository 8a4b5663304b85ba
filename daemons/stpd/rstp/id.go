package rstp

import (
	"bytes"
	"cmp"
	"encoding/binary"
	"encoding/hex"
	"fmt"
)

// MAC is an address.
type MAC [6]byte

// String is the address with colons.
func (m MAC) String() string {
	return fmt.Sprintf("%02x:%02x:%02x:%02x:%02x:%02x", m[0], m[1], m[2], m[3], m[4], m[5])
}

// BridgeID names a bridge in one tree (IEEE 802.1D-2004 section 9.2.5). The smaller one is the better one.
type BridgeID struct {
	Priority uint16 // four bits of priority, twelve that tell trees of one bridge apart: the VLAN
	MAC      MAC
}

// MakeBridgeID puts priority, of which the upper four bits count, and the number of the tree together.
func MakeBridgeID(priority, tree uint16, mac MAC) BridgeID {
	return BridgeID{Priority: priority&0xf000 | tree&0x0fff, MAC: mac}
}

// String is the identifier in hexadecimal digits, as SONiC writes it.
func (b BridgeID) String() string {
	return hex.EncodeToString(b.append(nil))
}

func (b BridgeID) append(to []byte) []byte {
	return append(binary.BigEndian.AppendUint16(to, b.Priority), b.MAC[:]...)
}

func (b BridgeID) compare(o BridgeID) int {
	return cmp.Or(cmp.Compare(b.Priority, o.Priority), bytes.Compare(b.MAC[:], o.MAC[:]))
}

// PortID names a port of a bridge: four bits of priority, twelve of number (section 9.2.7).
type PortID uint16

// MakePortID puts priority, 0 to 240 of which the upper four bits count, and number together.
func MakePortID(priority uint8, number uint16) PortID {
	return PortID(uint16(priority&0xf0)<<8 | number&0x0fff)
}

// Number is the part that does not change with the priority.
func (p PortID) Number() uint16 { return uint16(p) & 0x0fff }

// Priority is 0 to 240.
func (p PortID) Priority() uint8 { return uint8(p>>8) & 0xf0 }

// Vector is a spanning tree priority vector (section 17.5). The smaller one is the better one.
type Vector struct {
	Root   BridgeID
	Cost   uint32 // to the root
	Bridge BridgeID
	Port   PortID
}

func (v Vector) compare(o Vector) int {
	return cmp.Or(v.Root.compare(o.Root), cmp.Compare(v.Cost, o.Cost), v.Bridge.compare(o.Bridge), cmp.Compare(v.Port, o.Port))
}

// sender says whether both come from the same port of the same bridge.
func (v Vector) sender(o Vector) bool {
	return v.Bridge.MAC == o.Bridge.MAC && v.Port.Number() == o.Port.Number()
}

// supersedes says whether a message with v replaces what is known as o: it is better, or newer word of the same sender (section 17.6).
func (v Vector) supersedes(o Vector) bool { return v != o && (v.compare(o) < 0 || v.sender(o)) }
