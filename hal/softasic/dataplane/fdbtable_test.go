package dataplane

import (
	"errors"
	"maps"
	"math/rand/v2"
	"testing"
	"time"

	"pgregory.net/rapid"
)

func TestFDBTableIsAMap(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		table := &fdbTable{words: make([]uint64, 4*bucketWords), seed: rapid.Uint64().Draw(t, "seed") | 1}
		want := map[fdbKey]fdbValue{}
		key := rapid.Custom(func(t *rapid.T) fdbKey {
			return keyOf(rapid.Uint16Range(1, 2).Draw(t, "vlan"), mac(rapid.ByteRange(0, 20).Draw(t, "mac")))
		})
		t.Repeat(map[string]func(*rapid.T){
			"set": func(t *rapid.T) {
				k, v := key.Draw(t, "key"), valueOf(PortID(rapid.IntRange(1, 511).Draw(t, "port")), 0, 7)
				if err := table.set(k, v); err == nil {
					want[k] = v
				} else if _, exists := want[k]; exists || !errors.Is(err, ErrTableFull) {
					t.Fatalf("set: %v", err)
				}
			},
			"remove": func(t *rapid.T) {
				k := key.Draw(t, "key")
				if _, exists := want[k]; table.remove(k) != exists {
					t.Fatalf("remove of %x said %v", k, !exists)
				}
				delete(want, k)
			},
			"": func(t *rapid.T) {
				got := map[fdbKey]fdbValue{}
				table.all(func(k fdbKey, v fdbValue) { got[k] = v })
				if !maps.Equal(got, want) {
					t.Fatalf("got %v, want %v", got, want)
				}
				for k, v := range want {
					if table.find(k) != v {
						t.Fatalf("%x: %x, want %x", k, table.find(k), v)
					}
				}
			},
		})
	})
}

// The table as configured takes its nominal number of addresses, random ones as
// well as those of one vendor in a row.
func TestFDBTableHasRoom(t *testing.T) {
	c := Config{}
	c.setDefaults()
	rnd := rand.New(rand.NewPCG(3, 4))
	for name, next := range map[string]func(i uint32) fdbKey{
		"random": func(uint32) fdbKey {
			x := rnd.Uint64()
			m := MAC{byte(x) &^ 1, byte(x >> 8), byte(x >> 16), byte(x >> 24), byte(x >> 32), byte(x >> 40)}
			return keyOf(uint16(x>>48)%MaxVLAN+1, m)
		},
		"in a row":     func(i uint32) fdbKey { return keyOf(10, MAC{2, 0, 0, byte(i >> 16), byte(i >> 8), byte(i)}) },
		"many vlans":   func(i uint32) fdbKey { return keyOf(uint16(i%4094+1), MAC{2, 0, 0, 0, 0, byte(i / 4094)}) },
		"other end":    func(i uint32) fdbKey { return keyOf(10, MAC{byte(i) << 1, byte(i >> 7), byte(i >> 15), 0, 0, 1}) },
		"every fourth": func(i uint32) fdbKey { return keyOf(10, MAC{2, 0, byte(i >> 14), byte(i >> 6), byte(i << 2), 0}) },
	} {
		table := &fdbTable{words: make([]uint64, c.fdbWords()), seed: rnd.Uint64() | 1}
		refused := 0
		for i := range c.MaxFDB {
			if table.set(next(i), valueOf(1, 0, 1)) != nil {
				refused++
			}
		}
		if refused > int(c.MaxFDB)/1000 {
			t.Errorf("%s: %d of %d addresses had no room", name, refused, c.MaxFDB)
		}
		t.Logf("%s: %d of %d addresses had no room", name, refused, c.MaxFDB)
	}
}

func TestKeyRoundTrip(t *testing.T) {
	m := MAC{2, 3, 4, 5, 6, 7}
	if k := keyOf(4094, m); k.mac() != m || k.vlan() != 4094 {
		t.Errorf("%x: %s %d", k, k.mac(), k.vlan())
	}
}

func TestRouteMapIsAMap(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var m routeMap
		want := map[uint32]AdjID{}
		addr := rapid.OneOf(rapid.Uint32Range(0, 40), rapid.Uint32())
		t.Repeat(map[string]func(*rapid.T){
			"set": func(t *rapid.T) {
				a, adj := addr.Draw(t, "addr"), AdjID(rapid.IntRange(1, 9).Draw(t, "adj"))
				m.set(a, adj)
				want[a] = adj
			},
			"remove": func(t *rapid.T) {
				a := addr.Draw(t, "addr")
				if m.len() > 0 {
					m.remove(a)
				}
				delete(want, a)
			},
			"": func(t *rapid.T) {
				got := map[uint32]AdjID{}
				m.all(func(a uint32, adj AdjID) { got[a] = adj })
				if !maps.Equal(got, want) || m.len() != len(want) {
					t.Fatalf("got %v, want %v", got, want)
				}
				for a, adj := range want {
					if m.get(a) != adj {
						t.Fatalf("%x: %d, want %d", a, m.get(a), adj)
					}
				}
			},
		})
	})
}

func TestMovesAreBounded(t *testing.T) {
	b := budget{left: moveBurst}
	now, told := time.Unix(1000, 0), 0
	for range 100_000 { // moves, in ten seconds
		now = now.Add(100 * time.Microsecond)
		if b.take(now) {
			told++
		}
	}
	if most := moveBurst + 10*moveRate + 10; told > most || told < 10*moveRate {
		t.Errorf("%d moves told, want up to %d", told, most)
	}
}
