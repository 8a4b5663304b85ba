package schema

// AppSTPVLAN is a row of AppTableSTPVLAN: a bridge in the tree of a VLAN. Identifiers are 16 hexadecimal digits, times are in seconds.
type AppSTPVLAN struct {
	BridgeID            string            `db:"bridge_id"`
	MaxAge              int               `db:"max_age,zero"`
	HelloTime           int               `db:"hello_time,zero"`
	ForwardDelay        int               `db:"forward_delay,zero"`
	HoldTime            int               `db:"hold_time,zero"` // BPDUs that a port may send at once
	LastTopologyChange  int               `db:"last_topology_change,zero"`
	TopologyChangeCount int               `db:"topology_change_count,zero"`
	RootBridgeID        string            `db:"root_bridge_id"`
	RootPathCost        uint32            `db:"root_path_cost,zero"`
	DesignatedBridgeID  string            `db:"desig_bridge_id"`
	RootPort            string            `db:"root_port"` // "Root" where this bridge is it
	RootMaxAge          int               `db:"root_max_age,zero"`
	RootHelloTime       int               `db:"root_hello_time,zero"`
	RootForwardDelay    int               `db:"root_forward_delay,zero"`
	Instance            STPInstance       `db:"stp_instance,zero"`
	Unknown             map[string]string `db:"*"`
}

// AppSTPVLANPort is a row of AppTableSTPVLANPort and AppTableSTPMSTPort: a port in a tree.
type AppSTPVLANPort struct {
	PortNum            uint16            `db:"port_num"`
	PortNumber         uint16            `db:"port_number"` // the same in the table of MST
	Priority           uint8             `db:"priority,zero"`
	PathCost           uint32            `db:"path_cost,zero"`
	State              string            `db:"port_state"`
	Role               string            `db:"role"`
	DesignatedCost     uint32            `db:"desig_cost,zero"`
	DesignatedRoot     string            `db:"desig_root"`
	DesignatedBridge   string            `db:"desig_bridge"`
	DesignatedPort     uint16            `db:"desig_port,zero"`
	ForwardTransitions int               `db:"fwd_transitions,zero"`
	Sent               int               `db:"bpdu_sent,zero"`
	Received           int               `db:"bpdu_received,zero"`
	ChangesSent        int               `db:"tc_sent,zero"`
	ChangesReceived    int               `db:"tc_received,zero"`
	RootGuardTimer     int               `db:"root_guard_timer,zero"`
	Unknown            map[string]string `db:"*"`
}

// AppSTPPort is a row of AppTableSTPPort: what holds for a port in all trees.
type AppSTPPort struct {
	GuardShutdown string            `db:"bpdu_guard_shutdown"` // "yes" or "no"
	PortFast      string            `db:"port_fast"`           // "yes" or "no"
	Dropped       int               `db:"bpdu_dropped"`        // frames that could not be read, or belong to no tree; not of SONiC
	Unknown       map[string]string `db:"*"`
}

// AppSTPMSTInstance is a row of AppTableSTPMSTInst; the key is the instance's number.
type AppSTPMSTInstance struct {
	VLANs            []string          `db:"vlan@"`
	BridgeAddress    string            `db:"bridge_address"`
	RootAddress      string            `db:"root_address"`
	RegionalRoot     string            `db:"regional_root_address"`
	RootPathCost     uint32            `db:"root_path_cost,zero"`
	RegionalRootCost uint32            `db:"regional_root_cost,zero"`
	RootPort         string            `db:"root_port"`
	RootMaxAge       int               `db:"root_max_age,zero"`
	RootHelloTime    int               `db:"root_hello_time,zero"`
	RootForwardDelay int               `db:"root_forward_delay,zero"`
	HoldTime         int               `db:"hold_time,zero"`
	RemainingHops    int               `db:"remaining_hops,zero"`
	BridgePriority   uint16            `db:"bridge_priority,zero"`
	LastChange       int               `db:"last_topology_change,zero"` // this and the next are not of SONiC
	Changes          int               `db:"topology_change_count,zero"`
	Unknown          map[string]string `db:"*"`
}

// STPMemory is a row of StateTableSTPMemory.
type STPMemory struct {
	Root         string            `db:"root"` // hexadecimal digits
	Cost         uint32            `db:"cost,zero"`
	Bridge       string            `db:"bridge"`
	Port         uint16            `db:"port,zero"`
	MessageAge   uint16            `db:"message_age,zero"` // times in 1/256 s
	MaxAge       uint16            `db:"max_age,zero"`
	HelloTime    uint16            `db:"hello_time,zero"`
	ForwardDelay uint16            `db:"forward_delay,zero"`
	Heard        bool              `db:"heard,zero"`
	Role         uint8             `db:"role,zero"`
	State        STPState          `db:"state,zero"`
	Edge         bool              `db:"edge,zero"`
	RSTP         bool              `db:"rstp,zero"`
	Silent       bool              `db:"silent"` // loop guard kept it out
	Unknown      map[string]string `db:"*"`
}
