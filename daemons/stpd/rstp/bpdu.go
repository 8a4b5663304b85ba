package rstp

import (
	"encoding/binary"
	"errors"
	"fmt"
)

// Kind is the type of a BPDU.
type Kind uint8

// The types (IEEE 802.1D-2004 section 9.3).
const (
	Config Kind = 0
	RST    Kind = 2
	TCN    Kind = 0x80
)

// Role is the role of a port, coded as in a RST BPDU (section 9.2.9).
type Role uint8

// The roles. A RST BPDU does not tell Backup from Alternate.
const (
	Unknown Role = iota
	Alternate
	Root
	Designated
	Backup
	Disabled
)

// String names the role.
func (r Role) String() string {
	return [...]string{"unknown", "alternate", "root", "designated", "backup", "disabled"}[r]
}

// flags of a BPDU (section 9.3.3).
const (
	flagTC        = 1 << 0
	flagProposal  = 1 << 1
	roleShift     = 2
	flagLearning  = 1 << 4
	flagForward   = 1 << 5
	flagAgreement = 1 << 6
	flagTCAck     = 1 << 7
)

// BPDU is a message. A TCN has nothing but its kind.
type BPDU struct {
	Kind Kind
	Role Role // of the sender's port; Designated in a Config

	TopologyChange, TopologyChangeAck         bool
	Proposal, Agreement, Learning, Forwarding bool

	Vector Vector
	Times  Times
}

// Lengths of the messages (sections 9.3.1 to 9.3.3).
const (
	tcnLen    = 4
	configLen = 35
	rstLen    = 36
)

// The errors of ParseBPDU.
var (
	ErrNotSpanningTree = errors.New("not of the spanning tree protocol")
	ErrShort           = errors.New("bpdu too short")
)

// ParseBPDU reads a message from its protocol identifier on. What follows a message is ignored, as is what versions after RSTP add
// (section 9.3.4): to a MST BPDU's reader it begins with a RST BPDU.
func ParseBPDU(b []byte) (BPDU, error) {
	if len(b) < tcnLen {
		return BPDU{}, fmt.Errorf("%w: %d octets", ErrShort, len(b))
	}
	if binary.BigEndian.Uint16(b) != 0 {
		return BPDU{}, fmt.Errorf("%w: protocol identifier %#04x", ErrNotSpanningTree, b[:2])
	}
	switch kind := Kind(b[3]); {
	case kind == TCN:
		return BPDU{Kind: TCN}, nil
	case kind == Config && len(b) >= configLen:
		p := parseBody(b)
		p.Role = Designated
		return p, nil
	case kind == RST && b[2] < 2:
		return BPDU{}, fmt.Errorf("bpdu of type %d has version %d", kind, b[2])
	case kind == RST && len(b) >= rstLen:
		return parseRST(b)
	case kind == Config, kind == RST:
		return BPDU{}, fmt.Errorf("%w: %d octets of type %d", ErrShort, len(b), kind)
	default:
		return BPDU{}, fmt.Errorf("bpdu of unknown type %d", kind)
	}
}

func parseBody(b []byte) BPDU {
	p := BPDU{Kind: Kind(b[3]), TopologyChange: b[4]&flagTC != 0, TopologyChangeAck: b[4]&flagTCAck != 0}
	p.Vector = Vector{
		Root: parseID(b[5:]), Cost: binary.BigEndian.Uint32(b[13:]), Bridge: parseID(b[17:]), Port: PortID(binary.BigEndian.Uint16(b[25:])),
	}
	age := func(at int) Units { return Units(binary.BigEndian.Uint16(b[at:])) }
	p.Times = Times{MessageAge: age(27), MaxAge: age(29), Hello: age(31), ForwardDelay: age(33)}
	return p
}

func parseID(b []byte) BridgeID {
	return BridgeID{Priority: binary.BigEndian.Uint16(b), MAC: MAC(b[2:8])}
}

func parseRST(b []byte) (BPDU, error) {
	p := parseBody(b)
	p.TopologyChangeAck = false
	p.Role = Role(b[4] >> roleShift & 3)
	p.Proposal, p.Agreement = b[4]&flagProposal != 0, b[4]&flagAgreement != 0
	p.Learning, p.Forwarding = b[4]&flagLearning != 0, b[4]&flagForward != 0
	return p, nil
}

// Append writes the message.
func (p BPDU) Append(to []byte) []byte {
	version := byte(0)
	if p.Kind == RST {
		version = 2
	}
	to = append(to, 0, 0, version, byte(p.Kind))
	if p.Kind == TCN {
		return to
	}
	to = append(to, p.flags())
	to = p.Vector.Root.append(to)
	to = binary.BigEndian.AppendUint32(to, p.Vector.Cost)
	to = p.Vector.Bridge.append(to)
	to = binary.BigEndian.AppendUint16(to, uint16(p.Vector.Port))
	for _, u := range []Units{p.Times.MessageAge, p.Times.MaxAge, p.Times.Hello, p.Times.ForwardDelay} {
		to = binary.BigEndian.AppendUint16(to, uint16(u))
	}
	if p.Kind == RST {
		to = append(to, 0) // no information of version 1
	}
	return to
}

func (p BPDU) flags() byte {
	var f byte
	set := func(on bool, bit byte) {
		if on {
			f |= bit
		}
	}
	set(p.TopologyChange, flagTC)
	if p.Kind == Config {
		set(p.TopologyChangeAck, flagTCAck)
		return f
	}
	role := p.Role
	if role == Backup {
		role = Alternate
	}
	f |= byte(role&3) << roleShift
	set(p.Proposal, flagProposal)
	set(p.Agreement, flagAgreement)
	set(p.Learning, flagLearning)
	set(p.Forwarding, flagForward)
	return f
}
