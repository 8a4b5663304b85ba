package schema

import (
	"fmt"
	"net/netip"
	"strings"
)

// Tables of multicast snooping in APPL_DB, named as SONiC's l2mc design has them. Who snoops writes them, orchagent consumes them.
const (
	AppTableL2MCVLAN    = "L2MC_VLAN_TABLE"
	AppTableL2MCMRouter = "L2MC_MROUTER_TABLE"
	AppTableL2MCMember  = "L2MC_MEMBER_TABLE"
)

// L2MCType says whether a member or a router port was heard or configured.
type L2MCType string

// The types.
const (
	L2MCStatic  L2MCType = "static"
	L2MCDynamic L2MCType = "dynamic"
)

// UnmarshalText accepts static and dynamic.
func (t *L2MCType) UnmarshalText(b []byte) error {
	*t = L2MCType(b)
	return oneOf("type", b, string(L2MCStatic), string(L2MCDynamic))
}

// UnknownMulticast is what becomes of a group without listeners while its VLAN is snooped.
type UnknownMulticast string

// The choices: all ports of the VLAN, or those to routers only (RFC 4541 section 2.1.2).
const (
	UnknownMulticastFlood         UnknownMulticast = "flood"
	UnknownMulticastDropToRouters UnknownMulticast = "drop_to_routers"
)

// UnmarshalText accepts flood and drop_to_routers.
func (u *UnknownMulticast) UnmarshalText(b []byte) error {
	*u = UnknownMulticast(b)
	return oneOf("unknown multicast", b, string(UnknownMulticastFlood), string(UnknownMulticastDropToRouters))
}

// AppL2MCVLAN is a row of L2MC_VLAN_TABLE; the key is a VLANName. A field that is left out is disabled, or flood.
type AppL2MCVLAN struct {
	SnoopingV4       Enabled           `db:"snooping_v4"`
	SnoopingV6       Enabled           `db:"snooping_v6"`
	UnknownMulticast UnknownMulticast  `db:"unknown_multicast"`
	Unknown          map[string]string `db:"*"`
}

// AppL2MCMRouter is a row of L2MC_MROUTER_TABLE; the key is a VLANMemberKey joined with ':'.
type AppL2MCMRouter struct {
	Type    L2MCType          `db:"type"`
	Unknown map[string]string `db:"*"`
}

// AppL2MCMember is a row of L2MC_MEMBER_TABLE; the key is an L2MCMemberKey.
type AppL2MCMember struct {
	Type    L2MCType          `db:"type"`
	Unknown map[string]string `db:"*"`
}

// L2MCMemberKey names a port of a VLAN behind which somebody listens to a group.
type L2MCMemberKey struct {
	VLAN   VLANName
	Source netip.Addr // whom they listen to; the unspecified address: to everybody
	Group  netip.Addr
	Port   InterfaceName // a port or a port channel
}

// ParseL2MCMemberKey reads "Vlan100:0.0.0.0:239.1.1.1:Ethernet0" or "Vlan100::::ff05::1:3:Ethernet0". Where the text can be cut into two
// IPv6 addresses in several ways, the source is the longest; String writes no text that means something else by that.
func ParseL2MCMemberKey(key string) (L2MCMemberKey, error) {
	var k L2MCMemberKey
	vlan, rest, ok := strings.Cut(key, AppSeparator)
	last := strings.LastIndex(rest, AppSeparator)
	if !ok || last < 0 {
		return k, fmt.Errorf("key %q is not a VLAN, a source, a group and a port", key)
	}
	if err := k.VLAN.UnmarshalText([]byte(vlan)); err != nil {
		return k, err
	}
	if err := k.Port.UnmarshalText([]byte(rest[last+1:])); err != nil {
		return k, err
	}
	pair := rest[:last]
	for at := len(pair) - 1; at > 0; at-- {
		if pair[at] != ':' {
			continue
		}
		source, sourceErr := netip.ParseAddr(pair[:at])
		group, groupErr := netip.ParseAddr(pair[at+1:])
		if sourceErr == nil && groupErr == nil && isStream(source, group) {
			k.Source, k.Group = source, group
			return k, nil
		}
	}
	return k, fmt.Errorf("%q is not a source (0.0.0.0 or :: for all) and a multicast group of the same family", pair)
}

// isStream reports whether a source, or none, can send to a group.
func isStream(source, group netip.Addr) bool {
	return group.IsMulticast() && !source.IsMulticast() && source.BitLen() == group.BitLen() &&
		!source.Is4In6() && source.Zone() == "" && group.Zone() == ""
}

// String writes the key as APPL_DB has it.
func (k L2MCMemberKey) String() string {
	text := k.join(k.Source.String())
	if back, err := ParseL2MCMemberKey(text); err != nil || back != k {
		return k.join(k.Source.StringExpanded())
	}
	return text
}

func (k L2MCMemberKey) join(source string) string {
	return strings.Join([]string{string(k.VLAN), source, k.Group.String(), string(k.Port)}, AppSeparator)
}
