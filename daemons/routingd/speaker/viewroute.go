package speaker

import (
	"cmp"
	"context"
	"net/netip"
	"slices"
	"strconv"
	"strings"

	api "github.com/osrg/gobgp/v3/api"
	"github.com/osrg/gobgp/v3/pkg/apiutil"
	"github.com/osrg/gobgp/v3/pkg/packet/bgp"

	"github.com/heddle-nos/heddle/daemons/bgpview"
	"github.com/heddle-nos/heddle/yang/schema"
)

// routesPerPart bounds a part of an answer.
const routesPerPart = 500

// routes answers with a table, ordered by prefix.
func (v *shown) routes(ctx context.Context, q bgpview.Query, each func(bgpview.Answer) error) error {
	r := &api.ListPathRequest{Family: apiFamily(cmp.Or(q.Family, schema.BGPIPv4)), TableType: api.TableType_GLOBAL}
	if q.Prefix != "" {
		p := &api.TableLookupPrefix{Prefix: q.Prefix}
		if q.Longer {
			p.Type = api.TableLookupPrefix_LONGER
		}
		r.Prefixes = append(r.Prefixes, p)
	}
	from := ""
	if q.Neighbor != "" {
		addr, err := v.addressOf(ctx, q.Neighbor)
		if err != nil {
			return err
		}
		switch q.Table {
		case bgpview.TableAdvertised:
			r.TableType, r.Name = api.TableType_ADJ_OUT, addr
		case bgpview.TableReceived:
			r.TableType, r.Name, r.EnableFiltered = api.TableType_ADJ_IN, addr, true
		default:
			from = addr
		}
	}
	dests, err := v.list(ctx, r)
	if err != nil {
		return err
	}
	part := make([]bgpview.Route, 0, routesPerPart)
	for _, d := range dests {
		route := bgpview.Route{Prefix: d.Prefix}
		for _, p := range d.Paths {
			if from == "" || p.NeighborIp == withoutZone(from) {
				route.Paths = append(route.Paths, v.path(p))
			}
		}
		if len(route.Paths) > 0 {
			v.markMultipath(route.Paths)
			part = append(part, route)
		}
		if len(part) == routesPerPart {
			if err := each(bgpview.Answer{Routes: part}); err != nil {
				return err
			}
			part = part[:0]
		}
	}
	return each(bgpview.Answer{Routes: part})
}

// markMultipath marks the paths that are as good as the best one up to the tie breakers (RFC 4271 section 9.1.2.2, steps a to d): the route has
// their next hops too.
func (v *shown) markMultipath(paths []bgpview.Path) {
	rank := func(p bgpview.Path) [5]uint32 {
		preference, med, internal := uint32(100), uint32(0), uint32(0)
		if p.LocalPref != nil {
			preference = *p.LocalPref
		}
		if p.MED != nil {
			med = *p.MED
		}
		if p.SourceASN == v.want.ASN {
			internal = 1
		}
		origin := slices.Index([]string{"IGP", "EGP", "incomplete"}, p.Origin)
		return [5]uint32{preference, pathLength(p.ASPath), uint32(origin), med, internal}
	}
	for i := range paths[1:] {
		p := &paths[i+1]
		p.Multipath = paths[0].Best && paths[0].Neighbor != "" && p.Neighbor != "" && !p.Filtered && !p.Invalid && rank(*p) == rank(paths[0])
	}
}

// pathLength counts as GoBGP does: a set is one, and what is within a confederation is none (RFC 5065 section 5.3).
func pathLength(path string) uint32 {
	n, within := uint32(0), false
	for word := range strings.FieldsSeq(path) {
		within = within || strings.ContainsAny(word[:1], "([")
		if !within {
			n++
		}
		within = within && !strings.ContainsAny(word, ")]")
	}
	return n
}

// withoutZone gives an address as GoBGP has it in paths.
func withoutZone(addr string) string {
	bare, _, _ := strings.Cut(addr, "%")
	return bare
}

// list gives a table of GoBGP, ordered by prefix.
func (v *shown) list(ctx context.Context, r *api.ListPathRequest) ([]*api.Destination, error) {
	type dest struct {
		at netip.Prefix // invalid: of no IP family
		*api.Destination
	}
	var all []dest
	err := v.server.ListPath(ctx, r, func(d *api.Destination) {
		at, _ := netip.ParsePrefix(d.Prefix)
		all = append(all, dest{at, d})
	})
	if err != nil {
		return nil, err
	}
	slices.SortFunc(all, func(a, b dest) int {
		return cmp.Or(a.at.Addr().Compare(b.at.Addr()), cmp.Compare(a.at.Bits(), b.at.Bits()), cmp.Compare(a.Prefix, b.Prefix))
	})
	out := make([]*api.Destination, len(all))
	for i, d := range all {
		out[i] = d.Destination
	}
	return out, nil
}

