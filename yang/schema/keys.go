package schema

import (
	"fmt"
	"net/netip"
	"strings"
)

// VLANMemberKey names one port of one VLAN.
type VLANMemberKey struct {
	VLAN VLANName
	Port InterfaceName // a port or a port channel
}

// ParseVLANMemberKey reads "Vlan100|Ethernet0", or with ':' in APPL_DB.
func ParseVLANMemberKey(key, sep string) (VLANMemberKey, error) {
	var k VLANMemberKey
	vlan, port, ok := strings.Cut(key, sep)
	if !ok {
		return k, fmt.Errorf("key %q is not a VLAN and a port", key)
	}
	if err := k.VLAN.UnmarshalText([]byte(vlan)); err != nil {
		return k, err
	}
	return k, k.Port.UnmarshalText([]byte(port))
}

// Join writes the key with the database's separator.
func (k VLANMemberKey) Join(sep string) string { return string(k.VLAN) + sep + string(k.Port) }

// String writes the key as CONFIG_DB has it.
func (k VLANMemberKey) String() string { return k.Join(ConfigSeparator) }

// InterfaceKey names an interface, or one address of it.
type InterfaceKey struct {
	Name   InterfaceName
	Prefix netip.Prefix // the address with its length; invalid for the interface itself
}

// ParseInterfaceKey reads "Ethernet0" or "Ethernet0|10.0.0.1/31", or with ':'
// in APPL_DB, where an IPv6 address holds the separator too.
func ParseInterfaceKey(key, sep string) (InterfaceKey, error) {
	var k InterfaceKey
	name, prefix, has := strings.Cut(key, sep)
	if err := k.Name.UnmarshalText([]byte(name)); err != nil {
		return k, err
	}
	if !has {
		return k, nil
	}
	p, err := parsePrefix(prefix)
	k.Prefix = p
	return k, err
}

// parsePrefix reads an address with a length; a bare address is a host.
func parsePrefix(s string) (netip.Prefix, error) {
	if p, err := netip.ParsePrefix(s); err == nil {
		return p, nil
	}
	if a, err := netip.ParseAddr(s); err == nil && a.Zone() == "" {
		return netip.PrefixFrom(a, a.BitLen()), nil
	}
	return netip.Prefix{}, fmt.Errorf("prefix %q is not like 10.0.0.1/31 or fc00::1/64", s)
}

// HasPrefix says whether the key names an address.
func (k InterfaceKey) HasPrefix() bool { return k.Prefix.IsValid() }

// Join writes the key with the database's separator.
func (k InterfaceKey) Join(sep string) string {
	if !k.HasPrefix() {
		return string(k.Name)
	}
	return string(k.Name) + sep + k.Prefix.String()
}

// String writes the key as CONFIG_DB has it.
func (k InterfaceKey) String() string { return k.Join(ConfigSeparator) }

// RouteKey names a route. VRF is empty for the global table.
type RouteKey struct {
	VRF    string
	Prefix netip.Prefix // masked
}

// ParseStaticRouteKey reads STATIC_ROUTE's "default|10.0.0.0/8",
// "Vrf-red|10.0.0.0/8" or the older form without a VRF.
func ParseStaticRouteKey(key string) (RouteKey, error) {
	vrf, prefix, ok := strings.Cut(key, ConfigSeparator)
	if !ok {
		vrf, prefix = "", key
	}
	if vrf == DefaultVRF {
		vrf = ""
	}
	p, err := parsePrefix(prefix)
	return RouteKey{VRF: vrf, Prefix: p.Masked()}, err
}

// ParseAppRouteKey reads ROUTE_TABLE's "10.0.0.0/8" or "Vrf-red:10.0.0.0/8".
// A host route may come without its length.
func ParseAppRouteKey(key string) (RouteKey, error) {
	if p, err := parsePrefix(key); err == nil {
		return RouteKey{Prefix: p.Masked()}, nil
	}
	vrf, prefix, ok := strings.Cut(key, AppSeparator)
	if !ok {
		return RouteKey{}, fmt.Errorf("route %q is not a prefix", key)
	}
	p, err := parsePrefix(prefix)
	return RouteKey{VRF: vrf, Prefix: p.Masked()}, err
}

// App writes the key as ROUTE_TABLE has it.
func (k RouteKey) App() string {
	if k.VRF == "" {
		return k.Prefix.String()
	}
	return k.VRF + AppSeparator + k.Prefix.String()
}

// String writes the key as STATIC_ROUTE has it.
func (k RouteKey) String() string {
	vrf := k.VRF
	if vrf == "" {
		vrf = DefaultVRF
	}
	return vrf + ConfigSeparator + k.Prefix.String()
}

// NeighKey names a neighbour.
type NeighKey struct {
	Interface InterfaceName
	Addr      netip.Addr
}

// ParseNeighKey reads "Ethernet0:10.0.0.2" or, with '|', CONFIG_DB's form.
func ParseNeighKey(key, sep string) (NeighKey, error) {
	var k NeighKey
	name, addr, ok := strings.Cut(key, sep)
	if !ok {
		return k, fmt.Errorf("key %q is not an interface and an address", key)
	}
	if err := k.Interface.UnmarshalText([]byte(name)); err != nil {
		return k, err
	}
	a, err := netip.ParseAddr(addr)
	if err != nil {
		return k, fmt.Errorf("address %q is not an IPv4 or IPv6 address", addr)
	}
	k.Addr = a
	return k, nil
}

// Join writes the key with the database's separator.
func (k NeighKey) Join(sep string) string { return string(k.Interface) + sep + k.Addr.String() }

// String writes the key as APPL_DB has it.
func (k NeighKey) String() string { return k.Join(AppSeparator) }

// FDBKey names a MAC address in a VLAN.
type FDBKey struct {
	VLAN VLANName
	MAC  MAC
}

// ParseFDBKey reads "Vlan100:00:11:22:33:44:55"; the MAC may have dashes.
func ParseFDBKey(key string) (FDBKey, error) {
	var k FDBKey
	at := strings.IndexAny(key, AppSeparator+ConfigSeparator)
	if at < 0 {
		return k, fmt.Errorf("key %q is not a VLAN and a MAC address", key)
	}
	if err := k.VLAN.UnmarshalText([]byte(key[:at])); err != nil {
		return k, err
	}
	return k, k.MAC.UnmarshalText([]byte(key[at+1:]))
}

// Config writes the key as CONFIG_DB FDB has it.
func (k FDBKey) Config() string { return string(k.VLAN) + ConfigSeparator + k.MAC.String() }

// String writes the key as APPL_DB and STATE_DB FDB_TABLE have it, both with ':'.
func (k FDBKey) String() string { return string(k.VLAN) + ":" + k.MAC.String() }
