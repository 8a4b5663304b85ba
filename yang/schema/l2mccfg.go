package schema

import (
	"fmt"
	"net/netip"
	"strings"
)

// Tables of IGMP snooping in CONFIG_DB, named as SONiC's l2mc design has them. A static group is a row with its ports, or a row for each port.
const (
	TableL2MC             = "CFG_L2MC_TABLE"
	TableL2MCMRouter      = "CFG_L2MC_MROUTER_TABLE"
	TableL2MCStaticGroup  = "CFG_L2MC_STATIC_GROUP_TABLE"
	TableL2MCStaticMember = "CFG_L2MC_STATIC_MEMBER_TABLE"
)

// Tables of MLD snooping in CONFIG_DB, of the same rows.
const (
	TableMLDL2MC             = "CFG_MLD_L2MC_TABLE"
	TableMLDL2MCMRouter      = "CFG_MLD_L2MC_MROUTER_TABLE"
	TableMLDL2MCStaticGroup  = "CFG_MLD_L2MC_STATIC_GROUP_TABLE"
	TableMLDL2MCStaticMember = "CFG_MLD_L2MC_STATIC_MEMBER_TABLE"
)

// StateTableL2MC of STATE_DB tells what mcsnoopd knows of a family of a VLAN; the key is an L2MCStateKey.
const StateTableL2MC = "HEDDLE_L2MC_TABLE"

// ChannelL2MCClear is where sonic-clear asks mcsnoopd in APPL_DB to forget the listeners that it heard ("GROUPS") or to begin its counts anew
// ("STATISTICS"); the data is "ipv4" or "ipv6", and after '|' a VLAN's name, if it is for one.
const ChannelL2MCClear = "HEDDLE_L2MC_CLEAR"

// L2MCVersion is one of IGMP, 1 to 3, or of MLD, 1 and 2; 0: the default, 2.
type L2MCVersion uint8

// UnmarshalText reads the decimal number.
func (v *L2MCVersion) UnmarshalText(b []byte) error {
	n, err := parseRange("version", b, 1, 3)
	*v = L2MCVersion(n)
	return err
}

// L2MCInterval is the time between general queries in seconds, 1 to 18000; 0: the default, 125.
type L2MCInterval uint16

// UnmarshalText reads the decimal number.
func (i *L2MCInterval) UnmarshalText(b []byte) error {
	n, err := parseRange("query interval", b, 1, 18000)
	*i = L2MCInterval(n)
	return err
}

// L2MCResponse is the time that listeners may take to answer in seconds, 1 to 25; 0: the default, 10.
type L2MCResponse uint8

// UnmarshalText reads the decimal number.
func (r *L2MCResponse) UnmarshalText(b []byte) error {
	n, err := parseRange("response time", b, 1, 25)
	*r = L2MCResponse(n)
	return err
}

// L2MCLastMember is the time that others may take to answer once one has left, in milliseconds, 100 to 25500; 0: the default, 1000.
type L2MCLastMember uint16

// UnmarshalText reads the decimal number.
func (l *L2MCLastMember) UnmarshalText(b []byte) error {
	n, err := parseRange("last member query interval", b, 100, 25500)
	*l = L2MCLastMember(n)
	return err
}

// L2MC is a row of CFG_L2MC_TABLE and CFG_MLD_L2MC_TABLE; the key is a VLANName. The last two fields are Heddle's: the address that queries
// come from, where the VLAN has none that serves, and what becomes of groups without listeners; "": dropped, but for routers.
type L2MC struct {
	Enabled          bool              `db:"enabled"`
	Querier          bool              `db:"querier"`
	FastLeave        bool              `db:"fast-leave"`
	Version          L2MCVersion       `db:"version"`
	QueryInterval    L2MCInterval      `db:"query-interval"`
	MaxResponse      L2MCResponse      `db:"query-max-response-time"`
	LastMember       L2MCLastMember    `db:"last-member-query-interval"`
	QuerierAddress   netip.Addr        `db:"querier-address"`
	UnknownMulticast UnknownMulticast  `db:"unknown-multicast"`
	Unknown          map[string]string `db:"*"`
}

// L2MCStaticGroup is a row of the tables of static groups; the key is a VLAN and a group.
type L2MCStaticGroup struct {
	Ports   Names             `db:"out-intf@"`
	Unknown map[string]string `db:"*"`
}

// L2MCGroupKey names a group in a VLAN.
type L2MCGroupKey struct {
	VLAN  VLANName
	Group netip.Addr
}

// ParseL2MCGroupKey reads "Vlan100|239.1.1.1".
func ParseL2MCGroupKey(key string) (L2MCGroupKey, error) {
	var k L2MCGroupKey
	vlan, group, ok := strings.Cut(key, ConfigSeparator)
	if !ok {
		return k, fmt.Errorf("key %q is not a VLAN and a group", key)
	}
	if err := k.VLAN.UnmarshalText([]byte(vlan)); err != nil {
		return k, err
	}
	var err error
	if k.Group, err = netip.ParseAddr(group); err != nil || !k.Group.IsMulticast() || k.Group.Zone() != "" {
		return k, fmt.Errorf("%q is not a multicast group", group)
	}
	return k, nil
}

// String writes the key as CONFIG_DB has it.
func (k L2MCGroupKey) String() string { return string(k.VLAN) + ConfigSeparator + k.Group.String() }

// ParseL2MCStaticKey reads "Vlan100|239.1.1.1|Ethernet0".
func ParseL2MCStaticKey(key string) (L2MCGroupKey, InterfaceName, error) {
	at := strings.LastIndex(key, ConfigSeparator)
	if at < 0 {
		return L2MCGroupKey{}, "", fmt.Errorf("key %q is not a VLAN, a group and a port", key)
	}
	group, err := ParseL2MCGroupKey(key[:at])
	var port InterfaceName
	if err == nil {
		err = port.UnmarshalText([]byte(key[at+1:]))
	}
	return group, port, err
}

// The families of the state's keys.
const (
	L2MCIPv4 = "ipv4"
	L2MCIPv6 = "ipv6"
)

// L2MCStateKey is the key of a family of a VLAN: "Vlan100|ipv4".
func L2MCStateKey(vlan VLANName, ipv6 bool) string {
	if ipv6 {
		return string(vlan) + ConfigSeparator + L2MCIPv6
	}
	return string(vlan) + ConfigSeparator + L2MCIPv4
}

// StateL2MC is a row of HEDDLE_L2MC_TABLE.
type StateL2MC struct {
	Querier string `db:"querier"`         // its address; "": there is none
	Own     bool   `db:"querier_own"`     // it is this switch
	Port    string `db:"querier_port"`    // where it is, else
	Version int    `db:"querier_version"` // that it speaks; 0: there is none
	Settled bool   `db:"settled"`         // whoever listens had the time to say so
	Groups  int    `db:"groups"`          // that were heard
	Members int    `db:"members"`         // their ports
	Queries int    `db:"queries"`         // heard, as all that follows
	Reports int    `db:"reports"`
	Leaves  int    `db:"leaves"`
	Hellos  int    `db:"pim_hellos"`
	Errors  int    `db:"errors"`  // could not be read
	Refused int    `db:"refused"` // listeners beyond a bound
	Sent    int    `db:"queries_sent"`
}
