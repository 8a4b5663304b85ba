package bgpconf

import (
	"cmp"
	"net/netip"
	"slices"
)

// PrefixRange are the prefixes within Prefix that are Min to Max bits long.
type PrefixRange struct {
	Prefix   netip.Prefix
	Min, Max int
}

// PrefixSet is a set of prefixes of one family: each is in at least one of the ranges. Of the ranges that could hold a prefix, those of
// the longest Prefix alone say whether it is in, as GoBGP looks it up; PrefixSet values made here are complete in that sense.
type PrefixSet []PrefixRange

// Has says whether a prefix is in the set.
func (s PrefixSet) Has(p netip.Prefix) bool {
	longest, in := -1, false
	for _, r := range s {
		if r.Prefix.Bits() > p.Bits() || !r.Prefix.Contains(p.Addr()) || r.Prefix.Bits() < longest {
			continue
		}
		in = r.Min <= p.Bits() && p.Bits() <= r.Max || in && r.Prefix.Bits() == longest
		longest = r.Prefix.Bits()
	}
	return in
}

// rule is an entry of an ordered list.
type rule struct {
	permit bool
	PrefixRange
}

// flatten gives the set of prefixes that an ordered list permits: the first entry that fits decides, and what fits none is denied.
func flatten(rules []rule) PrefixSet {
	var permitted, decided PrefixSet
	for _, r := range rules {
		fresh := PrefixSet{r.PrefixRange}
		for _, d := range decided {
			fresh = subtract(fresh, d)
		}
		if r.permit {
			permitted = append(permitted, fresh...)
		}
		decided = append(decided, r.PrefixRange)
	}
	return complete(permitted)
}

// subtract takes the prefixes of cut out of a set.
func subtract(set PrefixSet, cut PrefixRange) PrefixSet {
	var out PrefixSet
	for _, r := range set {
		out = append(out, subtractOne(r, cut)...)
	}
	return out
}

func subtractOne(r, cut PrefixRange) PrefixSet {
	if !r.Prefix.Overlaps(cut.Prefix) {
		return PrefixSet{r}
	}
	var out PrefixSet
	add := func(p netip.Prefix, low, high int) {
		if low = max(low, p.Bits()); low <= high {
			out = append(out, PrefixRange{p, low, high})
		}
	}
	add(r.Prefix, r.Min, min(r.Max, cut.Min-1))
	add(r.Prefix, max(r.Min, cut.Max+1), r.Max)
	low, high := max(r.Min, cut.Min), min(r.Max, cut.Max)
	if low > high {
		return PrefixSet{r}
	}
	// Of the lengths that both have, what is beside cut.Prefix stays: the other half at each bit on the way there.
	for bits := r.Prefix.Bits() + 1; bits <= cut.Prefix.Bits(); bits++ {
		add(sibling(cut.Prefix, bits), low, high)
	}
	return out
}

// sibling is the prefix of that length which differs from p's in the last bit only.
func sibling(p netip.Prefix, bits int) netip.Prefix {
	raw := p.Addr().AsSlice()
	raw[(bits-1)/8] ^= 0x80 >> ((bits - 1) % 8)
	a, _ := netip.AddrFromSlice(raw)
	return netip.PrefixFrom(a, bits).Masked()
}

// complete adds to each prefix of a set the ranges of the prefixes around it, joins ranges that touch, and orders the set.
func complete(set PrefixSet) PrefixSet {
	var out PrefixSet
	for _, r := range set {
		for _, around := range set {
			if around.Prefix.Bits() <= r.Prefix.Bits() && around.Prefix.Overlaps(r.Prefix) {
				if low := max(around.Min, r.Prefix.Bits()); low <= around.Max {
					out = append(out, PrefixRange{r.Prefix, low, around.Max})
				}
			}
		}
	}
	slices.SortFunc(out, func(a, b PrefixRange) int {
		return cmp.Or(a.Prefix.Addr().Compare(b.Prefix.Addr()), cmp.Compare(a.Prefix.Bits(), b.Prefix.Bits()),
			cmp.Compare(a.Min, b.Min), cmp.Compare(a.Max, b.Max))
	})
	joined := out[:0]
	for _, r := range out {
		if n := len(joined); n > 0 && joined[n-1].Prefix == r.Prefix && r.Min <= joined[n-1].Max+1 {
			joined[n-1].Max = max(joined[n-1].Max, r.Max)
			continue
		}
		joined = append(joined, r)
	}
	return joined
}
