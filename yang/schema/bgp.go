package schema

import (
	"fmt"
	"net/netip"
	"strings"
)

// BGPPeer is a row of CONFIG_DB BGP_NEIGHBOR, BGP_PEER_GROUP, BGP_INTERNAL_NEIGHBOR or BGP_MONITORS. The tables share one
// struct because a neighbour inherits from its group field by field: a pointer is nil where the row is silent. Times are in seconds.
type BGPPeer struct {
	Name            *string           `db:"name"`
	ASN             *uint32           `db:"asn"`
	PeerType        *BGPPeerType      `db:"peer_type"` // instead of asn: any AS but the own one, or the own one
	Group           *string           `db:"peer_group_name"`
	AdminStatus     *AdminStatus      `db:"admin_status"`
	ShutdownMessage *string           `db:"shutdown_message"`
	LocalAddr       *string           `db:"local_addr"` // an address, or the interface that has one
	LocalASN        *uint32           `db:"local_asn"`
	NoPrepend       *bool             `db:"local_as_no_prepend"`
	ReplaceAS       *bool             `db:"local_as_replace_as"`
	KeepAlive       *uint16           `db:"keepalive"`
	HoldTime        *uint16           `db:"holdtime"`
	ConnectRetry    *uint16           `db:"conn_retry"`
	LongLivedStale  *uint32           `db:"llgr_stale_time"` // 0: off
	MinAdvInterval  *uint16           `db:"min_adv_interval"`
	Password        *string           `db:"auth_password"`
	Passive         *bool             `db:"passive_mode"`
	Port            *uint16           `db:"peer_port"`
	EBGPMultihop    *bool             `db:"ebgp_multihop"`
	MultihopTTL     *uint8            `db:"ebgp_multihop_ttl"`
	TTLSecurityHops *uint8            `db:"ttl_security_hops"`
	ExtNextHop      *bool             `db:"capability_ext_nexthop"`
	BFD             *bool             `db:"bfd"`
	EnforceFirstAS  *bool             `db:"enforce_first_as"`
	NextHopSelf     *string           `db:"nhopself"` // 0 or 1, the older form of nhself of the family
	RRClient        *string           `db:"rrclient"` // 0 or 1, the older form of rrclient of the family
	Unknown         map[string]string `db:"*"`
}

// BGPPeerAF is a row of CONFIG_DB BGP_NEIGHBOR_AF or BGP_PEER_GROUP_AF.
type BGPPeerAF struct {
	AdminStatus        *AdminStatus      `db:"admin_status"`
	AllowASIn          *bool             `db:"allow_as_in"`
	AllowASCount       *uint8            `db:"allow_as_count"`
	AllowASOrigin      *bool             `db:"allow_as_origin"`
	ASOverride         *bool             `db:"as_override"`
	DefaultRouteMap    *string           `db:"default_rmap"`
	SendDefault        *bool             `db:"send_default_route"`
	FilterIn           *string           `db:"filter_list_in"`
	FilterOut          *string           `db:"filter_list_out"`
	PrefixIn           *string           `db:"prefix_list_in"`
	PrefixOut          *string           `db:"prefix_list_out"`
	RouteMapIn         []string          `db:"route_map_in@"`
	RouteMapOut        []string          `db:"route_map_out@"`
	MaxPrefix          *uint32           `db:"max_prefix_limit"`
	MaxPrefixThreshold *uint8            `db:"max_prefix_warning_threshold"` // percent
	MaxPrefixWarnOnly  *bool             `db:"max_prefix_warning_only"`
	MaxPrefixRestart   *uint16           `db:"max_prefix_restart_interval"` // minutes
	NextHopSelf        *bool             `db:"nhself"`
	NextHopSelfForce   *bool             `db:"nexthop_self_force"`
	RemovePrivate      *bool             `db:"remove_private_as_enabled"`
	RemovePrivateAll   *bool             `db:"remove_private_as_all"`
	ReplacePrivate     *bool             `db:"replace_private_as"`
	RouteServerClient  *bool             `db:"route_server_client"`
	RRClient           *bool             `db:"rrclient"`
	SendCommunity      *string           `db:"send_community"`
	SoftReconfigIn     *bool             `db:"soft_reconfiguration_in"`
	TxAddPaths         *string           `db:"tx_add_paths"`
	UnchangedASPath    *bool             `db:"unchanged_as_path"`
	UnchangedMED       *bool             `db:"unchanged_med"`
	UnchangedNextHop   *bool             `db:"unchanged_nexthop"`
	Weight             *uint16           `db:"weight"`
	Unknown            map[string]string `db:"*"`
}

