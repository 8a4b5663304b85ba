package schema

// Tables of CONFIG_DB. Keys are joined with ConfigSeparator.
const (
	TableASPathSet            = "AS_PATH_SET"
	TableBGPAggregate         = "BGP_AGGREGATE_ADDRESS"
	TableBGPAllowed           = "BGP_ALLOWED_PREFIXES"
	TableBGPBBR               = "BGP_BBR"
	TableBGPDeviceGlobal      = "BGP_DEVICE_GLOBAL"
	TableBGPGlobals           = "BGP_GLOBALS"
	TableBGPGlobalsAF         = "BGP_GLOBALS_AF"
	TableBGPGlobalsAggregate  = "BGP_GLOBALS_AF_AGGREGATE_ADDR"
	TableBGPGlobalsListen     = "BGP_GLOBALS_LISTEN_PREFIX"
	TableBGPGlobalsNetwork    = "BGP_GLOBALS_AF_NETWORK"
	TableBGPInternal          = "BGP_INTERNAL_NEIGHBOR"
	TableBGPMonitors          = "BGP_MONITORS"
	TableBGPNeighbor          = "BGP_NEIGHBOR"
	TableBGPNeighborAF        = "BGP_NEIGHBOR_AF"
	TableBGPPeerGroup         = "BGP_PEER_GROUP"
	TableBGPPeerGroupAF       = "BGP_PEER_GROUP_AF"
	TableBGPPeerRange         = "BGP_PEER_RANGE"
	TableBGPRPKICache         = "BGP_RPKI_CACHE"
	TableBMP                  = "BMP"
	TableCommunitySet         = "COMMUNITY_SET"
	TableCoPPGroup            = "COPP_GROUP"
	TableCoPPTrap             = "COPP_TRAP"
	TableDeviceMetadata       = "DEVICE_METADATA"
	TableDeviceNeighborMeta   = "DEVICE_NEIGHBOR_METADATA"
	TableExtCommunitySet      = "EXTENDED_COMMUNITY_SET"
	TableFDB                  = "FDB"
	TableFeature              = "FEATURE"
	TableFGNHG                = "FG_NHG"
	TableFGNHGMember          = "FG_NHG_MEMBER"
	TableFGNHGPrefix          = "FG_NHG_PREFIX"
	TableInterface            = "INTERFACE"
	TableLoopbackInterface    = "LOOPBACK_INTERFACE"
	TableMACMoveGuard         = "MAC_MOVE_GUARD"
	TableMgmtInterface        = "MGMT_INTERFACE"
	TableMgmtPort             = "MGMT_PORT"
	TableMgmtVRFConfig        = "MGMT_VRF_CONFIG"
	TableNeigh                = "NEIGH"
	TablePort                 = "PORT"
	TablePortChannel          = "PORTCHANNEL"
	TablePortChannelInterface = "PORTCHANNEL_INTERFACE"
	TablePortChannelMember    = "PORTCHANNEL_MEMBER"
	TablePortStormControl     = "PORT_STORM_CONTROL"
	TablePrefix               = "PREFIX"
	TablePrefixList           = "PREFIX_LIST"
	TablePrefixSet            = "PREFIX_SET"
	TableRouteMap             = "ROUTE_MAP"
	TableRouteMapSet          = "ROUTE_MAP_SET"
	TableRouteRedistribute    = "ROUTE_REDISTRIBUTE"
	TableSAG                  = "SAG"
	TableStaticRoute          = "STATIC_ROUTE"
	TableSwitch               = "SWITCH"
	TableSwitchHash           = "SWITCH_HASH"
	TableVersions             = "VERSIONS"
	TableVLAN                 = "VLAN"
	TableVLANInterface        = "VLAN_INTERFACE"
	TableVLANMember           = "VLAN_MEMBER"
	TableVLANSubInterface     = "VLAN_SUB_INTERFACE"
	TableVRF                  = "VRF"
)

// Tables of APPL_DB. Keys are joined with AppSeparator.
const (
	AppTableBFDSession = "BFD_SESSION_TABLE"
	AppTableCoPP       = "COPP_TABLE"
	AppTableFDB        = "FDB_TABLE"
	AppTableIntf       = "INTF_TABLE"
	AppTableVRF        = "VRF_TABLE"
	AppTableLAG        = "LAG_TABLE"
	AppTableLAGMember  = "LAG_MEMBER_TABLE"
	AppTableNeigh      = "NEIGH_TABLE"
	// AppTableNeighResolve holds what orchagent asks for: neighbours that
	// routes need and nobody knows yet.
	AppTableNeighResolve = "NEIGH_RESOLVE_TABLE"
	AppTablePort         = "PORT_TABLE"
	AppTableRoute        = "ROUTE_TABLE"
	AppTableSwitch       = "SWITCH_TABLE"
	AppTableVLAN         = "VLAN_TABLE"
	AppTableVLANMember   = "VLAN_MEMBER_TABLE"
)

// Tables of STATE_DB. Keys are joined with ConfigSeparator.
const (
	StateTableBFDSession   = "BFD_SESSION_TABLE"
	StateTableGuardActions = "MMG_CAPABILITY_TABLE"
	StateTableMACMoveGuard = "MAC_MOVE_GUARD"
	StateTableMACHold      = "HEDDLE_MAC_HOLD"
	StateTableFDB          = "FDB_TABLE"
	StateTableInterface    = "INTERFACE_TABLE"
	StateTableLAG          = "LAG_TABLE"
	StateTableLAGMember    = "LAG_MEMBER_TABLE"
	StateTableNeigh        = "NEIGH_STATE_TABLE"
	StateTablePort         = "PORT_TABLE"
	StateTableSwitch       = "SWITCH_CAPABILITY"
	StateTableVLAN         = "VLAN_TABLE"
	StateTableVLANMember   = "VLAN_MEMBER_TABLE"
	StateTableVRF          = "VRF_TABLE"
	StateTableVRFObject    = "VRF_OBJECT_TABLE"
	StateTableWarmRestart  = "WARM_RESTART_TABLE"
)

// Separators between the table and the parts of a key.
const (
	ConfigSeparator = "|" // CONFIG_DB and STATE_DB
	AppSeparator    = ":" // APPL_DB and COUNTERS_DB
)

// Keys with a meaning of their own.
const (
	// KeyPortConfigDone in APPL_DB PORT_TABLE says that every port of
	// CONFIG_DB is there; its field "count" holds how many.
	KeyPortConfigDone = "PortConfigDone"
	// KeyPortInitDone in APPL_DB PORT_TABLE says that every port has its
	// host interface.
	KeyPortInitDone = "PortInitDone"
	// KeyGuardActions is the row of MMG_CAPABILITY_TABLE, and KeyGuardResources
	// that of MAC_MOVE_GUARD in STATE_DB.
	KeyGuardActions   = "ACTIONS"
	KeyGuardResources = "HW_RESOURCES"
	// KeyLocalhost is the row of DEVICE_METADATA about this switch.
	KeyLocalhost = "localhost"
	// DefaultVRF is what STATIC_ROUTE calls the global routing table.
	DefaultVRF = "default"
)
