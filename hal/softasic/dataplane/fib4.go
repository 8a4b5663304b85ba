package dataplane

import (
	"encoding/binary"
	"fmt"
	"net/netip"
	"sync/atomic"
)

// fib4Group marks a slot that holds the number of a group (bpf/maps.h).
const fib4Group = 1 << 31

// fib4 is the IPv4 FIB: DIR-24-8 in memory that the kernel reads. A slot stands
// for a /24; where a longer prefix exists the slot names a group of 256 cells.
// Every store is one word, so a packet sees the old route or the new one.
type fib4 struct {
	slots, cells []uint32 // shared with the kernel
	// Length of the prefix, plus one, that each slot or cell belongs to; 0: none.
	// For a slot with a group, that of the longest one up to /24.
	slotLen, cellLen []uint8
	routes           [33]routeMap
	count, max       int
	deep             map[uint32]int // routes beyond /24, by slot
	free             []uint32       // groups not in use, the longest unused first
	syncing          bool
	warmed           uint32 // keeps the compiler from leaving warm's reads out
}

func newFIB4(slots, cells []uint32, most int, adopted bool) *fib4 {
	f := &fib4{
		slots: slots, cells: cells, max: most, deep: map[uint32]int{},
		slotLen: make([]uint8, len(slots)), cellLen: make([]uint8, len(cells)),
	}
	used := map[uint32]bool{}
	if adopted {
		for _, v := range slots {
			if v&fib4Group != 0 {
				used[v&^fib4Group] = true
			}
		}
	}
	for g := range uint32(len(cells) / 256) {
		if !used[g] {
			f.free = append(f.free, g)
		}
	}
	return f
}

// addr4 is a prefix's address as a number.
func addr4(p netip.Prefix) uint32 {
	a := p.Addr().As4()
	return binary.BigEndian.Uint32(a[:])
}

func mask4(addr uint32, bits int) uint32 {
	return addr &^ uint32(uint64(1)<<(32-bits)-1)
}

// warm reads what the next updates will touch. The reads do not wait for each
// other as those of the updates would, and a big table is in no cache.
func (f *fib4) warm(updates []RouteUpdate) {
	var sum uint32
	for _, u := range updates {
		if !u.Prefix.IsValid() || !u.Prefix.Addr().Is4() {
			continue
		}
		addr := addr4(u.Prefix)
		sum += f.slots[addr>>8] + uint32(f.slotLen[addr>>8]) + f.routes[u.Prefix.Bits()].touch(addr)
	}
	f.warmed = sum
}

// set adds or replaces a route. ErrTableFull leaves everything as it was.
func (f *fib4) set(addr uint32, bits int, adj AdjID) error {
	old := f.routes[bits].get(addr)
	if old == adj {
		return nil
	}
	if old == 0 {
		if f.count >= f.max {
			return fmt.Errorf("%w: %d IPv4 routes", ErrTableFull, f.count)
		}
		if bits > 24 && f.deep[addr>>8] == 0 && !f.groupLeft(addr>>8) {
			return fmt.Errorf("%w: %d groups of IPv4 prefixes beyond /24", ErrTableFull, len(f.deep))
		}
		f.count++
		if bits > 24 {
			f.deep[addr>>8]++
		}
	}
	f.routes[bits].set(addr, adj)
	if f.syncing {
		return nil
	}
	if bits > 24 {
		g := f.groupOf(addr >> 8)
		f.paintCells(g<<8|addr&255, 1<<(32-bits), uint8(bits+1), uint32(adj))
		return nil
	}
	f.paintSlots(addr, bits, uint32(adj))
	return nil
}

// groupLeft tells whether a slot has a group or could get one. During a sync
// the groups of the old routes do not count: they go.
func (f *fib4) groupLeft(slot uint32) bool {
	if f.syncing {
		return len(f.deep) < len(f.cells)/256
	}
	return len(f.free) > 0 || f.slots[slot]&fib4Group != 0
}

