package schema

// Interface is a row of CONFIG_DB INTERFACE, VLAN_INTERFACE,
// LOOPBACK_INTERFACE, PORTCHANNEL_INTERFACE or VLAN_SUB_INTERFACE whose key has
// no prefix: it makes the interface a router interface.
type Interface struct {
	VRFName        string            `db:"vrf_name"`
	MAC            MAC               `db:"mac_addr"`
	NATZone        string            `db:"nat_zone"`
	MPLS           Mode              `db:"mpls"`
	LinkLocalOnly  Mode              `db:"ipv6_use_link_local_only"` // default disable
	LoopbackAction string            `db:"loopback_action"`          // drop or forward
	GratARP        Enabled           `db:"grat_arp"`                 // VLAN_INTERFACE
	Anycast        bool              `db:"static_anycast_gateway"`   // VLAN_INTERFACE: has the address of SAG
	ProxyARP       Enabled           `db:"proxy_arp"`                // VLAN_INTERFACE
	AdminStatus    AdminStatus       `db:"admin_status"`             // LOOPBACK_INTERFACE, VLAN_SUB_INTERFACE; default up
	VLAN           VLANID            `db:"vlan"`                     // VLAN_SUB_INTERFACE; without it the name tells
	Unknown        map[string]string `db:"*"`
}

// InterfaceAddress is a row of the same tables whose key has a prefix.
type InterfaceAddress struct {
	Scope     Scope             `db:"scope"`
	Family    Family            `db:"family"`
	Secondary string            `db:"secondary"` // VLAN_INTERFACE: "true" or "false"
	Unknown   map[string]string `db:"*"`
}

// AppInterface is a row of APPL_DB INTF_TABLE without a prefix.
type AppInterface struct {
	VRFName        string            `db:"vrf_name"`
	MAC            MAC               `db:"mac_addr"`
	NATZone        string            `db:"nat_zone"`
	MPLS           Mode              `db:"mpls"`
	LoopbackAction string            `db:"loopback_action"`
	ProxyARP       Enabled           `db:"proxy_arp"`
	GratARP        Enabled           `db:"grat_arp"`
	AdminStatus    AdminStatus       `db:"admin_status"` // of loopbacks and subinterfaces
	VLAN           VLANID            `db:"vlan"`         // of a subinterface
	MTU            string            `db:"mtu"`          // of a subinterface; 0: its parent's
	Unknown        map[string]string `db:"*"`
}

// AppInterfaceAddress is a row of APPL_DB INTF_TABLE with a prefix.
type AppInterfaceAddress struct {
	Scope   Scope             `db:"scope"`
	Family  Family            `db:"family"`
	Unknown map[string]string `db:"*"`
}

// StateInterface is a row of STATE_DB INTERFACE_TABLE: with the VRF for an
// interface, with state=ok for an address.
type StateInterface struct {
	VRF     string            `db:"vrf"`
	State   string            `db:"state"`
	Unknown map[string]string `db:"*"`
}
