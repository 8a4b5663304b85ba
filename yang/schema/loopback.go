package schema

// LoopbackMode says where a port leads back what it sends.
type LoopbackMode string

// The places of a loopback, seen from the switch.
const (
	LoopbackNone LoopbackMode = "none"
	LoopbackPHY  LoopbackMode = "phy"
	LoopbackMAC  LoopbackMode = "mac"
)

// UnmarshalText accepts the three modes.
func (m *LoopbackMode) UnmarshalText(b []byte) error {
	if err := oneOf("loopback mode", b, string(LoopbackNone), string(LoopbackPHY), string(LoopbackMAC)); err != nil {
		return err
	}
	*m = LoopbackMode(b)
	return nil
}
