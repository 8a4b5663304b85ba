package strict

import (
	"strconv"
	"strings"

	"github.com/heddle-nos/heddle/sai"
)

// condition is a parsed condition of SAI metadata in disjunctive form: any of
// the groups holds if all its terms do. "and" binds tighter than "or", as in
// the SAI headers. A condition without groups always holds.
type condition [][]term

// term compares an attribute of the same object with a constant.
type term struct {
	attr *sai.AttrMeta
	want int64
	ok   bool // false: refers to what this type does not have and never holds
}

// parseCondition reads "ATTR == VALUE [and|or ...]". Parentheses occur in SAI
// only around alternatives of valid-only conditions, which nothing enforces.
func parseCondition(meta *sai.ObjectMeta, text string) condition {
	if text == "" {
		return nil
	}
	var c condition
	for _, group := range strings.Split(text, " or ") {
		var terms []term
		for _, t := range strings.Split(group, " and ") {
			terms = append(terms, parseTerm(meta, strings.Trim(t, "() ")))
		}
		c = append(c, terms)
	}
	return c
}

func parseTerm(meta *sai.ObjectMeta, text string) term {
	name, value, ok := strings.Cut(text, " == ")
	a := meta.AttrByName(name)
	if !ok || a == nil {
		return term{}
	}
	want, ok := constant(a, value)
	return term{attr: a, want: want, ok: ok}
}

func constant(a *sai.AttrMeta, text string) (int64, bool) {
	switch text {
	case "true":
		return 1, true
	case "false":
		return 0, true
	}
	if a.Enum != nil {
		v, ok := a.Enum.Value(text)
		return int64(v), ok
	}
	n, err := strconv.ParseInt(text, 0, 64)
	return n, err == nil
}

// holds evaluates the condition over explicit attributes and defaults.
func (c condition) holds(attrs []sai.Attr) bool {
	for _, group := range c {
		if all(group, attrs) {
			return true
		}
	}
	return len(c) == 0
}

func all(terms []term, attrs []sai.Attr) bool {
	for _, t := range terms {
		if !t.ok {
			return false
		}
		v, ok := find(attrs, t.attr.ID)
		if !ok {
			v = t.attr.Default
		}
		if v.Kind() == sai.KindNone || v.Int() != t.want {
			return false
		}
	}
	return true
}
