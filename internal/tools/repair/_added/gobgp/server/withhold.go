package server

import (
	"net/netip"

	"github.com/osrg/gobgp/v3/internal/pkg/table"
	"github.com/osrg/gobgp/v3/pkg/packet/bgp"
)

// Paths of neighbours can be withheld: they are chosen, watched and listed as ever, and announced to nobody. What is withheld is a matter of the
// prefix and can change at any time. The server's goroutine alone asks and changes it, so that what a neighbour was told follows from it: a path of
// a neighbour is announced exactly if its prefix is not withheld and the policies let it out. Paths of the switch itself are never withheld, and
// clients of a route server, which have tables of their own, are told everything.

// withholding is the part of a BgpServer that this is about.
type withholding struct {
	held func(netip.Prefix) bool // nil: nothing is withheld
}

// Withhold sets the function that says which prefixes are withheld; nil withholds none. Neighbours are told of all that changes by that. The server
// calls the function from its goroutine, and what it says may only change with Reconsider.
func (s *BgpServer) Withhold(held func(netip.Prefix) bool) error {
	return s.mgmtOperation(func() error {
		s.reconsider(s.knownPrefixes(), func() { s.held = held })
		return nil
	}, true)
}

// Reconsider calls change, which may change what is said of these prefixes, and tells the neighbours what follows. No best path is chosen anew.
func (s *BgpServer) Reconsider(prefixes []netip.Prefix, change func()) error {
	return s.mgmtOperation(func() error {
		s.reconsider(prefixes, change)
		return nil
	}, true)
}

// filterpath gives what a neighbour is told of a change from a path to another one; nil is nothing.
func (s *BgpServer) filterpath(peer *peer, path, old *table.Path) *table.Path {
	if s.held == nil || path == nil || peer.TableID() != table.GLOBAL_RIB_NAME {
		return s.filterAnnounced(peer, path, old)
	}
	if path.IsLocal() && (old == nil || old.IsLocal()) || !s.withholds(path.GetNlri()) {
		return s.filterAnnounced(peer, path, old)
	}
	if old != nil && !old.IsLocal() {
		old = nil // nobody was told of it
	}
	if !path.IsLocal() {
		if old == nil {
			return nil
		}
		path = old.Clone(true)
	}
	return s.filterAnnounced(peer, path, old)
}

// withholds says whether the paths of neighbours to a prefix are withheld.
func (s *BgpServer) withholds(nlri bgp.AddrPrefixInterface) bool {
	if s.held == nil {
		return false
	}
	p, ok := unicastPrefix(nlri)
	return ok && s.held(p)
}

func unicastPrefix(nlri bgp.AddrPrefixInterface) (netip.Prefix, bool) {
	switch n := nlri.(type) {
	case *bgp.IPAddrPrefix:
		a, ok := netip.AddrFromSlice(n.Prefix.To4())
		return netip.PrefixFrom(a, int(n.Length)), ok
	case *bgp.IPv6AddrPrefix:
		a, ok := netip.AddrFromSlice(n.Prefix.To16())
		return netip.PrefixFrom(a, int(n.Length)), ok
	}
	return netip.Prefix{}, false
}

// destination gives what is known of a prefix; nil is nothing.
func (s *BgpServer) destination(p netip.Prefix) *table.Destination {
	n := new(bgp.IPv6AddrPrefix)
	n.Prefix, n.Length = p.Addr().AsSlice(), uint8(p.Bits())
	family, nlri := bgp.RF_IPv6_UC, bgp.AddrPrefixInterface(n)
	if p.Addr().Is4() {
		family, nlri = bgp.RF_IPv4_UC, &n.IPAddrPrefix
	}
	t := s.globalRib.Tables[family]
	if t == nil {
		return nil
	}
	return t.GetDestination(nlri)
}

