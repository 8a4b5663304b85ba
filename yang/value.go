package yang

import (
	"fmt"
	"math/big"
	"slices"
	"strings"
	"unicode/utf8"
)

// shownChoices bounds how many words of an enumeration a message tells.
const shownChoices = 16

// check says what is wrong with a value, or "".
func (t *typ) check(x *index, at place, v string) string {
	switch t.kind {
	case kindString:
		return t.checkString(v)
	case kindEnum:
		if !slices.Contains(t.choices, v) {
			return fmt.Sprintf("%q is not one of %s", v, choiceText(t.choices))
		}
	case kindBool:
		if v != "true" && v != "false" {
			return fmt.Sprintf("%q is not true or false", v)
		}
	case kindNumber, kindDecimal:
		return t.checkNumber(v)
	case kindRef:
		if !x.has(t.ref, at, v) {
			return fmt.Sprintf("%q"+absentee+"%s", v, t.ref)
		}
	case kindUnion:
		return t.checkUnion(x, at, v)
	}
	return ""
}

func choiceText(choices []string) string {
	if len(choices) > shownChoices {
		return strings.Join(choices[:shownChoices], ", ") + fmt.Sprintf(" and %d more", len(choices)-shownChoices)
	}
	return strings.Join(choices, ", ")
}

func (t *typ) checkString(v string) string {
	n := utf8.RuneCountInString(v)
	if n < t.minLen || t.maxLen >= 0 && n > t.maxLen {
		return fmt.Sprintf("%q has %d characters, want %d to %d", v, n, t.minLen, t.maxLen)
	}
	for _, p := range t.patterns {
		if !p.match(v) {
			return fmt.Sprintf("%q is not %s", v, t.form(p))
		}
	}
	return ""
}

// form says what a string should look like: in words where the model has some.
func (t *typ) form(p *pattern) string {
	if t.want != "" {
		return t.want
	}
	return "of the form " + p.source
}

func (t *typ) checkNumber(v string) string {
	n, ok := number(v, t.kind == kindDecimal)
	if !ok {
		return fmt.Sprintf("%q is not a number", v)
	}
	if i := strings.IndexByte(v, '.'); i >= 0 && len(v)-i-1 > t.digits {
		return fmt.Sprintf("%q has more than %d digits after the point", v, t.digits)
	}
	for _, s := range t.ranges {
		if n.Cmp(s.low) >= 0 && n.Cmp(s.high) <= 0 {
			return ""
		}
	}
	texts := make([]string, len(t.ranges))
	for i, s := range t.ranges {
		texts[i] = strings.Replace(s.text, "..", " to ", 1)
	}
	return fmt.Sprintf("%s is out of range, want %s", v, strings.Join(texts, " or "))
}

// maxDigits keeps hostile numbers from costing much.
const maxDigits = 40

// number reads a decimal number; hexadecimal and exponents are not YANG.
func number(v string, fraction bool) (*big.Rat, bool) {
	digits := strings.TrimPrefix(strings.TrimPrefix(v, "-"), "+")
	if fraction {
		digits = strings.Replace(digits, ".", "", 1)
	}
	if digits == "" || len(digits) > maxDigits || strings.Trim(digits, "0123456789") != "" {
		return nil, false
	}
	return new(big.Rat).SetString(v)
}

// checkUnion accepts what any option accepts.
func (t *typ) checkUnion(x *index, at place, v string) string {
	var reasons []string
	for _, o := range t.options {
		reason := o.check(x, at, v)
		if reason == "" {
			return ""
		}
		reasons = append(reasons, strings.TrimPrefix(reason, fmt.Sprintf("%q ", v)))
	}
	return fmt.Sprintf("%q %s", v, strings.Join(slices.Compact(reasons), ", and "))
}

// String tells a reference to an operator.
func (r reference) String() string {
	if len(r.same) > 0 {
		return fmt.Sprintf("table %s with the same %s", r.table, strings.Join(r.same, " and "))
	}
	return "table " + r.table
}
