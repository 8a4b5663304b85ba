package dataplane

import (
	"errors"
	"maps"
	"math/rand/v2"
	"slices"
	"testing"

	"pgregory.net/rapid"
)

// The property works in 0.0.0.0/14, so that a table is small.
const (
	smallSlots  = 1 << 10
	smallGroups = 4
	shortest    = 14
)

type prefix4 struct {
	addr uint32
	bits int
}

func genPrefix(t *rapid.T) prefix4 {
	bits := rapid.IntRange(shortest, 32).Draw(t, "bits")
	// Few addresses, so that prefixes nest and groups are shared.
	slot := rapid.SampledFrom([]uint32{0, 1, 2, 3, 64, 65, 511, 512, 1023}).Draw(t, "slot")
	low := rapid.Uint32Range(0, 255).Draw(t, "low")
	return prefix4{mask4(slot<<8|low, bits), bits}
}

// reference is longest-prefix match written plainly.
func reference(routes map[prefix4]AdjID, addr uint32) AdjID {
	for bits := 32; bits >= shortest; bits-- {
		if a, ok := routes[prefix4{mask4(addr, bits), bits}]; ok {
			return a
		}
	}
	return 0
}

// lookup does what fib4_find does in bpf/route4.h.
func (f *fib4) lookup(addr uint32) AdjID {
	v := f.slots[addr>>8]
	if v&fib4Group == 0 {
		return AdjID(v)
	}
	return AdjID(f.cells[v&^fib4Group<<8|addr&255])
}

func (f *fib4) verify(t *rapid.T, routes map[prefix4]AdjID, seen map[prefix4]bool) {
	for p := range seen {
		last := p.addr | uint32(uint64(1)<<(32-p.bits)-1)
		for _, a := range []uint32{p.addr, p.addr - 1, last, last + 1, p.addr ^ 1} {
			if a >= smallSlots<<8 {
				continue
			}
			if got, want := f.lookup(a), reference(routes, a); got != want {
				t.Fatalf("%#x: got %d, want %d; routes %v", a, got, want, routes)
			}
		}
	}
	if f.count != len(routes) {
		t.Fatalf("count %d, want %d", f.count, len(routes))
	}
	deep := map[uint32]bool{}
	for p := range routes {
		if p.bits > 24 {
			deep[p.addr>>8] = true
		}
	}
	if used := smallGroups - len(f.free); used != len(deep) {
		t.Fatalf("%d groups in use for %d slots", used, len(deep))
	}
}

func TestFIB4IsLongestPrefixMatch(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		slots, cells := make([]uint32, smallSlots), make([]uint32, smallGroups*256)
		f := newFIB4(slots, cells, 60, false)
		routes, seen := map[prefix4]AdjID{}, map[prefix4]bool{}
		pick := func(t *rapid.T) prefix4 {
			if len(routes) > 0 && rapid.Bool().Draw(t, "known") {
				keys := slices.SortedFunc(maps.Keys(routes), func(a, b prefix4) int {
					return int(a.addr) - int(b.addr) + (a.bits-b.bits)*(1<<20)
				})
				return rapid.SampledFrom(keys).Draw(t, "prefix")
			}
			return genPrefix(t)
		}
		t.Repeat(map[string]func(*rapid.T){
			"set": func(t *rapid.T) {
				p, adj := pick(t), AdjID(rapid.IntRange(1, 1000).Draw(t, "adj"))
				before := slices.Concat(slots, cells)
				err := f.set(p.addr, p.bits, adj)
				if errors.Is(err, ErrTableFull) {
					if !slices.Equal(before, slices.Concat(slots, cells)) {
						t.Fatalf("full table changed")
					}
					return
				}
				routes[p], seen[p] = adj, true
			},
			"unset": func(t *rapid.T) {
				p := pick(t)
				_, exists := routes[p]
				if err := f.unset(p.addr, p.bits); (err == nil) != exists {
					t.Fatalf("unset %v: %v", p, err)
				}
				delete(routes, p)
			},
			"sync": func(t *rapid.T) {
				if rapid.Bool().Draw(t, "restarted") {
					f = newFIB4(slots, cells, 60, true)
				}
				f.begin()
				old := routes
				routes = map[prefix4]AdjID{}
				for p, adj := range old {
					if rapid.IntRange(0, 3).Draw(t, "keep") > 0 && f.set(p.addr, p.bits, adj) == nil {
						routes[p] = adj
					}
				}
				if p := genPrefix(t); f.set(p.addr, p.bits, 7) == nil {
					routes[p], seen[p] = 7, true
				}
				if err := f.end(); err != nil {
					t.Fatal(err)
				}
			},
			"": func(t *rapid.T) { f.verify(t, routes, seen) },
		})
	})
}

func TestFIB4Full(t *testing.T) {
	f := newFIB4(make([]uint32, 1<<24), make([]uint32, 2*256), 5, false)
	set := func(addr uint32, bits int) error { return f.set(addr, bits, 3) }
	for _, p := range []prefix4{{0, 0}, {0x0a000000, 8}, {0x0a000100, 25}, {0x0a000200, 32}} {
		if err := set(p.addr, p.bits); err != nil {
			t.Fatal(err)
		}
	}
	if err := set(0x0a000300, 30); !errors.Is(err, ErrTableFull) {
		t.Errorf("third group: %v", err)
	}
	if got := f.lookup(0x0a000300); got != 3 || f.count != 4 {
		t.Errorf("lookup %d, count %d", got, f.count)
	}
	if err := set(0x0a000180, 25); err != nil {
		t.Errorf("same group: %v", err)
	}
	if err := set(0x0b000000, 8); !errors.Is(err, ErrTableFull) {
		t.Errorf("sixth route: %v", err)
	}
	if err := errors.Join(f.unset(0, 0), f.unset(0x0a000000, 8)); err != nil {
		t.Fatal(err)
	}
	if f.lookup(0xffffffff) != 0 || f.lookup(0x0a000101) != 3 || f.lookup(0x0a010000) != 0 {
		t.Error("wrong route after withdrawal")
	}
}

func BenchmarkFIB4Insert(b *testing.B) {
	slots, cells := make([]uint32, 1<<24), make([]uint32, 1<<14*256)
	rnd := rand.New(rand.NewPCG(1, 2))
	f := newFIB4(slots, cells, 1<<30, false)
	for b.Loop() {
		_ = f.set(mask4(rnd.Uint32(), 24), 24, AdjID(rnd.Uint32()&0xffff+1))
	}
}
