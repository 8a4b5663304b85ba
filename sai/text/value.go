package text

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/heddle-nos/heddle/sai"
)

// AppendValue appends the text of a value of the attribute m describes.
func AppendValue(dst []byte, m *sai.AttrMeta, v sai.Value) ([]byte, error) {
	if v.Kind() != m.Kind {
		return dst, fmt.Errorf("%s: value of kind %d instead of %d", m.Name, v.Kind(), m.Kind)
	}
	if m.Kind == sai.KindOther {
		out, err := appendOther(dst, m, v.Ref())
		if err != nil {
			return dst, fmt.Errorf("%s: %w", m.Name, err)
		}
		return out, nil
	}
	if out, ok := appendScalar(dst, m.Enum, v); ok {
		return out, nil
	}
	if out, ok := appendList(dst, m.Enum, v.Ref(), v.Kind()); ok {
		return out, nil
	}
	return dst, fmt.Errorf("%s: value of kind %d holds a %T", m.Name, v.Kind(), v.Ref())
}

func appendScalar(dst []byte, e *sai.EnumMeta, v sai.Value) ([]byte, bool) {
	switch v.Kind() {
	case sai.KindBool:
		return strconv.AppendBool(dst, v.Bool()), true
	case sai.KindU8, sai.KindU16, sai.KindU32, sai.KindU64:
		return strconv.AppendUint(dst, v.Uint(), 10), true
	case sai.KindS8, sai.KindS16, sai.KindS32, sai.KindS64:
		return strconv.AppendInt(dst, v.Int(), 10), true
	case sai.KindEnum:
		return appendEnum(dst, e, v.Enum()), true
	case sai.KindOID:
		return appendOID(dst, v.OID()), true
	case sai.KindPointer:
		return strconv.AppendUint(append(dst, "0x"...), v.Uint(), 16), true
	case sai.KindMAC:
		return appendMAC(dst, v.MAC()), true
	case sai.KindIP4, sai.KindIP6, sai.KindIPAddr:
		return v.Addr().AppendTo(dst), v.Addr().IsValid()
	case sai.KindPrefix:
		return v.Prefix().AppendTo(dst), v.Prefix().IsValid()
	case sai.KindChardata:
		return appendChardata(dst, v.Text()), true
	}
	return dst, false
}

// ParseValue parses the text of a value of the attribute m describes.
func ParseValue(m *sai.AttrMeta, s string) (sai.Value, error) {
	var v sai.Value
	var err error
	switch {
	case m.Kind == sai.KindOther:
		v, err = parseOther(m, s)
	case m.Kind >= sai.KindOIDList:
		v, err = parseList(m.Kind, m.Enum, s)
	default:
		v, err = parseScalar(m.Kind, m.Enum, s)
	}
	if err != nil {
		return sai.Value{}, badValue(m, s, err)
	}
	return v, nil
}

func parseScalar(k sai.Kind, e *sai.EnumMeta, s string) (sai.Value, error) {
	switch k {
	case sai.KindBool:
		b, err := parseBool(s)
		return sai.Bool(b), err
	case sai.KindEnum:
		n, err := parseEnum(e, s)
		return sai.Enum(n), err
	case sai.KindOID:
		o, err := ParseOID(s)
		return sai.OID(o), err
	case sai.KindPointer:
		return parsePointer(s)
	case sai.KindMAC:
		mac, err := ParseMAC(s)
		return sai.MACValue(mac), err
	case sai.KindPrefix:
		p, err := parsePrefix(s)
		return sai.Prefix(p), err
	case sai.KindChardata:
		t, err := parseChardata(s)
		return sai.Chardata(t), err
	case sai.KindIP4, sai.KindIP6, sai.KindIPAddr:
		return parseIP(k, s)
	}
	return parseNumber(k, s)
}

func parseIP(k sai.Kind, s string) (sai.Value, error) {
	switch k {
	case sai.KindIP4:
		a, err := parseAddr(s, 32)
		return sai.IP4(a), err
	case sai.KindIP6:
		a, err := parseAddr(s, 128)
		return sai.IP6(a), err
	}
	a, err := parseAddr(s, 0)
	return sai.IPAddr(a), err
}

func parsePointer(s string) (sai.Value, error) {
	hex, ok := strings.CutPrefix(s, "0x")
	n, valid := parseHex(hex)
	if !ok || !valid {
		return sai.Value{}, errNumber
	}
	return sai.Pointer(n), nil
}

func parseNumber(k sai.Kind, s string) (sai.Value, error) {
	switch k {
	case sai.KindU8:
		n, err := parseUint(s, 8)
		return sai.U8(uint8(n)), err
	case sai.KindU16:
		n, err := parseUint(s, 16)
		return sai.U16(uint16(n)), err
	case sai.KindU32:
		n, err := parseUint(s, 32)
		return sai.U32(uint32(n)), err
	case sai.KindU64:
		n, err := parseUint(s, 64)
		return sai.U64(n), err
	case sai.KindS8:
		n, err := parseInt(s, 8)
		return sai.S8(int8(n)), err
	case sai.KindS16:
		n, err := parseInt(s, 16)
		return sai.S16(int16(n)), err
	case sai.KindS32:
		n, err := parseInt(s, 32)
		return sai.S32(int32(n)), err
	case sai.KindS64:
		n, err := parseInt(s, 64)
		return sai.S64(n), err
	}
	return sai.Value{}, fmt.Errorf("no text for kind %d", k)
}
