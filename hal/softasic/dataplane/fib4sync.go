package dataplane

import "sync/atomic"

// begin starts a sync: routes are collected until end.
func (f *fib4) begin() {
	f.syncing = true
	f.count = 0
	clear(f.deep)
	for l := range f.routes {
		f.routes[l] = routeMap{}
	}
}

// end makes the tables those of the collected routes, word by word where they
// differ: a route that stays is never gone.
func (f *fib4) end() error {
	f.syncing = false
	want := make([]uint32, len(f.slots))
	clear(f.slotLen)
	for bits := 0; bits <= 24; bits++ {
		f.routes[bits].all(func(addr uint32, adj AdjID) {
			first := addr >> 8
			for s := first; s < first+1<<(24-bits); s++ {
				want[s], f.slotLen[s] = uint32(adj), uint8(bits+1)
			}
		})
	}
	deep := f.deepRoutes()
	// Slots that lose their group first, so that the groups suffice.
	for s, v := range f.slots {
		if deep[uint32(s)] != nil || v == want[s] {
			continue
		}
		atomic.StoreUint32(&f.slots[s], want[s])
		if v&fib4Group != 0 {
			f.free = append(f.free, v&^fib4Group)
		}
	}
	for slot, routes := range deep {
		f.endGroup(slot, want[slot], routes)
	}
	return nil
}

type deepRoute struct {
	addr uint32
	bits int
	adj  uint32
}

// deepRoutes lists the routes beyond /24 by slot, shorter ones first.
func (f *fib4) deepRoutes() map[uint32][]deepRoute {
	out := make(map[uint32][]deepRoute, len(f.deep))
	for bits := 25; bits <= 32; bits++ {
		f.routes[bits].all(func(addr uint32, adj AdjID) {
			out[addr>>8] = append(out[addr>>8], deepRoute{addr, bits, uint32(adj)})
		})
	}
	return out
}

// endGroup makes a slot's cells those of its routes, in the group it has or in a
// new one.
func (f *fib4) endGroup(slot, base uint32, routes []deepRoute) {
	var want [256]uint32
	var length [256]uint8
	for i := range want {
		want[i], length[i] = base, f.slotLen[slot]
	}
	for _, r := range routes {
		first := r.addr & 255
		for i := first; i < first+1<<(32-r.bits); i++ {
			want[i], length[i] = r.adj, uint8(r.bits+1)
		}
	}
	v := f.slots[slot]
	g := v &^ fib4Group
	if v&fib4Group == 0 {
		g = f.free[0]
		f.free = f.free[1:]
	}
	for i := range want {
		atomic.StoreUint32(&f.cells[g<<8|uint32(i)], want[i])
	}
	copy(f.cellLen[g<<8:], length[:])
	atomic.StoreUint32(&f.slots[slot], fib4Group|g)
}
