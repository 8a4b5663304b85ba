package rib

import (
	"cmp"
	"net/netip"
	"slices"

	"github.com/heddle-nos/heddle/yang/schema"
)

// Origin is the kind of source that a local route has.
type Origin uint8

// Local routes.
const (
	Connected Origin = iota
	Static
	Foreign // in the kernel by another program's will, which writes its row itself
)

// Administrative distances: of two sources the one with the lower number is used.
const (
	DistanceStatic   = 1
	DistanceExternal = 20
	DistanceInternal = 200
)

// ProtocolBGP is what the rows of ROUTE_TABLE say of BGP's routes.
const ProtocolBGP = "bgp"

// Hop is a way out of the switch.
type Hop struct {
	Via    netip.Addr // invalid: directly on the interface
	Link   schema.InterfaceName
	Index  int    // of the interface in the kernel
	Weight uint32 // share of the traffic; 0 in all hops of a route: the same
}

func compareHops(a, b Hop) int {
	return cmp.Or(a.Via.Compare(b.Via), cmp.Compare(a.Link, b.Link))
}

// Forward is what becomes of packets. It is shared and never changed.
type Forward struct {
	Protocol  string // of the row: static, connected, bgp
	Blackhole bool
	Hops      []Hop // in the order of compareHops
}

// Equal compares contents. The kernel's numbers of interfaces count: one that was made anew needs its routes anew.
func (f *Forward) Equal(g *Forward) bool {
	if f == g {
		return true
	}
	return f != nil && g != nil && f.Protocol == g.Protocol && f.Blackhole == g.Blackhole && slices.Equal(f.Hops, g.Hops)
}

// Local is a route that needs no lookup.
type Local struct {
	Origin   Origin
	Distance uint8
	Forward  *Forward
}

func (l Local) equal(m Local) bool {
	return l.Origin == m.Origin && l.Distance == m.Distance && l.Forward.Equal(m.Forward)
}

// Link is an interface that is up.
type Link struct {
	VRF   string
	Index int
}

// Locals is all that routes rest on.
type Locals struct {
	Routes map[schema.RouteKey]Local
	Links  map[schema.InterfaceName]Link
	Own    map[string]map[netip.Addr]bool // the switch's own addresses, by VRF
}

// Path is one of the equally good ways that BGP knows for a prefix.
type Path struct {
	NextHop  netip.Addr
	Link     schema.InterfaceName // set for link-local next hops (RFC 8950, RFC 2545): where the address is
	Internal bool                 // from a peer of our own AS
	// Bandwidth is that of the link bandwidth community in bytes per second (draft-ietf-idr-link-bandwidth); 0: none.
	Bandwidth uint64
}

func comparePaths(a, b Path) int {
	return cmp.Or(a.NextHop.Compare(b.NextHop), cmp.Compare(a.Link, b.Link), cmp.Compare(a.Bandwidth, b.Bandwidth))
}

// Change is a prefix that is to be forwarded otherwise.
type Change struct {
	Key schema.RouteKey
	Old *Forward // nil: not at all
	New *Forward // nil: not at all
	// Released says that the row is another program's now: it is neither written nor deleted.
	Released bool
}