// groupOf is the group of a slot, made from the slot's own route if new.
func (f *fib4) groupOf(slot uint32) uint32 {
	v := f.slots[slot]
	if v&fib4Group != 0 {
		return v &^ fib4Group
	}
	g := f.free[0]
	f.free = f.free[1:]
	for i := range uint32(256) {
		f.cells[g<<8|i] = v
		f.cellLen[g<<8|i] = f.slotLen[slot]
	}
	atomic.StoreUint32(&f.slots[slot], fib4Group|g)
	return g
}

// paintCells gives a route n cells, but for those of longer routes.
func (f *fib4) paintCells(first, n uint32, own uint8, adj uint32) {
	for i := first; i < first+n; i++ {
		if f.cellLen[i] <= own {
			f.cellLen[i] = own
			atomic.StoreUint32(&f.cells[i], adj)
		}
	}
}

// paintSlots gives a route up to /24 its slots, but for those of longer ones.
func (f *fib4) paintSlots(addr uint32, bits int, adj uint32) {
	own := uint8(bits + 1)
	first := addr >> 8
	for s := first; s < first+1<<(24-bits); s++ {
		if f.slotLen[s] > own {
			continue
		}
		f.slotLen[s] = own
		v := f.slots[s]
		if v&fib4Group == 0 {
			atomic.StoreUint32(&f.slots[s], adj)
			continue
		}
		f.paintCells(v&^fib4Group<<8, 256, own, adj)
	}
}

// unset withdraws a route: the next shorter one takes its place.
func (f *fib4) unset(addr uint32, bits int) error {
	if f.routes[bits].get(addr) == 0 {
		return ErrNotFound
	}
	f.routes[bits].remove(addr)
	f.count--
	slot := addr >> 8
	if bits > 24 {
		if f.deep[slot]--; f.deep[slot] == 0 {
			delete(f.deep, slot)
		}
	}
	if f.syncing {
		return nil
	}
	cover, own := f.cover(addr, bits)
	if bits > 24 {
		f.withdrawCells(f.slots[slot]&^fib4Group<<8|addr&255, 1<<(32-bits), uint8(bits+1), own, cover)
		f.collapse(slot)
		return nil
	}
	f.withdrawSlots(addr, bits, cover, own)
	return nil
}

// cover finds the longest shorter route that contains a prefix.
func (f *fib4) cover(addr uint32, bits int) (adj uint32, own uint8) {
	for l := bits - 1; l >= 0; l-- {
		if a := f.routes[l].get(mask4(addr, l)); a != 0 {
			return uint32(a), uint8(l + 1)
		}
	}
	return 0, 0
}

// withdrawCells gives the cells of one route among n to the route that covers it.
func (f *fib4) withdrawCells(first, n uint32, old, own uint8, cover uint32) {
	for i := first; i < first+n; i++ {
		if f.cellLen[i] == old {
			f.cellLen[i] = own
			atomic.StoreUint32(&f.cells[i], cover)
		}
	}
}

func (f *fib4) withdrawSlots(addr uint32, bits int, cover uint32, own uint8) {
	first := addr >> 8
	for s := first; s < first+1<<(24-bits); s++ {
		if f.slotLen[s] != uint8(bits+1) {
			continue
		}
		f.slotLen[s] = own
		v := f.slots[s]
		if v&fib4Group == 0 {
			atomic.StoreUint32(&f.slots[s], cover)
			continue
		}
		f.withdrawCells(v&^fib4Group<<8, 256, uint8(bits+1), own, cover)
	}
}

// collapse gives back the group of a slot without routes beyond /24: its cells
// are all the slot's own route by now.
func (f *fib4) collapse(slot uint32) {
	if f.deep[slot] != 0 {
		return
	}
	g := f.slots[slot] &^ fib4Group
	atomic.StoreUint32(&f.slots[slot], f.cells[g<<8])
	f.free = append(f.free, g)
}
