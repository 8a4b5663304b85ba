package schema

import (
	"fmt"
	"strconv"
	"strings"
)

// Tables of spanning tree in CONFIG_DB.
const (
	TableSTP         = "STP"
	TableSTPVLAN     = "STP_VLAN"
	TableSTPPort     = "STP_PORT"
	TableSTPVLANPort = "STP_VLAN_PORT"
	TableSTPMST      = "STP_MST"
	TableSTPMSTInst  = "STP_MST_INST"
	TableSTPMSTPort  = "STP_MST_PORT"
)

// Tables of spanning tree in APPL_DB that orchagent consumes.
const (
	AppTableSTPVLANInstance  = "STP_VLAN_INSTANCE_TABLE"
	AppTableSTPPortState     = "STP_PORT_STATE_TABLE"
	AppTableSTPFastAgeing    = "STP_FASTAGEING_FLUSH_TABLE"
	AppTableSTPInstPortFlush = "STP_INST_PORT_FLUSH_TABLE"
)

// Tables of spanning tree in APPL_DB that only `show` reads. SONiC's stpd writes them with a producer that nobody consumes from, so that
// its readers look where a producer leaves rows: before the name there is an underscore.
const (
	AppTableSTPVLAN     = "_STP_VLAN_TABLE"
	AppTableSTPVLANPort = "_STP_VLAN_PORT_TABLE"
	AppTableSTPPort     = "_STP_PORT_TABLE"
	AppTableSTPMSTInst  = "_STP_MST_INST_TABLE"
	AppTableSTPMSTPort  = "_STP_MST_PORT_TABLE"
)

// StateTableSTP of STATE_DB tells in its row GLOBAL how many instances the ASIC has.
const StateTableSTP = "STP_TABLE"

// StateTableSTPMemory is what stpd of Heddle needs to go on where an earlier life of it left off.
const StateTableSTPMemory = "HEDDLE_STP_MEMORY"

// ChannelSTPClear is where sonic-clear asks stpd in APPL_DB to begin its counts anew: "ALL", "INTERFACE" with its name, "VLAN" with its
// number, "VLAN-INTERFACE" with both and '|' between.
const ChannelSTPClear = "HEDDLE_STP_CLEAR"

// KeyGlobal is the only row of STP, STP_MST, SWITCH_HASH and MAC_MOVE_GUARD.
const KeyGlobal = "GLOBAL"

// STPMode is the kind of spanning tree.
type STPMode string

// The modes.
const (
	STPModePVST STPMode = "pvst"
	STPModeMST  STPMode = "mst"
)

// UnmarshalText accepts the modes.
func (m *STPMode) UnmarshalText(b []byte) error {
	*m = STPMode(b)
	return oneOf("spanning tree mode", b, string(STPModePVST), string(STPModeMST))
}

// STPTime is a time of spanning tree in seconds; each field has bounds of its own.
type STPTime uint8

// STPPriority is the priority of a bridge, 0 to 61440 in steps of 4096.
type STPPriority uint16

// UnmarshalText reads the decimal number.
func (p *STPPriority) UnmarshalText(b []byte) error {
	n, err := parseRange("bridge priority", b, 0, 61440)
	if err == nil && n%4096 != 0 {
		return fmt.Errorf("bridge priority %d is not a multiple of 4096", n)
	}
	*p = STPPriority(n)
	return err
}

// STPPortPriority is the priority of a port, 0 to 240; the lower four bits do not count.
type STPPortPriority uint8

// UnmarshalText reads the decimal number.
func (p *STPPortPriority) UnmarshalText(b []byte) error {
	n, err := parseRange("port priority", b, 0, 240)
	*p = STPPortPriority(n)
	return err
}

// STPPathCost is what the way over a port costs, from 1; 0 is by its speed.
type STPPathCost uint32

// UnmarshalText reads the decimal number.
func (c *STPPathCost) UnmarshalText(b []byte) error {
	n, err := parseRange("path cost", b, 1, 200_000_000)
	*c = STPPathCost(n)
	return err
}

// STPLinkType says how many ends a link may have.
type STPLinkType string

// The link types.
const (
	STPLinkAuto   STPLinkType = "auto"
	STPLinkP2P    STPLinkType = "point-to-point"
	STPLinkShared STPLinkType = "shared"
)

// UnmarshalText accepts the link types.
func (l *STPLinkType) UnmarshalText(b []byte) error {
	*l = STPLinkType(b)
	return oneOf("link type", b, string(STPLinkAuto), string(STPLinkP2P), string(STPLinkShared))
}

// STPGlobal is the row GLOBAL of STP.
type STPGlobal struct {
	Mode             STPMode           `db:"mode,mandatory"`
	Priority         *STPPriority      `db:"priority"`
	ForwardDelay     STPTime           `db:"forward_delay"`
	HelloTime        STPTime           `db:"hello_time"`
	MaxAge           STPTime           `db:"max_age"`
	RootGuardTimeout uint16            `db:"rootguard_timeout"`
	Unknown          map[string]string `db:"*"`
}

// STPVLAN is a row of STP_VLAN; the key is a VLANName.
type STPVLAN struct {
	Enabled      bool              `db:"enabled"`
	Priority     *STPPriority      `db:"priority"`
	ForwardDelay STPTime           `db:"forward_delay"`
	HelloTime    STPTime           `db:"hello_time"`
	MaxAge       STPTime           `db:"max_age"`
	Unknown      map[string]string `db:"*"`
}

