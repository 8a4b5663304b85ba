package table

import (
	"math"
	"net/netip"
	"reflect"
	"testing"
)

const size = 50_000

func make50k(t *testing.T, seed uint64) []Set {
	t.Helper()
	sets, err := Make(size, seed)
	if err != nil {
		t.Fatal(err)
	}
	return sets
}

func TestSeedDecides(t *testing.T) {
	if !reflect.DeepEqual(make50k(t, 7), make50k(t, 7)) {
		t.Error("one seed gave two tables")
	}
	if reflect.DeepEqual(make50k(t, 7), make50k(t, 8)) {
		t.Error("two seeds gave one table")
	}
}

func TestPrefixesDifferAndAreUsable(t *testing.T) {
	seen := make(map[netip.Prefix]bool)
	for _, s := range make50k(t, 1) {
		for _, p := range s.Prefixes {
			if seen[p] {
				t.Fatalf("%s twice", p)
			}
			if p != p.Masked() || p.Addr().IsMulticast() || p.Addr().IsLoopback() || p.Contains(netip.MustParseAddr("198.51.100.2")) && p.Bits() > 15 {
				t.Fatalf("%s is of no use", p)
			}
			seen[p] = true
		}
	}
	if len(seen) != size {
		t.Errorf("%d prefixes, want %d", len(seen), size)
	}
}

// TestShape holds the table to what it claims: five prefixes to a set, and the lengths of the internet.
func TestShape(t *testing.T) {
	sets := make50k(t, 1)
	if part := float64(len(sets)) / size; part < 0.17 || part > 0.23 {
		t.Errorf("%.3f sets for each prefix, want 0.2", part)
	}
	var lengthsSeen [33]int
	hops, largest := 0, 0
	for _, s := range sets {
		hops += len(s.Path)
		largest = max(largest, len(s.Prefixes))
		for _, p := range s.Prefixes {
			lengthsSeen[p.Bits()]++
		}
	}
	if largest < 500 {
		t.Errorf("the largest set has %d prefixes: none is large", largest)
	}
	if mean := float64(hops) / float64(len(sets)); mean < 3 || mean > 5 {
		t.Errorf("paths of %.1f AS, want about 4", mean)
	}
	for _, s := range lengths() {
		want, got := float64(s.count)/1000, float64(lengthsSeen[s.bits])/size
		if s.bits >= 16 && math.Abs(got-want) > 0.01 {
			t.Errorf("/%d: %.3f of all, want %.3f", s.bits, got, want)
		}
	}
}

func TestSizes(t *testing.T) {
	for _, n := range []int{0, -1, MaxPrefixes + 1} {
		if _, err := Make(n, 1); err == nil {
			t.Errorf("%d prefixes: no error", n)
		}
	}
}
