package table

import (
	"encoding/binary"
	"fmt"
	"math"
	"math/rand/v2"
	"net/netip"
)

// MaxPrefixes is how large a table may be.
const MaxPrefixes = 2_000_000

// Set is a set of attributes and the prefixes that have it.
type Set struct {
	Attributes
	Prefixes []netip.Prefix
}

// Make gives sets with n prefixes together, about five to a set, in the order of no address: as a peer sends its table.
func Make(n int, seed uint64) ([]Set, error) {
	if n < 1 || n > MaxPrefixes {
		return nil, fmt.Errorf("%d is no number of prefixes between 1 and %d", n, MaxPrefixes)
	}
	m := maker{Rand: rand.New(rand.NewPCG(seed, 0x68656464)), used: make(map[netip.Prefix]bool, n)}
	var sets []Set
	for n > 0 {
		size := min(m.setSize(), n)
		n -= size
		sets = append(sets, Set{m.attributes(), m.prefixes(size)})
	}
	return sets, nil
}

type maker struct {
	*rand.Rand
	used map[netip.Prefix]bool
}

// setSize draws from a Pareto distribution: most sets have one or two prefixes, a few have hundreds.
func (m maker) setSize() int {
	const shape, most = 1.16, 2000
	return int(min(math.Pow(1-m.Float64(), -1/shape), most))
}

// share is how many of a thousand prefixes of the internet have a length.
type share struct{ bits, count int }

// lengths are the shares that route collectors saw in 2024, rounded. What is longer than /24 is not seen.
func lengths() []share {
	return []share{
		{24, 592}, {23, 103}, {22, 114}, {21, 53}, {20, 46}, {19, 26}, {18, 14}, {17, 8}, {16, 14},
		{15, 6}, {14, 8}, {13, 6}, {12, 4}, {11, 2}, {10, 2}, {9, 1}, {8, 1},
	}
}

// prefixes draws prefixes that no other set has. Those of a set are of one region: what an origin announces is often one allocation.
func (m maker) prefixes(n int) []netip.Prefix {
	list := make([]netip.Prefix, 0, n)
	region := m.Uint32()
	for tries := 0; len(list) < n; tries++ {
		if tries > 4*n { // the region is full, or of no use
			region, tries = m.Uint32(), 0
		}
		p := m.prefix(region)
		if m.used[p] || !public(p.Addr()) {
			continue
		}
		m.used[p] = true
		list = append(list, p)
	}
	return list
}

func (m maker) prefix(region uint32) netip.Prefix {
	bits := m.length()
	var a [4]byte
	const near = 1<<14 - 1 // /18s around: half a region's prefixes are within, the others anywhere
	addr := m.Uint32()
	if m.IntN(2) == 0 {
		addr = region&^near | addr&near
	}
	binary.BigEndian.PutUint32(a[:], addr)
	return netip.PrefixFrom(netip.AddrFrom4(a), bits).Masked()
}

func (m maker) length() int {
	all := lengths()
	for at := m.IntN(1000); ; {
		for _, s := range all {
			if at -= s.count; at < 0 {
				return s.bits
			}
		}
	}
}

// public says whether an address may be in a table of the internet. The networks for documentation are where the measurement itself lives.
func public(a netip.Addr) bool {
	b := a.As4()
	switch {
	case b[0] == 0, b[0] >= 224, a.IsPrivate(), a.IsLoopback(), a.IsLinkLocalUnicast():
		return false
	case b[0] == 198 && (b[1] == 51 || b[1]&0xfe == 18), b[0] == 203 && b[1] == 0, b[0] == 192 && b[1] == 0, b[0] == 100 && b[1]&0xc0 == 64:
		return false
	}
	return true
}
