package jsonpatch

import (
	"fmt"
	"strconv"
	"strings"
)

// Pointer is a JSON Pointer (RFC 6901), unescaped. An empty one points to the
// whole document.
type Pointer []string

// ParsePointer reads "/PORT/Ethernet0/mtu"; "~1" stands for '/', "~0" for '~'.
func ParsePointer(s string) (Pointer, error) {
	if s == "" {
		return nil, nil
	}
	if s[0] != '/' {
		return nil, fmt.Errorf("%q is not a JSON Pointer: it must begin with '/'", s)
	}
	parts := strings.Split(s[1:], "/")
	for i, part := range parts {
		text, err := unescape(part)
		if err != nil {
			return nil, fmt.Errorf("%q is not a JSON Pointer: %w", s, err)
		}
		parts[i] = text
	}
	return parts, nil
}

func unescape(s string) (string, error) {
	for i := 0; i < len(s); i++ {
		if s[i] != '~' {
			continue
		}
		if i+1 == len(s) || s[i+1] != '0' && s[i+1] != '1' {
			return "", fmt.Errorf("'~' must be followed by 0 or 1")
		}
	}
	// RFC 6901 section 4: "~1" first, so that "~01" becomes "~1".
	return strings.ReplaceAll(strings.ReplaceAll(s, "~1", "/"), "~0", "~"), nil
}

// String escapes the pointer again.
func (p Pointer) String() string {
	var b strings.Builder
	for _, part := range p {
		b.WriteString("/" + strings.ReplaceAll(strings.ReplaceAll(part, "~", "~0"), "/", "~1"))
	}
	return b.String()
}

// Within says whether p is at or below another pointer.
func (p Pointer) Within(other Pointer) bool {
	if len(p) < len(other) {
		return false
	}
	for i := range other {
		if p[i] != other[i] {
			return false
		}
	}
	return true
}

// index reads an array index: digits without leading zeros (RFC 6901 section 4).
func index(token string, limit int) (int, error) {
	n, err := strconv.ParseUint(token, 10, 31)
	if err != nil || strconv.FormatUint(n, 10) != token {
		return 0, fmt.Errorf("%q is not an index of a list", token)
	}
	if int(n) >= limit {
		return 0, fmt.Errorf("index %d is beyond the end of the list", n)
	}
	return int(n), nil
}
