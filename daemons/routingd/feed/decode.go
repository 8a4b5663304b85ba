package feed

import (
	"math"
	"net/netip"
	"slices"
	"strings"

	api "github.com/osrg/gobgp/v3/api"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/types/known/anypb"

	"github.com/heddle-nos/heddle/daemons/routingd/bgpconf"
	"github.com/heddle-nos/heddle/daemons/routingd/rib"
	"github.com/heddle-nos/heddle/yang/schema"
)

// change is a prefix and the paths that are used for it now; none withdraws it.
type change struct {
	key   schema.RouteKey
	paths []rib.Path
}

// decoder reads the events of one server.
type decoder struct {
	vrf    string
	as     uint32 // the server's own
	linkOf LinkOf
}

// decode reads an event: the paths of a prefix follow each other.
func (d decoder) decode(paths []*api.Path) []change {
	var list []change
	for _, p := range paths {
		if !route(p.GetFamily()) {
			continue
		}
		prefix, ok := prefixOf(p.GetNlri())
		if !ok {
			continue
		}
		if p.Identifier == bgpconf.MarkerID && !p.IsWithdraw {
			if _, err := netip.ParseAddr(p.NeighborIp); err != nil {
				continue // nobody's path, for a moment; the next event tells of the others
			}
		}
		key := schema.RouteKey{VRF: d.vrf, Prefix: prefix}
		if len(list) == 0 || list[len(list)-1].key != key {
			list = append(list, change{key: key})
		}
		if c := &list[len(list)-1]; !p.IsWithdraw && !p.IsNexthopInvalid {
			if path, ok := d.path(p); ok {
				c.paths = append(c.paths, path)
			}
		}
	}
	return list
}

// route says whether a family is that of routes.
func route(f *api.Family) bool {
	return f.GetSafi() == api.Family_SAFI_UNICAST && (f.GetAfi() == api.Family_AFI_IP || f.GetAfi() == api.Family_AFI_IP6)
}

// path reads a path. One that the switch made itself (a network, an aggregate) leads nowhere.
func (d decoder) path(p *api.Path) (rib.Path, bool) {
	peer, err := netip.ParseAddr(p.NeighborIp)
	if err != nil {
		return rib.Path{}, false
	}
	path := rib.Path{Internal: p.SourceAsn == d.as}
	for _, attr := range p.GetPattrs() {
		switch kind(attr) {
		case "NextHopAttribute":
			var a api.NextHopAttribute
			if proto.Unmarshal(attr.GetValue(), &a) == nil {
				path.NextHop = nextHop(a.GetNextHop())
			}
		case "MpReachNLRIAttribute":
			var a api.MpReachNLRIAttribute
			if proto.Unmarshal(attr.GetValue(), &a) == nil {
				path.NextHop = nextHop(a.GetNextHops()...)
			}
		case "ExtendedCommunitiesAttribute":
			path.Bandwidth = bandwidth(attr)
		}
	}
	if path.NextHop.Is6() && path.NextHop.IsLinkLocalUnicast() {
		if path.Link = d.linkOf(d.vrf, peer); path.Link == "" {
			return path, false
		}
	}
	return path, path.NextHop.IsValid()
}

func kind(a *anypb.Any) string {
	return a.GetTypeUrl()[strings.LastIndexByte(a.GetTypeUrl(), '.')+1:]
}

// nextHop reads a next hop. Of a global address and a link-local one (RFC 2545 section 3) the global one is used.
func nextHop(texts ...string) netip.Addr {
	var found netip.Addr
	for _, text := range texts {
		a, err := netip.ParseAddr(text)
		if err != nil || a.IsUnspecified() {
			continue
		}
		if a = a.Unmap().WithZone(""); !found.IsValid() || found.IsLinkLocalUnicast() && !a.IsLinkLocalUnicast() {
			found = a
		}
	}
	return found
}

func prefixOf(nlri *anypb.Any) (netip.Prefix, bool) {
	var p api.IPAddressPrefix
	if kind(nlri) != "IPAddressPrefix" || proto.Unmarshal(nlri.GetValue(), &p) != nil {
		return netip.Prefix{}, false
	}
	addr, err := netip.ParseAddr(p.GetPrefix())
	if err != nil {
		return netip.Prefix{}, false
	}
	prefix, err := addr.Prefix(int(p.GetPrefixLen()))
	return prefix, err == nil
}

// bandwidth reads the link bandwidth community, if there is one.
func bandwidth(attr *anypb.Any) uint64 {
	var a api.ExtendedCommunitiesAttribute
	if proto.Unmarshal(attr.GetValue(), &a) != nil {
		return 0
	}
	i := slices.IndexFunc(a.GetCommunities(), func(c *anypb.Any) bool { return kind(c) == "LinkBandwidthExtended" })
	if i < 0 {
		return 0
	}
	var b api.LinkBandwidthExtended
	if proto.Unmarshal(a.GetCommunities()[i].GetValue(), &b) != nil {
		return 0
	}
	if f := float64(b.GetBandwidth()); f >= 1 && f < math.MaxUint64/2 { // a peer may send any bits, NaN among them
		return uint64(f)
	}
	return 0
}