var validationNames = map[api.Validation_State]string{
	api.Validation_STATE_NOT_FOUND: "not-found", api.Validation_STATE_VALID: "valid", api.Validation_STATE_INVALID: "invalid",
}

// path shows a path of GoBGP.
func (v *shown) path(p *api.Path) bgpview.Path {
	out := bgpview.Path{
		Best: p.Best, Filtered: p.Filtered, Stale: p.Stale, Invalid: p.IsNexthopInvalid, PathID: p.Identifier, Seconds: ago(p.Age),
	}
	if p.NeighborIp != "" && p.NeighborIp != "<nil>" {
		out.Neighbor, out.SourceASN, out.SourceID = p.NeighborIp, p.SourceAsn, p.SourceId
		if key, ok := v.keys[p.NeighborIp]; ok {
			out.Neighbor = key
		}
	}
	if p.Validation != nil {
		out.Validation = validationNames[p.Validation.State]
	}
	attrs, err := apiutil.GetNativePathAttributes(p)
	if err != nil {
		return out // GoBGP wrote them
	}
	for _, a := range attrs {
		attribute(&out, a)
	}
	return out
}

var originNames = map[uint8]string{0: "IGP", 1: "EGP", 2: "incomplete"}

// attribute shows one attribute of a path.
func attribute(out *bgpview.Path, a bgp.PathAttributeInterface) {
	switch a := a.(type) {
	case *bgp.PathAttributeOrigin:
		out.Origin = originNames[a.Value]
	case *bgp.PathAttributeAsPath:
		out.ASPath = asPath(a)
	case *bgp.PathAttributeNextHop:
		out.NextHop = a.Value.String()
	case *bgp.PathAttributeMpReachNLRI:
		out.NextHop = a.Nexthop.String()
	case *bgp.PathAttributeMultiExitDisc:
		out.MED = &a.Value
	case *bgp.PathAttributeLocalPref:
		out.LocalPref = &a.Value
	case *bgp.PathAttributeCommunities:
		for _, c := range a.Value {
			out.Communities = append(out.Communities, community(c))
		}
	case *bgp.PathAttributeExtendedCommunities:
		for _, c := range a.Value {
			out.ExtCommunities = append(out.ExtCommunities, c.String())
		}
	case *bgp.PathAttributeLargeCommunities:
		for _, c := range a.Values {
			out.LargeCommunities = append(out.LargeCommunities, c.String())
		}
	case *bgp.PathAttributeOriginatorId:
		out.Originator = a.Value.String()
	case *bgp.PathAttributeClusterList:
		for _, id := range a.Value {
			out.ClusterList = append(out.ClusterList, id.String())
		}
	case *bgp.PathAttributeAtomicAggregate:
		out.AtomicAggregate = true
	case *bgp.PathAttributeAggregator:
		out.Aggregator = strconv.FormatUint(uint64(a.Value.AS), 10) + " " + a.Value.Address.String()
	}
}

// asPath writes a path as operators read it: sets in braces, confederations in parentheses (RFC 5065).
func asPath(a *bgp.PathAttributeAsPath) string {
	var parts []string
	for _, seg := range a.Value {
		var list []string
		for _, as := range seg.GetAS() {
			list = append(list, strconv.FormatUint(uint64(as), 10))
		}
		text := strings.Join(list, " ")
		switch seg.GetType() {
		case bgp.BGP_ASPATH_ATTR_TYPE_SET:
			text = "{" + strings.Join(list, ",") + "}"
		case bgp.BGP_ASPATH_ATTR_TYPE_CONFED_SEQ:
			text = "(" + text + ")"
		case bgp.BGP_ASPATH_ATTR_TYPE_CONFED_SET:
			text = "[" + strings.Join(list, ",") + "]"
		}
		parts = append(parts, text)
	}
	return strings.Join(parts, " ")
}

// community writes a community; the well-known ones by name (RFC 1997, 7999, 8326).
func community(c uint32) string {
	if name, ok := bgp.WellKnownCommunityNameMap[bgp.WellKnownCommunity(c)]; ok {
		return name
	}
	return strconv.FormatUint(uint64(c>>16), 10) + ":" + strconv.FormatUint(uint64(c&0xffff), 10)
}
