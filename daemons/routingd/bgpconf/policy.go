package bgpconf

import (
	"net/netip"
	"slices"

	"github.com/heddle-nos/heddle/yang/schema"
)

// Policy says what becomes of the paths of an instance, in each direction. A path goes through the statements in order until one accepts
// or rejects it; one that none does is accepted. Sets are by name; a name means the same set in both directions.
type Policy struct {
	Import, Export []Statement
	Prefixes       map[string]PrefixSet
	ASPaths        map[string][]string // regular expressions; '_' is a separator
	Communities    map[string][]string
	ExtCommunities map[string][]string
}

// Action is what a statement does with a path, after its settings.
type Action int

// The actions.
const (
	Next Action = iota // goes on with the following statement
	Accept
	Reject
)

// Statement is one step of a policy. Conditions that are not set always hold.
type Statement struct {
	Peers  []string         // keys of peers, or RangeKey of ranges; in order. None: all peers and the switch itself
	Family schema.BGPFamily // empty: all
	Match
	Set
	Action Action
}

// Match are the conditions of a statement.
type Match struct {
	Prefixes    string // the set has the prefix
	NotPrefixes string // the set does not have it
	ASPath      string
	NotASPath   string
	Community   string
	AllOf       bool // all of the set's communities, not one of them
	ExtComm     string
	AllOfExt    bool
	NextHops    []netip.Prefix
	Origin      Origin
	Source      Source
	Validation  Validation // of the RPKI
}

// Origin is the ORIGIN of a path (RFC 4271 section 5.1.1).
type Origin int

// The origins.
const (
	AnyOrigin Origin = iota
	OriginIGP
	OriginEGP
	OriginIncomplete
)

// Source says where a path is from.
type Source int

// The sources.
const (
	AnySource Source = iota
	SourceInternal
	SourceExternal
	SourceLocal
)

// Set are the changes that a statement makes.
type Set struct {
	MED            *uint32
	MEDAdd         int64 // to the MED
	LocalPref      *uint32
	Communities    []string
	DelCommunities []string // are taken away; without Communities
	AddCommunities bool     // to those of the path, instead of replacing them
	NoCommunities  bool     // takes all away
	ExtCommunities []string // replace those of the path
	NoExt, NoLarge bool
	Prepend        Prepend // no times: nothing
	NextHop        netip.Addr
	NextHopSelf    bool
	NextHopKeep    bool
	Origin         Origin
}

// Prepend puts an AS before the path some times.
type Prepend struct {
	ASN   uint32
	Times uint32
}

// Validates says whether what the RPKI says of a peer's paths matters.
func (p *Policy) Validates(key string, export bool) bool {
	return slices.ContainsFunc(p.statements(key, export), func(s Statement) bool { return s.Validation != AnyValidation })
}

// statements are those that a peer's paths go through.
func (p *Policy) statements(key string, export bool) []Statement {
	list := p.Import
	if export {
		list = p.Export
	}
	var out []Statement
	for _, s := range list {
		if len(s.Peers) == 0 || slices.Contains(s.Peers, key) {
			out = append(out, s)
		}
	}
	return out
}

// RangeKey is what a Statement calls a range of peers.
func RangeKey(name string) string { return "range " + name }

// Of gives the statements that a peer's paths go through, without the sets of peers, and with the sets in place of their names: equal for
// two policies that treat the peer alike.
func (p *Policy) Of(key string, export bool) []any {
	var out []any
	for _, s := range p.statements(key, export) {
		s.Peers = nil
		out = append(out, s, p.Prefixes[s.Prefixes], p.Prefixes[s.NotPrefixes], p.ASPaths[s.ASPath], p.ASPaths[s.NotASPath],
			p.Communities[s.Community], p.ExtCommunities[s.ExtComm])
	}
	return out
}