// STPPort is a row of STP_PORT; the key is an InterfaceName.
type STPPort struct {
	Enabled       bool              `db:"enabled"`
	Priority      *STPPortPriority  `db:"priority"`
	PathCost      STPPathCost       `db:"path_cost"`
	RootGuard     bool              `db:"root_guard"`
	LoopGuard     bool              `db:"loop_guard"` // Heddle's own
	BPDUGuard     bool              `db:"bpdu_guard"`
	GuardShutdown bool              `db:"bpdu_guard_do_disable"`
	PortFast      bool              `db:"portfast"`
	UplinkFast    bool              `db:"uplink_fast"`
	EdgePort      bool              `db:"edge_port"`
	LinkType      STPLinkType       `db:"link_type"`
	Unknown       map[string]string `db:"*"`
}

// STPVLANPort is a row of STP_VLAN_PORT and STP_MST_PORT.
type STPVLANPort struct {
	Priority *STPPortPriority  `db:"priority"`
	PathCost STPPathCost       `db:"path_cost"`
	Unknown  map[string]string `db:"*"`
}

// STPMST is the row GLOBAL of STP_MST.
type STPMST struct {
	Name         string            `db:"name"`
	Revision     uint32            `db:"revision"`
	MaxHops      STPTime           `db:"max_hops"`
	ForwardDelay STPTime           `db:"forward_delay"`
	HelloTime    STPTime           `db:"hello_time"`
	MaxAge       STPTime           `db:"max_age"`
	HoldCount    STPTime           `db:"hold_count"`
	Unknown      map[string]string `db:"*"`
}

// STPMSTInstance is a row of STP_MST_INST. SONiC's command has the VLANs in a field of its own name.
type STPMSTInstance struct {
	Priority *STPPriority      `db:"bridge_priority"`
	VLANs    string            `db:"vlan@"`
	VLANList string            `db:"vlan_list"`
	Unknown  map[string]string `db:"*"`
}

// MaxMSTInstance is the last instance of multiple spanning tree.
const MaxMSTInstance = 62

// ParseMSTInstance reads the key of an instance: its number, or as SONiC's command writes it "MST_INSTANCE|2" and
// "MST_INSTANCE:INSTANCE0".
func ParseMSTInstance(key string) (int, error) {
	text := strings.TrimPrefix(key, "MST_INSTANCE")
	text = strings.TrimPrefix(strings.TrimLeft(text, "|:"), "INSTANCE")
	n, err := strconv.ParseUint(text, 10, 8)
	if err != nil || n > MaxMSTInstance {
		return 0, fmt.Errorf("key %q is not an instance from 0 to %d", key, MaxMSTInstance)
	}
	return int(n), nil
}

// AppSTPVLANInstance is a row of STP_VLAN_INSTANCE_TABLE; the key is a VLANName.
type AppSTPVLANInstance struct {
	Instance STPInstance       `db:"stp_instance,mandatory"`
	Unknown  map[string]string `db:"*"`
}

// STPInstance numbers the instances of spanning tree in the ASIC.
type STPInstance uint16

// UnmarshalText reads the decimal number.
func (i *STPInstance) UnmarshalText(b []byte) error {
	n, err := parseRange("spanning tree instance", b, 0, 65534)
	*i = STPInstance(n)
	return err
}

// MarshalText writes the decimal number.
func (i STPInstance) MarshalText() ([]byte, error) {
	return strconv.AppendUint(nil, uint64(i), 10), nil
}

// STPPortStateKey names a port in an instance.
type STPPortStateKey struct {
	Port     InterfaceName
	Instance STPInstance
}

// ParseSTPPortStateKey reads "Ethernet0:5".
func ParseSTPPortStateKey(key string) (STPPortStateKey, error) {
	var k STPPortStateKey
	port, instance, ok := strings.Cut(key, AppSeparator)
	if !ok {
		return k, fmt.Errorf("key %q is not a port and an instance", key)
	}
	if err := k.Port.UnmarshalText([]byte(port)); err != nil {
		return k, err
	}
	return k, k.Instance.UnmarshalText([]byte(instance))
}

// String writes the key as APPL_DB has it.
func (k STPPortStateKey) String() string {
	return string(k.Port) + AppSeparator + strconv.Itoa(int(k.Instance))
}

// STPState is what a port does in an instance: 0 disabled, 1 blocking, 2 listening, 3 learning, 4 forwarding.
type STPState uint8

// The states. Frames pass in the last one only, and addresses are learned in the last two.
const (
	STPDisabled STPState = iota
	STPBlocking
	STPListening
	STPLearning
	STPForwarding
)

// UnmarshalText reads the decimal number.
func (s *STPState) UnmarshalText(b []byte) error {
	n, err := parseRange("spanning tree state", b, 0, uint64(STPForwarding))
	*s = STPState(n)
	return err
}

// MarshalText writes the decimal number.
func (s STPState) MarshalText() ([]byte, error) { return strconv.AppendUint(nil, uint64(s), 10), nil }

// AppSTPPortState is a row of STP_PORT_STATE_TABLE; the key is a STPPortStateKey.
type AppSTPPortState struct {
	State   STPState          `db:"state,mandatory"`
	Unknown map[string]string `db:"*"`
}

// AppSTPFlush is a row of STP_FASTAGEING_FLUSH_TABLE and STP_INST_PORT_FLUSH_TABLE: each time it is set, learned addresses are forgotten.
type AppSTPFlush struct {
	State   bool              `db:"state"`
	Unknown map[string]string `db:"*"`
}
