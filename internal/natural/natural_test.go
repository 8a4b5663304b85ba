package natural_test

import (
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/heddle-nos/heddle/internal/natural"
)

func TestOrder(t *testing.T) {
	want := []string{
		"", "10.0.0.1", "10.0.0.10", "Ethernet", "Ethernet0", "Ethernet00", "Ethernet0.10", "Ethernet4", "Ethernet10",
		"Ethernet100000000000000000000", "PortChannel1", "Vlan2", "Vlan100",
	}
	got := slices.Clone(want)
	slices.Reverse(got)
	slices.SortFunc(got, natural.Compare)
	if d := cmp.Diff(want, got); d != "" {
		t.Errorf("order (-want +got):\n%s", d)
	}
}

func TestIsAnOrder(t *testing.T) {
	name := rapid.StringMatching(`[a-c./-]{0,2}[0-9]{0,2}[a-c.]{0,2}[0-9]{0,2}`)
	sign := func(n int) int { return min(max(n, -1), 1) }
	rapid.Check(t, func(t *rapid.T) {
		a, b, c := name.Draw(t, "a"), name.Draw(t, "b"), name.Draw(t, "c")
		if sign(natural.Compare(a, b)) != -sign(natural.Compare(b, a)) {
			t.Fatalf("%q and %q: not antisymmetric", a, b)
		}
		if (natural.Compare(a, b) == 0) != (a == b) {
			t.Fatalf("%q and %q: equal only when the same", a, b)
		}
		if natural.Compare(a, b) < 0 && natural.Compare(b, c) < 0 && natural.Compare(a, c) >= 0 {
			t.Fatalf("%q < %q < %q: not transitive", a, b, c)
		}
	})
}