// knownPrefixes are those that there are paths to.
func (s *BgpServer) knownPrefixes() []netip.Prefix {
	var list []netip.Prefix
	for _, family := range []bgp.RouteFamily{bgp.RF_IPv4_UC, bgp.RF_IPv6_UC} {
		t := s.globalRib.Tables[family]
		if t == nil {
			continue
		}
		for _, dst := range t.GetDestinations() {
			if p, ok := unicastPrefix(dst.GetNlri()); ok {
				list = append(list, p)
			}
		}
	}
	return list
}

// reconsider tells all neighbours of the prefixes that a change makes withheld, or not any more.
func (s *BgpServer) reconsider(prefixes []netip.Prefix, change func()) {
	says := func(p netip.Prefix) bool { return s.held != nil && s.held(p) }
	before := make([]bool, len(prefixes))
	for i, p := range prefixes {
		before[i] = says(p)
	}
	change()
	var released, withheld []*table.Destination
	for i, p := range prefixes {
		now := says(p)
		if now == before[i] {
			continue
		}
		if dst := s.destination(p); dst != nil && now {
			withheld = append(withheld, dst)
		} else if dst != nil {
			released = append(released, dst)
		}
	}
	for _, peer := range s.neighborMap {
		if peer.TableID() != table.GLOBAL_RIB_NAME || !needToAdvertise(peer) {
			continue
		}
		if paths := append(s.takeBack(peer, withheld), s.announce(peer, released)...); len(paths) > 0 {
			sendfsmOutgoingMsg(peer, paths, nil, false)
		}
	}
}

// announce gives the paths that a neighbour is told of now that their prefixes are not withheld any more.
func (s *BgpServer) announce(peer *peer, list []*table.Destination) []*table.Path {
	return s.eachPath(peer, list, func(p *table.Path, additional bool) *table.Path {
		if !additional || peer.hasPathAlreadyBeenSent(p) {
			return p
		}
		if family := p.GetRouteFamily(); peer.getRoutesCount(family, p.GetPrefix()) >= peer.getAddPathSendMax(family) {
			peer.sendMaxPathFiltered[p.GetLocalKey()] = struct{}{}
			return nil
		}
		peer.updateRoutes(p)
		return p
	})
}

// takeBack gives the withdrawals of what a neighbour was told of prefixes that are withheld now.
func (s *BgpServer) takeBack(peer *peer, list []*table.Destination) []*table.Path {
	return s.eachPath(peer, list, func(p *table.Path, additional bool) *table.Path {
		if additional && peer.unsetPathSendMaxFiltered(p) {
			return nil
		}
		p = p.Clone(true)
		if additional {
			peer.updateRoutes(p)
		}
		return p
	})
}

// eachPath calls f with each path of neighbours that a neighbour is told of where it is not withheld, as it goes out, and gives what f makes of
// them. Additional paths (RFC 7911) have to be counted.
func (s *BgpServer) eachPath(peer *peer, list []*table.Destination, f func(p *table.Path, additional bool) *table.Path) []*table.Path {
	if len(list) == 0 {
		return nil
	}
	id, as := peer.TableID(), peer.AS()
	additional := map[bgp.RouteFamily]bool{
		bgp.RF_IPv4_UC: peer.isAddPathSendEnabled(bgp.RF_IPv4_UC), bgp.RF_IPv6_UC: peer.isAddPathSendEnabled(bgp.RF_IPv6_UC),
	}
	paths := make([]*table.Path, 0, len(list))
	for _, dst := range list {
		more := additional[dst.Family()]
		known := []*table.Path{dst.GetBestPath(id, as)}
		if more {
			known = dst.GetKnownPathList(id, as)
		}
		for _, p := range known {
			if p == nil || p.IsLocal() {
				continue
			}
			if p = s.filterAnnounced(peer, p, nil); p == nil || p.IsWithdraw {
				continue
			}
			if p = f(p, more); p != nil {
				paths = append(paths, p)
			}
		}
	}
	return paths
}
