package schema

import "net/netip"

// Names of the management VRF, which is the kernel's alone.
const (
	MgmtVRF          = "mgmt"
	KeyMgmtVRFGlobal = "vrf_global"
)

// MgmtVRFConfig is the row vrf_global of CONFIG_DB MGMT_VRF_CONFIG.
type MgmtVRFConfig struct {
	Enabled string            `db:"mgmtVrfEnabled"`       // "true" or "false"
	InBand  string            `db:"in_band_mgmt_enabled"` // likewise
	Unknown map[string]string `db:"*"`
}

// MgmtPort is a row of CONFIG_DB MGMT_PORT; the key is the name of an
// InterfaceMgmt.
type MgmtPort struct {
	AdminStatus AdminStatus       `db:"admin_status"`
	MTU         MTU               `db:"mtu"`
	Unknown     map[string]string `db:"*"`
}

// MgmtAddress is a row of CONFIG_DB MGMT_INTERFACE; the key is an InterfaceKey
// with a prefix.
type MgmtAddress struct {
	Gateway      netip.Addr        `db:"gwaddr"`
	ForcedRoutes []MgmtDestination `db:"forced_mgmt_routes@"`
	Unknown      map[string]string `db:"*"`
}

// MgmtDestination is an address or a prefix.
type MgmtDestination struct{ netip.Prefix }

// UnmarshalText takes an address for the prefix of its full length.
func (d *MgmtDestination) UnmarshalText(b []byte) (err error) {
	d.Prefix, err = parsePrefix(string(b))
	return err
}
