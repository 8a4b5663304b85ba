package rpki

import (
	"errors"
	"fmt"
	"net/netip"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/heddle-nos/heddle/daemons/routingd/rpki/rpkitest"
)

func vrps(t testing.TB, texts ...string) (out []VRP) {
	t.Helper()
	for _, text := range texts {
		p, most, asn := rpkitest.Parse(t, text)
		v, err := NewVRP(p, most, asn)
		if err != nil {
			t.Fatal(err)
		}
		out = append(out, v)
	}
	return out
}

func texts(list []VRP) (out []string) {
	for _, v := range list {
		out = append(out, fmt.Sprint(v.Prefix(), " ", v.MaxLength, " ", v.ASN))
	}
	return out
}

func TestNewVRPRefuses(t *testing.T) {
	for text, most := range map[string]uint8{"10.0.0.1/8": 24, "10.0.0.0/8": 7, "10.0.0.0/9": 33, "2001:db8::/32": 129} {
		if _, err := NewVRP(netip.MustParsePrefix(text), most, 1); err == nil {
			t.Errorf("%s to /%d is taken", text, most)
		}
	}
	if _, err := NewVRP(netip.Prefix{}, 1, 1); err == nil {
		t.Error("no prefix is taken")
	}
}

func TestTable(t *testing.T) {
	have := newTable(vrps(t, "2001:db8::/32 48 1", "10.0.0.0/8 24 2", "10.0.0.0/8 24 1", "10.0.0.0/8 24 1", "0.0.0.0/0 0 0"))
	want := []string{"0.0.0.0/0 0 0", "10.0.0.0/8 24 1", "10.0.0.0/8 24 2", "2001:db8::/32 48 1"}
	if d := cmp.Diff(want, texts(have)); d != "" {
		t.Error(d)
	}
	if four, six := have.count(); four != 3 || six != 1 {
		t.Errorf("counted %d and %d", four, six)
	}
	next, err := have.change(vrps(t, "::/0 0 5"), vrps(t, "10.0.0.0/8 24 2"))
	if d := cmp.Diff([]string{"0.0.0.0/0 0 0", "10.0.0.0/8 24 1", "::/0 0 5", "2001:db8::/32 48 1"}, texts(next)); d != "" || err != nil {
		t.Error(err, d)
	}
	for want, change := range map[error][2][]VRP{
		errUnknown:   {nil, vrps(t, "11.0.0.0/8 8 1")},
		errDuplicate: {vrps(t, "10.0.0.0/8 24 1"), nil},
	} {
		if _, err := have.change(change[0], change[1]); !errors.Is(err, want) {
			t.Errorf("error %v, want %v", err, want)
		}
	}
	if _, err := have.change(vrps(t, "9.0.0.0/8 8 1", "9.0.0.0/8 8 1"), nil); !errors.Is(err, errDuplicate) {
		t.Errorf("announced twice: %v", err)
	}
	if _, err := have.change(nil, vrps(t, "10.0.0.0/8 24 1", "10.0.0.0/8 24 1")); !errors.Is(err, errUnknown) {
		t.Errorf("withdrawn twice: %v", err)
	}
}

// What differs between two tables makes the one of the other.
func TestDiffIsChange(t *testing.T) {
	one := rapid.Custom(func(t *rapid.T) VRP {
		p := netip.PrefixFrom(netip.AddrFrom4([4]byte{10, rapid.Byte().Draw(t, "b") & 3}), 16)
		v, err := NewVRP(p, uint8(rapid.IntRange(16, 18).Draw(t, "max")), uint32(rapid.IntRange(0, 3).Draw(t, "as")))
		if err != nil {
			t.Fatal(err)
		}
		return v
	})
	rapid.Check(t, func(t *rapid.T) {
		a, b := newTable(rapid.SliceOf(one).Draw(t, "a")), newTable(rapid.SliceOf(one).Draw(t, "b"))
		got, err := a.change(a.diff(b))
		if err != nil || !slices.Equal(got, b) {
			t.Fatalf("%v to %v is %v: %v", texts(a), texts(b), texts(got), err)
		}
	})
}
