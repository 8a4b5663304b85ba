package schema

import (
	"fmt"
	"strconv"
	"strings"
)

// maxPortName is the length that the PORT table allows. The kernel allows 15;
// a longer name is refused where the interface is made, not here.
const maxPortName = 128

// PortName names a front-panel port: "Ethernet0".
type PortName string

// UnmarshalText refuses an empty or overlong name and the characters that
// separate keys.
func (n *PortName) UnmarshalText(b []byte) error {
	if err := checkName("port name", string(b)); err != nil {
		return err
	}
	*n = PortName(b)
	return nil
}

// String gives the name.
func (n PortName) String() string { return string(n) }

// Interface gives the port as an interface.
func (n PortName) Interface() InterfaceName { return InterfaceName(n) }

// checkName holds for any name that is a part of a key and of a path in /sys.
func checkName(what, s string) error {
	switch {
	case s == "":
		return fmt.Errorf("%s is empty", what)
	case len(s) > maxPortName:
		return fmt.Errorf("%s has %d characters, at most %d are allowed", what, len(s), maxPortName)
	}
	for _, r := range s {
		if r <= ' ' || r > '~' || strings.ContainsRune("|:/", r) {
			return fmt.Errorf("%s %q has the character %q, want letters, digits, '.', '_' or '-'", what, s, r)
		}
	}
	return nil
}

// VLANID is an IEEE 802.1Q VLAN identifier, 1 to 4094.
type VLANID uint16

// MaxVLANID is the largest VLAN that can be used; 4095 is reserved
// (IEEE 802.1Q-2022 table 9-2).
const MaxVLANID VLANID = 4094

// UnmarshalText reads a decimal VLAN id.
func (v *VLANID) UnmarshalText(b []byte) error {
	n, err := strconv.ParseUint(string(b), 10, 16)
	if err != nil || n < 1 || n > uint64(MaxVLANID) {
		return fmt.Errorf("VLAN id %q is not a number from 1 to %d", b, MaxVLANID)
	}
	*v = VLANID(n)
	return nil
}

// MarshalText writes the decimal VLAN id.
func (v VLANID) MarshalText() ([]byte, error) { return strconv.AppendUint(nil, uint64(v), 10), nil }

// String gives the decimal VLAN id.
func (v VLANID) String() string { return strconv.Itoa(int(v)) }

// Name gives the VLAN's name: "Vlan100".
func (v VLANID) Name() VLANName { return VLANName(vlanPrefix + v.String()) }

const vlanPrefix = "Vlan"

// VLANName names a VLAN and its interface: "Vlan100".
type VLANName string

// UnmarshalText accepts "Vlan" and a VLAN id without leading zeros.
func (n *VLANName) UnmarshalText(b []byte) error {
	id, ok := strings.CutPrefix(string(b), vlanPrefix)
	var v VLANID
	if !ok || v.UnmarshalText([]byte(id)) != nil || v.String() != id {
		return fmt.Errorf("VLAN name %q is not \"Vlan\" and a number from 1 to %d", b, MaxVLANID)
	}
	*n = VLANName(b)
	return nil
}

// ID gives the VLAN's id, or 0 for a name that UnmarshalText would refuse.
func (n VLANName) ID() VLANID {
	var v VLANID
	if v.UnmarshalText([]byte(strings.TrimPrefix(string(n), vlanPrefix))) != nil {
		return 0
	}
	return v
}

// String gives the name.
func (n VLANName) String() string { return string(n) }

// Interface gives the VLAN's own interface.
func (n VLANName) Interface() InterfaceName { return InterfaceName(n) }

// InterfaceKind says what an interface name stands for.
type InterfaceKind uint8

// The kinds of interfaces.
const (
	InterfaceUnknown InterfaceKind = iota
	InterfacePort
	InterfaceVLAN
	InterfaceLoopback
	InterfacePortChannel
	InterfaceSub // "Ethernet0.10", "Eth0.10"
	InterfaceMgmt
)

// InterfaceName names anything that can have an address: a port, a VLAN, a
// loopback, a port channel.
type InterfaceName string

// UnmarshalText refuses an empty or overlong name and separators.
func (n *InterfaceName) UnmarshalText(b []byte) error {
	if err := checkName("interface name", string(b)); err != nil {
		return err
	}
	*n = InterfaceName(b)
	return nil
}

// String gives the name.
func (n InterfaceName) String() string { return string(n) }

// Kind tells by the prefix what the interface is.
func (n InterfaceName) Kind() InterfaceKind {
	s := string(n)
	switch {
	case strings.ContainsRune(s, '.'):
		return InterfaceSub
	case strings.HasPrefix(s, "Ethernet"):
		return InterfacePort
	case strings.HasPrefix(s, vlanPrefix):
		return InterfaceVLAN
	case strings.HasPrefix(s, "Loopback"):
		return InterfaceLoopback
	case strings.HasPrefix(s, "PortChannel"):
		return InterfacePortChannel
	case strings.HasPrefix(s, "eth"):
		return InterfaceMgmt
	}
	return InterfaceUnknown
}

// Port gives the interface as a port; only right for InterfacePort.
func (n InterfaceName) Port() PortName { return PortName(n) }

// Sub takes the name of a subinterface apart: its parent, whose name may be
// shortened ("Eth0.10", "Po1.10"), and the number behind the dot, which is its
// VLAN unless its row names another. It is false for any other name.
func (n InterfaceName) Sub() (parent InterfaceName, number VLANID, ok bool) {
	base, digits, dotted := strings.Cut(string(n), ".")
	if !dotted || number.UnmarshalText([]byte(digits)) != nil {
		return "", 0, false
	}
	parent = InterfaceName(LongName(base))
	switch parent.Kind() {
	case InterfacePort, InterfacePortChannel:
		return parent, number, true
	}
	return "", 0, false
}

// LongName gives the interface that a short form stands for: Eth36 is Ethernet36,
// Po0001 is PortChannel0001. Any other name stays as it is.
func LongName(base string) string {
	for _, form := range [][2]string{{"Ethernet", "Eth"}, {"PortChannel", "Po"}} {
		if strings.HasPrefix(base, form[0]) {
			return base
		}
		if rest, short := strings.CutPrefix(base, form[1]); short {
			return form[0] + rest
		}
	}
	return base
}

// VLAN gives the interface as a VLAN; only right for InterfaceVLAN.
func (n InterfaceName) VLAN() VLANName { return VLANName(n) }
