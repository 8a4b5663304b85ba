package rpkitest

import (
	"fmt"
	"net/netip"
	"testing"
)

// Parse reads a VRP.
func Parse(t testing.TB, v string) (p netip.Prefix, most uint8, asn uint32) {
	t.Helper()
	var text string
	if _, err := fmt.Sscan(v, &text, &most, &asn); err != nil {
		t.Errorf("VRP %q: %v", v, err)
		return p, 0, 0
	}
	return netip.MustParsePrefix(text), most, asn
}
