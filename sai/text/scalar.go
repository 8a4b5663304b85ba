package text

import (
	"errors"
	"net/netip"
	"strconv"
	"strings"

	"github.com/heddle-nos/heddle/sai"
)

var (
	errNumber   = errors.New("not a number in range")
	errBool     = errors.New("neither true nor false")
	errOID      = errors.New("not an object id")
	errMAC      = errors.New("not a MAC address")
	errIP       = errors.New("not an IP address of that family")
	errPrefix   = errors.New("not an IP prefix")
	errEnum     = errors.New("not a value of the enum")
	errPair     = errors.New("not a pair of numbers")
	errChardata = errors.New("not text of at most 31 bytes")
)

const hexUpper = "0123456789ABCDEF"

func appendOID(dst []byte, o sai.ObjectID) []byte {
	return strconv.AppendUint(append(dst, "oid:0x"...), uint64(o), 16)
}

// ParseOID parses "oid:0x1000000000034".
func ParseOID(s string) (sai.ObjectID, error) {
	const prefix = "oid:0x"
	if !strings.HasPrefix(s, prefix) {
		return 0, errOID
	}
	n, ok := parseHex(s[len(prefix):])
	if !ok {
		return 0, errOID
	}
	return sai.ObjectID(n), nil
}

// parseHex parses 1 to 16 hexadecimal digits.
func parseHex(s string) (uint64, bool) {
	if len(s) == 0 || len(s) > 16 {
		return 0, false
	}
	var n uint64
	for i := 0; i < len(s); i++ {
		d, ok := hexDigit(s[i])
		if !ok {
			return 0, false
		}
		n = n<<4 | uint64(d)
	}
	return n, true
}

func hexDigit(c byte) (byte, bool) {
	switch {
	case c >= '0' && c <= '9':
		return c - '0', true
	case c >= 'a' && c <= 'f':
		return c - 'a' + 10, true
	case c >= 'A' && c <= 'F':
		return c - 'A' + 10, true
	}
	return 0, false
}

func appendMAC(dst []byte, m sai.MAC) []byte {
	for i, b := range m {
		if i > 0 {
			dst = append(dst, ':')
		}
		dst = append(dst, hexUpper[b>>4], hexUpper[b&15])
	}
	return dst
}

// ParseMAC parses "00:11:22:AA:BB:CC" in either case.
func ParseMAC(s string) (sai.MAC, error) {
	var m sai.MAC
	if len(s) != 17 {
		return m, errMAC
	}
	for i := range m {
		hi, ok1 := hexDigit(s[3*i])
		lo, ok2 := hexDigit(s[3*i+1])
		if !ok1 || !ok2 || (i < 5 && s[3*i+2] != ':') {
			return sai.MAC{}, errMAC
		}
		m[i] = hi<<4 | lo
	}
	return m, nil
}

func parseBool(s string) (bool, error) {
	switch s {
	case "true":
		return true, nil
	case "false":
		return false, nil
	}
	return false, errBool
}

// parseUint parses a decimal number of at most so many bits.
func parseUint(s string, bits int) (uint64, error) {
	n, err := strconv.ParseUint(s, 10, bits)
	if err != nil {
		return 0, errNumber
	}
	return n, nil
}

func parseInt(s string, bits int) (int64, error) {
	n, err := strconv.ParseInt(s, 10, bits)
	if err != nil || s[0] == '+' {
		return 0, errNumber
	}
	return n, nil
}

// parseAddr parses an address; bits is 32 or 128 to require a family, 0 for any.
func parseAddr(s string, bits int) (netip.Addr, error) {
	a, err := netip.ParseAddr(s)
	if err != nil || a.Zone() != "" || (bits != 0 && a.BitLen() != bits) {
		return netip.Addr{}, errIP
	}
	return a, nil
}

func parsePrefix(s string) (netip.Prefix, error) {
	p, err := netip.ParsePrefix(s)
	if err != nil {
		return netip.Prefix{}, errPrefix
	}
	return p, nil
}

func appendEnum(dst []byte, e *sai.EnumMeta, v int32) []byte {
	if e != nil {
		if name, ok := e.Text(v); ok {
			return append(dst, name...)
		}
	}
	return strconv.AppendInt(dst, int64(v), 10)
}

// parseEnum accepts the name of a value, or a number: vendors extend enums.
func parseEnum(e *sai.EnumMeta, s string) (int32, error) {
	if e != nil {
		if v, ok := e.Value(s); ok {
			return v, nil
		}
	}
	n, err := parseInt(s, 32)
	if err != nil {
		return 0, errEnum
	}
	return int32(n), nil
}

// Letters and digits stand for themselves, every other byte is \xHH.
func appendChardata(dst []byte, s string) []byte {
	for i := 0; i < len(s); i++ {
		if c := s[i]; alphanumeric(c) {
			dst = append(dst, c)
		} else {
			dst = append(dst, '\\', 'x', hexUpper[c>>4], hexUpper[c&15])
		}
	}
	return dst
}

func parseChardata(s string) (string, error) {
	const room = 31 // chardata is char[32] with a final NUL
	out := make([]byte, 0, room)
	for i := 0; i < len(s); i++ {
		c := s[i]
		if c == '\\' {
			if i+4 > len(s) || s[i+1] != 'x' {
				return "", errChardata
			}
			n, ok := parseHex(s[i+2 : i+4])
			if !ok || n == 0 {
				return "", errChardata
			}
			c = byte(n)
			i += 3
		} else if !alphanumeric(c) {
			return "", errChardata
		}
		if len(out) == room {
			return "", errChardata
		}
		out = append(out, c)
	}
	return string(out), nil
}

func alphanumeric(c byte) bool {
	return c >= '0' && c <= '9' || c >= 'A' && c <= 'Z' || c >= 'a' && c <= 'z'
}