// BGPGlobals is a row of CONFIG_DB BGP_GLOBALS; the key is a VRF.
type BGPGlobals struct {
	LocalASN           *uint32           `db:"local_asn"`
	RouterID           *netip.Addr       `db:"router_id"`
	KeepAlive          *uint16           `db:"keepalive"`
	HoldTime           *uint16           `db:"holdtime"`
	DefaultShutdown    *bool             `db:"default_shutdown"`
	DefaultIPv4        *bool             `db:"default_ipv4_unicast"`
	DefaultLocalPref   *uint32           `db:"default_local_preference"`
	AlwaysCompareMED   *bool             `db:"always_compare_med"`
	IgnoreASPathLength *bool             `db:"ignore_as_path_length"`
	CompareRouterID    *bool             `db:"external_compare_router_id"`
	MultipathRelax     *bool             `db:"load_balance_mp_relax"`
	GracefulRestart    *bool             `db:"graceful_restart_enable"`
	RestartTime        *uint16           `db:"gr_restart_time"`
	StaleTime          *uint16           `db:"gr_stale_routes_time"`
	LongLivedStale     *uint32           `db:"llgr_stale_time"` // 0: off
	GracefulShutdown   *bool             `db:"graceful_shutdown"`
	ClusterID          *string           `db:"rr_cluster_id"`
	ConfedID           *uint32           `db:"confed_id"`
	ConfedPeers        []uint32          `db:"confed_peers@"`
	MaxDynamic         *uint16           `db:"max_dynamic_neighbors"`
	Unknown            map[string]string `db:"*"`
}

// BGPGlobalsAF is a row of CONFIG_DB BGP_GLOBALS_AF.
type BGPGlobalsAF struct {
	MaxEBGPPaths  *uint16           `db:"max_ebgp_paths"`
	MaxIBGPPaths  *uint16           `db:"max_ibgp_paths"`
	EBGPDistance  *uint8            `db:"ebgp_route_distance"`
	IBGPDistance  *uint8            `db:"ibgp_route_distance"`
	LocalDistance *uint8            `db:"local_route_distance"`
	Unknown       map[string]string `db:"*"`
}

// BGPNetwork is a row of CONFIG_DB BGP_GLOBALS_AF_NETWORK or BGP_GLOBALS_AF_AGGREGATE_ADDR.
type BGPNetwork struct {
	Policy      *string           `db:"policy"`
	Backdoor    bool              `db:"backdoor"`
	ASSet       bool              `db:"as_set"`
	SummaryOnly bool              `db:"summary_only"`
	Unknown     map[string]string `db:"*"`
}

// BGPListen is a row of CONFIG_DB BGP_GLOBALS_LISTEN_PREFIX.
type BGPListen struct {
	Group   string            `db:"peer_group,mandatory"`
	Unknown map[string]string `db:"*"`
}

// BGPRange is a row of CONFIG_DB BGP_PEER_RANGE.
type BGPRange struct {
	Name    string            `db:"name"`
	Ranges  []netip.Prefix    `db:"ip_range@,mandatory"`
	ASN     *uint32           `db:"peer_asn"`
	Source  *netip.Addr       `db:"src_address"`
	Unknown map[string]string `db:"*"`
}

// BGPRPKICache is a row of CONFIG_DB BGP_RPKI_CACHE. Times are in seconds.
type BGPRPKICache struct {
	Port         *uint16           `db:"port"`
	Preference   *uint8            `db:"preference"` // the cache with the least is preferred
	LocalAddr    *netip.Addr       `db:"local_addr"`
	TransportVRF *string           `db:"transport_vrf"` // that it is reached through, where that is not the one of the key
	Refresh      *uint32           `db:"refresh_interval"`
	Retry        *uint32           `db:"retry_interval"`
	Expire       *uint32           `db:"expire_interval"`
	AdminStatus  *AdminStatus      `db:"admin_status"`
	Unknown      map[string]string `db:"*"`
}

// BGPPeerType says what AS a peer is in, without naming it.
type BGPPeerType string

// The peer types.
const (
	BGPExternal BGPPeerType = "external"
	BGPInternal BGPPeerType = "internal"
)

// UnmarshalText accepts external and internal.
func (t *BGPPeerType) UnmarshalText(b []byte) error {
	if err := oneOf("peer type", b, "external", "internal"); err != nil {
		return err
	}
	*t = BGPPeerType(b)
	return nil
}

