package server

import (
	"net"

	"github.com/osrg/gobgp/v3/internal/pkg/table"
	"github.com/osrg/gobgp/v3/pkg/packet/bgp"
)

// usedPaths are what is told of a prefix.
type usedPaths = []struct {
	Peer        net.IP // nil: the server's own path
	AS          uint32 // of the peer
	NextHop     net.IP
	LinkLocal   net.IP // second next hop (RFC 2545 section 3)
	Communities []bgp.ExtendedCommunityInterface
}

// telling is to whom the server tells which paths are used. The goroutine that owns the tables owns it too.
type telling struct {
	tell func(prefix bgp.AddrPrefixInterface, paths usedPaths)
	told usedPaths // memory that is used again for the next prefix
}

// TellUsed has tell called with the paths that are used for each prefix: with all that there are, before TellUsed returns, then with each prefix whose
// paths change and all that it has now, none if it is gone. It is called by the goroutine that does the work of the server, so it must be quick
// and must not ask the server anything. It keeps nothing of what it is given but the addresses, which it does not change.
//
// WatchEvent tells the same in messages of the gRPC service, which take as long to make and to read as all the rest of a route.
func (s *BgpServer) TellUsed(tell func(prefix bgp.AddrPrefixInterface, paths usedPaths)) error {
	return s.mgmtOperation(func() error {
		s.telling.tell = tell
		s.tellUsed(s.globalRib.GetBestPathList(table.GLOBAL_RIB_NAME, 0, nil), s.globalRib.GetBestMultiPathList(table.GLOBAL_RIB_NAME, nil))
		return nil
	}, true)
}

// tellUsed is told of changes as notifyBestWatcher is: in multi with multiple paths, in best without.
func (s *BgpServer) tellUsed(best []*table.Path, multi [][]*table.Path) {
	if s.telling.tell == nil {
		return
	}
	for _, paths := range multi {
		s.telling.prefix(paths)
	}
	if table.UseMultiplePaths.Enabled {
		return
	}
	for i := range best {
		s.telling.prefix(best[i : i+1])
	}
}

// prefix tells the paths of a prefix that are not withdrawals and whose next hops GoBGP has not found useless.
func (t *telling) prefix(paths []*table.Path) {
	if len(paths) == 0 || paths[0] == nil {
		return
	}
	t.told = t.told[:0]
	for _, p := range paths {
		if p.IsWithdraw || p.IsNexthopInvalid {
			continue
		}
		t.told = append(t.told, make(usedPaths, 1)...)
		last := &t.told[len(t.told)-1]
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
	t.tell(paths[0].GetNlri(), t.told)
}
