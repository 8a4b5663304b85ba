package bgpview

import "github.com/heddle-nos/heddle/yang/schema"

// Summary is the state of an address family of a VRF.
type Summary struct {
	VRF      string           `json:"vrf"` // "default" for the default one
	Family   schema.BGPFamily `json:"family"`
	RouterID string           `json:"router_id"`
	ASN      uint32           `json:"as"`
	Prefixes uint64           `json:"prefixes"`
	Paths    uint64           `json:"paths"`
	Peers    []Peer           `json:"peers"`
}

// Peer is a line of a summary. A peer is in the summary of each family that is configured for it.
type Peer struct {
	Neighbor    string `json:"neighbor"`          // as configured: address, or interface of an unnumbered one
	Address     string `json:"address,omitempty"` // that the session is with
	Description string `json:"description,omitempty"`
	Group       string `json:"group,omitempty"`
	ASN         uint32 `json:"as"`
	LocalASN    uint32 `json:"local_as"`
	State       string `json:"state"` // Idle, Connect, Active, OpenSent, OpenConfirm, Established
	Shutdown    bool   `json:"shutdown,omitempty"`
	Dynamic     bool   `json:"dynamic,omitempty"` // came out of a range
	Seconds     int64  `json:"seconds"`           // in this state; -1: never was in another
	MsgReceived uint64 `json:"msg_received"`
	MsgSent     uint64 `json:"msg_sent"`
	InQueue     uint64 `json:"in_queue"`
	OutQueue    uint64 `json:"out_queue"`
	Received    uint64 `json:"received"`   // prefixes
	Accepted    uint64 `json:"accepted"`   // prefixes that the policy let in
	Advertised  uint64 `json:"advertised"` // prefixes sent; only in Neighbor
	Error       string `json:"error,omitempty"`
}

// Neighbor is all about a neighbour.
type Neighbor struct {
	VRF string `json:"vrf"`
	Peer
	RemoteRouterID string         `json:"remote_router_id,omitempty"`
	LocalAddress   string         `json:"local_address,omitempty"`
	LocalPort      uint32         `json:"local_port,omitempty"`
	RemotePort     uint32         `json:"remote_port,omitempty"`
	Internal       bool           `json:"internal"`
	Password       bool           `json:"password,omitempty"` // it has one
	HoldTime       uint64         `json:"hold_time"`          // s; negotiated, or configured while down
	KeepAlive      uint64         `json:"keepalive"`          // s
	ConnectRetry   uint64         `json:"connect_retry"`      // s
	MultihopTTL    uint32         `json:"multihop_ttl,omitempty"`
	MinTTL         uint32         `json:"min_ttl,omitempty"`
	Established    uint64         `json:"established_count"`
	Sent           Messages       `json:"sent"`
	Got            Messages       `json:"got"`
	Capabilities   []Capability   `json:"capabilities,omitempty"`
	Families       []PeerFamily   `json:"families"`
	Graceful       *GracefulState `json:"graceful,omitempty"`
	BFD            *BFDState      `json:"bfd,omitempty"` // nil: it is not watched
}

// BFDState is what BFD says of a neighbour (RFC 5882).
type BFDState struct {
	Multihop bool   `json:"multihop,omitempty"`
	State    string `json:"state"` // Up, Down, Admin Down; Unknown: it has not answered yet
}

// Messages counts messages of a direction.
type Messages struct {
	Open         uint64 `json:"open"`
	Update       uint64 `json:"update"`
	Notification uint64 `json:"notification"`
	KeepAlive    uint64 `json:"keepalive"`
	Refresh      uint64 `json:"refresh"`
	Total        uint64 `json:"total"`
}

// Capability is one that either side offered (RFC 5492).
type Capability struct {
	Name       string `json:"name"`
	Advertised bool   `json:"advertised"`
	Received   bool   `json:"received"`
}

// PeerFamily is an address family of a neighbour.
type PeerFamily struct {
	Family      schema.BGPFamily `json:"family"`
	Negotiated  bool             `json:"negotiated"`
	Received    uint64           `json:"received"`
	Accepted    uint64           `json:"accepted"`
	Advertised  uint64           `json:"advertised"`
	MaxPrefix   uint32           `json:"max_prefix,omitempty"`
	RouteMapIn  string           `json:"route_map_in,omitempty"`
	RouteMapOut string           `json:"route_map_out,omitempty"`
	Reflector   bool             `json:"reflector_client,omitempty"`
	NextHopSelf bool             `json:"next_hop_self,omitempty"`
	LongLived   uint32           `json:"llgr_stale_time,omitempty"` // s, that the neighbour asks its routes to be kept for after a restart has taken too long
}

// GracefulState is graceful restart with a neighbour.
type GracefulState struct {
	PeerRestartTime uint32 `json:"peer_restart_time"` // s, that the peer asked for
	PeerRestarting  bool   `json:"peer_restarting"`
	LocalRestarting bool   `json:"local_restarting"`
}

// Cache is a validating cache of the RPKI (RFC 8210).
type Cache struct {
	Address    string `json:"address"`
	Port       uint16 `json:"port"`
	Preference uint8  `json:"preference"`
	Connected  bool   `json:"connected"`
	Used       bool   `json:"used"` // what it says counts
	Version    uint8  `json:"version"`
	Session    uint16 `json:"session"`
	Serial     uint32 `json:"serial"`
	IPv4       int    `json:"ipv4"`    // prefixes
	IPv6       int    `json:"ipv6"`    // prefixes
	Seconds    int64  `json:"seconds"` // since it last told all; -1: never
	Error      string `json:"error,omitempty"`
}

// ROA says that an AS may announce a prefix, and what is within it down to a length.
type ROA struct {
	Prefix    string `json:"prefix"`
	MaxLength uint8  `json:"max_length"`
	ASN       uint32 `json:"as"`
}

// Route is a prefix with its paths, the best first.
type Route struct {
	Prefix string `json:"prefix"`
	Paths  []Path `json:"paths"`
}

// Path is a way to a prefix.
type Path struct {
	Best             bool     `json:"best,omitempty"`
	Multipath        bool     `json:"multipath,omitempty"` // shares the traffic with the best one
	Filtered         bool     `json:"filtered,omitempty"`  // by the policy
	Stale            bool     `json:"stale,omitempty"`
	Invalid          bool     `json:"invalid,omitempty"`  // the next hop cannot be reached
	Neighbor         string   `json:"neighbor,omitempty"` // that it came from; none: of the switch itself
	SourceASN        uint32   `json:"source_as,omitempty"`
	SourceID         string   `json:"source_id,omitempty"`
	PathID           uint32   `json:"path_id,omitempty"` // RFC 7911
	NextHop          string   `json:"next_hop"`
	Origin           string   `json:"origin"` // IGP, EGP, incomplete
	ASPath           string   `json:"as_path"`
	MED              *uint32  `json:"med,omitempty"`
	LocalPref        *uint32  `json:"local_pref,omitempty"`
	Communities      []string `json:"communities,omitempty"`
	ExtCommunities   []string `json:"ext_communities,omitempty"`
	LargeCommunities []string `json:"large_communities,omitempty"`
	Originator       string   `json:"originator,omitempty"`
	ClusterList      []string `json:"cluster_list,omitempty"`
	Aggregator       string   `json:"aggregator,omitempty"`
	AtomicAggregate  bool     `json:"atomic_aggregate,omitempty"`
	Validation       string   `json:"validation,omitempty"` // RFC 6811: valid, invalid, not-found; empty without RPKI
	Seconds          int64    `json:"seconds"`              // since it came
}
