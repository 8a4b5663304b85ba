package cabi

import (
	"net/netip"

	"github.com/heddle-nos/heddle/sai"
)

// Layout of sai_tlv_t: type, then a union.
const (
	tlvSize  = 40
	tlvEntry = 4
	hmacHash = 4
)

func encodeTLVs(dst []byte, list []sai.TLV, mem Memory) error {
	b := putList(dst, len(list), tlvSize, mem)
	for i, t := range list {
		if err := encodeTLV(b[i*tlvSize:], t); err != nil {
			return err
		}
	}
	return nil
}

func encodeTLV(dst []byte, t sai.TLV) error {
	native.PutUint32(dst, uint32(t.Type))
	dst = dst[tlvEntry:]
	switch t.Type {
	case sai.TlvTypeIngress:
		return putAddr(dst, t.IngressNode, t.IngressNode.Is6())
	case sai.TlvTypeEgress:
		return putAddr(dst, t.EgressNode, t.EgressNode.Is6())
	case sai.TlvTypeOpaque:
		putWords(dst, t.Opaque[:])
	case sai.TlvTypeHmac:
		native.PutUint32(dst, t.HMAC.KeyID)
		putWords(dst[hmacHash:], t.HMAC.Hash[:])
	default:
		return errKind
	}
	return nil
}

func putWords(dst []byte, words []uint32) {
	for i, w := range words {
		native.PutUint32(dst[4*i:], w)
	}
}

func decodeTLVs(src []byte, mem Memory) ([]sai.TLV, error) {
	n, b, err := getList(src, tlvSize, mem)
	if err != nil || n == 0 {
		return nil, err
	}
	list := make([]sai.TLV, n)
	for i := range list {
		list[i] = decodeTLV(b[i*tlvSize:])
	}
	return list, nil
}

func decodeTLV(src []byte) sai.TLV {
	t := sai.TLV{Type: sai.TlvType(native.Uint32(src))}
	src = src[tlvEntry:]
	switch t.Type {
	case sai.TlvTypeIngress:
		t.IngressNode = netip.AddrFrom16([16]byte(src[:16]))
	case sai.TlvTypeEgress:
		t.EgressNode = netip.AddrFrom16([16]byte(src[:16]))
	case sai.TlvTypeOpaque:
		getWords(t.Opaque[:], src)
	case sai.TlvTypeHmac:
		t.HMAC.KeyID = native.Uint32(src)
		getWords(t.HMAC.Hash[:], src[hmacHash:])
	}
	return t
}

func getWords(words []uint32, src []byte) {
	for i := range words {
		words[i] = native.Uint32(src[4*i:])
	}
}