// BGPFamily is an address family as the BGP tables write it.
type BGPFamily string

// The address families.
const (
	BGPIPv4 BGPFamily = "ipv4_unicast"
	BGPIPv6 BGPFamily = "ipv6_unicast"
	BGPEVPN BGPFamily = "l2vpn_evpn"
)

// UnmarshalText accepts the three families.
func (f *BGPFamily) UnmarshalText(b []byte) error {
	if err := oneOf("address family", b, string(BGPIPv4), string(BGPIPv6), string(BGPEVPN)); err != nil {
		return err
	}
	*f = BGPFamily(b)
	return nil
}

// BGPFamilyOf is the unicast family of an address.
func BGPFamilyOf(a netip.Addr) BGPFamily {
	if a.Is4() {
		return BGPIPv4
	}
	return BGPIPv6
}

// BGPKey is the key of a BGP table: a VRF, empty for the default one, and what is in it.
type BGPKey struct {
	VRF   string
	Parts []string
}

// ParseBGPKey splits a key of n parts after the VRF. The VRF may be absent, as in the older form of BGP_NEIGHBOR.
func ParseBGPKey(key string, n int) (BGPKey, error) {
	parts := strings.Split(key, ConfigSeparator)
	var vrf string
	switch {
	case len(parts) == n:
	case len(parts) == n+1:
		vrf, parts = parts[0], parts[1:]
	default:
		return BGPKey{}, fmt.Errorf("key %.80q has %d parts, want %d, or %d with a VRF first", key, len(parts), n, n+1)
	}
	if vrf == DefaultVRF {
		vrf = ""
	}
	if vrf != "" {
		if err := new(VRFName).UnmarshalText([]byte(vrf)); err != nil {
			return BGPKey{}, err
		}
	}
	return BGPKey{VRF: vrf, Parts: parts}, nil
}

// PrefixSet is a row of CONFIG_DB PREFIX_SET.
type PrefixSet struct {
	Mode    Family            `db:"mode"` // default IPv4
	Unknown map[string]string `db:"*"`
}

// PrefixListEntry is a row of CONFIG_DB PREFIX_LIST.
type PrefixListEntry struct {
	Seq     *uint32           `db:"seq"`
	Action  string            `db:"action"` // permit, the default, or deny
	Ge      *uint8            `db:"ge"`
	Le      *uint8            `db:"le"`
	Unknown map[string]string `db:"*"`
}

// RouteMap is a row of CONFIG_DB ROUTE_MAP: a statement of a route map. Its key is the map's name and the statement's number.
type RouteMap struct {
	Operation     string            `db:"route_operation"` // permit, the default, or deny
	Call          string            `db:"call_route_map"`
	ASPath        string            `db:"match_as_path"`
	Community     string            `db:"match_community"`
	ExtCommunity  string            `db:"match_ext_community"`
	Prefixes      string            `db:"match_prefix_set"`
	PrefixesIPv6  string            `db:"match_ipv6_prefix_set"`
	NextHops      string            `db:"match_next_hop_set"`
	Neighbors     []string          `db:"match_neighbor@"`
	Origin        string            `db:"match_origin"`
	RPKI          string            `db:"match_rpki"` // valid, invalid or not-found
	SetASN        *uint32           `db:"set_asn"`
	SetRepeat     *uint8            `db:"set_repeat_asn"`
	SetASNs       string            `db:"set_asn_list"`
	SetCommunity  []string          `db:"set_community_inline@"`
	SetCommunitys string            `db:"set_community_ref"`
	SetExt        []string          `db:"set_ext_community_inline@"`
	SetExts       string            `db:"set_ext_community_ref"`
	SetNextHop    *netip.Addr       `db:"set_next_hop"`
	SetNextHop6   *netip.Addr       `db:"set_ipv6_next_hop_global"`
	SetLocalPref  *uint32           `db:"set_local_pref"`
	SetMED        *uint32           `db:"set_med"`
	SetMetric     *uint32           `db:"set_metric"`
	MetricAction  string            `db:"set_metric_action"`
	SetOrigin     string            `db:"set_origin"`
	Unknown       map[string]string `db:"*"`
}

// Redistribute is a row of CONFIG_DB ROUTE_REDISTRIBUTE; its key is a VRF, the source, "bgp" and ipv4 or ipv6.
type Redistribute struct {
	Metric   *uint32           `db:"metric"`
	RouteMap []string          `db:"route_map@"`
	Unknown  map[string]string `db:"*"`
}
