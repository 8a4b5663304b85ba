package schema

import (
	"fmt"
	"strings"
)

// oneOf checks an enumeration and names the choices when it refuses.
func oneOf(what string, b []byte, choices ...string) error {
	for _, c := range choices {
		if c == string(b) {
			return nil
		}
	}
	return fmt.Errorf("%s %q is not one of %s", what, b, strings.Join(choices, ", "))
}

// AdminStatus is what the operator wants of a port or VLAN.
type AdminStatus string

// The administrative states.
const (
	AdminUp   AdminStatus = "up"
	AdminDown AdminStatus = "down"
)

// UnmarshalText accepts up and down.
func (s *AdminStatus) UnmarshalText(b []byte) error {
	if err := oneOf("admin status", b, "up", "down"); err != nil {
		return err
	}
	*s = AdminStatus(b)
	return nil
}

// Up says whether the status is "up".
func (s AdminStatus) Up() bool { return s == AdminUp }

// OperStatus is the state that a link really has.
type OperStatus string

// The operational states.
const (
	OperUp   OperStatus = "up"
	OperDown OperStatus = "down"
)

// UnmarshalText accepts up and down.
func (s *OperStatus) UnmarshalText(b []byte) error {
	if err := oneOf("oper status", b, "up", "down"); err != nil {
		return err
	}
	*s = OperStatus(b)
	return nil
}

// Up says whether the status is "up".
func (s OperStatus) Up() bool { return s == OperUp }

// TaggingMode says how a member carries its VLAN.
type TaggingMode string

// The tagging modes.
const (
	Tagged         TaggingMode = "tagged"
	Untagged       TaggingMode = "untagged"
	PriorityTagged TaggingMode = "priority_tagged"
)

// UnmarshalText accepts the three modes.
func (m *TaggingMode) UnmarshalText(b []byte) error {
	if err := oneOf("tagging mode", b, "tagged", "untagged", "priority_tagged"); err != nil {
		return err
	}
	*m = TaggingMode(b)
	return nil
}

// FEC is a forward error correction mode.
type FEC string

// UnmarshalText accepts rs, fc, none and auto.
func (f *FEC) UnmarshalText(b []byte) error {
	if err := oneOf("fec", b, "rs", "fc", "none", "auto"); err != nil {
		return err
	}
	*f = FEC(b)
	return nil
}

// OnOff is a switch as the PORT table writes it.
type OnOff string

// UnmarshalText accepts on and off.
func (o *OnOff) UnmarshalText(b []byte) error {
	if err := oneOf("value", b, "on", "off"); err != nil {
		return err
	}
	*o = OnOff(b)
	return nil
}

// On says whether the value is "on".
func (o OnOff) On() bool { return o == "on" }

// Mode is a switch written enable and disable.
type Mode string

// UnmarshalText accepts enable and disable.
func (m *Mode) UnmarshalText(b []byte) error {
	if err := oneOf("mode", b, "enable", "disable"); err != nil {
		return err
	}
	*m = Mode(b)
	return nil
}

// Enabled says whether the mode is "enable".
func (m Mode) Enabled() bool { return m == "enable" }

// Enabled is a switch written enabled and disabled.
type Enabled string

// UnmarshalText accepts enabled and disabled.
func (e *Enabled) UnmarshalText(b []byte) error {
	if err := oneOf("mode", b, "enabled", "disabled"); err != nil {
		return err
	}
	*e = Enabled(b)
	return nil
}

// On says whether the value is "enabled".
func (e Enabled) On() bool { return e == "enabled" }

// Family is the address family as the databases write it.
type Family string

// The families.
const (
	IPv4 Family = "IPv4"
	IPv6 Family = "IPv6"
)

// UnmarshalText accepts IPv4 and IPv6.
func (f *Family) UnmarshalText(b []byte) error {
	if err := oneOf("family", b, "IPv4", "IPv6"); err != nil {
		return err
	}
	*f = Family(b)
	return nil
}

// Scope is the scope of an address.
type Scope string

// The scopes.
const (
	ScopeGlobal Scope = "global"
	ScopeLocal  Scope = "local"
)

// UnmarshalText accepts global and local.
func (s *Scope) UnmarshalText(b []byte) error {
	if err := oneOf("scope", b, "global", "local"); err != nil {
		return err
	}
	*s = Scope(b)
	return nil
}

// PortRole says what a port is wired to.
type PortRole string

// UnmarshalText accepts Ext, Int, Inb, Rec and Dpc.
func (r *PortRole) UnmarshalText(b []byte) error {
	if err := oneOf("role", b, "Ext", "Int", "Inb", "Rec", "Dpc"); err != nil {
		return err
	}
	*r = PortRole(b)
	return nil
}

// SwitchportMode says whether a port routes or bridges.
type SwitchportMode string

// UnmarshalText accepts routed, access and trunk.
func (m *SwitchportMode) UnmarshalText(b []byte) error {
	if err := oneOf("mode", b, "routed", "access", "trunk"); err != nil {
		return err
	}
	*m = SwitchportMode(b)
	return nil
}

// FDBType says whether an FDB entry was learned or configured.
type FDBType string

// The FDB types.
const (
	FDBDynamic FDBType = "dynamic"
	FDBStatic  FDBType = "static"
)

// UnmarshalText accepts dynamic and static.
func (t *FDBType) UnmarshalText(b []byte) error {
	if err := oneOf("type", b, "dynamic", "static"); err != nil {
		return err
	}
	*t = FDBType(b)
	return nil
}
