package table

// Attributes are what BGP says of prefixes, beside the next hop.
type Attributes struct {
	Origin      uint8 // RFC 4271 section 5.1.1: 0 IGP, 2 incomplete
	Path        []uint32
	MED         uint32 // 0: none
	Communities []uint32
	Aggregator  uint32 // AS of the router that aggregated; 0: none
	Atomic      bool
}

const (
	transits = 60     // AS that most paths lead through
	edges    = 75_000 // AS that originate
)

// attributes draws a set of attributes: paths of 2 to 8 AS behind the sender's own, one of six with the origin several times.
func (m maker) attributes() Attributes {
	var a Attributes
	if m.IntN(10) == 0 {
		a.Origin = 2
	}
	for range 1 + m.IntN(2) + m.IntN(2) + m.IntN(2) {
		a.Path = append(a.Path, m.transit())
	}
	origin := m.edge()
	for range m.repeat() {
		a.Path = append(a.Path, origin)
	}
	if m.IntN(8) == 0 {
		a.MED = 1 + m.Uint32N(1000)
	}
	for range m.communities() {
		a.Communities = append(a.Communities, m.transit()&0xffff<<16|m.Uint32N(10_000))
	}
	if m.IntN(12) == 0 {
		a.Aggregator, a.Atomic = origin, m.IntN(3) == 0
	}
	return a
}

// transit draws one of the AS in the middle, which have old, short numbers.
func (m maker) transit() uint32 { return 174 + 211*m.Uint32N(transits) }

// edge draws the AS of an origin. A third of their numbers need four octets (RFC 6793).
func (m maker) edge() uint32 {
	n := m.Uint32N(edges)
	if n > 50_000 {
		return 131_072 + n
	}
	return 13_000 + n
}

func (m maker) repeat() int {
	if m.IntN(6) > 0 {
		return 1
	}
	return 2 + m.IntN(3)
}

func (m maker) communities() int {
	if m.IntN(4) == 0 {
		return 0
	}
	return 1 + m.IntN(4) + m.IntN(6)
}
