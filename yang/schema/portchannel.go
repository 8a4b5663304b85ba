package schema

import (
	"fmt"
	"strconv"
	"strings"
)

const portChannelPrefix = "PortChannel"

// PortChannelName names a port channel and its interface: "PortChannel1".
type PortChannelName string

// UnmarshalText accepts "PortChannel" and one to four digits.
func (n *PortChannelName) UnmarshalText(b []byte) error {
	digits, ok := strings.CutPrefix(string(b), portChannelPrefix)
	if !ok || digits == "" || len(digits) > 4 || strings.Trim(digits, "0123456789") != "" {
		return fmt.Errorf("port channel name %q is not \"PortChannel\" and one to four digits", b)
	}
	*n = PortChannelName(b)
	return nil
}

// Number gives the number in the name, 0 to 9999.
func (n PortChannelName) Number() int {
	i, _ := strconv.Atoi(strings.TrimPrefix(string(n), portChannelPrefix))
	return i
}

// String gives the name.
func (n PortChannelName) String() string { return string(n) }

// Interface gives the port channel's own interface.
func (n PortChannelName) Interface() InterfaceName { return InterfaceName(n) }

// LACPKey is the operational key of a port channel; 0 is "auto".
type LACPKey uint16

// UnmarshalText reads "auto" or a number from 1.
func (k *LACPKey) UnmarshalText(b []byte) error {
	if string(b) == "auto" {
		*k = 0
		return nil
	}
	n, err := parseRange("LACP key", b, 1, 65535)
	*k = LACPKey(n)
	return err
}

// MarshalText writes the number, or "auto".
func (k LACPKey) MarshalText() ([]byte, error) {
	if k == 0 {
		return []byte("auto"), nil
	}
	return strconv.AppendUint(nil, uint64(k), 10), nil
}

// MinLinks is how many links a port channel needs, 1 to 1024.
type MinLinks uint16

// UnmarshalText reads the decimal number.
func (m *MinLinks) UnmarshalText(b []byte) error {
	n, err := parseRange("min_links", b, 0, 1024) // old files say 0 for 1
	*m = MinLinks(n)
	return err
}

// MarshalText writes the decimal number.
func (m MinLinks) MarshalText() ([]byte, error) { return strconv.AppendUint(nil, uint64(m), 10), nil }

// PortChannel is a row of CONFIG_DB PORTCHANNEL; the key is a PortChannelName.
type PortChannel struct {
	AdminStatus AdminStatus       `db:"admin_status"` // default up
	MTU         MTU               `db:"mtu"`          // default 9100
	MinLinks    MinLinks          `db:"min_links"`    // default 1
	Fallback    bool              `db:"fallback"`
	FastRate    bool              `db:"fast_rate"`
	LACPKey     LACPKey           `db:"lacp_key"`
	SystemMAC   MAC               `db:"system_mac"` // default the switch's
	TPID        string            `db:"tpid"`       // default 0x8100
	Mode        SwitchportMode    `db:"mode"`
	LearnMode   LearnMode         `db:"learn_mode"` // default hardware
	Description string            `db:"description"`
	Unknown     map[string]string `db:"*"`
}

// PortChannelMemberKey names one port of one port channel.
type PortChannelMemberKey struct {
	PortChannel PortChannelName
	Port        PortName
}

// ParsePortChannelMemberKey reads "PortChannel1|Ethernet0", or with ':' in
// APPL_DB.
func ParsePortChannelMemberKey(key, sep string) (PortChannelMemberKey, error) {
	var k PortChannelMemberKey
	name, port, ok := strings.Cut(key, sep)
	if !ok {
		return k, fmt.Errorf("key %q is not a port channel and a port", key)
	}
	if err := k.PortChannel.UnmarshalText([]byte(name)); err != nil {
		return k, err
	}
	return k, k.Port.UnmarshalText([]byte(port))
}

// Join writes the key with the database's separator.
func (k PortChannelMemberKey) Join(sep string) string {
	return string(k.PortChannel) + sep + string(k.Port)
}

// String writes the key as CONFIG_DB has it.
func (k PortChannelMemberKey) String() string { return k.Join(ConfigSeparator) }

// AppLAG is a row of APPL_DB LAG_TABLE; the key is a PortChannelName.
type AppLAG struct {
	AdminStatus AdminStatus       `db:"admin_status"`
	OperStatus  OperStatus        `db:"oper_status"`
	MTU         MTU               `db:"mtu"`
	TPID        string            `db:"tpid"`
	LearnMode   LearnMode         `db:"learn_mode"`
	Unknown     map[string]string `db:"*"`
}

// AppLAGMember is a row of APPL_DB LAG_MEMBER_TABLE; the key is a
// PortChannelMemberKey joined with ':'. Only an enabled member carries
// packets.
type AppLAGMember struct {
	Status  Enabled           `db:"status"`
	Unknown map[string]string `db:"*"`
}

// StateLAG is a row of STATE_DB LAG_TABLE, with the field names of teamd.
type StateLAG struct {
	State    string            `db:"state"`
	Active   bool              `db:"runner.active,zero"`
	Fallback bool              `db:"runner.fallback,zero"`
	FastRate bool              `db:"runner.fast_rate,zero"`
	TeamMode string            `db:"setup.kernel_team_mode_name"`
	PID      int               `db:"setup.pid,zero"`
	MAC      string            `db:"team_device.ifinfo.dev_addr"`
	IfIndex  int               `db:"team_device.ifinfo.ifindex,zero"`
	Unknown  map[string]string `db:"*"`
}

// StateLAGMember is a row of STATE_DB LAG_MEMBER_TABLE, with the field names of
// teamd.
type StateLAGMember struct {
	MAC                   string            `db:"ifinfo.dev_addr"`
	IfIndex               int               `db:"ifinfo.ifindex,zero"`
	LinkUp                bool              `db:"link.up,zero"`
	WatchUp               bool              `db:"link_watches.list.link_watch_0.up,zero"`
	State                 string            `db:"runner.state"` // current, expired, defaulted or disabled
	Selected              bool              `db:"runner.selected,zero"`
	AggregatorSelected    bool              `db:"runner.aggregator.selected,zero"`
	AggregatorID          int               `db:"runner.aggregator.id,zero"`
	ActorSystem           MAC               `db:"runner.actor_lacpdu_info.system,zero"`
	ActorSystemPriority   uint16            `db:"runner.actor_lacpdu_info.system_priority,zero"`
	ActorKey              uint16            `db:"runner.actor_lacpdu_info.key,zero"`
	ActorPort             uint16            `db:"runner.actor_lacpdu_info.port,zero"`
	ActorPortPriority     uint16            `db:"runner.actor_lacpdu_info.port_priority,zero"`
	ActorState            uint8             `db:"runner.actor_lacpdu_info.state,zero"`
	PartnerSystem         MAC               `db:"runner.partner_lacpdu_info.system,zero"`
	PartnerSystemPriority uint16            `db:"runner.partner_lacpdu_info.system_priority,zero"`
	PartnerKey            uint16            `db:"runner.partner_lacpdu_info.key,zero"`
	PartnerPort           uint16            `db:"runner.partner_lacpdu_info.port,zero"`
	PartnerPortPriority   uint16            `db:"runner.partner_lacpdu_info.port_priority,zero"`
	PartnerState          uint8             `db:"runner.partner_lacpdu_info.state,zero"`
	Problem               string            `db:"runner.problem"` // why a link with a partner is not used; not of teamd
	Unknown               map[string]string `db:"*"`
}
