package fib

import (
	"net/netip"

	"github.com/heddle-nos/heddle/daemons/orchagent/object"
)

// VRF is a virtual router's index in the table; 0 is the default one.
type VRF uint16

// Key identifies a route in 20 bytes.
type Key struct {
	addr [16]byte
	vrf  VRF
	bits uint8 // of the prefix, within its own family
	v4   bool
}

// MakeKey builds the key of a route. The prefix is masked.
func MakeKey(vrf VRF, p netip.Prefix) Key {
	p = p.Masked()
	return Key{addr: p.Addr().As16(), vrf: vrf, bits: uint8(p.Bits()), v4: p.Addr().Is4()}
}

// Prefix returns the route's destination.
func (k Key) Prefix() netip.Prefix {
	a := netip.AddrFrom16(k.addr)
	if k.v4 {
		a = a.Unmap()
	}
	return netip.PrefixFrom(a, int(k.bits))
}

// VRF returns the route's virtual router.
func (k Key) VRF() VRF { return k.vrf }

// VirtualRouter returns what the routes of a VRF need: nothing for the default
// one, which always exists.
func VirtualRouter(vrf string) object.Key {
	if k := object.VR(vrf); k != object.DefaultVR {
		return k
	}
	return ""
}
