package speaker

import (
	"strconv"
	"strings"

	api "github.com/osrg/gobgp/v3/api"
	"github.com/osrg/gobgp/v3/pkg/packet/bgp"

	"github.com/heddle-nos/heddle/daemons/routingd/bgpconf"
)

// apiStatement writes a statement as GoBGP has it, for the peers of a set.
func apiStatement(s bgpconf.Statement, peers string) *api.Statement {
	c := &api.Conditions{}
	if s.Family != "" {
		c.AfiSafiIn = []*api.Family{apiFamily(s.Family)}
	}
	set := func(name string, how api.MatchSet_Type) *api.MatchSet {
		if name == "" {
			return nil
		}
		return &api.MatchSet{Name: name, Type: how}
	}
	anyOrAll := func(all bool) api.MatchSet_Type {
		if all {
			return api.MatchSet_ALL
		}
		return api.MatchSet_ANY
	}
	c.NeighborSet = set(peers, api.MatchSet_ANY)
	c.PrefixSet, c.AsPathSet = set(s.Prefixes, api.MatchSet_ANY), set(s.ASPath, api.MatchSet_ANY)
	if s.NotPrefixes != "" {
		c.PrefixSet = set(s.NotPrefixes, api.MatchSet_INVERT)
	}
	if s.NotASPath != "" {
		c.AsPathSet = set(s.NotASPath, api.MatchSet_INVERT)
	}
	if c.RpkiResult = int32(s.Validation); s.Validation != bgpconf.AnyValidation && c.PrefixSet == nil {
		// GoBGP looks at the validation before the family, and panics over a path that has none.
		c.PrefixSet = set(everyName(s.Family), api.MatchSet_ANY)
	}
	c.CommunitySet = set(s.Community, anyOrAll(s.AllOf))
	c.ExtCommunitySet = set(s.ExtComm, anyOrAll(s.AllOfExt))
	for _, p := range s.NextHops {
		c.NextHopInList = append(c.NextHopInList, p.String())
	}
	c.Origin = api.RouteOriginType(s.Match.Origin)
	c.RouteType = map[bgpconf.Source]api.Conditions_RouteType{
		bgpconf.SourceInternal: api.Conditions_ROUTE_TYPE_INTERNAL, bgpconf.SourceExternal: api.Conditions_ROUTE_TYPE_EXTERNAL,
		bgpconf.SourceLocal: api.Conditions_ROUTE_TYPE_LOCAL,
	}[s.Source]
	return &api.Statement{Conditions: c, Actions: apiActions(s)}
}

func apiActions(s bgpconf.Statement) *api.Actions {
	a := &api.Actions{
		RouteAction: map[bgpconf.Action]api.RouteAction{
			bgpconf.Next: api.RouteAction_NONE, bgpconf.Accept: api.RouteAction_ACCEPT, bgpconf.Reject: api.RouteAction_REJECT,
		}[s.Action],
	}
	switch {
	case s.MED != nil:
		a.Med = &api.MedAction{Type: api.MedAction_REPLACE, Value: int64(*s.MED)}
	case s.MEDAdd != 0:
		a.Med = &api.MedAction{Type: api.MedAction_MOD, Value: s.MEDAdd}
	}
	if s.LocalPref != nil {
		a.LocalPref = &api.LocalPrefAction{Value: *s.LocalPref}
	}
	if s.Prepend.Times > 0 {
		a.AsPrepend = &api.AsPrependAction{Asn: s.Prepend.ASN, Repeat: s.Prepend.Times}
	}
	if s.Set.Origin != bgpconf.AnyOrigin {
		a.OriginAction = &api.OriginAction{Origin: api.RouteOriginType(s.Set.Origin)}
	}
	switch {
	case s.NextHop.IsValid():
		a.Nexthop = &api.NexthopAction{Address: s.NextHop.String()}
	case s.NextHopSelf:
		a.Nexthop = &api.NexthopAction{Self: true}
	case s.NextHopKeep:
		a.Nexthop = &api.NexthopAction{Unchanged: true}
	}
	apiCommunities(a, s.Set)
	return a
}

// everyCommunity are expressions that all communities of a kind fit.
const everyCommunity = `^.*$`

// everyButStale fits all communities but LLGR_STALE, which stays with a path wherever it goes (RFC 9494 section 4.3).
const everyButStale = `^(.{1,4}|[^6].{4}|6[^5].{3}|65[^5].{2}|655[^3].|6553[^5]):|^65535:([^6]$|..)`

func apiCommunities(a *api.Actions, s bgpconf.Set) {
	remove := func(list ...string) *api.CommunityAction {
		return &api.CommunityAction{Type: api.CommunityAction_REMOVE, Communities: list}
	}
	switch {
	case s.NoCommunities:
		a.Community = remove(everyButStale)
	case len(s.DelCommunities) > 0:
		a.Community = remove(communityNames(s.DelCommunities)...)
	case len(s.Communities) > 0:
		a.Community = &api.CommunityAction{Type: api.CommunityAction_REPLACE, Communities: communityNames(s.Communities)}
		if s.AddCommunities {
			a.Community.Type = api.CommunityAction_ADD
		}
	}
	switch {
	case s.NoExt:
		a.ExtCommunity = remove("rt:"+everyCommunity, "soo:"+everyCommunity, "encap:"+everyCommunity, "lb:"+everyCommunity)
	case len(s.ExtCommunities) > 0:
		a.ExtCommunity = &api.CommunityAction{Type: api.CommunityAction_REPLACE, Communities: s.ExtCommunities}
	}
	if s.NoLarge {
		a.LargeCommunity = remove(everyCommunity)
	}
}

// communityNumbers reads communities that bgpconf has checked.
func communityNumbers(list []string) []uint32 {
	var out []uint32
	for _, text := range list {
		if high, low, ok := strings.Cut(text, ":"); ok {
			h, _ := strconv.ParseUint(high, 10, 16)
			l, _ := strconv.ParseUint(low, 10, 16)
			out = append(out, uint32(h<<16|l))
			continue
		}
		if n, err := strconv.ParseUint(text, 10, 32); err == nil {
			out = append(out, uint32(n))
			continue
		}
		for number, name := range bgp.WellKnownCommunityNameMap {
			if name == text {
				out = append(out, uint32(number))
			}
		}
	}
	return out
}

// communityNames writes communities as numbers, which GoBGP's policies read in every case.
func communityNames(list []string) []string {
	var out []string
	for _, n := range communityNumbers(list) {
		out = append(out, strconv.FormatUint(uint64(n>>16), 10)+":"+strconv.FormatUint(uint64(n&0xffff), 10))
	}
	return out
}
