package server

import (
	"context"
	"net"

	"github.com/osrg/gobgp/v3/internal/pkg/table"
	"github.com/osrg/gobgp/v3/pkg/packet/bgp"
)

// WatchUsed tells which paths of each prefix are used: first of all that there are, then of each prefix whose paths change, with all that it has now,
// none if it is gone. tell is called from one goroutine, until ctx ends, and keeps nothing of what it is given but the addresses, which it does
// not change.
//
// WatchEvent tells the same in messages of the gRPC service, which take as long to make and to read as all the rest of a route.
func (s *BgpServer) WatchUsed(ctx context.Context, tell func(prefix bgp.AddrPrefixInterface, paths []struct {
	Peer        net.IP // nil: the server's own path
	AS          uint32 // of the peer
	NextHop     net.IP
	LinkLocal   net.IP // second next hop (RFC 2545 section 3)
	Communities []bgp.ExtendedCommunityInterface
})) {
	w := s.watch(watchBestPath(true))
	go func() {
		defer w.Stop()
		var u usedPaths
		for {
			select {
			case e := <-w.Event():
				for _, paths := range changedPaths(e) {
					if len(paths) > 0 {
						tell(paths[0].GetNlri(), u.of(paths))
					}
				}
			case <-ctx.Done():
				return
			}
		}
	}()
}

// changedPaths has the paths of each prefix of an event.
func changedPaths(e watchEvent) [][]*table.Path {
	best, ok := e.(*watchEventBestPath)
	if !ok {
		return nil
	}
	if len(best.MultiPathList) > 0 {
		return best.MultiPathList
	}
	list := make([][]*table.Path, 0, len(best.PathList))
	for _, p := range best.PathList {
		if p != nil {
			list = append(list, []*table.Path{p})
		}
	}
	return list
}

// usedPaths is memory that is used again for the next prefix.
type usedPaths []struct {
	Peer        net.IP
	AS          uint32
	NextHop     net.IP
	LinkLocal   net.IP
	Communities []bgp.ExtendedCommunityInterface
}

// of lists the paths that are not withdrawals and whose next hops GoBGP has not found useless.
func (u *usedPaths) of(paths []*table.Path) usedPaths {
	list := (*u)[:0]
	for _, p := range paths {
		if p.IsWithdraw || p.IsNexthopInvalid {
			continue
		}
		list = append(list, make(usedPaths, 1)...)
		last := &list[len(list)-1]
		if source := p.GetSource(); source != nil {
			last.Peer, last.AS = source.Address, source.AS
		}
		if reach, ok := p.Attr(bgp.BGP_ATTR_TYPE_MP_REACH_NLRI).(*bgp.PathAttributeMpReachNLRI); ok {
			last.NextHop, last.LinkLocal = reach.Nexthop, reach.LinkLocalNexthop
		} else if hop, ok := p.Attr(bgp.BGP_ATTR_TYPE_NEXT_HOP).(*bgp.PathAttributeNextHop); ok {
			last.NextHop = hop.Value
		}
		if extended, ok := p.Attr(bgp.BGP_ATTR_TYPE_EXTENDED_COMMUNITIES).(*bgp.PathAttributeExtendedCommunities); ok {
			last.Communities = extended.Value
		}
	}
	*u = list
	return list
}
