package bfd

import (
	"encoding/binary"
	"errors"
	"fmt"
	"time"
)

// The places where sessions are spoken (RFC 5881 section 4, RFC 5883 section 5), and what each packet of one hop has as its TTL.
const (
	PortSingleHop = 3784
	PortMultihop  = 4784
	TTL           = 255

	FirstSourcePort = 49152
	LastSourcePort  = 65535
)

const (
	version      = 1
	packetLength = 24 // octets, without authentication
)

// Bits of the second octet, behind the state.
const (
	bitPoll       = 0x20
	bitFinal      = 0x10
	bitAuth       = 0x04
	bitDemand     = 0x02
	bitMultipoint = 0x01
)

// Packet is a BFD control packet (RFC 5880 section 4.1).
type Packet struct {
	Diag       Diag
	State      State
	Poll       bool
	Final      bool
	Demand     bool
	Multiplier uint8 // Detect Mult
	My, Your   uint32
	MinTx      time.Duration // Desired Min TX Interval, in whole microseconds
	MinRx      time.Duration // Required Min RX Interval
	MinEcho    time.Duration // Required Min Echo RX Interval
}

// Reasons for which a packet is refused.
var (
	ErrLength         = errors.New("length is wrong")
	ErrVersion        = errors.New("version is not 1")
	ErrMultiplier     = errors.New("detection multiplier is 0")
	ErrMultipoint     = errors.New("multipoint bit is set")
	ErrDiscriminator  = errors.New("own discriminator is 0")
	ErrYours          = errors.New("no discriminator of ours in state Init or Up")
	ErrAuthentication = errors.New("authenticated, which no session here is")
	ErrPollFinal      = errors.New("poll and final at once")
)

// Parse reads the payload of a datagram, and refuses what RFC 5880 section 6.8.6 says to discard before a session is looked for. What
// stands behind the length that the packet says is ignored.
func Parse(b []byte) (Packet, error) {
	switch {
	case len(b) < packetLength:
		return Packet{}, fmt.Errorf("%d octets: %w", len(b), ErrLength)
	case b[0]>>5 != version:
		return Packet{}, fmt.Errorf("version %d: %w", b[0]>>5, ErrVersion)
	case b[1]&bitAuth != 0:
		return Packet{}, ErrAuthentication
	case b[3] < packetLength || int(b[3]) > len(b):
		return Packet{}, fmt.Errorf("says %d of %d octets: %w", b[3], len(b), ErrLength)
	case b[2] == 0:
		return Packet{}, ErrMultiplier
	case b[1]&bitMultipoint != 0:
		return Packet{}, ErrMultipoint
	case b[1]&bitPoll != 0 && b[1]&bitFinal != 0:
		return Packet{}, ErrPollFinal
	}
	p := Packet{
		Diag: Diag(b[0] & 0x1f), State: State(b[1] >> 6), Multiplier: b[2],
		Poll: b[1]&bitPoll != 0, Final: b[1]&bitFinal != 0, Demand: b[1]&bitDemand != 0,
		My: binary.BigEndian.Uint32(b[4:]), Your: binary.BigEndian.Uint32(b[8:]),
		MinTx: micros(b[12:]), MinRx: micros(b[16:]), MinEcho: micros(b[20:]),
	}
	switch {
	case p.My == 0:
		return Packet{}, ErrDiscriminator
	case p.Your == 0 && p.State != Down && p.State != AdminDown:
		return Packet{}, ErrYours
	}
	return p, nil
}

// Append writes the packet behind b.
func (p Packet) Append(b []byte) []byte {
	flags := byte(p.State) << 6
	for _, f := range []struct {
		set bool
		bit byte
	}{{p.Poll, bitPoll}, {p.Final, bitFinal}, {p.Demand, bitDemand}} {
		if f.set {
			flags |= f.bit
		}
	}
	b = append(b, version<<5|byte(p.Diag)&0x1f, flags, p.Multiplier, packetLength)
	for _, n := range []uint32{p.My, p.Your, inMicros(p.MinTx), inMicros(p.MinRx), inMicros(p.MinEcho)} {
		b = binary.BigEndian.AppendUint32(b, n)
	}
	return b
}

func micros(b []byte) time.Duration {
	return time.Duration(binary.BigEndian.Uint32(b)) * time.Microsecond
}

func inMicros(d time.Duration) uint32 {
	return uint32(min(max(d/time.Microsecond, 0), 1<<32-1))
}
