package statedb

import (
	"encoding/json"
	"errors"
	"strings"
	"unicode/utf8"
)

var errNotList = errors.New("not a JSON array of strings")

// appendJSONList writes a JSON array of strings without the escapes for HTML that encoding/json adds, as the peers write it.
func appendJSONList(dst []byte, items ...string) []byte {
	dst = append(dst, '[')
	for i, s := range items {
		if i > 0 {
			dst = append(dst, ',')
		}
		dst = appendJSONString(dst, s)
	}
	return append(dst, ']')
}

func appendJSONString(dst []byte, s string) []byte {
	const hex = "0123456789abcdef"
	dst = append(dst, '"')
	for i := 0; i < len(s); {
		c := s[i]
		if c >= utf8.RuneSelf {
			r, n := utf8.DecodeRuneInString(s[i:])
			dst = utf8.AppendRune(dst, r) // a byte that is no UTF-8 becomes U+FFFD: the peers refuse such texts whole
			i += n
			continue
		}
		switch {
		case c == '"' || c == '\\':
			dst = append(dst, '\\', c)
		case c == '\n':
			dst = append(dst, '\\', 'n')
		case c == '\r':
			dst = append(dst, '\\', 'r')
		case c == '\t':
			dst = append(dst, '\\', 't')
		case c < ' ':
			dst = append(dst, '\\', 'u', '0', '0', hex[c>>4], hex[c&15])
		default:
			dst = append(dst, c)
		}
		i++
	}
	return append(dst, '"')
}

// parseJSONList reads a JSON array of strings. Without escapes, which is nearly always, the strings are parts of s.
func parseJSONList(s string) ([]string, error) {
	if !strings.HasPrefix(s, "[") {
		return nil, errNotList
	}
	if strings.IndexByte(s, '\\') >= 0 {
		return parseEscaped(s)
	}
	rest := s[1:]
	items := make([]string, 0, strings.Count(s, `","`)+1)
	for {
		rest = strings.TrimLeft(rest, " ")
		if strings.HasPrefix(rest, "]") && len(items) == 0 {
			return ended(items, rest[1:])
		}
		if !strings.HasPrefix(rest, `"`) {
			return nil, errNotList
		}
		end := strings.IndexByte(rest[1:], '"')
		if end < 0 {
			return nil, errNotList
		}
		items = append(items, rest[1:1+end])
		rest = strings.TrimLeft(rest[end+2:], " ")
		switch {
		case strings.HasPrefix(rest, ","):
			rest = rest[1:]
		case strings.HasPrefix(rest, "]"):
			return ended(items, rest[1:])
		default:
			return nil, errNotList
		}
	}
}

func ended(items []string, rest string) ([]string, error) {
	if strings.TrimSpace(rest) != "" {
		return nil, errNotList
	}
	return items, nil
}

// parseEscaped reads a list with escapes: entries of ASIC_DB are JSON within JSON, thousands to an operation. The texts become parts
// of one string. What is rarer than quotes and backslashes is left to encoding/json.
func parseEscaped(s string) ([]string, error) {
	buf := make([]byte, 0, len(s))
	ends := make([]int, 0, strings.Count(s, `","`)+1)
	for rest := s[1:]; ; {
		rest = strings.TrimLeft(rest, " ")
		if !strings.HasPrefix(rest, `"`) {
			return parseAny(s)
		}
		var ok bool
		if buf, rest, ok = appendUnescaped(buf, rest[1:]); !ok {
			return parseAny(s)
		}
		ends = append(ends, len(buf))
		rest = strings.TrimLeft(rest, " ")
		switch {
		case strings.HasPrefix(rest, ","):
			rest = rest[1:]
		case strings.HasPrefix(rest, "]"):
			return ended(cut(string(buf), ends), rest[1:])
		default:
			return nil, errNotList
		}
	}
}

// appendUnescaped appends the text up to the closing quote and returns what follows that.
func appendUnescaped(dst []byte, s string) ([]byte, string, bool) {
	for {
		i := strings.IndexAny(s, `"\`)
		if i < 0 || i+1 >= len(s) && s[i] == '\\' {
			return dst, "", false
		}
		dst = append(dst, s[:i]...)
		if s[i] == '"' {
			return dst, s[i+1:], true
		}
		if c := s[i+1]; c != '"' && c != '\\' && c != '/' {
			return dst, "", false
		}
		dst = append(dst, s[i+1])
		s = s[i+2:]
	}
}

func cut(s string, ends []int) []string {
	items := make([]string, len(ends))
	at := 0
	for i, end := range ends {
		items[i], at = s[at:end], end
	}
	return items
}

func parseAny(s string) ([]string, error) {
	var items []string
	if err := json.Unmarshal([]byte(s), &items); err != nil {
		return nil, errNotList
	}
	return items, nil
}
