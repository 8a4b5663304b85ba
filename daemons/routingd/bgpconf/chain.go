package bgpconf

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/heddle-nos/heddle/yang/schema"
)

// chain is what the paths of a peer's family go through in one direction. Peers with equal chains share statements.
type chain struct {
	export     bool
	family     schema.BGPFamily
	prefixList string
	asPath     string
	routeMap   string
	anchor     uint32 // the AS that is before paths by the time of the test
	self, all  bool   // next hop: the switch itself; for reflected paths too
	keep       bool   // next hop as it is
	no         Communities
	isolated   bool // traffic is shifted away
	noExport   bool // what is announced stays in the neighbour's AS
	drained    bool // the switch will go away: paths over it are the last choice (RFC 8326)
	internal   bool // the peer is in the own AS; set with drained only
	mute       bool // nothing is taken from the peer
}

// compile makes the policy of an instance.
func (c *compiler) compile(in *Instance) {
	in.Policy = Policy{
		Prefixes: make(map[string]PrefixSet), ASPaths: make(map[string][]string),
		Communities: make(map[string][]string), ExtCommunities: make(map[string][]string),
	}
	chains := make(map[chain][]string)
	for key, p := range in.Peers {
		c.references(p.Table, p.Row, p.Families)
		c.chainsOf(in, chains, key, &p.Session, p.Families)
	}
	for name, p := range in.Ranges {
		c.references(p.Table, p.Row, p.Families)
		c.chainsOf(in, chains, RangeKey(name), &p.Session, p.Families)
	}
	in.Policy.Import = append(append(in.Policy.Import, c.loops(in)...), firstAS(in)...)
	in.Policy.Import = append(in.Policy.Import, preference(in)...)
	in.Policy.Import = append(in.Policy.Import, c.allow(in)...)
	in.Policy.Export = append(in.Policy.Export, c.suppress(in)...)
	keys := slices.SortedFunc(maps.Keys(chains), func(a, b chain) int {
		return cmp.Compare(fmt.Sprint(a), fmt.Sprint(b))
	})
	for _, ch := range keys {
		peers := slices.Sorted(slices.Values(chains[ch]))
		statements := c.statements(in, ch, peers)
		if ch.export {
			in.Policy.Export = append(in.Policy.Export, statements...)
		} else {
			in.Policy.Import = append(in.Policy.Import, statements...)
		}
	}
}

// chainsOf notes the chains of a peer.
func (c *compiler) chainsOf(in *Instance, chains map[chain][]string, key string, s *Session, families map[schema.BGPFamily]PeerFamily) {
	for f, pf := range families {
		for _, ch := range []chain{
			{
				family: f, prefixList: pf.PrefixListIn, asPath: pf.ASPathIn, routeMap: pf.RouteMapIn, mute: s.Monitor,
				drained: in.Drained && s.ASN != in.ASN && !s.Monitor,
			},
			c.exportChain(in, s, f, pf),
		} {
			if ch != (chain{export: ch.export, family: f, anchor: ch.anchor}) {
				chains[ch] = append(chains[ch], key)
			}
		}
	}
}

func (c *compiler) exportChain(in *Instance, s *Session, f schema.BGPFamily, pf PeerFamily) chain {
	ch := chain{
		export: true, family: f, prefixList: pf.PrefixListOut, asPath: pf.ASPathOut, routeMap: pf.RouteMapOut,
		keep: pf.NextHopKeep, no: pf.NoCommunity,
	}
	if internal := s.ASN == in.ASN; internal {
		ch.self, ch.all = pf.NextHopSelf, pf.NextHopSelfAll
	} else {
		ch.anchor = cmp.Or(s.LocalASN, in.ASN)
	}
	ordinary := f != schema.BGPEVPN && !s.Monitor
	ch.isolated = (c.device.isolated || c.device.idf == idfWithdraw) && ordinary
	ch.noExport = c.device.idf == idfNoExport && ordinary && s.ASN != in.ASN
	ch.drained = in.Drained && !s.Monitor
	ch.internal = ch.drained && s.ASN == in.ASN
	return ch
}

// statements writes a chain out.
func (c *compiler) statements(in *Instance, ch chain, peers []string) []Statement {
	var out []Statement
	add := func(s Statement) {
		s.Family = ch.family
		if s.Peers == nil {
			s.Peers = peers
		}
		if s.Action == Accept {
			ch.finish(&s.Set)
		}
		out = append(out, s)
	}
	if ch.mute {
		add(Statement{Action: Reject})
		return out
	}
	if ch.isolated {
		c.isolate(in, ch.family, add)
	}
	if ch.self {
		s := Statement{Set: Set{NextHopSelf: true}}
		if !ch.all {
			s.Source = SourceExternal
		}
		add(s)
	}
	if ch.keep {
		add(Statement{Set: Set{NextHopKeep: true}})
	}
	if !c.filters(in, ch, add) {
		return out
	}
	if ch.routeMap == "" {
		if ch.no != (Communities{}) || ch.noExport || ch.drained {
			add(Statement{Action: Accept})
		}
		return out
	}
	for _, step := range c.maps[ch.routeMap][ch.family] {
		s := Statement{Match: step.Match, Set: step.Set, Action: Accept}
		if !step.permit {
			s.Action, s.Set = Reject, Set{}
		}
		if len(step.callers) > 0 {
			s.Peers = common(peers, step.callers)
			if len(s.Peers) == 0 {
				continue
			}
		}
		c.use(in, ch, &s)
		add(s)
	}
	add(Statement{Action: Reject})
	return out
}

