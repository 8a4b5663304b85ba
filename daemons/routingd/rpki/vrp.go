package rpki

import (
	"bytes"
	"cmp"
	"errors"
	"fmt"
	"net/netip"
	"slices"
)

// VRP is a validated ROA payload (RFC 6811 section 2): an AS may announce a prefix, and what is within it down to a length. There can be a
// million: it holds no pointer.
type VRP struct {
	six       bool
	bits      uint8
	MaxLength uint8
	addr      [16]byte
	ASN       uint32
}

// NewVRP checks that the lengths agree with the prefix, which has no bits beyond its own.
func NewVRP(p netip.Prefix, maxLength uint8, asn uint32) (VRP, error) {
	switch {
	case !p.IsValid():
		return VRP{}, errors.New("prefix is longer than its address")
	case p != p.Masked():
		return VRP{}, fmt.Errorf("prefix %v has bits beyond its length", p)
	case int(maxLength) < p.Bits() || int(maxLength) > p.Addr().BitLen():
		return VRP{}, fmt.Errorf("prefix %v has the greatest length %d", p, maxLength)
	}
	return VRP{six: p.Addr().Is6(), bits: uint8(p.Bits()), MaxLength: maxLength, addr: p.Addr().As16(), ASN: asn}, nil
}

// Prefix is what may be announced.
func (v VRP) Prefix() netip.Prefix {
	a := netip.AddrFrom16(v.addr)
	if !v.six {
		a = a.Unmap()
	}
	return netip.PrefixFrom(a, int(v.bits))
}

// compare orders them: IPv4 first, then by prefix, greatest length and AS.
func (v VRP) compare(w VRP) int {
	if v.six != w.six {
		if v.six {
			return 1
		}
		return -1
	}
	return cmp.Or(bytes.Compare(v.addr[:], w.addr[:]), cmp.Compare(v.bits, w.bits), cmp.Compare(v.MaxLength, w.MaxLength), cmp.Compare(v.ASN, w.ASN))
}

// table are VRPs in order, each once. It never changes.
type table []VRP

// newTable takes the list over.
func newTable(list []VRP) table {
	slices.SortFunc(list, VRP.compare)
	return slices.Compact(list)
}

// count says how many are of IPv4 and of IPv6.
func (t table) count() (four, six int) {
	four, _ = slices.BinarySearchFunc(t, true, func(v VRP, _ bool) int {
		if v.six {
			return 1
		}
		return -1
	})
	return four, len(t) - four
}

// diff says what is in to and not in t, and what is in t alone.
func (t table) diff(to table) (added, gone []VRP) {
	for len(t) > 0 || len(to) > 0 {
		switch order := first(t, to); {
		case order < 0:
			gone, t = append(gone, t[0]), t[1:]
		case order > 0:
			added, to = append(added, to[0]), to[1:]
		default:
			t, to = t[1:], to[1:]
		}
	}
	return added, gone
}

// first says which of two tables, of which one is not empty, begins with what is before the other's first.
func first(a, b table) int {
	switch {
	case len(b) == 0:
		return -1
	case len(a) == 0:
		return 1
	}
	return a[0].compare(b[0])
}

// Errors of a cache that tells changes of what is not so.
var (
	errUnknown   = errors.New("withdraws what it has not announced")
	errDuplicate = errors.New("announces twice")
)

// change gives the table with some added and some taken out.
func (t table) change(added, gone []VRP) (table, error) {
	in, out := newTable(added), newTable(gone)
	if len(in) != len(added) {
		return nil, errDuplicate
	}
	left, missing := out.diff(t)
	if len(missing) > 0 || len(out) != len(gone) {
		return nil, errUnknown
	}
	whole := newTable(slices.Concat(left, in))
	if len(whole) != len(left)+len(in) {
		return nil, errDuplicate
	}
	return whole, nil
}
