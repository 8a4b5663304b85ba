package dataplane

import (
	"fmt"
	"sync/atomic"
)

const (
	fdbWays = 4
	// bucketWords: fdbWays keys, then fdbWays values; one cache line.
	bucketWords = 2 * fdbWays
	// The table has this many slots for each entry of Config.MaxFDB, so that an
	// entry without room in either of its buckets is a rarity.
	fdbSpare = 4
)

// fdbKey is a MAC and a VLAN in one word, as in bpf/fdb.h. Never 0.
type fdbKey uint64

func keyOf(vid uint16, m MAC) fdbKey {
	return fdbKey(vid)<<48 | fdbKey(m[0]) | fdbKey(m[1])<<8 | fdbKey(m[2])<<16 |
		fdbKey(m[3])<<24 | fdbKey(m[4])<<32 | fdbKey(m[5])<<40
}

func (k fdbKey) vlan() uint16 { return uint16(k >> 48) }

func (k fdbKey) mac() MAC {
	return MAC{byte(k), byte(k >> 8), byte(k >> 16), byte(k >> 24), byte(k >> 32), byte(k >> 40)}
}

// fdbValue is an entry in one word: port, flags, epoch. 0 is no entry.
type fdbValue uint64

func valueOf(port PortID, flags uint16, epoch uint32) fdbValue {
	return fdbValue(port) | fdbValue(flags)<<16 | fdbValue(epoch)<<32
}

func (v fdbValue) port() PortID  { return PortID(v & 0xffff) }
func (v fdbValue) static() bool  { return v>>16&fdbStatic != 0 }
func (v fdbValue) discard() bool { return v>>16&fdbDiscard != 0 }
func (v fdbValue) epoch() uint32 { return uint32(v >> 32) }

// fdbTable is the FDB: a hash table in memory that the kernel reads and learns
// into at the same time. A key may be in one of two buckets. A slot is claimed
// by its key and valid by its value; both change as whole words. Two processors
// that learn the same address at once may each make an entry: lookups take the
// first, removal takes all.
type fdbTable struct {
	words []uint64
	seed  uint64 // odd; makes bucket numbers unpredictable to stations
}

// buckets gives the first words of a key's two buckets, as fdb_find does.
func (t *fdbTable) buckets(k fdbKey) [2]uint64 {
	mask := uint64(len(t.words)/bucketWords - 1)
	h := uint64(k) * t.seed
	h = (h ^ h>>32) * 0x9e3779b97f4a7c15
	return [2]uint64{(h >> 40 & mask) * bucketWords, (h >> 16 & mask) * bucketWords}
}

// find gives the entry of a key; 0: none.
func (t *fdbTable) find(k fdbKey) fdbValue {
	for _, b := range t.buckets(k) {
		for i := b; i < b+fdbWays; i++ {
			if atomic.LoadUint64(&t.words[i]) == uint64(k) {
				if v := atomic.LoadUint64(&t.words[i+fdbWays]); v != 0 {
					return fdbValue(v)
				}
			}
		}
	}
	return 0
}

// set adds or changes an entry.
func (t *fdbTable) set(k fdbKey, v fdbValue) error {
	for _, b := range t.buckets(k) {
		for i := b; i < b+fdbWays; i++ {
			if atomic.LoadUint64(&t.words[i]) == uint64(k) {
				atomic.StoreUint64(&t.words[i+fdbWays], uint64(v))
				return nil
			}
		}
	}
	for _, b := range t.buckets(k) {
		for i := b; i < b+fdbWays; i++ {
			if atomic.CompareAndSwapUint64(&t.words[i], 0, uint64(k)) {
				atomic.StoreUint64(&t.words[i+fdbWays], uint64(v))
				return nil
			}
		}
	}
	return fmt.Errorf("%w: no room in its buckets", ErrTableFull)
}

// remove takes an entry out, in all its copies.
func (t *fdbTable) remove(k fdbKey) bool {
	found := false
	for _, b := range t.buckets(k) {
		for i := b; i < b+fdbWays; i++ {
			if atomic.LoadUint64(&t.words[i]) == uint64(k) {
				found = atomic.SwapUint64(&t.words[i+fdbWays], 0) != 0 || found
				atomic.StoreUint64(&t.words[i], 0)
			}
		}
	}
	return found
}

// all visits every entry, once each.
func (t *fdbTable) all(see func(fdbKey, fdbValue)) {
	for b := uint64(0); b < uint64(len(t.words)); b += bucketWords {
		for i := b; i < b+fdbWays; i++ {
			k := fdbKey(atomic.LoadUint64(&t.words[i]))
			if k == 0 {
				continue
			}
			// A copy in a later slot is not the entry.
			if v := fdbValue(atomic.LoadUint64(&t.words[i+fdbWays])); v != 0 && t.first(k) == i {
				see(k, v)
			}
		}
	}
}

// first is the slot that find takes a key from.
func (t *fdbTable) first(k fdbKey) uint64 {
	for _, b := range t.buckets(k) {
		for i := b; i < b+fdbWays; i++ {
			if atomic.LoadUint64(&t.words[i]) == uint64(k) && atomic.LoadUint64(&t.words[i+fdbWays]) != 0 {
				return i
			}
		}
	}
	return ^uint64(0)
}
