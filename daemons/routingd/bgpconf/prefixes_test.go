package bgpconf

import (
	"net/netip"
	"testing"

	"pgregory.net/rapid"
)

// fits says whether a prefix is of a range.
func fits(r PrefixRange, p netip.Prefix) bool {
	return r.Prefix.Bits() <= p.Bits() && r.Prefix.Contains(p.Addr()) && r.Min <= p.Bits() && p.Bits() <= r.Max
}

// walk is what an ordered list means.
func walk(rules []rule, p netip.Prefix) bool {
	for _, r := range rules {
		if fits(r.PrefixRange, p) {
			return r.permit
		}
	}
	return false
}

// TestFlatten compares sets with the lists that they are made of, on a small corner of IPv4 where everything overlaps.
func TestFlatten(t *testing.T) {
	prefix := func(t *rapid.T, label string) netip.Prefix {
		low := rapid.IntRange(0, 255).Draw(t, label)
		bits := rapid.IntRange(24, 32).Draw(t, label+" bits")
		return netip.PrefixFrom(netip.AddrFrom4([4]byte{10, 0, 0, byte(low)}), bits).Masked()
	}
	rapid.Check(t, func(t *rapid.T) {
		var rules []rule
		for range rapid.IntRange(0, 6).Draw(t, "rules") {
			p := prefix(t, "rule")
			low := rapid.IntRange(p.Bits(), 32).Draw(t, "min")
			rules = append(rules, rule{
				permit:      rapid.Bool().Draw(t, "permit"),
				PrefixRange: PrefixRange{p, low, rapid.IntRange(low, 32).Draw(t, "max")},
			})
		}
		set := flatten(rules)
		for range 50 {
			if p := prefix(t, "route"); set.Has(p) != walk(rules, p) {
				t.Fatalf("%v: the set %v says %v, the list %v says %v", p, set, set.Has(p), rules, walk(rules, p))
			}
		}
	})
}
