package finegrained

import (
	"fmt"
	"net/netip"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"github.com/heddle-nos/heddle/daemons/orchagent/object"
	"github.com/heddle-nos/heddle/daemons/orchagent/object/objecttest"
)

func configured(t *testing.T, rows ...string) *Config {
	t.Helper()
	c := NewConfig()
	for _, r := range rows {
		if err := c.Take(objecttest.ParseRow(r)); err != nil {
			t.Fatalf("%s: %v", r, err)
		}
	}
	return c
}

func hops(last ...int) (out []object.Key) {
	for _, n := range last {
		out = append(out, object.NextHop("Ethernet0", netip.AddrFrom4([4]byte{10, 0, 0, byte(n)})))
	}
	return out
}

func TestMatch(t *testing.T) {
	c := configured(t, "FG_NHG:r bucket_size=8 match_mode=route-based", "FG_NHG:n bucket_size=8 match_mode=nexthop-based",
		"FG_NHG:p bucket_size=8 match_mode=prefix-based max_next_hops=2",
		"FG_NHG_PREFIX:20.0.0.0/24 FG_NHG=r", "FG_NHG_PREFIX:30.0.0.0/24 FG_NHG=p", "FG_NHG_PREFIX:40.0.0.0/24 FG_NHG=absent",
		"FG_NHG_MEMBER:10.0.0.1 FG_NHG=r bank=0", "FG_NHG_MEMBER:10.0.0.2 FG_NHG=r bank=1 link=Ethernet4",
		"FG_NHG_MEMBER:10.0.0.3 FG_NHG=n bank=0", "FG_NHG_MEMBER:10.0.0.4 FG_NHG=n bank=0")
	for _, tt := range []struct {
		prefix string
		hops   []object.Key
		want   string
		taken  int
	}{
		{"20.0.0.0/24", hops(1, 2), "r", 2},
		{"20.0.0.0/24", hops(1, 9), "r", 1},
		{"20.0.0.0/24", hops(9), "", 0},
		{"30.0.0.0/24", hops(7, 8, 9), "p", 2},
		{"40.0.0.0/24", hops(7), "", 0},
		{"50.0.0.0/24", hops(3, 4), "n", 2},
		{"50.0.0.0/24", hops(3, 1), "", 0},
		{"50.0.0.0/24", hops(1, 2), "", 0},
		{"50.0.0.0/24", nil, "", 0},
	} {
		name, ok := c.Match(netip.MustParsePrefix(tt.prefix), tt.hops)
		if name != tt.want && ok || ok != (tt.want != "") || ok && len(c.Hops(name, tt.hops)) != tt.taken {
			t.Errorf("%s over %v: group %q, %v, hops %v", tt.prefix, tt.hops, name, ok, c.Hops(name, tt.hops))
		}
	}
	if h := c.Hops("r", hops(2, 1)); h[0].Bank != 0 || h[1].Link != "Ethernet4" {
		t.Errorf("hops %v", h)
	}
}

func TestBadRows(t *testing.T) {
	for _, r := range []string{
		"FG_NHG:x bucket_size=0 match_mode=route-based", "FG_NHG:x bucket_size=9 match_mode=all", "FG_NHG:x match_mode=route-based",
		"FG_NHG_PREFIX:10.0.0.1 FG_NHG=x", "FG_NHG_PREFIX:10.0.0.0/8", "FG_NHG_MEMBER:here FG_NHG=x bank=0", "FG_NHG_MEMBER:10.0.0.1 FG_NHG=x bank=-1",
	} {
		if _, err := Check(objecttest.ParseRow(r)); err == nil {
			t.Errorf("accepted: %s", r)
		}
	}
}

// TestDeal: whatever comes and goes, a bucket is with a next hop of its bank that
// works, or of the first bank that has one; parts within a bank differ by one at
// most; and as few buckets change hands as that allows.
func TestDeal(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		size := rapid.IntRange(1, 60).Draw(t, "size")
		all := []Hop{}
		banks := map[uint16]int{}
		for i := range rapid.IntRange(1, 8).Draw(t, "members") {
			bank := rapid.Uint16Range(0, 2).Draw(t, "bank")
			banks[bank]++
			all = append(all, Hop{Key: object.Key(fmt.Sprint("nexthop/e/", i)), Bank: bank})
		}
		var old []object.Key
		for range 5 {
			var up []Hop
			works := map[object.Key]bool{}
			for _, h := range all {
				if rapid.Bool().Draw(t, "up") {
					up = append(up, h)
					works[h.Key] = true
				}
			}
			got := Deal(size, banks, all, func(h Hop) bool { return works[h.Key] }, old)
			if len(up) == 0 {
				if got != nil {
					t.Fatalf("without next hops: %v", got)
				}
				continue
			}
			checkDeal(t, size, banks, up, old, got)
			old = got
		}
	})
}

// TestDealReturn: what one next hop lost it gets back, whatever happens to it, and
// the buckets of all others stay.
func TestDealReturn(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		size := rapid.IntRange(1, 60).Draw(t, "size")
		n := rapid.IntRange(2, 8).Draw(t, "members")
		all, banks := []Hop{}, map[uint16]int{}
		for i := range n {
			all = append(all, Hop{Key: object.Key(fmt.Sprint("nexthop/e/", i)), Bank: uint16(i % 2)})
			banks[uint16(i%2)]++
		}
		lost := all[rapid.IntRange(0, n-1).Draw(t, "lost")]
		before := Deal(size, banks, all, func(Hop) bool { return true }, nil)
		during := Deal(size, banks, all, func(h Hop) bool { return h != lost }, before)
		after := Deal(size, banks, all, func(Hop) bool { return true }, during)
		if !slices.Equal(before, after) {
			t.Fatalf("before %v, after %v", before, after)
		}
	})
}

func checkDeal(t *rapid.T, size int, banks map[uint16]int, up []Hop, old, got []object.Key) {
	if len(got) != size || slices.Contains(got, "") {
		t.Fatalf("%d buckets: %v", size, got)
	}
	start, left, total := 0, size, sum(banks)
	for bank := range uint16(3) {
		if banks[bank] == 0 {
			continue
		}
		n := left * banks[bank] / total
		left, total = left-n, total-banks[bank]
		serving := bank
		if !hasBank(up, bank) {
			serving = firstBank(up)
		}
		var mine []object.Key
		for _, h := range up {
			if h.Bank == serving {
				mine = append(mine, h.Key)
			}
		}
		count, had, kept := map[object.Key]int{}, map[object.Key]int{}, 0
		for i := start; i < start+n; i++ {
			if !slices.Contains(mine, got[i]) {
				t.Fatalf("bucket %d of bank %d is with %s, not one of %v", i, bank, got[i], mine)
			}
			count[got[i]]++
			if old != nil {
				had[old[i]]++
				if old[i] == got[i] {
					kept++
				}
			}
		}
		could := 0
		for _, h := range mine {
			if count[h] < n/len(mine) || count[h] > (n+len(mine)-1)/len(mine) {
				t.Fatalf("bank %d: %s has %d of %d buckets of %d next hops", bank, h, count[h], n, len(mine))
			}
			could += min(count[h], had[h])
		}
		if kept != could {
			t.Fatalf("bank %d: %d buckets kept, %d could have been", bank, kept, could)
		}
		start += n
	}
}

func firstBank(up []Hop) uint16 {
	first := up[0].Bank
	for _, h := range up {
		first = min(first, h.Bank)
	}
	return first
}

func hasBank(up []Hop, bank uint16) bool {
	return slices.ContainsFunc(up, func(h Hop) bool { return h.Bank == bank })
}
