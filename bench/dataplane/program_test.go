package main

import (
	"net/netip"
	"testing"
)

func TestMixedRoutes(t *testing.T) {
	const n = 20_000
	seen := map[netip.Prefix]bool{}
	deep := 0
	for _, p := range mixedRoutes(n) {
		if p != p.Masked() || seen[p] {
			t.Fatalf("prefix %s", p)
		}
		seen[p] = true
		if p.Bits() > 24 {
			deep++
		}
	}
	if len(seen) != n || deep != n/200 {
		t.Errorf("%d routes, %d beyond /24", len(seen), deep)
	}
}

func TestMedianOfRatios(t *testing.T) {
	if got := median(ratios([]float64{9, 2, 8}, []float64{3, 2, 2})); got != 3 {
		t.Errorf("got %v", got)
	}
}
