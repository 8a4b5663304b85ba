package text

import (
	"errors"
	"fmt"
	"net/netip"
	"strconv"
	"strings"

	"github.com/heddle-nos/heddle/sai"
)

const (
	disabled = "disabled"
	maskMark = "&mask:"
)

var errMask = errors.New("mask does not fit the field")

func appendACLField(dst []byte, m *sai.AttrMeta, f sai.ACLField) ([]byte, error) {
	if !f.Enable {
		return append(dst, disabled...), nil
	}
	dst, err := appendElem(dst, m, f.Data)
	if err != nil || !masked(m.Elem) {
		return dst, err
	}
	if f.Mask.Kind() != m.Elem {
		return dst, errMask
	}
	return appendMask(append(dst, maskMark...), f.Mask)
}

func appendACLAction(dst []byte, m *sai.AttrMeta, a sai.ACLAction) ([]byte, error) {
	if !a.Enable {
		return append(dst, disabled...), nil
	}
	return appendElem(dst, m, a.Param)
}

// appendElem appends the data of a field or action, which has the kind m.Elem.
func appendElem(dst []byte, m *sai.AttrMeta, v sai.Value) ([]byte, error) {
	if v.Kind() != m.Elem {
		return dst, fmt.Errorf("data of kind %d instead of %d", v.Kind(), m.Elem)
	}
	if out, ok := appendScalar(dst, m.Enum, v); ok {
		return out, nil
	}
	if out, ok := appendList(dst, m.Enum, v.Ref(), v.Kind()); ok {
		return out, nil
	}
	return dst, fmt.Errorf("data of kind %d holds a %T", v.Kind(), v.Ref())
}

// masked tells which fields have a mask: booleans and ids match exactly.
func masked(k sai.Kind) bool {
	return k != sai.KindBool && k != sai.KindOID && k != sai.KindOIDList
}

// appendMask appends numbers in hexadecimal; negative ones as 64-bit numbers.
func appendMask(dst []byte, v sai.Value) ([]byte, error) {
	switch v.Kind() {
	case sai.KindMAC, sai.KindIP4, sai.KindIP6:
		out, ok := appendScalar(dst, nil, v)
		if !ok {
			return dst, errMask
		}
		return out, nil
	case sai.KindU8List:
		l, _ := v.Ref().([]uint8)
		return join(dst, l, func(dst []byte, b uint8) []byte { return appendHex(dst, uint64(b)) }), nil
	}
	return appendHex(dst, v.Uint()), nil
}

func appendHex(dst []byte, n uint64) []byte {
	return strconv.AppendUint(append(dst, "0x"...), n, 16)
}

func parseACLField(m *sai.AttrMeta, s string) (sai.ACLField, error) {
	if s == disabled {
		return sai.ACLField{}, nil
	}
	data, mask, hasMask := strings.Cut(s, maskMark)
	if hasMask != masked(m.Elem) {
		return sai.ACLField{}, errMask
	}
	v, err := parseElem(m, data)
	if err != nil {
		return sai.ACLField{}, err
	}
	f := sai.ACLField{Enable: true, Data: v}
	if hasMask {
		f.Mask, err = parseMask(m.Elem, mask)
	}
	return f, err
}

func parseACLAction(m *sai.AttrMeta, s string) (sai.ACLAction, error) {
	if s == disabled {
		return sai.ACLAction{}, nil
	}
	v, err := parseElem(m, s)
	return sai.ACLAction{Enable: err == nil, Param: v}, err
}

func parseElem(m *sai.AttrMeta, s string) (sai.Value, error) {
	if m.Elem >= sai.KindOIDList {
		return parseList(m.Elem, m.Enum, s)
	}
	return parseScalar(m.Elem, m.Enum, s)
}

func parseMask(k sai.Kind, s string) (sai.Value, error) {
	switch k {
	case sai.KindMAC, sai.KindIP4, sai.KindIP6:
		return parseScalar(k, nil, s)
	case sai.KindU8List:
		l, err := splitList(s, parseHexByte)
		return sai.U8List(l), err
	}
	n, err := parseHexNumber(s)
	if err != nil {
		return sai.Value{}, err
	}
	return maskValue(k, n)
}

func parseHexByte(s string) (uint8, error) {
	n, err := parseHexNumber(s)
	if err != nil || n > 0xff {
		return 0, errMask
	}
	return uint8(n), nil
}

// parseHexNumber parses "0xff", and decimal as older writers have it.
func parseHexNumber(s string) (uint64, error) {
	if hex, ok := strings.CutPrefix(s, "0x"); ok {
		if n, valid := parseHex(hex); valid {
			return n, nil
		}
		return 0, errMask
	}
	return parseUint(s, 64)
}

// maskValue converts a mask to the kind of its field. Masks of signed fields
// come sign-extended to 64 bits or cut to the field's own width.
func maskValue(k sai.Kind, n uint64) (sai.Value, error) {
	var v sai.Value
	bits := 64
	switch k {
	case sai.KindU8:
		v, bits = sai.U8(uint8(n)), 8
	case sai.KindU16:
		v, bits = sai.U16(uint16(n)), 16
	case sai.KindU32:
		v, bits = sai.U32(uint32(n)), 32
	case sai.KindU64:
		v = sai.U64(n)
	case sai.KindS8:
		v, bits = sai.S8(int8(n)), 8
	case sai.KindS16:
		v, bits = sai.S16(int16(n)), 16
	case sai.KindS32:
		v, bits = sai.S32(int32(n)), 32
	case sai.KindEnum:
		v, bits = sai.Enum(int32(n)), 32
	default:
		return sai.Value{}, errMask
	}
	if v.Uint() != n && n>>bits != 0 {
		return sai.Value{}, errMask
	}
	return v, nil
}

// ACL capabilities read "mandatory:count:action,action".
func appendCapability(dst []byte, c sai.ACLCapability) []byte {
	dst = append(strconv.AppendBool(dst, c.IsActionListMandatory), ':')
	return join(dst, c.ActionList, func(dst []byte, a int32) []byte {
		return append(dst, sai.ACLActionType(a).String()...)
	})
}

func parseCapability(s string) (sai.ACLCapability, error) {
	flag, list, _ := strings.Cut(s, ":")
	mandatory, err := parseBool(flag)
	if err != nil {
		return sai.ACLCapability{}, err
	}
	actions, err := splitList(list, func(w string) (int32, error) {
		return parseEnum(sai.ACLActionType(0).Meta(), w)
	})
	return sai.ACLCapability{IsActionListMandatory: mandatory, ActionList: actions}, err
}

func appendAddr(dst []byte, a netip.Addr) []byte { return a.AppendTo(dst) }
