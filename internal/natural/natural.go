package natural

import "strings"

// Compare orders by the pieces of both names, digits as numbers and the rest
// as text. Names that differ only in leading zeros are ordered as text.
func Compare(a, b string) int {
	x, y := a, b
	for x != "" && y != "" {
		if digit(x[0]) != digit(y[0]) { // only at the start: pieces alternate
			if digit(x[0]) {
				return -1
			}
			return 1
		}
		n, m := run(x), run(y)
		var c int
		if digit(x[0]) {
			c = number(x[:n], y[:m])
		} else {
			c = strings.Compare(x[:n], y[:m])
		}
		if c != 0 {
			return c
		}
		x, y = x[n:], y[m:]
	}
	if c := len(x) - len(y); c != 0 {
		return c
	}
	return strings.Compare(a, b)
}

func digit(c byte) bool { return '0' <= c && c <= '9' }

// run gives the length of the leading piece, all digits or no digit.
func run(s string) int {
	n := 1
	for n < len(s) && digit(s[n]) == digit(s[0]) {
		n++
	}
	return n
}

// number compares digits of any length.
func number(a, b string) int {
	a, b = strings.TrimLeft(a, "0"), strings.TrimLeft(b, "0")
	if len(a) != len(b) {
		return len(a) - len(b)
	}
	return strings.Compare(a, b)
}
