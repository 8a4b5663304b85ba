package cabi

import (
	"bytes"
	"fmt"
	"net/netip"

	"github.com/heddle-nos/heddle/sai"
)

// Layout of sai_ip_address_t and sai_ip_prefix_t: family, address, mask.
const (
	familyIPv4    = 0 // SAI_IP_ADDR_FAMILY_IPV4
	familyIPv6    = 1
	addrOffset    = 4
	maskOffset    = 20
	addressSize   = 20
	prefixSize    = 36
	chardataBytes = 32
)

// putAddress writes MACs, addresses, prefixes and text.
func putAddress(dst []byte, v sai.Value) error {
	switch v.Kind() {
	case sai.KindMAC:
		m := v.MAC()
		copy(dst, m[:])
		return nil
	case sai.KindIP4:
		return putAddr(dst, v.Addr(), v.Addr().Is4())
	case sai.KindIP6:
		return putAddr(dst, v.Addr(), v.Addr().Is6())
	case sai.KindIPAddr:
		return putIP(dst, v.Addr())
	case sai.KindPrefix:
		return putPrefix(dst, v.Prefix())
	case sai.KindChardata:
		if len(v.Text()) >= chardataBytes {
			return fmt.Errorf("text of %d bytes: %w", len(v.Text()), errKind)
		}
		copy(dst, v.Text())
		return nil
	}
	return errKind
}

// putAddr writes the bare bytes of an address, in network order.
func putAddr(dst []byte, a netip.Addr, fits bool) error {
	if !fits || a.Zone() != "" {
		return errKind
	}
	if a.Is4() {
		b := a.As4()
		copy(dst, b[:])
		return nil
	}
	b := a.As16()
	copy(dst, b[:])
	return nil
}

func putIP(dst []byte, a netip.Addr) error {
	family := uint32(familyIPv6)
	if a.Is4() {
		family = familyIPv4
	}
	native.PutUint32(dst, family)
	return putAddr(dst[addrOffset:], a, a.IsValid())
}

func putPrefix(dst []byte, p netip.Prefix) error {
	if !p.IsValid() {
		return errKind
	}
	putMask(dst[maskOffset:prefixSize], p.Bits())
	return putIP(dst, p.Addr())
}

func putMask(dst []byte, bits int) {
	for i := 0; bits > 0; i++ {
		n := min(bits, 8)
		dst[i] = byte(0xff << (8 - n))
		bits -= n
	}
}

func getAddress(src []byte, k sai.Kind) (sai.Value, error) {
	switch k {
	case sai.KindMAC:
		return sai.MACValue(sai.MAC(src[:6])), nil
	case sai.KindIP4:
		return sai.IP4(netip.AddrFrom4([4]byte(src[:4]))), nil
	case sai.KindIP6:
		return sai.IP6(netip.AddrFrom16([16]byte(src[:16]))), nil
	case sai.KindIPAddr:
		a, err := getIP(src)
		return sai.IPAddr(a), err
	case sai.KindPrefix:
		p, err := getPrefix(src)
		return sai.Prefix(p), err
	case sai.KindChardata:
		text, _, _ := bytes.Cut(src[:chardataBytes], []byte{0})
		return sai.Chardata(string(text)), nil
	}
	return sai.Value{}, errKind
}

func getIP(src []byte) (netip.Addr, error) {
	switch f := native.Uint32(src); f {
	case familyIPv4:
		return netip.AddrFrom4([4]byte(src[addrOffset : addrOffset+4])), nil
	case familyIPv6:
		return netip.AddrFrom16([16]byte(src[addrOffset:maskOffset])), nil
	default:
		return netip.Addr{}, fmt.Errorf("address family %d: %w", f, errKind)
	}
}

// getPrefix refuses masks with holes: no route has them.
func getPrefix(src []byte) (netip.Prefix, error) {
	a, err := getIP(src)
	if err != nil {
		return netip.Prefix{}, err
	}
	mask := src[maskOffset : maskOffset+a.BitLen()/8]
	bits := 0
	for bits < a.BitLen() && mask[bits/8]&(0x80>>(bits%8)) != 0 {
		bits++
	}
	for i := bits; i < a.BitLen(); i++ {
		if mask[i/8]&(0x80>>(i%8)) != 0 {
			return netip.Prefix{}, fmt.Errorf("mask with holes: %w", errKind)
		}
	}
	return netip.PrefixFrom(a, bits), nil
}
