package schema

import (
	"fmt"
	"strconv"
	"strings"
)

// PortStormControl is a row of CONFIG_DB PORT_STORM_CONTROL; the key is a
// StormKey.
type PortStormControl struct {
	Kbps    StormRate         `db:"kbps,mandatory"`
	Unknown map[string]string `db:"*"`
}

// StormRate is a rate in kbit/s, 0 to 100000000; 0 lets nothing through.
type StormRate uint32

// UnmarshalText reads a decimal rate.
func (r *StormRate) UnmarshalText(b []byte) error {
	n, err := parseRange("kbps", b, 0, 100_000_000)
	*r = StormRate(n)
	return err
}

// MarshalText writes the decimal rate.
func (r StormRate) MarshalText() ([]byte, error) { return strconv.AppendUint(nil, uint64(r), 10), nil }

// StormKind is a kind of traffic that can become a storm.
type StormKind string

// The kinds of traffic that can become a storm.
const (
	StormBroadcast        StormKind = "broadcast"
	StormUnknownUnicast   StormKind = "unknown-unicast"
	StormUnknownMulticast StormKind = "unknown-multicast"
)

// StormKey names a kind of traffic of a port.
type StormKey struct {
	Port PortName
	Kind StormKind
}

// ParseStormKey reads "Ethernet0|broadcast".
func ParseStormKey(key string) (StormKey, error) {
	port, kind, ok := strings.Cut(key, ConfigSeparator)
	if !ok {
		return StormKey{}, fmt.Errorf("key %q is not a port and a kind of traffic", key)
	}
	k := StormKey{Kind: StormKind(kind)}
	if err := oneOf("storm type", []byte(kind), string(StormBroadcast), string(StormUnknownUnicast), string(StormUnknownMulticast)); err != nil {
		return k, err
	}
	if n := InterfaceName(port); n.Kind() != InterfacePort {
		return k, fmt.Errorf("%q is not a port", port)
	}
	return k, k.Port.UnmarshalText([]byte(port))
}
