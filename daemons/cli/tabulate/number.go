package tabulate

import (
	"strconv"
	"strings"
)

// kind is what all cells of a column are.
type kind uint8

const (
	none kind = iota
	integer
	decimal
	text
)

// kindOf finds the narrowest kind that holds every cell.
func kindOf(values []string) kind {
	k := none
	for _, v := range values {
		k = max(k, kindOfCell(v))
	}
	if k == none {
		return text
	}
	return k
}

func kindOfCell(v string) kind {
	if v == None {
		return none
	}
	s := strings.TrimSpace(v)
	if strings.ContainsAny(s, "xXpP_") || s == "" { // hexadecimal is text
		return text
	}
	if isInteger(s) {
		return integer
	}
	if _, err := strconv.ParseFloat(s, 64); err == nil {
		return decimal
	}
	return text
}

func isInteger(s string) bool {
	s = strings.TrimLeft(s[:1], "+-") + s[1:]
	return s != "" && strings.Trim(s, "0123456789") == ""
}

// written gives the numbers of a column as they are shown: digits after the
// point, if any are asked for, or the shortest text of six digits.
func written(values []string, k kind, digits int) []string {
	out := make([]string, len(values))
	for i, v := range values {
		if out[i] = v; k != decimal || v == None {
			continue
		}
		if f, err := strconv.ParseFloat(strings.TrimSpace(v), 64); err == nil && digits > 0 {
			out[i] = strconv.FormatFloat(f, 'f', digits, 64)
			continue
		}
		out[i] = shortest(v)
	}
	return out
}

// decimals pads the numbers of a column behind, so that the decimal points
// stand below each other.
func decimals(values []string, k kind) []string {
	out := make([]string, len(values))
	after := 0
	for i, v := range values {
		out[i] = v
		after = max(after, afterPoint(v))
	}
	for i, v := range out {
		if n := after - afterPoint(v); k == decimal && n > 0 {
			out[i] = v + strings.Repeat(" ", n)
		}
	}
	return out
}

// shortest writes a number as Python's format "g" does: six digits.
func shortest(v string) string {
	f, err := strconv.ParseFloat(strings.TrimSpace(v), 64)
	if err != nil {
		return v
	}
	s := strconv.FormatFloat(f, 'g', 6, 64)
	if strings.ContainsAny(s, "e") || !strings.Contains(s, ".") {
		return s
	}
	return strings.TrimRight(strings.TrimRight(s, "0"), ".")
}

// afterPoint counts the digits behind the point and the point itself.
func afterPoint(v string) int {
	if i := strings.LastIndexByte(v, '.'); i >= 0 && v != None {
		return len(v) - i
	}
	return 0
}
