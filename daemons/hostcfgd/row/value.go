package row

import (
	"errors"
	"fmt"
	"net/netip"
	"slices"
	"strconv"
	"strings"
)

// hidden stands for a secret in what is logged and recorded.
const hidden = "*****"

// Word reads one of a few words.
func (r *Reader) Word(field, unset string, allowed ...string) string {
	v := r.value(field)
	if v == "" {
		return unset
	}
	if !slices.Contains(allowed, v) {
		r.wrong(field, v, fmt.Errorf("is none of %s", strings.Join(allowed, ", ")))
	}
	return v
}

// Words reads a list of words, each of which may be there once.
func (r *Reader) Words(field string, allowed ...string) []string {
	v := r.value(field)
	if v == "" {
		return nil
	}
	list := strings.Split(v, ",")
	for i, w := range list {
		switch {
		case !slices.Contains(allowed, w):
			r.wrong(field, v, fmt.Errorf("%q is none of %s", clip(w), strings.Join(allowed, ", ")))
		case slices.Contains(list[:i], w):
			r.wrong(field, v, fmt.Errorf("%s comes twice", w))
		}
	}
	return list
}

// Flag reads a switch, in any of the spellings that CONFIG_DB has for it.
func (r *Reader) Flag(field string, unset bool) bool {
	switch v := r.value(field); v {
	case "":
		return unset
	case "true", "True", "enabled", "on", "yes":
		return true
	case "false", "False", "disabled", "off", "no":
		return false
	default:
		r.wrong(field, v, errors.New("neither true nor false"))
		return unset
	}
}

// Number reads a whole number within bounds.
func (r *Reader) Number(field string, unset, low, high int) int {
	v := r.value(field)
	if v == "" {
		return unset
	}
	n, err := ParseNumber(v, low, high)
	r.wrong(field, v, err)
	return n
}

// ParseNumber reads a whole number within bounds.
func ParseNumber(s string, low, high int) (int, error) {
	n, err := strconv.Atoi(s)
	if err != nil {
		return 0, errors.New("not a number")
	}
	if n < low || n > high {
		return 0, fmt.Errorf("not in the range %d to %d", low, high)
	}
	return n, nil
}

// Address reads an address of IPv4 or IPv6; the zero one stands for none.
func (r *Reader) Address(field string) netip.Addr {
	v := r.value(field)
	if v == "" {
		return netip.Addr{}
	}
	a, err := ParseAddress(v)
	r.wrong(field, v, err)
	return a
}

// Host reads an address or a name.
func (r *Reader) Host(field string) string { return r.judged(field, CheckHost) }

// Token reads one printable word without anything that separates, quotes or escapes in any file rendered.
func (r *Reader) Token(field string, most int) string {
	return r.judged(field, func(s string) error { return CheckToken(s, most) })
}

// Line reads a line of text.
func (r *Reader) Line(field string, most int) string {
	return r.judged(field, func(s string) error { return CheckLine(s, most) })
}

// Paragraph reads lines of text.
func (r *Reader) Paragraph(field string, most int) string {
	return r.judged(field, func(s string) error { return CheckParagraph(s, most) })
}

// Secret is Token for what nobody must see: it is left out of the error.
func (r *Reader) Secret(field string, most int) string {
	v := r.value(field)
	if v == "" {
		return ""
	}
	if err := CheckToken(v, most); err != nil {
		r.wrong(field, hidden, err)
	}
	return v
}

func (r *Reader) judged(field string, check func(string) error) string {
	v := r.value(field)
	if v != "" {
		r.wrong(field, v, check(v))
	}
	return v
}

// clip shortens a value for an error.
func clip(s string) string {
	const most = 80
	if len(s) <= most {
		return s
	}
	return strings.ToValidUTF8(s[:most], "") + "..."
}
