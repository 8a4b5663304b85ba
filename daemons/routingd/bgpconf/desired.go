package bgpconf

import (
	"net/netip"
	"slices"
	"time"

	"github.com/heddle-nos/heddle/yang/schema"
)

// Desired is what all BGP speakers of the switch shall be.
type Desired struct {
	Instances map[string]*Instance // by VRF; empty is the default one. A VRF without an AS has none
	Problems  []Problem            // ordered by table and key
}

// Suppresses says whether prefixes of peers are announced only once the ASIC has them.
func (d Desired) Suppresses() bool {
	for _, in := range d.Instances {
		if in.Suppress {
			return true
		}
	}
	return false
}

// Problem is a row that cannot be used as it stands.
type Problem struct {
	Table, Key string
	Err        error
	Warning    bool // the row is used, but for the field that the error names
}

// Instance is a BGP speaker: one VRF.
type Instance struct {
	VRF       string
	ASN       uint32
	RouterID  netip.Addr
	Selection Selection
	Families  map[schema.BGPFamily]FamilyGlobal
	Confed    Confederation
	Peers     map[string]*Peer // by the address, or the interface of an unnumbered one
	Ranges    map[string]*Range
	Limits    Limits
	Watched   map[netip.Addr]Watched // peers out of ranges that BFD is spoken with. The configuration never says so
	Policy    Policy
	Networks  map[netip.Prefix]Network // that the switch itself announces

	Aggregates   map[netip.Prefix]Network // announced while there is a route within
	Redistribute []Redistribution         // routes of other sources that are announced too
	BMP          Station
	Caches       []Cache // of the RPKI, ordered by key
	LocalPref    uint32  // LOCAL_PREF of paths that come without; 0: 100
	Drained      bool    // the switch will go away, and others are told so (RFC 8326)
	Suppress     bool    // prefixes of peers are announced only once the ASIC has them
}

// Limits are bounds for what peers may have.
type Limits struct {
	Dynamic int           // peers out of ranges at a time; 0: as many as come
	Stale   time.Duration // that routes are kept after a peer that restarted is back, without its End-of-RIB
}

// Station is who BMP exports to (RFC 7854); without an address there is none.
type Station struct {
	Addr netip.Addr
	Port uint16
}

// Network is a prefix that the switch announces.
type Network struct {
	Table, Row  string // of the row that says so
	Set                // from its policy
	SummaryOnly bool   // of an aggregate: what is within is not announced
}

// Selection are the options of the choice of best paths (RFC 4271 section 9.1.2).
type Selection struct {
	AlwaysCompareMED   bool
	IgnoreASPathLength bool
	CompareRouterID    bool // also between paths of external peers, where the older path is preferred otherwise
	MultipathRelax     bool // paths of equal length through different AS share the traffic
}

// FamilyGlobal are the settings of an address family for all peers.
type FamilyGlobal struct {
	MaxEBGPPaths, MaxIBGPPaths int   // paths of a route that share the traffic; 0: all that are as good as the best
	EBGPDistance, IBGPDistance uint8 // administrative distance of routes
}

// Confederation is RFC 5065.
type Confederation struct {
	ID      uint32 // the AS that others see; 0 without confederation
	Members []uint32
}

// Session is what two ends of a session agree on and what belongs to the transport.
type Session struct {
	Description string
	ASN         uint32 // of the peer; 0: any
	LocalASN    uint32 // what this end says it is in
	LocalAddr   netip.Addr
	Shutdown    bool
	Message     string // told to the peer with the shutdown (RFC 8203)
	Password    string // TCP MD5 (RFC 2385)
	Passive     bool
	Port        uint16 // of the peer; 0: 179

	HoldTime, KeepAlive, ConnectRetry time.Duration

	MultihopTTL uint8 // external peers that are not connected; 0: connected only
	MinTTL      uint8 // RFC 5082: packets that came further are dropped; 0: none are
	BFD         bool

	Graceful  Graceful
	Reflector Reflector
	AllowASIn uint8 // times that the own AS may be in a path
	FirstAS   bool  // paths of an external peer must begin with its AS
	Override  bool  // the peer's AS is replaced with the own one in paths to it
	Private   PrivateAS
	Server    bool // route server client
	Monitor   bool // of BGP_MONITORS: gets everything, sends nothing
}

// Graceful is graceful restart (RFC 4724) and its long-lived form (RFC 9494).
type Graceful struct {
	Enabled    bool
	HelperOnly bool
	Restart    time.Duration
	LongLived  time.Duration // 0: off
}

// Reflector makes the peer a client of this route reflector (RFC 4456).
type Reflector struct {
	Client  bool
	Cluster string
}

// PrivateAS says what happens to private AS numbers in paths to a peer.
type PrivateAS int

// What can happen to them.
const (
	PrivateKeep PrivateAS = iota
	PrivateRemove
	PrivateReplace
)

// Peer is a configured neighbour.
type Peer struct {
	Key       string     // as its row has it, without the VRF
	Table     string     // that its row is in
	Row       string     // the key of that row
	Addr      netip.Addr // invalid for an unnumbered peer
	Interface string     // of an unnumbered peer (RFC 5549)
	Group     string
	Cut       string  // why there is to be no session, though the configuration, which never says so, has one; empty: there may be
	Watched   Watched // how it is watched, if it is
	Session
	Families map[schema.BGPFamily]PeerFamily
}

// Watched is what BFD says of a peer. The configuration says only that there is to be BFD.
type Watched struct {
	Multihop bool
	State    string // of the session; empty: it is not asked for
	Lost     bool   // a session of BGP with the peer is to end
}

// Down says whether no session is wanted now.
func (p *Peer) Down() bool { return p.Shutdown || p.Cut != "" }

// Range accepts peers from prefixes.
type Range struct {
	Name     string
	Table    string // that its row is in
	Row      string // the key of that row
	Prefixes []netip.Prefix
	Group    string
	Session
	Families map[schema.BGPFamily]PeerFamily
}

// Contains says whether a peer comes out of the range.
func (r *Range) Contains(a netip.Addr) bool {
	return slices.ContainsFunc(r.Prefixes, func(p netip.Prefix) bool { return p.Contains(a) })
}

// PeerFamily is an address family of a peer.
type PeerFamily struct {
	MaxPrefix      uint32 // 0: no limit
	WarnPercent    uint8
	WarnOnly       bool
	AddPathSend    uint8 // paths of a prefix that are sent; 0: the best one only
	AddPathRecv    bool
	NextHopSelf    bool
	NextHopSelfAll bool // for reflected paths too
	NextHopKeep    bool
	SoftReconfig   bool // GoBGP keeps what came in any case
	RouteMapIn     string
	RouteMapOut    string
	PrefixListIn   string
	PrefixListOut  string
	ASPathIn       string
	ASPathOut      string
	NoCommunity    Communities
}

// Communities are kinds of communities that a peer does not get.
type Communities struct{ Standard, Extended, Large bool }
