package dataplane

// routeMap maps the addresses of the prefixes of one length to adjacencies: a
// million of them are set in a row, and a lookup should cost one cache miss.
// Linear probing; a cell holds the address above the adjacency and is 0 if free.
type routeMap struct {
	cells []uint64
	n     int
}

func (m *routeMap) len() int { return m.n }

func (m *routeMap) home(addr uint32) int {
	return int(uint64(addr) * 0x9e3779b97f4a7c15 >> 32 & uint64(len(m.cells)-1))
}

// find gives the cell of an address, or the free one where it would be.
func (m *routeMap) find(addr uint32) int {
	i := m.home(addr)
	for m.cells[i] != 0 && uint32(m.cells[i]>>32) != addr {
		i = (i + 1) & (len(m.cells) - 1)
	}
	return i
}

// touch reads an address's cell.
func (m *routeMap) touch(addr uint32) uint32 {
	if len(m.cells) == 0 {
		return 0
	}
	return uint32(m.cells[m.home(addr)])
}

// get gives the adjacency of an address; 0: none.
func (m *routeMap) get(addr uint32) AdjID {
	if m.n == 0 {
		return 0
	}
	return AdjID(uint32(m.cells[m.find(addr)]))
}

// set maps an address to an adjacency that is not 0.
func (m *routeMap) set(addr uint32, adj AdjID) {
	if m.n*4 >= len(m.cells)*3 {
		m.grow()
	}
	i := m.find(addr)
	if m.cells[i] == 0 {
		m.n++
	}
	m.cells[i] = uint64(addr)<<32 | uint64(adj)
}

func (m *routeMap) grow() {
	old := m.cells
	m.cells = make([]uint64, max(16, 2*len(old)))
	for _, c := range old {
		if c != 0 {
			m.cells[m.find(uint32(c>>32))] = c
		}
	}
}

// remove takes an address out, and moves what was pushed behind it back.
func (m *routeMap) remove(addr uint32) {
	i := m.find(addr)
	if m.cells[i] == 0 {
		return
	}
	m.n--
	mask := len(m.cells) - 1
	for j := (i + 1) & mask; m.cells[j] != 0; j = (j + 1) & mask {
		home := m.home(uint32(m.cells[j] >> 32))
		if (j-home)&mask >= (j-i)&mask {
			m.cells[i], i = m.cells[j], j
		}
	}
	m.cells[i] = 0
}

// all visits every address.
func (m *routeMap) all(see func(addr uint32, adj AdjID)) {
	for _, c := range m.cells {
		if c != 0 {
			see(uint32(c>>32), AdjID(uint32(c)))
		}
	}
}
