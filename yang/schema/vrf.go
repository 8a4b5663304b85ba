package schema

import (
	"fmt"
	"strings"
)

// vrfPrefix begins the name of every VRF but the default one.
const vrfPrefix = "Vrf"

// VRFName names a VRF that is not the default one: "Vrf-red".
type VRFName string

// UnmarshalText accepts "Vrf" and more, with the 15 characters that the name of a device has.
func (n *VRFName) UnmarshalText(b []byte) error {
	rest, ok := strings.CutPrefix(string(b), vrfPrefix)
	if !ok || rest == "" || len(b) > 15 || strings.ContainsAny(rest, " |:,") {
		return fmt.Errorf("VRF name %.40q is not \"Vrf\" and up to 12 characters more", b)
	}
	*n = VRFName(b)
	return nil
}

// String gives the name.
func (n VRFName) String() string { return string(n) }

// VRF is a row of CONFIG_DB VRF; the key is a VRFName.
type VRF struct {
	Fallback string            `db:"fallback"` // "true" or "false"
	VNI      string            `db:"vni"`
	Unknown  map[string]string `db:"*"`
}

// AppVRF is a row of APPL_DB VRF_TABLE.
type AppVRF struct {
	Fallback string            `db:"fallback"`
	VNI      string            `db:"vni"`
	Unknown  map[string]string `db:"*"`
}
