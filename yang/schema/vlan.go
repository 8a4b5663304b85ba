package schema

import "net/netip"

// VLAN is a row of CONFIG_DB VLAN; the key is a VLANName.
type VLAN struct {
	VLANID        VLANID            `db:"vlanid"`
	Alias         string            `db:"alias"`
	Description   string            `db:"description"`
	AdminStatus   AdminStatus       `db:"admin_status"` // default up
	MTU           MTU               `db:"mtu"`
	MAC           MAC               `db:"mac"`
	DHCPServers   []netip.Addr      `db:"dhcp_servers@"`
	DHCPv6Servers []netip.Addr      `db:"dhcpv6_servers@"`
	Unknown       map[string]string `db:"*"`
}

// VLANMember is a row of CONFIG_DB VLAN_MEMBER; the key is a VLANMemberKey.
type VLANMember struct {
	TaggingMode TaggingMode       `db:"tagging_mode,mandatory"`
	Unknown     map[string]string `db:"*"`
}

// AppVLAN is a row of APPL_DB VLAN_TABLE; the key is a VLANName.
type AppVLAN struct {
	AdminStatus AdminStatus       `db:"admin_status"`
	MTU         MTU               `db:"mtu"`
	MAC         MAC               `db:"mac"`
	HostIfName  string            `db:"host_ifname"` // empty: the VLAN's own name
	Unknown     map[string]string `db:"*"`
}

// AppVLANMember is a row of APPL_DB VLAN_MEMBER_TABLE; the key is a
// VLANMemberKey joined with ':'.
type AppVLANMember struct {
	TaggingMode TaggingMode       `db:"tagging_mode,mandatory"`
	Unknown     map[string]string `db:"*"`
}

// StateVLAN is a row of STATE_DB VLAN_TABLE and VLAN_MEMBER_TABLE.
type StateVLAN struct {
	State   string            `db:"state"`
	Unknown map[string]string `db:"*"`
}
