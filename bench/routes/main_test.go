package main

import (
	"net/netip"
	"slices"
	"testing"
)

func TestParseCounts(t *testing.T) {
	for text, want := range map[string][]int{
		"10000":        {10000},
		"1,2000000":    {1, maxRoutes},
		"":             nil,
		"0":            nil,
		"2000001":      nil,
		"10000,":       nil,
		"ten thousand": nil,
	} {
		got, err := parseCounts(text)
		if !slices.Equal(got, want) || (err == nil) != (want != nil) {
			t.Errorf("%q: %v, %v; want %v", text, got, err, want)
		}
	}
}

// TestPrefixesDiffer: two routes of one prefix would be one route, and wait for ever.
func TestPrefixesDiffer(t *testing.T) {
	seen := make(map[netip.Prefix]int, maxRoutes)
	for i := range maxRoutes {
		p, err := netip.ParsePrefix(prefix(i))
		if err != nil {
			t.Fatalf("route %d: %v", i, err)
		}
		if p != p.Masked() || p.Addr().IsMulticast() {
			t.Fatalf("route %d: %s is no unicast subnet", i, p)
		}
		if other, twice := seen[p]; twice {
			t.Fatalf("routes %d and %d are both %s", other, i, p)
		}
		seen[p] = i
	}
}