// filters writes the lists of prefixes and AS paths out. Without a path that gets through, it says so.
func (c *compiler) filters(in *Instance, ch chain, add func(Statement)) bool {
	if ch.prefixList != "" {
		l := c.sets.lists[ch.prefixList]
		if set := flatten(l.rules); len(set) == 0 || l.six != (ch.family == schema.BGPIPv6) {
			add(Statement{Action: Reject})
			return false
		}
		s := Statement{Match: Match{NotPrefixes: ch.prefixList}, Action: Reject}
		c.use(in, ch, &s)
		add(s)
	}
	if ch.asPath != "" {
		set := c.sets.asPaths[ch.asPath]
		if set.deny || len(set.members) == 0 {
			add(Statement{Action: Reject})
			return false
		}
		s := Statement{Match: Match{NotASPath: ch.asPath}, Action: Reject}
		c.use(in, ch, &s)
		add(s)
	}
	return true
}

// use puts the sets of a statement into the policy, under names of the policy's own.
func (c *compiler) use(in *Instance, ch chain, s *Statement) {
	p := &in.Policy
	for _, name := range []string{s.Prefixes, s.NotPrefixes} {
		if name != "" {
			p.Prefixes[name] = flatten(c.sets.lists[name].rules)
		}
	}
	for _, name := range []*string{&s.ASPath, &s.NotASPath} {
		if *name == "" {
			continue
		}
		members := c.sets.asPaths[*name].members
		if ch.anchor != 0 {
			*name, members = *name+" after "+strconv.FormatUint(uint64(ch.anchor), 10), anchored(members, ch.anchor)
		}
		p.ASPaths[*name] = members
	}
	if s.Community != "" {
		p.Communities[s.Community] = c.sets.community[s.Community].members
	}
	if s.ExtComm != "" {
		p.ExtCommunities[s.ExtComm] = c.sets.extended[s.ExtComm].members
	}
}

// anchored makes expressions for paths fit paths that the switch has put its own AS before, as GoBGP does before it asks the policy.
func anchored(members []string, asn uint32) []string {
	out := make([]string, len(members))
	for i, m := range members {
		if rest, ok := strings.CutPrefix(m, "^"); ok {
			m = "^" + strconv.FormatUint(uint64(asn), 10) + "_" + strings.TrimPrefix(rest, "_")
		}
		out[i] = m
	}
	return out
}

// strip keeps kinds of communities from a peer.
func strip(s *Set, no Communities) {
	if no.Standard {
		s.Communities, s.AddCommunities, s.NoCommunities = nil, false, true
	}
	if no.Extended {
		s.ExtCommunities, s.NoExt = nil, true
	}
	s.NoLarge = s.NoLarge || no.Large
}

// common gives those of peers that a route map names.
func common(peers, names []string) []string {
	var out []string
	for _, p := range peers {
		if slices.ContainsFunc(names, func(n string) bool { return peerName(n) == p }) {
			out = append(out, p)
		}
	}
	return out
}

// preference gives the paths of other AS the LOCAL_PREF that the VRF has by default.
func preference(in *Instance) []Statement {
	if in.LocalPref == 0 {
		return nil
	}
	var out []Statement
	for _, f := range allFamilies {
		out = append(out, Statement{Family: f, Match: Match{Source: SourceExternal}, Set: Set{LocalPref: &in.LocalPref}})
	}
	return out
}

const (
	noExport         = "no-export"
	gracefulShutdown = "planned-shut" // GRACEFUL_SHUTDOWN (RFC 8326 section 3)

	// lastChoice is the LOCAL_PREF of paths over a switch that will go away. RFC 8326 has 0, which GoBGP's policies cannot set.
	lastChoice = 1
)

// finish makes the changes that come after all others.
func (ch chain) finish(s *Set) {
	strip(s, ch.no)
	mark := func(community string) {
		if s.NoCommunities {
			return // the peer gets none
		}
		if len(s.Communities) == 0 {
			s.AddCommunities = true
		}
		s.Communities = append(slices.Clone(s.Communities), community)
	}
	if ch.noExport {
		mark(noExport)
	}
	if !ch.drained {
		return
	}
	if ch.export && !ch.internal {
		mark(gracefulShutdown)
		return
	}
	last := uint32(lastChoice)
	s.LocalPref = &last
}

// isolationCommunity is what SONiC puts on what a switch announces while traffic is shifted away from it.
const isolationCommunity = "12345:12345"

// isolate lets nothing but the loopbacks of the switch be announced (BGP_DEVICE_GLOBAL tsa_enabled).
func (c *compiler) isolate(in *Instance, f schema.BGPFamily, add func(Statement)) {
	var set PrefixSet
	for name, list := range c.addrs {
		if schema.InterfaceName(name).Kind() != schema.InterfaceLoopback {
			continue
		}
		for _, a := range list {
			if a.vrf == in.VRF && schema.BGPFamilyOf(a.prefix.Addr()) == f {
				p := c.loopbackNetwork(a.prefix)
				set = append(set, PrefixRange{p, p.Bits(), p.Bits()})
			}
		}
	}
	if len(set) > 0 {
		name := "loopbacks " + string(f)
		in.Policy.Prefixes[name] = complete(set)
		add(Statement{
			Match: Match{Prefixes: name, Source: SourceLocal}, Action: Accept,
			Set: Set{Communities: []string{isolationCommunity, "no-export"}, AddCommunities: true},
		})
	}
	add(Statement{Action: Reject})
}
