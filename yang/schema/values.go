package schema

import (
	"encoding/hex"
	"fmt"
	"net/netip"
	"strconv"
	"strings"
)

// parseRange reads a decimal number within bounds.
func parseRange(what string, b []byte, low, high uint64) (uint64, error) {
	n, err := strconv.ParseUint(string(b), 10, 64)
	if err != nil || n < low || n > high {
		return 0, fmt.Errorf("%s %q is not a number from %d to %d", what, b, low, high)
	}
	return n, nil
}

// Speed is a port speed in Mbit/s, 1 to 1600000.
type Speed uint32

// UnmarshalText reads a decimal speed.
func (s *Speed) UnmarshalText(b []byte) error {
	n, err := parseRange("speed", b, 1, 1_600_000)
	*s = Speed(n)
	return err
}

// MarshalText writes the decimal speed.
func (s Speed) MarshalText() ([]byte, error) { return strconv.AppendUint(nil, uint64(s), 10), nil }

// MTU is the largest frame of a port, or the largest packet of a VLAN
// interface, in bytes: 68 to 9216.
type MTU uint16

// DefaultMTU is what a port has when its row names none.
const DefaultMTU MTU = 9100

// UnmarshalText reads a decimal MTU.
func (m *MTU) UnmarshalText(b []byte) error {
	n, err := parseRange("mtu", b, 68, 9216)
	*m = MTU(n)
	return err
}

// MarshalText writes the decimal MTU.
func (m MTU) MarshalText() ([]byte, error) { return strconv.AppendUint(nil, uint64(m), 10), nil }

// MAC is an Ethernet address. The zero value means none.
type MAC [6]byte

// ParseMAC reads six pairs of hexadecimal digits separated by ':' or '-'.
func ParseMAC(s string) (MAC, error) {
	var m MAC
	err := m.UnmarshalText([]byte(s))
	return m, err
}

// UnmarshalText reads six pairs of hexadecimal digits separated by ':' or '-'.
func (m *MAC) UnmarshalText(b []byte) error {
	var out MAC
	bad := func() error { return fmt.Errorf("MAC address %q is not like 00:11:22:aa:bb:cc", b) }
	if len(b) != 17 {
		return bad()
	}
	for i := range out {
		if i > 0 && b[3*i-1] != ':' && b[3*i-1] != '-' {
			return bad()
		}
		if _, err := hex.Decode(out[i:i+1], b[3*i:3*i+2]); err != nil {
			return bad()
		}
	}
	*m = out
	return nil
}

// MarshalText writes the address in lower case with colons.
func (m MAC) MarshalText() ([]byte, error) { return []byte(m.String()), nil }

// String gives the address in lower case with colons.
func (m MAC) String() string {
	return fmt.Sprintf("%02x:%02x:%02x:%02x:%02x:%02x", m[0], m[1], m[2], m[3], m[4], m[5])
}

// Upper gives the address in upper case, as ASIC_DB and the FDB tables write it.
func (m MAC) Upper() string { return strings.ToUpper(m.String()) }

// IsZero says whether there is no address.
func (m MAC) IsZero() bool { return m == MAC{} }

// Lanes are the hardware lanes of a port, in order.
type Lanes []uint32

// maxLanes bounds a port: 8 lanes are the widest that exist, 16 leaves room.
const maxLanes = 16

// UnmarshalText reads a comma list of numbers.
func (l *Lanes) UnmarshalText(b []byte) error {
	parts := strings.Split(string(b), ",")
	if len(parts) > maxLanes {
		return fmt.Errorf("lanes %q are %d lanes, at most %d are allowed", b, len(parts), maxLanes)
	}
	out := make(Lanes, 0, len(parts))
	for _, p := range parts {
		n, err := strconv.ParseUint(strings.TrimSpace(p), 10, 32)
		if err != nil {
			return fmt.Errorf("lanes %q is not a comma list of lane numbers", b)
		}
		out = append(out, uint32(n))
	}
	*l = out
	return nil
}

// MarshalText writes the comma list.
func (l Lanes) MarshalText() ([]byte, error) {
	var out []byte
	for i, n := range l {
		if i > 0 {
			out = append(out, ',')
		}
		out = strconv.AppendUint(out, uint64(n), 10)
	}
	return out, nil
}

// Names is a comma list whose positions matter: an empty place stays. The
// route tables use it ("Ethernet0,,Vlan100").
type Names []string

// UnmarshalText splits at commas.
func (l *Names) UnmarshalText(b []byte) error {
	*l = strings.Split(string(b), ",")
	return nil
}

// MarshalText joins with commas.
func (l Names) MarshalText() ([]byte, error) { return []byte(strings.Join(l, ",")), nil }

// Addrs is a comma list of addresses whose positions matter; an empty place is
// the zero netip.Addr.
type Addrs []netip.Addr

// UnmarshalText splits at commas and parses each address.
func (l *Addrs) UnmarshalText(b []byte) error {
	parts := strings.Split(string(b), ",")
	out := make(Addrs, len(parts))
	for i, p := range parts {
		if p == "" {
			continue
		}
		a, err := netip.ParseAddr(p)
		if err != nil {
			return fmt.Errorf("address %q is not an IPv4 or IPv6 address", p)
		}
		out[i] = a
	}
	*l = out
	return nil
}

// MarshalText joins with commas.
func (l Addrs) MarshalText() ([]byte, error) {
	parts := make([]string, len(l))
	for i, a := range l {
		if a.IsValid() {
			parts[i] = a.String()
		}
	}
	return []byte(strings.Join(parts, ",")), nil
}
