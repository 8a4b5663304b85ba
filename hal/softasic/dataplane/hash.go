package dataplane

import (
	"errors"
	"fmt"
)

// HashKind is what flows are spread over.
type HashKind uint8

// Kinds of hashes.
const (
	HashGroups HashKind = iota // groups of adjacencies
	HashLAGs                   // members of LAGs
	hashKinds
)

// HashFields is a set of fields of a frame.
type HashFields uint32

// Fields of a frame: those of hash_field in bpf/defs.h. Ports are those of TCP and
// UDP in packets that are not fragments. The VLAN is that of the bridge, also of
// untagged frames.
const (
	HashInPort HashFields = 1 << iota
	HashSrcMAC
	HashDstMAC
	HashEtherType
	HashVLAN
	HashIPProtocol
	HashSrcIP
	HashDstIP
	HashL4SrcPort
	HashL4DstPort
	HashFlowLabel // of IPv6; left out of symmetric hashes
	hashFieldsEnd

	hashFlow HashFields = HashIPProtocol | HashSrcIP | HashDstIP | HashL4SrcPort | HashL4DstPort | HashFlowLabel
)

// HashAlgorithm makes a number of the fields.
type HashAlgorithm uint8

// Hash algorithms: those of hash_algorithm in bpf/defs.h.
const (
	HashMix       HashAlgorithm = iota // 64-bit multiplications: fastest
	HashXOR                            // of all 32-bit words
	HashRandom                         // another way for each packet: reorders flows
	HashCRC32Low                       // the low 16 bits of CRC-32
	HashCRC32High                      // the high 16 bits of CRC-32
	HashCCITT                          // CRC-16 of ITU-T V.41
	HashCRCXOR                         // CRC-32 and XOR together
	hashAlgorithms
)

// Hash says how flows are spread.
type Hash struct {
	// Fields of IPv4 packets, of IPv6 packets and of all other frames.
	IPv4, IPv6, Other HashFields
	Algorithm         HashAlgorithm
	// Seed is where the hash starts. Switches in a row that choose alike would
	// leave links idle.
	Seed      uint32
	Rotate    uint8 // right, in bits up to 63
	Symmetric bool  // both directions of a flow hash alike
}

// DefaultHash is what a new plane does, and does fastest.
func DefaultHash(k HashKind) Hash {
	fields := hashFlow
	if k == HashLAGs {
		fields |= HashSrcMAC | HashDstMAC
	}
	return Hash{IPv4: fields, IPv6: fields, Other: fields}
}

// plain leaves out fields that such packets do not have.
func (h Hash) plain() Hash {
	h.IPv4 &^= HashFlowLabel
	h.Other &^= hashFlow
	return h
}

// SetHash sets how flows are spread. Flows may move.
func (p *Plane) SetHash(k HashKind, h Hash) error {
	if k >= hashKinds || (h.IPv4|h.IPv6|h.Other) >= hashFieldsEnd || h.Algorithm >= hashAlgorithms || h.Rotate > 63 {
		return fmt.Errorf("set hash %d: %w", k, ErrInvalid)
	}
	err := p.do(func() error {
		if p.stale != nil {
			delete(p.stale.hashes, k)
		}
		return p.putHash(k, h.plain())
	})
	if err != nil {
		return fmt.Errorf("set hash %d: %w", k, err)
	}
	return nil
}

// putHash writes the rule before the setting that sends packets to it.
func (p *Plane) putHash(k HashKind, h Hash) error {
	rule := pipelineHashRule{
		Fields: [3]uint32{uint32(h.IPv4), uint32(h.IPv6), uint32(h.Other)},
		Seed:   h.Seed, Algorithm: uint8(h.Algorithm), Rotate: h.Rotate,
	}
	if h.Symmetric {
		rule.Symmetric = 1
	}
	err := p.t.HashRules.Put(uint32(k), rule)
	p.settings.HashRules &^= 1 << k
	builtIn := DefaultHash(k).plain()
	if builtIn.Seed = h.Seed; h != builtIn {
		p.settings.HashRules |= 1 << k
	}
	if k == HashLAGs {
		p.settings.LagSeed = h.Seed
	} else {
		p.settings.EcmpSeed = h.Seed
	}
	return errors.Join(err, p.putSettings())
}
